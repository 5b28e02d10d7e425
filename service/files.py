"""A file on its way in and on its way out, alike for programmes and pages: never on a disk in the clear, never shown in place."""

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from domain.attachments import LARGEST
from domain.errors import Invalid

FORM = "multipart/form-data"


class NotAForm(Invalid):
    """A file is sent as a form (multipart/form-data) with one part, named file, that has a file name."""

    next = "Send one file at a time in the part named file, and nothing else."


class _InMemory(MultiPartParser):
    """What came in is never spooled to a disk, where it would lie in the clear. Of a file that is too large only so much is held as
    tells so."""

    spool_max_size = 2 * LARGEST
    held = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is not None:
            end = min(end, start + LARGEST + 1 - self.held)
            self.held += end - start
        super().on_part_data(data, start, end)


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


async def sent(request: Request, *, fields: int = 0) -> tuple[dict[str, tuple[str, ...]], str, bytes]:
    """At most so many fields, and the file's name as it was given with its bytes; both are empty where none was chosen. Raises NotAForm."""
    if not is_form(request):
        raise NotAForm(field="file")
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=fields, max_part_size=2000).parse()
    except MultiPartException:
        raise NotAForm(field="file") from None
    try:
        typed = {name: tuple(value for value in form.getlist(name) if isinstance(value, str)) for name in form if name != "file"}
        file = form.get("file")
        if not isinstance(file, UploadFile):
            return typed, "", b""
        return typed, file.filename or "", await file.read()
    finally:
        await form.close()


def headers(name: str) -> dict[str, str]:
    """The name twice (RFC 6266): plain for old readers, and whole. The frame adds nosniff."""
    plain = "".join(char if char.isascii() and char not in '"\\' else "_" for char in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
