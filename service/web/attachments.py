"""The papers of a case: taken in from a form with one file, handed out as the API hands them out."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from domain.values import CaseId
from service import files
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visiting, acts, status_of
from service.web.sheet import sheet_page

router = APIRouter(route_class=PageRoute)


@router.post("/cases/{id}/attachments", **acts(Act.write_in_case, file=True))
async def attach(visit: Visiting, id: UUID) -> Response:
    """What stood against the file is said at its field; the file itself has to be chosen again, as browsers want it."""
    form, (name, content) = visit.form, visit.file
    if not name:
        form.wrong("file", mark("Choose a file."))
    try:
        form.check()
        await visit.use.attachments.add(visit.actor, visit.once(), CaseId(id), name, content)
    except Refusal as refusal:
        return await sheet_page(visit, CaseId(id), form.again("paper", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}", "paper", "papers")


@router.get("/attachments/{id}", **acts(Act.see_case))
async def opened(visit: Visiting, id: UUID) -> Response:
    attachment, content = await visit.use.attachments.opened(visit.actor, id)
    return visit.hand(Response(content, 200, files.headers(attachment.name), attachment.media_type))
