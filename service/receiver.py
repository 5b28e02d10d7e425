"""A sample partner: verifies what comes, fetches the packet, answers step by step, and keeps a book of what it saw (`mrc receiver`).

It is written to be read by those who build the partner's side, so it leans on nothing of this service but its public face.
"""

import asyncio
import logging
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import httpx
import orjson
import uvicorn
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Answer = Mapping[str, str]

ANSWERS: tuple[Answer, ...] = (
    {"step": "seen"},
    {"step": "accept"},
    {"step": "start_service"},
    {"step": "complete", "outcome": "service_provided"},
)
LARGEST = 20_000
"""Bytes; Standard Webhooks asks senders to stay below."""
TRIES = 6
log = logging.getLogger("mrc.receiver")
_HREF = re.compile(r"/partner/v1/referrals/[A-Za-z0-9_-]{1,100}")


class Mood(Enum):
    well = auto()
    failing = auto()
    acting_without_ack = auto()
    hanging = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaviour:
    """How to go wrong on purpose, so that a sender can be tested against it: first so many times, then with a chance (0 to 1)."""

    hang_first: int = 0
    """Says nothing and does nothing for `hang_seconds`, then fails."""
    fail_first: int = 0
    """Answers 500 and does nothing."""
    unacked_first: int = 0
    """Does everything, and answers 500 all the same."""
    fail_share: float = 0.0
    unacked_share: float = 0.0
    hang_seconds: float = 60.0
    seed: int = 0

    def moods(self) -> Callable[[], Mood]:
        planned = [Mood.hanging] * self.hang_first + [Mood.failing] * self.fail_first + [Mood.acting_without_ack] * self.unacked_first
        chance = random.Random(self.seed)  # noqa: S311, a repeatable test needs a seed and guards nothing
        weights = (self.fail_share, self.unacked_share, max(0.0, 1.0 - self.fail_share - self.unacked_share))

        def next_mood() -> Mood:
            if planned:
                return planned.pop(0)
            return chance.choices((Mood.failing, Mood.acting_without_ack, Mood.well), weights)[0]

        return next_mood


WELL_BEHAVED = Misbehaviour()


class Book:
    """What was seen, a JSON line for each thing, read back at start: a repeat stays a repeat after a crash. Names of fields, no values."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._deliveries: dict[str, dict[str, object]] = {}
        self.repeats = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = path.read_bytes() if path.exists() else b""
        whole = kept[: kept.rfind(b"\n") + 1]
        if whole != kept:  # the power went while a line was being written; what it told will be told again
            path.write_bytes(whole)
        for line in whole.splitlines():
            self._take(orjson.loads(line))

    def write_down(self, delivery: str, kind: str, data: Mapping[str, object]) -> None:
        """Once for each delivery id; a repeat is only counted."""
        if delivery in self._deliveries:
            self.repeats += 1
            return
        told = {name: data.get(name) for name in ("referral", "sequence", "urgency")}
        self._write({"delivery": delivery, "kind": kind, **told, "answered": None})

    def answered(self, delivery: str, *, groups: list[str], steps: list[str], why: str) -> None:
        self._write({"delivery": delivery, "answered": {"groups": groups, "steps": steps, "ended": why}})

    def is_answered(self, delivery: str) -> bool:
        return self._deliveries[delivery]["answered"] is not None

    def items(self) -> list[dict[str, object]]:
        return list(self._deliveries.values())

    def _write(self, line: dict[str, object]) -> None:
        with self._path.open("ab") as book:
            book.write(orjson.dumps(line) + b"\n")
        self._take(line)

    def _take(self, line: dict[str, object]) -> None:
        self._deliveries.setdefault(str(line["delivery"]), {}).update(line)


class NotNow(Exception):
    """The service asked us to come back later."""


class Desk:
    """The colleague who opens the packet and answers. Each act carries a key made from the delivery, so doing it again changes nothing."""

    def __init__(
        self,
        service: httpx.AsyncClient,
        book: Book,
        *,
        client_id: str,
        client_secret: str,
        answers: Sequence[Answer],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._service = service
        self._book = book
        self._credentials = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._answers = answers
        self._pause = pause
        self._token = ""
        self._at_work: set[str] = set()

    async def handle(self, delivery: str, href: str) -> None:
        """Works one delivery to its end, whatever the service's state; a delivery that is being worked on is left alone."""
        if delivery in self._at_work or self._book.is_answered(delivery):
            return
        self._at_work.add(delivery)
        try:
            await self._persist(delivery, href)
        finally:
            self._at_work.discard(delivery)

    async def _persist(self, delivery: str, href: str) -> None:
        for attempt in range(TRIES):
            try:
                return await self._answer(delivery, href)
            except (httpx.HTTPError, NotNow) as trouble:
                log.warning("delivery %s is not answered yet: %s", delivery, str(trouble) or type(trouble).__name__)
                await self._pause(min(2.0**attempt, 30.0))
        # Not written as answered: the sender's next repeat, or a replay by hand, takes it up again.
        return None

    async def _answer(self, delivery: str, href: str) -> None:
        packet = await self._ask("GET", href)
        if packet.status_code != 200:
            return self._book.answered(delivery, groups=[], steps=[], why=f"packet {packet.status_code}")
        groups, steps, why = sorted(packet.json().get("client", {})), [], "done"
        for number, answer in enumerate(self._answers):
            key = str(uuid5(NAMESPACE_URL, f"{delivery}/{number}/{answer['step']}"))
            said = await self._ask("POST", f"{href}/steps", json=dict(answer), headers={"idempotency-key": key})
            if said.is_success:
                steps.append(answer["step"])
                continue
            why = f"{answer['step']} {said.status_code}"
            # 409: someone at this desk took the step by hand; what follows may still fit.
            if said.status_code != 409:
                break
        return self._book.answered(delivery, groups=groups, steps=steps, why=why)

    async def _ask(self, method: str, path: str, *, json: object = None, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """One authenticated call; a token that ran out is renewed once. Raises NotNow, httpx.HTTPError."""
        request = self._service.build_request(method, path, json=json, headers=headers)
        said = await self._signed_in(request)
        if said.status_code == 401:
            self._token = ""
            said = await self._signed_in(request)
        if said.status_code in (401, 429) or said.is_server_error:
            raise NotNow(f"{method} answered {said.status_code}")
        return said

    async def _signed_in(self, request: httpx.Request) -> httpx.Response:
        if not self._token:
            await self._sign_in()
        request.headers["authorization"] = f"Bearer {self._token}"
        return await self._service.send(request)

    async def _sign_in(self) -> None:
        said = await self._service.post("/api/v1/auth/token", data=self._credentials)
        if said.status_code != 200:
            raise NotNow(f"signing in answered {said.status_code}")
        self._token = str(said.json()["access_token"])


class Entrance:
    """Where deliveries come in: verify over the bytes as they came, write down once, answer, and only then work."""

    def __init__(self, secret: str, book: Book, desk: Desk, misbehaviour: Misbehaviour, pause: Callable[[float], Awaitable[None]]) -> None:
        self._lock = Webhook(secret)
        self._book = book
        self._desk = desk
        self._next_mood = misbehaviour.moods()
        self._hang_seconds = misbehaviour.hang_seconds
        self._pause = pause

    async def webhook(self, request: Request) -> Response:
        body = await _limited(request)
        if body is None:
            return Response(status_code=413)
        if not self._genuine(request.headers, body):
            return Response(status_code=401)
        mood = self._next_mood()
        if mood is Mood.hanging:
            await self._pause(self._hang_seconds)
        if mood in (Mood.hanging, Mood.failing):
            return Response(status_code=500)
        return self._take_in(request.headers["webhook-id"], body, 500 if mood is Mood.acting_without_ack else 204)

    async def seen(self, _: Request) -> Response:
        return Response(orjson.dumps({"items": self._book.items(), "repeats": self._book.repeats}), media_type="application/json")

    def _genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            self._lock.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError):
            return False
        return True

    def _take_in(self, delivery: str, body: bytes, status: int) -> Response:
        match orjson.loads(body):
            case {"type": str(kind), "data": dict(data)}:
                self._book.write_down(delivery, kind, data)
            case _:
                return Response(status_code=400)
        href = str(data.get("href"))
        work = BackgroundTask(self._desk.handle, delivery, href) if kind == "referral.sent" and _HREF.fullmatch(href) else None
        return Response(status_code=status, background=work)


def make_app(
    secret: str,
    keep: Path,
    api_base: str,
    client_id: str,
    client_secret: str,
    answers: Sequence[Answer] = ANSWERS,
    *,
    misbehaviour: Misbehaviour = WELL_BEHAVED,
    service: httpx.AsyncClient | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Starlette:
    """`POST /webhook` and `GET /seen`. `keep` is the book's file, `secret` a `whsec_` one; `service` and `pause` are for tests."""
    http = service or httpx.AsyncClient(base_url=api_base, timeout=10.0, trust_env=False)
    book = Book(keep)
    desk = Desk(http, book, client_id=client_id, client_secret=client_secret, answers=answers, pause=pause)
    entrance = Entrance(secret, book, desk, misbehaviour, pause)

    @asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        yield
        await http.aclose()

    return Starlette(routes=[Route("/webhook", entrance.webhook, methods=["POST"]), Route("/seen", entrance.seen)], lifespan=closing)


def run(
    port: int,
    *,
    secret: str,
    keep: Path,
    api_base: str,
    client_id: str,
    client_secret: str,
    answers: Sequence[Answer] = ANSWERS,
    misbehaviour: Misbehaviour = WELL_BEHAVED,
    host: str = "127.0.0.1",
) -> None:
    """Serves the sample partner until it is stopped; `port` 0 takes any free one, which uvicorn prints."""
    app = make_app(secret, keep, api_base, client_id, client_secret, answers, misbehaviour=misbehaviour)
    uvicorn.run(app, host=host, port=port, access_log=False, timeout_graceful_shutdown=5)


async def _limited(request: Request) -> bytes | None:
    """The body as it came, or None when it is larger than any notice."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)
