"""The revision that brings outreach sessions: up, down and up again with rows in place, and the walls around them."""

import asyncpg
import pytest

from adapters.database import migrate
from tests.migrations.test_migrations import asked
from tests.outreach.conftest import SESSIONS, Hall
from tests.postgres import apart


async def test_down_and_up_keeps_the_contacts(hall: Hall) -> None:
    """Going down, the sessions go; whoever signed up at one stays a contact."""
    session = await hall.session()
    await hall.counsellor.post(f"{SESSIONS}/{session['id']}/sign-ups", {"name": "Zahida"})
    database = hall.database

    def contacts() -> int:
        return int(asked(database, "SELECT count(*) FROM contact")[0][0])

    before = contacts()
    apart(lambda: migrate.downgrade(database.owner_url, to="0002", app_role=database.app_role))
    assert contacts() == before
    assert len(apart(lambda: migrate.drift(database.owner_url))) >= 2, "the control"
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert apart(lambda: migrate.drift(database.owner_url)) == []
    assert asked(database, "SELECT count(*) FROM contact WHERE outreach_session IS NOT NULL") == [(0,)]
    assert contacts() == before


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_a_table_made_anew_keeps_its_words(hall: Hall) -> None:
    """SQLite makes the table of contacts anew: what kept it to its channels is still there, once."""
    [(made,)] = asked(hall.database, "SELECT sql FROM sqlite_master WHERE name = 'contact' AND type = 'table'")
    assert made.count("CHECK") == 1
    assert "'referred_by_partner'" in made


@pytest.mark.parametrize("samples", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
async def test_the_database_itself_keeps_centres_apart(hall: Hall) -> None:
    await hall.session()
    connection = await asyncpg.connect(hall.database.url)
    try:
        for centres, seen in (("XXX", 0), ("", 0), ("LHE", 2), ("ISB", 3)):
            await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
            assert await connection.fetchval("SELECT count(*) FROM outreach_session") == seen, centres
    finally:
        await connection.close()
