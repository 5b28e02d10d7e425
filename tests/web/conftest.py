"""The pages over the sample house: spoken to over HTTP in this process, or served on a free port for a real browser."""

import asyncio
import re
import shutil
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.system.clock import SystemClock
from service.app import make_app
from service.settings import Settings
from service.usecases import UseCases
from service.wiring import House, wire
from tests.asking import Client
from tests.databases import SAMPLES, Database

PASSWORD = "demo-password-2026"
KEYLESS = {"/clients/search", "/sign-out", "/lock", "/me/language"}
"""Forms of every page that make no record: done twice they do nothing more."""
TOKEN = re.compile(r'name="form_token" value="([^"]*)"')
KEY = re.compile(r'name="key" value="([^"]*)"')


class MovableClock:
    """The system's clock, with hands that a test may put forward."""

    def __init__(self) -> None:
        self._clock, self.ahead = SystemClock(), timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self.ahead


@dataclass
class Visitor:
    """Somebody at a browser, without the browser: keeps cookies, sends forms as pages write them."""

    http: httpx.AsyncClient
    token: str = ""
    made: int = 0
    seen: list[httpx.Response] = field(default_factory=list)

    async def open(self, path: str, status: int = 200, **headers: str) -> str:
        answer = await self.http.get(path, headers=headers)
        self.seen.append(answer)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:600])
        if found := TOKEN.search(answer.text):
            self.token = found.group(1)
        return answer.text

    async def send(self, path: str, status: int = 303, *, key: str | None = None, **fields: str | list[str]) -> httpx.Response:
        self.made += 1
        form = {"form_token": self.token, "key": key or f"key-{id(self)}-{self.made}", **fields}
        answer = await self.http.post(path, data=form)
        self.seen.append(answer)
        assert answer.status_code == status, (path, answer.status_code, plain(answer.text)[:600])
        return answer

    async def sent(self, path: str, **fields: str | list[str]) -> str:
        """Sends and answers with where it led, without the note of what was done."""
        return re.split("[?#]", (await self.send(path, **fields)).headers["location"])[0]


def plain(html: str) -> str:
    """What a reader reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(html: str) -> str:
    """The page without what stands around every page."""
    return html[html.index("<main") : html.index("</main>")]


@dataclass
class Desk:
    """The pages of one house. `sign_in` gives a visitor who is in, `stranger` one who is not."""

    house: House
    app: FastAPI
    base: str
    clock: MovableClock
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def stranger(self, **headers: str) -> Visitor:
        client = Client(self.app, self.base, headers={"Origin": self.base, "Accept-Encoding": "identity", **headers})
        self.clients.append(client)
        return Visitor(client)

    async def sign_in(self, username: str, password: str = PASSWORD) -> Visitor:
        visitor = self.stranger()
        await visitor.open("/sign-in")
        await visitor.send("/sign-in", username=username, password=password)
        await visitor.open("/me")
        return visitor

    async def taken_on(self, username: str, name: str, role: str) -> Visitor:
        """Somebody more in Islamabad, taken on over the API, and signed in."""
        http = self.stranger().http
        form = {"grant_type": "password", "username": "admin", "password": PASSWORD}
        token = (await http.post("/api/v1/auth/token", data=form)).json()["access_token"]
        body = {"username": username, "name": name, "role": role, "centres": ["ISB"], "password": PASSWORD}
        made = await http.post("/api/v1/staff", json=body, headers={"Authorization": f"Bearer {token}"})
        assert made.status_code == 201, made.text
        return await self.sign_in(username)


@asynccontextmanager
async def opened(settings: Settings, base: str = "http://mrc.test", *, samples: bool = True) -> AsyncIterator[Desk]:
    """Closed again whatever happens in it: a house left open holds its threads, and they hold the process at its end."""
    clock = MovableClock()
    house = wire(settings, clock=clock)
    desk = Desk(house, make_app(house), base, clock)
    try:
        if samples and await house.usecases.samples.empty():
            await house.usecases.samples.lay()
        yield desk
    finally:
        for client in desk.clients:
            await client.aclose()
        await house.close()


@pytest.fixture
async def desk(fresh_database: Callable[..., Database], tmp_path: Path) -> AsyncIterator[Desk]:
    """The sample house over SQLite: what is asked here is the pages' own, the journey is run on both databases."""
    async with opened(Settings(data_dir=tmp_path, database_url=fresh_database("sqlite", laid=SAMPLES).url)) as made:
        yield made


@dataclass
class File:
    """A client with a case, as most tests need one."""

    client: str
    case: str


CLIENT = {
    "name": "Yousaf Khan",
    "name_urdu": "یوسف خان",
    "father_or_husband_name": "Aslam Khan",
    "gender": "male",
    "birth_year": "۱۹۹۴",
    "cnic": "۳۴۲۰۱-۰۸۹۱۲۳۱-۷",
    "phone1": "0300 1234567",
    "phone1_safe": "1",
    "migration_stage": "returnee",
    "languages": ["ur", "ps"],
}


async def opened_case(visitor: Visitor, **more: str) -> File:
    client = await visitor.sent("/clients", **CLIENT)
    case = await visitor.sent(f"{client}/cases", **{"kind": "protection", "risk": "high", "summary": "Cheated abroad.", **more})
    return File(client, case)


async def partner_named(visitor: Visitor, file: File, name: str) -> str:
    page = await visitor.open(f"{file.case}/refer")
    found = re.search(rf'value="([0-9a-f-]+)">{re.escape(name)}<', page)
    assert found, page
    return found.group(1)


FIA = "Federal Investigation Agency, Anti-Human Smuggling"
SWD = "Social Welfare Department, Punjab"
"""An agency with people of its own at our pages: lead.swd and worker.swd."""
SHELTER, DESK, CODES = "Shelter for women, Lahore", "desk@shelter.example", "head@shelter.example"
"""An agency without software, its mailbox and its registered contact."""


async def _carried(use: UseCases) -> None:
    await use.delivery.carry()
    await use.delivery.rest(10.0)


class Live:
    """The service on a free port of this machine, in a thread with an event loop of its own."""

    def __init__(self, settings: Settings) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.folder, self.down, self.refuses, self.loses = settings.data_dir, False, "", ""
        self._settings, self._ready, self._server = settings, threading.Event(), uvicorn.Server(uvicorn.Config("none"))
        self.app, self._loop = FastAPI(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(30), "the service did not start"

    async def carry(self) -> None:
        """What a worker would do now with what waits for partners."""
        use: UseCases = self.app.state.use
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_carried(use), self._loop))

    def mail(self, address: str) -> str:
        """The last one to this address, its text as it is read."""
        kept = (message_from_bytes(path.read_bytes(), policy=default) for path in sorted((self.folder / "mail").iterdir(), reverse=True))
        text: str = next(mail for mail in kept if mail["To"] == address).get_content()  # type: ignore[attr-defined]
        return text

    async def _run(self) -> None:
        self._loop.close()
        self._loop = asyncio.get_running_loop()
        house = wire(self._settings)
        if await house.usecases.samples.empty():
            await house.usecases.samples.lay()
        self.app = make_app(house)
        config = uvicorn.Config(self._on_the_line(self.app), log_level="critical", access_log=False)
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not serving.done():  # noqa: ASYNC110  uvicorn tells it no other way
            await asyncio.sleep(0.02)
        self._ready.set()
        await serving

    def _on_the_line(self, app: ASGIApp) -> ASGIApp:
        """`down` breaks every connection before anything is asked, `refuses` those to one address; `loses` those of one after the deed."""

        async def nobody(_: Message) -> None:
            pass

        async def line(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            lost = scope["method"] == "POST" and scope["path"] == self.loses
            down = self.down or scope["path"] == self.refuses
            if not down:
                await app(scope, receive, nobody if lost else send)
            if down or lost:
                send.__self__.transport.abort()  # type: ignore[attr-defined]

        return line

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()


@pytest.fixture
def live(samples: Database, tmp_path: Path) -> Iterator[Live]:
    """Served over a database of each kind in turn."""
    served = Live(Settings(data_dir=tmp_path, database_url=samples.url))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def live_sqlite(fresh_database: Callable[..., Database], tmp_path: Path) -> Iterator[Live]:
    served = Live(Settings(data_dir=tmp_path, database_url=fresh_database("sqlite", laid=SAMPLES).url))
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def live_shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One service for the tests of a module, each of which comes with a browser context of its own."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copytree(request.getfixturevalue("_sqlite_laid")(SAMPLES), folder, dirs_exist_ok=True)
    served = Live(Settings(data_dir=folder))
    served.start()
    yield served
    served.stop()
