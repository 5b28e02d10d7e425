"""Rows that were deleted leave PostgreSQL's files only when no transaction on the server can see them any more."""

import asyncio
import secrets
from collections.abc import Callable
from uuid import uuid4

import asyncpg

from adapters.database.clearing import IN_USE, clear_postgres
from tests import postgres
from tests.databases import Database


async def test_a_writer_in_another_database_is_waited_for(
    fresh_database: Callable[..., Database], postgres_server: postgres.Server
) -> None:
    """VACUUM beside it would keep the deleted row, and say nothing: the control."""
    database = fresh_database("postgresql")
    admin, elsewhere = await asyncpg.connect(database.admin_url), await asyncpg.connect(postgres_server.admin_url)
    wrapped = secrets.token_bytes(60)

    async def in_the_file() -> bool:
        await admin.execute("CHECKPOINT")
        content: bytes = await admin.fetchval("SELECT pg_read_binary_file(pg_relation_filepath('subject_key'))")
        return wrapped in content

    try:
        writing = elsewhere.transaction()
        await writing.start()
        await elsewhere.execute("SELECT pg_current_xact_id()")
        await admin.execute("INSERT INTO subject_key (id, centre, wrapped) VALUES ($1, 'ISB', $2)", uuid4(), wrapped)
        await admin.execute("DELETE FROM subject_key")
        await admin.execute("VACUUM FULL subject_key")
        assert await in_the_file(), "the control: the dead row is kept for the writer elsewhere"

        assert await clear_postgres(database.owner_url, patience=0.2) == IN_USE

        clearing = asyncio.create_task(clear_postgres(database.owner_url))
        await asyncio.sleep(0)
        await writing.rollback()
        assert await clearing == ""
        assert not await in_the_file()
    finally:
        await admin.close()
        await elsewhere.close()
