"""Withdrawing consent against sending, both on their way at once: what left under a withdrawn consent is recalled, nothing leaves after."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database.outbox import MESSAGE
from adapters.database.referrals import SqlReferrals
from adapters.database.statements import Prepared
from tests.databases import Database
from tests.delivery.room import Room, room
from tests.service import Person

SEEDS = int(os.environ.get("MRC_RACE_SEEDS", "100"))
"""Interleavings for each database, half of them with each side first; 1,000 before a release."""
AT_ONCE = 5


async def race(it: Room, people: tuple[Person, Person, Person], seed: int) -> str:
    """One referral: a colleague sends it while another withdraws the client's consent. What each was told."""
    sender, clerk, partner = people
    chance = random.Random(seed)
    referral = await it.draft(sender)
    acts = [
        sender.http.post(f"/api/v1/referrals/{referral['id']}/steps", json={"step": "send"}),
        clerk.http.post(f"/api/v1/consents/{referral['consent']['id']}/withdrawal"),
    ]
    order = (1, 0) if seed % 2 else (0, 1)
    first = asyncio.create_task(acts[order[0]])
    for _ in range(chance.randrange(40)):
        await asyncio.sleep(0)
    answers = await asyncio.gather(first, acts[order[1]])
    said = dict(zip(order, (answer.status_code for answer in answers), strict=True))
    assert said[0] in (200, 409), answers[order.index(0)].text
    assert said[1] in (200, 201), answers[order.index(1)].text
    await check(it, sender, partner, referral, sent=said[0] == 200)
    return f"sent {said[0]}"


async def check(it: Room, sender: Person, partner: Person, referral: dict[str, Any], *, sent: bool) -> None:
    steps = [line["step"] for line in (await sender.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]]
    assert steps == (["send", "recall"] if sent else ["recall"])
    assert await messages(it, UUID(referral["id"])) == (["referral.sent", "referral.recalled"] if sent else [])
    assert (await sender.get(f"/api/v1/referrals/{referral['id']}"))["state"] == "recalled"
    gone = await partner.get(f"/partner/v1/referrals/{referral['ref']}", expect=410)
    assert gone["type"] == "/problems/recalled"


async def messages(it: Room, subject: UUID) -> list[str]:
    statement = Prepared(select(MESSAGE.c.kind).where(MESSAGE.c.subject == subject).order_by(MESSAGE.c.sequence))
    async with it.service.house.database.driver.reading("*") as lane:
        return [row[0] for row in await lane.rows(statement, {})]


async def people(it: Room) -> tuple[Person, Person, Person]:
    partner = await it.service.partner("reintegration", "demo-rein-2026")
    return await it.service.sign_in("counsellor.lhe"), await it.service.sign_in("supervisor.lhe"), partner


async def test_withdrawing_against_sending(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        who = await people(it)
        said: Counter[str] = Counter()
        for start in range(0, SEEDS, AT_ONCE):
            said.update(await asyncio.gather(*[race(it, who, seed) for seed in range(start, start + AT_ONCE)]))
        assert len(said) == 2, f"both must have happened, or nothing raced: {said}"


async def test_a_withdrawal_that_recalls_nothing_is_found_out(samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""

    async def none(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(SqlReferrals, "open_to", none)
    async with room(samples, tmp_path) as it:
        with pytest.raises(AssertionError):
            await race(it, await people(it), 0)
