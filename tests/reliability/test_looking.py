"""Looking: those who ask at once share a question and hear no old answer; a look holds no rows; a new name is seen at once."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Integer, String, bindparam, cast, column, select, table

from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from adapters.database.together import Together
from domain.values import StaffId
from service.usecases.identity import HOUSE_ACTOR
from tests.databases import Database
from tests.service import Service, running, settings_for

ISB = "counsellor.isb"


async def a_moment() -> None:
    """Long enough for tasks to begin."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_together_is_told_together_and_who_asks_later_is_asked_for_anew() -> None:
    asked, answering = [], asyncio.Event()

    async def ask() -> int:
        asked.append(len(asked))
        await answering.wait()
        return asked[-1]

    shared = Together(ask)
    first = [asyncio.create_task(shared.answer()) for _ in range(3)]
    await a_moment()
    assert asked == [0]
    later = asyncio.create_task(shared.answer())
    await a_moment()
    assert asked == [0, 1]
    answering.set()
    assert len({await one for one in first}) == 1
    await later
    await shared.answer()
    assert asked == [0, 1, 2]


async def test_a_question_that_fails_fails_for_all_who_asked_and_for_nobody_after() -> None:
    broken = [True]

    async def ask() -> str:
        if broken[0]:
            raise ConnectionError
        return "answered"

    shared = Together(ask)
    found = await asyncio.gather(shared.answer(), shared.answer(), return_exceptions=True)
    assert [type(one) for one in found] == [ConnectionError, ConnectionError]
    broken[0] = False
    assert await shared.answer() == "answered"


async def _staff(service: Service) -> UUID:
    person = await service.sign_in(ISB)
    return UUID((await person.get("/api/v1/me"))["id"])


async def test_a_new_name_is_seen_at_once(samples: Database, tmp_path: Path) -> None:
    """Also by another process, which has read the old one before."""
    settings = settings_for(samples, tmp_path)
    async with running(settings, samples.kind) as service, running(settings, samples.kind) as other:
        id = await _staff(service)

        async def told() -> list[str]:
            return [(await one.house.database.views.reporting.known()).staff(None)[id].name for one in (service, other)]

        before = await told()
        async with service.house.database.work(HOUSE_ACTOR) as work:
            staff = await work.staff.get(StaffId(id))
            staff.name = "Nasreen Akhtar"
            await work.staff.save(staff)
        assert before != await told() == ["Nasreen Akhtar", "Nasreen Akhtar"]


_ROW = table("staff", column("username", String()), column("xmax", Integer()))
_HELD = Prepared(select(cast(_ROW.c.xmax, String())).where(_ROW.c.username == bindparam("name")))


@pytest.mark.postgresql
async def test_who_only_looks_holds_no_row(fresh_database: object, tmp_path: Path) -> None:
    """A lock leaves its mark in the row (`xmax`), and is a write for the disk. The control is the same question in a transaction."""
    async with running(settings_for(fresh_database("postgresql"), tmp_path), "postgresql") as service:  # type: ignore[operator]
        await service.house.usecases.samples.lay()
        id, works = StaffId(await _staff(service)), service.house.database.work

        async def mark() -> str:
            async with service.house.database.driver.reading(EVERYWHERE) as lane:
                found: str = (await lane.rows(_HELD, {"name": ISB}))[0][0]
            return found

        before = await mark()
        async with works.looking(HOUSE_ACTOR) as work:
            await work.staff.get(id)
        assert await mark() == before
        async with works(HOUSE_ACTOR) as work:
            await work.staff.get(id)
        assert await mark() != before
