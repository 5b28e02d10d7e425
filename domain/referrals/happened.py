"""What happened to a referral, as its rules tell it."""

from dataclasses import dataclass

from domain.events import Event
from domain.referrals.steps import State, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralDrafted(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralMoved(Event):
    step: Step
    was: State
    to: State


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralReminded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralLate(Event):
    """The time to answer has run out; the supervisors are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionOpen(Event):
    """The time to confirm a deletion has run out; the supervisors are told."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words that came with a step; encrypted with the client's key."""

    note: str = ""
    reason: str = ""
    outcome: str = ""


SILENT = Said()
