"""`python -m benchmarks.pages`: what a page costs the server beside the answers of the API that it shows, asked in turn in one run."""

import argparse
import re
import signal
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from itertools import cycle
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import ground, server
from benchmarks.asked import PASSWORD, token
from benchmarks.ground import Ground
from benchmarks.load import Broken, connect, press, request
from benchmarks.processes import MRC, cpu_of, cpu_of_postgres, served
from tests.postgres import NoPostgres, free_port

SCREEN = Console(width=140 if not sys.stdout.isatty() else None)
MOST = 2.0
"""A page may cost this many times the answers it shows."""
DASHBOARDS = ("caseload", "referrals", "due", "quality", "workload", "partners", "funnel", "approvals", "use")
MOST_OF_A_DASHBOARD = 5.0
"""Its answer may cost this many times the smallest one that somebody signed in can ask for."""


@dataclass(slots=True)
class Door:
    """One address, pressed round by round: microseconds of CPU of server and database, and the bytes of an answer."""

    asked: list[bytes]
    cost: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    bytes: int = 0

    async def press(self, port: int, pid: int, postmaster: int, seconds: float) -> None:
        stream: Iterator[bytes] = cycle(self.asked)
        await press(port, stream, 200, 0.3)
        before = cpu_of(pid) + cpu_of_postgres(postmaster)
        taken = await press(port, stream, 200, seconds)
        if taken.wrong:
            raise Broken(f"{taken.wrong} of {len(taken.seconds)} answers were not 200: {self.asked[0][:80]!r}")
        self.cost.append((cpu_of(pid) + cpu_of_postgres(postmaster) - before) * 1e6 / len(taken.seconds))
        self.p50.append(taken.percentile(0.5))
        line = await connect(port)
        self.bytes = len((await line.ask(self.asked[0]))[1])
        line.close()

    @property
    def costs(self) -> float:
        return statistics.median(self.cost)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page and the answers that stand in it."""

    name: str
    page: Door
    answers: tuple[Door, ...]

    @property
    def ratio(self) -> float:
        return self.page.costs / sum(answer.costs for answer in self.answers)


def cookie(port: int, username: str) -> dict[str, str]:
    """Signs in as a browser does; pages are then asked as Chromium asks them over https."""
    base, jar = f"http://127.0.0.1:{port}", CookieJar()
    browser: OpenerDirector = build_opener(HTTPCookieProcessor(jar))
    page = browser.open(f"{base}/sign-in").read().decode()
    found = re.search(r'name="form_token" value="([^"]*)"', page)
    if not found:
        raise Broken("the sign-in page has no form")
    form = {"form_token": found.group(1), "key": "bench", "username": username, "password": PASSWORD}
    browser.open(Request(f"{base}/sign-in", urlencode(form).encode(), {"Origin": base})).read()
    return {"Cookie": "; ".join(f"{one.name}={one.value}" for one in jar), "Accept-Encoding": "gzip, br"}


async def book(its: Ground, port: int) -> list[Shown]:
    cases = await ground.cases_of(its.admin_url, "ISB", 200)
    clients = await ground.about(its.admin_url, "client_id", "case", cases[:50])
    referrals = await ground.about(its.admin_url, "id", "referral", cases)
    desk, api = cookie(port, "counsellor.isb"), token(port, "counsellor.isb")
    board, figures = cookie(port, "supervisor.isb"), token(port, "supervisor.isb")

    def pages(paths: list[str], head: dict[str, str] = desk) -> Door:
        return Door([request("GET", path, headers=head) for path in paths])

    def answers(paths: list[str], head: dict[str, str] = api) -> Door:
        return Door([request("GET", path, headers=head) for path in paths])

    mine = answers(["/api/v1/cases?counsellor=me&limit=50"])
    sheets = answers([f"/api/v1/cases/{id}/sheet" for id in cases])
    moved = answers([f"/api/v1/referrals/{id}" for id in referrals])
    steps = answers([f"/api/v1/referrals/{id}/steps" for id in referrals])
    consents = answers([f"/api/v1/clients/{id}/consents" for id in clients])
    loads = answers(["/api/v1/dashboards/caseload"], figures)
    sent = answers(["/api/v1/dashboards/referrals"], figures)
    return [
        Shown("my day", pages(["/my-cases"]), (mine, answers(["/api/v1/my-day"]))),
        Shown("case sheet", pages([f"/cases/{id}" for id in cases]), (sheets,)),
        Shown("client", pages([f"/clients/{id}" for id in clients]), (answers([f"/api/v1/clients/{id}" for id in clients]), consents)),
        Shown("referral", pages([f"/referrals/{id}" for id in referrals]), (moved, steps, sheets)),
        Shown("figures", pages(["/figures"], board), (loads, sent)),
        *(
            Shown(f"figures: {name}", pages([f"/figures/{name}"], board), (answers([f"/api/v1/dashboards/{name}"], figures),))
            for name in DASHBOARDS[2:]
        ),
        Shown("board", pages(["/board"], board), (answers(["/api/v1/board"], figures),)),
    ]


def boards(port: int) -> dict[str, Door]:
    """The smallest answer first, then each dashboard."""
    head = token(port, "supervisor.isb")
    paths = {"who I am": "/api/v1/me", **{name: f"/api/v1/dashboards/{name}" for name in DASHBOARDS}}
    return {name: Door([request("GET", path, headers=head)]) for name, path in paths.items()}


def measured(its: Ground, doors: dict[str, Door]) -> None:
    table = Table(title=f"{its.clients:,} clients; CPU of server and database, µs for each answer")
    table.add_column("dashboard")
    for title in ("answer", "times the smallest", "p50 ms", "bytes"):
        table.add_column(title, justify="right")
    smallest, *_ = doors.values()
    for name, one in doors.items():
        table.add_row(name, f"{one.costs:,.0f}", f"{one.costs / smallest.costs:.2f}", f"{statistics.median(one.p50):.1f}", f"{one.bytes:,}")
    SCREEN.print(table)
    if late := [name for name, one in doors.items() if one.costs > MOST_OF_A_DASHBOARD * smallest.costs]:
        SCREEN.print(f"More than {MOST_OF_A_DASHBOARD} times the smallest: {', '.join(late)}.")


def shown(its: Ground, pages: list[Shown]) -> None:
    table = Table(title=f"{its.clients:,} clients; CPU of server and database, µs for each request")
    table.add_column("page")
    for title in ("page", "its answers", "times", "p50 ms", "bytes on the line"):
        table.add_column(title, justify="right")
    for one in pages:
        answers = f"{sum(answer.costs for answer in one.answers):,.0f}"
        middle = f"{statistics.median(one.page.p50):.1f}"
        table.add_row(one.name, f"{one.page.costs:,.0f}", answers, f"{one.ratio:.2f}", middle, f"{one.page.bytes:,}")
    SCREEN.print(table)
    if late := [one.name for one in pages if one.ratio > MOST]:
        SCREEN.print(f"More than {MOST} times the answers: {', '.join(late)}.")


async def run(options: argparse.Namespace) -> None:
    with server.running() as database:
        its = await ground.prepare(database, options.clients, options.again)
        port = free_port()
        with served(["-c", MRC, "serve", "--port", str(port)], its.environment, f"http://127.0.0.1:{port}/healthz") as pid:
            pages, dashboards = await book(its, port), boards(port)
            doors = {id(door): door for one in pages for door in (one.page, *one.answers)} | {
                id(door): door for door in dashboards.values()
            }
            for _ in range(options.rounds):
                for door in doors.values():
                    await door.press(port, pid, its.postmaster, options.seconds)
        shown(its, pages)
        measured(its, dashboards)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each address in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--again", action="store_true", help="on a server of yours (MRC_BENCH_DATABASE_URL): the people of the run before")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        uvloop.run(run(parser.parse_args()))
    except (Broken, NoPostgres) as why:
        raise SystemExit(f"{type(why).__name__}: {why}") from None


if __name__ == "__main__":
    main()
