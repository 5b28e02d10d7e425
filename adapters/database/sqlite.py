"""SQLite: one connection writes, for it allows no more and queues badly by itself (p99 of 1.15 s against 10 ms); a few read beside it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from adapters.database.lanes import DRIVER_ERRORS, told
from adapters.database.statements import Prepared, Ready


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

    async def at_once(self, statements: Sequence[Prepared], values: Mapping[str, Any]) -> None:
        """Foreign keys wait for the commit: the setting holds for this transaction alone."""
        await self.flush()
        await self._connection.execute("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            await self.change(statement, values)

    async def flush(self) -> None:
        if not self._gathered:
            return
        now, self._gathered = self._gathered, []

        def run(raw: sqlite3.Connection) -> None:
            for ready, arguments in now:
                raw.execute(ready.text, arguments)

        # One hop to the connection's thread for all of them.
        await self._connection._execute(run, self._connection._conn)  # type: ignore[no-untyped-call]


WAIT = 15.0
"""Seconds a request waits for its turn, and then for another process's lock, before it is told to come back."""


async def open_sqlite(path: Path, *, reads_only: bool = False) -> aiosqlite.Connection:
    """A connection with the settings that TRUST 6 measured: nothing acknowledged is lost, deleted rows are overwritten."""
    connection = await aiosqlite.connect(path, isolation_level=None, timeout=WAIT)
    try:
        for pragma in (
            f"busy_timeout = {int(WAIT * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "cache_size = -32000",
            *(["query_only = ON"] if reads_only else []),
        ):
            await connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return connection


class SqliteDriver:
    def __init__(self, path: Path, *, readers: int = 4) -> None:
        self._path = path
        self._writer: aiosqlite.Connection | None = None
        self._turn = asyncio.Lock()
        self._made = 0
        self._most = readers
        self._free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()

    async def _reader(self) -> aiosqlite.Connection:
        if self._free.empty() and self._made < self._most:
            self._made += 1
            try:
                return await open_sqlite(self._path, reads_only=True)
            except BaseException:
                self._made -= 1
                raise
        async with asyncio.timeout(WAIT):
            return await self._free.get()

    @asynccontextmanager
    async def reading(self, centres: str) -> AsyncIterator[SqliteLane]:
        try:
            connection = await self._reader()
            try:
                yield SqliteLane(connection)
            finally:
                self._free.put_nowait(connection)
        except DRIVER_ERRORS as error:
            raise told(error) from None

    async def _my_turn(self) -> None:
        async with asyncio.timeout(WAIT):
            await self._turn.acquire()

    @asynccontextmanager
    async def writing(self, centres: str) -> AsyncIterator[SqliteLane]:
        try:
            await self._my_turn()
            try:
                if self._writer is None:
                    self._writer = await open_sqlite(self._path)
                async with _transaction(self._writer):
                    lane = SqliteLane(self._writer)
                    yield lane
                    await lane.flush()
            finally:
                self._turn.release()
        except DRIVER_ERRORS as error:
            raise told(error) from None

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        while not self._free.empty():
            await self._free.get_nowait().close()


@asynccontextmanager
async def _transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Who is cancelled while BEGIN or COMMIT is on its way cannot know whether it was reached: the undoing is queued behind it on the
    connection's own thread, and does nothing where there is nothing to undo."""
    try:
        await connection.execute("BEGIN IMMEDIATE")
        yield
        await connection.execute("COMMIT")
    except BaseException:
        await asyncio.shield(connection.rollback())
        raise
