"""The funnel: from a first contact to an outcome, each person and each case counted once at each step, by the month of their beginning."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.figures.durations import MEDIAN, MOST, percent, quantile, rung
from domain.partners.exchange import AnswerStep
from domain.periods import month_of
from domain.referrals.steps import StaffStep, Step
from domain.values import CentreCode


class Reached(StrEnum):
    """What somebody has come to. The first three count contacts and people, the others cases."""

    contact = "contact"
    promoted = "promoted"
    """A contact that became, or was found to be, somebody registered."""
    registered = "registered"
    opened = "opened"
    counselled = "counselled"
    screened = "screened"
    planned = "planned"
    """A plan was approved."""
    referred = "referred"
    """A referral left."""
    accepted = "accepted"
    served = "served"
    """A partner began or completed its service."""
    outcome = "outcome"
    """Closed with an outcome, as it stands now: a case that is opened again has none."""


BY_STEP: Mapping[Step, Reached] = {
    StaffStep.approve: Reached.referred,
    StaffStep.send: Reached.referred,
    AnswerStep.accept: Reached.accepted,
    AnswerStep.start_service: Reached.served,
    AnswerStep.complete: Reached.served,
    StaffStep.close: Reached.served,
}
"""What a step of a referral brings its case to."""
BY_WORD: Mapping[str, Reached] = {step.value: reached for step, reached in BY_STEP.items()}
_WORDS = tuple(one.value for one in Reached)
OF_CASES = tuple(Reached)[3:]
"""In the order in which they follow one another."""
LASTING = (Reached.counselled, Reached.screened, Reached.planned, Reached.referred, Reached.accepted, Reached.served)
"""Kept by when it was first so: it stays so whatever happens afterwards."""


def counted(reached: Reached, opened: datetime, at: datetime) -> Iterator[tuple[str, Reached, str]]:
    """Where a case that came to something is counted: by the month it was opened in; counselling also by how long it took."""
    yield month_of(opened), reached, str(rung(at - opened)) if reached is Reached.counselled else ""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many came so far; `of_opened` of the cases opened, `of_previous` of the step before, in percent."""

    step: Reached
    n: int
    of_opened: int | None
    of_previous: int | None


@dataclass(frozen=True, slots=True)
class FunnelMonth:
    month: str
    n: dict[str, int]


@dataclass(frozen=True, slots=True)
class FunnelDashboard:
    """Exact, as of now, of what began in these months. `to_counselling_*` are seconds from the opening of a case to its first counselling
    session, at most (`domain/figures/durations.py`)."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    first: str
    last: str
    contacts: int
    promoted: int
    registered: int
    steps: tuple[FunnelStep, ...]
    months: tuple[FunnelMonth, ...]
    to_counselling_median: int | None
    to_counselling_most: int | None


Kept = Iterable[tuple[str, Sequence[int]]]
"""Month, and how many of each that can be reached, in that order."""


def funnel(centres: tuple[CentreCode, ...], as_of: datetime, first: str, last: str, kept: Kept, took: Mapping[int, int]) -> FunnelDashboard:
    """`took` is how many were counselled, by the rung of how long it took."""
    by_month = dict(kept)
    all_months = dict(zip(Reached, map(sum, zip(*by_month.values(), strict=True)), strict=True)) if by_month else dict.fromkeys(Reached, 0)
    return FunnelDashboard(
        centres=centres,
        as_of=as_of,
        first=first,
        last=last,
        contacts=all_months[Reached.contact],
        promoted=all_months[Reached.promoted],
        registered=all_months[Reached.registered],
        steps=tuple(_steps(all_months)),
        months=tuple(FunnelMonth(month, dict(zip(_WORDS, counts, strict=True))) for month, counts in sorted(by_month.items())),
        to_counselling_median=quantile(took, MEDIAN),
        to_counselling_most=quantile(took, MOST),
    )


def _steps(counts: Mapping[Reached, int]) -> Iterator[FunnelStep]:
    opened = before = counts[Reached.opened]
    for step in OF_CASES:
        n = counts[step]
        yield FunnelStep(step, n, percent(n, opened), None if step is Reached.opened else percent(n, before))
        before = n
