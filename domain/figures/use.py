"""Whether the system is used: what the people of a centre record in it, week by week, and where somebody may need help.

Decision. Context: whoever answers for a centre has to see whether its people work with the system, and could read a ranking into it.
Choice: only what the records themselves tell, by week and person; people in order of name, no sum of unlike things, no share of a person,
no colour; how late counselling is written down, and who lacks a second factor, is told of all together. Whoever sees counts alone is told
no names. Price: reading, notes and tasks leave no mark here, so a quiet week is a question to somebody and no finding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Invalid
from domain.figures.durations import percent
from domain.periods import week_of
from domain.values import CentreCode, StaffId, day_of

WEEKS, MOST_WEEKS = 4, 13
"""How many weeks are shown unless asked otherwise, and at most."""
SOON = 3
"""Written down within so many days. Ours, from no source."""
AWAY = timedelta(days=14)
"""Whoever has not signed in for so long is counted as away. Ours as well."""


class Used(StrEnum):
    """What somebody did with the system, as its records tell it. Counselling by how long after it was held it was written down."""

    contact = "contact"
    client = "client"
    outreach = "outreach"
    same_day = "counselled_same_day"
    soon = "counselled_soon"
    later = "counselled_later"
    screening = "screening"
    plan = "plan"
    """Each version that was begun."""
    referral = "referral"
    """One that left, for whoever wrote it."""


class BadWeeks(Invalid):
    """Weeks are counted from one to thirteen."""

    next = "Ask for at most 13 weeks."


def counselled(held: datetime, written: datetime) -> Used:
    """By the days of Karachi; what is written down beforehand is in time."""
    after = (day_of(written) - day_of(held)).days
    return Used.same_day if after <= 0 else Used.soon if after <= SOON else Used.later


def first_week(at: datetime, weeks: int) -> date:
    """The Monday from which so many weeks run, this one the last of them. Raises BadWeeks."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadWeeks(field="weeks")
    return week_of(at) - timedelta(weeks=weeks - 1)


@dataclass(frozen=True, slots=True)
class Done:
    """What was recorded; `counselled` however late."""

    contacts: int = 0
    clients: int = 0
    outreach: int = 0
    counselled: int = 0
    screenings: int = 0
    plans: int = 0
    referrals: int = 0


@dataclass(frozen=True, slots=True)
class UseLine:
    """One person of the centre. `weeks` are those in which they recorded something; `signed_in` is the day they last did so, if ever."""

    staff: StaffId
    name: str
    signed_in: date | None
    weeks: int
    done: Done


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """Counselling by when it was written down: on its day, within three days, later. Shares in percent, none of nothing."""

    same_day: int
    soon: int
    later: int
    same_day_share: int | None
    soon_share: int | None
    later_share: int | None


@dataclass(frozen=True, slots=True)
class UseDashboard:
    """Exact, as of now, of these weeks, the last of which is under way. `people` work at these centres and stand in order of name; none are
    named to whoever sees counts alone. `others` is what those recorded who do not, or not any more; `recording` how many of the people
    recorded anything."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    first: date
    weeks: int
    people: tuple[UseLine, ...]
    others: Done
    total: Done
    staff: int
    recording: int
    never_signed_in: int
    away: int
    second_factor: int
    second_factor_share: int | None
    written: WrittenDown


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who counsels or answers for a centre, with what their account tells."""

    id: StaffId
    name: str
    signed_in: datetime | None
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What one person recorded, and in how many weeks."""

    weeks: int
    n: Mapping[Used, int]


def use(
    centres: tuple[CentreCode, ...],
    as_of: datetime,
    first: date,
    weeks: int,
    workers: Iterable[Worker],
    kept: Mapping[UUID, Kept],
    *,
    named: bool,
) -> UseDashboard:
    here = sorted(workers, key=lambda one: (one.name.casefold(), str(one.id)))
    known = {one.id for one in here}
    lines = tuple(_line(one, kept.get(one.id, Kept(0, {}))) for one in here)
    since = day_of(as_of) - AWAY
    return UseDashboard(
        centres=centres,
        as_of=as_of,
        first=first,
        weeks=weeks,
        people=lines if named else (),
        others=_done(its.n for whose, its in kept.items() if whose not in known),
        total=_done(its.n for its in kept.values()),
        staff=len(here),
        recording=sum(line.weeks > 0 for line in lines),
        never_signed_in=sum(line.signed_in is None for line in lines),
        away=sum(line.signed_in is not None and line.signed_in < since for line in lines),
        second_factor=sum(one.second_factor for one in here),
        second_factor_share=percent(sum(one.second_factor for one in here), len(here)),
        written=_written(kept.values()),
    )


def _line(one: Worker, its: Kept) -> UseLine:
    return UseLine(one.id, one.name, day_of(one.signed_in) if one.signed_in else None, its.weeks, _done([its.n]))


def _sum(found: Iterable[Mapping[Used, int]], *which: Used) -> int:
    return sum(n.get(one, 0) for n in found for one in which)


def _done(found: Iterable[Mapping[Used, int]]) -> Done:
    its = tuple(found)
    return Done(
        contacts=_sum(its, Used.contact),
        clients=_sum(its, Used.client),
        outreach=_sum(its, Used.outreach),
        counselled=_sum(its, Used.same_day, Used.soon, Used.later),
        screenings=_sum(its, Used.screening),
        plans=_sum(its, Used.plan),
        referrals=_sum(its, Used.referral),
    )


def _written(kept: Iterable[Kept]) -> WrittenDown:
    found = tuple(its.n for its in kept)
    counts = [_sum(found, one) for one in (Used.same_day, Used.soon, Used.later)]
    return WrittenDown(*counts, *(percent(n, sum(counts)) for n in counts))
