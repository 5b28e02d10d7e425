"""SQLite: one connection writes, for it allows no more and queues badly by itself (p99 of 1.15 s against 10 ms); a few read beside it.

Decision. Context: to hand a question to a connection's thread and take its answer back costs 0.2 to 0.3 ms of CPU, twice what most
questions take; a request asks four to eight. Choice: a question is asked where it stands and given up after `STEPS`; only then, and for
all that changes, waits or is kept, the thread is asked, with whatever is to be done at once in one go. Price: a long question holds up
the event loop for a millisecond, once, and two threads may hold one connection, of which `Lent` lets one work at a time.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from adapters.database.lanes import DRIVER_ERRORS, told
from adapters.database.statements import Prepared, Ready

T = TypeVar("T")
STEPS = 20_000
"""Of SQLite's own machine: about a millisecond."""
STRIDE = STEPS // 10
"""After so many steps it asks whether to go on; it counts those of a statement on from one time to the next."""


class Lent:
    """A connection with a thread of its own, and the way past it for what is quick."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection
        self._raw = connection._conn
        self._begun = self._ended = 0
        """What the thread was asked, and what of it it has done; whoever is cancelled does not wait for the end."""
        self._here, self._left = False, 0
        self._long: set[Ready] = set()
        """Given up once, and asked on the thread from then on."""
        self._raw.set_progress_handler(self._takes_too_long, STRIDE)

    def _takes_too_long(self) -> bool:
        self._left -= 1
        return self._here and self._left < 0

    async def there(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """On the connection's own thread, after all that was begun there before."""
        self._begun += 1

        def counted() -> T:
            try:
                return work(self._raw)
            finally:
                self._ended += 1

        done: T = await self.connection._execute(counted)  # type: ignore[no-untyped-call]
        return done

    def here(self, question: Ready, arguments: Sequence[Any]) -> list[tuple[Any, ...]] | None:
        """The rows at once, or None: it takes longer, or the thread is still at work."""
        if self._begun != self._ended or question in self._long:
            return None
        self._here, self._left = True, STEPS // STRIDE
        try:
            return self._raw.execute(question.text, arguments).fetchall()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            self._long.add(question)
            return None
        finally:
            self._here = False

    def text_there(self, question: Ready) -> str:
        """Python holds a statement given up between its rows for one in use, and would prepare it anew each time: other words, another."""
        return f"{question.text} " if question in self._long else question.text


class SqliteLane:
    """`writes` says that all of it is one transaction, which begins with the first that is asked of it."""

    def __init__(self, lent: Lent, *, writes: bool = False) -> None:
        self._lent, self._connection = lent, lent.connection
        self._to_begin = writes
        self._gathered: list[tuple[Ready, list[Any]]] = []

    async def _then(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What was gathered, and then this: one hop to the connection's thread for all of it."""
        now, self._gathered = self._gathered, []

        def run(raw: sqlite3.Connection) -> T:
            if self._to_begin:
                raw.execute("BEGIN IMMEDIATE")
                self._to_begin = False
            for ready, arguments in now:
                raw.execute(ready.text, arguments)
            return work(raw)

        return await self._lent.there(run)

    async def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        ready = statement.for_sqlite()
        arguments = ready.arguments(values)
        if ready.asks and not self._gathered and not self._to_begin:
            quick = self._lent.here(ready, arguments)
            if quick is not None:
                return ready.rows(quick)
        text = self._lent.text_there(ready)
        return ready.rows(await self._then(lambda raw: raw.execute(text, arguments).fetchall()))

    async def change(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        ready = statement.for_sqlite()
        arguments = ready.arguments(values)
        return await self._then(lambda raw: raw.execute(ready.text, arguments).rowcount)

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> None:
        ready = statement.for_sqlite()
        arguments = [ready.arguments(one) for one in values]
        await self._then(lambda raw: raw.executemany(ready.text, arguments))

    def later(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        ready = statement.for_sqlite()
        self._gathered.append((ready, ready.arguments(values)))

    async def at_once(self, statements: Sequence[Prepared], values: Mapping[str, Any]) -> None:
        """Foreign keys wait for the commit: the setting holds for this transaction alone."""
        every = [(ready, ready.arguments(values)) for ready in (statement.for_sqlite() for statement in statements)]

        def run(raw: sqlite3.Connection) -> None:
            raw.execute("PRAGMA defer_foreign_keys = ON")
            for ready, arguments in every:
                raw.execute(ready.text, arguments)

        await self._then(run)

    async def commit(self) -> None:
        if self._gathered or not self._to_begin:
            await self._then(lambda raw: raw.execute("COMMIT"))


WAIT = 15.0
"""Seconds a request waits for its turn, and then for another process's lock, before it is told to come back."""


async def open_sqlite(path: Path, *, reads_only: bool = False) -> aiosqlite.Connection:
    """A connection with the settings that TRUST 6 measured: nothing acknowledged is lost, deleted rows are overwritten."""
    opening = aiosqlite.connect(path, isolation_level=None, timeout=WAIT, check_same_thread=False)
    try:
        connection = await opening
    except BaseException:
        # Its thread ends by telling the event loop so, which must still be there.
        await asyncio.shield(asyncio.to_thread(opening._thread.join))
        raise
    try:
        settings = (
            f"busy_timeout = {int(WAIT * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "cache_size = -32000",
            *(["query_only = ON"] if reads_only else []),
        )
        await connection.executescript("".join(f"PRAGMA {setting};" for setting in settings))
    except BaseException:
        await connection.close()
        raise
    return connection


class SqliteDriver:
    def __init__(self, path: Path, *, readers: int = 4) -> None:
        self._path = path
        self._writer: Lent | None = None
        self._turn = asyncio.Lock()
        self._made = 0
        self._most = readers
        self._free: asyncio.LifoQueue[Lent] = asyncio.LifoQueue()

    async def _reader(self) -> Lent:
        if self._free.empty() and self._made < self._most:
            self._made += 1
            try:
                return Lent(await open_sqlite(self._path, reads_only=True))
            except BaseException:
                self._made -= 1
                raise
        async with asyncio.timeout(WAIT):
            return await self._free.get()

    @asynccontextmanager
    async def reading(self, centres: str) -> AsyncIterator[SqliteLane]:
        try:
            lent = await self._reader()
            try:
                yield SqliteLane(lent)
            finally:
                self._free.put_nowait(lent)
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
                    self._writer = Lent(await open_sqlite(self._path))
                async with _transaction(self._writer) as lane:
                    yield lane
            finally:
                self._turn.release()
        except DRIVER_ERRORS as error:
            raise told(error) from None

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.connection.close()
        while not self._free.empty():
            await self._free.get_nowait().connection.close()


@asynccontextmanager
async def _transaction(lent: Lent) -> AsyncIterator[SqliteLane]:
    """Who is cancelled while BEGIN or COMMIT is on its way cannot know whether it was reached: the undoing is queued behind it on the
    connection's own thread, and does nothing where there is nothing to undo."""
    lane = SqliteLane(lent, writes=True)
    try:
        yield lane
        await lane.commit()
    except BaseException:
        await asyncio.shield(lent.there(sqlite3.Connection.rollback))
        raise
