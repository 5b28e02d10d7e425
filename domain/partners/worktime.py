"""Working time on Pakistan's clock: when a desk with these hours and holidays has had a span of it, and how much lies between two moments.

Decision. Context: "within three hours" sent on a Friday afternoon, and "within a day" for a desk that is open eight hours. Choice: what is
shorter than a day counts open hours; whole days count working days, so that a day is the same time on the next working day. A desk without
recorded hours, or open day and night, runs around the clock, and only its own holidays close the second. Price: 23 hours may end later
than one day does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.partners.hours import DAY_AND_NIGHT, DAYS, Opening
from domain.values import KARACHI

DAY = timedelta(days=1)
NONE = timedelta(0)
_Stretch = tuple[datetime, datetime]


def _at(day: date, clock: str) -> datetime:
    """24:00 is the beginning of the next day."""
    hours, minutes = map(int, clock.split(":"))
    return datetime.combine(day, time(), KARACHI) + timedelta(hours=hours, minutes=minutes)


@dataclass(frozen=True, slots=True)
class Worktime:
    """A desk's weekly hours, and the days on which it is closed all the same."""

    hours: tuple[Opening, ...] = ()
    closed: frozenset[date] = frozenset()

    @classmethod
    def of(cls, hours: tuple[Opening, ...], everybodys: frozenset[date], own: frozenset[date]) -> "Worktime":
        """`everybodys` are the holidays of the whole country, `own` those of this desk alone."""
        by_day_and_night = set(DAY_AND_NIGHT) <= set(hours)
        return cls(hours, own if by_day_and_night else own | everybodys) if hours else cls()

    @property
    def always(self) -> bool:
        return not self.hours

    def after(self, at: datetime, span: timedelta) -> datetime:
        """When so much working time has gone by; never while the desk is closed, but at the earliest when it closes."""
        if self.always:
            return at + span
        days, rest = divmod(span, DAY)
        there = self._days_on(at, days) if days else at
        return (self._hours_on(there, rest) if rest or not days else there).astimezone(at.tzinfo)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one moment to a later one."""
        if self.always:
            return end - start
        total = NONE
        for opens, closes in self._stretches(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def half(self, start: datetime, end: datetime) -> datetime:
        """The moment with as much working time before it as after it."""
        if self.always:
            return start + (end - start) / 2
        return self._hours_on(start, self.between(start, end) / 2).astimezone(start.tzinfo)

    def _hours_on(self, at: datetime, span: timedelta) -> datetime:
        left = span
        for opens, closes in self._stretches(at):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("a week without hours is no week of a desk")

    def _days_on(self, at: datetime, days: int) -> datetime:
        """The same time of day so many working days on, or as near to it as that day is open."""
        first = next(self._stretches(at))[0].astimezone(KARACHI)
        day = first.date()
        for _ in range(days):
            day += DAY
            while not self._open_on(day):
                day += DAY
        wanted, its = datetime.combine(day, first.timetz()), self._open_on(day)
        begun = [stretch for stretch in its if stretch[0] <= wanted]
        return min(wanted, begun[-1][1]) if begun else its[0][0]

    def _open_on(self, day: date) -> list[_Stretch]:
        if day in self.closed:
            return []
        weekday, its = DAYS[day.weekday()], list[_Stretch]()
        for one in sorted(self.hours, key=lambda one: one.opens):
            if one.day is weekday:
                opens, closes = _at(day, one.opens), _at(day, one.closes)
                if its and opens <= its[-1][1]:
                    opens, closes = its[-1][0], max(its.pop()[1], closes)
                its.append((opens, closes))
        return its

    def _stretches(self, since: datetime) -> Iterator[_Stretch]:
        """Every stretch in which the desk is open from this moment on; there is no last one."""
        day = since.astimezone(KARACHI).date()
        while True:
            yield from ((max(opens, since), closes) for opens, closes in self._open_on(day) if closes > since)
            day += DAY
