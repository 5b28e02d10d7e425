"""Clears a database's files of what deleted and changed rows left behind in them."""

import asyncio
import sqlite3
from pathlib import Path

import asyncpg

from adapters.database.lanes import DRIVER_ERRORS
from adapters.database.postgres import enter
from adapters.database.sqlite import open_sqlite
from adapters.database.tables import METADATA

REWRITTEN = ("subject_key", "client_token", "client", "contact", "incoming")
"""Small tables, whose files are written anew: plain VACUUM frees the room of a dead row and leaves its bytes in it."""

IN_USE = "The database is in use: its files still hold freed rows. Run `mrc erase` for the same number again when it is quiet."

PATIENCE = 60.0
"""Seconds to wait for what others on the server had begun before the erasure."""

_RUNNING = "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'virtualxid' AND pid <> pg_backend_pid()"
_STILL_RUNNING = f"{_RUNNING} AND virtualtransaction = ANY($1)"


async def clear_sqlite(url: str) -> str:
    """Rewrites the file and empties the log beside it. Says what kept it from doing so."""
    connection = await open_sqlite(Path(url.split("///", 1)[1]))
    try:
        await connection.execute("VACUUM")
        ((busy, *_),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        busy = 1
    finally:
        await connection.close()
    return IN_USE if busy else ""


async def clear_postgres(owner_url: str, patience: float = PATIENCE) -> str:
    """VACUUM, as the owner; the write-ahead log is recycled by the server in its own time. Says what kept it from doing so."""
    try:
        connection = await enter(owner_url, timeout=10)
    except DRIVER_ERRORS:
        return "MRC_MIGRATE_URL does not answer: the files still hold freed rows. Run VACUUM FULL as the owner."
    try:
        if not await connection.fetchval("SELECT relowner = current_user::regrole FROM pg_class WHERE oid = 'subject_key'::regclass"):
            return "Only the owner may clear the files: set MRC_MIGRATE_URL and run `mrc erase` for the same number again."
        async with asyncio.timeout(patience):
            await _outlived(connection)
        for table in METADATA.sorted_tables:
            await connection.execute(f'VACUUM {"FULL " if table.name in REWRITTEN else ""}"{table.name}"')
    except TimeoutError:
        return IN_USE
    except DRIVER_ERRORS:
        return "The files could not be cleared now. Run `mrc erase` for the same number again."
    finally:
        await connection.close()
    return ""


async def _outlived(connection: asyncpg.Connection) -> None:
    """Waits until nobody can see the erased rows any more.

    VACUUM keeps a dead row while a snapshot on the server may need it. A snapshot reaches as far back as the oldest writer that ran
    when it was taken, in any database of the server, that of VACUUM FULL too. So twice: once for the writers older than the erasure,
    and once for the snapshots taken while these still ran.
    """
    for _ in range(2):
        running = [row[0] for row in await connection.fetch(_RUNNING)]
        while await connection.fetch(_STILL_RUNNING, running):  # noqa: ASYNC110 - another process ends it; there is no event to wait for
            await asyncio.sleep(0.02)
