"""The service's programs as processes of their own, as they run in a centre: started, asked, stopped or killed by a test."""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx

from service.wiring import wire
from tests.databases import Database
from tests.postgres import free_port
from tests.service import Person, settings_for

ROOT = Path(__file__).parents[2]
PASSWORD = "demo-password-2026"
T = TypeVar("T")


async def until(what: Callable[[], Awaitable[T]], *, seconds: float = 20.0, every: float = 0.02, why: Callable[[], str] = str) -> T:
    """The first truthy answer; asks again and again until the deadline."""
    ends = time.monotonic() + seconds
    while True:
        if answer := await what():
            return answer
        assert time.monotonic() < ends, f"it did not come to pass in {seconds} s; {why()}"
        await asyncio.sleep(every)


class Nursery:
    """The parent of all programs: it has read the code once and forks, so that a start costs milliseconds however busy the machine is."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.close)

    def start(self, program: str, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """The id of the new process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = {"program": program, "arguments": arguments, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@cache
def nursery() -> Nursery:
    return Nursery()


@dataclass
class Program:
    """One process. What it writes goes to `log`; a test that fails may show it."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    pid: int = 0

    def start(self) -> "Program":
        self.pid = nursery().start(self.name, self.arguments, self.environment, self.log)
        return self

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """By its own id, and waited for. A process that does not heed is killed."""
        self._tell(how)
        ends = time.monotonic() + 15
        while self.runs():
            if time.monotonic() > ends:
                self._tell(signal.SIGKILL)
            time.sleep(0.005)
        self.pid = 0

    def _tell(self, what: signal.Signals) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, what)

    def runs(self) -> bool:
        if not self.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


@dataclass
class Programs:
    """A sample house laid over a test's database, with the programs that were started over it."""

    database: Database
    folder: Path
    stack: ExitStack
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    started: list[Program] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        its = {"MRC_DATABASE_URL": self.database.url, "MRC_DATA_DIR": str(self.folder), "MRC_PUBLIC_URL": self.url}
        return {**its, **self.more}

    def _begin(self, name: str, *arguments: str) -> Program:
        log = self.folder / f"{len(self.started)}-{name}.log"
        program = Program(name, list(arguments), self.environment, log).start()
        self.stack.callback(program.end)
        self.started.append(program)
        return program

    def serve(self, *options: str) -> Program:
        return self._begin("serve", "--port", str(self.port), *options)

    def work(self) -> Program:
        return self._begin("work")

    def run(self, command: str, *arguments: str) -> Program:
        """Any other command of `mrc`, which ends by itself."""
        return self._begin(command, *arguments)

    def receive(self, port: int, secret: str, client_id: str, client_secret: str, **misbehaviour: float) -> Program:
        told: dict[str, Any] = {"port": port, "secret": secret, "keep": str(self.folder / "seen.jsonl"), "api_base": self.url}
        told |= {"client_id": client_id, "client_secret": client_secret, "misbehaviour": misbehaviour}
        return self._begin("receiver", json.dumps(told))

    async def answers(self, url: str = "") -> None:
        """Until the program at `url` (the service's own without one) answers at all."""
        async with httpx.AsyncClient(timeout=2) as http:

            async def asked() -> bool:
                assert all(program.runs() for program in self.started), self.said()
                try:
                    return (await http.get(url or f"{self.url}/healthz")).status_code < 500
                except httpx.TransportError:
                    return False

            await until(asked, seconds=60, why=self.said)

    def said(self) -> str:
        """The ends of all logs, with where each process stands now (and its end): for the text of a test that failed."""
        for program in self.started:
            program.end(signal.SIGABRT)
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-2000:]}" for log in sorted(self.folder.glob("*.log")))

    @asynccontextmanager
    async def people(self) -> AsyncIterator["People"]:
        people = People(self.url)
        try:
            yield people
        finally:
            for person in people.known:
                await person.http.aclose()


@dataclass
class People:
    """Who speaks to the service over a real socket."""

    url: str
    known: list[Person] = field(default_factory=list)

    async def sign_in(self, username: str) -> Person:
        return await self._signed({"grant_type": "password", "username": username, "password": PASSWORD})

    async def partner(self, key: str, secret: str) -> Person:
        return await self._signed({"grant_type": "client_credentials", "client_id": key, "client_secret": secret})

    async def _signed(self, form: dict[str, str]) -> Person:
        person = Person(httpx.AsyncClient(base_url=self.url, timeout=30))
        self.known.append(person)
        said = await person.http.post("/api/v1/auth/token", data=form)
        assert said.status_code == 200, said.text
        person.http.headers["Authorization"] = f"Bearer {said.json()['access_token']}"
        return person


async def lay(database: Database, folder: Path) -> None:
    """The sample house, with the keys the processes will find in `folder`."""
    house = wire(settings_for(database, folder))
    try:
        await house.usecases.samples.lay()
    finally:
        await house.close()


@contextmanager
def programs(database: Database, folder: Path, **more: str) -> Iterator[Programs]:
    """Every process started here has ended when it is left. `more` are settings."""
    with ExitStack() as stack:
        yield Programs(database, folder, stack, more)
