"""Two groups that hold the same people, and a withdrawal of one of them, all on their way at once: none waits for ever, nothing leaks."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.database.consent import SqlConsents
from tests.databases import Database
from tests.delivery.room import CLIENT, Room, room
from tests.reliability.test_consent_race import messages
from tests.service import Person

SEEDS, PEOPLE = 8, 6
SHARE = {"purpose": "share", "partner": "reintegration", "field_groups": ["identity"], "form": "written", "language": "ur"}


async def flight(she: Person) -> list[dict[str, Any]]:
    found = []
    for _ in range(PEOPLE):
        client = await she.post("/api/v1/clients", CLIENT)
        consent = await she.post(f"/api/v1/clients/{client['id']}/consents", SHARE)
        case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"})
        found.append({"case": case["id"], "consent": consent["id"]})
    return found


def body(cases: list[str]) -> dict[str, Any]:
    return {"cases": cases, "partner": "reintegration", "reason": "Returned.", "field_groups": ["identity"]}


async def race(it: Room, she: Person, supervisor: Person, seed: int) -> Counter[str]:
    """The same people in two orders; one of them withdraws meanwhile. What became of the one who did."""
    chance, people = random.Random(seed), await flight(she)
    leaving = people[chance.randrange(PEOPLE)]
    cases = [one["case"] for one in people]
    backwards = cases[::-1]
    withdraw = lambda: supervisor.http.post(f"/api/v1/consents/{leaving['consent']}/withdrawal")  # noqa: E731
    acts = [
        lambda: she.http.post("/api/v1/referrals/bulk", json=body(cases)),
        lambda: supervisor.http.post("/api/v1/referrals/bulk", json=body(backwards)),
        *([withdraw] if seed % 2 else []),
    ]
    chance.shuffle(acts)
    under_way = []
    for act in acts:
        under_way.append(asyncio.create_task(act()))
        for _ in range(chance.randrange(30)):
            await asyncio.sleep(0)
    if not seed % 2:
        # She withdraws when one of the two is through and the other still under way.
        await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        under_way.append(asyncio.create_task(withdraw()))
    answers = await asyncio.wait_for(asyncio.gather(*under_way), 30)
    assert [one.status_code for one in answers] == [200] * 3, [one.text[:200] for one in answers]
    became = Counter[str]()
    for one in people:
        made = (await she.get(f"/api/v1/cases/{one['case']}/referrals"))["items"]
        if one is not leaving:
            assert [its["state"] for its in made] == ["queued"], "one referral, whoever came first"
            continue
        states = [its["state"] for its in made]
        assert states in ([], ["recalled"]), "nothing of hers is under way once she has withdrawn"
        for its in made:
            assert await messages(it, UUID(its["id"])) == ["referral.sent", "referral.recalled"]
        became[f"{len(states)}"] += 1
    return became


async def races(it: Room, she: Person, supervisor: Person) -> Counter[str]:
    seen = Counter[str]()
    for seed in range(SEEDS):
        seen += await race(it, she, supervisor, seed)
    return seen


async def test_two_groups_and_a_withdrawal(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        she, supervisor = await it.service.sign_in("counsellor.lhe"), await it.service.sign_in("supervisor.lhe")
        seen = await races(it, she, supervisor)
        assert set(seen) == {"0", "1"}, f"both must have happened, or nothing raced: {seen}"


async def test_consents_that_are_not_held_are_found_out(samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a store that shows consents as they never were."""
    true = SqlConsents.of_client

    async def live(self: SqlConsents, *asked: Any) -> Any:
        found = await true(self, *asked)
        for one in found:
            one.withdrawn_at = None
        return found

    monkeypatch.setattr(SqlConsents, "of_client", live)
    async with room(samples, tmp_path) as it:
        she, supervisor = await it.service.sign_in("counsellor.lhe"), await it.service.sign_in("supervisor.lhe")
        with pytest.raises(AssertionError):
            await races(it, she, supervisor)
