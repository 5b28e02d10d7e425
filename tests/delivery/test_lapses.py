"""An application that nobody at the partner acted on refuses itself after seven days, in the partner's name; seeing it is no acting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.partners.conformance import faults
from adapters.partners.reintegration_bridge.translator import Translator
from adapters.system.clock import FixedClock
from domain.partners.exchange import Lapse
from service.settings import Settings
from tests.databases import Database
from tests.delivery.room import Room, room

BRIDGE = Translator.key
OURS = Settings(data_dir=Path("unused")).partners


async def speaks(it: Room, adapter: str) -> None:
    partner = await it.partner("reintegration")
    partner.adapter = adapter
    token = (await it.service.sign_in("admin")).http.headers["Authorization"].removeprefix("Bearer ")
    async with it.service.house.database.work(await it.service.house.usecases.identity.actor(token)) as work:
        await work.partners.save(partner)


@pytest.mark.parametrize("adapter", [BRIDGE, "reintegration_network"], ids=["the bridge", "control: an adapter that does not lapse"])
async def test_after_seven_days_and_not_before(samples: Database, tmp_path: Path, adapter: str) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with room(samples, tmp_path, clock=clock, partners=[*OURS, BRIDGE]) as it:
        await speaks(it, adapter)
        lapses, lapsing = it.service.house.usecases.lapses, adapter == BRIDGE
        partner = await it.service.partner("reintegration", "demo-rein-2026")
        counsellor = await it.service.sign_in("counsellor.lhe")
        untouched, seen, acted = [await it.send(counsellor) for _ in range(3)]
        await partner.post(f"/partner/v1/referrals/{seen['ref']}/steps", {"step": "seen"})
        await partner.post(f"/partner/v1/referrals/{acted['ref']}/steps", {"step": "need_information", "note": "Which flight?"})
        clock.on(timedelta(days=7, seconds=-1))
        assert await lapses.refuse() == 0
        clock.on(timedelta(seconds=2))
        assert await lapses.refuse() == 2 * lapsing
        assert await lapses.refuse() == 0
        counsellor = await it.service.sign_in("counsellor.lhe")
        found: list[dict[str, Any]] = [await counsellor.get(f"/api/v1/referrals/{one['id']}") for one in (untouched, seen, acted)]
        first = ["declined", "declined"] if lapsing else ["queued", "seen"]
        assert [one["state"] for one in found] == [*first, "needs_information"]
        if lapsing:
            assert {(one["decline_reason"], one["decline_code"]) for one in found[:2]} == {("not_acted_on", "not_acted_on")}
            told = [one["kind"] for one in (await counsellor.get("/api/v1/my-day"))["notices"]]
            assert told.count("referral_declined") == 2


class Hasty(Translator):
    lapse = Lapse(after=timedelta(seconds=1), reason="not_acted_on")


class Vague(Translator):
    lapse = Lapse(after=timedelta(days=7), reason="")


class Wordy(Translator):
    lapse = "a week"  # type: ignore[assignment]


@pytest.mark.parametrize("broken", [Hasty, Vague, Wordy])
def test_the_kit_finds_a_lapse_that_cannot_be_meant(broken: type[Translator]) -> None:
    assert [fault for fault in faults(broken()) if fault.startswith("lapse:")]
    assert not [fault for fault in faults(Translator()) if fault.startswith("lapse:")]
