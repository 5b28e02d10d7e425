"""How partners answer: the facts a referral is counted by, and what is told of each partner and service."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.figures.durations import MEDIAN, MOST, percent, quantile, rung
from domain.partners.declining import DeclineCode, most_first
from domain.referrals.steps import State
from domain.values import CentreCode, PartnerId

QUARTERS = 2
"""How many are shown unless asked otherwise: this one and the last.

Decision. Context: the page is read to see how partners answer now; a median over a year hides that one has gone silent, and a year of
rungs, each partner's and service's and fact's apart, is read for every look. Choice: two quarters, so that the first days of a new one are
not empty; a year is one link away, any other period two fields, and the API takes `from` and `to` as before. Price: fewer referrals in a
median, so the number they are of stands beside it; whoever built on four quarters without naming them has to name them now.
"""
NO_SERVICE = UUID(int=0)
"""In figures, for a referral that names a partner and no service of it."""


class Fact(StrEnum):
    """What a referral that has left is counted for."""

    sent = "sent"
    acknowledged = "acknowledged"
    """Its partner gave a first sign: saw it, said yes or no, or asked back. Counted by how long that took."""
    answered = "answered"
    """Its partner said yes or no, counted by how long the first of these took."""
    silent = "silent"
    """It ran out without a sign of its partner."""
    ended = "ended"
    """By the state it ended in."""
    declined = "declined"
    """Its partner declined it, by the code of why; empty where it gave none."""


ENDED = (State.completed, State.not_completed, State.declined, State.expired, State.withdrawn, State.recalled)
BY_PARTNER = frozenset({State.completed, State.not_completed, State.declined, State.expired})
"""Ends that are the partner's doing: what the centre took back says nothing of it."""


def facts(
    state: State,
    sent: datetime | None,
    acknowledged: datetime | None,
    answered: datetime | None,
    declined: DeclineCode | None = None,
) -> Iterator[tuple[Fact, str]]:
    """What one referral is counted for, with the rung, the end or the code. Nothing before it has left."""
    if sent is None:
        return
    yield Fact.sent, ""
    if acknowledged is not None:
        yield Fact.acknowledged, str(rung(acknowledged - sent))
    elif state is State.expired:
        yield Fact.silent, ""
    if answered is not None:
        yield Fact.answered, str(rung(answered - sent))
    if state in ENDED:
        yield Fact.ended, state.value
    if state is State.declined:
        yield Fact.declined, declined.value if declined else ""


@dataclass(frozen=True, slots=True)
class Declined:
    """How many a partner declined for this reason; none: it gave no code."""

    code: DeclineCode | None
    n: int


def reasons(told: Mapping[str, int]) -> tuple[Declined, ...]:
    """`told` is of how many each code was said, empty where none was; the most first."""
    return tuple(Declined(DeclineCode(code) if code else None, n) for code, n in most_first(told))


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner's service, or the partner as a whole where `service_id` is none and `whole` is set.

    Times are seconds, each "at most" (`domain/figures/durations.py`): 0 says longer than the ladder, none that there was nothing to count.
    `silent_share` is of those whose partner gave a sign or let them run out; the other shares are of those that the partner brought to an
    end. Percent. `late` are running now, past their time."""

    partner_id: PartnerId
    name: str
    service_id: UUID | None
    service: str
    whole: bool
    sent: int
    acknowledged: int
    acknowledge_median: int | None
    acknowledge_most: int | None
    answered: int
    answer_median: int | None
    answer_most: int | None
    silent: int
    silent_share: int | None
    completed: int
    completion_share: int | None
    declined: int
    declined_share: int | None
    late: int
    reasons: tuple[Declined, ...]
    """Of those declined, most first."""


@dataclass(frozen=True, slots=True)
class PartnerDashboard:
    """Referrals by the quarter in which they were sent, exact, as of now; each partner first as a whole, then by service."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    first: str
    last: str
    lines: tuple[PartnerLine, ...]


Counts = dict[str, dict[str, int]]
"""Of how many referrals each fact is told, by its detail. The facts are `Fact`, as they are kept."""
Told = Mapping[PartnerId, Mapping[UUID, Counts]]


@dataclass(frozen=True, slots=True)
class Called:
    """What a partner and its services are called, and how many referrals each has let run past their time: by service."""

    name: str
    services: dict[UUID, str]
    late: dict[UUID, int]


def lines(told: Told, called: dict[PartnerId, Called]) -> tuple[PartnerLine, ...]:
    """Partners by how many referrals they got, the most first; services within them likewise."""
    made: list[tuple[PartnerLine, ...]] = []
    for partner, services in told.items():
        its = called.get(partner, Called("", {}, {}))
        whole = _line(partner, its, None, _together(services.values()), sum(its.late.values()))
        apart = services if set(services) != {NO_SERVICE} else {}
        parts = [_line(partner, its, service, counts, its.late.get(service, 0)) for service, counts in apart.items()]
        made.append((whole, *sorted(parts, key=lambda line: (-line.sent, line.service))))
    return tuple(line for group in sorted(made, key=lambda group: (-group[0].sent, group[0].name)) for line in group if line.sent)


def _together(services: Collection[Counts]) -> Counts:
    if len(services) == 1:
        return next(iter(services))
    every: Counts = {}
    for counts in services:
        for fact, details in counts.items():
            sums = every.setdefault(fact, {})
            for detail, n in details.items():
                sums[detail] = sums.get(detail, 0) + n
    return every


def _line(partner: PartnerId, its: Called, service: UUID | None, counts: Counts, late: int) -> PartnerLine:
    def told(fact: Fact) -> dict[str, int]:
        return counts.get(fact, {})

    first, answers = ({int(step): n for step, n in told(fact).items()} for fact in (Fact.acknowledged, Fact.answered))
    ends = told(Fact.ended)
    ended = sum(ends.get(state, 0) for state in BY_PARTNER)
    acknowledged, silent = sum(first.values()), told(Fact.silent).get("", 0)
    completed, declined = ends.get(State.completed, 0), ends.get(State.declined, 0)
    return PartnerLine(
        partner_id=partner,
        name=its.name,
        service_id=None if service in (None, NO_SERVICE) else service,
        service=its.services.get(service, "") if service else "",
        whole=service is None,
        sent=told(Fact.sent).get("", 0),
        acknowledged=acknowledged,
        acknowledge_median=quantile(first, MEDIAN),
        acknowledge_most=quantile(first, MOST),
        answered=sum(answers.values()),
        answer_median=quantile(answers, MEDIAN),
        answer_most=quantile(answers, MOST),
        silent=silent,
        silent_share=percent(silent, silent + acknowledged),
        completed=completed,
        completion_share=percent(completed, ended),
        declined=declined,
        declined_share=percent(declined, ended),
        late=late,
        reasons=reasons(told(Fact.declined)),
    )
