"""Referrals as the centre moves them, and the partners they go to."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.clients import MigrationStage
from domain.delivery import DeliveryView
from domain.identity import Act
from domain.partners import search
from domain.partners.directory import Agreement, Service
from domain.referrals.doors import ReferralView, StepView
from domain.referrals.record import Said
from domain.referrals.steps import State
from domain.values import CaseId, FieldGroup, Gender, Language, PartnerId, ReferralId
from service.api.bodies import AgreementBody, PartnerBody, ReferralStepBody, ServiceBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.usecases.partners import PartnerView, ServiceFound
from service.usecases.referrals import Preview

router = APIRouter(tags=["referrals"], route_class=LeanRoute)


@router.get("/api/v1/referrals", response_model=Page[ReferralView], **acts(Act.see_referrals))
async def referrals(ask: Ask, request: Request, state: State | None = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    found, following = await ask.use.referrals.page(ask.actor, state, limit, cursor)
    return listed(found, request, following)


@router.get("/api/v1/referrals/{id}", response_model=ReferralView, **acts(Act.see_referrals))
async def referral(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.referrals.get(ask.actor, ReferralId(id)))


@router.get("/api/v1/referrals/{id}/steps", response_model=Page[StepView], **acts(Act.see_referrals))
async def steps(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.referrals.steps(ask.actor, ReferralId(id)), request)


@router.post("/api/v1/referrals/{id}/steps", response_model=ReferralView, **acts(Act.move_referral))
async def step(ask: Ask, id: UUID, body: ReferralStepBody) -> Response:
    """`approve` and `return_to_sender` are a supervisor's; `reroute` names the next partner and answers with the new referral."""
    said = Said(body.note, body.reason, body.outcome)
    view = await ask.use.referrals.step(ask.actor, ask.once, ReferralId(id), body.step, said, seen=ask.seen, partner=body.partner)
    return answer(view)


@router.get("/api/v1/cases/{id}/referrals/preview", response_model=Preview, **acts(Act.make_referral))
async def preview(
    ask: Ask,
    id: UUID,
    partner: Annotated[str, Query(min_length=1, max_length=60, description="Its id or its key")],
    field_groups: Annotated[tuple[FieldGroup, ...], Query(max_length=7, description="None named: all that may leave")] = (),
) -> Response:
    """What would leave for this partner now, and what stays with why; nothing has left."""
    groups = tuple(dict.fromkeys(field_groups)) or tuple(FieldGroup)
    return answer(await ask.use.referrals.preview(ask.actor, CaseId(id), partner, groups))


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


@router.get("/api/v1/partners/{id}/services", response_model=Page[Service], **acts(Act.see_partners))
async def services(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.partners.services(ask.actor, PartnerId(id)), request)


@router.post("/api/v1/partners/{id}/services", status_code=201, response_model=Service, **acts(Act.run_partners))
async def add_service(ask: Ask, id: UUID, body: ServiceBody) -> Response:
    view = await ask.use.partners.add_service(ask.actor, ask.once, PartnerId(id), body.name, tuple(body.districts), body.capacity)
    return made(view, f"/api/v1/partners/{id}/services")


@router.get("/api/v1/partners/{id}/agreements", response_model=Page[Agreement], **acts(Act.see_partners))
async def agreements(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.partners.agreements(ask.actor, PartnerId(id)), request)


@router.post("/api/v1/partners/{id}/agreements", status_code=201, response_model=Agreement, **acts(Act.run_partners))
async def add_agreement(ask: Ask, id: UUID, body: AgreementBody) -> Response:
    groups = tuple(dict.fromkeys(body.field_groups))
    view = await ask.use.partners.add_agreement(ask.actor, ask.once, PartnerId(id), body.title, groups, body.signed_on, body.valid_to)
    return made(view, f"/api/v1/partners/{id}/agreements")


@router.get("/api/v1/partners/{id}/endpoints", **acts(Act.run_partners))
async def endpoints(ask: Ask, id: UUID, request: Request) -> Response:
    """The address of the partner's notices; its secret is shown to nobody but the partner."""
    found = await ask.use.partners.endpoint_of(ask.actor, PartnerId(id))
    items: list[dict[str, Any]] = [{"url": found[0], "disabled": found[1]}] if found else []
    return listed(items, request)


@router.get("/api/v1/partners/{id}/deliveries", response_model=Page[DeliveryView], **acts(Act.run_partners))
async def deliveries(ask: Ask, id: UUID, request: Request, limit: Limit = 50) -> Response:
    return listed(await ask.use.partners.deliveries(ask.actor, PartnerId(id), limit), request)


@router.post("/api/v1/partners/{id}/deliveries/{message}/replay", status_code=202, **acts(Act.run_partners))
async def replay(ask: Ask, id: UUID, message: UUID) -> Response:
    await ask.use.partners.replay(ask.actor, PartnerId(id), message)
    return Response(status_code=202)
