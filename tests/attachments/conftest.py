"""A running service with a client's case to attach to, over a fresh database of each kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import Database
from tests.service import Person, Service, running, settings_for


@dataclass
class Desk:
    """A counsellor of Islamabad and her case; a colleague of Lahore, who is to see nothing of it."""

    service: Service
    database: Database
    counsellor: Person
    elsewhere: Person
    client: str
    case: str

    async def attach(self, name: str, content: bytes, *, by: Person | None = None, case: str = "", **headers: str) -> httpx.Response:
        path = f"/api/v1/cases/{case or self.case}/attachments"
        files = {"file": (name, content, "application/octet-stream")}
        return await (by or self.counsellor).http.post(path, files=files, headers=headers)

    async def attached(self, name: str, content: bytes) -> dict[str, Any]:
        answer = await self.attach(name, content)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def names(self) -> list[str]:
        return [item["name"] for item in (await self.counsellor.get(f"/api/v1/cases/{self.case}/attachments"))["items"]]

    async def trail(self) -> list[str]:
        dpo = await self.service.sign_in("dpo")
        items = (await dpo.get("/api/v1/audit", params={"client_id": self.client}))["items"]
        return [item["action"] for item in items]


async def opened_case(person: Person, name: str = "Yousaf Khan") -> tuple[str, str]:
    body = {"name": name, "gender": "male", "migration_stage": "returnee", "birth_year": 1990}
    client = (await person.post("/api/v1/clients", body))["id"]
    case = (await person.post("/api/v1/cases", {"client_id": client, "kind": "protection", "risk": "low"}))["id"]
    return client, case


@pytest.fixture
async def desk(samples: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        counsellor, elsewhere = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor.lhe")
        client, case = await opened_case(counsellor)
        yield Desk(service, samples, counsellor, elsewhere, client, case)
