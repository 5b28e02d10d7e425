"""Jobs abroad of a client: what going cost, and what the job paid."""

from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import Stale
from domain.identity import Act, Actor
from domain.ports import Once, Views, Works
from domain.recruitment import Job, JobView, Told
from domain.values import ClientId


class Recruitment:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def of_client(self, actor: Actor, id: ClientId) -> tuple[JobView, ...]:
        """The latest first. Raises NotFound for somebody out of scope."""
        scope = actor.scope(Act.see_client)
        client = await self._views.clients.client(scope, id)
        found = await self._views.jobs.of_client(scope, id)
        await self._trail.saw(Look(actor.id, client.centre, "saw_jobs", id, id))
        return tuple(map(JobView.of, found))

    async def get(self, actor: Actor, id: UUID) -> JobView:
        found = await self._views.jobs.one(actor.scope(Act.see_client), id)
        await self._looked(actor, found)
        return JobView.of(found)

    async def add(self, actor: Actor, once: Once | None, client_id: ClientId, told: Told) -> JobView:
        """Raises what `Job.add` raises."""
        id, scope = self._ids.new(), actor.scope(Act.change_client)
        async with self._work(actor) as work:
            if made := await work.once(once, id):
                return JobView.of(await work.jobs.get(scope, made))
            client = await work.clients.get(scope, client_id)
            job, added = Job.add(id, client, told, by=actor, at=self._clock.now())
            await work.jobs.add(job)
            work.announce(added)
        return JobView.of(job)

    async def change(self, actor: Actor, id: UUID, seen: int, told: Told) -> JobView:
        """All that is said of it, anew. Raises as `add` does; Stale with the present one."""
        async with self._work(actor) as work:
            job = await work.jobs.get(actor.scope(Act.change_client), id)
            if job.version == seen:
                work.announce(job.change(told, by=actor, at=self._clock.now()))
                await work.jobs.save(job)
                return JobView.of(job)
        await self._looked(actor, job)
        raise Stale(JobView.of(job))

    async def _looked(self, actor: Actor, job: Job) -> None:
        await self._trail.saw(Look(actor.id, job.centre, "saw_job", job.id, job.client_id))
