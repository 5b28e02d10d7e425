"""PostgreSQL lets both centres of a transfer see its row, and no third: whatever statement the application's role sends."""

from typing import Any

import asyncpg
import pytest

from tests.transfers.conftest import Desk

pytestmark = pytest.mark.parametrize("samples", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)


async def seen(connection: Any, centre: str, table: str = "transfer") -> int:
    await connection.execute("SELECT set_config('mrc.centres', $1, false)", centre)
    return int(await connection.fetchval(f'SELECT count(*) FROM "{table}"'))


async def test_both_centres_see_the_row_and_no_third(desk: Desk) -> None:
    await desk.asked(await desk.case())
    theirs, admin = await asyncpg.connect(desk.database.url), await asyncpg.connect(desk.database.admin_url)
    try:
        found = {centre: await seen(theirs, centre) for centre in ("ISB", "LHE", "PEW", "isb", "")}
        assert found == {"ISB": 1, "LHE": 1, "PEW": 0, "isb": 0, "": 0}
        assert await seen(theirs, "LHE", "client") == 0, "the row, and not the client behind it"
        await theirs.execute("SELECT set_config('mrc.centres', 'PEW,MRC', false)")
        row = dict(await admin.fetchrow("SELECT * FROM transfer"))
        places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await theirs.execute(f"INSERT INTO transfer ({', '.join(row)}) VALUES ({places})", *row.values())
        assert await theirs.execute("UPDATE transfer SET to_centre = 'PEW'") == "UPDATE 0"
        await admin.execute("ALTER TABLE transfer DISABLE ROW LEVEL SECURITY")
        assert await seen(theirs, "PEW") == 1, "the control: without the wall it is there"
    finally:
        await theirs.close()
        await admin.close()


async def test_of_two_who_wait_for_each_other_the_acceptance_gives_way(desk: Desk) -> None:
    """Somebody holds a paper of the client's and is about to hold the client; nothing hangs, nothing is half moved."""
    case = await desk.case()
    asked = await desk.asked(case)
    admin = await asyncpg.connect(desk.database.admin_url)
    try:
        await admin.execute("BEGIN")
        await admin.execute("SELECT id FROM client FOR KEY SHARE")
        refused = await desk.answered(asked, expect=409)
        assert refused["type"].endswith("in-use")
    finally:
        await admin.execute("ROLLBACK")
        await admin.close()
    await desk.counsellor.get(f"/api/v1/cases/{case['id']}")
    assert (await desk.answered(asked))["state"] == "accepted", "and when they are done it is taken"
