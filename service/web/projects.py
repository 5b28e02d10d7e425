"""Projects on pages: the list with what stands for new work, one with how much is its, and the shares of a case or a session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal, Stale
from domain.identity import Act
from domain.projects import About, Basis, Project, Share, Shares, Standing
from domain.values import HOUSE, CaseId, CentreCode, OutreachId
from service.usecases.projects import ProjectFile
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """`centres` are those whose new work the reader may give to a project."""

    projects: tuple[Project, ...]
    standing: tuple[Standing, ...]
    centres: tuple[CentreCode, ...]
    bases: tuple[Basis, ...] = tuple(Basis)

    def stands(self, centre: CentreCode, basis: Basis) -> str:
        return next((str(one.project) for one in self.standing if (one.centre, one.basis) == (centre, basis)), "")

    @property
    def active(self) -> tuple[Project, ...]:
        return tuple(one for one in self.projects if one.active)


@dataclass(frozen=True, slots=True)
class OneProject:
    file: ProjectFile
    stale: bool


@dataclass(frozen=True, slots=True)
class SharesPage:
    """`percent` by project, as the record has it; `here` is the form's own address, `back` leads to what it is about."""

    projects: tuple[Project, ...]
    percent: dict[str, int]
    version: int
    here: str
    back: str
    stale: bool


async def _every(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    centres = tuple(one for one in visit.actor.centres if one != HOUSE) if visit.actor.may(Act.set_default_project) else ()
    view = ProjectsPage(await visit.use.projects.all(visit.actor), await visit.use.projects.defaults(visit.actor), centres)
    return visit.show("projects", view, again=again, status=status)


async def _one(visit: Visit, id: UUID, again: Again = NOTHING, status: int = 200, *, stale: bool = False) -> Response:
    return visit.show("project", OneProject(await visit.use.projects.one(visit.actor, id), stale), again=again, status=status)


def _about(form: Form, *, active: bool = True) -> About:
    code, name, donor = form.needed("code", 20).upper(), form.needed("name"), form.line("donor")
    return About(code=code, name=name, donor=donor, first=form.day("first"), last=form.day("last"), active=active)


@router.get("/projects", **acts(Act.see_projects))
async def every(visit: Visiting) -> Response:
    return await _every(visit)


@router.post("/projects", **acts(Act.run_projects))
async def add(visit: Visiting) -> Response:
    form, about = visit.form, _about(visit.form)
    try:
        form.check()
        made = await visit.use.projects.add(visit.actor, visit.once(), about)
    except Refusal as refusal:
        return await _every(visit, form.again("add", refusal), status_of(refusal))
    return visit.go(f"/projects/{made.id}", "project")


@router.post("/projects/defaults", **acts(Act.set_default_project))
async def stand(visit: Visiting) -> Response:
    form, centre = visit.form, visit.form.needed("centre")
    wanted = {basis: uuid_of(form.raw(basis.value)) for basis in Basis}
    try:
        form.check()
        await visit.use.projects.stand(visit.actor, CentreCode(centre), wanted)
    except Refusal as refusal:
        return await _every(visit, form.again(f"stand-{centre}", refusal), status_of(refusal))
    return visit.go("/projects", "standing")


@router.get("/projects/{project}", **acts(Act.see_projects))
async def one(visit: Visiting, project: UUID) -> Response:
    return await _one(visit, project)


@router.post("/projects/{project}", **acts(Act.run_projects))
async def change(visit: Visiting, project: UUID) -> Response:
    form = visit.form
    about, seen = _about(form, active=form.ticked("active")), form.number("version", 1, 10**9) or 0
    try:
        form.check()
        await visit.use.projects.change(visit.actor, project, seen, about)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, project, form.again("change", refusal), status_of(refusal), stale=isinstance(refusal, Stale))
    return visit.go(f"/projects/{project}", "project")


async def _shares(visit: Visit, its: Shares, back: str, again: Again = NOTHING, status: int = 200, *, stale: bool = False) -> Response:
    """Projects that take nothing any more are shown where they have a share."""
    percent = {str(one.project): one.percent for one in its.shares}
    projects = tuple(one for one in await visit.use.projects.all(visit.actor) if one.active or str(one.id) in percent)
    view = SharesPage(projects, percent, its.version, f"{back}/projects", back, stale)
    return visit.show("project_shares", view, again=again, status=status)


def _wanted(form: Form) -> tuple[Share, ...]:
    """An empty field and a nought are no share."""
    found = [(uuid_of(name.removeprefix("share-")), form.number(name, 0, 100)) for name in form.fields if name.startswith("share-")]
    return tuple(Share(project, percent) for project, percent in found if project and percent)


async def _shared(
    visit: Visit, back: str, read: Callable[[], Awaitable[Shares]], write: Callable[[int, tuple[Share, ...]], Awaitable[Shares]]
) -> Response:
    form, wanted, seen = visit.form, _wanted(visit.form), visit.form.number("version", 1, 10**9) or 0
    try:
        form.check()
        await write(seen, wanted)
    except NotFound:
        raise
    except Refusal as refusal:
        stale = isinstance(refusal, Stale)
        return await _shares(visit, await read(), back, form.again("shares", refusal), status_of(refusal), stale=stale)
    return visit.go(back, "shares")


@router.get("/cases/{id}/projects", **acts(Act.see_case))
async def of_case(visit: Visiting, id: UUID) -> Response:
    return await _shares(visit, await visit.use.projects.of_case(visit.actor, CaseId(id)), f"/cases/{id}")


@router.post("/cases/{id}/projects", **acts(Act.change_case))
async def share_case(visit: Visiting, id: UUID) -> Response:
    use, its = visit.use.projects, CaseId(id)
    return await _shared(
        visit,
        f"/cases/{id}",
        lambda: use.of_case(visit.actor, its),
        lambda seen, wanted: use.share_case(visit.actor, its, seen, wanted),
    )


@router.get("/outreach/{id}/projects", **acts(Act.see_outreach))
async def of_session(visit: Visiting, id: UUID) -> Response:
    return await _shares(visit, await visit.use.projects.of_session(visit.actor, OutreachId(id)), f"/outreach/{id}")


@router.post("/outreach/{id}/projects", **acts(Act.hold_outreach))
async def share_session(visit: Visiting, id: UUID) -> Response:
    use, its = visit.use.projects, OutreachId(id)
    return await _shared(
        visit,
        f"/outreach/{id}",
        lambda: use.of_session(visit.actor, its),
        lambda seen, wanted: use.share_session(visit.actor, its, seen, wanted),
    )
