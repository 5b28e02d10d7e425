"""Evidence: a research request asked by one and decided by another, and what is released under it."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import NotAllowed, Stale
from domain.evidence.columns import Column
from domain.evidence.release import (
    BadColumns,
    Making,
    Release,
    ReleaseView,
    Shape,
    released_lines,
    released_synthetic,
    released_table,
    spent,
)
from domain.evidence.request import RequestStep, Research, ResearchView, Scopes, Study
from domain.evidence.synthetic import Synthesizer, check_budget
from domain.identity import Act, Actor, Role
from domain.ports import Once, Views, Work, Works
from domain.values import CentreCode, ReleaseId, ResearchId, day_of


@dataclass(frozen=True, slots=True)
class ResearchFile:
    """A request with all that was released under it, the newest first."""

    request: ResearchView
    releases: tuple[ReleaseView, ...]


class Evidence:
    def __init__(self, work: Works, views: Views, trail: Trail, engine: Synthesizer, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids
        self._engine = engine

    @property
    def synthesizes(self) -> bool:
        """Whether this machine makes synthetic data."""
        return self._engine.ready

    async def ask(self, actor: Actor, once: Once | None, centre: CentreCode, study: Study, wanted: Scopes) -> ResearchView:
        """Raises NotAllowed for a centre out of reach, and what `Research.ask` raises."""
        at, id, scope = self._clock.now(), ResearchId(self._ids.new()), actor.scope(Act.ask_evidence)
        if centre not in scope.centres:
            raise NotAllowed("This centre is not one of yours.")
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is not None:
                return self._view(await work.evidence.get(scope, ResearchId(made)))
            officers = await work.staff.with_role(centre, Role.dpo)
            number = await work.clients.next_number(centre, "Q")
            research, asked = Research.ask(id, number, centre, study, wanted, by=actor, at=at, told=officers)
            await work.evidence.add(research)
            work.announce(asked)
        return self._view(research)

    async def step(
        self, actor: Actor, once: Once | None, id: ResearchId, step: RequestStep, *, reason: str = "", seen: int | None = None
    ) -> ResearchView:
        """One step of the table. Raises what `Research.step` raises; Stale with the present view."""
        async with self._work(actor) as work:
            research = await work.evidence.get(actor.scope(Act.decide_evidence), id)
            if await work.once(once, id):
                return self._view(research)
            if seen is None or research.version == seen:
                work.announce(research.step(step, reason, by=actor, at=self._clock.now()))
                await work.evidence.save(research)
                return self._view(research)
        await self._looked(actor, research)
        raise Stale(self._view(research))

    async def release(
        self, actor: Actor, once: Once | None, id: ResearchId, shape: Shape, columns: tuple[Column, ...] = (), *, epsilon: int | None = None
    ) -> ReleaseView:
        """`columns` are for a table, `epsilon` for synthetic data. Raises NotApproved, RequestOver, BadColumns and what
        making it raises."""
        scope, new = actor.scope(Act.make_extract), ReleaseId(self._ids.new())
        async with self._work(actor) as work:
            research = await work.evidence.get(scope, id)
            made = await work.once(once, new)
            if made is not None:
                return ReleaseView.of(await work.evidence.release(scope, ReleaseId(made)))
            release = await self._made(work, actor, research, new, shape, columns, epsilon)
            await work.evidence.add_release(release)
            work.announce(release.made())
        return ReleaseView.of(release)

    async def _made(
        self, work: Work, actor: Actor, research: Research, id: ReleaseId, shape: Shape, columns: tuple[Column, ...], epsilon: int | None
    ) -> Release:
        """Numbered first: whoever releases for the same centre waits there, and then sees this one."""
        at, period = self._clock.now(), research.period
        research.check_open(day_of(at))
        if not set(columns) <= set(research.columns):
            raise BadColumns(field="columns")
        number = await work.clients.next_number(research.centre, "X")
        released = await work.evidence.released(research.centre)
        earlier = tuple(one.published for one in released if one.shape is not Shape.synthetic)
        scope, until = actor.scope(Act.make_extract), period.last.next().begins
        source = await work.evidence.source(scope, research.centre, period.first.begins, until, day_of(at))
        its = columns if shape is Shape.table else research.columns
        making = Making(id, research.centre, research.id, number, its, period, earlier, actor, at, self._ids.reference)
        if shape is Shape.synthetic:
            budget = check_budget(epsilon, spent(period, released))
            return await asyncio.to_thread(released_synthetic, making, source, budget, self._engine)
        # A second or more of reckoning for a large centre: others are answered meanwhile.
        return await asyncio.to_thread(released_lines if shape is Shape.lines else released_table, making, source)

    async def get(self, actor: Actor, id: ResearchId) -> ResearchFile:
        scope = actor.scope(Act.see_evidence)
        research = await self._views.evidence.one(scope, id)
        releases = await self._views.evidence.releases(scope, id)
        await self._looked(actor, research)
        return ResearchFile(self._view(research), tuple(map(ReleaseView.of, releases)))

    async def page(self, actor: Actor, limit: int, after: UUID | None) -> tuple[ResearchView, ...]:
        """Of all centres in reach, the newest first."""
        found = await self._views.evidence.page(actor.scope(Act.see_evidence), limit, after)
        await self._trail.saw(*(Look(actor.id, centre, "saw_researches") for centre in sorted({one.centre for one in found})))
        return tuple(self._view(one) for one in found)

    async def file(self, actor: Actor, id: ReleaseId) -> tuple[str, str]:
        """Its name and its text. Who fetched it stands in the trail each time. Raises RequestOver after the last day."""
        scope = actor.scope(Act.see_evidence)
        release = await self._views.evidence.release(scope, id)
        research = await self._views.evidence.one(scope, release.request_id)
        research.check_open(day_of(self._clock.now()))
        await self._trail.saw(Look(actor.id, release.centre, "fetched_release", release.id, note=release.number))
        return f"{release.number}.csv", release.file

    def _view(self, research: Research) -> ResearchView:
        return ResearchView.of(research, day_of(self._clock.now()))

    async def _looked(self, actor: Actor, research: Research) -> None:
        await self._trail.saw(Look(actor.id, research.centre, "saw_research", research.id))
