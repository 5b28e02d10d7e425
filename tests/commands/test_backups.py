"""Archives: whole, sealed, of one moment, brought back the same on either database, and refused when anything about them is not right."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from adapters.system.archive import ACopyOfTheDatabase, ArchiveDamaged, NotAnArchive
from domain.contacts import Channel, Said
from domain.identity import Actor, Role
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.keeping.backups import AnotherRevision, Sums
from service.wiring import House, wire
from tests.commands.conftest import Mrc, use
from tests.databases import KINDS, Database
from tests.registers.laid import ISB
from tests.registers.laid import registered as registered
from tests.service import settings_for

MARK = "Canary Khan"


@pytest.fixture
async def house(registered: Database, tmp_path: Path) -> AsyncIterator[House]:
    made = wire(settings_for(registered, tmp_path))
    await made.usecases.audit.seal()
    await _touch(made, 0)
    yield made
    await made.close()


async def _touch(house: House, number: int) -> None:
    desk = Actor(HOUSE_ACTOR.id, Role.counsellor, (ISB,))
    await house.usecases.clients.add_contact(desk, None, Channel.phone, Said(f"{MARK} {number}", None, "A question"), 3)


async def sums(house: House) -> dict[str, tuple[int, str]]:
    found = Sums()
    async with house.usecases.keeping.store.snapshot() as snapshot:
        async for page in snapshot.pages():
            found.add(page)
    return found.tables()


async def refused(house: House, archive: Path) -> bool:
    try:
        await house.usecases.keeping.backups.restore(archive)
    except (ArchiveDamaged, NotAnArchive):
        return True
    return False


def other(house: House, database: Database) -> House:
    return wire(house.settings.model_copy(update={"database_url": database.url, "migrate_url": database.owner_url}))


@pytest.mark.parametrize("to", KINDS)
async def test_back_into_either_database_the_same(house: House, to: str, fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    archive = tmp_path / "a.mrcb"
    copied = await house.usecases.keeping.backups.make(archive)
    again = other(house, fresh_database(to))
    try:
        restored = await again.usecases.keeping.backups.restore(archive)
        assert (restored.copied, restored.shredded) == (copied, 0)
        assert await again.usecases.keeping.backups.check(copied) == ()
        assert await sums(again) == await sums(house) == copied.tables
        assert await again.usecases.audit.heads() == list(copied.heads)
        assert await again.usecases.keeping.figures.differing() == ()
    finally:
        await again.close()


async def test_nothing_can_be_read_in_an_archive(house: House, tmp_path: Path) -> None:
    await house.usecases.keeping.backups.make(tmp_path / "a.mrcb")
    content = (tmp_path / "a.mrcb").read_bytes()
    for word in (MARK, "counsellor.isb", "ISB-C-000001", "client"):
        for encoding in ("utf-8", "utf-16-le"):
            assert word.encode(encoding) not in content
    assert (tmp_path / "a.mrcb").stat().st_mode & 0o077 == 0


async def test_an_archive_made_at_work_is_of_one_moment(house: House, fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    """Each contact is written with its key and its line of the trail: an archive that caught half of that would differ between them."""
    stop = False

    async def work() -> int:
        number = 0
        while not stop:
            number += 1
            await _touch(house, number)
        return number

    working = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    copied = await house.usecases.keeping.backups.make(tmp_path / "a.mrcb")
    stop = True
    assert await working > 1
    again = other(house, fresh_database("sqlite"))
    try:
        await again.usecases.keeping.backups.restore(tmp_path / "a.mrcb")
        with_keys = (copied.tables[name][0] for name in ("client", "contact", "incoming"))
        assert copied.tables["subject_key"][0] == sum(with_keys)
        assert await again.usecases.keeping.backups.check(copied) == ()
    finally:
        await again.close()


async def test_whatever_happened_to_an_archive_is_seen(house: House, tmp_path: Path, fresh_database: Callable[..., Database]) -> None:
    good = tmp_path / "good.mrcb"
    await house.usecases.keeping.backups.make(good)
    whole = good.read_bytes()
    line, frames = whole.index(b"\n") + 1, []
    at = line
    while at < len(whole):
        size = 5 + int.from_bytes(whole[at : at + 4], "big")
        frames.append(whole[at : at + size])
        at += size
    head = whole[:line]
    spoilt = {
        "cut": whole[:-1],
        "cut at a frame": head + b"".join(frames[:-1]),
        "only the line": head,
        "longer": whole + b"x",
        "two frames swapped": head + b"".join([frames[0], frames[2], frames[1], *frames[3:]]),
        "a frame left out": head + b"".join([*frames[:2], *frames[3:]]),
        "another id": head[:-2] + b"0\n" if head[-2:-1] != b"0" else head[:-2] + b"1\n",
        "the last one first": head + frames[-1],
        "said to be the last": head + frames[0][:4] + b"\x01" + frames[0][5:],
        **{
            f"bit {place}": whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            for place in range(line, len(whole), len(whole) // 40)
        },
    }
    spoilt["another id"] = spoilt["another id"] + b"".join(frames)
    passing = other(house, fresh_database("sqlite"))
    try:
        for name, content in spoilt.items():
            (bad := tmp_path / "bad.mrcb").write_bytes(content)
            assert await refused(passing, bad), name
        await passing.usecases.keeping.backups.restore(good)
    finally:
        await passing.close()


def test_the_commands_of_a_drill(
    sampled: Mrc, database: Database, fresh_database: Callable[..., Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "a.mrcb"
    assert "Nobody can read it without the key file" in sampled("backup", archive).out
    assert "never written over" in sampled("backup", archive, code=1).err
    assert "The archive is whole" in sampled("verify-backup", archive).out
    assert "holds data already" in sampled("restore", archive, code=1).err
    (tmp_path / "words.txt").write_text("no archive")
    assert "no archive" in sampled("verify-backup", tmp_path / "words.txt", code=1).err
    use(fresh_database(database.kind), tmp_path, monkeypatch)
    assert "the same as it was" in sampled("restore", archive).out
    assert "partner  fia" in sampled("partners").out
    monkeypatch.setenv("MRC_KEY_FILE", str(tmp_path / "another.json"))
    assert "key file is not the one" in sampled("verify-backup", archive, code=1).err


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_copy_of_the_database_file_is_no_backup(sampled: Mrc, database: Database, tmp_path: Path) -> None:
    copy = shutil.copyfile(database.url.removeprefix("sqlite:///"), tmp_path / "copy.mrcb")
    said = sampled("verify-backup", copy, code=1).err
    assert str(ACopyOfTheDatabase()) in said
    assert "mrc backup" in said


async def test_an_archive_of_another_revision_is_refused(house: House, tmp_path: Path, fresh_database: Callable[..., Database]) -> None:
    await house.usecases.keeping.backups.make(tmp_path / "a.mrcb")
    target = fresh_database("sqlite")
    connection = sqlite3.connect(target.url.removeprefix("sqlite:///"))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    again = other(house, target)
    try:
        with pytest.raises(AnotherRevision):
            await again.usecases.keeping.backups.restore(tmp_path / "a.mrcb")
    finally:
        await again.close()
