"""The days on which desks are closed: everybody sees them, the administrator adds and removes them."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from domain.partners.holidays import Holiday
from domain.reporting import Known
from domain.values import PartnerId, day_of
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, uuid_of
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class HolidaysPage:
    """Those to come first, as they are looked for; `past` are the latest first."""

    coming: tuple[Holiday, ...]
    past: tuple[Holiday, ...]
    names: Names
    partners: tuple[Known, ...]
    runs: bool


async def _page(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    found, known, today = await visit.use.holidays.all(visit.actor), await names(visit), day_of(visit.frame.at)
    coming = tuple(one for one in found if one.day >= today)
    past = tuple(reversed([one for one in found if one.day < today]))
    view = HolidaysPage(coming, past, known, known.taking, visit.actor.may(Act.run_partners))
    return visit.show("holidays", view, again=again, status=status)


@router.get("/holidays", **acts(Act.see_partners))
async def holidays(visit: Visiting) -> Response:
    return await _page(visit)


@router.post("/holidays", **acts(Act.run_partners))
async def add_holiday(visit: Visiting) -> Response:
    form = visit.form
    day, name, source, partner = form.day("day"), form.needed("name"), form.line("source"), uuid_of(form.raw("partner"))
    if day is None and not form.raw("day"):
        form.wrong("day", mark("This cannot be empty."))
    try:
        form.check()
        if day is not None:
            whose = PartnerId(partner) if partner else None
            await visit.use.holidays.add(visit.actor, visit.once(), day, name, source, verified=form.ticked("verified"), partner=whose)
    except Refusal as refusal:
        return await _page(visit, form.again("holiday", refusal), status_of(refusal))
    return visit.go("/holidays", "holiday")


@router.post("/holidays/{id}/removal", **acts(Act.run_partners))
async def remove_holiday(visit: Visiting, id: UUID) -> Response:
    await visit.use.holidays.remove(visit.actor, visit.once(), id)
    return visit.go("/holidays", "holiday-removed")
