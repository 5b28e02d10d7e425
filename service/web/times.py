"""Time as people say it: today 14:20, 3 days ago, 2 h left; the full date beside it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from domain.values import KARACHI, Language, day_of
from service.web.catalogue import Words, mark

MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """`said` is for reading, `full` for the hint and for print, `iso` for machines."""

    said: str
    full: str
    iso: str


def today(now: datetime) -> date:
    return day_of(now)


def day_said(words: Words, day: date) -> str:
    return _day_said(words.language, day)


@lru_cache(maxsize=4096)
def _day_said(language: Language, day: date) -> str:
    """Of nobody: a day in a language. A page says a dozen of them."""
    words = Words(language)
    return words("{day} {month} {year}", day=day.day, month=words(MONTHS[day.month - 1]), year=day.year)


_NEAR = {0: mark("today {time}"), 1: mark("yesterday {time}"), -1: mark("tomorrow {time}")}


def when(words: Words, at: datetime, now: datetime) -> Moment:
    return seen_from(words, at, day_of(now))


def seen_from(words: Words, at: datetime, today: date) -> Moment:
    there = at.astimezone(KARACHI)
    clock, its = f"{there.hour:02d}:{there.minute:02d}", there.date()
    days = (today - its).days
    full = words("{day}, {time}", day=day_said(words, its), time=clock)
    if days in _NEAR:
        said = words(_NEAR[days], time=clock)
    elif 1 < days < 7:
        said = words.many("{n} day ago", "{n} days ago", days)
    else:
        said = full
    return Moment(said, full, at.isoformat())


def due(words: Words, day: date, today: date) -> Moment:
    """A deadline that is a day."""
    days = (day - today).days
    near = {0: mark("due today"), 1: mark("due tomorrow"), -1: mark("due yesterday")}
    full = day_said(words, day)
    if days in near:
        said = words(near[days])
    elif days < 0:
        said = words.many("{n} day overdue", "{n} days overdue", -days)
    elif days < 15:
        said = words.many("due in {n} day", "due in {n} days", days)
    else:
        said = words("due on {day}", day=full)
    return Moment(said, full, day.isoformat())


TO_GO = (
    (1, mark("{n} minute left"), mark("{n} minutes left")),
    (60, mark("{n} hour left"), mark("{n} hours left")),
    (1440, mark("{n} day left"), mark("{n} days left")),
)
LATE = (
    (1, mark("{n} minute late"), mark("{n} minutes late")),
    (60, mark("{n} hour late"), mark("{n} hours late")),
    (1440, mark("{n} day late"), mark("{n} days late")),
)
"""Minutes in a unit, and the sentence for one and for many of it."""


def left(words: Words, until: datetime, now: datetime) -> str:
    """What is left of a running clock, or how long ago it ran out; hours up to two days, then days."""
    minutes = int((until - now).total_seconds() // 60)
    size = abs(minutes)
    unit = 0 if size < 60 else 1 if size < 2880 else 2
    length, one, many = (TO_GO if minutes >= 0 else LATE)[unit]
    return words.many(one, many, size // length)
