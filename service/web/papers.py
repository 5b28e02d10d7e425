"""Papers from a page: the letter of a referral, the summary and the plan of a case, shown by the browser and kept by none."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound
from domain.identity import Act
from domain.papers import PAPER_LANGUAGES
from domain.referrals.appointments import NoAppointment
from domain.values import CaseId, Language, ReferralId
from service.usecases.papers import Printed
from service.web import guard
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.forms import known
from service.web.planned import chosen, numbered

router = APIRouter(route_class=PageRoute)


def _handed(visit: Visit, paper: Printed) -> Response:
    its = {"Content-Disposition": f'inline; filename="{paper.name}"', "Content-Security-Policy": paper.policy}
    return visit.hand(Response(paper.body, 200, {**guard.HEADERS, **its}, paper.media_type))


@router.get("/referrals/{id}/appointment.ics", **acts(Act.see_referrals))
async def appointment(visit: Visiting, id: UUID) -> Response:
    """Where none is set, back to the referral, which says so."""
    try:
        event = await visit.use.appointments.event(visit.actor, ReferralId(id))
    except NoAppointment:
        return visit.go(f"/referrals/{id}")
    its = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return visit.hand(Response(event, 200, {**guard.HEADERS, **its}, "text/calendar; charset=utf-8"))


def _tongue(text: str) -> Language | None:
    found = known(text, Language)
    return found if found in PAPER_LANGUAGES else None


@router.get("/referrals/{id}/letter", **acts(Act.see_referrals))
async def letter(visit: Visiting, id: UUID, language: str = "") -> Response:
    return _handed(visit, await visit.use.papers.letter(visit.actor, ReferralId(id), _tongue(language)))


@router.get("/cases/{id}/summary", **acts(Act.see_case))
async def summary(visit: Visiting, id: UUID, language: str = "") -> Response:
    return _handed(visit, await visit.use.papers.summary(visit.actor, CaseId(id), _tongue(language)))


@router.get("/cases/{id}/plan/paper", **acts(Act.see_case))
async def plan(visit: Visiting, id: UUID, version: str = "", language: str = "") -> Response:
    its = chosen(await visit.use.plans.of_case(visit.actor, CaseId(id)), numbered(version))
    if its is None:
        raise NotFound()
    return _handed(visit, await visit.use.papers.plan(visit.actor, its.id, _tongue(language)))
