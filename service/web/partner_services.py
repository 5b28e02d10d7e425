"""A partner's services: added, changed and confirmed by the administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.clients import MigrationStage
from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.partners.directory import Service
from domain.partners.hours import DAYS, Weekday
from domain.partners.places import Whereabouts
from domain.values import Gender, Language, PartnerId
from service.usecases.partners import PartnerView
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form
from service.web.merging import Theirs, chosen, overtaken
from service.web.offers import place
from service.web.partner_forms import service_apart, service_fields, service_shown

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class ServicePage:
    """`shown` is the service as it would be typed; where somebody else changed it meanwhile, `stale` says that both are shown and `theirs`
    where they differ."""

    partner: PartnerView
    service: Service
    new: bool
    shown: Mapping[str, tuple[str, ...]]
    stale: bool
    theirs: Mapping[str, Theirs]
    provinces: tuple[tuple[str, str], ...] = tuple((code, place(code)) for code in reference.provinces())
    genders: tuple[Gender, ...] = (Gender.female, Gender.male, Gender.transgender)
    stages: tuple[MigrationStage, ...] = tuple(MigrationStage)
    days: tuple[Weekday, ...] = DAYS
    languages: tuple[Language, ...] = tuple(Language)


async def _its(visit: Visit, id: PartnerId, service: UUID) -> Service:
    """Raises NotFound."""
    found = next((one for one in await visit.use.partners.services(visit.actor, id) if one.id == service), None)
    if found is None:
        raise NotFound()
    return found


async def _service_page(
    visit: Visit, id: PartnerId, its: Service | None, again: Again = NOTHING, status: int = 200, *, typed: Form | None = None
) -> Response:
    """`typed` is given where somebody else changed the service meanwhile."""
    words, partner = visit.frame.words, await visit.use.partners.get(visit.actor, id)
    service = its or Service(UUID(int=0), id, "")
    theirs = service_apart(words, service, typed) if typed else {}
    view = ServicePage(partner, service, its is None, service_shown(service, words), typed is not None, theirs)
    return visit.show("partner_service", view, again=again, status=status)


@router.get("/partners/{id}/services/new", **acts(Act.run_partners))
async def new_service(visit: Visiting, id: UUID) -> Response:
    return await _service_page(visit, PartnerId(id), None)


@router.post("/partners/{id}/services", **acts(Act.run_partners))
async def add_service(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    fields = service_fields(form)
    try:
        form.check()
        await visit.use.partners.add_service(visit.actor, visit.once(), PartnerId(id), fields)
    except Refusal as refusal:
        return await _service_page(visit, PartnerId(id), None, form.again("service", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "service", "services")


@router.get("/partners/{id}/services/{service}", **acts(Act.run_partners))
async def service(visit: Visiting, id: UUID, service: UUID) -> Response:
    return await _service_page(visit, PartnerId(id), await _its(visit, PartnerId(id), service))


@router.post("/partners/{id}/services/{service}", **acts(Act.run_partners))
async def change_service(visit: Visiting, id: UUID, service: UUID) -> Response:
    form, seen = visit.form, visit.form.number("version", 1, 10**9) or 0
    try:
        form = chosen(form, service_shown(await _its(visit, PartnerId(id), service), visit.frame.words))
        fields = service_fields(form)
        form.check()
        await visit.use.partners.change_service(visit.actor, PartnerId(id), service, seen, fields)
    except Refusal as refusal:
        present = await _its(visit, PartnerId(id), service)
        typed = form if overtaken(form, present.version) else None
        return await _service_page(visit, PartnerId(id), present, form.again("service", refusal), status_of(refusal), typed=typed)
    return visit.go(f"/partners/{id}", "service", "services")


@router.post("/partners/{id}/services/{service}/confirmation", **acts(Act.run_partners))
async def confirm_service(visit: Visiting, id: UUID, service: UUID) -> Response:
    await visit.use.partners.confirm_service(visit.actor, PartnerId(id), service)
    return visit.go(f"/partners/{id}", "confirmed", "services")


@dataclass(frozen=True, slots=True)
class HiddenPage:
    partner_id: UUID
    its: Whereabouts


@router.get("/partners/{id}/services/{service}/address", **acts(Act.see_hidden_address))
async def hidden_address(visit: Visiting, id: UUID, service: UUID) -> Response:
    """Opening it is a line of the trail."""
    return visit.show("hidden_address", HiddenPage(id, await visit.use.hidden_addresses.of(visit.actor, PartnerId(id), service)))
