"""The revision that brings plans: up, down and up again with rows in place, and the walls around them."""

import asyncpg
import pytest

from adapters.database import migrate
from tests.migrations.test_migrations import asked
from tests.plans.conftest import Room
from tests.postgres import apart


async def test_down_and_up_keeps_what_was_there_before(room: Room) -> None:
    """Going down, the plans go; the tasks they gave stay tasks."""
    await room.approved(room.hers())
    before = asked(room.database, "SELECT id FROM task")
    assert len(before) == 1
    database = room.database
    apart(lambda: migrate.downgrade(database.owner_url, to="0006", app_role=database.app_role))
    assert asked(database, "SELECT id FROM task") == before
    assert len(apart(lambda: migrate.drift(database.owner_url))) >= 1, "the control"
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert apart(lambda: migrate.drift(database.owner_url)) == []
    assert asked(database, "SELECT count(*) FROM plan") == [(0,)]


@pytest.mark.parametrize("samples", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
async def test_the_database_itself_keeps_centres_apart(room: Room) -> None:
    await room.written()
    connection = await asyncpg.connect(room.database.url)
    try:
        for centres, seen in (("LHE", 0), ("", 0), ("ISB", 1)):
            await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
            assert await connection.fetchval("SELECT count(*) FROM plan") == seen, centres
    finally:
        await connection.close()
