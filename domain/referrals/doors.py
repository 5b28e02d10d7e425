"""How referrals are kept and shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.identity import Scope
from domain.partners.declining import DeclineCode
from domain.referrals.feedback import Feedback
from domain.referrals.history import StepTaken
from domain.referrals.queue import QueueAsked, QueueLine
from domain.referrals.record import Referral
from domain.referrals.steps import State, Urgency
from domain.values import CaseId, CentreCode, ClientId, FieldGroup, PartnerId, ReferralId, StaffId


@dataclass(frozen=True, slots=True)
class ReferralView:
    id: ReferralId
    ref: str
    centre: CentreCode
    case_id: CaseId
    partner: PartnerId
    service: UUID | None
    reason: str
    urgency: Urgency
    field_groups: tuple[FieldGroup, ...]
    state: State
    approval_needed: bool
    made_by: StaffId
    approved_by: StaffId | None
    made_at: datetime
    sent_at: datetime | None
    answer_by: datetime | None
    appointment_at: datetime | None
    note: str
    decline_reason: str
    outcome: str
    replaces: ReferralId | None
    working_time: bool
    deletion_confirmed_at: datetime | None
    feedback: Feedback | None
    steps: tuple[str, ...]
    version: int
    decline_code: DeclineCode | None
    """None too where it was declined and its partner gave none."""

    @classmethod
    def of(cls, it: Referral) -> "ReferralView":
        return cls(
            id=it.id,
            ref=it.ref,
            centre=it.centre,
            case_id=it.case_id,
            partner=it.partner_id,
            service=it.service_id,
            reason=it.reason,
            urgency=it.urgency,
            field_groups=it.field_groups,
            state=it.state,
            approval_needed=it.approval_needed,
            made_by=it.made_by,
            approved_by=it.approved_by,
            made_at=it.made_at,
            sent_at=it.sent_at,
            answer_by=it.answer_by,
            appointment_at=it.appointment_at,
            note=it.said.note,
            decline_reason=it.said.reason,
            outcome=it.said.outcome,
            replaces=it.replaces,
            working_time=it.working_time,
            deletion_confirmed_at=it.deletion_confirmed_at,
            feedback=it.feedback,
            steps=it.fitting(),
            version=it.version,
            decline_code=it.decline_code,
        )


@dataclass(frozen=True, slots=True)
class StepView:
    id: UUID
    step: str
    was: State
    state: State
    at: datetime
    by: UUID
    channel: str
    note: str
    reason: str
    outcome: str
    decline_code: DeclineCode | None

    @classmethod
    def of(cls, it: StepTaken) -> "StepView":
        said = it.said
        return cls(it.id, it.step, it.was, it.state, it.at, it.by, it.channel, said.note, said.reason, said.outcome, it.decline_code)


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """What a list of referrals is narrowed by. `late_at` leaves those that wait for an answer which was due before that moment, `silent`
    those that ran out without a sign of their partner, `acknowledged` and `answered` those that had a sign or an answer."""

    state: State | None = None
    partner: PartnerId | None = None
    late_at: datetime | None = None
    service: UUID | None = None
    """All noughts for those that name none."""
    centre: CentreCode | None = None
    sent_from: datetime | None = None
    sent_before: datetime | None = None
    silent: bool = False
    acknowledged: bool = False
    answered: bool = False
    counsellor: StaffId | None = None
    """Those that are not over, of cases that they hold."""
    decline_code: DeclineCode | None = None
    code_unsaid: bool = False
    """Those that were declined without a code."""


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One referral in a partner's own list: nothing about the person."""

    ref: str
    urgency: Urgency
    state: State
    answer_by: datetime | None
    sequence: int


class ReferralRecords(Protocol):
    async def get(self, scope: Scope, id: ReferralId) -> Referral: ...

    async def for_partner(self, partner: PartnerId, ref: str) -> Referral:
        """Raises NotFound, alike for another partner's reference and none."""
        ...

    async def of_message(self, id: ReferralId) -> Referral:
        """For the worker, who carries messages of every centre. Raises NotFound."""
        ...

    async def ended(self, ids: list[ReferralId]) -> frozenset[ReferralId]:
        """Those of these that are no longer LIVE."""
        ...

    async def add(self, referral: Referral) -> None: ...
    async def save(self, referral: Referral) -> None: ...
    async def step(self, taken: StepTaken) -> None: ...

    async def open_to(self, client: ClientId, partner: PartnerId | None) -> list[Referral]:
        """The client's referrals in an OPEN state, to one partner or to all: what a withdrawal must recall."""
        ...

    async def hand_over(self, case: CaseId, to: StaffId) -> None:
        """The case's open referrals go along with it: the new counsellor is told of their answers."""
        ...

    async def put_back(self, partner: PartnerId, holder: StaffId) -> list[tuple[ReferralId, CentreCode]]:
        """What one of the partner's people still had in hand waits in its queue again; which they were."""
        ...

    async def due(self, at: datetime, limit: int) -> list[Referral]:
        """Referrals whose `clock_at` has come, the longest due first."""
        ...

    async def untouched(self, partner: PartnerId, before: datetime, limit: int) -> list[Referral]:
        """What left for the partner before that moment and was at most seen there, the oldest first."""
        ...


class ReferralViews(Protocol):
    async def referral(self, scope: Scope, id: ReferralId) -> Referral: ...
    async def page(self, scope: Scope, wanted: ReferralFilter, limit: int, after: UUID | None) -> list[Referral]: ...
    async def of_case(self, scope: Scope, case: CaseId) -> list[Referral]: ...
    async def steps(self, scope: Scope, id: ReferralId) -> list[StepTaken]: ...
    async def live_by_service(self, scope: Scope) -> dict[UUID, int]:
        """How many live referrals of the scope's centres each service has: a figure, whosever they are."""
        ...


class PartnerQueueViews(Protocol):
    async def of_partner(
        self, partner: PartnerId, limit: int, after: UUID | None, only: StaffId | None = None
    ) -> list[tuple[UUID, PartnerLine]]:
        """Live ones, newest first; with `only`, what nobody of the partner's people holds or this one does."""
        ...

    async def queue(self, asked: QueueAsked, at: datetime, limit: int, after: UUID | None) -> list[tuple[UUID, QueueLine]]:
        """Late ones first, then by urgency and the time left: at most `limit` behind the referral `after`, each with its id."""
        ...
