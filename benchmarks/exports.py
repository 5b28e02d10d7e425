"""`python -m benchmarks.exports`: how long an export of 250,000 cases with names takes, and the most memory it needed.

On SQLite in a folder of its own (`--keep FOLDER` lets it stand for the next time): made-up people, all moved to one centre. Each file is
written in a process of its own, drawn as an answer draws it and thrown away. Ends with 1 where one needed 300 MB or more.
"""

import argparse
import asyncio
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from benchmarks.processes import mrc
from domain.exports.columns import ExportColumn, Subject
from domain.exports.record import ExportStep, ExportView, Wanted
from domain.identity import Actor, Role
from domain.reports.sheet import FileKind
from domain.values import CentreCode, day_of
from service.settings import Settings
from service.usecases.exports import Wording
from service.wiring import House, wire

MOST = 300
ISB = CentreCode("ISB")
COLUMNS = tuple(
    ExportColumn(name) for name in "number name name_urdu gender birth_year district case_kind risk outcome stage month counsellor".split()
)


def lay(folder: Path, rows: int) -> None:
    database = folder / "mrc.db"
    if database.exists():
        return
    environment = {"MRC_DATABASE_URL": f"sqlite:///{database}", "MRC_DATA_DIR": str(folder), "MRC_ENV": "development"}
    mrc(environment, "migrate")
    mrc(environment, "demo", "--clients", str(rows), "--seed", "1")
    with sqlite3.connect(database) as connection:
        for table in ("client", "case"):
            connection.execute(f"UPDATE \"{table}\" SET centre = 'ISB'")


def said(it: ExportView, _: datetime) -> Wording:
    return Wording("Cases", (it.first, it.last), {one: one.value for one in it.columns}, f"Export {it.number}")


async def approved(house: House, kind: FileKind) -> tuple[Actor, ExportView]:
    """Asked for by one and let through by another."""
    asker, officer = (Actor(house.ids.new(), role, (ISB,), name="Bench") for role in (Role.supervisor, Role.dpo))
    today = day_of(datetime.now().astimezone())
    wanted = Wanted(Subject.cases, COLUMNS, f"{today.year - 9}-01", f"{today:%Y-%m}", kind)
    it = await house.usecases.exports.ask(asker, None, ISB, wanted, "Benchmark")
    return asker, await house.usecases.exports.step(officer, None, it.id, ExportStep.approve, reason="Benchmark", restricted=True)


async def write(folder: Path, kind: FileKind) -> int:
    house = wire(Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'mrc.db'}"))
    asker, it = await approved(house, kind)
    unlocked = await house.usecases.exports.unlock(asker, it.id)
    began = time.perf_counter()
    file = await house.usecases.exports.file(asker, it.id, unlocked.ticket, said)
    size = await asyncio.to_thread(lambda: sum(map(len, file.pieces)))
    took = time.perf_counter() - began
    rows = (await house.usecases.exports.get(asker, it.id)).rows or 0
    await house.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{kind}: {rows} rows, {size / 1e6:.1f} MB, {took:.0f} s, {rows / took:.0f} rows/s, at most {memory} MB of memory")
    return int(memory >= MOST)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rows", type=int, default=250_000)
    ask.add_argument("--keep", type=Path)
    ask.add_argument("--kind", choices=["csv", "xlsx"])
    told = ask.parse_args()
    if told.kind:
        return asyncio.run(write(told.keep, FileKind(told.kind)))
    with tempfile.TemporaryDirectory(prefix="mrc-bench-") as folder:
        place = told.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        lay(place, told.rows)
        again = [sys.executable, "-m", "benchmarks.exports", "--keep", str(place), "--kind"]
        return max(subprocess.run([*again, kind], check=False).returncode for kind in ("csv", "xlsx"))


if __name__ == "__main__":
    sys.exit(main())
