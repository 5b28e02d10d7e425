"""Holidays over HTTP: read by everybody who may know the partners, kept by the administrator."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.identity import Act
from domain.partners.holidays import Holiday
from domain.values import PartnerId
from service.api.bodies.partners import HolidayBody
from service.api.edge import Ask, Page, acts, listed, made
from service.api.lean import LeanRoute

router = APIRouter(tags=["partners"], route_class=LeanRoute)


@router.get("/api/v1/holidays", response_model=Page[Holiday], **acts(Act.see_partners))
async def holidays(ask: Ask, request: Request) -> Response:
    """The days on which desks are closed, the earliest first."""
    return listed(await ask.use.holidays.all(ask.actor), request)


@router.post("/api/v1/holidays", status_code=201, response_model=Holiday, **acts(Act.run_partners))
async def add_holiday(ask: Ask, body: HolidayBody) -> Response:
    """Counts for clocks that start from now on; those that run are not moved."""
    partner = PartnerId(body.partner) if body.partner else None
    view = await ask.use.holidays.add(ask.actor, ask.once, body.day, body.name, body.source, verified=body.verified, partner=partner)
    return made(view, "/api/v1/holidays")


@router.delete("/api/v1/holidays/{id}", status_code=204, **acts(Act.run_partners))
async def remove_holiday(ask: Ask, id: UUID) -> Response:
    await ask.use.holidays.remove(ask.actor, ask.once, id)
    return Response(status_code=204)
