"""Quick contacts: seconds to enter, and a client in one step when there is more to do."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.contacts import Channel, ContactView, Said
from domain.errors import Invalid, Refusal
from domain.identity import Act
from domain.values import CentreCode, ContactId, Language, Phone
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.forms import Again, Form
from service.web.register import PHONES, new_client, register_view

router = APIRouter(route_class=PageRoute)
RECENT = 30


@dataclass(frozen=True, slots=True)
class Contacts:
    centres: tuple[CentreCode, ...]
    recent: tuple[ContactView, ...]
    channels: tuple[Channel, ...] = tuple(Channel)
    languages: tuple[Language, ...] = tuple(Language)


async def _view(visit: Visit) -> Contacts:
    return Contacts(visit.actor.centres, await visit.use.clients.contacts(visit.actor, RECENT))


@router.get("/contacts", **acts(Act.add_contact))
async def contacts(visit: Visiting) -> Response:
    return visit.show("contacts", await _view(visit))


def _phone(form: Form) -> Phone | None:
    if not form.raw("phone"):
        return None
    try:
        return Phone.parse(form.raw("phone"), safe=form.ticked("phone_safe"))
    except Invalid as refusal:
        form.wrong("phone", str(refusal))
        return None


@router.post("/contacts", **acts(Act.add_contact))
async def add(visit: Visiting) -> Response:
    form = visit.form
    channel, minutes = form.chosen("channel", Channel), form.number("minutes", 0, 600)
    said = Said(form.line("name"), _phone(form), form.prose("question"), form.choice("language", Language))
    centre = CentreCode(form.raw("centre")) if form.raw("centre") else None
    try:
        form.check()
        made = await visit.use.clients.add_contact(visit.actor, visit.once(), channel, said, minutes or 0, centre)
    except Refusal as refusal:
        return visit.refused("contacts", await _view(visit), form.again("contact", refusal), refusal)
    if form.ticked("register"):
        return visit.go(f"/contacts/{made.id}/promotion", "contact")
    return visit.go("/contacts", "contact")


@router.get("/contacts/{id}/promotion", **acts(Act.register_client))
async def promotion(visit: Visiting, id: UUID) -> Response:
    """What the contact said stands in the form already."""
    it = await visit.use.clients.contact(visit.actor, ContactId(id))
    field = "name" if it.name.isascii() else "name_urdu"
    typed = {field: (it.name,), PHONES[0]: (it.phone or "",), "languages": (it.language.value,) if it.language else ()}
    if it.phone_safe:
        typed[f"{PHONES[0]}_safe"] = ("1",)
    return visit.show("register", register_view(visit.actor.centres, contact=str(id)), again=Again("client", typed))


@router.post("/contacts/{id}/promotion", **acts(Act.register_client))
async def promote(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted = new_client(form)
    try:
        form.check()
        made = await visit.use.clients.promote(visit.actor, visit.once(), ContactId(id), wanted)
    except Refusal as refusal:
        return visit.refused("register", register_view(visit.actor.centres, contact=str(id)), form.again("client", refusal), refusal)
    return visit.go(f"/clients/{made.id}", "client")
