"""The revision that brings the two tables: up, down and up again, with rows in place, and the wall around them."""

import asyncpg
import pytest

from adapters.database import migrate
from tests.attachments.conftest import Desk
from tests.databases import Database
from tests.postgres import apart


def test_up_down_up(database: Database) -> None:
    def act() -> None:
        assert migrate.drift(database.owner_url) == []
        migrate.downgrade(database.owner_url, to="0001", app_role=database.app_role)
        assert len(migrate.drift(database.owner_url)) >= 2, "the control"
        migrate.upgrade(database.owner_url, app_role=database.app_role)
        assert migrate.drift(database.owner_url) == []

    apart(act)


@pytest.mark.parametrize("samples", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
async def test_the_database_itself_keeps_centres_apart(desk: Desk) -> None:
    await desk.attached("a.txt", b"x")
    connection = await asyncpg.connect(desk.database.url)
    try:
        for centres, seen in (("LHE", 0), ("", 0), ("ISB", 1)):
            await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
            for table in ("attachment", "attachment_content"):
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == seen, (table, centres)
    finally:
        await connection.close()
