"""Brings a database to the present schema, and back, without losing a row on the way.

Decision. Context: a step that would lose rows is undone; and steps that count a figure anew, or go back to a release that does not know a
part of it, take rows of that figure away, so a house with closed cases could not go back. Choice: rows of figures are not counted as lost,
for `mrc figures rebuild` makes them from the records, and `mrc figures check` says whether it is needed; what stands between the records
and a figure (`recount.BESIDE`) is a record here, and counted. Price: a step that loses figures by mistake is noticed by that check alone.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import guards
from adapters.database.figures import KEPT
from adapters.database.postgres import enter
from adapters.database.tables import METADATA

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"


FIGURES = frozenset(table.name for table in KEPT)
"""Tables of which every row follows from the records."""


class RowsLost(RuntimeError):
    """A migration would have lost rows or left a row pointing nowhere; it was undone."""


def upgrade(url: str, *, app_role: str | None = None, to: str = "head") -> None:
    _run(url, lambda connection: _migrate(connection, to, app_role, command.upgrade))


def downgrade(url: str, *, to: str, app_role: str | None = None) -> None:
    _run(url, lambda connection: _migrate(connection, to, app_role, command.downgrade))


def revision_of(url: str) -> str | None:
    """The revision a database stands at; None for an empty one."""
    found: list[str | None] = []

    def look(connection: Connection) -> None:
        known = "alembic_version" in inspect(connection).get_table_names()
        found.append(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None)

    _run(url, look)
    return found[0]


def drift(url: str) -> list[Any]:
    """How the migrated database differs from the tables in code; empty when they agree."""
    from_code: list[Any] = []
    _run(url, lambda connection: from_code.extend(_compare(connection)))
    return from_code


def config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.attributes["connection"] = connection
    return made


def _compare(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


def _migrate(connection: Connection, to: str, app_role: str | None, act: Callable[[Config, str], None]) -> None:
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        connection.execute(text("SELECT set_config('mrc.centres', '*', false)"))
    before = _counts(connection)
    act(config(connection), to)
    after = _counts(connection)
    if lost := [name for name, count in before.items() if name in after and name not in FIGURES and after[name] < count]:
        raise RowsLost(f"fewer rows than before in: {', '.join(lost)}")
    if not postgres and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise RowsLost("rows point to rows that are gone")
    if "audit_entry" in after:
        guards.stand(connection, app_role)


def _counts(connection: Connection) -> dict[str, int]:
    """Asked in one statement: some sixty tables, before and after every step."""
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    asked = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)  # noqa: S608
    return {row[0]: row[1] for row in connection.exec_driver_sql(asked)} if names else {}


def _run(url: str, work: Callable[[Connection], None]) -> None:
    if url.startswith("sqlite"):
        _run_sqlite(url, work)
    else:
        asyncio.run(_run_postgres(url, work))


def _run_sqlite(url: str, work: Callable[[Connection], None]) -> None:
    """One real transaction around the whole change, with foreign keys off from before it begins: SQLite's way of altering a table drops
    it, and a drop with them on deletes what points to it."""
    path = Path(url.split("///", 1)[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def opened(raw: Any, _: object) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            work(connection)
    finally:
        engine.dispose()


async def _run_postgres(url: str, work: Callable[[Connection], None]) -> None:
    # Not by the address itself: SQLAlchemy hands `sslmode` on as a name that the driver does not know.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: enter(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(work)
    finally:
        await engine.dispose()
