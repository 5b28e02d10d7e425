"""The steps of an incoming referral as one table: the words of those that go out, with the centre on the answering side."""

from enum import StrEnum


class IncomingState(StrEnum):
    queued = "queued"
    seen = "seen"
    accepted = "accepted"
    declined = "declined"
    needs_information = "needs_information"
    answered = "answered"
    completed = "completed"
    withdrawn = "withdrawn"
    expired = "expired"


class DeskStep(StrEnum):
    """What the centre can do with it."""

    seen = "seen"
    accept = "accept"
    decline = "decline"
    need_information = "need_information"
    complete = "complete"


class SenderStep(StrEnum):
    """What the partner that sent it can do. `withdraw` is also for when the person no longer agrees."""

    answer = "answer"
    withdraw = "withdraw"


class ClockStep(StrEnum):
    """What comes with time alone."""

    expire = "expire"
    """The sender never answered the centre's question."""


_S, _D, _P, _C = IncomingState, DeskStep, SenderStep, ClockStep
Step = DeskStep | SenderStep | ClockStep

CLOCKED = frozenset({_S.queued, _S.seen, _S.answered})
"""The centre's time to answer runs."""

UNANSWERED = CLOCKED | {_S.needs_information}
OPEN = UNANSWERED | {_S.accepted}
"""Something is still to come of it."""

NEXT: dict[Step, tuple[frozenset[IncomingState], IncomingState]] = {
    _D.seen: (frozenset({_S.queued}), _S.seen),
    _D.accept: (UNANSWERED, _S.accepted),
    _D.need_information: (CLOCKED, _S.needs_information),
    _D.decline: (UNANSWERED, _S.declined),
    _D.complete: (frozenset({_S.accepted}), _S.completed),
    _P.answer: (frozenset({_S.needs_information}), _S.answered),
    _P.withdraw: (UNANSWERED, _S.withdrawn),
    _C.expire: (frozenset({_S.needs_information}), _S.expired),
}

RESTING = frozenset({_S.needs_information, _S.declined, _S.withdrawn, _S.expired, _S.completed})
"""The centre has nothing to do with it. What was said of somebody who became nobody's client is not kept for long."""

NEEDS_REASON = frozenset({_D.decline})
NEEDS_NOTE = frozenset({_D.need_information, _P.answer})
NEEDS_OUTCOME = frozenset({_D.complete})

NOTICED = frozenset({_D.accept, _D.need_information, _D.decline, _D.complete, _C.expire})
"""What the sender is told of; that somebody looked at it, it finds by asking."""


def fitting(state: IncomingState, whose: type[DeskStep] | type[SenderStep]) -> tuple[str, ...]:
    """The steps that fit now, of those whose they are."""
    return tuple(step.value for step, (states, _) in NEXT.items() if state in states and isinstance(step, whose))
