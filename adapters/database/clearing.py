"""Clears a database's files of what deleted and changed rows left behind in them."""

import sqlite3
from pathlib import Path

import asyncpg

from adapters.database.lanes import DRIVER_ERRORS
from adapters.database.sqlite import open_sqlite
from adapters.database.tables import METADATA

REWRITTEN = ("subject_key", "client_token", "client", "contact")
"""Small tables, whose files are written anew: plain VACUUM frees the room of a dead row and leaves its bytes in it."""

IN_USE = "The database is in use and its files still hold freed rows. Run `mrc erase` for the same number again when it is quiet."


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
    return (
        "The database is in use: its files still hold freed rows. Run `mrc erase` for the same number again when it is quiet."
        if busy
        else ""
    )


async def clear_postgres(owner_url: str) -> str:
    """VACUUM, as the owner; the write-ahead log is recycled by the server in its own time."""
    try:
        connection = await asyncpg.connect(owner_url.replace("postgresql+asyncpg://", "postgresql://"), timeout=10)
    except DRIVER_ERRORS:
        return "MRC_MIGRATE_URL does not answer: the files still hold freed rows. Run VACUUM FULL as the owner."
    try:
        if not await connection.fetchval("SELECT relowner = current_user::regrole FROM pg_class WHERE oid = 'subject_key'::regclass"):
            return "Only the owner may clear the files: set MRC_MIGRATE_URL and run `mrc erase` for the same number again."
        for table in METADATA.sorted_tables:
            await connection.execute(f'VACUUM {"FULL " if table.name in REWRITTEN else ""}"{table.name}"')
    except DRIVER_ERRORS:
        return "The files could not be cleared now. Run `mrc erase` for the same number again."
    finally:
        await connection.close()
    return ""
