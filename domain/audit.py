"""The trail of every read and every change, how it is chained, and breaking the glass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict
from domain.events import Event, Tell
from domain.identity import Actor, Scope
from domain.values import CentreCode, ClientId, StaffId

GLASS_LASTS = timedelta(hours=3)
REVIEW_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail: ids, field names and states only, so that it survives erasure.

    `others` are the further clients whose names one answer showed (a list). `mac` is its own keyed mark from the moment it is written;
    `seq` and `seal` place it in its centre's chain, within a second, by the worker.
    """

    id: UUID
    centre: CentreCode
    at: datetime
    actor: UUID
    action: str
    subject: UUID | None
    client_id: ClientId | None
    others: tuple[UUID, ...]
    fields: tuple[str, ...]
    note: str
    mac: bytes
    seq: int | None = None
    seal: bytes | None = None

    def canonical(self) -> bytes:
        """The bytes the mark covers: every column but mark and seal, in a fixed order, separated by a byte no part contains."""
        parts = (
            self.id.hex,
            self.centre,
            f"{self.at.timestamp():.6f}",
            self.actor.hex,
            self.action,
            self.subject.hex if self.subject else "",
            self.client_id.hex if self.client_id else "",
            ",".join(other.hex for other in self.others),
            ",".join(self.fields),
            self.note,
        )
        return "\x1f".join(parts).encode()


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody is about to be shown something: written before it is shown, or it is not shown."""

    actor: UUID
    centre: CentreCode
    action: str
    subject: UUID | None = None
    client_id: ClientId | None = None
    others: tuple[ClientId, ...] = ()
    note: str = ""


class Named(Protocol):
    """A line of a list that shows whose record it is."""

    @property
    def centre(self) -> CentreCode: ...

    @property
    def client_id(self) -> ClientId: ...


Shown = Named | tuple[CentreCode, ClientId]


def looks(actor: UUID, action: str, shown: Iterable[Shown], centres: Iterable[CentreCode] = ()) -> tuple[Look, ...]:
    """That a list is about to be shown: one line for each centre whose people are in it, with each person once. `centres` get theirs
    also where the list shows nobody."""
    by_centre: dict[CentreCode, dict[ClientId, None]] = {centre: {} for centre in centres}
    for one in shown:
        centre, client = one if isinstance(one, tuple) else (one.centre, one.client_id)
        by_centre.setdefault(centre, {})[client] = None
    return tuple(Look(actor, centre, action, others=tuple(people)) for centre, people in by_centre.items())


class Trail(Protocol):
    async def saw(self, *looks: Look) -> None:
        """Returns when the rows are durable; raises Unavailable when they cannot be, and then nothing may be shown. Writes nothing for
        no looks."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one centre's chain: kept outside the database, it shows when the tail was cut off."""

    centre: CentreCode
    seq: int
    seal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    centre: CentreCode
    seq: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `mrc audit verify` found: how many lines are sealed and waiting, and every broken link."""

    sealed: int
    waiting: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """What waits for a worker: messages for partners, lines of the trail not yet chained, and how long the longest has waited."""

    messages: int
    message_waits: timedelta
    lines: int
    line_waits: timedelta


@dataclass(frozen=True, slots=True)
class Sought:
    """What the trail is narrowed by: whose record, in a list too, who did it, from when until before when."""

    client: ClientId | None = None
    actor: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class Ledger(Protocol):
    """The trail as the worker and the data-protection officer handle it."""

    async def seal(self, limit: int) -> int:
        """Chains waiting lines, oldest first, centre by centre. How many."""
        ...

    async def heads(self) -> list[Head]: ...

    async def verify(self, outside: list[Head]) -> Verdict:
        """Walks every chain; `outside` are heads kept elsewhere that the chains must still contain."""
        ...

    async def page(self, centres: tuple[CentreCode, ...], sought: Sought, limit: int, after: UUID | None) -> list[Entry]:
        """Newest first; at most `limit` lines older than the line `after`."""
        ...


class NothingToReview(Conflict):
    """This has been reviewed already."""

    next = "Nothing more is needed."


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassReviewed(Event):
    pass


@dataclass(slots=True)
class BreakGlass:
    """A counsellor's stated reason to open a restricted record, for three hours; the data-protection officer reviews it within a day."""

    id: UUID
    centre: CentreCode
    client_id: ClientId
    staff_id: StaffId
    reason: str
    broken_at: datetime
    ends_at: datetime
    review_by: datetime
    reviewed_at: datetime | None = None
    reviewed_by: StaffId | None = None
    finding: str = ""
    version: int = 1

    @classmethod
    def open(
        cls, id: UUID, centre: CentreCode, client: ClientId, reason: str, *, by: Actor, at: datetime, officers: tuple[StaffId, ...]
    ) -> tuple["BreakGlass", GlassBroken]:
        grant = cls(id, centre, client, StaffId(by.id), reason, at, at + GLASS_LASTS, at + REVIEW_WITHIN)
        tells = tuple(Tell(staff=officer, kind="glass_broken", subject=id) for officer in officers)
        return grant, GlassBroken(at=at, by=by.id, centre=centre, subject=id, client=client, tells=tells)

    def review(self, finding: str, *, by: Actor, at: datetime) -> GlassReviewed:
        """Raises NothingToReview."""
        if self.reviewed_at is not None:
            raise NothingToReview()
        self.reviewed_at, self.reviewed_by, self.finding = at, StaffId(by.id), finding
        return GlassReviewed(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)


class GrantRecords(Protocol):
    async def add(self, grant: BreakGlass) -> None: ...
    async def get(self, scope: Scope, id: UUID) -> BreakGlass: ...
    async def save(self, grant: BreakGlass) -> None: ...


class GrantViews(Protocol):
    async def page(self, scope: Scope, reviewed: bool | None, limit: int, after: UUID | None) -> list[BreakGlass]:
        """Newest first, all of them where `reviewed` is not said; at most `limit` older than the grant `after`."""
        ...
