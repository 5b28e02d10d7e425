"""The partner's side: its own referrals, its steps on them, its endpoint, its deliveries, its signed news."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from domain.errors import Invalid
from domain.identity import Act
from domain.referrals.doors import PartnerLine
from domain.referrals.packet import Packet
from domain.referrals.record import Said
from domain.referrals.sandbox import PREFIX
from service.api.bodies.referrals import AnswerBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed
from service.api.lean import LeanRoute
from service.usecases import UseCases

router = APIRouter(prefix="/partner/v1", tags=["partner"], route_class=LeanRoute)
Ref = Annotated[str, Path(min_length=1, max_length=60)]


@router.get("/referrals", response_model=Page[PartnerLine], **acts(Act.answer_referral))
async def referrals(ask: Ask, request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    found, following = await ask.use.partner_side.page(ask.actor, limit, cursor)
    return listed(found, request, following)


@router.get("/referrals/{ref}", response_model=Packet, **acts(Act.answer_referral))
async def open_packet(ask: Ask, ref: Ref) -> Response:
    """The packet: consented and agreed fields only; 410 once it was recalled, withdrawn or has ended."""
    return answer(await (ask.use.sandbox if ref.startswith(PREFIX) else ask.use.partner_side).open(ask.actor, ref))


@router.get("/referrals/{ref}/steps", **acts(Act.answer_referral))
async def steps(ask: Ask, ref: Ref) -> Response:
    """Where the referral stands, and the steps that fit now."""
    return answer(await (ask.use.sandbox if ref.startswith(PREFIX) else ask.use.partner_side).stands(ask.actor, ref))


@router.post("/referrals/{ref}/steps", **acts(Act.answer_referral))
async def step(ask: Ask, ref: Ref, body: AnswerBody) -> Response:
    said = Said(body.note, body.reason, body.outcome)
    side = ask.use.sandbox if ref.startswith(PREFIX) else ask.use.partner_side
    return answer(await side.step(ask.actor, ask.once, ref, body.step, said, body.appointment_at))


@router.post("/news", status_code=202, **acts(None))
async def news(request: Request) -> Response:
    """The same steps as a signed webhook; `MRC-Partner` names the sender. Verified, stored once, worked through later."""
    use: UseCases = request.app.state.use
    key = request.headers.get("mrc-partner", "")
    if not 1 <= len(key) <= 60:
        raise Invalid("The header MRC-Partner names the sender.", field="MRC-Partner", next="Send your partner key.")
    await use.partner_side.hear(key, dict(request.headers), await request.body())
    return Response(status_code=202)
