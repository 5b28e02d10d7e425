"""The clocks of a referral, with time held still: reminder at half, the supervisor at the end, expiry after seven days; each once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.delivery.room import Room, room


async def told(it: Room) -> list[str]:
    return [line.kind for line in await it.log("reintegration")]


async def day_of(it: Room, username: str) -> list[str]:
    person = await it.service.sign_in(username)
    return [notice["kind"] for notice in (await person.get("/api/v1/my-day"))["notices"]]


async def state(it: Room, referral: dict[str, Any]) -> str:
    counsellor = await it.service.sign_in("counsellor.lhe")
    return str((await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"])


async def hear(it: Room) -> None:
    """Twice, as two workers would."""
    await it.delivery.hear_clocks()
    await it.delivery.hear_clocks()


@pytest.mark.parametrize("urgency,half", [("critical", timedelta(minutes=30)), ("low", timedelta(days=1.5))])
async def test_each_word_of_the_clock_is_said_once(samples: Database, tmp_path: Path, urgency: str, half: timedelta) -> None:
    clock, second = FixedClock(datetime.now(UTC)), timedelta(seconds=1)
    async with room(samples, tmp_path, clock=clock) as it:
        referral = await it.send(await it.service.sign_in("counsellor.lhe"), urgency=urgency)
        clock.on(half - second)
        await hear(it)
        assert await told(it) == ["referral.sent"]
        clock.on(second)
        await hear(it)
        assert await told(it) == ["referral.sent", "referral.reminder"]
        assert "referral_late" not in await day_of(it, "supervisor.lhe")
        clock.on(half)
        await hear(it)
        assert (await day_of(it, "supervisor.lhe")).count("referral_late") == 1
        assert (await day_of(it, "counsellor.lhe")).count("referral_late") == 1
        assert await state(it, referral) == "queued"
        clock.on(timedelta(days=7) - 2 * half)
        await hear(it)
        assert await state(it, referral) == "expired"
        assert (await day_of(it, "counsellor.lhe")).count("referral_expired") == 1
        assert await told(it) == ["referral.sent", "referral.reminder"]
        partner = await it.service.partner("reintegration", "demo-rein-2026")
        await partner.get(f"/partner/v1/referrals/{referral['ref']}", expect=410)


async def test_an_answer_stops_the_clock_and_a_question_answered_starts_it_anew(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with room(samples, tmp_path, clock=clock) as it:
        referral = await it.send(await it.service.sign_in("counsellor.lhe"), urgency="critical")
        partner = await it.service.partner("reintegration", "demo-rein-2026")
        steps = f"/partner/v1/referrals/{referral['ref']}/steps"
        await partner.post(steps, {"step": "need_information", "note": "Which district?"})
        clock.on(timedelta(hours=5))
        await hear(it)
        assert await told(it) == ["referral.sent"]
        counsellor = await it.service.sign_in("counsellor.lhe")
        await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "answer", "note": "Lahore."})
        clock.on(timedelta(minutes=30))
        await hear(it)
        assert await told(it) == ["referral.sent", "referral.answered", "referral.reminder"]
        partner = await it.service.partner("reintegration", "demo-rein-2026")
        await partner.post(steps, {"step": "accept"})
        clock.on(timedelta(days=30))
        await hear(it)
        assert await state(it, referral) == "accepted"
        assert await told(it) == ["referral.sent", "referral.answered", "referral.reminder"]


@pytest.mark.parametrize(("rehearsal", "state"), [(False, "queued"), (True, "expired")], ids=["in earnest", "control"])
async def test_a_worker_whose_clock_runs_ahead_ends_nothing(samples: Database, tmp_path: Path, rehearsal: bool, state: str) -> None:
    async with room(samples, tmp_path) as it:
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        ahead = FixedClock(datetime.now(UTC) + timedelta(days=8))
        await it.worker({}, clock=ahead, rehearsal=rehearsal).hear_clocks()
        assert (await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"] == state
