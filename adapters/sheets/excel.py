"""A book as an Excel workbook: each cell by its kind, from right to left where the language runs so, ready to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, BinaryIO

from adapters.sheets.unnamed import UnnamedWorkbook
from domain.reports.sheet import Book, Cell, Kind, Sheet
from domain.values import Language

RIGHT_TO_LEFT = (Language.urdu, Language.pashto)
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MAKER = "MRC Casework"
WIDEST, NARROWEST = 44, 10
WORDS = 22
A4 = 9
PORTRAIT = 6
"""Columns that fit on a sheet of paper held upright."""
LONGEST = 32_000
"""Characters of a cell, of which Excel takes 32,767."""
EXACT = 10**15
"""From here on a spreadsheet rounds a number."""
SHEET_NAME = 31
ON_PAGE = 110
"""Characters of a mark on a printed page: Excel takes 255 with its own signs."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Formats:
    title: Any
    about: Any
    heading: Any
    words: Any
    whole: Any
    part: Any
    share: Any
    date: Any
    note: Any


def _formats(workbook: Any, rtl: bool) -> Formats:
    order = {"reading_order": 2, "align": "right"} if rtl else {}
    return Formats(
        title=workbook.add_format({"bold": True, "font_size": 14, **order}),
        about=workbook.add_format({"font_color": "#444444", **order}),
        heading=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEEEEE"}),
        words=workbook.add_format({"valign": "top"}),
        whole=workbook.add_format({"num_format": "#,##0"}),
        part=workbook.add_format({"num_format": "#,##0.00"}),
        share=workbook.add_format({"num_format": "0.0%"}),
        date=workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        note=workbook.add_format({"italic": True, **order}),
    )


def sheet_names(titles: Sequence[str]) -> list[str]:
    """As Excel takes them: 31 characters, without its own signs, no two alike."""
    made: list[str] = []
    for number, title in enumerate(titles, 1):
        plain = " ".join(title.translate(FORBIDDEN).split())[:SHEET_NAME].strip() or str(number)
        taken = {one.casefold() for one in (*made, "history")}
        made.append(plain if plain.casefold() not in taken else f"{plain[: SHEET_NAME - 4].strip()} {number}")
    return made


def write(book: Book, into: BinaryIO, folder: str) -> None:
    """What is needed on the way lies in that folder, without a name."""
    rtl = book.language in RIGHT_TO_LEFT
    with UnnamedWorkbook(into, folder, OPTIONS) as workbook:
        made_at = book.made_at.astimezone(UTC).replace(tzinfo=None)
        workbook.set_properties({"title": book.title, "author": MAKER, "company": book.centre, "created": made_at})
        formats = _formats(workbook, rtl)
        for name, sheet in zip(sheet_names([one.title for one in book.sheets]), book.sheets, strict=True):
            page = workbook.add_worksheet(name)
            if rtl:
                page.right_to_left()
            _fill(page, sheet, formats)


def _fill(page: Any, sheet: Sheet, formats: Formats) -> None:
    """Row after row, for what was written once is on disk."""
    for index, heading in enumerate(sheet.headings):
        wanted = max(len(heading.label) + 2, WORDS if heading.kind is Kind.words else 0)
        page.set_column(index, index, min(max(wanted, NARROWEST), WIDEST))
    page.write_string(0, 0, sheet.title, formats.title)
    above = (*sheet.about, *([sheet.mark] if sheet.mark else []))
    for at, line in enumerate(above, 1):
        page.write_string(at, 0, line[:LONGEST], formats.about)
    head = len(above) + 2
    for index, heading in enumerate(sheet.headings):
        page.write_string(head, index, heading.label, formats.heading)
    _for_print(page, head, len(sheet.headings), sheet.mark)
    at = head
    for at, row in enumerate(sheet.lines(), head + 1):
        for index, (cell, heading) in enumerate(zip(row, sheet.headings, strict=True)):
            _put(page, at, index, cell, heading.kind, formats)
    for below, note in enumerate((*sheet.notes, *([sheet.mark] if sheet.mark else [])), at + 2):
        page.write_string(below, 0, note[:LONGEST], formats.note)


def _for_print(page: Any, head: int, columns: int, mark: str) -> None:
    page.freeze_panes(head + 1, 1)
    page.set_paper(A4)
    if columns > PORTRAIT:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    printed = mark[:ON_PAGE].replace("&", "&&")
    page.set_header(f"&C{printed}" if mark else "")
    page.set_footer(f"&L{printed}&R&P / &N" if mark else "&C&P / &N")


def _put(page: Any, row: int, column: int, cell: Cell, kind: Kind, formats: Formats) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell[:LONGEST], formats.words)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.date)
    elif isinstance(cell, int) and abs(cell) >= EXACT:
        page.write_string(row, column, str(cell), formats.words)
    else:
        part = formats.part if isinstance(cell, Decimal) else formats.whole
        page.write_number(row, column, float(cell), formats.share if kind is Kind.share else part)


def made(book: Book) -> BinaryIO:
    into: BinaryIO = TemporaryFile(prefix="mrc-sheet-")  # noqa: SIM115  the reader closes it
    try:
        with TemporaryDirectory(prefix="mrc-sheet-") as folder:
            write(book, into, folder)
    except BaseException:
        into.close()
        raise
    into.seek(0)
    return into
