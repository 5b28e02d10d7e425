"""On SQLite a quick question is answered where it stands; a long one, and every change, on the connection's own thread."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import BindParameter, Integer, Select, bindparam, column, func, insert, literal, select, table

from adapters.database.lanes import ANYWHERE, EVERYWHERE
from adapters.database.sqlite import STEPS, SqliteDriver, SqliteLane
from adapters.database.statements import Prepared, Ready
from tests.databases import Database

NUMBERS = table("numbers", column("n", Integer))


def _counting(most: int | BindParameter[int]) -> Select[tuple[int]]:
    counted = select(literal(1).label("n")).cte("counted", recursive=True)
    return select(counted.union_all(select(counted.c.n + 1).where(counted.c.n < most)).c.n)


QUICK = Prepared(select(literal(7)))
LONG = Prepared(select(func.count()).select_from(_counting(STEPS).subquery()))
"""A row of it takes several steps."""
AS_LONG_AS_TOLD = Prepared(_counting(bindparam("most", type_=Integer())))
HUNDRED = Prepared(select(func.count()).select_from(_counting(100).subquery()))
FILL = Prepared(insert(NUMBERS).from_select(["n"], _counting(STEPS)))
ADD = Prepared(insert(NUMBERS).values(n=bindparam("n")))
FILL_AND_TELL = Prepared(insert(NUMBERS).from_select(["n"], _counting(STEPS)).returning(NUMBERS.c.n))
HOW_MANY = Prepared(select(func.count()).select_from(NUMBERS))


@pytest.fixture
async def driver(fresh_database: Callable[..., Database]) -> AsyncIterator[SqliteDriver]:
    made = SqliteDriver(Path(fresh_database("sqlite", migrated=False).url.removeprefix("sqlite:///")))
    async with made.writing(EVERYWHERE) as lane:
        await lane._then(lambda raw: raw.execute("CREATE TABLE numbers (n integer)"))
    yield made
    await made.close()


def at_once(lane: SqliteLane, question: Prepared) -> list[tuple[object, ...]] | None:
    ready: Ready = question.for_sqlite()
    return lane._lent.here(ready, ready.arguments({}))


async def test_a_long_question_is_given_up_and_asked_on_the_thread(driver: SqliteDriver) -> None:
    async with driver.reading(ANYWHERE) as lane:
        assert at_once(lane, QUICK) == [(7,)]
        assert at_once(lane, LONG) is None
        assert await lane.rows(LONG, {}) == [(STEPS,)]
        assert at_once(lane, QUICK) == [(7,)]


async def test_a_question_is_not_long_because_it_was_asked_often(driver: SqliteDriver) -> None:
    """SQLite counts a statement's steps on from one time to the next."""
    async with driver.reading(ANYWHERE) as lane:
        for _ in range(2 * STEPS // 100):
            assert at_once(lane, HUNDRED) == [(100,)]


async def test_a_long_question_is_prepared_once(driver: SqliteDriver) -> None:
    """Python holds a statement for in use that was broken off between its rows: in the same words it would be prepared every time."""
    async with driver.reading(ANYWHERE) as lane:
        for most in (10, STEPS):
            assert len(await lane.rows(AS_LONG_AS_TOLD, {"most": most})) == most
        prepared: list[object] = []
        lane._lent._raw.set_authorizer(lambda *asked: prepared.append(asked) or 0)
        await lane.rows(AS_LONG_AS_TOLD, {"most": 10})
        first = len(prepared)
        await lane.rows(AS_LONG_AS_TOLD, {"most": 10})
        assert 0 < first == len(prepared), "it is asked whether it may be read when it is prepared, and only then"


async def test_nothing_is_asked_beside_what_still_runs_on_the_thread(driver: SqliteDriver) -> None:
    """As when somebody goes away in the middle of an answer, and the next one gets the connection."""
    goes_on = threading.Event()
    async with driver.reading(ANYWHERE) as lane:
        left = asyncio.create_task(lane._lent.there(lambda _: goes_on.wait(20)))
        await asyncio.sleep(0)
        left.cancel()
        assert at_once(lane, QUICK) is None
        goes_on.set()
        assert await lane.rows(QUICK, {}) == [(7,)]
        assert at_once(lane, QUICK) == [(7,)]


async def test_a_change_is_never_given_up(driver: SqliteDriver) -> None:
    """SQLite would undo the whole transaction with it."""
    async with driver.writing(EVERYWHERE) as lane:
        await lane.change(FILL, {})
        assert len(await lane.rows(FILL_AND_TELL, {})) == STEPS
    async with driver.reading(ANYWHERE) as lane:
        assert await lane.rows(HOW_MANY, {}) == [(2 * STEPS,)]


async def test_a_transaction_sees_what_it_gathered_and_leaves_nothing_when_it_fails(driver: SqliteDriver) -> None:

    async def two_and_a_fault() -> None:
        async with driver.writing(EVERYWHERE) as lane:
            lane.later(ADD, {"n": 1})
            assert await lane.rows(HOW_MANY, {}) == [(1,)]
            lane.later(ADD, {"n": 2})
            assert await lane.rows(HOW_MANY, {}) == [(2,)]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await two_and_a_fault()
    async with driver.writing(EVERYWHERE) as lane:
        lane.later(ADD, {"n": 3})
    async with driver.reading(ANYWHERE) as lane:
        assert await lane.rows(HOW_MANY, {}) == [(1,)]


async def test_what_a_transaction_reads_first_nobody_changes_meanwhile(driver: SqliteDriver) -> None:
    """The write lock is taken with its first question, not with its first change: a second process waits, and here is told so at once."""
    async with driver.writing(EVERYWHERE) as lane:
        assert await lane.rows(HOW_MANY, {}) == [(0,)]
        beside = SqliteDriver(driver._path)
        async with beside.reading(ANYWHERE) as its:
            await its._connection.executescript("PRAGMA query_only = OFF; PRAGMA busy_timeout = 0")
            with pytest.raises(Exception, match="database is locked"):
                await its._connection.execute("BEGIN IMMEDIATE")
        await beside.close()
