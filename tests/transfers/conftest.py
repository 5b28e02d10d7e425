"""Islamabad asks, Lahore answers: people of both centres, somebody of a third, and a client with something of every kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.service import Person, Service, running, settings_for
from tests.trust.raw import raw
from tests.trust.world import small as small
from tests.trust.world import world as world

AGREED = {"how": "thumb_mark", "on": "2026-01-04"}
REASON = "Her family has moved to Lahore."
CLIENT = {
    "name": "Zarghuna Kandiwal",
    "gender": "female",
    "migration_stage": "returnee",
    "birth_year": 1993,
    "district": "PK617",
    "languages": ["ps", "ur"],
    "phones": [{"number": "0300 9876543", "safe": True}],
}


@dataclass
class Desk:
    service: Service
    database: Database
    clock: FixedClock
    counsellor: Person
    supervisor: Person
    there: Person
    """The supervisor of Lahore."""
    taker: Person
    """A counsellor of Lahore, whose id is `taken_by`."""
    elsewhere: Person
    dpo: Person
    staff: dict[str, str]

    async def case(self, **more: Any) -> dict[str, Any]:
        """A case of a client of Islamabad's, with both their ids."""
        client = await self.counsellor.post("/api/v1/clients", {**CLIENT, **more})
        body = {"client_id": client["id"], "kind": "protection", "risk": "high", "next_due": "2026-12-01"}
        made: dict[str, Any] = await self.counsellor.post("/api/v1/cases", body)
        return made

    async def asked(self, case: dict[str, Any], expect: int = 201, who: Person | None = None, **more: Any) -> dict[str, Any]:
        body = {"centre": "LHE", "reason": REASON, "urgency": "high", "agreed": AGREED, **more}
        made: dict[str, Any] = await (who or self.counsellor).post(f"/api/v1/cases/{case['id']}/transfers", body, expect)
        return made

    async def answered(
        self, it: dict[str, Any], step: str = "accept", expect: int = 200, who: Person | None = None, **more: Any
    ) -> dict[str, Any]:
        body = {"step": step, **({"counsellor": self.staff["counsellor.lhe"]} if step == "accept" else {}), **more}
        told: dict[str, Any] = await (who or self.there).post(f"/api/v1/transfers/{it['id']}/answer", body, expect)
        return told

    async def notices(self, who: Person) -> list[str]:
        kinds = [one["kind"] for one in (await who.get("/api/v1/my-day"))["notices"]]
        return [kind for kind in kinds if kind.startswith(("transfer_", "case_"))]

    async def lines(self, *actions: str) -> list[tuple[str, str]]:
        """Centre and action of these lines of the trail, in order."""
        async with raw(self.database) as db:
            rows = await db.rows("SELECT centre, action FROM audit_entry ORDER BY id")
        return [(row["centre"], row["action"]) for row in rows if row["action"] in actions]


@pytest.fixture
async def desk(samples: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = FixedClock(datetime.now(UTC))
    settings = settings_for(samples, tmp_path, migrate_url=samples.owner_url)
    async with running(settings, samples.kind, clock=clock) as service:
        names = ("counsellor.isb", "supervisor.isb", "supervisor.lhe", "counsellor.lhe", "supervisor.pew", "dpo")
        people = [await service.sign_in(name) for name in names]
        admin = await service.sign_in("admin")
        staff = {one["username"]: one["id"] for one in (await admin.get("/api/v1/staff"))["items"]}
        yield Desk(service, samples, clock, *people, staff)
