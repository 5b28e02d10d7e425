"""The sample house with two who answer for Islamabad, the officer and the analyst; asking, deciding and fetching in one line each."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from domain.periods import month_of
from tests.databases import Database
from tests.service import Person, Service, running, settings_for

PASSWORD = "demo-password-2026"
EXPORTS = "/api/v1/exports"
NAMED = ["number", "name", "gender", "risk"]


@dataclass
class Desk:
    service: Service
    database: Database
    supervisor: Person
    manager: Person
    dpo: Person
    analyst: Person

    async def ask(self, *columns: str, by: Person | None = None, expect: int = 201, **more: Any) -> dict[str, Any]:
        now = month_of(datetime.now(UTC))
        body = {"centre": "ISB", "subject": "cases", "columns": columns or NAMED, "first": f"{int(now[:4]) - 2}-01", "last": now}
        made: dict[str, Any] = await (by or self.supervisor).post(EXPORTS, {**body, "purpose": "Audit of the centre", **more}, expect)
        return made

    async def step(self, it: dict[str, Any], step: str, by: Person, expect: int = 200, **more: Any) -> dict[str, Any]:
        body = {"step": step, "reason": "" if step == "withdraw" else "Seen and right", **more}
        told: dict[str, Any] = await by.post(f"{EXPORTS}/{it['id']}/steps", body, expect)
        return told

    async def approved(self, *columns: str, restricted: bool = False, **more: Any) -> dict[str, Any]:
        return await self.step(await self.ask(*columns, **more), "approve", self.dpo, restricted=restricted)

    async def unlock(self, it: dict[str, Any], by: Person | None = None) -> tuple[str, str]:
        told = await (by or self.supervisor).post(f"{EXPORTS}/{it['id']}/password", {}, 200)
        return told["password"], told["ticket"]

    async def fetch(self, it: dict[str, Any], ticket: str, by: Person | None = None, expect: int = 200) -> bytes:
        answer = await (by or self.supervisor).http.get(f"{EXPORTS}/{it['id']}/file", headers={"Export-Ticket": ticket})
        assert answer.status_code == expect, answer.text
        return answer.content

    async def inside(self, it: dict[str, Any], by: Person | None = None) -> str:
        password, ticket = await self.unlock(it, by)
        return opened(await self.fetch(it, ticket, by), password).decode("utf-8-sig")


def opened(archive: bytes, password: str) -> bytes:
    """By another reader than the writer."""
    with pyzipper.AESZipFile(io.BytesIO(archive)) as found:
        (name,) = found.namelist()
        return bytes(found.read(name, pwd=password.encode()))


async def client(by: Person, name: str, kind: str = "protection", **more: Any) -> dict[str, Any]:
    """Registered with a case, by whoever holds it."""
    body = {"name": name, "gender": "female", "migration_stage": "returnee", "birth_year": 1990, **more}
    made: dict[str, Any] = await by.post("/api/v1/clients", body)
    its = {"client_id": made["id"], "kind": kind, "risk": "high", "sensitivity": more.get("sensitivity", "normal")}
    return {**made, "case": (await by.post("/api/v1/cases", its))["number"]}


@pytest.fixture
async def desk(samples: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        admin = await service.sign_in("admin")
        body = {"username": "manager.isb", "name": "Manager ISB", "role": "centre_manager", "centres": ["ISB"], "password": PASSWORD}
        await admin.post("/api/v1/staff", body)
        names = ("supervisor.isb", "manager.isb", "dpo", "analyst")
        people = [await service.sign_in(name) for name in names]
        phones = [{"number": "+92 300 1234567", "safe": True}, {"number": "+92 300 7654321", "safe": False}]
        await client(people[0], "Nazia Bibi", phones=phones)
        await client(people[0], "Hidden Bibi", sensitivity="restricted")
        await client(await service.sign_in("supervisor.lhe"), "Lahore Bibi")
        yield Desk(service, samples, *people)
