"""A running sample house with a client's case to refer, over a fresh database of each kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.service import Person, Service, running, settings_for

CLIENT = {
    "name": "Yousaf Khan",
    "gender": "male",
    "migration_stage": "returnee",
    "birth_year": 1990,
    "district": "PK604",
    "languages": ["ur"],
    "phones": [{"number": "0300 1234567", "safe": True}, {"number": "0301 7654321", "safe": False}],
}


@dataclass
class Desk:
    """A counsellor of Islamabad with a client and a case, her colleague, her supervisor and the administrator."""

    service: Service
    counsellor: Person
    colleague: Person
    supervisor: Person
    admin: Person
    client: str
    case: str

    async def consent(self, partner: str, *groups: str) -> str:
        body = {"purpose": "share", "partner": partner, "field_groups": list(groups), "form": "thumb_mark", "language": "ur"}
        made: str = (await self.counsellor.post(f"/api/v1/clients/{self.client}/consents", body))["id"]
        return made

    async def draft(self, partner: str, *groups: str, **more: Any) -> dict[str, Any]:
        body = {"partner": partner, "reason": "Please help.", "field_groups": list(groups), **more}
        made: dict[str, Any] = await self.counsellor.post(f"/api/v1/cases/{self.case}/referrals", body)
        return made

    async def step(self, by: Person, referral: str, step: str, **more: Any) -> dict[str, Any]:
        moved: dict[str, Any] = await by.post(f"/api/v1/referrals/{referral}/steps", {"step": step, **more})
        return moved

    async def partner_id(self, key: str) -> str:
        return next(one["id"] for one in (await self.admin.get("/api/v1/partners"))["items"] if one["key"] == key)

    async def trail(self) -> list[str]:
        dpo = await self.service.sign_in("dpo")
        items = (await dpo.get("/api/v1/audit", params={"client_id": self.client}))["items"]
        return [item["action"] for item in items]


@pytest.fixture
async def desk(samples: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        people = [await service.sign_in(name) for name in ("counsellor.isb", "counsellor2.isb", "supervisor.isb", "admin")]
        client = (await people[0].post("/api/v1/clients", CLIENT))["id"]
        case = (await people[0].post("/api/v1/cases", {"client_id": client, "kind": "protection", "risk": "low", "summary": "Told."}))["id"]
        yield Desk(service, *people, client, case)
