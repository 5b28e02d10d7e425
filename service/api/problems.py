"""Refusals as problem answers (RFC 9457): a stable type, what to do next, and nothing of what was sent."""

import re
from dataclasses import asdict
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from domain.attachments import FileTooLarge
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, Stale, Unavailable
from domain.partners.exchange import BadSignature
from domain.referrals.packet import Recalled
from domain.sessions import SecondFactorNeeded, SignedOut, SignInFailed

# The first that fits: particular refusals before the five kinds.
STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (SignedOut, 401),
    (SignInFailed, 401),
    (SecondFactorNeeded, 401),
    (BadSignature, 401),
    (Recalled, 410),
    (Stale, 412),
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (FileTooLarge, 413),
    (Invalid, 422),
    (Unavailable, 503),
)


class PreconditionNeeded(Conflict):
    """Say which version you saw."""

    next = "Send the record's ETag as If-Match."


_SEE = "The OpenAPI document lists every route."
HTTP = {
    400: ("not-json", "The body cannot be read.", "Send JSON in UTF-8."),
    404: ("not-found", "There is no such record.", _SEE),
    405: ("method-not-allowed", "This method is not known here.", _SEE),
    413: ("too-large", "The body is too large.", "At most 1,000,000 bytes; a file, 5 MB."),
}
"""What the framework refuses by itself, in our words."""


def status_of(refusal: Refusal) -> int:
    if isinstance(refusal, PreconditionNeeded):
        return 428
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def problem(status: int, rule: str, title: str, detail: str = "", **more: Any) -> Response:
    body = {"type": f"/problems/{rule}", "title": title, "status": status, "detail": detail, **more}
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if status == 503:
        headers["Retry-After"] = "5"
    return Response(orjson.dumps(body, default=str), status, headers, "application/problem+json")


def refused(refusal: Refusal) -> Response:
    if isinstance(refusal, NotFound):
        # Alike for what does not exist and what is not for this reader.
        return problem(404, "not-found", "There is no such record.", refusal.next)
    more: dict[str, Any] = {}
    if isinstance(refusal, Invalid) and refusal.field:
        more["field"] = refusal.field
    if isinstance(refusal, Stale) and refusal.current is not None:
        more["current"] = asdict(refusal.current)  # type: ignore[call-overload]
    return problem(status_of(refusal), refusal.rule, str(refusal), refusal.next, **more)


_NAME = re.compile(r"[a-z_]{1,40}|\d{1,4}")


def _place(parts: tuple[Any, ...]) -> str:
    """Where in the body, in our own field names; a name that is not like ours may be anything and is not repeated."""
    return ".".join(str(part) if _NAME.fullmatch(str(part)) else "(other)" for part in parts if part != "body")


_SAYS = {"extra_forbidden": "This field is not known here.", "missing": "This field is needed."}


def invalid(error: RequestValidationError) -> Response:
    """Which fields, and why, without the values."""
    errors = [
        {"field": _place(one["loc"]), "problem": _SAYS.get(one["type"], one["msg"].removeprefix("Value error, "))} for one in error.errors()
    ]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem(400, "not-json", "The body is not JSON.", "Send JSON in UTF-8.")
    return problem(422, "invalid", "What was sent cannot be understood.", "See `errors`.", errors=errors[:20])


def install(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    async def on_refusal(_: Request, error: Refusal) -> Response:
        return refused(error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> Response:
        return invalid(error)

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> Response:
        rule, title, detail = HTTP.get(error.status_code, ("refused", "This cannot be answered.", _SEE))
        answer = problem(error.status_code, rule, title, detail)
        if allow := (error.headers or {}).get("Allow"):
            answer.headers["Allow"] = allow
        return answer
