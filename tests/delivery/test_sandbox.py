"""A made-up referral goes the whole way as a real one does, and nothing that counts people or messages knows of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from adapters.partners.signatures import signed_headers
from adapters.system.clock import FixedClock
from domain.referrals.sandbox import KEPT, MOST, PREFIX
from tests.databases import Database
from tests.delivery.room import SECRETS, Room, room
from tests.delivery.test_attempts import admins, carry_all, notices_of
from tests.partners.hostile import answering, receiver
from tests.service import Person

MADE_UP = "/partner/v1/sandbox/referrals"


async def made(partner: Person, **body: str) -> dict[str, Any]:
    answer: dict[str, Any] = await partner.post(MADE_UP, body)
    return answer


def place(it: dict[str, Any]) -> str:
    return f"/partner/v1/referrals/{it['ref']}"


async def around(it: Room) -> None:
    """The worker, twice: what it takes, and what follows from that."""
    for _ in range(2):
        await carry_all(it)
        await it.service.house.usecases.sandbox.tend()


async def test_the_whole_way(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        partner, secret = await it.point("reintegration", theirs.url)
        key = {"Idempotency-Key": "one"}
        one = await partner.post(MADE_UP, {"urgency": "high"}, headers=key)
        assert (one["state"], one["sandbox"], one["ref"].startswith(PREFIX)) == ("queued", True, True)
        assert await partner.post(MADE_UP, {"urgency": "high"}, headers=key) == one, "once under its key"
        await around(it)
        assert it.service.house.usecases.endpoints._carrier.verify(theirs.requests[0].headers, theirs.requests[0].body, (secret,))
        notice = orjson.loads(theirs.requests[0].body)
        assert (notice["type"], notice["data"]["sandbox"], notice["data"]["href"]) == ("referral.sent", True, place(one))
        packet = await partner.get(place(one))
        assert (packet["sandbox"], packet["state"], packet["urgency"]) == (True, "delivered", "high")
        assert packet["client"]["name"] == "Bilal Sandbox"
        assert "seen" in packet["steps"]
        for step in ({"step": "need_information", "note": "Where?"}, {"step": "complete", "outcome": "x"}):
            await partner.post(f"{place(one)}/steps", step, expect=409 if step["step"] == "complete" else 200)
        assert (await partner.post(f"{MADE_UP}/{one['ref']}/steps", {"step": "answer"}))["state"] == "answered"
        assert "made-up answer" in (await partner.get(place(one)))["answer"]
        body = orjson.dumps({"application": {"external_reference": one["ref"]}, "milestone": "application.eligible"})
        headers = {**signed_headers(body, message="n1", at=datetime.now(UTC), secrets=[secret]), "MRC-Partner": "reintegration"}
        assert (await it.service.http().post("/partner/v1/news", content=body, headers=headers)).status_code == 202
        await it.service.house.usecases.partner_side.work_through(10)
        assert (await partner.get(f"{place(one)}/steps"))["state"] == "accepted", "by signed news too"
        await partner.post(f"{MADE_UP}/{one['ref']}/steps", {"step": "recall"})
        assert (await partner.get(place(one), 410))["type"] == "/problems/recalled"
        await around(it)
        assert [orjson.loads(request.body)["type"] for request in theirs.requests] == [
            "referral.sent",
            "referral.answered",
            "referral.recalled",
        ]
        assert [line["sandbox"] for line in (await partner.get("/partner/v1/deliveries"))["items"]] == [True] * 3
        assert [line["ref"] for line in (await partner.get(MADE_UP))["items"]] == [one["ref"]]


async def figures(it: Room) -> list[Any]:
    """Everything that counts: dashboards, board, lists, search, the partner's own list, its health and what does not arrive."""
    supervisor, analyst = await it.service.sign_in("supervisor.lhe"), await it.service.sign_in("analyst")
    admin = await it.service.sign_in("admin")
    partner = await it.service.partner("fia", SECRETS["fia"])
    token = admin.http.headers["Authorization"].removeprefix("Bearer ")
    overview = await it.service.house.usecases.partners.overview(await it.service.house.usecases.identity.actor(token))
    return [
        await analyst.get("/api/v1/dashboards/caseload"),
        await analyst.get("/api/v1/dashboards/referrals"),
        await supervisor.get("/api/v1/board"),
        (await supervisor.get("/api/v1/referrals"))["items"],
        (await supervisor.post("/api/v1/clients/search", {"q": "Bilal Sandbox"}))["items"],
        (await partner.get("/partner/v1/referrals"))["items"],
        await partner.get("/partner/v1/endpoint/health"),
        [(line.partner.key, line.troubled) for line in overview],
        await it.outbox.waiting(),
    ]


def settled(told: list[Any]) -> list[Any]:
    """Without the moment at which a figure was asked for."""
    return [{name: value for name, value in one.items() if name != "as_of"} if isinstance(one, dict) else one for one in told]


async def test_it_touches_no_figure(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("500 Oh No")) as theirs, room(samples, tmp_path) as it:
        partner, _ = await it.point("fia", theirs.url)
        before = settled(await figures(it))
        for _ in range(2):
            await made(partner)
        await carry_all(it)
        await made(partner)
        assert len(theirs.requests) == 6, "they were tried"
        assert settled(await figures(it)) == before
        assert [await notices_of(it, one) for one in await admins(it)] == [[]], "given up, and nobody is told"
        await it.lay(await it.partner("fia"), 1)
        assert settled(await figures(it)) != before, "the control: a real message counts"


async def test_another_partner_sees_nothing_of_it(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        partner, other = await it.service.partner("fia", SECRETS["fia"]), await it.service.partner("swd-punjab", SECRETS["swd-punjab"])
        one = await made(partner)
        unknown = await other.get(f"/partner/v1/referrals/{PREFIX}nothing", 404)
        assert await other.get(place(one), 404) == unknown
        await other.get(f"{place(one)}/steps", 404)
        await other.post(f"{place(one)}/steps", {"step": "seen"}, expect=404)
        await other.post(f"{MADE_UP}/{one['ref']}/steps", {"step": "recall"}, expect=404)
        assert (await other.get(MADE_UP))["items"] == []
        assert (await partner.get(place(one)))["sandbox"] is True, "the control"


async def test_its_clock_runs_and_it_is_deleted_with_all_that_was_sent(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path, clock=clock) as it:
        partner, _ = await it.point("fia", theirs.url)
        one = await made(partner, urgency="critical")
        await around(it)
        clock.on(timedelta(minutes=31))
        await around(it)
        assert orjson.loads(theirs.requests[-1].body)["type"] == "referral.reminder"
        clock.on(timedelta(days=8))
        await around(it)
        await around(it)
        partner = await it.service.partner("fia", SECRETS["fia"])
        assert (await partner.get(f"{place(one)}/steps"))["state"] == "expired"
        assert len(await it.log("fia")) == 2
        clock.on(KEPT)
        assert await it.service.house.usecases.sandbox.tend() == 1
        partner = await it.service.partner("fia", SECRETS["fia"])
        await partner.get(place(one), 404)
        assert await it.log("fia") == []
        assert await it.service.house.usecases.sandbox.tend() == 0


async def test_a_sandbox_holds_so_many(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        partner = await it.service.partner("fia", SECRETS["fia"])
        people = {(await partner.get(place(await made(partner))))["client"]["name"] for _ in range(MOST)}
        assert len(people) == 4
        assert all(name.endswith(" Sandbox") for name in people)
        assert (await partner.post(MADE_UP, {}, expect=409))["type"] == "/problems/sandbox-full"


@pytest.mark.parametrize("path", [MADE_UP, "/partner/v1/endpoint/health"])
async def test_staff_have_none(fresh_database: Any, tmp_path: Path, path: str) -> None:
    async with room(fresh_database("sqlite"), tmp_path) as it:
        await (await it.service.sign_in("admin")).get(path, 403)
