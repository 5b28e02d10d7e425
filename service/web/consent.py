"""Recording what a client allows, and taking it back, from the client's page."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.consent import ConsentForm, Purpose
from domain.errors import Refusal
from domain.identity import Act
from domain.values import ClientId, ConsentId, FieldGroup, Language
from service.usecases.consent import Ending
from service.web.clients import client_page
from service.web.edge import PageRoute, Visiting, acts, status_of
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)
DAYS, LINES = 30, 100
TEXT = "2026.1"
"""The wording that is read out; its version is kept with each consent."""


@dataclass(frozen=True, slots=True)
class EndingPage:
    ending: Ending
    names: Names
    days: int = DAYS


@router.get("/consents", **acts(Act.see_consent))
async def ending(visit: Visiting) -> Response:
    found = await visit.use.consents.ending(visit.actor, DAYS, LINES)
    return visit.show("consents", EndingPage(found, await names(visit)))


@router.post("/clients/{id}/consents", **acts(Act.record_consent))
async def record(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    purpose, how, language = form.chosen("purpose", Purpose), form.chosen("form", ConsentForm), form.chosen("language", Language)
    share = purpose is Purpose.share
    partner, groups = (form.raw("partner") or None, form.several("groups", FieldGroup)) if share else (None, ())
    valid_to = form.day("valid_to")
    try:
        form.check()
        await visit.use.consents.record(
            visit.actor,
            visit.once(),
            ClientId(id),
            purpose=purpose,
            partner=partner,
            field_groups=groups,
            form=how,
            language=language,
            text_version=TEXT,
            valid_to=valid_to,
        )
    except Refusal as refusal:
        return await client_page(visit, ClientId(id), form.again("consent", refusal), status_of(refusal))
    return visit.go(f"/clients/{id}", "consent", "consents")


@router.post("/clients/{id}/consents/{consent}/withdrawal", **acts(Act.withdraw_consent))
async def withdraw(visit: Visiting, id: UUID, consent: UUID) -> Response:
    form = visit.form
    seen = form.number("version", 1, 10**9)
    try:
        await visit.use.consents.withdraw(visit.actor, visit.once(), ConsentId(consent), seen)
    except Refusal as refusal:
        return await client_page(visit, ClientId(id), form.again(f"withdraw-{consent}", refusal), status_of(refusal))
    return visit.go(f"/clients/{id}", "withdrawn", "consents")
