"""What every answer passes through: a size limit on bodies, a request id, safe headers, one log line without anything personal."""

import time
import traceback
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem

LARGEST = 1_000_000
"""Bytes: the largest body a route takes; larger ones are refused before they are read."""
ROOM: tuple[tuple[str, str, int], ...] = (
    ("/api/v1/cases/", "/attachments", 5 * 1024 * 1024 + 64_000),
    ("/cases/", "/attachments", 32 * 1024 * 1024),
)
"""The routes that take more: how the address begins and ends, and the bytes. A file of 5 MB, and the form around it. A page reads on past
that, holding none of it, so that whoever chose the photograph is told at its field what to do."""

LOG = structlog.get_logger("mrc")
ASKED = Counter("mrc_requests_total", "Requests answered", ["route", "method", "status"])
TOOK = Histogram("mrc_request_seconds", "Time to answer", ["route"])

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_API_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""The words that may stand in figures and logs; a caller can send any."""


class TooLarge(HTTPException):
    """The body went over the limit while it was read. Frameworks let an HTTPException pass where they would call others a bad body."""

    def __init__(self) -> None:
        super().__init__(413)


class BrokenOff(Exception):
    """An answer could not be finished; why is in our log, without the words of the fault."""


class Frame:
    """Plain ASGI, because wrapping responses in objects again costs a fifth of a small request."""

    def __init__(self, app: ASGIApp, *, fresh: Callable[[], str]) -> None:
        """`fresh` gives each request a name of its own, for the log and for whoever reports a fault."""
        self._app, self._fresh = app, fresh

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, started = time.perf_counter(), 500, False
        request_id = self._fresh().encode()

        async def sent(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                started = True
                status = message["status"]
                message["headers"] = _framed(message.get("headers", []), request_id)
            await send(message)

        try:
            most = _room(scope["path"])
            if _announced(scope, most) > most:
                status = 413
                await _refuse(send, request_id, most)
            else:
                await self._app(scope, _measured(receive, most), sent)
        except Exception as fault:
            _tell_fault(fault, request_id)
            if started:
                raise BrokenOff from None
            answer = problem(500, "fault", "Something went wrong on our side.", "Nothing was kept of this request; the fault is logged.")
            await answer(scope, receive, sent)
        finally:
            _tell(scope, status, time.perf_counter() - began, request_id)


def _framed(given: Any, request_id: bytes) -> list[tuple[bytes, bytes]]:
    """A page's own word about a header stands; said twice, browsers would choose."""
    said = {name.lower() for name, _ in given}
    return [*given, *((name, value) for name, value in (*HEADERS, _API_POLICY) if name not in said), (b"x-request-id", request_id)]


def _room(path: str) -> int:
    return next((most for beginning, end, most in ROOM if path.startswith(beginning) and path.endswith(end)), LARGEST)


def _announced(scope: Scope, most: int) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) <= 12 else most + 1
    return 0


def _measured(receive: Receive, most: int) -> Receive:
    """A body without a length is measured as it comes."""
    so_far = 0

    async def measured() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            raise TooLarge()
        return message

    return measured


async def _refuse(send: Send, request_id: bytes, most: int) -> None:
    says = b'{"type":"/problems/too-large","title":"The body is too large.","status":413,"detail":"At most %s bytes."}'
    body = says % f"{most:,}".encode()
    headers = _framed([(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())], request_id)
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=4096)
def _counters(route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """Finding a labelled counter costs more than counting; there are only as many as routes, methods and statuses."""
    return ASKED.labels(route, method, status), TOOK.labels(route)


def _tell(scope: Scope, status: int, seconds: float, request_id: bytes) -> None:
    """The route's template, never the address: an address may hold an id."""
    route = getattr(scope.get("route"), "path", "(none)")
    method = scope["method"] if scope["method"] in METHODS else "(other)"
    asked, took = _counters(route, method, status)
    asked.inc()
    took.observe(seconds)
    LOG.info("answered", route=route, method=method, status=status, ms=round(seconds * 1000, 1), request=request_id.decode())


def _tell_fault(fault: Exception, request_id: bytes) -> None:
    """Its kind and the lines it passed, innermost first; its text may quote what a client said."""
    lines = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(fault.__traceback__))]
    LOG.error("fault", kind=type(fault).__name__, where=" < ".join(lines[:8]), request=request_id.decode())
