"""Papers for programmes: the letter of a referral, the summary of a case and a version of its plan, as PDF or, by Accept, as a page."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from domain.identity import Act
from domain.values import CaseId, Language, PlanId, ReferralId
from service.api.edge import Ask, acts
from service.usecases.papers import Printed

router = APIRouter(tags=["papers"])
Tongue = Annotated[str | None, Query(pattern="^(en|ur|ps)$", description="The client's own where it is one of these, else Urdu")]
_PAPER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The paper; a page where text/html is asked for, or where this machine makes no PDF",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}, "text/html": {"schema": {"type": "string"}}},
    }
}

_EVENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "An iCalendar object; CANCEL where the referral was withdrawn", "content": {"text/calendar": {}}}
}


def _handed(paper: Printed) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{paper.name}"',
        "Content-Security-Policy": paper.policy,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }
    return Response(paper.body, 200, headers, paper.media_type)


def _as_html(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "text/html" in accept and "application/pdf" not in accept


def _tongue(text: str | None) -> Language | None:
    return Language(text) if text else None


@router.get("/api/v1/referrals/{id}/letter", response_class=Response, responses=_PAPER, **acts(Act.see_referrals))
async def letter(ask: Ask, id: UUID, request: Request, language: Tongue = None) -> Response:
    """What the partner would get by wire, on paper; refused without a live consent and an agreement in force."""
    return _handed(await ask.use.papers.letter(ask.actor, ReferralId(id), _tongue(language), as_html=_as_html(request)))


@router.get("/api/v1/referrals/{id}/appointment.ics", response_class=Response, responses=_EVENT, **acts(Act.see_referrals))
async def appointment(ask: Ask, id: UUID) -> Response:
    """For the counsellor's calendar: no word of the client; the partner is named only where nothing is restricted."""
    head = {"Content-Disposition": 'attachment; filename="appointment.ics"', "Cache-Control": "no-store"}
    return Response(await ask.use.appointments.event(ask.actor, ReferralId(id)), 200, head, "text/calendar; charset=utf-8")


@router.get("/api/v1/cases/{id}/summary", response_class=Response, responses=_PAPER, **acts(Act.see_case))
async def summary(ask: Ask, id: UUID, request: Request, language: Tongue = None) -> Response:
    """For the client's own hands: sessions, steps and how to reach the centre; no note and no screening."""
    return _handed(await ask.use.papers.summary(ask.actor, CaseId(id), _tongue(language), as_html=_as_html(request)))


@router.get("/api/v1/plans/{id}/paper", response_class=Response, responses=_PAPER, **acts(Act.see_case))
async def plan(ask: Ask, id: UUID, request: Request, language: Tongue = None) -> Response:
    """For the client's own hands and signature: goals, and who does what by when; refused for a restricted case."""
    return _handed(await ask.use.papers.plan(ask.actor, PlanId(id), _tongue(language), as_html=_as_html(request)))
