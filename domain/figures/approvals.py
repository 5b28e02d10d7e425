"""What waits for a second person, by kind and age, and how soon what was asked was decided.

Decision. Context: counted from the records, two months of decisions cost a hundred times what a dashboard may. Choice: what waits is kept
by the day on which it was asked, and what was decided by month and rung; ages are days of Karachi, so that no record has to be read for
one. Transfers alone are read, few as they are: they wait in a centre whose figures the centre that asked cannot write. Price: yesterday's
ten at night and yesterday's morning are both "a day"; a plan that was sent back is not counted, for only the last time it was submitted
is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.figures.durations import MEDIAN, MOST, quantile
from domain.values import CentreCode


class Approval(StrEnum):
    referral = "referral"
    plan = "plan"
    disclosure = "disclosure"
    transfer = "transfer"
    evidence = "evidence"


AGES = (1, 3, 7)
"""Days by which what waits is told apart: since yesterday, since three days ago, since a week ago. Ours, from no source."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, each in one column: at most a day, at most three, at most a week, longer. Days are those of Karachi."""

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


def waiting(what: Approval, n: int, by_age: Mapping[int, int]) -> Waiting:
    """`by_age` says how many of the `n` are so many days old; older than a week it need not say."""
    within = [sum(n for age, n in by_age.items() if age <= limit) for limit in AGES]
    return Waiting(what, n, within[0], within[1] - within[0], within[2] - within[1], n - within[2])


def decided(what: Approval, took: Mapping[int, int]) -> Decided:
    """`took` is how many by rung."""
    return Decided(what, sum(took.values()), quantile(took, MEDIAN), quantile(took, MOST))
