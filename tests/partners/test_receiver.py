"""The sample partner in process, against a service played by a few lines: what it takes, what it does once, what it writes down."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.partners.signatures import new_secret, signed_headers
from service.receiver import ANSWERS, TRIES, Answer, Misbehaviour, make_app

SECRET, OTHER = new_secret(), new_secret()
REF = "r-7Qm2"
CANARY = "Zainab Canary"


class Service:
    """As much of the public face as a partner uses; `trouble` is consumed first, one status for each call, sign-in included."""

    def __init__(self) -> None:
        self.trouble: list[int] = []
        self.packet_status = 200
        self.step_status: dict[str, int] = {}
        self.tokens = 0
        self.calls: list[str] = []
        self.keys: dict[str, str] = {}
        """Each idempotency key and the step taken under it: the effects."""
        routes = [
            Route("/api/v1/auth/token", self._token, methods=["POST"]),
            Route("/partner/v1/referrals/{ref}", self._packet),
            Route("/partner/v1/referrals/{ref}/steps", self._step, methods=["POST"]),
        ]
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://mrc.test")

    async def _token(self, request: Request) -> Response:
        form = orjson.dumps(sorted((await request.form()).items())).decode()
        if refused := self._trouble("token"):
            return refused
        if "client_credentials" not in form or '"fia"' not in form or '"word"' not in form:
            return Response(status_code=401)
        self.tokens += 1
        return JSONResponse({"access_token": f"token-{self.tokens}", "token_type": "bearer"})

    async def _packet(self, request: Request) -> Response:
        if refused := self._trouble("packet") or self._stranger(request):
            return refused
        client = {"name": CANARY, "phones": ["+923001234567"], "district": "PK603"}
        return JSONResponse({"ref": request.path_params["ref"], "client": client}, self.packet_status)

    async def _step(self, request: Request) -> Response:
        step = orjson.loads(await request.body())
        if refused := self._trouble(step["step"]) or self._stranger(request):
            return refused
        self.keys.setdefault(request.headers["idempotency-key"], step["step"])
        return JSONResponse({}, self.step_status.get(step["step"], 201))

    def _trouble(self, call: str) -> Response | None:
        self.calls.append(call)
        return Response(status_code=status) if self.trouble and (status := self.trouble.pop(0)) else None

    def _stranger(self, request: Request) -> Response | None:
        return None if request.headers.get("authorization") == f"Bearer token-{self.tokens}" else Response(status_code=401)


@pytest.fixture
def service() -> Service:
    return Service()


Start = Callable[..., httpx.AsyncClient]


@pytest.fixture
def start(service: Service, tmp_path: Path) -> Start:
    """Starts a receiver on the test's book; started again, it reads the same book."""

    def begin(answers: tuple[Answer, ...] = ANSWERS, **misbehaviour: float) -> httpx.AsyncClient:
        app = make_app(
            SECRET,
            tmp_path / "seen.jsonl",
            "http://mrc.test",
            "fia",
            "word",
            answers,
            misbehaviour=Misbehaviour(**misbehaviour),  # type: ignore[arg-type]
            service=service.client,
            pause=no_pause,
        )
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://partner.test")

    return begin


async def no_pause(seconds: float) -> None:
    pass


def notice(kind: str = "referral.sent", **data: object) -> bytes:
    told = {"referral": REF, "sequence": 1, "urgency": "high", "answer_by": None, "href": f"/partner/v1/referrals/{REF}"}
    return orjson.dumps({"type": kind, "timestamp": "2026-11-21T09:30:00Z", "data": told | data})


async def deliver(partner: httpx.AsyncClient, body: bytes = b"", *, message: str = "msg_1", secret: str = SECRET, age: float = 0) -> int:
    body = body or notice()
    headers = signed_headers(body, message=message, at=datetime.now(UTC) - timedelta(seconds=age), secrets=[secret])
    return (await partner.post("/webhook", content=body, headers=headers)).status_code


async def seen(partner: httpx.AsyncClient) -> dict[str, object]:
    return dict((await partner.get("/seen")).json())


STEPS = [answer["step"] for answer in ANSWERS]
LINE = {
    "delivery": "msg_1",
    "kind": "referral.sent",
    "referral": REF,
    "sequence": 1,
    "urgency": "high",
    "answered": {"groups": ["district", "name", "phones"], "steps": STEPS, "ended": "done"},
}


async def test_it_verifies_fetches_and_answers(start: Start, service: Service, tmp_path: Path) -> None:
    partner = start()
    assert await deliver(partner) == 204
    assert await seen(partner) == {"items": [LINE], "repeats": 0}
    assert service.calls == ["token", "packet", *STEPS]
    assert list(service.keys.values()) == STEPS
    kept = (tmp_path / "seen.jsonl").read_text()
    assert CANARY not in kept
    assert "+92300" not in kept


@pytest.mark.parametrize(
    ("secret", "age", "status"), [(OTHER, 0, 401), (SECRET, 400, 401), (SECRET, 0, 204)], ids=["wrong", "old", "control"]
)
async def test_a_bad_signature_is_refused_and_leaves_no_trace(start: Start, service: Service, secret: str, age: float, status: int) -> None:
    partner = start()
    assert await deliver(partner, secret=secret, age=age) == status
    assert bool(service.calls) is (status == 204)
    assert bool((await seen(partner))["items"]) is (status == 204)


async def test_an_unsigned_message_is_refused(start: Start) -> None:
    assert (await start().post("/webhook", content=notice())).status_code == 401


async def test_another_body_under_a_good_signature_is_refused(start: Start) -> None:
    headers = signed_headers(notice(), message="msg_1", at=datetime.now(UTC), secrets=[SECRET])
    assert (await start().post("/webhook", content=notice(referral="r-other"), headers=headers)).status_code == 401


@pytest.mark.parametrize(("body", "status"), [(b"not json", 401), (b"[]", 400), (b'{"type": 1, "data": {}}', 400), (b"x" * 20_001, 413)])
async def test_what_is_no_notice_is_refused(start: Start, body: bytes, status: int) -> None:
    assert await deliver(start(), body) == status


async def test_a_repeat_has_no_second_effect_even_after_a_restart(start: Start, service: Service) -> None:
    partner = start()
    assert [await deliver(partner) for _ in range(3)] == [204] * 3
    again = start()
    assert await deliver(again) == 204
    assert await seen(again) == {"items": [LINE], "repeats": 1}
    assert list(service.keys.values()) == STEPS
    await deliver(again, message="msg_2")
    assert len(service.keys) == 2 * len(STEPS), "control: another delivery is another effect"


async def test_a_line_torn_by_a_power_cut_is_dropped(start: Start, tmp_path: Path) -> None:
    await deliver(start())
    with (tmp_path / "seen.jsonl").open("ab") as book:
        book.write(b'{"delivery": "msg_2", "ki')
    partner = start()
    await deliver(partner, notice("endpoint.test"), message="msg_3")
    assert [it["delivery"] for it in (await seen(start()))["items"]] == ["msg_1", "msg_3"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["referral.withdrawn", "referral.recalled", "referral.reminder", "endpoint.test"])
async def test_other_notices_are_written_down_and_not_answered(start: Start, service: Service, kind: str) -> None:
    partner = start()
    assert await deliver(partner, notice(kind)) == 204
    assert [it["kind"] for it in (await seen(partner))["items"]] == [kind]  # type: ignore[attr-defined]
    assert service.calls == []


@pytest.mark.parametrize("href", ["https://elsewhere.example/", "//elsewhere.example/", "/api/v1/me", "/partner/v1/referrals/../x", None])
async def test_only_the_partners_own_side_is_opened(start: Start, service: Service, href: str | None) -> None:
    assert await deliver(start(), notice(href=href)) == 204
    assert service.calls == []


@pytest.mark.parametrize("trouble", [[503], [0, 503], [0, 429, 0, 503], [0, 0, 500], [0, 0, 0, 0, 502], [0, 401], [500, 0, 500, 0, 0, 500]])
async def test_it_comes_back_until_it_is_done_and_does_each_thing_once(start: Start, service: Service, trouble: list[int]) -> None:
    service.trouble = trouble
    partner = start()
    assert await deliver(partner) == 204
    assert await seen(partner) == {"items": [LINE], "repeats": 0}
    assert list(service.keys.values()) == STEPS


async def test_what_stayed_undone_is_taken_up_at_the_next_repeat(start: Start, service: Service) -> None:
    service.trouble = [503] * TRIES
    partner = start()
    await deliver(partner)
    assert service.keys == {}
    await deliver(partner)
    assert await seen(partner) == {"items": [LINE], "repeats": 1}


async def test_a_recalled_packet_is_not_answered(start: Start, service: Service) -> None:
    service.packet_status = 410
    partner = start()
    await deliver(partner)
    assert service.keys == {}
    assert (await seen(partner))["items"] == [LINE | {"answered": {"groups": [], "steps": [], "ended": "packet 410"}}]


@pytest.mark.parametrize(
    ("status", "ended", "taken"),
    [(409, "accept 409", ["seen", "start_service", "complete"]), (422, "accept 422", ["seen"]), (410, "accept 410", ["seen"])],
)
async def test_a_refused_step(start: Start, service: Service, status: int, ended: str, taken: list[str]) -> None:
    service.step_status = {"accept": status}
    partner = start()
    await deliver(partner)
    answered = {"groups": ["district", "name", "phones"], "steps": taken, "ended": ended}
    assert (await seen(partner))["items"] == [LINE | {"answered": answered}]


async def test_other_answers(start: Start, service: Service) -> None:
    await deliver(start(answers=({"step": "seen"}, {"step": "decline", "reason": "Full.", "decline_code": "no_capacity"})))
    assert list(service.keys.values()) == ["seen", "decline"]


async def test_failing_does_nothing_and_acting_without_ack_does_everything_once(start: Start, service: Service) -> None:
    partner = start(hang_first=1, fail_first=2, unacked_first=1)
    assert [await deliver(partner) for _ in range(3)] == [500] * 3
    assert service.calls == []
    assert await deliver(partner) == 500
    assert list(service.keys.values()) == STEPS
    assert await deliver(partner) == 204
    assert await seen(partner) == {"items": [LINE], "repeats": 1}
    assert list(service.keys.values()) == STEPS


async def test_chance_is_repeatable_and_about_as_large_as_asked(start: Start, tmp_path: Path) -> None:
    async def run() -> list[int]:
        partner = start(fail_share=0.2, unacked_share=0.2, seed=7)
        return [await deliver(partner, notice("endpoint.test"), message=f"msg_{n}") for n in range(200)]

    first, second = await run(), await run()
    assert first == second
    assert 50 < first.count(500) < 110
