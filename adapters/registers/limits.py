"""What is looked at before a file is opened, so that a small file cannot become a large one in memory."""

import io
import zipfile

from domain.errors import Invalid

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 200 * MEGABYTE
LARGEST_RATIO = 100
SMALL = 10 * MEGABYTE
"""Unpacked, a file below this is harmless whatever its ratio: a short sheet of one repeated word packs well."""
MOST_PARTS = 2_000
MOST_CELLS = 1_000_000
"""Rows times columns up to the last filled cell: the reader keeps the whole rectangle in memory."""


class TooLarge(Invalid):
    """This file is larger than a register is, or would be when unpacked."""

    next = "Save the register's sheet alone as a new workbook or as CSV, a year at a time, and import the parts."


class Damaged(Invalid):
    """This file cannot be opened: it is damaged, or not what its ending says."""

    next = "Open it in the spreadsheet program, save it again as .xlsx or as CSV (UTF-8), and import the new file."


def check_size(content: bytes) -> None:
    """Raises TooLarge."""
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"This file has more than {LARGEST_FILE // MEGABYTE} MB.", field="file")


def open_archive(content: bytes) -> zipfile.ZipFile:
    """A workbook's archive whose parts are as long as they say. Raises TooLarge, Damaged."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as broken:  # a version of the format that is not known, for one, is NotImplementedError
        raise Damaged(field="file") from broken
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise Damaged("Two parts of this file have the same name.", field="file")
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise TooLarge(f"Unpacked, this file has more than {LARGEST_UNPACKED // MEGABYTE} MB or too many parts.", field="file")
    if unpacked > SMALL and unpacked > LARGEST_RATIO * len(content):
        raise TooLarge(f"This file unpacks to more than {LARGEST_RATIO} times its size.", field="file")
    _read_through(archive)
    return archive


def _read_through(archive: zipfile.ZipFile) -> None:
    """The sizes above are only claims; reading every part stops at its claim and fails where there is more behind it."""
    try:
        wrong = archive.testzip()
    except Exception as broken:  # zlib, lzma, bz2 and zipfile each have their own, and a damaged file may raise any
        raise Damaged(field="file") from broken
    if wrong is not None:
        raise Damaged(field="file")


def check_extent(rows: int, columns: int) -> None:
    """Raises TooLarge for a cell far away from the table."""
    if rows * columns > MOST_CELLS:
        raise TooLarge(
            "A cell far below or far to the right of the table makes this sheet too large.",
            field="file",
        )
