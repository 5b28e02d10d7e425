"""A running service over a fresh database of each kind: a counsellor with a case, her supervisor, and somebody of Lahore."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.service import Person, Service, running, settings_for

LATE, SOON, FAR = "2020-01-01", "2099-01-01", "2099-06-01"


@dataclass
class Room:
    service: Service
    database: Database
    counsellor: Person
    supervisor: Person
    elsewhere: Person
    client: str
    case: str
    staff: dict[str, str]
    partners: dict[str, str]

    def needs(self, *actions: dict[str, Any]) -> list[dict[str, Any]]:
        goal = {"title": "A roof before winter", "actions": list(actions) or [self.hers()]}
        return [{"kind": "shelter", "words": "She sleeps at her sister's.", "goals": [goal]}]

    def hers(self, title: str = "Ring the shelter", due_on: str = LATE, who: str = "counsellor.isb") -> dict[str, Any]:
        return {"title": title, "owner": "staff", "who": self.staff[who], "due_on": due_on}

    def body(self, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"needs": self.needs(*actions), "agreed": {"on": "2026-01-05", "how": "thumb_mark"}, **more}

    async def written(self, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = await self.counsellor.post(f"/api/v1/cases/{self.case}/plans", self.body(*actions, **more))
        return made

    async def step(self, plan: dict[str, Any], step: str, *, by: Person | None = None, expect: int = 200, **more: Any) -> dict[str, Any]:
        path = f"/api/v1/plans/{plan['id']}/steps"
        told: dict[str, Any] = await (by or self.counsellor).post(path, {"step": step, **more}, expect=expect)
        return told

    async def approved(self, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
        plan = await self.written(*actions, **more)
        await self.step(plan, "submit")
        return await self.step(plan, "approve", by=self.supervisor)

    async def act(self, plan: dict[str, Any], nth: int, step: str, expect: int = 200, **more: Any) -> dict[str, Any]:
        path = f"/api/v1/plans/{plan['id']}/actions/{actions(plan)[nth]['id']}/steps"
        told: dict[str, Any] = await self.counsellor.post(path, {"step": step, **more}, expect=expect)
        return told

    async def sheet(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.counsellor.get(f"/api/v1/cases/{self.case}/sheet")
        return found

    async def tasks(self) -> list[dict[str, Any]]:
        return [one for one in (await self.sheet())["tasks"] if one["done_at"] is None]


def actions(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [action for need in plan["needs"] for goal in need["goals"] for action in goal["actions"]]


@pytest.fixture
async def room(samples: Database, tmp_path: Path) -> AsyncIterator[Room]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        counsellor, supervisor = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
        elsewhere, admin = await service.sign_in("counsellor.lhe"), await service.sign_in("admin")
        body = {"name": "Nazia Bibi", "gender": "female", "migration_stage": "returnee", "birth_year": 1990}
        client = (await counsellor.post("/api/v1/clients", body))["id"]
        case = (await counsellor.post("/api/v1/cases", {"client_id": client, "kind": "protection", "risk": "low"}))["id"]
        staff = {one["username"]: one["id"] for one in (await admin.get("/api/v1/staff"))["items"]}
        partners = {one["key"]: one["id"] for one in (await admin.get("/api/v1/partners"))["items"]}
        yield Room(service, samples, counsellor, supervisor, elsewhere, client, case, staff, partners)
