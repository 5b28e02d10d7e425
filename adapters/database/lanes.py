"""The two drivers behind one door: a lane is a connection lent for one transaction or one question, under one scope.

On PostgreSQL each connection remembers which centres it was last opened for, and row-level security reads that setting: the round trip
to set it is paid only when the next question comes from another centre. On SQLite one connection writes, others read.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiosqlite
import asyncpg

from adapters.database.statements import Prepared, Ready, together
from domain.errors import Conflict, Invalid, Refusal, Unavailable
from domain.values import HOUSE

EVERYWHERE = "*"
"""The scope of the house itself: the worker and the commands."""


class AlreadyThere(Conflict):
    """This is here already, or points to something that is not."""


def centres_setting(centres: Sequence[str]) -> str:
    """What row-level security compares a row's centre with; rows of the house itself are never out of reach."""
    return ",".join(sorted({*centres, HOUSE}))


class Lane(Protocol):
    """Runs prepared statements. `later` gathers changes whose result nobody waits for; they leave together, in order, before the next
    statement that is waited for or at the commit."""

    async def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]: ...

    async def change(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        ...

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> None: ...

    def later(self, statement: Prepared, values: Mapping[str, Any]) -> None: ...


class Driver(Protocol):
    def reading(self, centres: str) -> Any:
        """An async context manager that lends a Lane for questions."""
        ...

    def writing(self, centres: str) -> Any:
        """The same, inside one transaction: committed when left normally, undone when left by an error."""
        ...

    async def close(self) -> None: ...


@lru_cache(maxsize=1024)
def _joined(ready: tuple[Ready, ...]) -> str:
    return together([one.text for one in ready], [one.size for one in ready])


def told(error: BaseException) -> Refusal:
    """The refusal that stands for a driver's error. Its text may quote what a client said, so none of it is kept, nor the cause."""
    unique = (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError)
    if isinstance(error, unique) or (isinstance(error, sqlite3.IntegrityError) and "CHECK" not in str(error)):
        return AlreadyThere()
    if isinstance(error, (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, sqlite3.IntegrityError, sqlite3.DataError)):
        return Invalid("A value does not fit where it should be kept.")
    return Unavailable("The database does not answer, or has no room.")


DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error, OSError, TimeoutError)


class PostgresLane:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._gathered: list[tuple[Ready, list[Any]]] = []

    async def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if self._gathered:
            await self.flush()
        ready = statement.for_postgresql()
        return ready.rows(await self._connection.fetch(ready.text, *ready.arguments(values)))

    async def change(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        if self._gathered:
            await self.flush()
        ready = statement.for_postgresql()
        status: str = await self._connection.execute(ready.text, *ready.arguments(values))
        return int(status.rsplit(" ", 1)[-1])

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> None:
        await self.flush()
        ready = statement.for_postgresql()
        await self._connection.executemany(ready.text, [ready.arguments(one) for one in values])

    def later(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        ready = statement.for_postgresql()
        self._gathered.append((ready, ready.arguments(values)))

    async def flush(self) -> None:
        """Sends what was gathered: one statement, one round trip. Foreign keys between its rows are checked at its end."""
        while self._gathered:
            now, self._gathered = self._gathered[:24], self._gathered[24:]
            arguments = [value for _, values in now for value in values]
            await self._connection.execute(_joined(tuple(ready for ready, _ in now)), *arguments)


async def _keep(_: Any) -> None:
    """asyncpg's own reset costs a round trip at each release; all that a lane leaves behind is the scope, and that is tracked."""


class PostgresDriver:
    def __init__(self, url: str, *, size: int) -> None:
        self._url, self._size = url.replace("postgresql+asyncpg://", "postgresql://"), size
        self._pool: Any = None
        self._opened_for: dict[int, str] = {}
        self._opening = asyncio.Lock()

    async def _open(self) -> Any:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=1,
                    max_size=self._size,
                    reset=_keep,
                    init=self._new,
                    command_timeout=30,
                    timeout=10,
                    statement_cache_size=500,
                )
        return self._pool

    async def _new(self, connection: Any) -> None:
        """A process number can come again on the server: a new connection was opened for nobody yet."""
        self._opened_for.pop(connection.get_server_pid(), None)

    @asynccontextmanager
    async def _lent(self, centres: str) -> AsyncIterator[Any]:
        pool = self._pool or await self._open()
        connection = await pool.acquire(timeout=15)
        try:
            # The pool lends a proxy that is new each time; the setting lives as long as the connection's process on the server.
            process = connection.get_server_pid()
            if self._opened_for.get(process) != centres:
                self._opened_for.pop(process, None)
                await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
                self._opened_for[process] = centres
            yield connection
        finally:
            await pool.release(connection)

    @asynccontextmanager
    async def reading(self, centres: str) -> AsyncIterator[PostgresLane]:
        try:
            async with self._lent(centres) as connection:
                yield PostgresLane(connection)
        except DRIVER_ERRORS as error:
            raise told(error) from None

    @asynccontextmanager
    async def writing(self, centres: str) -> AsyncIterator[PostgresLane]:
        try:
            async with self._lent(centres) as connection:
                await connection.execute("BEGIN")
                lane = PostgresLane(connection)
                try:
                    yield lane
                    await lane.flush()
                    await connection.execute("COMMIT")
                except BaseException:
                    if not connection.is_closed():
                        await connection.execute("ROLLBACK")
                    raise
        except DRIVER_ERRORS as error:
            raise told(error) from None

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


class SqliteLane:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._gathered: list[tuple[Ready, list[Any]]] = []

    async def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        await self.flush()
        ready = statement.for_sqlite()
        raw = await self._connection.execute_fetchall(ready.text, ready.arguments(values))
        return ready.rows(list(raw))

    async def change(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        await self.flush()
        ready = statement.for_sqlite()
        cursor = await self._connection.execute(ready.text, ready.arguments(values))
        changed = cursor.rowcount
        await cursor.close()
        return changed

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> None:
        await self.flush()
        ready = statement.for_sqlite()
        await self._connection.executemany(ready.text, [ready.arguments(one) for one in values])

    def later(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        ready = statement.for_sqlite()
        self._gathered.append((ready, ready.arguments(values)))

    async def flush(self) -> None:
        if not self._gathered:
            return
        now, self._gathered = self._gathered, []

        def run(raw: sqlite3.Connection) -> None:
            for ready, arguments in now:
                raw.execute(ready.text, arguments)

        # One hop to the connection's thread for all of them.
        await self._connection._execute(run, self._connection._conn)  # type: ignore[no-untyped-call]


async def open_sqlite(path: Path) -> aiosqlite.Connection:
    """A connection with the settings that TRUST 6 measured: nothing acknowledged is lost, deleted rows are overwritten."""
    connection = await aiosqlite.connect(path, isolation_level=None, timeout=15)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "busy_timeout = 15000",
        "cache_size = -32000",
    ):
        await connection.execute(f"PRAGMA {pragma}")
    return connection


class SqliteDriver:
    """One writer, for SQLite allows no more and queues badly by itself (p99 of 1.15 s against 10 ms); a few readers beside it."""

    def __init__(self, path: Path, *, readers: int = 4) -> None:
        self._path = path
        self._writer: aiosqlite.Connection | None = None
        self._turn = asyncio.Lock()
        self._made = 0
        self._most = readers
        self._free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()

    @asynccontextmanager
    async def reading(self, centres: str) -> AsyncIterator[SqliteLane]:
        try:
            if self._free.empty() and self._made < self._most:
                self._made += 1
                connection = await open_sqlite(self._path)
                await connection.execute("PRAGMA query_only = ON")
            else:
                connection = await self._free.get()
            try:
                yield SqliteLane(connection)
            finally:
                self._free.put_nowait(connection)
        except DRIVER_ERRORS as error:
            raise told(error) from None

    @asynccontextmanager
    async def writing(self, centres: str) -> AsyncIterator[SqliteLane]:
        try:
            async with self._turn:
                if self._writer is None:
                    self._writer = await open_sqlite(self._path)
                await self._writer.execute("BEGIN IMMEDIATE")
                lane = SqliteLane(self._writer)
                try:
                    yield lane
                    await lane.flush()
                    await self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        await self._writer.execute("ROLLBACK")
                    raise
        except DRIVER_ERRORS as error:
            raise told(error) from None

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        while not self._free.empty():
            await self._free.get_nowait().close()


def driver_for(url: str, *, size: int = 10) -> Driver:
    """`sqlite:///var/mrc.db` or `postgresql://user@host/name`."""
    kind = urlsplit(url).scheme.split("+")[0]
    if kind == "postgresql":
        return PostgresDriver(url, size=size)
    if kind == "sqlite":
        path = Path(url.split("///", 1)[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteDriver(path)
    raise Invalid(f"MRC_DATABASE_URL names a database we do not know: {kind}.", next="Use sqlite:///… or postgresql://…")
