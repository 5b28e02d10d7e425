"""The plan of a case: its versions, their approval, and how far each action has come."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.identity import Act
from domain.plans.record import PlanView
from domain.values import CaseId, PlanId
from service.api.bodies.plans import ActionStepBody, PlanBody, PlanStepBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute

router = APIRouter(tags=["plans"], route_class=LeanRoute)


@router.get("/api/v1/cases/{id}/plans", response_model=Page[PlanView], **acts(Act.see_case))
async def plans(ask: Ask, id: UUID, request: Request) -> Response:
    """Every version, the newest first."""
    return listed(await ask.use.plans.of_case(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/plans", status_code=201, response_model=PlanView, **acts(Act.write_plan))
async def write(ask: Ask, id: UUID, body: PlanBody) -> Response:
    """The first version; or the next one, which begins as a copy of the version in force."""
    return made(await ask.use.plans.write(ask.actor, ask.once, CaseId(id), body.read()), "/api/v1/plans")


@router.get("/api/v1/plans/{id}", response_model=PlanView, **acts(Act.see_case))
async def plan(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.plans.get(ask.actor, PlanId(id)))


@router.patch("/api/v1/plans/{id}", response_model=PlanView, **acts(Act.write_plan))
async def change(ask: Ask, id: UUID, body: PlanBody) -> Response:
    """A draft only: what waits for approval or was approved stays as it is."""
    return answer(await ask.use.plans.change(ask.actor, PlanId(id), ask.seen_version(), body.read()))


@router.post("/api/v1/plans/{id}/steps", response_model=PlanView, **acts(Act.write_plan))
async def step(ask: Ask, id: UUID, body: PlanStepBody) -> Response:
    """`approve` and `send_back` are a supervisor's, other than whoever wrote in this version."""
    return answer(await ask.use.plans.step(ask.actor, ask.once, PlanId(id), body.step, comment=body.comment, seen=ask.seen))


@router.post("/api/v1/plans/{id}/actions/{action}/steps", response_model=PlanView, **acts(Act.write_in_case))
async def act(ask: Ask, id: UUID, action: UUID, body: ActionStepBody) -> Response:
    """Of the version in force; the task of a colleague's action goes along."""
    return answer(await ask.use.plans.act(ask.actor, ask.once, PlanId(id), action, body.step, body.reason))
