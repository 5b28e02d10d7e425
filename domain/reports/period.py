"""The period of a report: a month, a quarter or a year in Karachi, or several of one kind that follow one another."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import Invalid
from domain.periods import Quarter, begin_of, end_of, quarter_of
from domain.reports.dimensions import Dimension, number_of, time_name
from domain.reports.question import LONGEST
from domain.values import day_of


class Cycle(StrEnum):
    """How often a report is made."""

    month = "month"
    quarter = "quarter"
    year = "year"


MONTHS = {Cycle.month: 1, Cycle.quarter: 3, Cycle.year: 12}
BETWEEN = ".."


class NoPeriod(Invalid):
    """A report is of a month, a quarter or a year, or from one to another of the same kind."""

    next = "Write it like 2026-11, 2026-Q3, 2026 or 2019..2026."


@dataclass(frozen=True, slots=True)
class Period:
    """`first` and `last` are months, both counted; `name` is how it is written, `2026-Q3`."""

    cycle: Cycle
    name: str
    first: str
    last: str

    @property
    def one(self) -> bool:
        """Whether it is one month, quarter or year, and not several."""
        return BETWEEN not in self.name

    @property
    def ends(self) -> date:
        """The day after it."""
        return day_of(end_of(self.last))

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last."""
        return day_of(begin_of(self.first)), self.ends - timedelta(days=1)

    def over(self, today: date) -> bool:
        return self.ends <= today

    @property
    def quarters(self) -> tuple[str, str]:
        """Those it begins and ends in."""
        return quarter_of(begin_of(self.first)), quarter_of(begin_of(self.last))


def period_of(text: str) -> Period:
    """Raises NoPeriod."""
    begin, _, end = text.strip().upper().partition(BETWEEN)
    first, last = _one(begin), _one(end or begin)
    months = number_of(last.last) - number_of(first.first)
    if first.cycle is not last.cycle or not 0 <= months < LONGEST:
        raise NoPeriod(field="period")
    return first if first.name == last.name else Period(first.cycle, f"{first.name}{BETWEEN}{last.name}", first.first, last.last)


def _one(text: str) -> Period:
    year, dash, place = text.strip().partition("-")
    if not (year.isascii() and year.isdecimal() and "1900" <= year <= "9998" and len(year) == 4):
        raise NoPeriod(field="period")
    if not dash:
        return Period(Cycle.year, year, f"{year}-01", f"{year}-12")
    if place in ("Q1", "Q2", "Q3", "Q4"):
        begins = int(place[1]) * 3 - 2
        return Period(Cycle.quarter, text.strip(), f"{year}-{begins:02d}", f"{year}-{begins + 2:02d}")
    if not (len(place) == 2 and place.isascii() and place.isdecimal() and "01" <= place <= "12"):
        raise NoPeriod(field="period")
    return Period(Cycle.month, text.strip(), text.strip(), text.strip())


def latest(cycle: Cycle, today: date) -> Period:
    """The last one that is over."""
    return before(cycle, today, 1)[0]


def before(cycle: Cycle, today: date, n: int) -> tuple[Period, ...]:
    """So many that are over, the latest first."""
    if cycle is Cycle.quarter:
        now = Quarter.of(today).number
        return tuple(_one(str(Quarter(now - back))) for back in range(1, n + 1))
    its = Dimension.month if cycle is Cycle.month else Dimension.year
    now = (today.year * 12 + today.month - 1) // MONTHS[cycle]
    return tuple(_one(time_name(its, now - back)) for back in range(1, n + 1))
