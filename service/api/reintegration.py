"""Reviews of reintegration over HTTP: the three of a case, and what was written down of each."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.identity import Act
from domain.reintegration.doors import Reviews, ReviewView
from domain.values import CaseId
from service.api.bodies.reintegration import HeardBody, ReviewBody
from service.api.edge import Ask, acts, answer, made
from service.api.lean import LeanRoute

router = APIRouter(tags=["reintegration"], route_class=LeanRoute)
REVIEWS = "/api/v1/reviews"


@router.get("/api/v1/cases/{id}/reviews", response_model=Reviews, **acts(Act.see_case))
async def of_case(ask: Ask, id: UUID) -> Response:
    """All three rounds with the day each is due, written down or not; none where the case is no return."""
    return answer(await ask.use.reintegration.of_case(ask.actor, CaseId(id)))


@router.post("/api/v1/cases/{id}/reviews", status_code=201, response_model=ReviewView, **acts(Act.write_in_case))
async def hold(ask: Ask, id: UUID, body: ReviewBody) -> Response:
    """Reached or not: that somebody was not is an outcome too. The task that reminds of the next one follows."""
    return made(await ask.use.reintegration.hold(ask.actor, ask.once, CaseId(id), body.round, body.heard()), REVIEWS)


@router.get(f"{REVIEWS}/{{id}}", response_model=ReviewView, **acts(Act.see_case))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.reintegration.get(ask.actor, id))


@router.put(f"{REVIEWS}/{{id}}", response_model=ReviewView, **acts(Act.write_in_case))
async def change(ask: Ask, id: UUID, body: HeardBody) -> Response:
    """All that is said of it, anew."""
    return answer(await ask.use.reintegration.change(ask.actor, id, ask.seen_version(), body.heard()))
