"""Research requests over HTTP, and what is released under them: an extract or a table, as CSV with a row of HXL tags."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.evidence.release import ReleaseView
from domain.evidence.request import ResearchView
from domain.identity import Act
from domain.values import CentreCode, ReleaseId, ResearchId, day_of
from service.api.bodies.evidence import ReleaseBody, ResearchBody, ResearchStepBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.usecases.evidence import ResearchFile

router = APIRouter(tags=["evidence"], route_class=LeanRoute)
REQUESTS = "/api/v1/evidence/requests"
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "What it is, the heading, the HXL tags, the lines", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


class ResearchQuery(Wanted):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get(REQUESTS, response_model=Page[ResearchView], **acts(Act.see_evidence))
async def every(ask: Ask, request: Request, q: Annotated[ResearchQuery, Query()]) -> Response:
    """Of all centres in reach, the newest first."""
    found = await ask.use.evidence.page(ask.actor, q.limit, q.cursor)
    return listed(found, request, found[-1].id if len(found) == q.limit else None)


@router.post(REQUESTS, status_code=201, response_model=ResearchView, **acts(Act.ask_evidence))
async def ask_for(ask: Ask, body: ResearchBody) -> Response:
    """Asks; the data-protection officer decides."""
    wanted = body.wanted(day_of(ask.use.identity.now()))
    return made(await ask.use.evidence.ask(ask.actor, ask.once, CentreCode(body.centre), body.study(), wanted), REQUESTS)


@router.get(f"{REQUESTS}/{{id}}", response_model=ResearchFile, **acts(Act.see_evidence))
async def one(ask: Ask, id: UUID) -> Response:
    """The request, and all that was released under it."""
    return answer(await ask.use.evidence.get(ask.actor, ResearchId(id)))


@router.post(f"{REQUESTS}/{{id}}/steps", response_model=ResearchView, **acts(Act.decide_evidence))
async def step(ask: Ask, id: UUID, body: ResearchStepBody) -> Response:
    """Never by the one who asked."""
    return answer(await ask.use.evidence.step(ask.actor, ask.once, ResearchId(id), body.step, reason=body.reason, seen=ask.seen))


@router.post(f"{REQUESTS}/{{id}}/releases", status_code=201, response_model=ReleaseView, **acts(Act.make_extract))
async def release(ask: Ask, id: UUID, body: ReleaseBody) -> Response:
    """Refused where it would show a few people, by itself or beside an earlier release."""
    columns = tuple(dict.fromkeys(body.columns))
    return made(
        await ask.use.evidence.release(ask.actor, ask.once, ResearchId(id), body.shape, columns, epsilon=body.epsilon),
        "/api/v1/evidence/releases",
    )


@router.get("/api/v1/evidence/releases/{id}/file", response_class=Response, responses=_CSV, **acts(Act.see_evidence))
async def file(ask: Ask, id: UUID) -> Response:
    """The same file for whoever fetches it, until the request is over."""
    name, text = await ask.use.evidence.file(ask.actor, ReleaseId(id))
    return Response(text, 200, csv_headers(name), "text/csv; charset=utf-8")


def csv_headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
