"""`python -m benchmarks.trail`: how long the data-protection officer waits to hear who saw a person, in lists and searches too.

On PostgreSQL, with a trail of so many lines of which a third are lists of 25 people; beside it what an index answers, who did what of late.
Ends with 1 where a million lines take longer than a second and a half.
"""

import argparse
import signal
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import ground, server
from benchmarks.ground import Ground
from domain.audit import Sought
from domain.identity import Actor, Role
from domain.values import HOUSE, CentreCode, ClientId
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House, wire
from tests.postgres import NoPostgres

CLIENTS = 100
MOST = 1.5
"""Seconds for each million lines."""
CENTRES = tuple(CentreCode(code) for code in ("ISB", "LHE", "PEW", HOUSE))
OFFICER = Actor(HOUSE_ACTOR.id, Role.dpo, CENTRES)
SEEN, UNSEEN = UUID("00000000-0000-7000-8000-00000000abcd"), UUID("00000000-0000-7000-8000-00000000dcba")
# Ids in order of time, as real ones are. Somebody stands in one list of a thousand, in the middle of it.
LINES = """
WITH list AS (
    SELECT n, decode(repeat(md5(n::text), 12), 'hex') AS twelve,
        CASE WHEN n % 3000 = 0 THEN uuid_send($2) ELSE decode(md5('x' || n), 'hex') END AS one
    FROM generate_series(1, $1::bigint) n
)
INSERT INTO audit_entry (id, centre, at, actor, action, client_id, others, fields, note, mac)
SELECT lpad(to_hex(n), 32, '0')::uuid, (ARRAY['ISB', 'LHE', 'PEW'])[1 + n / 3 % 3], now(), $3, 'saw_cases',
    CASE WHEN n % 3 > 0 THEN $4::uuid END, CASE WHEN n % 3 = 0 THEN twelve || one || twelve ELSE ''::bytea END,
    '', '', decode(md5(n::text), 'hex')
FROM list
"""


async def _asked(house: House, sought: Sought) -> float:
    began = time.perf_counter()
    await house.usecases.audit.page(OFFICER, sought, 50, None)
    return time.perf_counter() - began


async def measured(its: Ground, lines: int, rounds: int) -> Mapping[str, float]:
    """Seconds by question: the median of so many rounds, one more before them."""
    connection = await asyncpg.connect(its.admin_url, command_timeout=600)
    await connection.execute(LINES, lines, SEEN, HOUSE_ACTOR.id, UUID(int=7))
    await connection.execute("VACUUM ANALYZE audit_entry")
    await connection.close()
    house = wire(Settings(database_url=its.environment["MRC_DATABASE_URL"], data_dir=Path(its.environment["MRC_DATA_DIR"])))
    questions = {
        "the newest lines": Sought(),
        "who saw somebody of one list in a thousand": Sought(ClientId(SEEN)),
        "who saw somebody whom nobody saw": Sought(ClientId(UNSEEN)),
    }
    try:
        taken = [{name: await _asked(house, sought) for name, sought in questions.items()} for _ in range(rounds + 1)][1:]
    finally:
        await house.close()
    return {name: statistics.median(one[name] for one in taken) for name in questions}


async def run(options: argparse.Namespace) -> bool:
    """Whether it was quick enough."""
    with server.running() as database:
        found = await measured(await ground.prepare(database, CLIENTS, again=False), options.lines, options.rounds)
    table = Table("question", "ms", title=f"A trail of {options.lines:,} lines")
    for name, seconds in found.items():
        table.add_row(name, f"{seconds * 1000:,.0f}")
    Console(width=120 if not sys.stdout.isatty() else None).print(table)
    return max(found.values()) <= MOST * max(options.lines / 1_000_000, 0.1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trail", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        sys.exit(0 if uvloop.run(run(parser.parse_args())) else 1)
    except NoPostgres as why:
        raise SystemExit(f"{type(why).__name__}: {why}") from None


if __name__ == "__main__":
    main()
