"""Jobs abroad over HTTP: those of a client, with the months of earnings that going cost."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.identity import Act
from domain.recruitment import JobView
from domain.values import ClientId
from service.api.bodies.recruitment import JobBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute

router = APIRouter(tags=["recruitment"], route_class=LeanRoute)
JOBS = "/api/v1/jobs"


@router.get("/api/v1/clients/{id}/jobs", response_model=Page[JobView], **acts(Act.see_client))
async def of_client(ask: Ask, id: UUID, request: Request) -> Response:
    """The latest first."""
    return listed(await ask.use.recruitment.of_client(ask.actor, ClientId(id)), request)


@router.post("/api/v1/clients/{id}/jobs", status_code=201, response_model=JobView, **acts(Act.change_client))
async def add(ask: Ask, id: UUID, body: JobBody) -> Response:
    """`months` of earnings are computed where a part of the costs and the income are known."""
    return made(await ask.use.recruitment.add(ask.actor, ask.once, ClientId(id), body.told()), JOBS)


@router.get(f"{JOBS}/{{id}}", response_model=JobView, **acts(Act.see_client))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.recruitment.get(ask.actor, id))


@router.put(f"{JOBS}/{{id}}", response_model=JobView, **acts(Act.change_client))
async def change(ask: Ask, id: UUID, body: JobBody) -> Response:
    """All that is said of it, anew."""
    return answer(await ask.use.recruitment.change(ask.actor, id, ask.seen_version(), body.told()))
