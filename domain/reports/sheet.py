"""A table as it leaves the house: what it is, its headings, its rows and what they mean. How a file of it is written is for adapters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO, Protocol

from domain import reference
from domain.errors import Conflict
from domain.papers import Sheet as Paper
from domain.values import Language

Cell = str | int | Decimal | date | None
"""Words may stand in any column: a number that is held back says so. A share is a part of one; None is an empty cell."""

MOST_ROWS = 1_048_000
"""Of one sheet: Excel holds no more, and no file of ours is one that Excel would cut off."""
MOST_ON_PAPER = 1_000
"""Rows of one paper: what takes the press longer than it may, nobody reads on paper either."""


class TooLong(Conflict):
    """This table is too long for one file."""

    next = "Choose a shorter period or fewer columns."


class TooLongForPaper(Conflict):
    """This table is too long to be printed."""

    next = "Take the Excel or the CSV file."


class Kind(StrEnum):
    words = "words"
    number = "number"
    share = "share"
    date = "date"


@dataclass(frozen=True, slots=True)
class Heading:
    """`key` is a name for programmes, `label` what a person reads, `tag` a hashtag of HXL with its attributes, or nothing."""

    key: str
    label: str
    kind: Kind = Kind.words
    tag: str = ""

    def __post_init__(self) -> None:
        """A tag that HXL does not list is a slip of ours, and found where it is written."""
        if self.tag and not reference.hxl_tag(self.tag):
            raise ValueError(self.tag)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`about` stands above the table (period, as of, centre), `notes` below it (definitions). `rows` may be read once only. A `mark` says
    whose copy this is: it stands in the head and the foot of the file, and on each page printed from a workbook."""

    title: str
    about: tuple[str, ...]
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Cell]]
    notes: tuple[str, ...] = ()
    mark: str = ""

    def lines(self, most: int = MOST_ROWS, otherwise: type[Conflict] = TooLong) -> Iterator[Sequence[Cell]]:
        """The rows one by one. Raises `otherwise` where there are more than `most`."""
        for number, row in enumerate(self.rows):
            if number >= most:
                raise otherwise()
            yield row


@dataclass(frozen=True, slots=True)
class Book:
    """Sheets of one report. `name` is the file's, without an ending and about nobody; `language` is the one it was written in."""

    name: str
    title: str
    language: Language
    made_at: datetime
    sheets: tuple[Sheet, ...]
    centre: str = ""


class FileKind(StrEnum):
    """By the ending of the file."""

    excel = "xlsx"
    csv = "csv"
    pdf = "pdf"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file on its way out, in pieces; `policy` is what a browser needs that shows it."""

    name: str
    media_type: str
    pieces: Iterator[bytes]
    policy: str


class SheetWriter(Protocol):
    """Long tables are written as their rows come: none is held in memory as a whole."""

    def excel(self, book: Book) -> BinaryIO:
        """At its beginning; it is nowhere any more once it is closed. Raises TooLong."""
        ...

    def csv(self, sheet: Sheet) -> Iterator[bytes]:
        """Raises TooLong."""
        ...


class BookSetter(Protocol):
    def book(self, book: Book) -> Paper:
        """Raises TooLongForPaper."""
        ...


class BookFiles(Protocol):
    async def made(self, book: Book, kind: FileKind) -> TableFile:
        """Raises TooLong, TooLongForPaper, PrinterBusy."""
        ...
