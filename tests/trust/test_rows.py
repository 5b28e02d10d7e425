"""PostgreSQL keeps one centre's rows from another's by itself: whatever statement the application's role sends."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from adapters.database.tables import of_a_centre
from tests.databases import Database
from tests.trust.world import World

EMPTY = {
    "attachment",
    "attempt",
    "consent_lapse",
    "evidence_release",
    "group_line",
    "imported_row",
    "link",
    "report_file",
}
"""Tables of a centre that the small world puts no row of Lahore's into."""


pytestmark = pytest.mark.parametrize("small", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)


async def _count(connection: Any, table: str, centre: str) -> int:
    return int(await connection.fetchval(f'SELECT count(*) FROM "{table}" WHERE centre = $1', centre))


@pytest.fixture
async def admin(small: Database) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(small.admin_url)
    yield connection
    await connection.close()


@pytest.fixture
async def theirs(small: Database) -> AsyncIterator[Any]:
    """A connection as the application's role, opened for nobody yet."""
    connection = await asyncpg.connect(small.url)
    yield connection
    await connection.close()


async def test_another_centres_rows_are_not_there(world: World, admin: Any, theirs: Any) -> None:
    await world.service.house.usecases.audit.seal()
    tables = of_a_centre()
    assert len(tables) > 12
    there = {table for table in tables if await _count(admin, table, "LHE")}
    assert set(tables) - there <= EMPTY, "the control: for whoever is not held back the rows are there"
    for setting in (None, "", "ISB,MRC", "isb", "LHE "):
        if setting is not None:
            await theirs.execute("SELECT set_config('mrc.centres', $1, false)", setting)
        seen = [table for table in tables if await _count(theirs, table, "LHE")]
        assert seen == [], f"with the setting {setting!r}"
    for table in tables:
        assert await _count(theirs, table, "ISB") == 0
    await theirs.execute("SELECT set_config('mrc.centres', 'ISB,MRC', false)")
    assert [table for table in sorted(there) if not await _count(theirs, table, "ISB")] == [], "the control: one's own are"
    for table in sorted(there):
        names = [row["column_name"] for row in await admin.fetch(_COLUMNS, table)]
        row = await admin.fetchrow(f'SELECT * FROM "{table}" WHERE centre = $1', "LHE")
        places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
        insert = f'INSERT INTO "{table}" ({", ".join(map(_quoted, names))}) VALUES ({places})'
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await theirs.execute(insert, *[row[name] for name in names])
        if table != "audit_entry":
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await theirs.execute(f"UPDATE \"{table}\" SET centre = 'LHE'")
            assert await theirs.execute(f"DELETE FROM \"{table}\" WHERE centre = 'LHE'") == "DELETE 0"


_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position"


def _quoted(name: str) -> str:
    return f'"{name}"'


async def test_the_role_owns_nothing_and_goes_round_nothing(theirs: Any) -> None:
    owned = await theirs.fetch("SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)")
    assert owned == []
    role = await theirs.fetchrow("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert not any(role.values())
    shut = await theirs.fetch("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'")
    assert {row["relname"] for row in shut} == set(of_a_centre())
    for statement in (
        "ALTER TABLE client DISABLE ROW LEVEL SECURITY",
        "DROP POLICY of_centre ON client",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (x int)",
        "SET ROLE mrc_owner",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await theirs.execute(statement)


async def test_a_question_asked_for_one_centre_is_not_answered_from_the_last_ones_rows(world: World) -> None:
    """Connections go from hand to hand; each is opened for whoever holds it, however they come mixed."""
    ours, theirs = world.sets["own"], world.sets["other"]
    isb, lhe = world.person("supervisor.isb"), world.person("supervisor.lhe")
    for _ in range(15):
        await isb.get(f"/api/v1/clients/{ours.client}")
        await lhe.get(f"/api/v1/clients/{theirs.client}")
        await lhe.get(f"/api/v1/clients/{ours.client}", expect=404)
        await isb.get(f"/api/v1/clients/{theirs.client}", expect=404)
