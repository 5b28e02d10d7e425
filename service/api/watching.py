"""What a supervisor watches, over HTTP: figures of what is due, with the lists behind them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from domain.figures.approvals import ApprovalDashboard
from domain.figures.due import Due, DueDashboard, DueTask, When
from domain.figures.handover import Held
from domain.figures.quality import ConsentEnds, Ending, QualityDashboard, Watched, WatchedCase
from domain.identity import Act
from domain.values import CaseId, StaffId
from service.api.bodies import Body, centre
from service.api.edge import Ask, Page, acts, answer, listed
from service.api.lean import LeanRoute
from service.api.spans import At, FirstMonth, FirstQuarter, LastMonth, LastQuarter
from service.usecases.watching import MOST_HELD

router = APIRouter(tags=["figures"], route_class=LeanRoute)


@router.get("/api/v1/dashboards/due", response_model=DueDashboard, **acts(Act.see_dashboards))
async def due(ask: Ask, at: At = None, first: FirstQuarter = None, last: LastQuarter = None) -> Response:
    """Tasks by kind and by whose they are, cases past their day, cases nobody holds, what is late between us and partners, and what we
    answered to what they sent us in these quarters."""
    return answer(await ask.use.watching.due(ask.actor, centre(at), first, last))


@router.get("/api/v1/dashboards/due/tasks", response_model=Page[DueTask], **acts(Act.approve_referral))
async def tasks(
    ask: Ask, request: Request, when: When = When.overdue, what: Due | None = None, holder: UUID | None = None, at: At = None
) -> Response:
    """Open tasks that are counted, the first due first: at most a hundred."""
    found = await ask.use.watching.tasks(ask.actor, centre(at), when, what, StaffId(holder) if holder else None)
    return listed(found, request, None)


@router.get("/api/v1/dashboards/quality", response_model=QualityDashboard, **acts(Act.see_dashboards))
async def quality(ask: Ask, at: At = None, first: FirstMonth = None, last: LastMonth = None) -> Response:
    """Cases untouched, uncounselled, without a plan or a review, signs without a decision, consents that end, and time to closing."""
    return answer(await ask.use.watching.quality(ask.actor, centre(at), first, last))


@router.get("/api/v1/dashboards/approvals", response_model=ApprovalDashboard, **acts(Act.see_dashboards))
async def approvals(ask: Ask, at: At = None, first: FirstMonth = None, last: LastMonth = None) -> Response:
    """What waits for a second person by kind and age, and how soon what was asked was decided."""
    return answer(await ask.use.watching.approvals(ask.actor, centre(at), first, last))


@router.get("/api/v1/dashboards/quality/cases", response_model=Page[WatchedCase], **acts(Act.approve_referral))
async def watched(ask: Ask, request: Request, what: Watched = Watched.untouched, at: At = None) -> Response:
    """Cases that are counted, the longest first: at most a hundred."""
    return listed(await ask.use.watching.watched(ask.actor, centre(at), what), request, None)


@router.get("/api/v1/dashboards/quality/consents", response_model=Page[ConsentEnds], **acts(Act.approve_referral))
async def consents(ask: Ask, request: Request, which: Ending = Ending.ending, at: At = None) -> Response:
    """Consents that are counted, the first to end first: at most a hundred."""
    return listed(await ask.use.watching.consents_ending(ask.actor, centre(at), which), request, None)


class HandOverBody(Body):
    """Cases take their referrals along, and the open tasks of whoever held them; `tasks` are single ones."""

    to: UUID
    cases: Annotated[list[UUID], Field(max_length=MOST_HELD)] = Field(default_factory=list)
    tasks: Annotated[list[UUID], Field(max_length=MOST_HELD)] = Field(default_factory=list)


@router.get("/api/v1/dashboards/workload/held", response_model=Held, **acts(Act.assign_case))
async def held(ask: Ask, holder: UUID, given_by: UUID | None = None) -> Response:
    """What somebody holds: open cases, the oldest first, and open tasks in cases of others. `given_by` leaves the cases that this person
    handed over to them, so that they can be given back."""
    return answer(await ask.use.watching.held(ask.actor, StaffId(holder), StaffId(given_by) if given_by else None))


@router.post("/api/v1/hand-overs", status_code=204, **acts(Act.assign_case))
async def hand_over(ask: Ask, body: HandOverBody) -> Response:
    """All of these to one colleague, or none."""
    await ask.use.cases.hand_over(ask.actor, ask.once, StaffId(body.to), [CaseId(id) for id in body.cases], body.tasks)
    return Response(status_code=204)
