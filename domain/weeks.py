"""This week beside last week and the four before it: cases opened and closed, and counselling held."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(weeks=1)
BEFORE = 4
"""So many weeks before the last are averaged."""


class Happened(StrEnum):
    """What is counted by week."""

    opened = "opened"
    closed = "closed"
    counselled = "counselled"
    """A session, in the week in which it was held."""


@dataclass(frozen=True, slots=True)
class WeekLine:
    """`this` is so far; `before` the average of the four weeks before the last, exact: a sum over four."""

    what: Happened
    this: int
    last: int
    before: float


@dataclass(frozen=True, slots=True)
class Weeks:
    """`begins` is the Monday of this week, in Karachi."""

    begins: date
    lines: tuple[WeekLine, ...]


def earliest(this: date) -> date:
    """The Monday of the first week that is looked at."""
    return this - (BEFORE + 1) * WEEK


def weeks(this: date, kept: Iterable[tuple[date, Happened, int]]) -> Weeks:
    """`kept` are weeks, what happened in them, and how often."""
    found = {(week, what): n for week, what, n in kept}

    def line(what: Happened) -> WeekLine:
        last, *before = (found.get((this - back * WEEK, what), 0) for back in range(1, BEFORE + 2))
        return WeekLine(what, found.get((this, what), 0), last, sum(before) / BEFORE)

    return Weeks(this, tuple(map(line, Happened)))
