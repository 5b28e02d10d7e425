"""Connections to PostgreSQL: who must wait for one gets it, is told that the database is busy, or goes away and leaves it to the next; and
the driver is told of the lists that our statements send and get, so that it need not ask the server about them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Date, Integer, String, Uuid, bindparam, cast, literal, select
from sqlalchemy.types import TypeEngine

from adapters.database import migrate, postgres
from adapters.database.clearing import clear_postgres
from adapters.database.lanes import ANYWHERE
from adapters.database.postgres import LISTS, PostgresDriver
from adapters.database.schema import Several, gathered
from adapters.database.statements import Prepared
from domain.errors import Unavailable
from tests.databases import Database
from tests.postgres import apart

A_UUID = UUID("0190a5f0-0000-7000-8000-000000000001")
TOLD = ((Integer(), 7), (BigInteger(), 7), (String(), "ab"), (Uuid(), A_UUID))


@pytest.fixture
async def driver(fresh_database: Callable[..., Database]) -> AsyncIterator[PostgresDriver]:
    made = PostgresDriver(fresh_database("postgresql", migrated=False).url, size=1)
    yield made
    await made.close()


async def _take(driver: PostgresDriver) -> None:
    async with driver.reading(ANYWHERE):
        pass


async def test_who_waits_too_long_is_told_so_and_the_next_finds_it_free(driver: PostgresDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "WAIT", 0.01)
    async with driver.reading(ANYWHERE):
        with pytest.raises(Unavailable, match="busy"):
            await _take(driver)
    await _take(driver)


@pytest.mark.parametrize("given_first", [False, True], ids=["while waiting", "as it is given"])
async def test_who_goes_away_is_gone_and_leaves_the_connection_to_the_next(driver: PostgresDriver, given_first: bool) -> None:
    async with driver.reading(ANYWHERE):
        going = asyncio.create_task(_take(driver))
        await asyncio.sleep(0)
        if not given_first:
            going.cancel()
    going.cancel()
    await asyncio.wait([going])
    assert going.cancelled()
    await asyncio.wait_for(_take(driver), 10)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+asyncpg"])
async def test_every_way_in_heeds_what_the_address_says_of_tls(fresh_database: Callable[..., Database], scheme: str) -> None:
    """The tests' server has none, so to demand it must fail: for the service, for migrations and for the clearing of files."""
    owner = fresh_database("postgresql").owner_url.partition("://")[2]
    open_, secret = (f"{scheme}://{owner}?sslmode={mode}" for mode in ("disable", "require"))
    apart(lambda: migrate.upgrade(open_))
    assert await clear_postgres(open_) == ""
    entering = PostgresDriver(open_, size=1)
    await _take(entering)
    await entering.close()

    with pytest.raises(ConnectionError, match="SSL"):
        apart(lambda: migrate.upgrade(secret))
    assert "does not answer" in await clear_postgres(secret)
    with pytest.raises(Unavailable):
        await _take(PostgresDriver(secret, size=1))


async def asked(driver: PostgresDriver, one: TypeEngine[Any], value: object) -> list[str]:
    """All that a new connection asks the server to send a list of this kind and get it back, and a column gathered to such a list."""
    both = Prepared(select(cast(bindparam("some"), Several(one)), gathered(cast(literal(value), one))))
    texts: list[str] = []
    async with driver.reading(ANYWHERE) as lane:
        lane._connection.add_query_logger(lambda heard: texts.append(heard.query))
        assert await lane.rows(both, {"some": [value, value]}) == [([value, value], [value])]
        await asyncio.sleep(0)  # a logger hears of a question when the loop turns
    return texts


@pytest.mark.parametrize(("one", "value"), TOLD, ids=repr)
async def test_a_list_costs_no_question_but_its_own(driver: PostgresDriver, one: TypeEngine[Any], value: object) -> None:
    assert len(await asked(driver, one, value)) == 1


async def test_of_a_list_it_was_not_told_of_the_driver_asks(driver: PostgresDriver) -> None:
    """The control."""
    texts = await asked(driver, Date(), date(2026, 3, 1))
    assert len(texts) > 1
    assert any("pg_type" in text for text in texts)


async def test_the_server_numbers_lists_as_we_told(driver: PostgresDriver) -> None:
    async with driver.reading(ANYWHERE) as lane:
        rows = await lane._connection.fetch(
            "SELECT oid, typname, typelem, typdelim FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND oid = ANY ($1::oid[])",
            [told["oid"] for told in LISTS],
        )
    found = {tuple(row) for row in rows}
    assert found == {(told["oid"], told["name"], told["elemtype"], told["elemdelim"].encode()) for told in LISTS}
