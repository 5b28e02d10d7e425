"""A running service over a fresh database of each kind, with people of two centres."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from adapters.system.clock import SystemClock
from domain.values import day_of
from tests.databases import Database
from tests.service import Person, Service, running, settings_for

SESSIONS = "/api/v1/outreach/sessions"
KARACHI = timezone(timedelta(hours=5))


def day(shift: int = 0) -> str:
    """Today at the centre, or so many days after it."""
    return (day_of(SystemClock().now()) + timedelta(days=shift)).isoformat()


@dataclass
class Hall:
    service: Service
    database: Database
    counsellor: Person
    elsewhere: Person

    async def session(self, **more: Any) -> dict[str, Any]:
        body = {"title": "Safe ways", "kind": "awareness_session", "day": day(), **more}
        made: dict[str, Any] = await self.counsellor.post(SESSIONS, body)
        return made

    async def changed(self, session: dict[str, Any], expect: int = 200, *, seen: int | None = None, **changes: Any) -> dict[str, Any]:
        headers = {"If-Match": f'"{seen or session["version"]}"'}
        answer = await self.counsellor.http.patch(f"{SESSIONS}/{session['id']}", json=changes, headers=headers)
        assert answer.status_code == expect, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
async def hall(samples: Database, tmp_path: Path) -> AsyncIterator[Hall]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        yield Hall(service, samples, await service.sign_in("counsellor.isb"), await service.sign_in("counsellor.lhe"))
