"""The history of a referral: each step that was taken, by whom, through which door and with what words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.partners.declining import DeclineCode
from domain.referrals.happened import ReferralMoved, Said
from domain.referrals.record import Referral
from domain.referrals.steps import State
from domain.values import CentreCode, ClientId, ReferralId


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One line of a referral's history: who, when, through which door, from where to where, with what words."""

    id: UUID
    centre: CentreCode
    client_id: ClientId
    referral_id: ReferralId
    step: str
    was: State
    state: State
    at: datetime
    by: UUID
    channel: str
    said: Said
    decline_code: DeclineCode | None = None

    @classmethod
    def of(cls, id: UUID, referral: Referral, moved: ReferralMoved, channel: str) -> "StepTaken":
        return cls(
            id,
            referral.centre,
            referral.client_id,
            referral.id,
            moved.step.value,
            moved.was,
            moved.to,
            moved.at,
            moved.by,
            channel,
            referral.said,
            referral.decline_code,
        )
