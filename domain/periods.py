"""Months, quarters and weeks as they are written and counted: on the wall in Karachi, `2026-11` and `2026-Q4`; a week is its Monday."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.errors import Invalid
from domain.values import KARACHI, day_of

YEARS = range(1000, 9999)
"""Those that are written with four digits, and after which there is another."""


class BadPeriod(Invalid):
    """A period is whole quarters, the first before the last."""

    next = "Write quarters like 2026-Q1; the last must be over already."


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Counted from the year nought, so that quarters follow one another as numbers do."""

    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        year, _, which = text.strip().upper().partition("-Q")
        if len(year) != 4 or not year.isascii() or not year.isdigit() or int(year) not in YEARS or which not in ("1", "2", "3", "4"):
            raise BadPeriod(field="first")
        return cls(int(year) * 4 + int(which) - 1)

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year * 4 + (day.month - 1) // 3)

    @property
    def begins(self) -> date:
        return date(self.number // 4, self.number % 4 * 3 + 1, 1)

    @property
    def year(self) -> str:
        return str(self.number // 4)

    def next(self) -> "Quarter":
        return Quarter(self.number + 1)

    def __str__(self) -> str:
        return f"{self.number // 4}-Q{self.number % 4 + 1}"


def quarter_of(at: datetime) -> str:
    """As `2026-Q4`."""
    return str(Quarter.of(day_of(at)))


def begin_of_quarter(quarter: str) -> datetime:
    """Midnight in Karachi. A quarter there is none of is refused."""
    return _midnight(Quarter.parse(quarter).begins)


def end_of_quarter(quarter: str) -> datetime:
    """The moment in which the next one begins."""
    return _midnight(Quarter.parse(quarter).next().begins)


def begin_of_day(day: date) -> datetime:
    """Midnight in Karachi."""
    return _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KARACHI)


def last_quarters(at: datetime, n: int) -> tuple[str, str]:
    """The first and the last of these many quarters, of which that of `at` is the last."""
    last = Quarter.of(day_of(at))
    return str(Quarter(last.number - n + 1)), str(last)


def quarters_until(at: datetime, first: str | None, last: str | None, usual: int) -> tuple[str, str]:
    """Those asked for; the last `usual` many where nothing is said. Raises Invalid for a period that ends before it begins."""
    begins, ends = last_quarters(at, usual)
    return _in_order(first or begins, last or ends)


def week_of(at: datetime) -> date:
    """The Monday with which the week begins."""
    day = day_of(at)
    return day - timedelta(days=day.weekday())


def month_of(at: datetime) -> str:
    """As `2026-11`."""
    return f"{day_of(at):%Y-%m}"


def begin_of(month: str) -> datetime:
    """Midnight in Karachi. A month there is none of is refused."""
    try:
        year, place = (int(part) for part in month.split("-"))
        if year in YEARS:
            return datetime(year, place, 1, tzinfo=KARACHI)
    except ValueError:
        pass
    raise Invalid("A month is written like 2026-11.")


def end_of(month: str) -> datetime:
    """The moment in which the next one begins."""
    return begin_of(month_of(begin_of(month) + timedelta(days=32)))


def month(text: str) -> str:
    """As months are compared: `2026-7` is `2026-07`. A month there is none of is refused."""
    return month_of(begin_of(text))


def last_months(at: datetime, n: int) -> tuple[str, str]:
    """The first of these many months before that of `at`, and that one, which is the last."""
    last = day_of(at)
    months = last.year * 12 + last.month - 1 - n
    return f"{months // 12}-{months % 12 + 1:02d}", month_of(at)


def this_year(at: datetime) -> tuple[str, str]:
    """January, and the month of `at`."""
    return f"{day_of(at).year}-01", month_of(at)


def months_until(at: datetime, first: str | None, last: str | None, usual: int = 12) -> tuple[str, str]:
    """Those asked for; the last `usual` many and this one where nothing is said. Raises Invalid for a month there is none of, and for a
    period that ends before it begins."""
    begins, ends = last_months(at, usual)
    return _in_order(month(first) if first else begins, month(last) if last else ends)


def _in_order(first: str, last: str) -> tuple[str, str]:
    if first > last:
        raise Invalid("This period ends before it begins.", field="from")
    return first, last


FIRST_YEAR = 2010
"""What lies before it is counted with it."""


def spans(day: date) -> tuple[int, ...]:
    """The spans that a day is counted in: its year, its month, its ten days and itself, as 2026, 202611, 2026112 and 20261123.

    Decision. Context: what has been so since a day or longer is asked every time, and what piles up has a row for every day; what folds old
    days together needs a clock and a job. Choice: each thing is counted in four spans that follow from its day alone, and all the days
    before one are some fifteen of them, however many years there are. They tell themselves apart by their length, and the day alone is
    greater than every span of days gone by. Price: four small rows where one was written; what moves within a month changes fewer.
    """
    if day.year < FIRST_YEAR:
        day = date(FIRST_YEAR, 1, 1)
    number = number_of(day)
    return number // 10_000, number // 100, number // 10, number


def number_of(day: date) -> int:
    """As 20261123."""
    return day.year * 10_000 + day.month * 100 + day.day


def years_until(day: date) -> range:
    """The spans of its year and of all before it."""
    return range(FIRST_YEAR, day.year + 1)


def spans_before(day: date) -> list[int]:
    """Spans in which every day before this one is counted once."""
    number = number_of(day)
    month = number // 100
    return [
        *range(FIRST_YEAR, day.year),
        *range(day.year * 100 + 1, month),
        *range(month * 10, number // 10),
        *range(max(number // 10 * 10, month * 100 + 1), number),
    ]
