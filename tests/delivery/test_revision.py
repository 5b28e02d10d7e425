"""The revision that brings holding back and the sandbox: down and up again with both in use, on both databases."""

from pathlib import Path

from adapters.database import migrate
from tests.databases import Database
from tests.delivery.room import room
from tests.migrations.test_migrations import asked
from tests.postgres import apart

SENT = "SELECT kind, state FROM message ORDER BY kind"


async def test_down_and_up_keeps_the_post_and_puts_away_what_was_made_up(database: Database, tmp_path: Path) -> None:
    """An earlier release does not know the mark of a made-up referral's message, so it never sees it wait."""
    async with room(database, tmp_path) as it:
        partner, _ = await it.point("fia", "http://127.0.0.1:9/none")
        await partner.post("/partner/v1/endpoint/pause")
        await partner.post("/partner/v1/sandbox/referrals", {})
        await it.lay(await it.partner("fia"), 1)
    addresses = asked(database, "SELECT url FROM endpoint")
    assert asked(database, SENT) == [("endpoint.test", "waiting"), ("referral.sent", "waiting")]
    apart(lambda: migrate.downgrade(database.owner_url, to="0009", app_role=database.app_role))
    assert asked(database, SENT) == [("endpoint.test", "waiting"), ("referral.sent", "given_up")]
    assert asked(database, "SELECT url FROM endpoint") == addresses
    assert len(apart(lambda: migrate.drift(database.owner_url))) >= 1, "the control"
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert apart(lambda: migrate.drift(database.owner_url)) == []
    assert asked(database, "SELECT paused_at FROM endpoint") == [(None,)]
    assert asked(database, "SELECT count(*) FROM sandbox_referral") == [(0,)]
