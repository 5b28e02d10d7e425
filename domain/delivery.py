"""Messages on their way to partners: claimed under a lease, attempted, settled, given up loudly."""

from collections.abc import Collection, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesReplayed(Event):
    """A range of them; the note says how many."""


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


class NoRange(Invalid):
    """A range begins somewhere: at a moment, or at one delivery."""

    next = "Say since when, or from which delivery on."


class RangeTurned(Invalid):
    """A range begins before it ends."""

    next = "Look at the two times again."


MOST_REPLAYED = 500
"""Messages that one call looks through; the answer says where the next one begins."""


@dataclass(frozen=True, slots=True)
class Range:
    """Which messages are sent again: made from `since` on and before `until`, or from the delivery `first` on, oldest first."""

    since: datetime | None = None
    until: datetime | None = None
    first: UUID | None = None
    only_given_up: bool = False

    def check(self) -> None:
        """Raises NoRange, RangeTurned."""
        if self.since is None and self.first is None:
            raise NoRange(field="since")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise RangeTurned(field="until")


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were set to be sent again; `next` is the delivery at which a further call goes on, None at the end of the range."""

    replayed: int
    next: UUID | None


@dataclass(frozen=True, slots=True)
class LastFailure:
    """`notice` is the type of what was posted, `kind` what went wrong, in our words; `given_up` says that it was the last attempt."""

    at: datetime
    notice: str
    kind: str
    given_up: bool


HEALTH_DAYS = 7


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How an endpoint did in the last seven days. Of the messages that were tried, `delivered` arrived, at whichever attempt; seconds
    run from making a message to its first being taken. `waiting` counts all that wait, however old."""

    tried: int
    delivered: int
    share: float | None
    median_seconds: float | None
    p95_seconds: float | None
    last_failure: LastFailure | None
    waiting: int
    paused: bool
    disabled: bool
    days: int = HEALTH_DAYS


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
    sandbox: bool = False
    """About a made-up referral."""


class MessageRecords(Protocol):
    """The post room's share of a transaction."""

    async def settle(self, results: Sequence[tuple[Claimed, Settled]]) -> set[UUID]:
        """Writes the attempt and the result of each message whose lease is still ours, and says which these were."""
        ...

    async def replay_range(self, partner: PartnerId, asked: Range) -> Replayed:
        """Looks through at most MOST_REPLAYED messages of the range; those that wait already stay as they are. Raises NotFound for a first
        delivery that is not the partner's."""
        ...

    async def following(self, partner: PartnerId, asked: Range) -> UUID | None:
        """Where a call for this range goes on, whatever became of its messages. Raises NotFound."""
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

    async def log(self, partner: PartnerId, limit: int, after: UUID | None = None, state: MessageState | None = None) -> list[DeliveryView]:
        """Newest first, from below the delivery `after`."""
        ...

    async def health(self, partner: PartnerId) -> EndpointHealth | None:
        """None where no endpoint is set."""
        ...

    async def troubled(self) -> dict[PartnerId, int]:
        """For each partner the messages of the last seven days that were tried and have not arrived."""
        ...

    async def waiting(self) -> int:
        """How many messages have not been delivered yet."""
        ...
