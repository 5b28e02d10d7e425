"""The revisions of accounts, with rows in place: who rests goes on resting, and a handed password gets its end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.database import migrate
from tests.databases import Database
from tests.postgres import apart, settle
from tests.service import running, settings_for
from tests.trust.raw import raw


def _asked(database: Database, statement: str) -> list[list[Any]]:
    found: list[list[Any]] = []

    async def ask() -> None:
        async with raw(database) as db:
            found.extend(list(row.values()) for row in await db.rows(statement))

    apart(lambda: settle(ask()))
    return found


async def _guessed_at(database: Database, folder: Path) -> None:
    """One account with two wrong guesses, one that rests, and a partner's."""
    async with running(settings_for(database, folder), database.kind) as service:
        await service.house.usecases.samples.lay()
        for name, times in (("counsellor.isb", 2), ("counsellor2.isb", 5)):
            for _ in range(times):
                await service.http().post("/api/v1/auth/token", data={"grant_type": "password", "username": name, "password": "wrong"})
        await service.http().post("/api/v1/auth/token", data={"grant_type": "client_credentials", "client_id": "fia", "client_secret": "x"})


def test_who_rests_goes_on_resting(database: Database, tmp_path: Path) -> None:
    apart(lambda: settle(_guessed_at(database, tmp_path)))
    guesses = "SELECT failures, rests_until FROM guesses WHERE id IN (SELECT id FROM staff) ORDER BY failures"
    before = _asked(database, guesses)
    assert [failures for failures, _ in before] == [0, 2]
    assert before[0][1] is not None
    migrate_to = {"to": "0002", "app_role": database.app_role}
    apart(lambda: migrate.downgrade(database.owner_url, **migrate_to))
    assert (
        _asked(database, "SELECT failures, locked_until FROM staff WHERE failures > 0 OR locked_until IS NOT NULL ORDER BY failures")
        == before
    )
    assert _asked(database, "SELECT count(*) FROM staff WHERE failures = 0 AND locked_until IS NULL") == [[12]]
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert _asked(database, guesses) == before
    assert apart(lambda: migrate.drift(database.owner_url)) == []


async def _handed(database: Database, folder: Path) -> None:
    async with running(settings_for(database, folder), database.kind) as service:
        await service.house.usecases.samples.lay()
        admin = await service.sign_in("admin")
        await admin.post("/api/v1/staff", {"username": "gul.isb", "name": "Gul Bano", "role": "counsellor", "centres": ["ISB"]}, 201)


async def _comes_in_and_goes_on(database: Database, folder: Path, until: list[datetime | None]) -> None:
    """The ends as the service reads them."""
    async with running(settings_for(database, folder), database.kind) as service:
        admin = await service.sign_in("admin")
        for one in (await admin.get("/api/v1/staff"))["items"]:
            its = (await admin.get(f"/api/v1/staff/{one['id']}"))["password_until"]
            until.append(datetime.fromisoformat(its) if its else None)


def test_what_was_handed_before_ends_three_days_after_the_step(database: Database, tmp_path: Path) -> None:
    """What stands open for years is no one-time password; whoever chose theirs is not touched."""
    apart(lambda: settle(_handed(database, tmp_path)))
    count = "SELECT count(*) FROM staff WHERE password_until IS NOT NULL"
    assert _asked(database, count) == [[1]]
    apart(lambda: migrate.downgrade(database.owner_url, to="0006", app_role=database.app_role))
    assert _asked(database, "SELECT count(*) FROM staff WHERE must_change_password") == [[1]]
    before = datetime.now(UTC)
    for _ in range(2):
        apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert _asked(database, count) == [[1]]
    until: list[datetime | None] = []
    apart(lambda: settle(_comes_in_and_goes_on(database, tmp_path, until)))
    (end,) = [one for one in until if one]
    assert abs(end - before - timedelta(hours=72)) < timedelta(minutes=5)
    assert apart(lambda: migrate.drift(database.owner_url)) == []
