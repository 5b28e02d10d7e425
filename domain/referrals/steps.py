"""The steps of a referral as one table that can be laid beside the paper procedure, and in which states its clock runs."""

from enum import StrEnum

from domain.partners.exchange import AnswerStep
from domain.partners.times import Urgency as Urgency


class State(StrEnum):
    draft = "draft"
    awaiting_approval = "awaiting_approval"
    queued = "queued"
    delivered = "delivered"
    seen = "seen"
    accepted = "accepted"
    declined = "declined"
    needs_information = "needs_information"
    answered = "answered"
    appointment_set = "appointment_set"
    in_service = "in_service"
    completed = "completed"
    not_completed = "not_completed"
    withdrawn = "withdrawn"
    recalled = "recalled"
    expired = "expired"


class StaffStep(StrEnum):
    """What the centre can do with a referral."""

    submit = "submit"
    approve = "approve"
    return_to_sender = "return_to_sender"
    send = "send"
    answer = "answer"
    withdraw = "withdraw"
    reroute = "reroute"
    close = "close"


class HouseStep(StrEnum):
    """What the service itself does, by clock or by rule."""

    deliver = "deliver"
    recall = "recall"
    expire = "expire"


_S, _A, _H = StaffStep, AnswerStep, HouseStep
Step = StaffStep | AnswerStep | HouseStep

_WAITING = frozenset({State.queued, State.delivered, State.seen})
_UNANSWERED = _WAITING | {State.needs_information, State.answered}
_UNDER_WAY = frozenset({State.accepted, State.appointment_set, State.in_service})

LIVE = _UNANSWERED | _UNDER_WAY
"""The partner may see the packet and act."""

CLOCKED = _WAITING | {State.answered}
"""The partner's time to answer runs."""

DUE = CLOCKED | {State.recalled}
"""Past `answer_by` somebody has to be asked: for the answer, or for word that what was sent is deleted."""

REROUTED = frozenset({State.declined, State.expired, State.not_completed, State.withdrawn})
"""It ended without a service: another partner may be tried."""

ENDED_BY_SERVICE = frozenset({State.completed, State.not_completed})
"""There was a service to ask about: the client can say whether it helped."""

OPEN = LIVE | {State.draft, State.awaiting_approval}
"""Something is still to come: the case cannot close over it unnoticed."""

# `complete` follows acceptance directly where a partner serves at once and reports once; what it reports is what is recorded.
# `close` is the centre's own end of it: the partner served and said so by telephone or letter, or said nothing. The partner gets no notice,
# for nothing is asked of it any more.
NEXT: dict[Step, tuple[frozenset[State], State]] = {
    _S.submit: (frozenset({State.draft}), State.awaiting_approval),
    _S.approve: (frozenset({State.awaiting_approval}), State.queued),
    _S.return_to_sender: (frozenset({State.awaiting_approval}), State.draft),
    _S.send: (frozenset({State.draft}), State.queued),
    _S.answer: (frozenset({State.needs_information}), State.answered),
    _S.withdraw: (OPEN, State.withdrawn),
    _S.close: (LIVE, State.completed),
    _H.deliver: (frozenset({State.queued}), State.delivered),
    _H.recall: (OPEN, State.recalled),
    _H.expire: (_UNANSWERED, State.expired),
    _A.seen: (frozenset({State.queued, State.delivered}), State.seen),
    _A.accept: (_WAITING | {State.answered}, State.accepted),
    _A.decline: (_UNANSWERED | {State.accepted}, State.declined),
    _A.need_information: (_WAITING | {State.answered, State.accepted}, State.needs_information),
    _A.set_appointment: (frozenset({State.accepted, State.appointment_set}), State.appointment_set),
    _A.start_service: (frozenset({State.accepted, State.appointment_set}), State.in_service),
    _A.complete: (_UNDER_WAY, State.completed),
    _A.not_complete: (_UNDER_WAY, State.not_completed),
    _A.confirm_deletion: (frozenset({State.recalled}), State.recalled),
}

ACKNOWLEDGES = frozenset({_A.seen, _A.accept, _A.decline, _A.need_information})
"""The partner's first sign: it has seen the referral, or said something to it."""

ANSWERS = frozenset({_A.accept, _A.decline})
"""Yes or no."""

NEEDS_REASON = frozenset({_S.withdraw, _S.return_to_sender, _A.decline, _A.not_complete})
NEEDS_OUTCOME = frozenset({_S.close, _A.complete})
NEEDS_NOTE = frozenset({_S.answer, _A.need_information})

# What the partner is told of, by step, in the words of CONTRACT. A partner that never got the referral is told of no withdrawal.
TOLD: dict[Step, str] = {
    _S.approve: "referral.sent",
    _S.send: "referral.sent",
    _S.answer: "referral.answered",
    _S.withdraw: "referral.withdrawn",
    _H.recall: "referral.recalled",
}


def fitting(state: State, *whose: type[StaffStep] | type[AnswerStep]) -> tuple[str, ...]:
    """The steps that fit now, of those whose they are; of staff and partner where nobody is named."""
    return tuple(step.value for step, (states, _) in NEXT.items() if state in states and isinstance(step, whose or (StaffStep, AnswerStep)))
