"""Contacts, clients, consents."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.arrivals import Arrived, ClientLine
from domain.clients import ClientView, Likeness
from domain.consent import ConsentView
from domain.contacts import ContactView
from domain.identity import Act
from domain.periods import begin_of, end_of
from domain.values import ClientId, ConsentId, ContactId
from service.api.bodies import centre
from service.api.bodies.clients import ClientBody, ClientChange, ConsentBody, ContactBody, MatchesBody, SearchBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.api.spans import At, FirstMonth, LastMonth
from service.usecases.clients import NewClient

router = APIRouter(tags=["clients"], route_class=LeanRoute)


def new_client(body: ClientBody) -> NewClient:
    """Raises Invalid."""
    return NewClient(
        names=body.names(),
        particulars=body.particulars(),
        gender=body.gender,
        migration_stage=body.migration_stage,
        birth_year=body.birth_year,
        district=body.district,
        sensitivity=body.sensitivity,
        centre=centre(body.centre),
    )


@router.post("/api/v1/contacts", status_code=201, response_model=ContactView, **acts(Act.add_contact))
async def add_contact(ask: Ask, body: ContactBody) -> Response:
    view = await ask.use.clients.add_contact(ask.actor, ask.once, body.channel, body.said(), body.minutes, centre(body.centre))
    return made(view, "/api/v1/contacts")


@router.get("/api/v1/contacts", response_model=Page[ContactView], **acts(Act.add_contact))
async def contacts(
    ask: Ask,
    request: Request,
    at: At = None,
    first: FirstMonth = None,
    last: LastMonth = None,
    promoted: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The latest first; `promoted` are those whose caller is registered now."""
    found, following = await ask.use.arrivals.contacts(ask.actor, centre(at), _arrived(first, last, promoted=promoted), limit, cursor)
    return listed(found, request, following)


def _arrived(first: str | None, last: str | None, *, promoted: bool = False) -> Arrived:
    """Whole months; open where none is said. Raises Invalid."""
    begins = {"begins": begin_of(first)} if first else {}
    return Arrived(**begins, **({"ends": end_of(last)} if last else {}), promoted=promoted)


@router.post("/api/v1/contacts/{id}/promotion", status_code=201, response_model=ClientView, **acts(Act.register_client))
async def promote(ask: Ask, id: UUID, body: ClientBody) -> Response:
    view = await ask.use.clients.promote(ask.actor, ask.once, ContactId(id), new_client(body))
    return made(view, "/api/v1/clients")


@router.post("/api/v1/clients", status_code=201, response_model=ClientView, **acts(Act.register_client))
async def register(ask: Ask, body: ClientBody) -> Response:
    return made(await ask.use.clients.register(ask.actor, ask.once, new_client(body)), "/api/v1/clients")


@router.get("/api/v1/clients", response_model=Page[ClientLine], **acts(Act.see_client))
async def registered(
    ask: Ask,
    request: Request,
    at: At = None,
    first: FirstMonth = None,
    last: LastMonth = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """People by when they were registered, the latest first."""
    found, following = await ask.use.arrivals.registered(ask.actor, centre(at), _arrived(first, last), limit, cursor)
    return listed(found, request, following)


@router.post("/api/v1/clients/search", response_model=Page[Likeness], **acts(Act.find_client))
async def search(ask: Ask, request: Request, body: SearchBody) -> Response:
    """A POST, so that no name stands in an address."""
    return listed(await ask.use.clients.search(ask.actor, body.q, body.limit), request)


@router.post("/api/v1/clients/matches", response_model=Page[Likeness], **acts(Act.find_client))
async def matches(ask: Ask, request: Request, body: MatchesBody) -> Response:
    one = body.candidate
    found = await ask.use.clients.matches(ask.actor, one.name, one.name_urdu, one.particulars(), one.birth_year)
    return listed(found, request)


@router.get("/api/v1/clients/{id}", response_model=ClientView, **acts(Act.see_client))
async def client(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.clients.get(ask.actor, ClientId(id)))


@router.patch("/api/v1/clients/{id}", response_model=ClientView, **acts(Act.change_client))
async def change(ask: Ask, id: UUID, body: ClientChange) -> Response:
    return answer(await ask.use.clients.change(ask.actor, ClientId(id), ask.seen_version(), body.changes()))


@router.get("/api/v1/clients/{id}/consents", response_model=Page[ConsentView], **acts(Act.see_consent))
async def consents(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.consents.of_client(ask.actor, ClientId(id)), request)


class EndingQuery(Wanted):
    """Which of the consents that end."""

    ending_within: Annotated[int, Field(ge=0, le=365, description="Days from today")] = 30
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.get("/api/v1/consents", response_model=Page[ConsentView], **acts(Act.see_consent))
async def ending(ask: Ask, request: Request, wanted: Annotated[EndingQuery, Query()]) -> Response:
    """Consents that end soon and were not withdrawn, the soonest first."""
    return listed((await ask.use.consents.ending(ask.actor, wanted.ending_within, wanted.limit)).consents, request)


@router.post("/api/v1/clients/{id}/consents", status_code=201, response_model=ConsentView, **acts(Act.record_consent))
async def record_consent(ask: Ask, id: UUID, body: ConsentBody) -> Response:
    view = await ask.use.consents.record(
        ask.actor,
        ask.once,
        ClientId(id),
        purpose=body.purpose,
        partner=body.partner,
        field_groups=tuple(dict.fromkeys(body.field_groups)),
        form=body.form,
        language=body.language,
        text_version=body.text_version,
        valid_to=body.valid_to,
    )
    return made(view, "/api/v1/consents")


@router.post("/api/v1/consents/{id}/withdrawal", response_model=ConsentView, **acts(Act.withdraw_consent))
async def withdraw(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.consents.withdraw(ask.actor, ask.once, ConsentId(id), ask.seen))
