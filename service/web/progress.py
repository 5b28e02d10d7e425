"""Where a case or a referral stands, as a line of steps and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from domain.cases import Stage
from domain.referrals.doors import ReferralView
from domain.referrals.steps import State
from service.web.catalogue import Words, mark
from service.web.labels import label
from service.web.times import left


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One step of a line: `where` is past, present or ahead. Lines are made once, so that what is drawn of one is found by it."""

    code: StrEnum
    where: str


_STAGES = (Stage.open, Stage.in_counselling, Stage.plan_agreed, Stage.in_service, Stage.follow_up, Stage.closed)


@cache
def stage_line(stage: Stage) -> tuple[Mark, ...]:
    """A case on hold stands beside the line, so its line begins with the hold."""
    if stage is Stage.on_hold:
        return (Mark(Stage.on_hold, "present"), *(Mark(one, "ahead") for one in _STAGES[1:]))
    return _line(_STAGES, stage)


def _line(path: tuple[StrEnum, ...], present: StrEnum) -> tuple[Mark, ...]:
    at = path.index(present)
    return tuple(Mark(code, "past" if place < at else "present" if place == at else "ahead") for place, code in enumerate(path))


_SENT = (State.queued, State.seen, State.accepted, State.in_service, State.completed)
# States beside the straight way, each with how far along it they stand.
_BESIDE: Mapping[State, tuple[State, ...]] = {
    State.delivered: (State.delivered, *_SENT[1:]),
    State.needs_information: (State.queued, State.needs_information, *_SENT[2:]),
    State.answered: (State.queued, State.answered, *_SENT[2:]),
    State.appointment_set: (State.queued, State.seen, State.appointment_set, *_SENT[3:]),
    State.declined: (State.queued, State.declined),
    State.expired: (State.queued, State.expired),
    State.not_completed: (State.queued, State.accepted, State.not_completed),
    State.withdrawn: (State.withdrawn,),
    State.recalled: (State.recalled,),
}


def referral_line(referral: ReferralView) -> tuple[Mark, ...]:
    return _state_line(referral.state, referral.approval_needed)


@cache
def _state_line(state: State, approval_needed: bool) -> tuple[Mark, ...]:
    before = (State.draft, State.awaiting_approval) if approval_needed else (State.draft,)
    return _line((*before, *_BESIDE.get(state, _SENT)), state)


# The states in which somebody's answer is awaited while a clock runs.
_WAITING = frozenset({State.queued, State.delivered, State.seen, State.answered})


def referral_said(words: Words, referral: ReferralView, partner: str, now: datetime) -> str:
    """The state in words, with who must act and what is left of the time."""
    if referral.state in _WAITING and referral.answer_by:
        return words(mark("Waiting for {partner}, {time}"), partner=partner, time=left(words, referral.answer_by, now))
    if referral.state is State.recalled and referral.answer_by:
        still = mark("Recalled; {partner} has not confirmed yet that it is deleted, {time}")
        return words(still, partner=partner, time=left(words, referral.answer_by, now))
    return words(label(referral.state))
