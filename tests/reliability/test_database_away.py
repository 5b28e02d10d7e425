"""The database goes away and comes back, or has no room, or is held by another: clear refusals, nothing acknowledged lost, no restart."""

import asyncio
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.database import sqlite
from adapters.database.migrate import upgrade
from domain.errors import Unavailable
from tests import conftest, postgres
from tests.databases import Database
from tests.delivery.room import CLIENT, Room, room
from tests.reliability.programs import until
from tests.service import Person


@pytest.fixture
def own_server() -> Iterator[postgres.Server]:
    """A PostgreSQL of this test's own, which it may stop."""
    try:
        server = postgres.start("away")
    except postgres.NoPostgres as why:
        conftest.missing("POSTGRES", str(why))
    try:
        postgres.enter(server)
        yield server
    finally:
        postgres.stop(server)


def control(server: postgres.Server, verb: str) -> None:
    """Stops it as a restart of the machine would, at once, or starts it on the port it had."""
    folder, programs = Path(server.folder), postgres.binaries()
    assert programs is not None
    port = urlsplit(server.admin_url).port
    more = ["-m", "immediate", "stop"] if verb == "stop" else ["-o", f"-p {port}", "start"]
    command = [programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-t", "60", *more]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **postgres.unprivileged())


async def register(counsellor: Person, number: int) -> tuple[str, int, Any]:
    name = f"Client {number}"
    said = await counsellor.http.post("/api/v1/clients", json={**CLIENT, "name": name}, headers={"Idempotency-Key": f"key {number}"})
    return name, said.status_code, said.json()


async def present(it: Room, ids: list[str]) -> list[str]:
    counsellor = await it.service.sign_in("counsellor.lhe")
    return [id for id in ids if (await counsellor.http.get(f"/api/v1/clients/{id}")).status_code == 200]


@pytest.mark.postgresql
async def test_postgresql_stops_under_load_and_comes_back(own_server: postgres.Server, tmp_path: Path) -> None:
    """Synchronous commit is on here: what is acknowledged must be there after an immediate stop."""
    own_server.create("away")
    postgres.execute(
        own_server.admin_url, "ALTER SYSTEM SET synchronous_commit = on", "ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()"
    )
    postgres.apart(lambda: upgrade(own_server.owner("away"), app_role=postgres.APP))
    url = own_server.app("away")
    async with room(Database("postgresql", url, own_server.owner("away"), own_server.admin("away"), postgres.APP), tmp_path) as it:
        counsellor = await it.service.sign_in("counsellor.lhe")
        answers: dict[int, tuple[str, int, Any]] = {}
        asked = iter(range(100_000))
        over = asyncio.Event()

        async def load() -> None:
            while not over.is_set():
                number = next(asked)
                answers[number] = await register(counsellor, number)

        loading = [asyncio.create_task(load()) for _ in range(6)]

        async def some(status: int, least: int) -> bool:
            return sum(one[1] == status for one in answers.values()) >= least

        await until(lambda: some(201, 30))
        await asyncio.to_thread(control, own_server, "stop")
        await until(lambda: some(503, 12))
        while_away = {number: one for number, one in answers.items() if one[1] != 201}
        assert {one[1] for one in while_away.values()} == {503}
        assert {one[2]["type"] for one in while_away.values()} == {"/problems/unavailable"}
        stored = sum(one[1] == 201 for one in answers.values())
        await asyncio.to_thread(control, own_server, "start")
        await until(lambda: some(201, stored + 30))
        over.set()
        await asyncio.gather(*loading)

        assert {one[1] for one in answers.values()} == {201, 503}
        acknowledged = [one[2]["id"] for one in answers.values() if one[1] == 201]
        assert await present(it, acknowledged) == acknowledged
        # Whoever was refused asks again under the same key: done once, whether or not it had been reached.
        unsure = [number for number, one in answers.items() if one[1] == 503][:20]
        again = [await register(counsellor, number) for number in unsure]
        assert {one[1] for one in again} == {201}
        assert len({one[2]["id"] for one in again} | set(acknowledged)) == len(again) + len(acknowledged)
        assert await it.delivery.carry() == 0


async def test_sqlite_held_by_another_process(fresh_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = sqlite.WAIT
    monkeypatch.setattr(sqlite, "WAIT", 0.2)
    database = fresh_database("sqlite")
    async with room(database, tmp_path) as it:
        counsellor = await it.service.sign_in("counsellor.lhe")
        _, _, first = await register(counsellor, 0)
        other = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = await asyncio.gather(*[register(counsellor, number) for number in range(1, 9)])
        assert {(one[1], one[2]["type"]) for one in refused} == {(503, "/problems/unavailable")}
        other.execute("ROLLBACK")
        other.close()
        # Eight in turn: where the machine stands still for a moment, the last would be refused by the clock, not by the other process.
        monkeypatch.setattr(sqlite, "WAIT", patience)
        again = await asyncio.gather(*[register(counsellor, number) for number in range(1, 9)])
        assert {one[1] for one in again} == {201}
        ids = [first["id"], *(one[2]["id"] for one in again)]
        assert await present(it, ids) == ids


async def test_sqlite_without_room(fresh_database: Any, tmp_path: Path) -> None:
    """The file may not grow any more: what was acknowledged stays, what was not is refused, and it goes on when there is room."""
    async with room(fresh_database("sqlite"), tmp_path) as it:
        counsellor = await it.service.sign_in("counsellor.lhe")
        driver = it.service.house.database.driver
        kept = [(await register(counsellor, number))[2]["id"] for number in range(3)]

        async def pragma(text: str) -> Any:
            return (await driver._writer.connection.execute_fetchall(f"PRAGMA {text}"))[0][0]  # type: ignore[attr-defined]

        await pragma(f"max_page_count = {await pragma('page_count')}")
        answers = []
        for number in range(3, 300):
            answers.append(await register(counsellor, number))
            if len([one for one in answers if one[1] != 201]) >= 3:
                break
        refused = [one for one in answers if one[1] != 201]
        assert len(refused) == 3, "the control: without a limit nothing would be refused"
        assert {(one[1], one[2]["type"]) for one in refused} == {(503, "/problems/unavailable")}
        await pragma("max_page_count = 1000000")
        assert {(await register(counsellor, number))[1] for number in range(300, 310)} == {201}
        kept += [one[2]["id"] for one in answers if one[1] == 201]
        assert await present(it, kept) == kept


async def test_a_reader_that_could_not_be_opened_is_not_missed(fresh_database: Any) -> None:
    """As many failures as there are readers, and then all is well: each failed opening once used up a reader for good."""
    path = Path(fresh_database("sqlite").url.removeprefix("sqlite:///"))
    driver, before = sqlite.SqliteDriver(path, readers=2), set(threading.enumerate())
    away = path.rename(path.with_suffix(".away"))
    path.mkdir()

    async def looks() -> bool:
        async with driver.reading("*"):
            return True

    for _ in range(4):
        with pytest.raises(Unavailable):
            await looks()
    left = [one for one in set(threading.enumerate()) - before if "_connection_worker_thread" in one.name]
    assert not left, "each has told its end"
    path.rmdir()
    away.rename(path)
    async with asyncio.timeout(5):
        assert await asyncio.gather(looks(), looks(), looks()) == [True] * 3
    await driver.close()


async def test_who_is_cancelled_at_any_moment_leaves_the_writer_free(fresh_database: Any) -> None:
    """Whatever is on its way to the writer's thread, BEGIN and COMMIT among it: whoever comes after finds it free and nothing half done."""
    driver = sqlite.SqliteDriver(Path(fresh_database("sqlite", migrated=False).url.removeprefix("sqlite:///")))
    async with driver.writing("*") as lane:
        await lane._then(lambda raw: raw.execute("CREATE TABLE halves (n integer)"))

    async def writes(cancelled_at: int = -1) -> None:
        """Three rows, in three hops and one for COMMIT."""
        its, hop = asyncio.current_task(), asyncio.get_running_loop().call_soon
        assert its
        async with driver.writing("*") as lane:
            for place in range(3):
                if place == cancelled_at:
                    hop(its.cancel)
                await lane._then(lambda raw: raw.execute("INSERT INTO halves VALUES (1)"))
            if cancelled_at == 3:
                hop(its.cancel)

    for place in [0, 1, 2, 3] * 8:
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(writes(place))
        async with asyncio.timeout(5):
            await writes()
        async with driver.writing("*") as lane:
            kept = await lane._then(lambda raw: raw.execute("SELECT count(*) FROM halves").fetchone()[0])
        assert kept % 3 == 0
    await driver.close()
