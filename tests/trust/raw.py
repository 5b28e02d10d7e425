"""The database as somebody sees it who goes round the service: with the owner's or the administrator's rights, or with the file in hand."""

import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Protocol

import asyncpg

from tests.databases import Database


class Raw(Protocol):
    """Statements are written with `?`; `unguarded` takes away what the database itself would refuse."""

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]: ...
    async def run(self, statement: str, *values: Any) -> None: ...
    async def unguarded(self) -> None: ...


class RawSqlite:
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        self._connection.row_factory = sqlite3.Row

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(statement, values).fetchall()]

    async def run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)

    async def unguarded(self) -> None:
        for row in await self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            await self.run(f"DROP TRIGGER {row['name']}")

    def close(self) -> None:
        self._connection.close()


def _numbered(statement: str) -> str:
    number = count(1)
    place: Callable[[re.Match[str]], str] = lambda _: f"${next(number)}"  # noqa: E731
    return re.sub(r"\?", place, statement)


class RawPostgres:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._connection.fetch(_numbered(statement), *values)]

    async def run(self, statement: str, *values: Any) -> None:
        await self._connection.execute(_numbered(statement), *values)

    async def unguarded(self) -> None:
        await self.run("SET session_replication_role = replica")


@asynccontextmanager
async def raw(database: Database, url: str = "") -> AsyncIterator[Raw]:
    if database.kind == "sqlite":
        file = RawSqlite(database.url.split("///", 1)[1])
        try:
            yield file
        finally:
            file.close()
    else:
        connection = await asyncpg.connect(url or database.admin_url)
        try:
            yield RawPostgres(connection)
        finally:
            await connection.close()


async def replaced(db: Raw, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """The table holds these rows and no others."""
    await db.run(f'DELETE FROM "{table}"')
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        await db.run(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', *row.values())
