"""Files of a case: taken in as a form with one file, handed out as a download and never shown in place."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.attachments import AttachmentView
from domain.identity import Act
from domain.values import CaseId
from service import files
from service.api.edge import Ask, Page, acts, listed, made

router = APIRouter(tags=["attachments"])

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {
                        "type": "string",
                        "contentMediaType": "application/octet-stream",
                        "description": "JPEG, PNG, PDF or plain text (UTF-8) under the ending that belongs to it, at most 5 MB",
                    }
                },
            }
        }
    },
}
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as a download",
        "content": dict.fromkeys(("image/jpeg", "image/png", "application/pdf", "text/plain"), _BYTES),
    }
}


async def _sent(request: Request) -> tuple[str, bytes]:
    """The file's name as it was given, and its bytes. Raises NotAForm."""
    _, name, content = await files.sent(request)
    if not name:
        raise files.NotAForm(field="file")
    return name, content


@router.get("/api/v1/cases/{id}/attachments", response_model=Page[AttachmentView], **acts(Act.see_case))
async def attachments(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.attachments.of_case(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/attachments", status_code=201, response_model=AttachmentView, **acts(Act.write_in_case, requestBody=_FORM))
async def attach(ask: Ask, id: UUID, request: Request) -> Response:
    name, content = await _sent(request)
    return made(await ask.use.attachments.add(ask.actor, ask.once, CaseId(id), name, content), "/api/v1/attachments")


@router.get("/api/v1/attachments/{id}/content", response_class=Response, responses=_CONTENT, **acts(Act.see_case))
async def content(ask: Ask, id: UUID) -> Response:
    attachment, content = await ask.use.attachments.opened(ask.actor, id)
    return Response(content, 200, files.headers(attachment.name), attachment.media_type)
