"""A sheet as CSV: what it is, its headings, the row of HXL tags, its rows; no cell is one that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

from domain.reports.sheet import Cell, Sheet
from domain.values import no_formula

BOM = "\ufeff"
"""Without it Excel reads Urdu as Latin."""
PIECE = 64 * 1024


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return no_formula(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _lines(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    """The notes stand above in one line: whoever reads the tags looks for them near the top, and takes all below for rows."""
    yield [sheet.title]
    if sheet.mark:
        yield [sheet.mark]
    for line in sheet.about:
        yield [line]
    if sheet.notes:
        yield [" · ".join(sheet.notes)]
    yield [one.label for one in sheet.headings]
    if any(one.tag for one in sheet.headings):
        yield [one.tag for one in sheet.headings]
    yield from sheet.lines()
    if sheet.mark:
        yield [sheet.mark]


def pieces(sheet: Sheet) -> Iterator[bytes]:
    held = io.StringIO(newline="")
    held.write(BOM)
    out = csv.writer(held, lineterminator="\r\n")
    for line in _lines(sheet):
        out.writerow([_said(cell) for cell in line])
        if held.tell() >= PIECE:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()
