"""Finding the row of headings under the titles, and what each column holds and which kind of register they make together."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from domain.errors import Invalid
from domain.registers.sheets import Cell, Row, Sheet, text
from domain.registers.words import FIELD_OF, Field, key

DEPTH = 30
"""Rows: titles above the headings never ran longer in any register seen."""
FIELDS = frozenset(field.value for field in Field)
IGNORED = frozenset({"", "ignore", "-"})


class Kind(StrEnum):
    walk_in = "walk_in"
    """A person known by name: makes a client and a case."""
    hotline = "hotline"
    """A touch that may stay anonymous: makes a contact."""


MARKS_OF_WALK_IN = frozenset({Field.guardian, Field.cnic, Field.passport, Field.birth, Field.age, Field.gender})
NEEDED: Mapping[Kind, tuple[frozenset[Field], ...]] = {
    Kind.walk_in: (frozenset({Field.date}), frozenset({Field.name, Field.name_urdu})),
    Kind.hotline: (frozenset({Field.date}), frozenset({Field.phone, Field.name, Field.purpose, Field.channel})),
}
"""One of each set has to be among the headings."""


class NoHeadings(Invalid):
    """No row of headings was found in this file."""

    next = (
        "Put one row of headings above the data, such as Date, Name, CNIC, Phone, or name the columns in a mapping file: "
        '{"the heading as it stands": "' + '" or "'.join(("date", "name", "phone")) + '"}.'
    )


class UnknownField(Invalid):
    """The mapping file names a field that does not exist."""

    next = "Use one of: " + ", ".join(Field) + '; or "ignore" for a column to be left out.'


@dataclass(frozen=True, slots=True)
class Headings:
    """`columns` gives the places (from 0) of each field; several columns may hold phones, names or remarks."""

    row: int
    kind: Kind
    columns: Mapping[Field, tuple[int, ...]]

    def cells(self, row: Row, field: Field) -> list[Cell]:
        return [row.cells[at] for at in self.columns.get(field, ()) if at < len(row.cells)]


def mapping(given: Mapping[str, str]) -> dict[str, Field | None]:
    """A mapping file's headings and field words, checked. Raises UnknownField."""
    wrong = [word for word in given.values() if word not in IGNORED and word not in FIELDS]
    if wrong:
        raise UnknownField(f"{len(wrong)} of the field words in the mapping file do not exist.", field="mapping")
    return {key(heading): None if word in IGNORED else Field(word) for heading, word in given.items()}


def find(sheet: Sheet, given: Mapping[str, Field | None]) -> Headings | None:
    """The first row that is enough of a heading, None when there is none near the top."""
    for row in islice(sheet.rows, DEPTH):
        columns = _columns(row, given)
        kind = Kind.walk_in if MARKS_OF_WALK_IN & columns.keys() else Kind.hotline
        if len(columns) >= 2 and all(columns.keys() & choice for choice in NEEDED[kind]):
            return Headings(row.number, kind, columns)
    return None


def field_of(heading: str, given: Mapping[str, Field | None]) -> Field | None:
    """`نام / Name` is read whole, then piece by piece; what the mapping file says goes before the table."""
    whole = key(heading)
    if whole in given:
        return given[whole]
    pieces = [key(piece) for piece in heading.replace("(", "/").replace("|", "/").replace("\\", "/").split("/")]
    return next((FIELD_OF[piece] for piece in (whole, *pieces) if piece in FIELD_OF), None)


def _columns(row: Row, given: Mapping[str, Field | None]) -> dict[Field, tuple[int, ...]]:
    columns: dict[Field, tuple[int, ...]] = {}
    for at, cell in enumerate(row.cells):
        # Headings are words: a row of data with a telephone number or a date in it is none.
        field = field_of(text(cell), given) if isinstance(cell, str) and text(cell) else None
        if field:
            columns[field] = (*columns.get(field, ()), at)
    return _counted(row, columns)


def _counted(row: Row, columns: dict[Field, tuple[int, ...]]) -> dict[Field, tuple[int, ...]]:
    """A column called only `Number` holds telephones where no other does, and counts the rows otherwise."""
    phones = columns.get(Field.phone, ())
    plain = tuple(at for at in phones if key(text(row.cells[at])) == "number")
    if plain and plain != phones:
        columns[Field.phone] = tuple(at for at in phones if at not in plain)
        columns.setdefault(Field.serial, plain)
    return columns
