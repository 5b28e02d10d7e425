"""The trail as the data-protection officer sees it, breaking the glass and its review, and the worker's sealing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.audit import BreakGlass, Entry, Head, Ledger, Look, Sought, Trail, Verdict, looks
from domain.chance import Clock, Ids
from domain.identity import Act, Actor, Role
from domain.ports import Once, Views, Works
from domain.values import HOUSE, KARACHI, ClientId, StaffId, required


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of the trail asks for: a client by the number on the card, a colleague, a day."""

    client_number: str = ""
    staff: StaffId | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """`numbers` are the clients' numbers by id, for those that still have a record; `following` is where to go on."""

    lines: tuple[Entry, ...]
    numbers: dict[UUID, str]
    following: UUID | None


@dataclass(frozen=True, slots=True)
class GlassPage:
    grants: tuple[BreakGlass, ...]
    numbers: dict[UUID, str]
    following: UUID | None


class Audit:
    def __init__(self, work: Works, views: Views, ledger: Ledger, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._ledger, self._trail = work, views, ledger, trail
        self._clock, self._ids = clock, ids

    async def page(self, actor: Actor, sought: Sought, limit: int, after: UUID | None) -> tuple[tuple[Entry, ...], UUID | None]:
        """Whoever looks into the trail stands in it too, from the next look on."""
        scope = actor.scope(Act.see_trail)
        found = await self._ledger.page(scope.centres, sought, limit + 1, after)
        await self._trail.saw(Look(actor.id, HOUSE, "saw_trail", client_id=sought.client))
        shown = found[:limit]
        return tuple(shown), shown[-1].id if len(found) > limit else None

    async def search(self, actor: Actor, wanted: Wanted, limit: int, after: UUID | None) -> TrailPage:
        """Raises NotFound for a number that nobody has."""
        client = await self._numbered(actor, wanted.client_number)
        since = datetime.combine(wanted.day, time(), KARACHI) if wanted.day else None
        sought = Sought(client, wanted.staff, since, since + timedelta(days=1) if since else None)
        lines, following = await self.page(actor, sought, limit, after)
        return TrailPage(lines, await self._numbers(actor, (line.client_id for line in lines)), following)

    async def _numbered(self, actor: Actor, number: str) -> ClientId | None:
        if not number:
            return None
        async with self._work.looking(actor) as work:
            return (await work.clients.numbered(actor.scope(Act.see_trail), number.strip().upper()))[1]

    async def _numbers(self, actor: Actor, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        known = tuple(dict.fromkeys(id for id in ids if id))
        return await self._views.clients.numbers(actor.scope(Act.see_client), known)

    async def break_glass(self, actor: Actor, once: Once | None, client_number: str, reason: str) -> BreakGlass:
        """Opens a restricted record of one's own centre for three hours. The number is what the person at the desk has in hand."""
        at = self._clock.now()
        scope = actor.scope(Act.break_glass)
        wanted = required(client_number, field="client_number", longest=20).upper()
        why = required(reason, field="reason", longest=500)
        async with self._work(actor) as work:
            id = self._ids.new()
            if made := await work.once(once, id):
                return await work.grants.get(scope, made)
            centre, client = await work.clients.numbered(scope, wanted)
            officers = await work.staff.with_role(centre, Role.dpo)
            grant, broken = BreakGlass.open(id, centre, client, why, by=actor, at=at, officers=officers)
            await work.grants.add(grant)
            work.announce(broken)
        return grant

    async def glass(self, actor: Actor, reviewed: bool | None, limit: int, after: UUID | None) -> GlassPage:
        """Every opening with its reason, newest first. What was opened for somebody since erased is left out."""
        scope = actor.scope(Act.review_break_glass)
        found = await self._views.grants.page(scope, reviewed, limit + 1, after)
        shown = found[:limit]
        await self._trail.saw(*looks(actor.id, "saw_break_glass", shown))
        numbers = await self._numbers(actor, (one.client_id for one in shown))
        return GlassPage(tuple(shown), numbers, shown[-1].id if len(found) > limit else None)

    async def review(self, actor: Actor, id: UUID, finding: str) -> BreakGlass:
        """Raises NothingToReview."""
        at = self._clock.now()
        async with self._work(actor) as work:
            grant = await work.grants.get(actor.scope(Act.review_break_glass), id)
            reviewed = grant.review(required(finding, field="finding", longest=500), by=actor, at=at)
            await work.grants.save(grant)
            work.announce(reviewed)
        return grant

    async def seal(self, limit: int = 5000) -> int:
        return await self._ledger.seal(limit)

    async def heads(self) -> list[Head]:
        return await self._ledger.heads()

    async def verify(self, outside: list[Head]) -> Verdict:
        return await self._ledger.verify(outside)

    async def check(self, actor: Actor) -> Verdict:
        """The same for the officer at the desk, without heads from outside: those are for whoever keeps them."""
        actor.check(Act.see_trail)
        return await self._ledger.verify([])
