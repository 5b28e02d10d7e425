"""Disclosures under a legal duty over HTTP. Nothing leaves by them: they say what may be handed over, and that it was."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.disclosures import DisclosureView
from domain.identity import Act
from domain.values import CaseId, DisclosureId
from service.api.bodies.disclosures import DisclosureBody, DisclosureStepBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted

router = APIRouter(tags=["disclosures"], route_class=LeanRoute)


class DisclosureQuery(Wanted):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get("/api/v1/disclosures", response_model=Page[DisclosureView], **acts(Act.see_disclosures))
async def every(ask: Ask, request: Request, q: Annotated[DisclosureQuery, Query()]) -> Response:
    """Of all cases in reach, the newest first."""
    found = await ask.use.disclosures.page(ask.actor, q.limit, q.cursor)
    return listed(found, request, found[-1].id if len(found) == q.limit else None)


@router.get("/api/v1/disclosures/{id}", response_model=DisclosureView, **acts(Act.see_disclosures))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.disclosures.get(ask.actor, DisclosureId(id)))


@router.post("/api/v1/disclosures/{id}/steps", response_model=DisclosureView, **acts(Act.decide_disclosure))
async def step(ask: Ask, id: UUID, body: DisclosureStepBody) -> Response:
    """`confirm` and `refuse` are another person's than the one who asked; `hand_over` says that it was done."""
    handover = body.handover.read() if body.handover else None
    its = DisclosureId(id)
    return answer(await ask.use.disclosures.step(ask.actor, ask.once, its, body.step, reason=body.reason, handover=handover, seen=ask.seen))


@router.get("/api/v1/cases/{id}/disclosures", response_model=Page[DisclosureView], **acts(Act.see_disclosures))
async def of_case(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.disclosures.of_case(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/disclosures", status_code=201, response_model=DisclosureView, **acts(Act.ask_disclosure))
async def ask_for(ask: Ask, id: UUID, body: DisclosureBody) -> Response:
    """Asks for one; somebody else of the centre decides."""
    groups = tuple(dict.fromkeys(body.field_groups))
    view = await ask.use.disclosures.ask(ask.actor, ask.once, CaseId(id), body.partner, groups, body.ground())
    return made(view, "/api/v1/disclosures")
