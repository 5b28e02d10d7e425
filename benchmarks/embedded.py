"""`python -m benchmarks.embedded`: what the requests of a day cost on SQLite, eight at a time; with `--beside FOLDER` another checkout is
asked the same in turn, so that a change is seen as a ratio of one run."""

import argparse
import signal
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from uuid import uuid4

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.asked import SAID, token
from benchmarks.load import Broken, ask, press, request
from benchmarks.processes import MRC, ROOT, cpu_of, mrc, served
from tests.postgres import free_port

SCREEN = Console(width=110 if not sys.stdout.isatty() else None)


@dataclass(slots=True)
class House:
    """One checkout's service over made-up people of its own; `cost` in microseconds of CPU by the name of what was asked."""

    folder: Path
    port: int
    pid: int
    cases: list[str] = field(default_factory=list)
    cost: dict[str, list[float]] = field(default_factory=dict)
    p50: dict[str, list[float]] = field(default_factory=dict)

    async def look(self) -> None:
        _, found = await ask(self.port, request("GET", "/api/v1/cases?counsellor=me&limit=50", headers=self.desk()))
        self.cases = [case["id"] for case in found["items"]]

    def desk(self) -> dict[str, str]:
        return token(self.port, "counsellor.isb")

    async def press(self, name: str, expect: int, stream: Iterator[bytes], seconds: float) -> None:
        await press(self.port, stream, expect, 0.3)
        before = cpu_of(self.pid)
        taken = await press(self.port, stream, expect, seconds)
        if taken.wrong:
            raise Broken(f"{name}: {taken.wrong} of {len(taken.seconds)} answers were not {expect}")
        self.cost.setdefault(name, []).append((cpu_of(self.pid) - before) * 1e6 / len(taken.seconds))
        self.p50.setdefault(name, []).append(taken.percentile(0.5))


def _list(house: House) -> Iterator[bytes]:
    return cycle([request("GET", "/api/v1/cases?counsellor=me&limit=50", headers=house.desk())])


def _sheet(house: House) -> Iterator[bytes]:
    head = house.desk()
    return cycle([request("GET", f"/api/v1/cases/{id}/sheet", headers=head) for id in house.cases])


def _note(house: House) -> Iterator[bytes]:
    head = house.desk()
    for number in count():
        path = f"/api/v1/cases/{house.cases[number % len(house.cases)]}/notes"
        yield request("POST", path, headers={**head, "Idempotency-Key": uuid4().hex}, body={"text": SAID})


def _search(house: House) -> Iterator[bytes]:
    return cycle([request("POST", "/api/v1/clients/search", headers=house.desk(), body={"q": "Yousaf Khan"})])


def _dashboard(house: House) -> Iterator[bytes]:
    return cycle([request("GET", "/api/v1/dashboards/caseload", headers=token(house.port, "supervisor.isb"))])


ASKED: dict[str, tuple[int, Callable[[House], Iterator[bytes]]]] = {
    "caseload list of 50": (200, _list),
    "case sheet": (200, _sheet),
    "add a note": (201, _note),
    "find by name": (200, _search),
    "dashboard": (200, _dashboard),
}


def opened(stack: ExitStack, folder: Path, clients: int) -> House:
    data = stack.enter_context(tempfile.TemporaryDirectory(prefix="mrc-bench-"))
    environment, port = {"MRC_DATA_DIR": data, "MRC_DATABASE_URL": f"sqlite:///{data}/mrc.db"}, free_port()
    mrc(environment, "migrate", folder=folder)
    mrc(environment, "demo", "--clients", str(clients), "--seed", "1", folder=folder)
    ready = f"http://127.0.0.1:{port}/healthz"
    return House(folder, port, stack.enter_context(served(["-c", MRC, "serve", "--port", str(port)], environment, ready, folder)))


def shown(houses: list[House], clients: int) -> None:
    table = Table(title=f"{clients:,} clients on SQLite; CPU of the server, µs for each request")
    table.add_column("request")
    for title in ("here", "p50 ms", *(("beside", "p50 ms", "here / beside") if len(houses) > 1 else ())):
        table.add_column(title, justify="right")
    for name in ASKED:
        costs = [statistics.median(house.cost[name]) for house in houses]
        cells = [
            cell
            for house, cost in zip(houses, costs, strict=True)
            for cell in (f"{cost:,.0f}", f"{statistics.median(house.p50[name]):.1f}")
        ]
        table.add_row(name, *cells, *([f"{costs[0] / costs[1]:.2f}"] if len(houses) > 1 else []))
    SCREEN.print(table)


async def run(options: argparse.Namespace) -> None:
    with ExitStack() as stack:
        houses = [opened(stack, folder, options.clients) for folder in (ROOT, *([options.beside.resolve()] if options.beside else []))]
        for house in houses:
            await house.look()
        for _ in range(options.rounds):
            for name, (expect, stream) in ASKED.items():
                for house in houses:
                    await house.press(name, expect, stream(house), options.seconds)
        shown(houses, options.clients)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.embedded", description=__doc__)
    parser.add_argument("--clients", type=int, default=3_000)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each request and checkout in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside", type=Path, help="another checkout, to be compared with this one")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        uvloop.run(run(parser.parse_args()))
    except Broken as why:
        raise SystemExit(f"{type(why).__name__}: {why}") from None


if __name__ == "__main__":
    main()
