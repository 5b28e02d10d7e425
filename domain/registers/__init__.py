"""A whole register understood: which sheets are registers, which rows are touches, which are refused and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.registers.entries import Entry, Reasons, RefusedRow, fingerprint, read_row
from domain.registers.headings import Headings, Kind, NoHeadings, UnknownField, find, mapping
from domain.registers.sheets import Cell, Reader, Row, Sheet, blank, text
from domain.registers.words import TOTALS, Field, key

__all__ = [
    "Cell",
    "Entry",
    "Field",
    "Headings",
    "Kind",
    "NoHeadings",
    "Reader",
    "Reasons",
    "RefusedRow",
    "Register",
    "Row",
    "Sheet",
    "UnknownField",
    "fingerprint",
    "read",
    "rows_of",
]


@dataclass(slots=True)
class Register:
    """What a file came to. `skipped` counts blank lines, totals and repeated headings; `repeated` are rows that say again what an
    earlier row of the file said (they are not among the entries); `unread` names the sheets without headings."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    skipped: int = 0
    unread: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.entries) + len(self.refused) + len(self.repeated)


def read(sheets: Sequence[Sheet], *, today: date, given: Mapping[str, str] | None = None) -> Register:
    """Reads every sheet that has headings. `given` is the mapping file. Raises NoHeadings, UnknownField."""
    chosen = mapping(given or {})
    register, seen = Register(), set[bytes]()
    for sheet in sheets:
        if (headings := find(sheet, chosen)) is None:
            register.unread.append(sheet.name)
            continue
        for row in rows_of(sheet, headings):
            if row is None:
                register.skipped += 1
                continue
            _keep(register, seen, read_row(row, headings, sheet=sheet.name, today=today))
    if len(register.unread) == len(sheets):
        raise NoHeadings(field="file")
    return register


def rows_of(sheet: Sheet, headings: Headings) -> Iterator[Row | None]:
    """The rows under the headings; None stands for one that is no touch."""
    top = next(row for row in sheet.rows if row.number == headings.row)
    for row in sheet.rows:
        if row.number > headings.row:
            yield None if blank(row) or row.cells == top.cells or _total(row, headings) else row


def _keep(register: Register, seen: set[bytes], found: Entry | RefusedRow) -> None:
    if isinstance(found, RefusedRow):
        register.refused.append(found)
    elif (mark := fingerprint(found)) in seen:
        register.repeated.append(found.row)
    else:
        seen.add(mark)
        register.entries.append(found)


def _total(row: Row, headings: Headings) -> bool:
    """A line of sums: it says so in some cell, or holds nothing but a serial number, and has no date."""
    dated = any(text(cell) and key(text(cell)) not in TOTALS for cell in headings.cells(row, Field.date))
    serials = set(headings.columns.get(Field.serial, ()))
    rest = [text(cell) for at, cell in enumerate(row.cells) if at not in serials and text(cell)]
    words = [text(cell) for cell in row.cells]
    return not dated and (not rest or any(key(word) in TOTALS for word in words))
