"""Messages on their way to partners: claimed under a lease, attempted, settled, given up loudly."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.partners.exchange import Receipt
from domain.values import PartnerId


class MessageState(StrEnum):
    waiting = "waiting"
    claimed = "claimed"
    delivered = "delivered"
    given_up = "given_up"


# Standard Webhooks' suggested schedule: at once, then these waits after each failure; after the last the message is given up.
SCHEDULE = tuple(timedelta(seconds=wait) for wait in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600))
LEASE = timedelta(seconds=60)
PER_PARTNER = 4
"""Messages of one partner that a worker takes up at a time, so that a slow one never fills its hands."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a failed message is tried again, and for how long a worker holds one. Rehearsals and tests shorten it; nobody else should."""

    waits: tuple[timedelta, ...] = SCHEDULE
    lease: timedelta = LEASE
    """Longer than any attempt may take (10 s), so that a lease runs out only when its worker died."""

    def wait(self, attempts: int, asked: int | None) -> timedelta | None:
        """The wait after so many failed attempts, or None to give up. A partner may ask for longer, up to an hour."""
        if attempts > len(self.waits):
            return None
        return max(self.waits[attempts - 1], timedelta(seconds=min(asked or 0, 3600)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGivenUp(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReplayed(Event):
    pass


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this worker holds until its lease ends. `token` must still match when the result is written."""

    id: UUID
    partner_id: PartnerId
    kind: str
    subject: UUID
    body: dict[str, object]
    made_at: datetime
    attempts: int
    token: UUID


@dataclass(frozen=True, slots=True)
class Settled:
    """What one attempt came to."""

    state: MessageState
    detail: str
    wait: timedelta | None = None


def settle(receipt: Receipt, attempts: int, schedule: Schedule) -> Settled:
    """`attempts` counts this one. Gone means given up at once: the endpoint is closed for good."""
    match receipt.state.value:
        case "taken":
            return Settled(MessageState.delivered, receipt.detail)
        case "gone":
            return Settled(MessageState.given_up, receipt.detail)
    wait = schedule.wait(attempts, receipt.after)
    if wait is None:
        return Settled(MessageState.given_up, receipt.detail)
    return Settled(MessageState.waiting, receipt.detail, wait)


OVERTAKEN = Settled(MessageState.given_up, "the referral was no longer open when its turn came")
INVITING = frozenset({"referral.sent", "referral.answered", "referral.reminder"})
"""Messages that ask the partner to act: worth nothing, and not to leave, once the referral was withdrawn, recalled or has ended."""


class NotReplayable(Conflict):
    """Only a delivered or given-up message can be sent again."""

    next = "Wait: it is still on its way."


class NoEndpoint(Invalid):
    """No address is set for these notices."""

    next = "PUT /partner/v1/endpoint sets one."


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A line of the delivery log, as the partner and the administrator see it."""

    id: UUID
    kind: str
    state: MessageState
    attempts: int
    made_at: datetime
    due_at: datetime
    settled_at: datetime | None
    detail: str


class MessageRecords(Protocol):
    """The post room's share of a transaction."""

    async def settle(self, claimed: Claimed, settled: Settled) -> bool:
        """Writes the attempt and the result if the lease is still ours; else nothing and False."""
        ...


class Outbox(Protocol):
    """The post room. Each call is its own short transaction; times are the database's."""

    async def claim(self, limit: int, full: Collection[PartnerId] = ()) -> list[Claimed]:
        """Due messages, at most one for each referral (the oldest unsettled one), at most PER_PARTNER for each partner and none for a
        partner in `full`, under a lease."""
        ...

    async def replay(self, partner: PartnerId, id: UUID) -> None:
        """Raises NotFound, NotReplayable."""
        ...

    async def log(self, partner: PartnerId, limit: int) -> list[DeliveryView]: ...

    async def troubled(self) -> dict[PartnerId, int]:
        """For each partner the messages of the last seven days that were tried and have not arrived."""
        ...

    async def waiting(self) -> int:
        """How many messages have not been delivered yet."""
        ...
