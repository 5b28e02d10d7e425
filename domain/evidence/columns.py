"""The columns that may leave, and for each the ladder on which it grows coarser: age in bands, province and never district, quarter or year
and never a day.

Decision. Context: whoever knows a neighbour's age, sex, province and month of visit must not find their line. Choice: a short list of
columns, no free text, no names, no days, no district; each begins at the finest step that may ever leave and ends in `*`, anything. How a
country of destination would be grouped is not here, because no record of a client keeps one. Price: a study of one district is not served
by an extract.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain import reference
from domain.periods import BadPeriod, Quarter

ANY = "*"
UNKNOWN = "unknown"
ADULT, CHILD = "18+", "0-17"
BANDS = ((0, "0-11"), (12, "12-17"), (18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-59"), (60, "60+"))
_CHILDREN = frozenset({"0-11", "12-17"})


class Column(StrEnum):
    """What an extract or a table may be made of. Those of `KNOWN_TO_OTHERS` a neighbour may know; the others are what an attacker wants
    to learn."""

    gender = "gender"
    age = "age"
    province = "province"
    migration_stage = "migration_stage"
    registered = "registered"
    case_kind = "case_kind"
    risk = "risk"
    outcome = "outcome"


KNOWN_TO_OTHERS = (Column.gender, Column.age, Column.province, Column.migration_stage, Column.registered)
SENSITIVE = (Column.case_kind, Column.risk, Column.outcome)


Interval = tuple[int, int]
"""The first and the last quarter, by number."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole quarters, both ends counted."""

    first: Quarter
    last: Quarter

    @classmethod
    def of(cls, first: str, last: str, today: date) -> "Period":
        """Raises BadPeriod, also for a quarter that is not over: what still grows would be released again and again."""
        made = cls(Quarter.parse(first), Quarter.parse(last))
        if made.last < made.first or made.last.next().begins > today:
            raise BadPeriod(field="last")
        return made

    def within(self, node: str) -> Interval:
        """Which quarters of this period a step of the ladder `registered` stands for."""
        if node == ANY:
            return self.first.number, self.last.number
        if "-Q" in node:
            return (number := Quarter.parse(node).number), number
        year = int(node) * 4
        return max(year, self.first.number), min(year + 3, self.last.number)

    def __str__(self) -> str:
        return f"{self.first} - {self.last}"


@dataclass(frozen=True, slots=True)
class Person:
    """As much of one client, with their latest case, as evidence is ever made of. No name, no number, no id."""

    gender: str
    birth_year: int | None
    district: str | None
    migration_stage: str
    registered: date
    case_kind: str | None = None
    risk: str | None = None
    outcome: str | None = None


def _band(person: Person) -> str:
    """By the year alone, the younger of the two ages it may be."""
    if person.birth_year is None:
        return UNKNOWN
    age = max(0, person.registered.year - person.birth_year - 1)
    return next(name for least, name in reversed(BANDS) if age >= least)


def _province(person: Person) -> str:
    found = reference.districts().get(person.district or "")
    return found.province if found else UNKNOWN


_BASE: Mapping[Column, Callable[[Person], str]] = {
    Column.gender: lambda it: it.gender,
    Column.age: _band,
    Column.province: _province,
    Column.migration_stage: lambda it: it.migration_stage,
    Column.registered: lambda it: str(Quarter.of(it.registered)),
    Column.case_kind: lambda it: it.case_kind or UNKNOWN,
    Column.risk: lambda it: it.risk or UNKNOWN,
    Column.outcome: lambda it: it.outcome or UNKNOWN,
}


def base(person: Person, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """The finest that may ever leave of this person."""
    return tuple(_BASE[column](person) for column in columns)


def up(column: Column, node: str) -> str:
    """One step coarser; `*` stays."""
    if column is Column.age and node not in (ANY, ADULT, CHILD, UNKNOWN):
        return CHILD if node in _CHILDREN else ADULT
    if column is Column.registered and "-Q" in node:
        return node.partition("-")[0]
    return ANY


def ladder(column: Column, node: str) -> tuple[str, ...]:
    """From this step to `*`."""
    steps = [node]
    while steps[-1] != ANY:
        steps.append(up(column, steps[-1]))
    return tuple(steps)
