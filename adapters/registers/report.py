"""The report of an import: which rows were refused and which were taken with a warning, as a CSV that a spreadsheet program opens."""

import csv
import io
from collections.abc import Iterable

from domain.registers import Entry, RefusedRow

HEADINGS = ("sheet", "row", "outcome", "field", "message")


def report(refused: Iterable[RefusedRow], entries: Iterable[Entry] = ()) -> bytes:
    """In the order of the rows. Messages carry no value of a cell, so the report may leave the centre."""
    lines = [(row.sheet, row.row, "refused", *reason) for row in refused for reason in row.reasons]
    lines += [(entry.sheet, entry.row, "warning", *warning) for entry in entries for warning in entry.warnings]
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(HEADINGS)
    writer.writerows((_harmless(sheet), *rest) for sheet, *rest in sorted(lines, key=lambda one: (one[0], one[1])))
    return page.getvalue().encode("utf-8-sig")


def _harmless(name: str) -> str:
    """A sheet may be called `=1+1`: an apostrophe keeps it text where the report is opened."""
    return "'" + name if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
