"""What a supervisor looks after in good time: cases that nobody touches, counsels or plans, plans nobody reviews, consents that end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.case_doors import CaseLine
from domain.cases import Stage
from domain.consent import Purpose
from domain.figures.durations import LADDER, LONGER, MEDIAN, MOST, quantile
from domain.values import CentreCode, ClientId, ConsentId, day_of


class Watched(StrEnum):
    """What an open case is watched for, each by the day since which it is so."""

    untouched = "untouched"
    """The last change of the case, counselling, screening, approval of a plan, or step of a referral in which something came about."""
    uncounselled = "uncounselled"
    """Opened and never counselled."""
    unplanned = "unplanned"
    """In service without a plan in force; by the day it was opened."""
    unreviewed = "unreviewed"
    """The version of the plan in force was approved."""


AFTER: Mapping[Watched, timedelta] = {
    Watched.untouched: timedelta(days=30),
    Watched.uncounselled: timedelta(days=30),
    Watched.unplanned: timedelta(0),
    Watched.unreviewed: timedelta(days=90),
}
"""From when on a case counts. Ours, from no source."""
OLDEST = 10
"""So many of the cases that nobody touched for the longest time are named."""
ENDING, ENDED = timedelta(days=30), timedelta(days=90)
"""Consents are looked at so far ahead, and so far back."""


class Ending(StrEnum):
    ending = "ending"
    """Ends within 30 days."""
    ended = "ended"
    """Ended in the last 90 days, while a referral to its partner is still open, and nothing has taken its place."""


Standing = tuple[date | None, date | None, date | None, date | None]
"""Since when each of `Watched` is so; none where it is not."""


def standing(stage: Stage, opened: datetime, touched: datetime, counselled: datetime | None, planned: datetime | None) -> Standing:
    """Of one case; nothing of a closed one."""
    if stage is Stage.closed:
        return None, None, None, None
    return (
        day_of(touched),
        None if counselled else day_of(opened),
        day_of(opened) if stage is Stage.in_service and planned is None else None,
        day_of(planned) if planned else None,
    )


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """How many open cases: `after` is from how many days on."""

    what: Watched
    n: int
    after: int


@dataclass(frozen=True, slots=True)
class Took:
    """How many took at most so many seconds and longer than the step before; 0 is longer than the ladder."""

    at_most: int
    n: int


@dataclass(frozen=True, slots=True)
class QualityDashboard:
    """Exact, as of now. `oldest` is for whoever may see cases. `closing` are the cases closed in these months, by how long they were open;
    one that is opened again is none of them."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    first: str
    last: str
    watched: tuple[WatchedLine, ...]
    undecided: int
    consents_ending: int
    consents_ended: int
    closing: tuple[Took, ...]
    closing_median: int | None
    closing_most: int | None


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """One line of a list: the case, and since when it is so."""

    case: CaseLine
    since: date

    @property
    def centre(self) -> CentreCode:
        return self.case.centre

    @property
    def client_id(self) -> ClientId:
        return self.case.client_id


@dataclass(frozen=True, slots=True)
class ConsentEnds:
    id: ConsentId
    centre: CentreCode
    client_id: ClientId
    client_number: str
    purpose: Purpose
    partner: str
    valid_to: date


def too_short(today: date) -> dict[Watched, date]:
    """What has been so only since this day does not count yet; what has been so since before it does."""
    return {what: today - after + timedelta(days=1) for what, after in AFTER.items()}


def watched(kept: Mapping[Watched, int]) -> tuple[WatchedLine, ...]:
    """`kept` is how many count of each."""
    return tuple(WatchedLine(what, kept.get(what, 0), AFTER[what].days) for what in Watched)


def closing(took: Mapping[int, int]) -> tuple[tuple[Took, ...], int | None, int | None]:
    """By rung, only those that somebody took; half, and nine in ten, took at most so long."""
    steps = tuple(Took(step, took[step]) for step in (*LADDER, LONGER) if took.get(step))
    return steps, quantile(took, MEDIAN), quantile(took, MOST)
