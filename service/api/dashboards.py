"""The supervisor's figures, the trail, and breaking the glass."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from domain.audit import BreakGlass, Entry, Sought
from domain.figures.caseload import CaseloadDashboard
from domain.figures.funnel import FunnelDashboard
from domain.figures.partners import PartnerDashboard
from domain.figures.use import MOST_WEEKS, WEEKS, UseDashboard
from domain.figures.workload import WorkloadDashboard
from domain.identity import Act
from domain.reporting import Board, ReferralDashboard
from domain.values import ClientId
from service.api.bodies import centre
from service.api.bodies.glass import BreakGlassBody, ReviewBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed, made
from service.api.lean import LeanRoute
from service.api.spans import At, FirstMonth, FirstQuarter, LastMonth, LastQuarter

router = APIRouter(tags=["figures"], route_class=LeanRoute)


@router.get("/api/v1/dashboards/caseload", response_model=CaseloadDashboard, **acts(Act.see_dashboards))
async def caseload(ask: Ask, at: At = None, first: FirstMonth = None, last: LastMonth = None) -> Response:
    return answer(await ask.use.reporting.caseload(ask.actor, centre(at), first, last))


@router.get("/api/v1/dashboards/referrals", response_model=ReferralDashboard, **acts(Act.see_dashboards))
async def referrals(ask: Ask, at: At = None) -> Response:
    return answer(await ask.use.reporting.referrals(ask.actor, centre(at)))


@router.get("/api/v1/dashboards/funnel", response_model=FunnelDashboard, **acts(Act.see_dashboards))
async def funnel(ask: Ask, at: At = None, first: FirstMonth = None, last: LastMonth = None) -> Response:
    """Contacts, people and cases that began in these months, and what they have come to; each counted once at each step."""
    return answer(await ask.use.reporting.funnel(ask.actor, centre(at), first, last))


@router.get("/api/v1/dashboards/workload", response_model=WorkloadDashboard, **acts(Act.see_dashboards))
async def workload(ask: Ask, at: At = None) -> Response:
    """What each counsellor carries, weighted by risk, and would hand over."""
    return answer(await ask.use.reporting.workload(ask.actor, centre(at)))


@router.get("/api/v1/dashboards/use", response_model=UseDashboard, **acts(Act.see_dashboards))
async def use(ask: Ask, at: At = None, weeks: Annotated[int, Query(ge=1, le=MOST_WEEKS)] = WEEKS) -> Response:
    """What the people of a centre record in these weeks, this one the last; by name only for those who answer for the centre."""
    return answer(await ask.use.reporting.use(ask.actor, centre(at), weeks))


@router.get("/api/v1/dashboards/partners", response_model=PartnerDashboard, **acts(Act.see_dashboards))
async def partners(ask: Ask, at: At = None, first: FirstQuarter = None, last: LastQuarter = None) -> Response:
    """How long partners take to give a first sign and to answer, and what becomes of what was sent to them: by the quarter of sending,
    this one and the last unless asked otherwise."""
    return answer(await ask.use.reporting.partners(ask.actor, centre(at), first, last))


@router.get("/api/v1/board", response_model=Board, **acts(Act.approve_referral))
async def board(ask: Ask, limit: Limit = 10) -> Response:
    """What waits in the reader's centres, the longest waiting first: at most `limit` lines of each section, with its whole length."""
    return answer(await ask.use.board.look(ask.actor, limit))


@router.get("/api/v1/audit", **acts(Act.see_trail))
async def trail(ask: Ask, request: Request, client_id: UUID | None = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Who did and saw what; ids and field names only. `client_id` leaves the lines about one person, and the lists and searches that showed
    them among others."""
    found, following = await ask.use.audit.page(ask.actor, Sought(ClientId(client_id) if client_id else None), limit, cursor)
    return listed([_line(entry) for entry in found], request, following)


def _line(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": entry.actor,
        "centre": entry.centre,
        "action": entry.action,
        "subject": entry.subject,
        "client_id": entry.client_id,
        "others": entry.others,
        "fields": entry.fields,
        "note": entry.note,
        "sealed": entry.seq,
    }


@router.get("/api/v1/break-glass", response_model=Page[BreakGlass], **acts(Act.review_break_glass))
async def opened(ask: Ask, request: Request, reviewed: bool | None = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Every opening of a restricted record with its reason; `reviewed=false` for those that wait."""
    page = await ask.use.audit.glass(ask.actor, reviewed, limit, cursor)
    return listed(page.grants, request, page.following)


@router.post("/api/v1/break-glass", status_code=201, response_model=BreakGlass, **acts(Act.break_glass))
async def break_glass(ask: Ask, body: BreakGlassBody) -> Response:
    return made(await ask.use.audit.break_glass(ask.actor, ask.once, body.client_number, body.reason), "/api/v1/break-glass")


@router.post("/api/v1/break-glass/{id}/review", response_model=BreakGlass, **acts(Act.review_break_glass))
async def review(ask: Ask, id: UUID, body: ReviewBody) -> Response:
    return answer(await ask.use.audit.review(ask.actor, id, body.finding))
