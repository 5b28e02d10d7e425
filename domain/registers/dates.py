"""Days, times and births as registers write them: day first as Pakistan writes it, Excel serials, months by name, years alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum

from domain.clients import OLDEST
from domain.errors import Invalid
from domain.registers.sheets import Cell, text
from domain.registers.words import MONTH_OF, key
from domain.values import DIGITS, Birth

SERIAL_DAYS = (20_000, 80_000)
"""Excel counts days from 30 December 1899: these are 1954 and 2119, so that neither an age nor a year is taken for a day."""
LONGEST = 60
"""Letters: no date takes more."""
_NUMBER = re.compile(r"\d{4}|\d{8}|\d{5}(?:\.\d+)?")
_EPOCH = date(1899, 12, 30)


class Precision(IntEnum):
    year = 1
    month = 2
    day = 3


@dataclass(frozen=True, slots=True)
class Day:
    """`day` is the first of what is meant where only a month or a year was written."""

    day: date
    precision: Precision = Precision.day
    clock: time | None = None
    doubt: str = ""


def day(cell: Cell, *, latest: date) -> Day:
    """Raises Invalid. `latest` settles two-digit years: 83 is 1983 when 2083 is still to come."""
    if isinstance(cell, datetime):
        return Day(cell.date(), clock=cell.time() if cell.time() != time() else None)
    if isinstance(cell, date):
        return Day(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(float(cell))
    return _written(text(cell).translate(DIGITS), latest)


def birth(cell: Cell, *, latest: date) -> Birth:
    """A day or a year of birth. Raises Invalid; nobody is born after `latest`."""
    born = day(cell, latest=latest)
    if born.day > latest:
        raise Invalid("This birth lies after the visit.", field="birth")
    if born.day.year < latest.year - OLDEST:
        raise Invalid("Nobody living was born then.", field="birth")
    return Birth.on(born.day) if born.precision is Precision.day else Birth(born.day.year)


def birth_by_age(cell: Cell, *, latest: date) -> Birth:
    """The later of the two possible years, so that a child is never taken for an adult. Raises Invalid."""
    found = re.fullmatch(
        r"(?:about |approx\w*\.? |c\. ?)?(\d{1,3})(?:\s*(?:years?|yrs?|y|سال)\.?(?: old)?)?", text(cell).translate(DIGITS).casefold()
    )
    if not found:
        raise Invalid("This is not an age in years.", field="age")
    if int(found[1]) > OLDEST:
        raise Invalid("Nobody lives that long.", field="age")
    return Birth(latest.year - int(found[1]))


def _number(value: float) -> Day:
    if value.is_integer() and 1900 <= value <= 2100:
        return Day(date(int(value), 1, 1), Precision.year)
    if SERIAL_DAYS[0] <= value <= SERIAL_DAYS[1]:
        at = datetime.combine(_EPOCH, time()) + timedelta(days=value)
        return Day(at.date(), clock=None if value.is_integer() else at.replace(microsecond=0).time())
    if value.is_integer() and (found := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", str(int(value)))):
        return Day(_real(*map(int, found.groups())))
    raise Invalid("This number is not a date.", field="date")


_CLOCK = r"(?:[T ,]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<tick>\d\d)(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?)?"
_SEPARATOR = r"\s*[-/.\s]\s*"
_MONTH_NAME = r"(?P<name>[^\W\d_]{3,})"


def _written(words: str, latest: date) -> Day:
    if _NUMBER.fullmatch(words):
        return _number(float(words))
    if len(words) > LONGEST:
        raise Invalid("This is not a date that we can read.", field="date")
    for pattern, read in _SHAPES:
        if found := pattern.fullmatch(words):
            return read(found, latest)
    raise Invalid("This is not a date that we can read.", field="date")


def _day_month_year(found: re.Match[str], latest: date) -> Day:
    first, second, year = int(found["first"]), int(found["second"]), _century(found["year"], latest)
    if second > 12 >= first:
        return Day(_real(year, first, second), clock=_clock(found), doubt="The month seems to stand before the day.")
    return Day(_real(year, second, first), clock=_clock(found))


def _year_month_day(found: re.Match[str], latest: date) -> Day:
    return Day(_real(int(found["year"]), int(found["second"]), int(found["first"])), clock=_clock(found))


def _named_month(found: re.Match[str], latest: date) -> Day:
    return Day(_real(_century(found["year"], latest), _month(found["name"]), int(found["first"])), clock=_clock(found))


def _only_month(found: re.Match[str], latest: date) -> Day:
    return Day(_real(_century(found["year"], latest), _month(found["name"]), 1), Precision.month)


def _numbered_month(found: re.Match[str], latest: date) -> Day:
    return Day(_real(int(found["year"]), int(found["second"]), 1), Precision.month)


_Reader = Callable[[re.Match[str], date], Day]
_SHAPES: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"(?P<year>\d{{4}}){_SEPARATOR}(?P<second>\d{{1,2}}){_SEPARATOR}(?P<first>\d{{1,2}}){_CLOCK}", _year_month_day),
        (rf"(?P<first>\d{{1,2}}){_SEPARATOR}(?P<second>\d{{1,2}}){_SEPARATOR}(?P<year>\d{{4}}|\d\d){_CLOCK}", _day_month_year),
        (rf"(?P<first>\d{{1,2}})(?:st|nd|rd|th)?[-/.,\s]*{_MONTH_NAME}[-/.,\s]*(?P<year>\d{{4}}|\d\d){_CLOCK}", _named_month),
        (rf"{_MONTH_NAME}[-/.\s]*(?P<first>\d{{1,2}})(?:st|nd|rd|th)?[-/.,\s]+(?P<year>\d{{4}}){_CLOCK}", _named_month),
        (rf"{_MONTH_NAME}[-/.,'’\s]*(?P<year>\d{{4}}|\d\d)", _only_month),
        (rf"(?P<second>\d{{1,2}}){_SEPARATOR}(?P<year>\d{{4}})", _numbered_month),
    )
)


def _century(year: str, latest: date) -> int:
    if len(year) == 4:
        return int(year)
    full = latest.year // 100 * 100 + int(year)
    return full if full <= latest.year else full - 100


def _month(name: str) -> int:
    try:
        return MONTH_OF[key(name)]
    except KeyError:
        raise Invalid("This is no month that we know.", field="date") from None


def _real(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise Invalid("There is no such day.", field="date") from None


def _clock(found: re.Match[str]) -> time | None:
    if found["hour"] is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        raise Invalid("There is no such time of day.", field="date")
    try:
        return time(hour % 12 + 12 * (half == "p") if half else hour, int(found["minute"]), int(found["tick"] or 0))
    except ValueError:
        raise Invalid("There is no such time of day.", field="date") from None
