"""`python -m benchmarks.exports`: how long an export of 250,000 cases with names takes, and the most memory it needed.

On SQLite in a folder of its own (`--keep FOLDER` lets it stand for the next time): made-up people of one centre. Each file is
written in a process of its own, drawn as an answer draws it and thrown away. Ends with 1 where one needed 300 MB or more.
"""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from adapters.database.cases import CASES
from adapters.database.clients import CLIENTS
from adapters.database.codec import Codec
from adapters.database.keys import KEYS, SubjectKey
from adapters.database.lanes import EVERYWHERE
from domain.cases import Case, CaseKind, Risk, Stage
from domain.chance import Ids
from domain.clients import Client, MigrationStage, Names, Particulars
from domain.exports.columns import ExportColumn, Subject
from domain.exports.record import ExportStep, ExportView, Wanted
from domain.identity import Actor, Role, Sensitivity
from domain.ports import Centre
from domain.reports.sheet import FileKind
from domain.values import CaseId, CentreCode, ClientId, Gender, Phone, StaffId, day_of
from service.settings import Settings
from service.usecases.exports import Wording
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House, new_keys, upgrade, wire

MOST = 300
ISB = CentreCode("ISB")
AT_ONCE = 5_000
FIRST, LAST = ("Nazia", "Yousaf", "Amina", "Gul"), ("Bibi", "Khan", "Malik", "Afridi")
COLUMNS = tuple(
    ExportColumn(name) for name in "number name name_urdu gender birth_year district case_kind risk outcome stage month counsellor".split()
)


async def lay(folder: Path, number: int) -> None:
    """Clients with a case each, sealed as ever; without what else hangs on a file, which no export reads."""
    its = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'mrc.db'}")
    new_keys(its)
    upgrade(its)
    house = wire(its)
    vault, dice, counsellor = house.vault, Random(1), StaffId(house.ids.new())
    async with house.database.work(HOUSE_ACTOR) as work:
        await work.staff.add_centre(Centre(ISB, "Islamabad"))
    for begin in range(0, number, AT_ONCE):
        rows: dict[Codec[Any], list[dict[str, Any]]] = {KEYS: [], CLIENTS: [], CASES: []}
        for place in range(begin, min(begin + AT_ONCE, number)):
            person, case = _made(house.ids, dice, place, counsellor)
            wrapped = vault.new_key()
            rows[KEYS].append(KEYS.values(SubjectKey(person.id, ISB, wrapped), vault))
            rows[CLIENTS].append(CLIENTS.values(person, vault, wrapped))
            rows[CASES].append(CASES.values(case, vault, wrapped))
        async with house.database.driver.writing(EVERYWHERE) as lane:
            for codec, its_rows in rows.items():
                await lane.many(codec.insert, its_rows)
    await house.close()


def _made(ids: Ids, dice: Random, place: int, counsellor: StaffId) -> tuple[Client, Case]:
    at = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=12 * place)
    names = Names(f"{dice.choice(FIRST)} {dice.choice(LAST)}", "نازیہ بی بی")
    its = Particulars(father_or_husband_name=dice.choice(FIRST), phones=(Phone("+923001234567", True),))
    sex, stage = dice.choice(tuple(Gender)), dice.choice(tuple(MigrationStage))
    person = Client(
        ClientId(ids.new()), ISB, f"ISB-C-{place:06d}", names, its, sex, stage, "PK604", 1990, Sensitivity.normal, at, counsellor
    )
    kind, risk, number = dice.choice(tuple(CaseKind)), dice.choice(tuple(Risk)), f"ISB-K-{place:06d}"
    case = Case(CaseId(ids.new()), ISB, person.id, number, kind, risk, Sensitivity.normal, Stage.open, counsellor, "x", at, at)
    return person, case


def said(it: ExportView, _: datetime) -> Wording:
    return Wording("Cases", (it.first, it.last), {one: one.value for one in it.columns}, f"Export {it.number}")


async def approved(house: House, kind: FileKind) -> tuple[Actor, ExportView]:
    """Asked for by one and let through by another."""
    asker, officer = (Actor(house.ids.new(), role, (ISB,), name="Bench") for role in (Role.supervisor, Role.dpo))
    today = day_of(datetime.now(UTC))
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
        if not (place / "mrc.db").exists():
            asyncio.run(lay(place, told.rows))
        again = [sys.executable, "-m", "benchmarks.exports", "--keep", str(place), "--kind"]
        return max(subprocess.run([*again, kind], check=False).returncode for kind in ("csv", "xlsx"))


if __name__ == "__main__":
    sys.exit(main())
