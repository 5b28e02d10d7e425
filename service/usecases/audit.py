"""The trail as the data-protection officer sees it, breaking the glass, and the worker's sealing."""

from uuid import UUID

from domain.audit import BreakGlass, Entry, Head, Ledger, Verdict
from domain.chance import Clock, Ids
from domain.identity import Act, Actor, Role
from domain.ports import Once, Views, Works
from domain.values import ClientId, required


class Audit:
    def __init__(self, work: Works, views: Views, ledger: Ledger, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._ledger, self._clock, self._ids = work, views, ledger, clock, ids

    async def page(self, actor: Actor, client: ClientId | None, limit: int, after: UUID | None) -> tuple[tuple[Entry, ...], UUID | None]:
        scope = actor.scope(Act.see_trail)
        found = await self._ledger.page(scope.centres, client, limit + 1, after)
        shown = found[:limit]
        return tuple(shown), shown[-1].id if len(found) > limit else None

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
