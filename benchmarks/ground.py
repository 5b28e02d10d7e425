"""The database a benchmark runs on: migrated, filled with made-up people, with the bare programme's side tables beside it."""

import json
import os
import resource
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg

from benchmarks import bare
from benchmarks.processes import ROOT, cpu_of_postgres, mrc, parent_of
from domain.demo import Cast, Colleagues, client
from domain.identity import Actor, Role
from domain.values import CentreCode
from tests import postgres

SEED = 1
DAY = date(2026, 11, 20)
"""The present of the made-up people: always the same, so that runs can be held against each other."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Seconds that the made-up people took: on the clock, and of CPU of our processes and of the database's."""

    lasted: float
    own_cpu: float
    database_cpu: float


@dataclass(frozen=True, slots=True)
class Ground:
    """`laid` is None when the people were there from a run before."""

    clients: int
    environment: dict[str, str]
    admin_url: str
    postmaster: int
    laid: Laid | None


async def prepare(server: postgres.Server, clients: int, again: bool) -> Ground:
    name, data = f"mrc_bench_{clients}", ROOT / "var" / f"bench-{clients}"
    environment = {
        "MRC_DATABASE_URL": server.app(name),
        "MRC_MIGRATE_URL": server.owner(name),
        "MRC_APP_ROLE": postgres.APP,
        "MRC_DATA_DIR": str(data),
        "MRC_ENV": "development",
    }
    admin, laid = server.admin(name), None
    if not (again and await _there(admin, clients, data)):
        server.drop(name)
        server.create(name)
        mrc(environment, "migrate")
        laid = _lay(environment, clients, server.pid or await _postmaster(admin))
        await _side_tables(admin, clients)
    return Ground(clients, environment, admin, server.pid or await _postmaster(admin), laid)


def _lay(environment: dict[str, str], clients: int, postmaster: int) -> Laid:
    begin, database, own = time.perf_counter(), cpu_of_postgres(postmaster), _of_children()
    mrc(environment, "demo", "--clients", str(clients), "--seed", str(SEED), "--day", str(DAY))
    return Laid(time.perf_counter() - begin, _of_children() - own, cpu_of_postgres(postmaster) - database)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _postmaster(url: str) -> int:
    """The process that a server of this machine hangs on; 0 for one elsewhere."""
    connection = await asyncpg.connect(url)
    try:
        return parent_of(await connection.fetchval("SELECT pg_backend_pid()"), "postgres")
    finally:
        await connection.close()


async def _there(url: str, clients: int, data: Path) -> bool:
    if not (data / "keys.json").exists():
        return False
    try:
        connection = await asyncpg.connect(url)
    except asyncpg.InvalidCatalogNameError:
        return False
    try:
        return bool(await connection.fetchval("SELECT (SELECT count(*) FROM bench_name) >= $1", clients))
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()


async def _side_tables(url: str, clients: int) -> None:
    connection = await asyncpg.connect(url, command_timeout=600)
    try:
        await connection.execute(bare.SIDE_TABLES)
        await connection.copy_records_to_table("bench_name", records=[people[:4] for people in everybody(clients)])
        await connection.execute(bare.AFTER_NAMES)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def everybody(clients: int) -> list[tuple[UUID, str, str, str, str]]:
    """(id, name, name in Urdu, name and father's name, number) of every client, made up anew from the seed as the demo made them."""
    nobody = Actor(UUID(int=0), Role.counsellor, ())
    centres = tuple(Colleagues(CentreCode(code), (nobody, nobody), nobody) for code in ("ISB", "LHE", "PEW"))
    cast = Cast(centres, {}, nobody)
    found = []
    for index in range(clients):
        one = client(cast, Random(f"{SEED}/{index}"), index, clients, DAY)
        said = f"{one.names.name} {one.particulars.father_or_husband_name}"
        found.append((one.id, one.names.name, one.names.name_urdu, said, one.number))
    return found


NORMAL = """
SELECT c.id FROM "case" c JOIN client p ON p.id = c.client_id
WHERE c.centre = $1 AND c.sensitivity = 'normal' AND p.sensitivity = 'normal' ORDER BY c.id
"""


async def cases_of(url: str, centre: str, count: int) -> list[UUID]:
    """Some normal cases of a centre, spread over all its cases."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(NORMAL, centre)
    finally:
        await connection.close()
    return [row[0] for row in rows[:: max(1, len(rows) // count)]][:count]


async def about(url: str, column: str, table: str, cases: list[UUID]) -> list[UUID]:
    """What hangs on these cases: a column of the rows of `table` that name one, a row for each case."""
    connection = await asyncpg.connect(url)
    try:
        key = "id" if table == "case" else "case_id"
        rows = await connection.fetch(f'SELECT DISTINCT ON ({key}) {column} FROM "{table}" WHERE {key} = ANY($1)', cases)
    finally:
        await connection.close()
    return [row[0] for row in rows]


async def scalar(url: str, question: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(question))
    finally:
        await connection.close()


def machine() -> str:
    """In general words."""
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024 // 1024
    return json.dumps({"cores": os.cpu_count(), "memory_gb": memory})
