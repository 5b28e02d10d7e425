"""Jobs abroad: what is refused, the months of earnings, who reads them, and how destinations are counted."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from adapters.database import migrate
from domain.countries import NoSuchCountry
from domain.errors import Refusal
from domain.identity import Scope
from domain.recruitment import (
    PARTS,
    RateNeeded,
    SumTooLarge,
    Told,
    WentWhen,
    by_destination,
    cost,
    months,
    paisa,
    rupees,
)
from domain.values import CentreCode, StaffId, day_of
from service.wiring import House
from tests.databases import Database
from tests.migrations.test_migrations import asked
from tests.outcomes.test_reviews import put
from tests.postgres import apart
from tests.service import running, settings_for
from tests.web.conftest import Desk, main_of, opened_case, plain
from tests.web.conftest import desk as desk

TOLD = Told(country="SAU", year=2021)
TODAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    "told, refusal",
    [
        (replace(TOLD, country="PAK"), NoSuchCountry),
        (replace(TOLD, country="XXX"), NoSuchCountry),
        (replace(TOLD, year=2027), WentWhen),
        (replace(TOLD, year=1949), WentWhen),
        (replace(TOLD, visa=100_000_001), SumTooLarge),
        (replace(TOLD, income=-1), SumTooLarge),
        (replace(TOLD, currency="SAR"), RateNeeded),
        (replace(TOLD, rate=7425), RateNeeded),
        (replace(TOLD, currency="sar", rate=7425), RateNeeded),
        (replace(TOLD, currency="SAR", rate=0), RateNeeded),
    ],
)
def test_what_cannot_be_written_down(told: Told, refusal: type[Refusal]) -> None:
    TOLD.check(TODAY)
    with pytest.raises(refusal):
        told.check(TODAY)


@pytest.mark.parametrize("typed, its", [("74.25", 7425), ("74", 7400), ("۷۴٫۲۵", 7425), (".5", 50)])
def test_a_rate_is_read_as_it_is_typed(typed: str, its: int) -> None:
    assert paisa(typed) == its
    with pytest.raises(RateNeeded):
        paisa(f"{typed}x")


def test_months_of_earnings_are_of_what_is_known() -> None:
    assert cost((100_000, None, 0, None, 50_000)) == 150_000
    assert cost((None, None)) is None
    assert rupees(1_001, 7_425) == 74_324
    assert (months(150_000, 60_000), months(0, 60_000)) == (2.5, 0.0)
    assert months(None, 60_000) is months(150_000, None) is months(150_000, 0) is None
    assert (months(201, 20_000), months(100, 20_000)) == (0.01, 0.01), "a half upwards"
    lines = by_destination([("QAT", 1, 100, 100), ("SAU", 4, 400, 425)])
    assert [(one.country, one.n, one.months) for one in lines] == [("SAU", 4, 4.12), ("QAT", 1, 1.0)]


async def costs(house: House, centre: str, *, year: int = 2021) -> dict[str, tuple[int, float]]:
    scope = Scope((CentreCode(centre),), StaffId(UUID(int=9)))
    found = await house.database.views.jobs.costs(scope, date(year, 3, 1), date(year, 5, 31))
    return {one.country: (one.n, one.months) for one in found}


async def test_the_middle_is_the_same_as_counted_one_by_one(samples: Database, tmp_path: Path) -> None:
    """Parts and incomes that are not known, sums that come to no rupee, halves, an even number and an odd one."""
    dice, found = Random(10), defaultdict[str, list[int]](list)
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        she = await service.sign_in("counsellor.lhe")
        person = {"name": "Bilal", "gender": "male", "migration_stage": "returnee", "birth_year": 1990}
        its = f"/api/v1/clients/{(await she.post('/api/v1/clients', person))['id']}/jobs"
        for turn in range(40):
            body: dict[str, Any] = {"country": dice.choice(["SAU", "QAT", "OMN"]), "year": 2021}
            body |= {part: dice.choice([None, 0, dice.randint(1, 300_000), 100_000_000]) for part in PARTS if turn % 5}
            body |= {"income": dice.choice([None, 1, dice.randint(2, 5_000)]), "currency": "SAR", "rate": dice.choice([1, 7_425, 50])}
            if (paid := (await she.post(its, body))["months"]) is not None:
                found[body["country"]].append(round(paid * 100))
        assert sum(map(len, found.values())) > 10
        middles = {country: (sorted(all)[(len(all) - 1) // 2], sorted(all)[len(all) // 2]) for country, all in found.items()}
        slow = {country: (len(found[country]), round((low + high) / 200, 2)) for country, (low, high) in middles.items()}
        assert await costs(service.house, "LHE") == slow


async def test_from_the_job_to_the_destination(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        she, other, dpo = [await service.sign_in(one) for one in ("counsellor.isb", "counsellor.lhe", "dpo")]
        person = {"name": "Bilal", "gender": "male", "migration_stage": "returnee", "birth_year": 1990}
        its = f"/api/v1/clients/{(await she.post('/api/v1/clients', person))['id']}/jobs"
        body: dict[str, Any] = {"country": "SAU", "year": 2021, "agent": 200_000, "visa": 22_750, "paid": "lender"}
        body |= {"income": 1_500, "currency": "SAR", "rate": 7_425}
        job = await she.post(its, body)
        assert (job["cost"], job["monthly"], job["months"]) == (222_750, 111_375, 2.0)
        await she.post(its, {**body, "income": None, "currency": "PKR", "rate": 100})
        await she.post(its, {**body, "year": 2020})
        assert (await she.post(its, {**body, "rate": 100}, 422))["type"] == "/problems/rate-needed"
        await other.get(its, 404)
        await other.get(f"/api/v1/jobs/{job['id']}", 404)
        assert len((await she.get(its))["items"]) == 3
        assert await costs(service.house, "ISB") == {"SAU": (1, 2.0)}, "the others are of another year or without an income"
        assert await costs(service.house, "LHE") == {}
        changed = await put(she, f"/api/v1/jobs/{job['id']}", {**body, "ticket": 111_375, "words": "Sold the land."}, 1)
        assert (changed["months"], changed["words"], changed["version"]) == (3.0, "Sold the land.", 2)
        assert (await put(she, f"/api/v1/jobs/{job['id']}", body, 1, 412))["current"] == changed
        told_of = {it["action"] for it in (await dpo.get("/api/v1/audit", params={"limit": 100}))["items"]}
        assert {"job_added", "job_changed", "saw_jobs", "saw_job"} <= told_of
    apart(lambda: migrate.downgrade(samples.owner_url, to="0026", app_role=samples.app_role))
    apart(lambda: migrate.upgrade(samples.owner_url, app_role=samples.app_role))
    assert apart(lambda: migrate.drift(samples.owner_url)) == []
    assert asked(samples, "SELECT count(*) FROM job_abroad") == [(0,)]


async def test_a_job_is_written_down_and_changed_on_its_page(desk: Desk) -> None:
    she = await desk.sign_in("counsellor.isb")
    file = await opened_case(she)
    here, year = f"{file.client}/jobs", str(day_of(datetime.now(UTC)).year)
    assert here in await she.open(file.client)
    empty = plain(main_of(await she.open(here)))
    assert re.match(r"Client ISB-C-[0-9-]+ · یوسف خان Yousaf Khan", empty), "on paper it says whose they are"
    assert "No job abroad is written down" in empty
    typed = {"country": "SAU", "year": year, "agent": "148500", "income": "1000", "currency": "sar"}
    refused = await she.send(here, 422, **typed, words="He kept it")
    assert 'id="job-rate-fault"' in refused.text
    assert "He kept it" in refused.text
    await she.send(here, **typed, rate="74.25")
    html = await she.open(here)
    assert "Months of earnings 2.00" in plain(main_of(html))
    job = html.split('name="job" value="')[1][:36]
    again = {**typed, "rate": "74.25", "job": job, "version": "1", "agent": "0"}
    await she.send(here, **again)
    stale = await she.send(here, 412, **again)
    assert "Someone else changed this record meanwhile" in plain(stale.text)
    assert "Months of earnings 0.00" in plain(main_of(await she.open(here)))
