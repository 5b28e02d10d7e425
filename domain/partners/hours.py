"""When a desk is open: weekly hours as data, read on the clock of Pakistan, and what they say at one moment."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from domain.errors import Invalid
from domain.values import DIGITS, KARACHI


class Weekday(StrEnum):
    monday = "monday"
    tuesday = "tuesday"
    wednesday = "wednesday"
    thursday = "thursday"
    friday = "friday"
    saturday = "saturday"
    sunday = "sunday"


DAYS = tuple(Weekday)
OPENS, ENDS = "00:00", "24:00"
"""The two ends of a day. A time of day is written HH:MM, so that earlier is smaller as text too."""
_WRITTEN = re.compile(r"(?P<day>[a-z]+) (?P<opens>\d{1,2}:\d{2})\s*[-–]\s*(?P<closes>\d{1,2}:\d{2})")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class NotHours(Invalid):
    """Opening hours are written like 09:00-17:00; closing comes after opening."""

    next = "Write the hours of each day again; leave a day empty on which the desk is closed."


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of one weekday, from HH:MM to HH:MM; 24:00 is the end of the day."""

    day: Weekday
    opens: str
    closes: str

    def __post_init__(self) -> None:
        right = _CLOCK.fullmatch(self.opens) and (self.closes == ENDS or _CLOCK.fullmatch(self.closes))
        if not right or self.closes <= self.opens:
            raise NotHours(field="hours")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `monday 09:00-17:00`, in Urdu digits too. Raises NotHours."""
        found = _WRITTEN.fullmatch(" ".join(text.translate(DIGITS).split()))
        if found is None or found["day"] not in DAYS:
            raise NotHours(field="hours")
        return cls(Weekday(found["day"]), found["opens"].zfill(5), found["closes"].zfill(5))

    def __str__(self) -> str:
        return f"{self.day} {self.opens}-{self.closes}"


DAY_AND_NIGHT = tuple(Opening(day, OPENS, ENDS) for day in DAYS)


@dataclass(frozen=True, slots=True)
class OpenState:
    """Open until `at`, or closed until `at` on `day`, so many `days` from today; `always` for a desk that never closes."""

    open: bool
    day: Weekday
    at: str
    days: int = 0
    always: bool = False


def open_state(hours: Iterable[Opening], now: datetime) -> OpenState | None:
    """What the hours say at this moment; None where none are recorded."""
    known = sorted(hours, key=lambda one: one.opens)
    local = now.astimezone(KARACHI)
    today, clock = DAYS[local.weekday()], f"{local:%H:%M}"
    if set(DAY_AND_NIGHT) <= set(known):
        return OpenState(True, today, ENDS, always=True)
    for one in known:
        if one.day is today and one.opens <= clock < one.closes:
            return OpenState(True, today, one.closes)
    for days in range(8):
        day = DAYS[(local.weekday() + days) % 7]
        opens = next((one.opens for one in known if one.day is day and (days or one.opens > clock)), None)
        if opens is not None:
            return OpenState(False, day, opens, days)
    return None
