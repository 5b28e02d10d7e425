"""Projects: keeping them, which one stands for what at a centre, and the shares of a case or a session in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import NotAllowed, NotFound, Stale
from domain.identity import Act, Actor
from domain.ports import Once, Views, Works
from domain.projects import (
    About,
    Basis,
    Counted,
    DefaultProjectSet,
    NoSuchProject,
    Project,
    Share,
    Shares,
    Standing,
    case_shared,
    session_shared,
    settled,
)
from domain.values import CaseId, CentreCode, OutreachId


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A project, and how much is its at the centres in reach."""

    project: Project
    counted: tuple[Counted, ...]


class Projects:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def all(self, actor: Actor) -> tuple[Project, ...]:
        """The active ones first."""
        actor.check(Act.see_projects)
        async with self._work.looking(actor) as work:
            return tuple(await work.projects.all())

    async def one(self, actor: Actor, id: UUID) -> ProjectFile:
        """Raises NotFound."""
        scope = actor.scope(Act.see_projects)
        found = next((one for one in await self.all(actor) if one.id == id), None)
        if found is None:
            raise NotFound()
        return ProjectFile(found, tuple(await self._views.projects.counted(scope, id)))

    async def add(self, actor: Actor, once: Once | None, about: About) -> Project:
        """Raises what `Project.begin` raises."""
        actor.check(Act.run_projects)
        id = self._ids.new()
        async with self._work(actor) as work:
            if made := await work.once(once, id):
                return await work.projects.get(made)
            project, added = Project.begin(id, about, await work.projects.all(), by=actor, at=self._clock.now())
            await work.projects.add(project)
            work.announce(added)
        return project

    async def change(self, actor: Actor, id: UUID, seen: int, about: About) -> Project:
        """All that is said of it, anew. Raises as `add` does; Stale with the present one."""
        actor.check(Act.run_projects)
        async with self._work(actor) as work:
            project = await work.projects.get(id)
            if project.version == seen:
                work.announce(project.change(about, await work.projects.all(), by=actor, at=self._clock.now()))
                await work.projects.save(project)
                return project
        raise Stale(project)

    async def defaults(self, actor: Actor) -> tuple[Standing, ...]:
        """Of the centres in reach."""
        scope = actor.scope(Act.see_projects)
        async with self._work.looking(actor) as work:
            return tuple(await work.projects.defaults(scope.centres))

    async def stand(self, actor: Actor, centre: CentreCode, wanted: Mapping[Basis, UUID | None]) -> tuple[Standing, ...]:
        """From now on; None for no project. Raises NotAllowed for a centre out of reach, NoSuchProject."""
        if centre not in actor.scope(Act.set_default_project).centres:
            raise NotAllowed("This centre is not one of yours.")
        async with self._work(actor) as work:
            active = {one.id for one in await work.projects.all() if one.active}
            before = {one.basis: one.project for one in await work.projects.defaults([centre])}
            for basis, project in wanted.items():
                if project == before.get(basis):
                    continue
                if project is not None and project not in active:
                    raise NoSuchProject(field=basis.value)
                await work.projects.stand(centre, basis, project)
                what = {"at": self._clock.now(), "by": actor.id, "centre": centre, "note": basis.value}
                work.announce(DefaultProjectSet(**what, subject=project or before[basis]))  # type: ignore[arg-type]
        return await self.defaults(actor)

    async def of_case(self, actor: Actor, id: CaseId) -> Shares:
        async with self._work.looking(actor) as work:
            case = await work.cases.look(actor.scope(Act.see_case), id)
            found = Shares(await work.projects.of_case(id), case.version)
        await self._trail.saw(Look(actor.id, case.centre, "saw_case", id, case.client_id))
        return found

    async def share_case(self, actor: Actor, id: CaseId, seen: int, wanted: Sequence[Share]) -> Shares:
        """Instead of those it had. Raises what `settled` raises; Stale with the present ones."""
        async with self._work(actor) as work:
            case = await work.cases.get(actor.scope(Act.change_case), id)
            before = await work.projects.of_case(id)
            if case.version == seen:
                shares = settled(wanted, before, await work.projects.all())
                await work.projects.share_case(case, shares)
                await work.cases.save(case)
                work.announce(case_shared(case, actor, self._clock.now()))
                return Shares(shares, case.version)
        await self._trail.saw(Look(actor.id, case.centre, "saw_case", id, case.client_id))
        raise Stale(Shares(before, case.version))

    async def of_session(self, actor: Actor, id: OutreachId) -> Shares:
        async with self._work.looking(actor) as work:
            session = await work.outreach.look(actor.scope(Act.see_outreach), id)
            return Shares(await work.projects.of_session(id), session.version)

    async def share_session(self, actor: Actor, id: OutreachId, seen: int, wanted: Sequence[Share]) -> Shares:
        """As `share_case`."""
        async with self._work(actor) as work:
            session = await work.outreach.get(actor.scope(Act.hold_outreach), id)
            before = await work.projects.of_session(id)
            if session.version == seen:
                shares = settled(wanted, before, await work.projects.all())
                await work.projects.share_session(session, shares)
                await work.outreach.save(session)
                work.announce(session_shared(session, actor, self._clock.now()))
                return Shares(shares, session.version)
        raise Stale(Shares(before, session.version))
