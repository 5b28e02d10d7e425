"""The policy log over HTTP: notes with their frozen figures, what those say now, and what became of the advice."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.identity import Act
from domain.policy.figure import FigureNow
from domain.policy.views import NoteLine, NoteView
from domain.values import Language, PolicyNoteId
from service.api.bodies import centre, sent
from service.api.bodies.policy import PolicyNoteBody, PolicyNoteChangeBody, PolicyNoteStepBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted

router = APIRouter(tags=["policy"], route_class=LeanRoute)
NOTES = "/api/v1/policy-notes"
_PAPER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The paper; a page where text/html is asked for, or where this machine makes no PDF",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}, "text/html": {"schema": {"type": "string"}}},
    }
}


class NotesQuery(Wanted):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get(NOTES, response_model=Page[NoteLine], **acts(Act.see_policy))
async def every(ask: Ask, request: Request, q: Annotated[NotesQuery, Query()]) -> Response:
    """Of all centres in reach, the newest first, without what they say and count."""
    found = await ask.use.policy.page(ask.actor, q.limit, q.cursor)
    return listed(found, request, found[-1].id if len(found) == q.limit else None)


@router.post(NOTES, status_code=201, response_model=NoteView, **acts(Act.write_policy))
async def write(ask: Ask, body: PolicyNoteBody) -> Response:
    """A draft. Its figures are frozen as they may leave: small cells held back, quarters that are over."""
    return made(await ask.use.policy.write(ask.actor, ask.once, centre(body.centre), body.advice(), body.questions), NOTES)


@router.get(f"{NOTES}/{{id}}", response_model=NoteView, **acts(Act.see_policy))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.policy.get(ask.actor, PolicyNoteId(id)))


@router.patch(f"{NOTES}/{{id}}", response_model=NoteView, **acts(Act.write_policy))
async def change(ask: Ask, id: UUID, body: PolicyNoteChangeBody) -> Response:
    """Only a draft, by any who write at its centre."""
    said = sent(body, "partner", "figures")
    for name in ("figures", "questions"):
        said.pop(name, None)
    return answer(
        await ask.use.policy.change(ask.actor, PolicyNoteId(id), ask.seen_version(), said, stay=body.figures, questions=body.questions)
    )


@router.post(f"{NOTES}/{{id}}/steps", response_model=NoteView, **acts(Act.move_policy))
async def step(ask: Ask, id: UUID, body: PolicyNoteStepBody) -> Response:
    """Nobody approves what they wrote in."""
    return answer(await ask.use.policy.step(ask.actor, ask.once, PolicyNoteId(id), body.step, body.its(), seen=ask.seen))


@router.get(f"{NOTES}/{{id}}/now", response_model=Page[FigureNow], **acts(Act.see_policy))
async def now(ask: Ask, id: UUID, request: Request) -> Response:
    """The same questions asked today; small cells are held back as in the note."""
    return listed(await ask.use.policy.now(ask.actor, PolicyNoteId(id)), request)


@router.get(f"{NOTES}/{{id}}/paper", response_class=Response, responses=_PAPER, **acts(Act.see_policy))
async def paper(ask: Ask, id: UUID, request: Request, language: Annotated[str, Query(pattern="^(en|ur|ps)$")] = "en") -> Response:
    """The note with its figures, for whoever is advised."""
    accept = request.headers.get("accept", "")
    as_html = "text/html" in accept and "application/pdf" not in accept
    made = await ask.use.policy.paper(ask.actor, PolicyNoteId(id), Language(language), as_html=as_html)
    headers = {
        "Content-Disposition": f'inline; filename="{made.name}"',
        "Content-Security-Policy": made.policy,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }
    return Response(b"".join(made.pieces), 200, headers, made.media_type)
