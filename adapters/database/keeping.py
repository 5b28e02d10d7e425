"""The database taken whole: every row as it stands at one moment, and the way back into an empty one.

Values are written as JSON says them and read back by their column's type, so that an archive does not care which database it came from
and which one it goes to. What is sealed stays sealed.
"""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from alembic.script import ScriptDirectory
from sqlalchemy import Date, LargeBinary, String, Table, Text, Uuid, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.types import TypeEngine

from adapters.database.audit import ADD_ENTRY, ENTRY, Uids, marked
from adapters.database.erasing import shred_known
from adapters.database.identity import CENTRES
from adapters.database.lanes import EVERYWHERE, Driver, Lane
from adapters.database.migrate import SCRIPTS
from adapters.database.outbox import MESSAGE
from adapters.database.postgres import PostgresLane
from adapters.database.schema import UTCDateTime, Words, moment
from adapters.database.sqlite import SqliteLane
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from domain.audit import Behind, Entry
from domain.errors import Conflict, Unavailable
from domain.keeping import Page
from domain.secrecy import KeyVault
from domain.values import HOUSE, CentreCode, ClientId

ROWS = 500
FEW = 4
"""Rows of a page, and of one whose rows may be megabytes each."""


class NotEmpty(Conflict):
    """This database holds data already; an archive goes only into an empty one."""

    next = "Name an empty database in MRC_DATABASE_URL, run `mrc migrate`, and restore there."


class NotMigrated(Unavailable):
    """This database has no tables yet."""

    next = "Run `mrc migrate`."


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


_READERS: tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (UTCDateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Uuid, lambda text: UUID(hex=text)),
    (LargeBinary, b64decode),
    (Uids, lambda texts: tuple(UUID(hex=text) for text in texts)),
    (Words, tuple),
)


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    return next((read for its, read in _READERS if isinstance(kind, its)), lambda value: value)


class _Whole:
    """One table: every row in the order of its key, and one row put back."""

    def __init__(self, table: Table) -> None:
        self.name = table.name
        self.columns = tuple(table.columns)
        keys = tuple(table.primary_key.columns)
        in_bytes = [key.collate("C") if isinstance(key.type, String | Text) else key for key in keys]
        # PostgreSQL sorts text as its locale does, SQLite by bytes: a sum over the rows needs one order.
        self.rows = Prepared(select(*self.columns).order_by(*in_bytes), on_sqlite=select(*self.columns).order_by(*keys))
        self.any = Prepared(select(keys[0]).limit(1))
        self.insert = Prepared(insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in self.columns}))
        self.most = FEW if any(isinstance(c.type, LargeBinary) and c.name == "content" for c in self.columns) else ROWS
        self._readers = [_reader(c.type) for c in self.columns]

    def values(self, row: list[Any]) -> dict[str, Any]:
        pairs = zip(self.columns, self._readers, row, strict=True)
        return {c.name: value if value is None else read(value) for c, read, value in pairs}


WHOLE = {table.name: _Whole(table) for table in METADATA.sorted_tables}

CHAIN_ENTRY = Prepared(
    update(ENTRY)
    .where(ENTRY.c.id == bindparam("pk", type_=Uuid()))
    .values(seq=bindparam("place", type_=ENTRY.c.seq.type), seal=bindparam("link", type_=LargeBinary()))
)


async def _fetched(lane: Lane, whole: _Whole) -> AsyncIterator[list[tuple[Any, ...]]]:
    """The rows of one table, some at a time: a house of a hundred thousand clients passes through little memory."""
    if isinstance(lane, PostgresLane):
        ready = whole.rows.for_postgresql()
        cursor = await lane._connection.cursor(ready.text)
        while raw := await cursor.fetch(whole.most):
            yield ready.rows(raw)
    elif isinstance(lane, SqliteLane):
        ready = whole.rows.for_sqlite()
        async with lane._connection.execute(ready.text) as rows:
            while some := await rows.fetchmany(whole.most):
                yield ready.rows(list(some))


async def revision_of(lane: Lane) -> str:
    """Raises NotMigrated."""
    if isinstance(lane, PostgresLane):
        found = await lane._connection.fetchval("SELECT to_regclass('alembic_version')")
        revision = await lane._connection.fetchval("SELECT version_num FROM alembic_version") if found else None
    elif isinstance(lane, SqliteLane):
        known = await lane._connection.execute_fetchall("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        rows = list(await lane._connection.execute_fetchall("SELECT version_num FROM alembic_version")) if list(known) else []
        revision = rows[0][0] if rows else None
    else:
        revision = None
    if revision is None:
        raise NotMigrated()
    return str(revision)


class SqlSnapshot:
    def __init__(self, lane: Lane, revision: str) -> None:
        self._lane, self.revision = lane, revision

    async def pages(self) -> AsyncIterator[Page]:
        for name, whole in WHOLE.items():
            async for rows in _fetched(self._lane, whole):
                yield name, [[_plain(value) for value in row] for row in rows]


class SqlFilling(SqlSnapshot):
    def __init__(self, lane: Lane, revision: str, vault: KeyVault) -> None:
        super().__init__(lane, revision)
        self._vault = vault

    async def put(self, page: Page) -> None:
        name, rows = page
        values = [WHOLE[name].values(row) for row in rows]
        if name == ENTRY.name:
            await self._put_trail(values)
        else:
            await self._lane.many(WHOLE[name].insert, values)

    async def _put_trail(self, values: list[dict[str, Any]]) -> None:
        """The database takes a line of the trail only unchained, and chains it only once: so that is how it comes back."""
        await self._lane.many(WHOLE[ENTRY.name].insert, [{**one, "seq": None, "seal": None} for one in values])
        chained = [{"pk": one["id"], "place": one["seq"], "link": one["seal"]} for one in values if one["seq"] is not None]
        if chained:
            await self._lane.many(CHAIN_ENTRY, chained)

    async def shred(self, erased: frozenset[UUID]) -> list[tuple[CentreCode, ClientId]]:
        return await shred_known(self._lane, self._vault, erased)

    async def note(self, entry: Entry) -> None:
        self._lane.later(ADD_ENTRY, marked(entry, self._vault))


class SqlStorehouse:
    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        self._driver, self._vault = driver, vault

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[SqlSnapshot]:
        async with self._driver.reading(EVERYWHERE) as lane:
            revision = await revision_of(lane)
            if isinstance(lane, PostgresLane):
                async with lane._connection.transaction(isolation="repeatable_read", readonly=True):
                    yield SqlSnapshot(lane, revision)
            elif isinstance(lane, SqliteLane):
                await lane._connection.execute("BEGIN")
                try:
                    yield SqlSnapshot(lane, revision)
                finally:
                    await lane._connection.execute("ROLLBACK")

    @asynccontextmanager
    async def filling(self) -> AsyncIterator[SqlFilling]:
        async with self._driver.writing(EVERYWHERE) as lane:
            revision = await revision_of(lane)
            await lane.change(_NO_HOUSE, {})
            for whole in WHOLE.values():
                if await lane.rows(whole.any, {}):
                    raise NotEmpty()
            yield SqlFilling(lane, revision, self._vault)

    async def revision(self) -> str:
        async with self._driver.reading(EVERYWHERE) as lane:
            return await revision_of(lane)

    async def behind(self) -> Behind:
        async with self._driver.reading(EVERYWHERE) as lane:
            ((messages, due),) = await lane.rows(_MESSAGES, {})
            ((lines, written),) = await lane.rows(_LINES, {})
            ((now,),) = await lane.rows(_NOW, {})
        return Behind(messages, now - due if due else timedelta(), lines, now - written if written else timedelta())


def expected_revision() -> str:
    """What this release's migrations lead to."""
    return str(ScriptDirectory(str(SCRIPTS)).get_current_head())


_MESSAGES = Prepared(
    select(func.count(), func.min(MESSAGE.c.due_at, type_=UTCDateTime())).where(
        or_(MESSAGE.c.state == "waiting", MESSAGE.c.state == "claimed")
    )
)
_LINES = Prepared(select(func.count(), func.min(ENTRY.c.at, type_=UTCDateTime())).where(ENTRY.c.seq.is_(None)))
_NOW = Prepared(select(moment()))
_NO_HOUSE = Prepared(delete(CENTRES).where(CENTRES.c.code == HOUSE))
"""The one row that a new database comes with: the house itself, which every archive brings along."""
