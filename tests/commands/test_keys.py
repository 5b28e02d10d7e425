"""Keys change while people work: nothing becomes unreadable, the next rotation finishes a killed one, old keys go when unnamed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.system.archive import ArchiveDamaged
from adapters.system.clock import FixedClock
from adapters.system.vault import KekInUse, UnknownKek
from domain.case_doors import CaseFilter
from domain.contacts import Channel, Said
from domain.identity import Actor, Role
from domain.ports import NewsItem
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.keeping.keys import StillNamed
from service.wiring import House, wire
from tests.commands.conftest import Mrc
from tests.databases import Database
from tests.registers.laid import ISB
from tests.registers.laid import registered as registered
from tests.registers.test_import import everything
from tests.service import settings_for

DESK = Actor(HOUSE_ACTOR.id, Role.counsellor, (ISB,))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def house(registered: Database, tmp_path: Path, clock: FixedClock) -> AsyncIterator[House]:
    made = wire(settings_for(registered, tmp_path), clock=clock)
    async with made.database.work(HOUSE_ACTOR) as work:
        admin = await work.staff.by_username("admin")
        fia = await work.partners.by_key("fia")
        assert admin
        admin.totp = "JBSWY3DPEHPK3PXP"
        await work.staff.save(admin)
        await work.inbox.take(NewsItem(fia.id, "news-1", {"a": "b"}, b"body"))
    yield made
    await made.close()


async def readable(house: House) -> int:
    """Every client opened; how many."""
    lines = await house.database.views.cases.page(everything("ISB"), CaseFilter(), 2000, None)
    ids = {line.client_id for line in lines}
    for id in ids:
        await house.database.views.clients.client(everything("ISB"), id)
    async with house.database.work(HOUSE_ACTOR) as work:
        admin = await work.staff.by_username("admin")
        (news,) = await work.inbox.open(10)
    assert admin
    assert (admin.totp, news.body, news.headers) == ("JBSWY3DPEHPK3PXP", b"body", {"a": "b"})
    return len(ids)


async def test_everything_comes_to_the_new_key_while_people_work(house: House) -> None:
    keys = house.usecases.keeping.keys
    (old,) = await keys.held()
    stop = False

    async def work() -> list[str]:
        said = []
        while not stop:
            said.append(f"Caller {len(said)}")
            await house.usecases.clients.add_contact(DESK, None, Channel.phone, Said(said[-1]), 1)
        return said

    working = [asyncio.create_task(work()) for _ in range(3)]
    await asyncio.sleep(0.02)
    rotated = await keys.rotate()
    stop = True
    said = sorted(name for names in await asyncio.gather(*working) for name in names)
    assert not rotated.resumed
    held = await keys.held()
    assert list(held) == [old, rotated.newest]
    assert held[old] == 0
    assert held[rotated.newest] >= rotated.rewrapped >= 250
    assert await readable(house) > 200
    contacts = await house.database.views.clients.contacts(everything("ISB"), 5000)
    assert sorted(contact.said.name for contact in contacts if contact.outreach_session is None) == said


async def test_a_row_changed_meanwhile_is_left_to_its_writer(house: House) -> None:
    """The client of a key that is being wrapped anew is erased in between: the key does not come back."""
    rewrapper = house.usecases.keeping.keys._rewrapper
    house.vault.add_kek()
    real = rewrapper._change  # type: ignore[attr-defined]
    gone: list[object] = []

    async def late(blobs: object, stale: list[tuple[object, ...]]) -> int:
        if not gone:
            gone.append(stale[0][0])
            async with house.database.work(HOUSE_ACTOR) as work:
                await work.erase_key(stale[0][0])  # type: ignore[arg-type]
        changed: int = await real(blobs, stale)
        return changed

    rewrapper._change = late  # type: ignore[attr-defined]
    before = sum((await house.usecases.keeping.keys.held()).values())
    rotated = await house.usecases.keeping.keys.rotate()
    assert rotated.rewrapped == before - 1
    assert sum((await house.usecases.keeping.keys.held()).values()) == before - 1


async def test_an_interrupted_rotation_is_finished_and_makes_no_further_key(house: House) -> None:
    keys = house.usecases.keeping.keys
    newest = house.vault.add_kek()
    async for _ in keys._rewrapper.rewrap():
        break
    assert len([count for count in (await keys.held()).values() if count]) == 2
    again = await keys.rotate()
    assert (again.resumed, again.newest) == (True, newest)
    assert next(iter((await keys.held()).values())) == 0
    assert await readable(house) > 200
    assert not (await keys.rotate()).resumed


async def test_an_old_key_goes_when_nothing_names_it_and_old_archives_with_it(house: House, clock: FixedClock, tmp_path: Path) -> None:
    keys = house.usecases.keeping.keys
    (old,) = await keys.held()
    await house.usecases.keeping.backups.make(tmp_path / "old.mrcb")
    with pytest.raises(StillNamed):
        await keys.drop(old)
    await keys.rotate()
    with pytest.raises(KekInUse):
        await keys.drop(old)
    with pytest.raises(UnknownKek):
        await keys.drop("k-none")
    clock.on(timedelta(hours=2))
    await keys.drop(old)
    assert list(await keys.held()) == [house.vault.newest_kek()]
    assert await readable(house) > 200
    with pytest.raises(ArchiveDamaged):
        house.usecases.keeping.backups.look(tmp_path / "old.mrcb")


def test_the_commands(sampled: Mrc) -> None:
    sampled("keys", "rotate")
    first, second = sampled("keys", "list").out.splitlines()
    assert first.endswith("0 keys and messages depend on it")
    assert "hour" in sampled("keys", "drop", first.split()[0], code=1).err
    assert "still depend on it" in sampled("keys", "drop", second.split()[0], code=1).err
