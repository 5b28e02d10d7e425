"""People: found first, registered when nobody fits, their page with consents and cases, and the record changed."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.case_doors import CaseView
from domain.cases import CaseKind, Risk
from domain.clients import ClientView, Likeness
from domain.consent import ConsentForm, Purpose
from domain.countries import choices
from domain.errors import Refusal
from domain.identity import Act, Sensitivity
from domain.reporting import Known, Names
from domain.values import ClientId, FieldGroup, Language
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form
from service.web.merging import chosen, overtaken
from service.web.people import names
from service.web.register import PHONES, Register, changes, fields_of, new_client, register_view, their_phones, typed_of
from service.web.sheet import ConsentLine, consent_lines

router = APIRouter(route_class=PageRoute)
FOUND = 20
SURE = 0.7
"""A likeness from which a registration is held back once, for a look at who it may be."""


@dataclass(frozen=True, slots=True)
class Search:
    q: str = ""
    hits: tuple[Likeness, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClientPage:
    client: ClientView
    cases: tuple[CaseView, ...]
    consents: tuple[ConsentLine, ...]
    names: Names
    partners: tuple[Known, ...]
    kinds: tuple[CaseKind, ...] = tuple(CaseKind)
    risks: tuple[Risk, ...] = tuple(Risk)
    sensitivities: tuple[Sensitivity, ...] = tuple(Sensitivity)
    purposes: tuple[Purpose, ...] = tuple(Purpose)
    forms: tuple[ConsentForm, ...] = tuple(ConsentForm)
    groups: tuple[FieldGroup, ...] = tuple(FieldGroup)
    languages: tuple[Language, ...] = tuple(Language)
    countries: tuple[tuple[str, str], ...] = choices()


@router.get("/clients", **acts(Act.find_client))
async def find_page(visit: Visiting) -> Response:
    return visit.show("clients", Search())


@router.post("/clients/search", **acts(Act.find_client))
async def search(visit: Visiting) -> Response:
    """A POST, so that no name stands in an address; it changes nothing, so the answer is the page itself."""
    form = visit.form
    q = form.needed("q")
    try:
        form.check()
        hits = await visit.use.clients.search(visit.actor, q, FOUND)
    except Refusal as refusal:
        return visit.refused("clients", Search(form.raw("q")), form.again("find", refusal), refusal)
    return visit.show("clients", Search(q, hits))


@router.get("/clients/search", **acts(Act.find_client))
async def search_again(visit: Visiting) -> Response:
    """Results have no address; whoever comes back to them starts anew."""
    return visit.go("/clients")


@router.get("/clients/new", **acts(Act.register_client))
async def new(visit: Visiting) -> Response:
    return visit.show("register", register_view(visit.actor.centres))


@router.post("/clients/new", **acts(Act.register_client))
async def new_from_search(visit: Visiting) -> Response:
    """From under the results, with what was searched for already in its place."""
    q = visit.form.raw("q")
    field = "cnic" if any(char.isdigit() for char in q) else "name" if q.isascii() else "name_urdu"
    return visit.show("register", register_view(visit.actor.centres), again=Again("client", {field: (q,)}))


@router.post("/clients", **acts(Act.register_client))
async def register(visit: Visiting) -> Response:
    """Held back once where somebody registered is likely the same person."""
    form = visit.form
    try:
        wanted = new_client(form)
        form.check()
        if not form.ticked("sure"):
            found = await visit.use.clients.matches(
                visit.actor, wanted.names.name, wanted.names.name_urdu, wanted.particulars, wanted.birth_year
            )
            if likely := tuple(hit for hit in found if hit.score >= SURE):
                again = Again("client", typed_of(form))
                return visit.show("register", register_view(visit.actor.centres, likely=likely), again=again, status=409)
        made = await visit.use.clients.register(visit.actor, visit.once(), wanted)
    except Refusal as refusal:
        return visit.refused("register", register_view(visit.actor.centres), form.again("client", refusal), refusal)
    return visit.go(f"/clients/{made.id}", "client")


async def client_page(visit: Visit, id: ClientId, again: Again = NOTHING, status: int = 200) -> Response:
    opened = await visit.use.clients.opened(visit.actor, id)
    known = await names(visit)
    view = ClientPage(opened.client, opened.cases, consent_lines(visit, opened.consents, known), known, known.taking)
    return visit.show("client", view, again=again, status=status)


@router.get("/clients/{id}", **acts(Act.see_client))
async def client(visit: Visiting, id: UUID) -> Response:
    return await client_page(visit, ClientId(id))


@router.get("/clients/{id}/edit", **acts(Act.change_client))
async def edit(visit: Visiting, id: UUID) -> Response:
    present = await visit.use.clients.get(visit.actor, ClientId(id))
    return visit.show("register", register_view(visit.actor.centres, present))


@router.post("/clients/{id}/edit", **acts(Act.change_client))
async def change(visit: Visiting, id: UUID) -> Response:
    form: Form = visit.form
    seen = form.number("version", 1, 10**9) or 0
    try:
        present = await visit.use.clients.get(visit.actor, ClientId(id))
        form = chosen(form, fields_of(present))
        wanted = changes(form)
        form.check()
        wanted["phones"] = (*their_phones(wanted), *present.phones[len(PHONES) :])
        await visit.use.clients.change(visit.actor, ClientId(id), seen, wanted)
    except Refusal as refusal:
        present = await visit.use.clients.get(visit.actor, ClientId(id))
        view: Register = register_view(visit.actor.centres, present, typed=form if overtaken(form, present.version) else None)
        return visit.show("register", view, again=form.again("client", refusal), status=status_of(refusal))
    return visit.go(f"/clients/{id}", "changed")
