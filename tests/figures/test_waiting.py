"""Who has written a figure and not yet committed is waited for; without the lock a count would overtake them and be wrong for good."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import literal, select, text, update

from adapters.database import recount
from adapters.database.cases import CASE
from adapters.database.cells import OF_CASE, case_cells
from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from adapters.database.tally import Tally
from tests.databases import SAMPLES, Database
from tests.figures.conftest import Desk

pytestmark = pytest.mark.postgresql
_WAITS = Prepared(
    text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN "
        "(SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
)
"""Who waits in this test's database: the server is shared with the other workers of the run, and who waits for a row names no database."""
_NOTHING = Prepared(select(literal(1)))


@pytest.fixture
def samples(fresh_database: Callable[..., Database], tmp_path: Path) -> Database:
    """On SQLite nobody else writes while somebody does."""
    return fresh_database("postgresql", laid=SAMPLES)


async def overtaken(desk: Desk) -> int:
    """How many figures are wrong after a count began while somebody had written theirs and not committed."""
    keeper, driver, tally = desk.service.house.usecases.keeping.figures, desk.service.house.database.driver, Tally()
    its = CASE.c.id == UUID(desk.case)
    async with driver.writing(EVERYWHERE) as lane:
        await lane.change(Prepared(update(CASE).where(its).values(risk="critical")), {})
        now = (await lane.rows(Prepared(select(*(CASE.c[name] for name in OF_CASE)).where(its)), {}))[0]
        tally.move(case_cells(*("low" if value == "critical" else value for value in now)), case_cells(*now))
        tally.write(lane)
        await lane.rows(_NOTHING, {})
        counting = asyncio.create_task(keeper.rebuild())
        async with driver.reading(EVERYWHERE) as beside:
            while not (await beside.rows(_WAITS, {}))[0][0]:
                assert not counting.done()
    await counting
    return len(await keeper.differing())


async def test_who_has_written_is_waited_for(desk: Desk) -> None:
    assert await overtaken(desk) == 0


async def test_without_the_lock_it_would_be_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(recount, "_LOCK", dict.fromkeys(recount.TABLES, _NOTHING))
    assert await overtaken(desk) > 0
