"""Incoming referrals over HTTP: sent and asked after by partners, answered by the centre."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.clients import ClientView
from domain.identity import Act
from domain.incoming.doors import IncomingFilter, IncomingView, SentLine, SentView
from domain.incoming.steps import IncomingState
from domain.partners.declining import DeclineCode
from domain.values import CentreCode, ClientId, IncomingId
from service.api.bodies.clients import ClientBody
from service.api.bodies.incoming import DeskStepBody, IncomingBody, KnownBody, SenderStepBody
from service.api.clients import new_client
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.api.referrals import QUARTER

router = APIRouter(tags=["incoming"], route_class=LeanRoute)
Ref = Annotated[str, Path(min_length=1, max_length=60)]


@router.post("/partner/v1/incoming", status_code=201, response_model=SentView, tags=["partner"], **acts(Act.send_incoming))
async def send(ask: Ask, body: IncomingBody) -> Response:
    """Sends somebody to a centre, with their agreement. Send an `Idempotency-Key`, so that sending it twice does nothing twice."""
    view = await ask.use.incoming.send(ask.actor, ask.once, CentreCode(body.centre), body.urgency, body.told())
    return answer(view, 201, headers={"Location": f"/partner/v1/incoming/{view.ref}"})


@router.get("/partner/v1/incoming", response_model=Page[SentLine], tags=["partner"], **acts(Act.send_incoming))
async def sent(ask: Ask, request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Those that you sent, the newest first."""
    found, following = await ask.use.incoming.sent(ask.actor, limit, cursor)
    return listed(found, request, following)


@router.get("/partner/v1/incoming/{ref}", response_model=SentView, tags=["partner"], **acts(Act.send_incoming))
async def fares(ask: Ask, ref: Ref) -> Response:
    """How one of them fares, and the steps that fit now."""
    return answer(await ask.use.incoming.fares(ask.actor, ref))


@router.post("/partner/v1/incoming/{ref}/steps", response_model=SentView, tags=["partner"], **acts(Act.send_incoming))
async def say(ask: Ask, ref: Ref, body: SenderStepBody) -> Response:
    """`answer` a question of the centre, or `withdraw`: then nothing of the person is kept."""
    return answer(await ask.use.incoming.say(ask.actor, ask.once, ref, body.step, body.note))


class IncomingQuery(Wanted):
    """How the list is narrowed. `came_from` and `came_to` are quarters; `decline_code` leaves those that we declined for this reason,
    `code_unsaid` those declined without a code."""

    state: IncomingState | None = None
    centre: Annotated[str | None, Field(pattern=r"^[A-Z]{3}$")] = None
    decline_code: DeclineCode | None = None
    code_unsaid: bool = False
    came_from: Annotated[str | None, Field(pattern=QUARTER, description="2026-Q1")] = None
    came_to: Annotated[str | None, Field(pattern=QUARTER, description="2026-Q4")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get("/api/v1/incoming", response_model=Page[IncomingView], **acts(Act.see_incoming))
async def every(ask: Ask, request: Request, q: Annotated[IncomingQuery, Query()]) -> Response:
    """Those sent to your centre, the newest first."""
    wanted, at = IncomingFilter(q.state, q.decline_code, q.code_unsaid), CentreCode(q.centre) if q.centre else None
    found, following = await ask.use.incoming.page(ask.actor, wanted, q.limit, q.cursor, centre=at, came=(q.came_from, q.came_to))
    return listed(found, request, following)


@router.get("/api/v1/incoming/{id}", response_model=IncomingView, **acts(Act.see_incoming))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.incoming.get(ask.actor, IncomingId(id)))


@router.post("/api/v1/incoming/{id}/steps", response_model=IncomingView, **acts(Act.answer_incoming))
async def step(ask: Ask, id: UUID, body: DeskStepBody) -> Response:
    return answer(await ask.use.incoming.step(ask.actor, ask.once, IncomingId(id), body.step, body.words(), seen=ask.seen))


@router.post("/api/v1/incoming/{id}/client", response_model=IncomingView, **acts(Act.answer_incoming))
async def known(ask: Ask, id: UUID, body: KnownBody) -> Response:
    """It is a client whom the centre knows already."""
    return answer(await ask.use.incoming.name(ask.actor, ask.once, IncomingId(id), ClientId(body.client)))


@router.post("/api/v1/incoming/{id}/registration", status_code=201, response_model=ClientView, **acts(Act.answer_incoming))
async def register(ask: Ask, id: UUID, body: ClientBody) -> Response:
    """Whoever was sent becomes a client; telephones that came with the referral are kept."""
    return made(await ask.use.clients.receive(ask.actor, ask.once, IncomingId(id), new_client(body)), "/api/v1/clients")
