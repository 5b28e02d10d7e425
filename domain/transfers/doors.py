"""How transfers are kept, what each side of one is shown, and how a client is moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.identity import Actor, Scope
from domain.partners.times import Urgency
from domain.transfers.record import Told, Transfer
from domain.transfers.steps import Side, TransferState, TransferStep, fitting
from domain.values import CaseId, CentreCode, ClientId, StaffId, TransferId


class Direction(StrEnum):
    """Seen from the reader's centre."""

    received = "received"
    sent = "sent"


@dataclass(frozen=True, slots=True)
class TransferView:
    """`told` and `reply` are for those who need them now, and the ids for the centre that has the client. `steps` are those that fit for
    the reader's side; whether the reader may take them is asked when they do."""

    id: TransferId
    direction: Direction
    centre: CentreCode
    to_centre: CentreCode
    number: str
    urgency: Urgency
    state: TransferState
    told: Told | None
    reply: str
    asked_at: datetime
    asked_by: StaffId
    answer_by: datetime
    expires_at: datetime
    working_time: bool
    answered_at: datetime | None
    taken_by: StaffId | None
    case_id: CaseId | None
    client_id: ClientId | None
    steps: tuple[TransferStep, ...]
    version: int

    @classmethod
    def of(cls, it: Transfer, reader: Actor) -> "TransferView":
        side = it.side(reader)
        receiving, accepted = side is Side.receiving, it.state is TransferState.accepted
        reads = it.state in (TransferState.requested, TransferState.accepted) if receiving else not accepted
        has = accepted if receiving else not accepted
        watches = side is Side.watching
        return cls(
            id=it.id,
            direction=Direction.received if receiving else Direction.sent,
            centre=it.centre,
            to_centre=it.to_centre,
            number=it.number,
            urgency=it.urgency,
            state=it.state,
            told=it.told if reads or watches else None,
            reply=it.reply,
            asked_at=it.asked_at,
            asked_by=it.asked_by,
            answer_by=it.answer_by,
            expires_at=it.expires_at,
            working_time=it.working_time,
            answered_at=it.answered_at,
            taken_by=it.taken_by if receiving or watches else None,
            case_id=it.case_id if has or watches else None,
            client_id=it.client_id if has or watches else None,
            steps=fitting(it.state, side),
            version=it.version,
        )


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One that waits for the reader's centre, on the board."""

    id: TransferId
    number: str
    centre: CentreCode
    to_centre: CentreCode
    urgency: Urgency
    answer_by: datetime


class TransferRecords(Protocol):
    async def get(self, scope: Scope, id: TransferId) -> Transfer:
        """Held until the transaction ends, for either side. Raises NotFound."""
        ...

    async def waits(self, client: ClientId) -> bool:
        """Whether a transfer of this client waits for its answer."""
        ...

    async def add(self, transfer: Transfer) -> None: ...
    async def save(self, transfer: Transfer) -> None: ...

    async def hold(self, client: ClientId) -> tuple[CaseId, ...]:
        """Holds what others may be writing of this client, in the order in which they take it: consents, referrals, cases. Answers with
        the cases. Raises InUse where somebody has something of it for longer than a moment."""
        ...

    async def move(self, client: ClientId, to: CentreCode) -> None:
        """Every row of the client's goes to this centre, and the kept figures with them; the cases are held. Raises InUse."""
        ...

    async def due(self, at: datetime, limit: int) -> list[Transfer]:
        """Those whose `clock_at` has come, the longest due first."""
        ...


class TransferViews(Protocol):
    async def one(self, scope: Scope, id: TransferId) -> Transfer:
        """Raises NotFound. A scope of one's own reaches what one asked for oneself, or whose case one held."""
        ...

    async def waiting(self, scope: Scope, limit: int) -> list[Transfer]:
        """Whose answer the reader's centres owe, the first due first."""
        ...

    async def page(
        self, scope: Scope, direction: Direction, state: TransferState | None, limit: int, after: UUID | None
    ) -> Sequence[Transfer]:
        """Newest first; at most `limit` older than `after`."""
        ...

    async def of_client(self, scope: Scope, client: ClientId) -> list[Transfer]:
        """Newest first, of a client in reach."""
        ...
