"""The crash harness at length: `python -m benchmarks.crash --referrals 10000`, on both databases, before a release.

Prints what was acknowledged, lost or told twice, and how many kills there were; ends with 1 when anything was lost or twice.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from adapters.database.migrate import upgrade
from tests import postgres
from tests.databases import Database
from tests.reliability.crash import Count, run


def on_sqlite(folder: Path, referrals: int, seed: int) -> Count:
    url = f"sqlite:///{folder / 'crash.sqlite'}"
    upgrade(url)
    return asyncio.run(run(Database("sqlite", url, url, url), folder, referrals=referrals, seed=seed))


def on_postgresql(folder: Path, referrals: int, seed: int) -> Count:
    server = postgres.begin(os.getpid())
    name = f"crash_{secrets.token_hex(4)}"
    try:
        server.create(name)
        upgrade(server.owner(name), app_role=postgres.APP)
        database = Database("postgresql", server.app(name), server.owner(name), server.admin(name), postgres.APP)
        return asyncio.run(run(database, folder, referrals=referrals, seed=seed))
    finally:
        server.drop(name)
        postgres.stop(server)


KINDS = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--referrals", type=int, default=10_000)
    ask.add_argument("--seed", type=int, default=20261121)
    ask.add_argument("--database", choices=[*KINDS, "both"], default="both")
    told = ask.parse_args()
    bad = False
    for kind in KINDS if told.database == "both" else [told.database]:
        with tempfile.TemporaryDirectory() as folder:
            count = KINDS[kind](Path(folder), told.referrals, told.seed)
        wrong = {name: len(found) for name, found in asdict(count).items() if isinstance(found, list)}
        bad = bad or any(wrong.values()) or count.acknowledged != told.referrals
        print(f"{kind}: {count.acknowledged} acknowledged, {count.kills} kills, {count.repeats} repeats, {wrong}, {count.seconds:.0f} s")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
