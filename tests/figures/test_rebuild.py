"""Counting anew while people write: nothing is lost, nothing is counted twice, and no false alarm is raised."""

import asyncio
from typing import Any

from sqlalchemy import update

from adapters.database import recount
from adapters.database.figures import CASELOAD
from adapters.database.lanes import EVERYWHERE
from adapters.database.referrals import REFERRAL
from adapters.database.statements import Prepared
from domain.figures.doors import Rebuilt
from tests.figures.conftest import Desk


async def test_what_is_wrong_is_put_right(desk: Desk) -> None:
    await desk.draft("reintegration", "identity")
    keeper, driver = desk.service.house.usecases.keeping.figures, desk.service.house.database.driver
    async with driver.writing(EVERYWHERE) as lane:
        await lane.change(Prepared(update(CASELOAD).values(n=7)), {})
        await lane.change(Prepared(update(REFERRAL).values(state="queued")), {})
    differing = {name.split()[0] for name, _, _ in await keeper.differing()}
    assert differing == {"caseload_figure", "referral_figure"}
    rebuilt = {one.table: one for one in await keeper.rebuild()}
    assert rebuilt.keys() == set(recount.TABLES)
    assert rebuilt["referral_figure"] == Rebuilt("referral_figure", 1, 2), "one too many, one missing"
    assert await keeper.differing() == ()
    assert {one.wrong for one in await keeper.rebuild()} == {0}


async def test_who_writes_meanwhile_is_counted_once(desk: Desk) -> None:
    keeper = desk.service.house.usecases.keeping.figures
    body = {"client_id": desk.client, "kind": "pre_departure", "summary": "Told."}
    alarms: list[Any] = []

    async def write(risk: str) -> None:
        for _ in range(6):
            await desk.counsellor.post("/api/v1/cases", {**body, "risk": risk})

    async def count() -> None:
        for _ in range(3):
            await keeper.rebuild()
            alarms.extend(await keeper.differing())

    await asyncio.gather(write("low"), write("high"), count())
    assert alarms == []
    assert await keeper.differing() == ()
    assert (await desk.supervisor.get("/api/v1/dashboards/caseload"))["by_kind"]["pre_departure"] == 12
