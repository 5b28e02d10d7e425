"""A centre with people who came in quarters that are over, most of whom consented to research; an analyst and the officer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from domain.cases import Case, CaseKind, Risk, Stage
from domain.clients import Client, MigrationStage, Names, Particulars
from domain.consent import Consent, ConsentForm, Purpose
from domain.identity import Sensitivity
from domain.values import CaseId, CentreCode, ClientId, ConsentId, Gender, Language, StaffId, day_of
from service.usecases.identity import HOUSE_ACTOR
from tests.databases import Database
from tests.service import Person, Service, running, settings_for

REQUESTS = "/api/v1/evidence/requests"
ISB = CentreCode("ISB")
CAME = datetime(2025, 2, 10, 6, tzinfo=UTC)
NOBODY = StaffId(UUID(int=7))


@dataclass
class Study:
    service: Service
    database: Database
    analyst: Person
    dpo: Person

    def body(self, **more: Any) -> dict[str, Any]:
        asked = {
            "centre": "ISB",
            "who": "Dr. Sana Mir",
            "organisation": "Quaid-i-Azam University",
            "purpose": "Who asks for advice before leaving.",
            "ground": "Data agreement of 2026-02-01, clause 4.",
            "columns": ["gender", "age", "case_kind"],
            "first": "2025-Q1",
            "last": "2025-Q4",
            "expires_on": str(day_of(datetime.now(UTC)) + timedelta(days=60)),
        }
        return {**asked, **more}

    async def asked(self, expect: int = 201, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = await self.analyst.post(REQUESTS, self.body(**more), expect)
        return made

    async def approved(self, **more: Any) -> dict[str, Any]:
        made = await self.asked(**more)
        return await self.step(made, "approve")

    async def step(self, it: dict[str, Any], step: str, expect: int = 200, by: Person | None = None, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = await (by or self.dpo).post(f"{REQUESTS}/{it['id']}/steps", {"step": step, **more}, expect)
        return told

    async def release(self, it: dict[str, Any], expect: int = 201, shape: str = "lines", *columns: str) -> dict[str, Any]:
        body = {"shape": shape, "columns": list(columns)}
        made: dict[str, Any] = await self.analyst.post(f"{REQUESTS}/{it['id']}/releases", body, expect)
        return made

    async def file(self, release: dict[str, Any], by: Person | None = None) -> str:
        answer = await (by or self.analyst).http.get(f"/api/v1/evidence/releases/{release['id']}/file")
        assert answer.status_code == 200, answer.text
        return answer.text


async def people(service: Service, number: int, *, agreed: int, seed: int = 1, came: datetime = CAME, **of: Any) -> list[ClientId]:
    """So many clients of Islamabad, the first `agreed` with a consent to research; `of` is said of each client, their case or consent."""
    hidden = of.pop("case_sensitivity", Sensitivity.normal)
    valid_to, withdrawn_at = of.pop("valid_to", None), came if of.pop("withdrawn", False) else None
    dice, new, made = Random(seed), service.house.ids.new, []
    async with service.house.database.work(HOUSE_ACTOR) as work:
        for place in range(number):
            id = ClientId(new())
            its = {
                "gender": dice.choice((Gender.female, Gender.male)),
                "migration_stage": MigrationStage.prospective,
                "district": "PK604",
                "birth_year": dice.choice((1970, 1985, 1995)),
                "sensitivity": Sensitivity.normal,
                **of,
            }
            number_ = f"ISB-C-9{seed:02d}{place:04d}"
            client = Client(id, ISB, number_, Names("Somebody Unnamed"), Particulars(), registered_at=came, registered_by=NOBODY, **its)
            await work.clients.add(client, frozenset())
            kind = dice.choice((CaseKind.pre_departure, CaseKind.protection))
            case = Case(
                CaseId(new()),
                ISB,
                id,
                number_.replace("-C-", "-K-"),
                kind,
                Risk.low,
                hidden,
                Stage.open,
                NOBODY,
                "x",
                came,
                came,
            )
            await work.cases.add(case)
            if place < agreed:
                consent = Consent(
                    ConsentId(new()),
                    ISB,
                    id,
                    Purpose.research,
                    None,
                    (),
                    ConsentForm.verbal,
                    Language.urdu,
                    "research-1",
                    came,
                    NOBODY,
                    valid_to,
                    withdrawn_at,
                )
                await work.consents.add(consent)
            made.append(id)
    return made


@pytest.fixture
async def study(samples: Database, tmp_path: Path) -> AsyncIterator[Study]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        await people(service, 90, agreed=78)
        yield Study(service, samples, await service.sign_in("analyst"), await service.sign_in("dpo"))
