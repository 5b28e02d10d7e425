"""A book to be written: words in three scripts, numbers, shares, days, empty cells and cells that are held back."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.reports.sheet import Book, Cell, Heading, Kind, Sheet
from domain.values import Language

HEADINGS = (
    Heading("district", "District", Kind.words, "#adm2+name"),
    Heading("people", "People", Kind.number, "#reached+ind"),
    Heading("share", "Share", Kind.share),
    Heading("day", "Day", Kind.date, "#date+occurred"),
)
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("Swat", 12, Decimal("0.25"), date(2026, 3, 1)),
    ("ملتان", 1_200, Decimal("0.5"), None),
    ("Quetta", "suppressed", None, date(2026, 4, 2)),
)


def sheet(rows: tuple[tuple[Cell, ...], ...] = ROWS, title: str = "People by district") -> Sheet:
    return Sheet(title, ("January to March 2026", "As of 2 April 2026"), HEADINGS, rows, ("People are counted once.",))


def book(*sheets: Sheet, language: Language = Language.english) -> Book:
    made_at = datetime(2026, 4, 2, 7, 30, tzinfo=UTC)
    return Book("report-2026-q1", "Report", language, made_at, sheets or (sheet(),), "MRC Islamabad")
