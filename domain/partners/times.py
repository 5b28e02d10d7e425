"""How long a partner has to answer, by urgency: the house's table, and what an agreement may say instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from domain.errors import Conflict, Invalid


class Urgency(StrEnum):
    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"


# Time to acknowledge, by urgency (PRODUCT.md), and the end of waiting; both in the partner's working time.
CLOCK: Mapping[Urgency, timedelta] = {
    Urgency.critical: timedelta(hours=1),
    Urgency.high: timedelta(hours=3),
    Urgency.medium: timedelta(days=1),
    Urgency.low: timedelta(days=3),
}
EXPIRY = timedelta(days=7)
MOST_DAYS = 90


class Unit(StrEnum):
    """Hours in which the desk is open, or days on which it is."""

    hours = "hours"
    days = "days"


class NotATime(Invalid):
    """A time to answer is 1 to 23 hours or 1 to 90 days, one for each urgency."""

    next = "Write a whole number, or leave it empty for the usual time."


class ExpiresTooSoon(Conflict):
    """A referral would expire before the time to answer is over."""

    next = "Let it expire later, or give less time to answer."

    def __init__(self, *, field: str = "expiry_days") -> None:
        super().__init__()
        self.field = field


_WRITTEN = re.compile(r"(?P<urgency>[a-z]+) (?P<number>\d{1,2}) (?P<unit>[a-z]+)")


@dataclass(frozen=True, slots=True)
class TimeToAnswer:
    """What an agreement says for one urgency."""

    urgency: Urgency
    number: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.number <= (23 if self.unit is Unit.hours else MOST_DAYS):
            raise NotATime(field=f"time-{self.urgency}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `high 3 hours`. Raises NotATime."""
        found = _WRITTEN.fullmatch(text)
        if found is None or found["urgency"] not in set(Urgency) or found["unit"] not in set(Unit):
            raise NotATime(field="times")
        return cls(Urgency(found["urgency"]), int(found["number"]), Unit(found["unit"]))

    def __str__(self) -> str:
        return f"{self.urgency} {self.number} {self.unit}"

    @property
    def span(self) -> timedelta:
        return timedelta(hours=self.number) if self.unit is Unit.hours else timedelta(days=self.number)


def clock_of(times: tuple[TimeToAnswer, ...]) -> Mapping[Urgency, timedelta]:
    """The house's table with these instead."""
    return {**CLOCK, **{one.urgency: one.span for one in times}}


def check_times(times: tuple[TimeToAnswer, ...], expiry_days: int | None) -> None:
    """Raises NotATime, ExpiresTooSoon."""
    if len({one.urgency for one in times}) < len(times):
        raise NotATime(field="times")
    if expiry_days is not None and not 1 <= expiry_days <= MOST_DAYS:
        raise NotATime(field="expiry_days")
    expiry = timedelta(days=expiry_days) if expiry_days is not None else EXPIRY
    if any(span > expiry for span in clock_of(times).values()):
        raise ExpiresTooSoon()
