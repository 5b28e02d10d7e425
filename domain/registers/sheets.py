"""What a register is before anybody understands it: sheets of rows of plain values, each row with the number its reader sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

Cell = str | int | float | bool | date | datetime | None
"""A value as the file holds it. A formula is its own text with the equals sign, never its result."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    """From 1, as the spreadsheet program shows it."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: Sequence[Row]


class Reader(Protocol):
    """A file's whole content turned into sheets; `name` is only for its ending. Raises Invalid with what to do next."""

    def __call__(self, content: bytes, name: str) -> list[Sheet]: ...


def text(cell: Cell) -> str:
    """A cell as somebody would type it: whole numbers without a decimal point, days as 2024-05-31, nothing as an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())


def blank(row: Row) -> bool:
    return not any(text(cell) for cell in row.cells)
