"""News from partners: stored once under its delivery id, believed only when signed, worked through whatever is in it, and never twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select

from adapters.database.inbox import INBOX
from adapters.database.statements import Prepared
from adapters.partners.reintegration_network.translator import Translator as ReintegrationTranslator
from adapters.partners.signatures import new_secret, signed_headers
from adapters.partners.transport import HttpCarrier
from adapters.system.clock import FixedClock, SystemClock
from adapters.system.ids import SystemIds
from domain.errors import Unavailable
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.partner_side import PartnerSide
from tests.databases import Database
from tests.delivery.room import Room, room
from tests.delivery.test_attempts import Broken
from tests.service import Person

PARTNER = "reintegration"


def about(ref: str, milestone: str, **more: Any) -> bytes:
    """One piece of news in the partner's own words."""
    return orjson.dumps({"application": {"external_reference": ref}, "milestone": milestone, **more})


CLOSED = {"plan": {"result": "support_delivered"}}


def signed(secret: str, message: str, body: bytes, *, at: datetime | None = None, partner: str = PARTNER) -> dict[str, Any]:
    headers = signed_headers(body, message=message, at=at or datetime.now(UTC), secrets=[secret])
    return {"content": body, "headers": {**headers, "MRC-Partner": partner}}


async def waiting(it: Room) -> list[str]:
    """The delivery ids of what is stored and not worked through."""
    async with it.service.house.database.work(HOUSE_ACTOR) as work:
        return [item.delivery for item in await work.inbox.open(50)]


async def push(it: Room, message: dict[str, Any]) -> httpx.Response:
    return await it.service.http().post("/partner/v1/news", **message)


async def ready(it: Room) -> tuple[Person, dict[str, Any], str]:
    """A counsellor, a referral that left, and the partner's secret."""
    _, secret = await it.point(PARTNER, "http://127.0.0.1:9/hook")
    counsellor = await it.service.sign_in("counsellor.lhe")
    return counsellor, await it.send(counsellor), secret


async def steps_of(counsellor: Person, referral: dict[str, Any]) -> list[str]:
    lines = (await counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]
    return [line["step"] for line in lines if line["step"] != "send"]


async def test_stored_once_however_often_and_however_much_at_once_it_comes(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        counsellor, referral, secret = await ready(it)
        message = signed(secret, "msg_1", about(referral["ref"], "application.logged"))
        answers = await asyncio.gather(*[push(it, message) for _ in range(20)])
        assert {answer.status_code for answer in answers} == {202}
        assert await waiting(it) == ["msg_1"]
        assert await it.service.house.usecases.partner_side.work_through(10) == 1
        assert (await push(it, message)).status_code == 202
        assert await it.service.house.usecases.partner_side.work_through(10) == 0
        assert await steps_of(counsellor, referral) == ["seen"]


async def test_what_is_not_signed_as_it_should_be_is_refused_alike(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with room(samples, tmp_path, clock=clock) as it:
        _, referral, retired = await ready(it)
        partner = await it.service.partner(PARTNER, "demo-rein-2026")
        secret = (await partner.post("/partner/v1/endpoint/rotate-secret"))["secret"]
        body, now = about(referral["ref"], "application.logged"), datetime.now(UTC)
        for number, good in enumerate((secret, retired)):
            assert (await push(it, signed(good, f"good_{number}", body))).status_code == 202, "both live for a day"
        clock.on(timedelta(days=1, seconds=1))
        right = signed(secret, "msg", body)
        refused = {
            "another secret": signed(new_secret(), "msg", body),
            "a retired secret": signed(retired, "msg", body),
            "too old": signed(secret, "msg", body, at=now - timedelta(minutes=6)),
            "from the future": signed(secret, "msg", body, at=now + timedelta(minutes=6)),
            "another body": {**right, "content": body + b" "},
            "another id": {**right, "headers": {**right["headers"], "webhook-id": "msg_2"}},
            "no signature": {**right, "headers": {"MRC-Partner": PARTNER, "webhook-id": "msg", "webhook-timestamp": "1"}},
            "a partner without an endpoint": {**right, "headers": {**right["headers"], "MRC-Partner": "fia"}},
            "no such partner": {**right, "headers": {**right["headers"], "MRC-Partner": "nobody"}},
        }
        answers = {why: await push(it, message) for why, message in refused.items()}
        assert {why: answer.status_code for why, answer in answers.items()} == dict.fromkeys(refused, 401)
        assert len({answer.content for answer in answers.values()}) == 1, "nobody can tell one reason from another"
        assert await waiting(it) == ["good_0", "good_1"]
        assert (await push(it, right)).status_code == 202


POISON = {
    "no JSON": b"\x00{",
    "nothing": b"",
    "unknown words": orjson.dumps({"application": {"external_reference": "x"}, "milestone": "plan.exploded"}),
    "another shape": b"[[[]]]",
    "a reference of nobody": about("x" * 500, "application.logged"),
    "a step that does not fit": b"",
    "a NUL in its text": about("x\x00y", "application.logged", case_officer_comment="\x00"),
    "deep": b"[" * 100_000,
}


async def faults(it: Room) -> dict[str, str]:
    async with it.service.house.database.driver.reading("*") as lane:
        rows = await lane.rows(Prepared(select(INBOX.c.delivery, INBOX.c.fault).where(INBOX.c.done)), {})
    return dict(rows)


async def test_a_poisoned_message_is_marked_and_holds_up_nothing(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        counsellor, referral, secret = await ready(it)
        for name, body in POISON.items():
            body = body or about(referral["ref"], "plan.closed", **CLOSED)
            assert (await push(it, signed(secret, name.replace(" ", "_"), body))).status_code == 202
        await push(it, signed(secret, "good", about(referral["ref"], "application.eligible")))
        assert await it.service.house.usecases.partner_side.work_through(100) == len(POISON) + 1
        marked = await faults(it)
        assert marked.pop("good") == ""
        assert all(marked.values()), marked
        assert marked["a_step_that_does_not_fit"] == "out-of-step"
        assert await steps_of(counsellor, referral) == ["accept"]
        assert await waiting(it) == []


def with_translator(it: Room, translator: Any, work: Any = None) -> PartnerSide:
    base = it.service.house.database
    return PartnerSide(
        work or base.work,
        base.views,
        base.trail,
        HttpCarrier(allow_local=True),
        {"reintegration_network": translator},
        SystemClock(),
        SystemIds(),
    )


async def test_an_adapters_fault_marks_its_message_and_holds_up_nothing(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        counsellor, referral, secret = await ready(it)
        await push(it, signed(secret, "bad", about(referral["ref"], "application.logged")))
        assert await with_translator(it, Broken()).work_through(100) == 1
        assert await faults(it) == {"bad": "adapter-failed KeyError"}
        await push(it, signed(secret, "good", about(referral["ref"], "application.eligible")))
        await it.service.house.usecases.partner_side.work_through(100)
        assert await steps_of(counsellor, referral) == ["accept"]


class Dies:
    """Transactions of which the one numbered `at` ends without an answer: before it begins, or after it was kept."""

    def __init__(self, works: Any, at: int, after: bool, how: type[BaseException]) -> None:
        self._works, self._left, self._after, self._how = works, at, after, how

    @asynccontextmanager
    async def __call__(self, actor: Any) -> AsyncIterator[Any]:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise self._how
        async with self._works(actor) as work:
            yield work
        if self._left == 0 and self._after:
            raise self._how

    def looking(self, actor: Any) -> Any:
        return self._works.looking(actor)


class Killed(BaseException):
    """As good as kill -9 for whoever was in the middle of something."""


@pytest.mark.parametrize("how", [Killed, Unavailable])
async def test_an_end_at_any_point_loses_nothing_and_repeats_nothing(samples: Database, tmp_path: Path, how: type[BaseException]) -> None:
    """The worker ends before or after each of its transactions in turn; the next one takes the message up where it was."""
    async with room(samples, tmp_path) as it:
        counsellor, _, secret = await ready(it)
        for point in range(1, 6):
            for after in (False, True):
                referral = await it.send(counsellor)
                name = f"msg_{point}_{after}"
                await push(it, signed(secret, name, about(referral["ref"], "application.eligible")))
                dying = with_translator(it, ReintegrationTranslator(), Dies(it.service.house.database.work, point, after, how))
                with suppress(how):
                    await dying.work_through(1)
                await it.service.house.usecases.partner_side.work_through(10)
                assert await steps_of(counsellor, referral) == ["accept"], name
                assert (await faults(it))[name] == "", name
        assert await waiting(it) == []
