"""Text registers: the encoding told by its mark or tried in order, the delimiter by which one makes a table of the first lines."""

import codecs
import csv
import io
from collections import Counter
from itertools import islice

from adapters.registers.limits import Damaged, check_extent
from domain.registers.sheets import Row

DELIMITERS = ",;\t|"
SAMPLE = 40
LONGEST_CELL = 131_072
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TRIED = ("utf-8", "cp1256")
"""cp1256 is what Excel writes as CSV on a computer set to Urdu or Arabic; it takes any byte, so it comes last."""


class NotText(Damaged):
    """This is neither a workbook nor a text that we can read."""

    next = "Save the register as .xlsx, or as CSV in UTF-8, and import that file."


def rows(content: bytes) -> list[Row]:
    """The rows of a delimited text, numbered as a spreadsheet program would show them. Raises NotText, TooLarge."""
    written = decoded(content)
    if any(char in written for char in "\x00\x01\x02\x03\x04"):
        raise NotText(field="file")
    found, widest = [], 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(written, newline=""), delimiter=delimiter(written)), start=1):
            widest = max(widest, len(cells))
            check_extent(number, widest)
            found.append(Row(number, tuple(cells)))
    except csv.Error as broken:
        raise NotText(field="file") from broken
    return found


def decoded(content: bytes) -> str:
    """Raises NotText."""
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText(field="file")


def delimiter(written: str) -> str:
    """The one that splits most of the first lines into the same number of cells, and into more of them."""
    return max(DELIMITERS, key=lambda one: _table(written, one))


def _encodings(content: bytes) -> tuple[str, ...]:
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    if marked:
        return (marked,)
    # Latin letters in UTF-16 leave every other byte empty, even where the mark is missing.
    head = content[:4_000]
    for encoding, nulls in (("utf-16-le", head[1::2].count(0)), ("utf-16-be", head[::2].count(0))):
        if nulls > len(head) // 5:
            return (encoding,)
    return _TRIED


def _table(written: str, one: str) -> tuple[int, int]:
    """Lines of the commonest width times that width beyond the first cell, and the width."""
    try:
        widths = Counter(
            len(cells) for cells in islice(csv.reader(io.StringIO(written, newline=""), delimiter=one), SAMPLE) if len(cells) > 1
        )
    except csv.Error:
        return (0, 0)
    width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (lines * (width - 1), width)
