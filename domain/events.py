"""What happened, as rules return it: written to the trail, and where it concerns others to outbox and notices, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.values import CentreCode, ClientId, PartnerId, StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A thin message for a partner: an opaque reference and the event's name, nothing about the person. `id` is what the delivery log calls
    it; the outbox chooses one where nobody has to be told it beforehand."""

    partner: PartnerId
    kind: str
    subject: UUID
    body: dict[str, object]
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A line in a colleague's day: what kind of thing happened to which record."""

    staff: StaffId
    kind: str
    subject: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Ids, field names and states only: the trail outlives the person's data and must hold none of it."""

    at: datetime
    by: UUID
    centre: CentreCode
    subject: UUID
    client: ClientId | None = None
    fields: tuple[str, ...] = ()
    note: str = ""
    outgoing: Outgoing | None = None
    tells: tuple[Tell, ...] = field(default=())

    @property
    def action(self) -> str:
        """`ReferralMoved` is written in the trail as `referral_moved`."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
