"""`python -m benchmarks`: our service and a bare programme asked the same, in turn, and what each request cost."""

import argparse
import os
import signal
import statistics
import sys
from dataclasses import dataclass, field

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import ground, server
from benchmarks.asked import Asked, Book, agree
from benchmarks.ground import Ground
from benchmarks.load import Broken, Taken, press
from benchmarks.processes import MRC, cpu_of, cpu_of_postgres, served
from tests.postgres import NoPostgres, free_port

SCREEN = Console(width=160 if not sys.stdout.isatty() else None)


@dataclass(slots=True)
class Side:
    """One server: where it listens, its process, and what was measured of it by request."""

    name: str
    port: int
    pid: int
    taken: dict[str, list[Taken]] = field(default_factory=dict)
    own_cpu: dict[str, list[float]] = field(default_factory=dict)
    database_cpu: dict[str, list[float]] = field(default_factory=dict)

    def median(self, what: str, of: str) -> float:
        return statistics.median(getattr(self, what)[of])

    def of_taken(self, name: str, share: float | None = None) -> float:
        runs = self.taken[name]
        return statistics.median(run.rate if share is None else run.percentile(share) for run in runs)


async def measure(side: Side, asked: Asked, seconds: float, postmaster: int) -> None:
    """Microseconds of CPU of the server and of PostgreSQL for each request; a short run before it is not counted."""
    stream = asked.ours() if side.name == "ours" else asked.bare()
    await press(side.port, stream, asked.expect, 0.4)
    own, database = cpu_of(side.pid), cpu_of_postgres(postmaster)
    taken = await press(side.port, stream, asked.expect, seconds)
    if taken.wrong:
        raise Broken(f"{asked.name}: {taken.wrong} of {len(taken.seconds)} answers of {side.name} were not {asked.expect}")
    side.taken.setdefault(asked.name, []).append(taken)
    answered = len(taken.seconds) / 1e6
    side.own_cpu.setdefault(asked.name, []).append((cpu_of(side.pid) - own) / answered)
    side.database_cpu.setdefault(asked.name, []).append((cpu_of_postgres(postmaster) - database) / answered)


async def rounds(its: Ground, options: argparse.Namespace) -> tuple[Side, Side, list[str]]:
    ours, bare = free_port(), free_port()
    environment = {"BARE_DATABASE_URL": its.admin_url, "BARE_PORT": str(bare)}
    cases = await ground.cases_of(its.admin_url, "ISB", 400)
    with (
        served(["-c", MRC, "serve", "--port", str(ours)], its.environment, f"http://127.0.0.1:{ours}/healthz") as pid,
        served(["-m", "benchmarks.bare"], environment, f"http://127.0.0.1:{bare}/cases/{cases[0]}/sheet") as bare_pid,
    ):
        sides = Side("ours", ours, pid), Side("bare", bare, bare_pid)
        book = Book(its, ours, cases)
        wanted = [one for one in book.all() if options.only in one.name]
        for asked in wanted:
            await agree(asked, ours, bare)
        before = await ground.scalar(its.admin_url, "SELECT count(*) FROM note")
        for turn in range(options.rounds):
            book.sign_in()
            for asked in wanted:
                for side in sides if turn % 2 == 0 else sides[::-1]:
                    await measure(side, asked, options.seconds, its.postmaster)
        await _kept(its, sides[0], before)
    return *sides, [asked.name for asked in wanted]


async def _kept(its: Ground, ours: Side, before: int) -> None:
    """Every note that was acknowledged is there."""
    acknowledged = sum(len(run.seconds) for run in ours.taken.get("add a note", []))
    if (kept := await ground.scalar(its.admin_url, "SELECT count(*) FROM note") - before) < acknowledged:
        raise Broken(f"{acknowledged} notes were acknowledged, {kept} are kept")


def shown(its: Ground, ours: Side, bare: Side, names: list[str]) -> None:
    table = Table(title=f"{its.clients:,} clients; ours / bare")
    table.add_column("request")
    for title in ("requests/s", "share of bare", "p50 ms", "p95 ms", "p99 ms", "server CPU µs", "database CPU µs"):
        table.add_column(title, justify="right")
    for name in names:
        table.add_row(
            name,
            f"{ours.of_taken(name):,.0f} / {bare.of_taken(name):,.0f}",
            f"{ours.of_taken(name) / bare.of_taken(name):.2f}",
            *(f"{ours.of_taken(name, share):.1f} / {bare.of_taken(name, share):.1f}" for share in (0.5, 0.95, 0.99)),
            *(f"{ours.median(what, name):,.0f} / {bare.median(what, name):,.0f}" for what in ("own_cpu", "database_cpu")),
        )
    if its.laid is not None:
        spent = f"CPU {its.laid.own_cpu:.0f} s ours, {its.laid.database_cpu:.0f} s the database's"
        SCREEN.print(f"{its.clients:,} made-up clients were laid in {its.laid.lasted:.0f} s ({spent}).")
    SCREEN.print(table)


def cost(side: Side, name: str) -> float:
    return side.median("own_cpu", name) + side.median("database_cpu", name)


async def run(options: argparse.Namespace) -> None:
    if options.database:
        os.environ["MRC_BENCH_DATABASE_URL"] = options.database
    results = []
    with server.running() as database:
        for clients in (10_000, 200_000) if options.grow else (options.clients,):
            its = await ground.prepare(database, clients, options.again)
            results.append((its, *await rounds(its, options)))
            shown(*results[-1])
    if options.grow:
        (_, small, _, names), (_, large, _, _) = results
        SCREEN.print("CPU per request (server and database) at 200,000 clients over 10,000, and p50:")
        for name in names:
            grown = cost(large, name) / cost(small, name)
            SCREEN.print(f"  {name}: {grown:.2f}, {large.of_taken(name, 0.5) / small.of_taken(name, 0.5):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--database", help="an administrator's URL; Debian's PostgreSQL is started when there is none")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each request and server in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="requests whose name holds this")
    parser.add_argument("--again", action="store_true", help="use the people of the run before, on a server that stays")
    parser.add_argument("--grow", action="store_true", help="at 10,000 and at 200,000 clients, and how the cost grows")
    # Ended from outside, the two servers are to be ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        uvloop.run(run(parser.parse_args()))
    except (Broken, NoPostgres) as why:
        raise SystemExit(f"{type(why).__name__}: {why}") from None


if __name__ == "__main__":
    main()
