"""How incoming referrals are kept, and shown to the centre and to the partner that sent them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.identity import Scope
from domain.incoming.record import Incoming, Talk, Told
from domain.incoming.steps import DeskStep, IncomingState, SenderStep, fitting
from domain.partners.declining import DeclineCode
from domain.partners.times import Urgency
from domain.values import CentreCode, ClientId, IncomingId, PartnerId, StaffId


@dataclass(frozen=True, slots=True)
class IncomingView:
    """`steps` are those that fit now; whether the reader may take them is asked when they do."""

    id: IncomingId
    centre: CentreCode
    partner: PartnerId
    urgency: Urgency
    state: IncomingState
    told: Told
    talk: Talk
    came_at: datetime
    answer_by: datetime | None
    working_time: bool
    handled_by: StaffId | None
    client_id: ClientId | None
    steps: tuple[str, ...]
    version: int
    decline_code: DeclineCode | None

    @classmethod
    def of(cls, it: Incoming) -> "IncomingView":
        return cls(
            id=it.id,
            centre=it.centre,
            partner=it.partner_id,
            urgency=it.urgency,
            state=it.state,
            told=it.told,
            talk=it.talk,
            came_at=it.came_at,
            answer_by=it.answer_by,
            working_time=it.working_time,
            handled_by=it.handled_by,
            client_id=it.client_id,
            steps=fitting(it.state, DeskStep),
            version=it.version,
            decline_code=it.decline_code,
        )


@dataclass(frozen=True, slots=True)
class SentView:
    """How one fares, as its sender sees it: nothing of whom the person became, nor who answered."""

    ref: str
    centre: CentreCode
    urgency: Urgency
    state: IncomingState
    reference: str
    question: str
    reason: str
    outcome: str
    answer_by: datetime | None
    sequence: int
    steps: tuple[str, ...]
    decline_code: DeclineCode | None
    """Why the centre declined, beside its reason."""

    @classmethod
    def of(cls, it: Incoming) -> "SentView":
        talk = it.talk
        return cls(
            it.ref,
            it.centre,
            it.urgency,
            it.state,
            it.told.reference,
            talk.question,
            talk.reason,
            talk.outcome,
            it.answer_by,
            it.sequence,
            fitting(it.state, SenderStep),
            it.decline_code,
        )


@dataclass(frozen=True, slots=True)
class SentLine:
    """One in the sender's own list: nothing about the person."""

    ref: str
    centre: CentreCode
    urgency: Urgency
    state: IncomingState
    answer_by: datetime | None
    sequence: int


@dataclass(frozen=True, slots=True)
class IncomingWaits:
    """One whose answer the centre owes, on the board: nothing of the person."""

    id: IncomingId
    centre: CentreCode
    client_id: ClientId | None
    partner: str
    urgency: Urgency
    state: IncomingState
    answer_by: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class IncomingFilter:
    """What a list of incoming referrals is narrowed by; None does not narrow. `code_unsaid` leaves those declined without a code."""

    state: IncomingState | None = None
    decline_code: DeclineCode | None = None
    code_unsaid: bool = False
    came_from: datetime | None = None
    came_before: datetime | None = None


class IncomingRecords(Protocol):
    async def get(self, scope: Scope, id: IncomingId) -> Incoming:
        """Held until the transaction ends. Raises NotFound, also for one of a client who is not for this reader."""
        ...

    async def for_partner(self, partner: PartnerId, ref: str) -> Incoming:
        """Raises NotFound, alike for another partner's reference and none."""
        ...

    async def of_sender(self, partner: PartnerId, id: IncomingId) -> Incoming:
        """By our own id, for a request sent again. Raises NotFound for another partner's."""
        ...

    async def add(self, incoming: Incoming) -> None: ...
    async def save(self, incoming: Incoming) -> None: ...

    async def due(self, at: datetime, limit: int) -> list[Incoming]:
        """Those whose `clock_at` has come, the longest due first."""
        ...

    async def resting(self, before: datetime, limit: int) -> list[Incoming]:
        """Those not cleared whose `rests_at` is before this, held until the transaction ends."""
        ...

    async def shred(self, id: IncomingId) -> None:
        """Destroys the key of what was said."""
        ...


class IncomingViews(Protocol):
    async def one(self, scope: Scope, id: IncomingId) -> Incoming: ...

    async def waiting(self, scope: Scope, limit: int) -> list[Incoming]:
        """Whose answer the centre owes, the first due first."""
        ...

    async def page(self, scope: Scope, wanted: IncomingFilter, limit: int, after: UUID | None) -> list[Incoming]:
        """Newest first; at most `limit` older than `after`."""
        ...

    async def of_partner(self, partner: PartnerId, limit: int, after: UUID | None) -> list[tuple[UUID, SentLine]]: ...
