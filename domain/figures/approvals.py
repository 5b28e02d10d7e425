"""What waits for a second person, by kind and age, and how soon what was asked was decided.

Decision. Context: few things wait at a time, and each kind has its own table with the moment it was asked and decided. Choice: nothing is
kept beside the records; the page reads those that wait along their state, and those decided in the period by their moment, and counts
them by the ladder. Price: it costs as much as was decided in the period, so that is two months unless asked otherwise; a plan that was
sent back is not counted, for only the last time it was submitted is kept.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.figures.durations import MEDIAN, MOST, quantile, rung
from domain.values import CentreCode


class Approval(StrEnum):
    referral = "referral"
    plan = "plan"
    disclosure = "disclosure"
    transfer = "transfer"
    evidence = "evidence"


DAY, THREE_DAYS, WEEK = timedelta(days=1), timedelta(days=3), timedelta(days=7)
"""Ages by which what waits is told apart. Ours, from no source."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, each in one column: at most a day, at most three, at most a week, longer."""

    what: Approval
    n: int
    day: int
    three_days: int
    week: int
    longer: int


@dataclass(frozen=True, slots=True)
class Decided:
    """How many were decided in the period; half, and nine in ten, took at most so many seconds from being asked, by the ladder."""

    what: Approval
    n: int
    median: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class ApprovalDashboard:
    """Exact, as of now; files of every sensitivity are counted. Transfers are those that the centre was asked to take."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    first: str
    last: str
    waiting: tuple[Waiting, ...]
    decided: tuple[Decided, ...]


def waiting(what: Approval, since: Iterable[datetime], at: datetime) -> Waiting:
    ages = [at - one for one in since]
    within = [sum(age <= limit for age in ages) for limit in (DAY, THREE_DAYS, WEEK)]
    return Waiting(what, len(ages), within[0], within[1] - within[0], within[2] - within[1], len(ages) - within[2])


def decided(what: Approval, took: Iterable[timedelta]) -> Decided:
    counts = Counter(rung(one) for one in took)
    return Decided(what, counts.total(), quantile(counts, MEDIAN), quantile(counts, MOST))
