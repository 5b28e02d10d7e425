"""Exports over HTTP: asking, deciding, a password that is told once, and the locked file, streamed."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from domain.exports.record import ExportView
from domain.identity import Act
from domain.values import KARACHI, CentreCode
from service.api.bodies.exports import ExportBody, ExportStepBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.usecases.exports import LockedFile, Unlocked, Wording

router = APIRouter(tags=["exports"], route_class=LeanRoute)
EXPORTS = "/api/v1/exports"
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An archive that opens with the password only (AES-256, as 7-Zip and WinZip read it)",
        "content": {"application/zip": {"schema": {"type": "string", "contentMediaType": "application/zip"}}},
    }
}


class ExportQuery(Wanted):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get(EXPORTS, response_model=Page[ExportView], **acts(Act.see_exports))
async def every(ask: Ask, request: Request, q: Annotated[ExportQuery, Query()]) -> Response:
    """The register, the newest first: who asked, what for, which columns, how many lines, when it was fetched."""
    found = await ask.use.exports.page(ask.actor, q.limit, q.cursor)
    return listed(found, request, found[-1].id if len(found) == q.limit else None)


@router.post(EXPORTS, status_code=201, response_model=ExportView, **acts(Act.ask_export))
async def ask_for(ask: Ask, body: ExportBody) -> Response:
    """With a column about people it waits for a second person; without one it can be fetched at once."""
    return made(await ask.use.exports.ask(ask.actor, ask.once, CentreCode(body.centre), body.wanted(), body.purpose), EXPORTS)


@router.get(f"{EXPORTS}/{{id}}", response_model=ExportView, **acts(Act.see_exports))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.exports.get(ask.actor, id))


@router.post(f"{EXPORTS}/{{id}}/steps", response_model=ExportView, **acts(Act.move_export))
async def step(ask: Ask, id: UUID, body: ExportStepBody) -> Response:
    """Approved or refused by somebody else than the asker, who alone withdraws it."""
    use, reason, restricted = ask.use.exports, body.reason, body.restricted
    return answer(await use.step(ask.actor, ask.once, id, body.step, reason=reason, restricted=restricted, seen=ask.seen))


@router.post(f"{EXPORTS}/{{id}}/password", response_model=Unlocked, **acts(Act.fetch_export))
async def password(ask: Ask, id: UUID) -> Response:
    """A new password, told this once and kept nowhere, with the ticket to fetch the file under it. For the asker alone."""
    return answer(await ask.use.exports.unlock(ask.actor, id))


@router.get(f"{EXPORTS}/{{id}}/file", response_class=Response, responses=_ZIP, **acts(Act.fetch_export))
async def file(
    ask: Ask,
    id: UUID,
    ticket: Annotated[str, Header(alias="Export-Ticket", max_length=400, description="As it came with the password")] = "",
) -> Response:
    """For the asker alone, within 24 hours, three times. It is written while it leaves; one that breaks off opens nowhere."""

    def said(it: ExportView, at: datetime) -> Wording:
        asker, when = ask.actor.name, at.astimezone(KARACHI).strftime("%Y-%m-%d %H:%M")
        labels = {column: column.value.replace("_", " ").capitalize() for column in it.columns}
        mark = f"Export {it.number}, fetched by {asker} on {when}. Leaks can be traced."
        return Wording(it.subject.value.capitalize(), (f"{it.first} - {it.last}", it.centre), labels, mark)

    return locked(await ask.use.exports.file(ask.actor, id, ticket, said))


def locked(file: LockedFile) -> Response:
    """Drawn in a thread, piece by piece."""
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(file.pieces, 200, headers, "application/zip")
