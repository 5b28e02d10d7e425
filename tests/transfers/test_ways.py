"""Moving and erasing a client find their rows by an index: no statement of theirs reads a whole table, however many clients there are."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Table, UniqueConstraint, Uuid

from adapters.database import erasing, incoming, moving
from adapters.database.erasing import about_clients
from adapters.database.moving import moved
from adapters.database.schema import CENTRE
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from tests.databases import Database
from tests.trust.raw import Raw, raw

WHOLE = {
    "erasing._ERASED": "who was ever erased is asked once, after a restore",
    "erasing._HOLD": "a number of whichever centre, by hand: numbers are unique within one",
}
"""Statements that may read a table, each with why."""
SCAN = {"sqlite": re.compile(r"^SCAN (\w+)"), "postgresql": re.compile(r"Seq Scan on (\w+)")}


def statements() -> Iterator[tuple[str, Prepared]]:
    """Every statement that stands in the two modules, and those that they make."""
    for module in (moving, erasing):
        for named, its in vars(module).items():
            name = f"{module.__name__.rpartition('.')[2]}.{named}"
            if name not in WHOLE:
                yield from ((name, one) for one in _prepared(its))
    yield from (("moving._moving", one) for one in moving._moving())
    yield from (("erasing._blanking", one) for one in erasing._blanking())
    yield "incoming._SILENCE", incoming._SILENCE


def _prepared(its: Any) -> Iterator[Prepared]:
    if isinstance(its, Prepared):
        yield its
    elif isinstance(its, tuple | list):
        for one in its:
            yield from _prepared(one)


VALUES = {
    "whose": UUID(int=7),
    "pk": UUID(int=7),
    "id": UUID(int=7),
    "which": "n1",
    "number": "ISB-1",
    "n": 1,
    "states": [],
    "scope_centres": [],
}


async def scanned(db: Raw, kind: str) -> set[tuple[str, str]]:
    """The statements that read a table from its beginning to its end, with the table."""
    found = set()
    if kind == "postgresql":
        # Of tables with so few rows the planner reads the whole; now it does so only where nothing else is left to it.
        await db.run("SET enable_seqscan = off")
    for name, one in statements():
        ready = one.for_sqlite() if kind == "sqlite" else one.for_postgresql()
        plan = "EXPLAIN QUERY PLAN " if kind == "sqlite" else "EXPLAIN "
        for row in await db.rows(plan + ready.text, *ready.arguments(VALUES)):
            its = SCAN[kind].search(str(next(reversed(row.values()))))
            if its and its.group(1) in METADATA.tables:
                found.add((name, its.group(1)))
    return found


async def test_no_statement_reads_a_whole_table(database: Database) -> None:
    async with raw(database) as db:
        assert await scanned(db, database.kind) == set()
        await db.run("DROP INDEX ix_session_client_id")
    async with raw(database) as db:
        its = {(name, "session") for name in ("moving._COUNTED", "moving._moving", "erasing._blanking")}
        assert await scanned(db, database.kind) == its, "the control"


def ways(table: Table) -> list[tuple[str, ...]]:
    """The columns by which rows of a table are found: of its keys and its indexes, but those that hold only some rows."""
    whole = [one for one in table.indexes if one.dialect_options["postgresql"].get("where") is None]
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys = [tuple(column.name for column in one.columns) for one in (table.primary_key, *whole, *unique)]
    return [*keys, *((column.name,) for column in table.columns if column.unique)]


def without_a_way() -> set[tuple[str, str]]:
    """Tables that are asked for the rows of one client, or whose rows the database looks up itself as what they point to moves, and have
    no index that begins with it."""
    hers = {table.name: table for table in (*about_clients(), *(table for table, _ in moved().values())) if "client_id" in table.c}
    asked = {(name, "client_id") for name in hers}
    for table in METADATA.tables.values():
        for key in table.foreign_key_constraints:
            if key.referred_table.name in moved() and "centre" in key.columns:
                asked |= {(table.name, column.name) for column in key.columns if column.name != "centre"}
    return {(name, column) for name, column in asked if not any(way[0] == column for way in ways(METADATA.tables[name]))}


def test_every_table_leads_from_a_client_to_its_rows() -> None:
    assert without_a_way() - {("transfer", "client_id")} == set()


def test_a_table_without_a_way_is_noticed() -> None:
    columns = Column("id", Uuid(), primary_key=True), Column("centre", CENTRE), Column("client_id", Uuid()), Column("at", Uuid())
    beside = Table("beside", METADATA, *columns, Index("ix_beside_at", "at", "client_id"))
    try:
        assert ("beside", "client_id") in without_a_way()
        Index("ix_beside_client_id", beside.c.client_id)
        assert ("beside", "client_id") not in without_a_way()
    finally:
        METADATA.remove(beside)
