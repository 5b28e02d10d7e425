"""A case of Islamabad, two who may decide there, the officer, a counsellor and somebody of Lahore."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.service import Person, Service, running, settings_for

PASSWORD = "demo-password-2026"


@dataclass
class Office:
    service: Service
    database: Database
    counsellor: Person
    supervisor: Person
    manager: Person
    elsewhere: Person
    dpo: Person
    client: str
    number: str
    case: str

    def body(self, **more: Any) -> dict[str, Any]:
        asked = {
            "law": "PTPA2018-3(2)",
            "authority": "Court of the sessions judge",
            "field_groups": ["identity", "narrative"],
            "reason": "The court ordered it by name.",
            "client_told": True,
            "client_words": "That the court asks, and what for.",
        }
        return {**asked, **more}

    async def asked(self, by: Person | None = None, expect: int = 201, **more: Any) -> dict[str, Any]:
        path = f"/api/v1/cases/{self.case}/disclosures"
        made: dict[str, Any] = await (by or self.supervisor).post(path, self.body(**more), expect)
        return made

    async def step(self, it: dict[str, Any], step: str, by: Person, expect: int = 200, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = await by.post(f"/api/v1/disclosures/{it['id']}/steps", {"step": step, **more}, expect)
        return told

    async def notices(self, who: Person) -> list[str]:
        return [one["kind"] for one in (await who.get("/api/v1/my-day"))["notices"]]


@pytest.fixture
async def office(samples: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        admin = await service.sign_in("admin")
        manager = {"username": "manager.isb", "name": "Manager ISB", "role": "centre_manager", "centres": ["ISB"], "password": PASSWORD}
        await admin.post("/api/v1/staff", manager)
        names = ("counsellor.isb", "supervisor.isb", "manager.isb", "supervisor.lhe", "dpo")
        people = [await service.sign_in(name) for name in names]
        body = {"name": "Nazia Bibi", "gender": "female", "migration_stage": "returnee", "birth_year": 1990}
        client = await people[0].post("/api/v1/clients", body)
        case = (await people[0].post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high"}))["id"]
        yield Office(service, samples, *people, client["id"], client["number"], case)
