"""A running service with a referral under way, on a clock that can be put forward, over a fresh database of each kind."""

import importlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from PIL import ImageFile

from domain.values import day_of
from tests.databases import Database
from tests.parts import missing
from tests.service import Person, Service, running, settings_for
from tests.web.conftest import MovableClock

SHARE = {"purpose": "share", "partner": "reintegration", "form": "thumb_mark", "language": "ur"}


@dataclass
class Desk:
    """A counsellor of Islamabad, her client's case, and a referral that has left for the reintegration network."""

    service: Service
    clock: MovableClock
    counsellor: Person
    client: str
    case: str
    case_number: str
    referral: str
    ref: str

    async def paper(self, path: str, status: int = 200, **asked: str) -> httpx.Response:
        """As a page, so that its words can be read; `form="pdf"` as a PDF."""
        accept = "application/pdf" if asked.pop("form", "html") == "pdf" else "text/html"
        answer = await self.counsellor.http.get(path, params=asked, headers={"Accept": accept})
        assert answer.status_code == status, answer.text
        return answer

    async def letter(self, status: int = 200, **asked: str) -> httpx.Response:
        return await self.paper(f"/api/v1/referrals/{self.referral}/letter", status, **asked)

    async def summary(self, status: int = 200, **asked: str) -> httpx.Response:
        return await self.paper(f"/api/v1/cases/{self.case}/summary", status, **asked)

    async def trail(self) -> list[dict[str, Any]]:
        dpo = await self.service.sign_in("dpo")
        found: list[dict[str, Any]] = (await dpo.get("/api/v1/audit", params={"client_id": self.client}))["items"]
        return found

    async def later(self, **more: int) -> None:
        self.clock.ahead += timedelta(**more)
        self.counsellor = await self.service.sign_in("counsellor.isb")


async def opened(service: Service, clock: MovableClock, sensitivity: str = "normal") -> Desk:
    she = await service.sign_in("counsellor.isb")
    today = day_of(clock.now())
    client = await she.post(
        "/api/v1/clients",
        {
            "name": "Yousaf Khan",
            "name_urdu": "یوسف خان",
            "gender": "male",
            "migration_stage": "returnee",
            "birth_year": 1994,
            "cnic": "34201-0891231-7",
            "phones": [{"number": "03001234567", "safe": True}, {"number": "03007654321", "safe": False}],
            "languages": ["pa", "ps", "ur"],
            "sensitivity": sensitivity,
        },
    )
    asked = {"client_id": client["id"], "kind": "protection", "risk": "high", "summary": "Cheated abroad.", "sensitivity": sensitivity}
    case = await she.post("/api/v1/cases", asked)
    base = f"/api/v1/cases/{case['id']}"
    session = {"channel": "in_person", "minutes": 40, "topics": ["False agents"], "note": "Privatenote.", "follow_up_on": str(today)}
    await she.post(f"{base}/sessions", session)
    await she.post(f"{base}/notes", {"text": "Privatetext."})
    await she.post(f"{base}/tasks", {"title": "Bring the passport", "due_on": str(today)})
    await she.post(f"{base}/screenings", {"instrument": "short-flags", "answers": {"is_cheated": "yes"}})
    consents = f"/api/v1/clients/{client['id']}/consents"
    await she.post(consents, {**SHARE, "field_groups": ["identity", "contact"], "valid_to": str(today + timedelta(days=4))})
    await she.post(consents, {**SHARE, "field_groups": ["migration"], "valid_to": str(today + timedelta(days=1))})
    groups = ["identity", "contact", "migration"]
    sent = await she.post(f"{base}/referrals", {"partner": "reintegration", "reason": "Please assess him.", "field_groups": groups})
    if not sent["approval_needed"]:
        await she.post(f"/api/v1/referrals/{sent['id']}/steps", {"step": "send"})
    return Desk(service, clock, she, client["id"], case["id"], case["number"], sent["id"], sent["ref"])


@pytest.fixture
async def desk(samples: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = MovableClock()
    async with running(settings_for(samples, tmp_path), samples.kind, clock=clock) as service:
        yield await opened(service, clock)


@pytest.fixture
def press() -> Iterator[ModuleType]:
    """What draws PDFs, in this process. Loading it tells Pillow to bear with broken pictures; the cleaner bears with none."""
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        yield importlib.import_module("adapters.papers.press")
    except OSError:
        missing("PANGO", "Install Debian's package libpangoft2-1.0-0.")
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = strict
