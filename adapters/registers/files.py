"""A register's file, whatever its kind, turned into sheets of plain values: workbooks, and text in the encodings that offices use."""

import json
from collections.abc import Callable
from pathlib import Path, PurePath

from adapters.registers import texts, workbooks
from adapters.registers.limits import LARGEST_FILE, MEGABYTE, TooLarge, check_size
from domain.errors import Invalid
from domain.registers.sheets import Sheet

_SIGNATURES: tuple[tuple[bytes, Callable[[bytes], list[Sheet]]], ...] = (
    (b"PK\x03\x04", workbooks.packed),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", workbooks.old),
)
"""The first bytes decide, not the ending: files come renamed."""


class WrongMapping(Invalid):
    """The mapping file cannot be read."""

    next = 'Write one JSON object of headings and field words, for example {"Dt. of visit": "date"}.'


def read_sheets(content: bytes, name: str) -> list[Sheet]:
    """All visible sheets; a text is one sheet called like its file. Raises Invalid (TooLarge, Damaged) with what to do next."""
    check_size(content)
    for signature, read in _SIGNATURES:
        if content.startswith(signature):
            return read(content)
    return [Sheet(PurePath(name).stem, texts.rows(content))]


def read_path(path: Path) -> list[Sheet]:
    """`read_sheets` of a file on disk, whose size is asked before it is read. Raises Invalid; OSError where there is no such file."""
    if path.stat().st_size > LARGEST_FILE:
        raise TooLarge(f"This file has more than {LARGEST_FILE // MEGABYTE} MB.", field="file")
    return read_sheets(path.read_bytes(), path.name)


def read_mapping(content: bytes) -> dict[str, str]:
    """The mapping file: heading to field word. Raises WrongMapping; the field words are checked by the domain."""
    if len(content) > MEGABYTE:
        raise TooLarge(field="mapping")
    try:
        given = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as broken:
        raise WrongMapping(field="mapping") from broken
    if not isinstance(given, dict) or not all(isinstance(word, str) for word in given.values()):
        raise WrongMapping(field="mapping")
    return given
