"""The partner directory over HTTP: searched and read by everybody who counsels, run by the administrator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.clients import MigrationStage
from domain.errors import NotFound
from domain.identity import Act
from domain.partners import search
from domain.partners.agreements import Agreement
from domain.partners.directory import Service
from domain.partners.places import Whereabouts
from domain.values import Gender, Language, PartnerId
from service.api.bodies.partners import AgreementBody, EndpointChange, MailboxBody, PartnerBody, PartnerChange, ServiceBody, ServiceChange
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.usecases.partners import AgreementLine, Credentials, EndpointState, MailboxView, PartnerView, ServiceFound

router = APIRouter(tags=["partners"], route_class=LeanRoute)


class ServiceQuery(Wanted):
    """What is looked for among services; nothing in it is about a person who could be named."""

    need: Annotated[str, Field(max_length=200, description="Words a service may say of itself")] = ""
    district: Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]*$", description="P-code of a district or a province")] = ""
    gender: Gender | None = None
    age: Annotated[int | None, Field(ge=0, le=120)] = None
    migration_stage: MigrationStage | None = None
    language: Language | None = None
    with_room: Annotated[bool, Field(description="Leaves out services known to be full")] = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50

    def value(self) -> search.Wanted:
        return search.Wanted(self.need, self.district, self.gender, self.age, self.migration_stage, self.language, self.with_room)


@router.get("/api/v1/services", response_model=Page[ServiceFound], **acts(Act.see_partners))
async def find_services(ask: Ask, request: Request, q: Annotated[ServiceQuery, Query()]) -> Response:
    """Services of all partners that take referrals, the best fit first. What a service does not say of itself does not leave it out."""
    found = await ask.use.partners.search(ask.actor, q.value())
    return listed(found[: q.limit], request)


@router.get("/api/v1/partners", response_model=Page[PartnerView], **acts(Act.see_partners))
async def partners(ask: Ask, request: Request) -> Response:
    return listed(await ask.use.partners.all(ask.actor), request)


@router.post("/api/v1/partners", status_code=201, response_model=PartnerView, **acts(Act.run_partners))
async def add_partner(ask: Ask, body: PartnerBody) -> Response:
    view = await ask.use.partners.add(ask.actor, ask.once, body.key, body.name, body.kind, body.adapter, body.secret, body.source)
    return made(view, "/api/v1/partners")


@router.get("/api/v1/partners/{id}", response_model=PartnerView, **acts(Act.see_partners))
async def partner(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.partners.get(ask.actor, PartnerId(id)))


@router.patch("/api/v1/partners/{id}", response_model=PartnerView, **acts(Act.run_partners))
async def change_partner(ask: Ask, id: UUID, body: PartnerChange) -> Response:
    """A partner that is no longer active takes no referrals and is signed out."""
    return answer(await ask.use.partners.change(ask.actor, PartnerId(id), ask.seen_version(), body.changes()))


@router.get("/api/v1/partners/{id}/services", response_model=Page[Service], **acts(Act.see_partners))
async def services(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.partners.services(ask.actor, PartnerId(id)), request)


@router.post("/api/v1/partners/{id}/services", status_code=201, response_model=Service, **acts(Act.run_partners))
async def add_service(ask: Ask, id: UUID, body: ServiceBody) -> Response:
    view = await ask.use.partners.add_service(ask.actor, ask.once, PartnerId(id), body.changes())
    return made(view, f"/api/v1/partners/{id}/services")


@router.patch("/api/v1/partners/{id}/services/{service}", response_model=Service, **acts(Act.run_partners))
async def change_service(ask: Ask, id: UUID, service: UUID, body: ServiceChange) -> Response:
    return answer(await ask.use.partners.change_service(ask.actor, PartnerId(id), service, ask.seen_version(), body.changes()))


@router.post("/api/v1/partners/{id}/services/{service}/confirmation", response_model=Service, **acts(Act.run_partners))
async def confirm_service(ask: Ask, id: UUID, service: UUID) -> Response:
    """Somebody asked the partner today, and all that is written about the service still holds."""
    return answer(await ask.use.partners.confirm_service(ask.actor, PartnerId(id), service))


@router.get("/api/v1/partners/{id}/services/{service}/hidden-address", response_model=Whereabouts, **acts(Act.see_hidden_address))
async def hidden_address(ask: Ask, id: UUID, service: UUID) -> Response:
    """What no other answer holds, for whoever sees or makes referrals; the trail keeps who looked."""
    return answer(await ask.use.hidden_addresses.of(ask.actor, PartnerId(id), service))


@router.get("/api/v1/agreements", response_model=Page[AgreementLine], **acts(Act.see_partners))
async def register(ask: Ask, request: Request) -> Response:
    """All agreements with all partners: those that end soon first, then those in force, those to come, and those that ended."""
    return listed(await ask.use.partners.register(ask.actor), request)


@router.get("/api/v1/partners/{id}/agreements", response_model=Page[Agreement], **acts(Act.see_partners))
async def agreements(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.partners.agreements(ask.actor, PartnerId(id)), request)


@router.post("/api/v1/partners/{id}/agreements", status_code=201, response_model=Agreement, **acts(Act.run_partners))
async def add_agreement(ask: Ask, id: UUID, body: AgreementBody) -> Response:
    groups = tuple(dict.fromkeys(body.field_groups))
    view = await ask.use.partners.add_agreement(
        ask.actor,
        ask.once,
        PartnerId(id),
        body.title,
        groups,
        body.signed_on,
        body.valid_to,
        body.purposes,
        body.agreed_times(),
        body.expiry_days,
        tuple(dict.fromkeys(body.purpose_codes)),
        body.predecessor,
        approval=body.approval,
    )
    return made(view, f"/api/v1/partners/{id}/agreements")


@router.post("/api/v1/partners/{id}/agreements/{agreement}/end", response_model=Agreement, **acts(Act.run_partners))
async def end_agreement(ask: Ask, id: UUID, agreement: UUID) -> Response:
    """From today on nothing more leaves under it, and what left can no longer be opened."""
    return answer(await ask.use.partners.end_agreement(ask.actor, ask.once, PartnerId(id), agreement))


@router.get("/api/v1/partners/{id}/endpoints", response_model=Page[EndpointState], **acts(Act.run_partners))
async def endpoints(ask: Ask, id: UUID, request: Request) -> Response:
    """The address of the partner's notices; its secret is shown to nobody but the partner."""
    found = await ask.use.partners.endpoint_of(ask.actor, PartnerId(id))
    return listed([found] if found else [], request)


@router.patch("/api/v1/partners/{id}/endpoints", response_model=EndpointState, **acts(Act.run_partners))
async def switch_endpoint(ask: Ask, id: UUID, body: EndpointChange) -> Response:
    """Switches the address off or on again; while it is off notices go by the other ways or are given up, and the partner may fetch."""
    return answer(await ask.use.partners.switch_endpoint(ask.actor, PartnerId(id), ask.seen_version(), disabled=body.disabled))


@router.get("/api/v1/partners/{id}/mailbox", response_model=MailboxView, **acts(Act.run_partners))
async def mailbox(ask: Ask, id: UUID) -> Response:
    """Where links for an agency without software go, and the registered contact that gets the codes."""
    found = await ask.use.partners.mailbox_of(ask.actor, PartnerId(id))
    if found is None:
        raise NotFound()
    return answer(found)


@router.put("/api/v1/partners/{id}/mailbox", response_model=MailboxView, **acts(Act.run_partners))
async def set_mailbox(ask: Ask, id: UUID, body: MailboxBody) -> Response:
    """The first setting needs no If-Match, each later one the version that was seen."""
    its = (body.address, body.codes_by, body.codes_to, body.language)
    return answer(await ask.use.partners.set_mailbox(ask.actor, PartnerId(id), ask.seen, *its))


@router.post("/api/v1/partners/{id}/credentials", status_code=201, response_model=Credentials, **acts(Act.run_partners))
async def renew_credentials(ask: Ask, id: UUID) -> Response:
    """A new client secret, in this answer and never again; whoever signed in with the old one is signed out."""
    return made(await ask.use.partners.renew_credentials(ask.actor, ask.once, PartnerId(id)), "/api/v1/partners")
