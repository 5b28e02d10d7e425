"""The people of a partner's desk, as whoever leads it runs them, or an administrator."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.account import Reset
from domain.errors import Refusal
from domain.identity import PARTNER_PEOPLE, Act, Role
from domain.values import PartnerId, StaffId
from service.usecases.identity import StaffLine
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again
from service.web.staff import Handed, seen_version

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class People:
    """`me` is the reader, who cannot let themselves go."""

    partner: PartnerId
    active: tuple[StaffLine, ...]
    gone: tuple[StaffLine, ...]
    me: UUID
    runs_partners: bool
    roles: tuple[Role, ...] = PARTNER_PEOPLE


def _place(visit: Visit, partner: UUID) -> str:
    return "/people" if visit.actor.partner else f"/partners/{partner}/people"


async def _page(visit: Visit, partner: UUID, again: Again = NOTHING, status: int = 200) -> Response:
    people = await visit.use.partner_staff.people(visit.actor, PartnerId(partner))
    active, gone = (tuple(one for one in people if one.active is here) for here in (True, False))
    view = People(PartnerId(partner), active, gone, visit.actor.id, visit.actor.may(Act.run_partners))
    return visit.show("partner_people", view, again=again, status=status)


@router.get("/people", **acts(Act.run_partner_staff))
async def own(visit: Visiting) -> Response:
    """An administrator says first whose people."""
    return await _page(visit, visit.actor.partner) if visit.actor.partner else visit.go("/partners")


@router.get("/partners/{id}/people", **acts(Act.run_partner_staff))
async def people(visit: Visiting, id: UUID) -> Response:
    return await _page(visit, id)


@router.post("/partners/{id}/people", **acts(Act.run_partner_staff))
async def add(visit: Visiting, id: UUID) -> Response:
    form, use = visit.form, visit.use.partner_staff
    username, name, role = form.needed("username", 100), form.needed("name"), form.chosen("role", Role)
    try:
        form.check()
        made = await use.add_person(visit.actor, visit.once(), PartnerId(id), username, name, role)
    except Refusal as refusal:
        return await _page(visit, id, form.again("person", refusal), status_of(refusal))
    return visit.show("staff_handed", Handed(made.id, made.name, made.username, made.one_time_password, _place(visit, id)))


@router.post("/partners/{id}/people/{person}/deactivation", **acts(Act.run_partner_staff))
async def deactivate(visit: Visiting, id: UUID, person: UUID) -> Response:
    return await _active(visit, id, person, "desk-person-gone", active=False)


@router.post("/partners/{id}/people/{person}/reactivation", **acts(Act.run_partner_staff))
async def reactivate(visit: Visiting, id: UUID, person: UUID) -> Response:
    return await _active(visit, id, person, "staff-back", active=True)


async def _active(visit: Visit, id: UUID, person: UUID, done: str, *, active: bool) -> Response:
    try:
        await visit.use.partner_staff.set_active(visit.actor, StaffId(person), seen_version(visit.form), active=active)
    except Refusal as refusal:
        return await _page(visit, id, visit.form.again(f"active-{person}", refusal), status_of(refusal))
    return visit.go(_place(visit, id), done)


@router.post("/partners/{id}/people/{person}/password", **acts(Act.run_partner_staff))
async def reset_password(visit: Visiting, id: UUID, person: UUID) -> Response:
    try:
        made = await visit.use.partner_staff.reset(visit.actor, StaffId(person), seen_version(visit.form), Reset.password)
    except Refusal as refusal:
        return await _page(visit, id, visit.form.again(f"password-{person}", refusal), status_of(refusal))
    return visit.show("staff_handed", Handed(made.id, made.name, made.username, made.one_time_password, _place(visit, id)))


@router.post("/partners/{id}/people/{person}/factors", **acts(Act.run_partner_staff))
async def reset_factors(visit: Visiting, id: UUID, person: UUID) -> Response:
    form = visit.form
    reason = form.needed("reason")
    try:
        form.check()
        await visit.use.partner_staff.reset(visit.actor, StaffId(person), seen_version(form), Reset.factors, reason)
    except Refusal as refusal:
        return await _page(visit, id, form.again(f"factors-{person}", refusal), status_of(refusal))
    return visit.go(_place(visit, id), "staff-factors")
