"""Projects over HTTP: kept by administrators and supervisors; the shares of a case or a session, by whoever may change it."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.identity import Act
from domain.projects import Project, Shares, Standing
from domain.values import CaseId, CentreCode, OutreachId
from service.api.bodies.projects import DefaultsBody, ProjectBody, SharesBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute
from service.usecases.projects import ProjectFile

router = APIRouter(tags=["projects"], route_class=LeanRoute)
PROJECTS = "/api/v1/projects"


@router.get(PROJECTS, response_model=Page[Project], **acts(Act.see_projects))
async def every(ask: Ask, request: Request) -> Response:
    """The active ones first."""
    return listed(await ask.use.projects.all(ask.actor), request)


@router.post(PROJECTS, status_code=201, response_model=Project, **acts(Act.run_projects))
async def add(ask: Ask, body: ProjectBody) -> Response:
    return made(await ask.use.projects.add(ask.actor, ask.once, body.about()), PROJECTS)


@router.get(f"{PROJECTS}/{{project}}", response_model=ProjectFile, **acts(Act.see_projects))
async def one(ask: Ask, project: UUID) -> Response:
    """With how many cases and sessions have a share in it, by centre, and the sum of their shares in percent."""
    found = await ask.use.projects.one(ask.actor, project)
    return answer(found, headers={"ETag": f'"{found.project.version}"'})


@router.put(f"{PROJECTS}/{{project}}", response_model=Project, **acts(Act.run_projects))
async def change(ask: Ask, project: UUID, body: ProjectBody) -> Response:
    return answer(await ask.use.projects.change(ask.actor, project, ask.seen_version(), body.about()))


@router.get("/api/v1/project-defaults", response_model=Page[Standing], **acts(Act.see_projects))
async def defaults(ask: Ask, request: Request) -> Response:
    """Which project stands for what begins at a centre."""
    return listed(await ask.use.projects.defaults(ask.actor), request)


@router.put("/api/v1/project-defaults", response_model=Page[Standing], **acts(Act.set_default_project))
async def stand(ask: Ask, body: DefaultsBody, request: Request) -> Response:
    """For what begins from now on."""
    return listed(await ask.use.projects.stand(ask.actor, CentreCode(body.centre), body.stands), request)


@router.get("/api/v1/cases/{id}/projects", response_model=Shares, **acts(Act.see_case))
async def of_case(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.projects.of_case(ask.actor, CaseId(id)))


@router.put("/api/v1/cases/{id}/projects", response_model=Shares, **acts(Act.change_case))
async def share_case(ask: Ask, id: UUID, body: SharesBody) -> Response:
    """Instead of those it had; the version is the case's."""
    return answer(await ask.use.projects.share_case(ask.actor, CaseId(id), ask.seen_version(), body.wanted()))


@router.get("/api/v1/outreach/sessions/{id}/projects", response_model=Shares, **acts(Act.see_outreach))
async def of_session(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.projects.of_session(ask.actor, OutreachId(id)))


@router.put("/api/v1/outreach/sessions/{id}/projects", response_model=Shares, **acts(Act.hold_outreach))
async def share_session(ask: Ask, id: UUID, body: SharesBody) -> Response:
    """Instead of those it had; the version is the session's."""
    return answer(await ask.use.projects.share_session(ask.actor, OutreachId(id), ask.seen_version(), body.wanted()))
