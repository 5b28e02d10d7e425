"""A partner that sends somebody to Islamabad, those who work there, and somebody of Lahore."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.service import Person, Service, running, settings_for

AGREED = "2026-01-04"
PERSON = {
    "name": "Zarghuna Kandiwal",
    "gender": "female",
    "birth_year": 1993,
    "cnic": "17301-7654321-8",
    "phones": [{"number": "0300 9876543", "safe": True}],
    "district": "PK617",
    "languages": ["ps"],
}


@dataclass
class Desk:
    service: Service
    database: Database
    clock: FixedClock
    partner: Person
    counsellor: Person
    supervisor: Person
    elsewhere: Person
    dpo: Person

    def body(self, **more: Any) -> dict[str, Any]:
        asked = {
            "centre": "ISB",
            "reason": "Came back on Monday and asks for counselling.",
            "urgency": "high",
            "person": PERSON,
            "summary": "She was promised a salon in Muscat.",
            "agreed": {"how": "thumb_mark", "on": AGREED},
            "reference": "R-118",
        }
        return {**asked, **more}

    async def sent(self, expect: int = 201, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = await self.partner.post("/partner/v1/incoming", self.body(**more), expect)
        return made

    async def there(self, it: dict[str, Any]) -> dict[str, Any]:
        """The same one, as the centre sees it."""
        found: list[dict[str, Any]] = (await self.counsellor.get("/api/v1/incoming"))["items"]
        return next(one for one in found if one["told"]["reference"] == it["reference"])

    async def step(self, it: dict[str, Any], step: str, expect: int = 200, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = await self.counsellor.post(f"/api/v1/incoming/{it['id']}/steps", {"step": step, **more}, expect)
        return told

    async def says(self, it: dict[str, Any], step: str, expect: int = 200, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = await self.partner.post(f"/partner/v1/incoming/{it['ref']}/steps", {"step": step, **more}, expect)
        return told

    async def fares(self, it: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = await self.partner.get(f"/partner/v1/incoming/{it['ref']}")
        return told

    async def notices(self, who: Person) -> list[str]:
        return [one["kind"] for one in (await who.get("/api/v1/my-day"))["notices"] if one["kind"].startswith("incoming_")]


@pytest.fixture
async def desk(samples: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = FixedClock(datetime.now(UTC))
    settings = settings_for(samples, tmp_path, migrate_url=samples.owner_url)
    async with running(settings, samples.kind, clock=clock) as service:
        partner = await service.partner("reintegration", "demo-rein-2026")
        names = ("counsellor.isb", "supervisor.isb", "supervisor.lhe", "dpo")
        yield Desk(service, samples, clock, partner, *[await service.sign_in(name) for name in names])
