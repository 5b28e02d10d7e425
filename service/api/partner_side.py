"""The partner's side: its own referrals, its steps on them, its endpoint, its deliveries, its signed news."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from domain.delivery import DeliveryView
from domain.errors import Invalid
from domain.identity import Act
from domain.referrals.doors import PartnerLine
from domain.referrals.packet import Packet
from domain.referrals.record import Said
from service.api.bodies.referrals import AnswerBody, EndpointBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed
from service.api.lean import LeanRoute
from service.usecases import UseCases
from service.usecases.partner_side import EndpointView

router = APIRouter(prefix="/partner/v1", tags=["partner"], route_class=LeanRoute)
Ref = Annotated[str, Path(min_length=1, max_length=60)]


@router.get("/referrals", response_model=Page[PartnerLine], **acts(Act.answer_referral))
async def referrals(ask: Ask, request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    found, following = await ask.use.partner_side.page(ask.actor, limit, cursor)
    return listed(found, request, following)


@router.get("/referrals/{ref}", response_model=Packet, **acts(Act.answer_referral))
async def open_packet(ask: Ask, ref: Ref) -> Response:
    """The packet: consented and agreed fields only; 410 once it was recalled, withdrawn or has ended."""
    return answer(await ask.use.partner_side.open(ask.actor, ref))


@router.get("/referrals/{ref}/steps", **acts(Act.answer_referral))
async def steps(ask: Ask, ref: Ref) -> Response:
    """Where the referral stands, and the steps that fit now."""
    return answer(await ask.use.partner_side.stands(ask.actor, ref))


@router.post("/referrals/{ref}/steps", **acts(Act.answer_referral))
async def step(ask: Ask, ref: Ref, body: AnswerBody) -> Response:
    said = Said(body.note, body.reason, body.outcome)
    return answer(await ask.use.partner_side.step(ask.actor, ask.once, ref, body.step, said, body.appointment_at))


@router.get("/endpoint", response_model=EndpointView, **acts(Act.run_endpoint))
async def endpoint(ask: Ask) -> Response:
    return answer(await ask.use.partner_side.endpoint(ask.actor))


@router.put("/endpoint", response_model=EndpointView, **acts(Act.run_endpoint))
async def set_endpoint(ask: Ask, body: EndpointBody) -> Response:
    """The answer that creates it carries the `whsec_` secret, once."""
    view = await ask.use.partner_side.set_endpoint(ask.actor, body.url)
    return answer(view, 201 if view.secret else 200)


@router.post("/endpoint/rotate-secret", response_model=EndpointView, **acts(Act.run_endpoint))
async def rotate_secret(ask: Ask) -> Response:
    """The new secret, once; the old one lives on for a day."""
    return answer(await ask.use.partner_side.rotate_secret(ask.actor))


@router.post("/endpoint/test", status_code=202, **acts(Act.run_endpoint))
async def test_endpoint(ask: Ask) -> Response:
    """Sends an `endpoint.test` event; `/partner/v1/deliveries` shows under the `delivery` of this answer what became of it."""
    return answer({"delivery": await ask.use.partner_side.test_endpoint(ask.actor, ask.once)}, 202)


@router.get("/deliveries", response_model=Page[DeliveryView], **acts(Act.run_endpoint))
async def deliveries(ask: Ask, request: Request, limit: Limit = 50) -> Response:
    return listed(await ask.use.partner_side.deliveries(ask.actor, limit), request)


@router.post("/deliveries/{id}/replay", status_code=202, **acts(Act.run_endpoint))
async def replay(ask: Ask, id: UUID) -> Response:
    await ask.use.partner_side.replay(ask.actor, id)
    return Response(status_code=202)


@router.post("/news", status_code=202, **acts(None))
async def news(request: Request) -> Response:
    """The same steps as a signed webhook; `MRC-Partner` names the sender. Verified, stored once, worked through later."""
    use: UseCases = request.app.state.use
    key = request.headers.get("mrc-partner", "")
    if not 1 <= len(key) <= 60:
        raise Invalid("The header MRC-Partner names the sender.", field="MRC-Partner", next="Send your partner key.")
    await use.partner_side.hear(key, dict(request.headers), await request.body())
    return Response(status_code=202)
