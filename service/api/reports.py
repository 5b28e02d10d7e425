"""The report builder over HTTP: what can be counted, a question and its answer, and questions saved under a name."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.identity import Act
from domain.reports.question import Answer
from domain.reports.saved import SavedView
from domain.values import CentreCode
from service.api.bodies.reports import QuestionBody, SavedBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute
from service.usecases.questions import MeasureView

router = APIRouter(tags=["reports"], route_class=LeanRoute)
SAVED = "/api/v1/reports/saved"


@router.get("/api/v1/reports/measures", response_model=Page[MeasureView], **acts(Act.build_report))
async def measures(ask: Ask, request: Request) -> Response:
    """What can be counted: each with its definition, what one of it is, how sure it is, and what it can be split by."""
    return listed(ask.use.questions.measures(ask.actor), request)


@router.post("/api/v1/reports/ask", response_model=Answer, **acts(Act.build_report))
async def ask_figures(ask: Ask, body: QuestionBody) -> Response:
    """Cells and their sums; in a sum `*` stands for everything. `n` is null where a small cell is held back from this reader."""
    return answer(await ask.use.questions.ask(ask.actor, body.question()))


@router.get(SAVED, response_model=Page[SavedView], **acts(Act.build_report))
async def saved(ask: Ask, request: Request) -> Response:
    """One's own questions and those shared with one's centres, the latest first."""
    return listed(await ask.use.questions.saved(ask.actor), request)


@router.post(SAVED, status_code=201, response_model=SavedView, **acts(Act.build_report))
async def save(ask: Ask, body: SavedBody) -> Response:
    shared = CentreCode(body.shared_with) if body.shared_with else None
    return made(await ask.use.questions.save(ask.actor, ask.once, body.name, body.question.question(), shared_with=shared), SAVED)


@router.delete(f"{SAVED}/{{id}}", status_code=204, **acts(Act.build_report))
async def remove(ask: Ask, id: UUID) -> Response:
    """One's own; a shared one also by whoever answers for the centre."""
    await ask.use.questions.remove(ask.actor, ask.once, id)
    return Response(status_code=204)
