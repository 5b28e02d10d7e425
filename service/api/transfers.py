"""Transfers between centres over HTTP: asked for from a case, answered by the other centre, followed by both."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.identity import Act
from domain.transfers.doors import Direction, TransferView
from domain.transfers.steps import TransferState
from domain.values import CaseId, TransferId
from service.api.bodies.transfers import TransferAnswerBody, TransferBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted

router = APIRouter(tags=["transfers"], route_class=LeanRoute)


class TransferQuery(Wanted):
    direction: Direction = Direction.received
    state: TransferState | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get("/api/v1/transfers", response_model=Page[TransferView], **acts(Act.see_transfers))
async def every(ask: Ask, request: Request, q: Annotated[TransferQuery, Query()]) -> Response:
    """Those that other centres ask of yours (`received`), or that yours asked for (`sent`), the newest first."""
    found, following = await ask.use.transfers.page(ask.actor, q.direction, q.state, q.limit, q.cursor)
    return listed(found, request, following)


@router.get("/api/v1/transfers/{id}", response_model=TransferView, **acts(Act.see_transfers))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.transfers.get(ask.actor, TransferId(id)))


@router.post("/api/v1/transfers/{id}/answer", response_model=TransferView, **acts(Act.answer_transfer))
async def reply(ask: Ask, id: UUID, body: TransferAnswerBody) -> Response:
    """The receiving centre's. Accepted, the client with all that belongs to them is yours in the same moment."""
    its, by = TransferId(id), body.taken_by()
    return answer(await ask.use.transfers.answer(ask.actor, ask.once, its, body.chosen(), reason=body.reason, counsellor=by, seen=ask.seen))


@router.post("/api/v1/transfers/{id}/withdrawal", response_model=TransferView, **acts(Act.ask_transfer))
async def withdraw(ask: Ask, id: UUID) -> Response:
    """The sending centre's, as long as nobody has answered."""
    return answer(await ask.use.transfers.withdraw(ask.actor, ask.once, TransferId(id), seen=ask.seen))


@router.get("/api/v1/cases/{id}/transfers", response_model=Page[TransferView], **acts(Act.see_transfers))
async def of_case(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.transfers.of_case(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/transfers", status_code=201, response_model=TransferView, **acts(Act.ask_transfer))
async def ask_for(ask: Ask, id: UUID, body: TransferBody) -> Response:
    """Asks another centre to take the client of this case. It reads a thin extract; nobody's name leaves before it accepts."""
    return made(await ask.use.transfers.ask(ask.actor, ask.once, CaseId(id), body.wanted()), "/api/v1/transfers")
