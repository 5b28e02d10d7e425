"""What an attempt comes to: taken, tried again, given up aloud; and that one who hangs holds up nobody else."""

import asyncio
import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook

from adapters.partners.transport import HttpCarrier
from adapters.partners.webhook import WebhookChannel
from adapters.system.clock import FixedClock
from domain.delivery import MessageState, Schedule
from domain.identity import Role
from domain.partners.channels import ChannelKind
from domain.values import HOUSE
from service.usecases.delivery import carrying
from service.usecases.identity import HOUSE_ACTOR
from tests.databases import Database
from tests.delivery.room import Room, carry_all, room
from tests.partners.hostile import Connection, answering, hanging, receiver
from tests.reliability.programs import until


async def notices_of(it: Room, who: UUID) -> list[str]:
    async with it.service.house.database.work(HOUSE_ACTOR) as work:
        return [notice.kind for notice in await work.notices.of(who, 50)]


async def admins(it: Room) -> tuple[UUID, ...]:
    async with it.service.house.database.work(HOUSE_ACTOR) as work:
        return await work.staff.with_role(HOUSE, Role.admin)


async def test_taken(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("reintegration", theirs.url)
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        await carry_all(it)
        [line] = await it.log("reintegration")
        assert (line.kind, line.state, line.attempts) == ("referral.sent", MessageState.delivered, 1)
        assert len(theirs.requests) == 1
        assert (await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"] == "delivered"


async def test_nothing_is_moved_back_when_the_partner_was_quicker(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        partner, _ = await it.point("reintegration", theirs.url)
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        await partner.post(f"/partner/v1/referrals/{referral['ref']}/steps", {"step": "accept"})
        await carry_all(it)
        assert [line.state for line in await it.log("reintegration")] == [MessageState.delivered]
        assert (await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"] == "accepted"


async def test_given_up_aloud(samples: Database, tmp_path: Path) -> None:
    """After the last wait of the schedule: the sender and the administrators find it in their day."""
    async with receiver(answering("500 Oh No")) as theirs, room(samples, tmp_path) as it:
        partner, _ = await it.point("reintegration", theirs.url)
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        for _ in range(2):
            await it.delivery.carry()
        assert [line.state for line in await it.log("reintegration")] == [MessageState.waiting], "not before the last"
        await carry_all(it)
        [line] = await it.log("reintegration")
        assert (line.state, line.attempts, len(theirs.requests)) == (MessageState.given_up, 3, 3)
        told = {notice["kind"]: notice["subject"] for notice in (await counsellor.get("/api/v1/my-day"))["notices"]}
        assert told["delivery_given_up"] == referral["id"]
        assert [await notices_of(it, one) for one in await admins(it)] == [["delivery_given_up"]]
        its = (await it.partner("reintegration")).id
        pages = it.service.http()
        pages.cookies.set("mrc", await it.service.house.usecases.identity.enter("admin", "demo-password-2026", None))
        news = await pages.get("/partners")
        assert f'<a href="/partners/{its}#post">' in news.text, "an administrator reads of the partner, not of the person"
        assert (await partner.get("/partner/v1/endpoint"))["disabled"] is False
        assert (await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"] == "queued"


async def test_gone_switches_the_endpoint_off_at_once(samples: Database, tmp_path: Path) -> None:
    """Several messages at once: each is given up, the endpoint is switched off once, and nothing more is posted."""
    async with receiver(answering("410 Gone")) as theirs, room(samples, tmp_path) as it:
        partner, _ = await it.point("reintegration", theirs.url)
        counsellor = await it.service.sign_in("counsellor.lhe")
        for _ in range(4):
            await it.send(counsellor)
        await carry_all(it)
        assert [line.state for line in await it.log("reintegration")] == [MessageState.given_up] * 4
        assert (await partner.get("/partner/v1/endpoint"))["disabled"] is True
        posted = len(theirs.requests)
        await it.send(counsellor)
        await it.delivery.carry()
        assert len(theirs.requests) == posted
        assert "no address is set" in (await it.log("reintegration"))[-1].detail
        await it.point("reintegration", theirs.url)
        assert (await partner.get("/partner/v1/endpoint"))["disabled"] is False


async def test_a_partner_may_ask_for_time(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("429 Slow Down", "retry-after: 120")) as theirs, room(samples, tmp_path) as it:
        await it.point("reintegration", theirs.url)
        await it.send(await it.service.sign_in("counsellor.lhe"))
        await it.delivery.carry()
        [line] = await it.log("reintegration")
        assert line.state is MessageState.waiting
        assert timedelta(seconds=100) < line.due_at - datetime.now(UTC) < timedelta(seconds=121)
        assert await it.delivery.carry() == 0


async def slowest(it: Room, theirs: Any) -> float:
    """Seconds until a partner's message was taken that was laid while ten of another's were hanging; the worker's round in small."""
    await it.lay(await it.partner("fia"), 10)
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            if not await it.delivery.carry():
                await asyncio.sleep(0.05)

    working = asyncio.create_task(work())
    await until(it.outbox.waiting, every=0.01)

    async def arrived() -> bool:
        return bool(theirs.requests)

    await asyncio.sleep(0.3)  # the hanging ones are under way
    began = time.monotonic()
    await it.lay(await it.partner("swd-punjab"), 1)
    await until(arrived)
    took = time.monotonic() - began
    stop.set()
    await working
    return took


@pytest.mark.parametrize("patience,quick", [(carrying.PATIENCE, True), (60.0, False)], ids=["as it is", "control: a round that waits"])
async def test_who_hangs_holds_up_nobody(
    samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: float, quick: bool
) -> None:
    monkeypatch.setattr(carrying, "PATIENCE", patience)
    async with (
        receiver(hanging) as bad,
        receiver(answering("204 No Content")) as good,
        room(samples, tmp_path, delivery_deadline=4.0) as it,
    ):
        await it.point("fia", bad.url)
        await it.point("swd-punjab", good.url)
        assert (await slowest(it, good) < 2.0) is quick


async def test_replay(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        partner, _ = await it.point("reintegration", theirs.url)
        other = await it.service.partner("fia", "demo-fia-2026")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        [line] = await it.log("reintegration")
        refused = await partner.post(f"/partner/v1/deliveries/{line.id}/replay", expect=409)
        assert refused["type"] == "/problems/not-replayable"
        await carry_all(it)
        await other.post(f"/partner/v1/deliveries/{line.id}/replay", expect=404)
        await partner.post(f"/partner/v1/deliveries/{line.id}/replay", expect=202)
        await carry_all(it)
        ids = [request.headers["webhook-id"] for request in theirs.requests]
        assert ids == [str(line.id)] * 2, "a repeat is known by its id"
        steps = [one["step"] for one in (await counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]]
        assert sorted(steps) == ["deliver", "send"]


def signed_with(request: Connection, secret: str) -> bool:
    """Read off the standard, not off our code: HMAC-SHA256 over id.timestamp.body."""
    said = request.headers
    content = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + request.body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}" in said["webhook-signature"].split(" ")


async def test_while_a_secret_is_changed_both_verify(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path, clock=clock) as it:
        partner, old = await it.point("fia", theirs.url)
        new = (await partner.post("/partner/v1/endpoint/rotate-secret"))["secret"]
        assert new != old
        await it.lay(await it.partner("fia"), 1)
        await carry_all(it)
        first = theirs.requests[-1]
        assert (signed_with(first, old), signed_with(first, new)) == (True, True)
        for secret in (old, new):
            Webhook(secret).verify(first.body, first.headers)
        clock.on(timedelta(days=1, seconds=1))
        await it.lay(await it.partner("fia"), 1)
        await carry_all(it)
        later = theirs.requests[-1]
        assert (signed_with(later, old), signed_with(later, new)) == (False, True)


class Broken:
    """An adapter of somebody else's, with a fault in it."""

    key = "fia"

    def write(self, package: object) -> Any:
        raise KeyError("nobody foresaw this")

    def read_reply(self, reply: object) -> Any:
        raise KeyError

    def read_news(self, headers: object, body: object) -> Any:
        raise KeyError


async def test_an_adapters_fault_is_a_failed_attempt_and_given_up_in_the_end(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        await it.point("fia", "http://127.0.0.1:9/hook")
        await it.lay(await it.partner("fia"), 1)
        carrier = HttpCarrier(allow_local=True)
        channels = {ChannelKind.webhook: WebhookChannel(carrier, {"fia": Broken()})}  # type: ignore[dict-item]
        broken = it.worker(channels, schedule=Schedule((timedelta(0),)))
        assert [await broken.carry(), await broken.carry(), await broken.carry()] == [1, 1, 0]
        await carrier.aclose()
        [line] = await it.log("fia")
        assert (line.state, line.attempts) == (MessageState.given_up, 2)
        assert "KeyError" in line.detail
        assert "nobody foresaw" not in line.detail


@pytest.mark.parametrize("withdrawn", [True, False], ids=["withdrawn", "control"])
async def test_nothing_invites_a_partner_to_what_was_withdrawn_before_it_left(samples: Database, tmp_path: Path, withdrawn: bool) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("reintegration", theirs.url)
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        if withdrawn:
            await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "withdraw", "reason": "Changed his mind"})
        await carry_all(it)
        kinds = [request.body.split(b'"type":"')[1].split(b'"')[0].decode() for request in theirs.requests]
        assert kinds == (["referral.withdrawn"] if withdrawn else ["referral.sent"])
        assert "delivery_given_up" not in await notices_of(it, (await admins(it))[0])
