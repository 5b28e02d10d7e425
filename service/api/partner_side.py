"""The partner's side: its own referrals, its steps on them, its endpoint, its deliveries, its signed news.

Decision. Context: news is kept in the inbox, sealed for the house, and worked through later; news of somebody whom a partner sends carries
all that is said of a person, who may take it back, and its sender needs our reference. Choice: it is verified as all news is and done at
once, by the use case of the call, so that a refusal is heard by whoever can mend it; the inbox holds which record a delivery made and
nothing of what it said, so repeats are found and withdrawal, retention and erasure have one place to clear. Price: it is answered when
the record is written, a few milliseconds later than other news; while the database is away it is refused (503), and sent again.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import Response

from domain.errors import Invalid
from domain.identity import Act
from domain.incoming.doors import SentView
from domain.incoming.steps import SenderStep
from domain.ports import Delivered
from domain.referrals.doors import PartnerLine
from domain.referrals.packet import Packet
from domain.referrals.sandbox import PREFIX
from domain.values import CentreCode
from service.api.bodies.incoming import RepliedNews, SentNews, WithdrawnNews, pushed
from service.api.bodies.referrals import AnswerBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed
from service.api.lean import LeanRoute
from service.binding import wrong
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
    side = ask.use.sandbox if ref.startswith(PREFIX) else ask.use.partner_side
    return answer(await side.answer(ask.actor, ask.once, ref, body.answered()))


@router.post("/news", status_code=202, response_model=SentView | None, **acts(None))
async def news(request: Request) -> Response:
    """The same steps as a signed webhook; `MRC-Partner` names the sender. Verified, stored once, worked through later.

    News of the types `incoming.sent`, `incoming.replied` and `incoming.withdrawn` is about somebody whom you send to a centre. It is
    done at once, under its `webhook-id`, and answered with how it fares, or refused as `/partner/v1/incoming` refuses it.
    """
    use: UseCases = request.app.state.use
    key = request.headers.get("mrc-partner", "")
    if not 1 <= len(key) <= 60:
        raise Invalid("The header MRC-Partner names the sender.", field="MRC-Partner", next="Send your partner key.")
    content = await request.body()
    delivered = await use.partner_side.verified(key, dict(request.headers), content)
    try:
        its = pushed(content)
    except ValidationError as error:
        raise wrong(error, "body") from None
    if its is None:
        await use.partner_side.hear(delivered, content)
        return Response(status_code=202)
    return answer(await _sent(use, delivered, its), 202)


async def _sent(use: UseCases, delivered: Delivered, its: SentNews | WithdrawnNews | RepliedNews) -> SentView:
    sender = delivered.sender
    match its:
        case SentNews(data=data):
            return await use.incoming.send(sender, delivered, CentreCode(data.centre), data.urgency, data.told())
        case RepliedNews(data=data):
            return await use.incoming.say(sender, delivered, data.incoming, SenderStep.answer, data.note)
    return await use.incoming.say(sender, delivered, its.data.incoming, SenderStep.withdraw, "")
