"""How partners answer: the facts a referral is counted by, and what is told of each partner and service."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.figures.durations import MEDIAN, MOST, percent, quantile, rung
from domain.partners.declining import DeclineCode
from domain.referrals.steps import State
from domain.values import CentreCode, PartnerId

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


Told = Mapping[PartnerId, Mapping[UUID, Counter[tuple[Fact, str]]]]
"""Of how many referrals to each partner's service a fact is told, with its detail."""


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
        every: Counter[tuple[Fact, str]] = Counter()
        for counts in services.values():
            every.update(counts)
        whole = _line(partner, its, None, every, sum(its.late.values()))
        apart = services if set(services) != {NO_SERVICE} else {}
        parts = [_line(partner, its, service, counts, its.late.get(service, 0)) for service, counts in apart.items()]
        made.append((whole, *sorted(parts, key=lambda line: (-line.sent, line.service))))
    return tuple(line for group in sorted(made, key=lambda group: (-group[0].sent, group[0].name)) for line in group if line.sent)


def _line(partner: PartnerId, its: Called, service: UUID | None, counts: Counter[tuple[Fact, str]], late: int) -> PartnerLine:
    seen, said, ends = (_details(counts, fact) for fact in (Fact.acknowledged, Fact.answered, Fact.ended))
    first, answers = ({int(step): n for step, n in one.items()} for one in (seen, said))
    ended = sum(n for state, n in ends.items() if state in BY_PARTNER)
    acknowledged, silent = sum(first.values()), counts[Fact.silent, ""]
    completed, declined = ends.get(State.completed, 0), ends.get(State.declined, 0)
    return PartnerLine(
        partner_id=partner,
        name=its.name,
        service_id=None if service in (None, NO_SERVICE) else service,
        service=its.services.get(service, "") if service else "",
        whole=service is None,
        sent=counts[Fact.sent, ""],
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
        reasons=_reasons(_details(counts, Fact.declined)),
    )


def _reasons(told: dict[str, int]) -> tuple[Declined, ...]:
    """Most first; of as many, in the order of the table, and what was not said last."""
    places = {code.value: place for place, code in enumerate(DeclineCode)}
    ordered = sorted(told.items(), key=lambda item: (-item[1], places.get(item[0], len(places))))
    return tuple(Declined(DeclineCode(code) if code else None, n) for code, n in ordered)


def _details(counts: Counter[tuple[Fact, str]], wanted: Fact) -> dict[str, int]:
    return {detail: n for (fact, detail), n in counts.items() if fact is wanted and n}
