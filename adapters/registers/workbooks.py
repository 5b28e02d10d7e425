"""Workbooks of Excel and LibreOffice: numbers come as floats, days as dates, a formula as its own text."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from adapters.registers import biff, markup
from adapters.registers.limits import Damaged, open_archive
from domain.registers.sheets import Cell, Row, Sheet


class WrongKind(Damaged):
    """This is not a workbook that we read."""

    next = "Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8)."


def packed(content: bytes) -> list[Sheet]:
    """.xlsx, .xlsm and .ods. Raises TooLarge, Damaged."""
    with open_archive(content) as archive:
        extents = _extents(archive)
    return _sheets(content, extents)


def old(content: bytes) -> list[Sheet]:
    """.xls of 1997 to 2003. Raises TooLarge, Damaged."""
    return _sheets(content, biff.extents(content))


def _extents(archive: zipfile.ZipFile) -> list[markup.Extent]:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names and markup.office_home(archive) == "xl/workbook.xml":
        return [markup.office_extent(archive, part) if part in names else markup.Extent() for part in markup.office_parts(archive)]
    if "content.xml" in names:
        return markup.open_extents(archive)
    raise WrongKind(field="file")


def _sheets(content: bytes, extents: list[markup.Extent]) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = list(_shown(workbook, extents))
    except CalamineError as broken:
        raise Damaged(field="file") from broken
    except BaseException as broken:
        # Where a file points outside itself the library panics, and what it raises then is no Exception and has no name to import.
        if type(broken).__module__ != "pyo3_runtime":
            raise
        raise Damaged(field="file") from None
    return shown


def _shown(workbook: CalamineWorkbook, extents: list[markup.Extent]) -> Iterator[Sheet]:
    if len(workbook.sheets_metadata) != len(extents):
        raise Damaged(field="file")
    for at, (about, extent) in enumerate(zip(workbook.sheets_metadata, extents, strict=True)):
        if about.visible is SheetVisibleEnum.Visible and about.typ is SheetTypeEnum.WorkSheet:
            yield Sheet(about.name, _rows(workbook.get_sheet_by_index(at), extent.formulas))


def _rows(sheet: CalamineSheet, formulas: markup.Formulas) -> list[Row]:
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = tuple(formulas.get((number, at)) or _plain(value) for at, value in enumerate(values))
        rows.append(Row(number + 1, cells))
    return rows


def _plain(value: str | float | bool | time | date | datetime | timedelta) -> Cell:
    """Hours and durations are text: no field of a register is one alone."""
    return str(value) if isinstance(value, time | timedelta) else value
