"""Files of a case: taken in as a form with one file, handed out as a download and never shown in place."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from domain.attachments import LARGEST, AttachmentView
from domain.errors import Invalid
from domain.identity import Act
from domain.values import CaseId
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


class NotAForm(Invalid):
    """A file is sent as a form (multipart/form-data) with one part, named file, that has a file name."""

    next = "Send one file at a time in the part named file, and nothing else."


class _InMemory(MultiPartParser):
    """What came in is never spooled to a disk, where it would lie in the clear."""

    spool_max_size = 2 * LARGEST


async def _sent(request: Request) -> tuple[str, bytes]:
    """The file's name as it was given, and its bytes. Raises NotAForm."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise NotAForm(field="file")
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=0).parse()
    except MultiPartException:
        raise NotAForm(field="file") from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise NotAForm(field="file")
        return file.filename, await file.read()
    finally:
        await form.close()


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
    return Response(content, 200, _headers(attachment.name), attachment.media_type)


def _headers(name: str) -> dict[str, str]:
    """The name twice (RFC 6266): plain for old readers, and whole. The frame adds nosniff."""
    plain = "".join(char if char.isascii() and char not in '"\\' else "_" for char in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
