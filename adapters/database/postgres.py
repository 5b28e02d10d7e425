"""PostgreSQL over asyncpg, with a pool of our own.

Decision. Context: asyncpg's pool makes a proxy, a task and a reset for each loan (0.1 ms of CPU), and row-level security needs each
connection to know for which centres it was opened. Choice: a list of connections that remembers that; the one last used for the same
centres is lent first, so the round trip that sets them is rarely paid. Price: some eighty lines to keep right; a connection that broke,
or was left inside a transaction, is thrown away rather than mended.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Any

import asyncpg

from adapters.database.lanes import ANYWHERE, DRIVER_ERRORS, told
from adapters.database.statements import Prepared, Ready, together
from domain.errors import Unavailable

WAIT = 15.0
"""Seconds a request waits for a connection before it is told to come back."""
_BESIDE = dict.fromkeys(("basetype", "range_subtype", "attrtypoids", "attrnames"))
LISTS = [
    {**_BESIDE, "ns": "pg_catalog", "oid": oid, "name": name, "kind": b"b", "elemtype": of, "elemdelim": ","}
    for oid, name, of in ((1007, "_int4", 23), (1015, "_varchar", 1043), (1016, "_int8", 20), (2951, "_uuid", 2950))
]
"""The kinds of list that our statements send and get, as PostgreSQL numbers them in `pg_type.dat` (a number once given stays). Each new
connection is told, for asyncpg would ask the server at the first statement with each, by a question so long that its plan, made anew each
time, cost more than entering: 14 ms for an average connection of the tests, to 12 for opening it."""


async def enter(url: str, **how: Any) -> Any:
    """A connection by our kind of address, its words about TLS too (`?sslmode=verify-full`). `how` as `asyncpg.connect` takes it."""
    return await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"), **how)


@lru_cache(maxsize=1024)
def _joined(ready: tuple[Ready, ...]) -> str:
    return together([one.text for one in ready], [one.size for one in ready])


class PostgresLane:
    """`BEGIN` is sent with the first statement that is waited for: a lane that only gathered one batch needs no transaction around it."""

    def __init__(self, connection: Any, *, writing: bool) -> None:
        self._connection = connection
        self._writing = self._to_begin = writing
        self._gathered: list[tuple[Ready, list[Any]]] = []
        self.begun = False

    async def _begin(self) -> None:
        if self._to_begin:
            self._to_begin = False
            self.begun = True
            await self._connection.execute("BEGIN")

    async def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        await self._before()
        ready = statement.for_postgresql()
        text = ready.text if self._writing else ready.looking
        return ready.rows(await self._connection.fetch(text, *ready.arguments(values)))

    async def change(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        await self._before()
        ready = statement.for_postgresql()
        status: str = await self._connection.execute(ready.text, *ready.arguments(values))
        return int(status.rsplit(" ", 1)[-1])

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> None:
        await self._before()
        ready = statement.for_postgresql()
        await self._connection.executemany(ready.text, [ready.arguments(one) for one in values])

    def later(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        ready = statement.for_postgresql()
        self._gathered.append((ready, ready.arguments(values)))

    async def at_once(self, statements: Sequence[Prepared], values: Mapping[str, Any]) -> None:
        """As one statement, at whose end foreign keys are checked."""
        await self._before()
        every = tuple(statement.for_postgresql() for statement in statements)
        await self._connection.execute(_joined(every), *[value for ready in every for value in ready.arguments(values)])

    async def _before(self) -> None:
        if self._to_begin:
            await self._begin()
        if self._gathered:
            await self.flush()

    async def flush(self) -> None:
        """Sends what was gathered: plain inserts together as one statement, one round trip; foreign keys between them are checked at its
        end. Upserts go one by one, because one statement may not change the same row twice."""
        groups = _groups(self._gathered)
        self._gathered = []
        if len(groups) > 1:
            await self._begin()
        for group in groups:
            arguments = [value for _, values in group for value in values]
            await self._connection.execute(_joined(tuple(ready for ready, _ in group)), *arguments)

    async def commit(self) -> None:
        await self.flush()
        if self.begun:
            await self._connection.execute("COMMIT")


def _groups(gathered: list[tuple[Ready, list[Any]]]) -> list[list[tuple[Ready, list[Any]]]]:
    """Runs of plain inserts, at most 24 to a statement; every upsert alone."""
    groups: list[list[tuple[Ready, list[Any]]]] = []
    open_group = False
    for one in gathered:
        if open_group and one[0].joins and len(groups[-1]) < 24:
            groups[-1].append(one)
        else:
            groups.append([one])
        open_group = one[0].joins
    return groups


class _Connections:
    """At most `size` connections; each knows for which centres it was last opened."""

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._turns = asyncio.Semaphore(size)
        self._free: list[tuple[Any, str]] = []

    async def take(self, centres: str) -> tuple[Any, str]:
        """A connection opened for these centres, with what it is opened for. Raises Unavailable when none came free in time."""
        try:
            # Not wait_for: it forgets that it was cancelled, if the turn comes in the same moment. Without a clock where nobody waits.
            async with asyncio.timeout(WAIT if self._turns.locked() else None):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable("The database is busy.") from None
        try:
            return await self._opened(centres)
        except BaseException:
            self._turns.release()
            raise

    async def _opened(self, centres: str) -> tuple[Any, str]:
        connection, opened_for = self._pick(centres)
        if connection is None:
            # Without a limit of size: asyncpg would plan our longest statements, the sheets, anew each time (3 ms).
            connection = await enter(self._url, command_timeout=30, timeout=10, statement_cache_size=500, max_cacheable_statement_size=0)
            connection.get_settings().register_data_types(LISTS)
        if centres in (ANYWHERE, opened_for):
            return connection, opened_for
        try:
            await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
        except BaseException:
            connection.terminate()
            raise
        return connection, centres

    def _pick(self, centres: str) -> tuple[Any, str]:
        """The connection last used for the same centres, or the one longest unused; broken ones are dropped on the way."""
        self._free = [one for one in self._free if not one[0].is_closed()]
        for place in range(len(self._free) - 1, -1, -1):
            if centres in (ANYWHERE, self._free[place][1]):
                return self._free.pop(place)
        return self._free.pop(0) if self._free else (None, "")

    def give(self, connection: Any, opened_for: str) -> None:
        if connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
        else:
            self._free.append((connection, opened_for))
        self._turns.release()

    async def close(self) -> None:
        free, self._free = self._free, []
        for connection, _ in free:
            await connection.close(timeout=5)


class _Loan:
    """A connection lent as a lane, and what becomes of its transaction. A class, because a generator costs three times its price."""

    __slots__ = ("_centres", "_connection", "_connections", "_lane", "_opened_for", "_writing")
    _lane: PostgresLane

    def __init__(self, connections: _Connections, centres: str, *, writing: bool) -> None:
        self._connections, self._centres, self._writing = connections, centres, writing

    async def __aenter__(self) -> PostgresLane:
        try:
            self._connection, self._opened_for = await self._connections.take(self._centres)
        except DRIVER_ERRORS as fault:
            raise told(fault) from None
        self._lane = PostgresLane(self._connection, writing=self._writing)
        return self._lane

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self._writing:
                await self._end(error)
        except DRIVER_ERRORS as fault:
            raise told(fault) from None
        finally:
            self._connections.give(self._connection, self._opened_for)
        if isinstance(error, DRIVER_ERRORS):
            raise told(error) from None

    async def _end(self, error: BaseException | None) -> None:
        try:
            if error is None:
                await self._lane.commit()
                return
        except BaseException:
            await self._undo()
            raise
        await self._undo()

    async def _undo(self) -> None:
        if self._lane.begun and not self._connection.is_closed():
            await self._connection.execute("ROLLBACK")


class PostgresDriver:
    def __init__(self, url: str, *, size: int) -> None:
        self._connections = _Connections(url, size)

    def reading(self, centres: str) -> _Loan:
        return _Loan(self._connections, centres, writing=False)

    def writing(self, centres: str) -> _Loan:
        return _Loan(self._connections, centres, writing=True)

    async def close(self) -> None:
        await self._connections.close()
