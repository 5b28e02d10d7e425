"""A real PostgreSQL for the tests: one server for the whole run, shared by the workers, and a database of its own for each test.

`MRC_TEST_POSTGRES_URL` (an administrator's URL) names a server to use; else Debian's binaries are started in a temporary folder, in memory
where there is room, on a free loopback port, without fsync. The roles are those of production: `mrc_owner` owns the databases, `mrc_app`
owns nothing.
"""

import asyncio
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, Queue, SimpleQueue
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

OWNER, APP = "mrc_owner", "mrc_app"
# A test's connections live for a few requests, and by default PostgreSQL plans a statement five times before it keeps a plan.
SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 200
shared_buffers = 128MB
max_wal_size = 1GB
checkpoint_timeout = 1h
autovacuum_naptime = 1h
logging_collector = off
log_min_messages = fatal
timezone = 'Asia/Karachi'
plan_cache_mode = force_generic_plan
"""

ROOM = 4 * 2**30
"""Bytes: the write-ahead log at its longest, the template, and the databases of the tests at hand."""

T = TypeVar("T")


class NoPostgres(Exception):
    """There is neither a server to use nor one to start; the text says what to do."""


def apart(work: Callable[[], T]) -> T:
    """Run something that may bring its own event loop, whatever loop the test at hand has."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def settle(given: object) -> None:
    """Await what an asynchronous callable gave back; a plain one has done its work already."""
    if isinstance(given, Coroutine):
        asyncio.run(given)


def execute(url: str, *statements: str) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    apart(lambda: asyncio.run(work()))


@contextmanager
def entered(url: str) -> Iterator[Callable[[str], None]]:
    """One connection for many statements, for a thread with no event loop: to enter costs as much as half a copy of a database."""
    loop = asyncio.new_event_loop()
    try:
        connection = loop.run_until_complete(asyncpg.connect(url))
        yield lambda statement: loop.run_until_complete(connection.execute(statement))
        loop.run_until_complete(connection.close())
    finally:
        loop.close()


def dropping(database: str) -> str:
    return f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'


def creating(database: str, template: str) -> str:
    return f'CREATE DATABASE "{database}" OWNER {OWNER} TEMPLATE "{template}" STRATEGY FILE_COPY'


@dataclass(frozen=True, slots=True)
class Server:
    """Where the run's server is and who may enter. `folder` is empty for a server that somebody else runs."""

    admin_url: str
    owner_password: str
    app_password: str
    run: str
    folder: str = ""
    pid: int = 0

    def template(self, name: str) -> str:
        return f"mrc_{name}_{self.run}"

    def url(self, user: str, password: str, database: str) -> str:
        host = urlsplit(self.admin_url).netloc.rpartition("@")[2]
        return f"postgresql://{user}:{password}@{host}/{database}"

    def admin(self, database: str) -> str:
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    def owner(self, database: str) -> str:
        return self.url(OWNER, self.owner_password, database)

    def app(self, database: str) -> str:
        return self.url(APP, self.app_password, database)

    def create(self, database: str, *, template: str = "template0") -> None:
        execute(self.admin_url, creating(database, template))

    def drop(self, database: str) -> None:
        execute(self.admin_url, dropping(database))


class Spares:
    """Copies of a template made ahead by a thread, so that no test waits for its database; what was used is dropped by the same thread."""

    def __init__(self, server: Server, template: str) -> None:
        self._server, self._template, self._ended = server, template, False
        self._ready: Queue[str | Exception] = Queue(maxsize=1)
        self._used: SimpleQueue[str] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def take(self) -> str:
        """The name of a database that nobody else has. Raises what went wrong while it was made."""
        made = self._ready.get()
        if isinstance(made, Exception):
            raise made
        return made

    def give_back(self, name: str) -> None:
        self._used.put(name)

    def _work(self) -> None:
        try:
            with entered(self._server.admin_url) as tell:
                while not self._ended:
                    name = f"mrc_{secrets.token_hex(8)}"
                    while not self._used.empty():
                        tell(dropping(self._used.get()))
                    tell(creating(name, self._template))
                    self._ready.put(name)
        except Exception as fault:
            self._ready.put(fault)

    def end(self) -> None:
        self._ended = True
        while self._thread.is_alive():
            with suppress(Empty):
                self._used.put(str(self._ready.get(timeout=0.05)))
        while not self._used.empty():
            self._server.drop(self._used.get())


def binaries() -> Path | None:
    """Debian keeps the server's programs off the PATH, a folder per version: take the newest."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the arguments that make subprocess take another user."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def roomy() -> str | None:
    """The memory's folder, where copying a database takes half the time, if it holds what a run may need of it."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


def start(run: str) -> Server:
    bin_folder = binaries()
    if bin_folder is None:
        raise NoPostgres("Install Debian's package postgresql, or set MRC_TEST_POSTGRES_URL to an administrator's URL.")
    user, admin_password = unprivileged(), secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="mrc-pg-", dir=roomy()))
    data, log, word = folder / "data", folder / "log", folder / "word"
    word.write_text(admin_password)
    if user:
        for path in (folder, word):
            os.chown(path, user["user"], user["group"])
    quiet: dict[str, Any] = {**user, "cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, "stdin": subprocess.DEVNULL}
    made = subprocess.run(
        [
            bin_folder / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "md5",  # of the ways to ask for a password the one that costs a client nothing: with another, a fifth of each connection
            f"--pwfile={word}",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        capture_output=True,
        text=True,
        check=False,
        **quiet,
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr}")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"{SETTINGS}unix_socket_directories = '{folder}'\n")
    for _ in range(5):  # another process may take the port between our look and the start
        port = free_port()
        started = subprocess.run(
            [bin_folder / "pg_ctl", "-D", data, "-l", log, "-o", f"-p {port}", "-w", "-t", "60", "start"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **quiet,
        )
        if started.returncode == 0:
            break
    else:
        raise NoPostgres(f"The server did not start: {log.read_text()}")
    pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    url = f"postgresql://postgres:{admin_password}@127.0.0.1:{port}/postgres"
    return Server(url, secrets.token_hex(16), secrets.token_hex(16), run, str(folder), pid)


def stop(server: Server) -> None:
    """End the server we started, and only that one, by its process id; a server that somebody else runs stays."""
    if not server.folder:
        return
    folder = Path(server.folder)
    if (folder / "data" / "postmaster.pid").exists():
        signal_and_wait(server.pid, folder / "data" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def signal_and_wait(pid: int, pid_file: Path) -> None:
    for kind, patience in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 1.0)):
        try:
            os.kill(pid, kind)
        except ProcessLookupError:
            return
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            if not pid_file.exists():
                return
            time.sleep(0.01)


def watch(server: Server, run_process: int) -> None:
    """A run that is killed cannot clean up: a few lines of shell outlive it, end the server and remove its folder."""
    script = 'while kill -0 "$1" && kill -0 "$2"; do sleep 1; done 2>/dev/null; kill -INT "$2" 2>/dev/null && sleep 2; rm -rf "$3"'
    subprocess.run(
        ["/bin/sh", "-c", f"( {script} ) >/dev/null 2>&1 &", "watch", str(run_process), str(server.pid), server.folder],
        check=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def enter(server: Server) -> None:
    """The two roles, with this run's passwords, and a server that others may use left otherwise as it is."""
    for role, password in ((OWNER, server.owner_password), (APP, server.app_password)):
        execute(
            server.admin_url,
            f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{password}'",
        )


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """One worker of the run at a time. Gives the file that holds what they share."""
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / "postgres.json"


@contextmanager
def shared(folder: Path, run_process: int) -> Iterator[Server]:
    """The run's server: the first worker to come starts it, the last to leave ends it. Raises NoPostgres."""
    with locked(folder) as file:
        state = json.loads(file.read_text()) if file.exists() else {"users": 0}
        if not state["users"]:
            state = {"users": 0, "server": asdict(begin(run_process)), "templates": []}
        state["users"] += 1
        file.write_text(json.dumps(state))
    server = Server(**state["server"])
    try:
        yield server
    finally:
        with locked(folder) as file:
            state = json.loads(file.read_text())
            state["users"] -= 1
            if not state["users"]:
                for name in state["templates"]:
                    server.drop(server.template(name))
                stop(server)
            file.write_text(json.dumps(state))


def begin(run_process: int) -> Server:
    run, given = secrets.token_hex(4), os.environ.get("MRC_TEST_POSTGRES_URL")
    if given:
        server = Server(given, secrets.token_hex(16), secrets.token_hex(16), run)
    else:
        server = start(run)
        watch(server, run_process)
    enter(server)
    return server


def template(server: Server, folder: Path, name: str, fill: Callable[[str], None], *, of: str | None = None) -> str:
    """A database that tests' own are copied from: `fill` gets its name, once per run. `of` is the template it begins as."""
    made = server.template(name)
    with locked(folder) as file:
        state = json.loads(file.read_text())
        if name not in state["templates"]:
            server.drop(made)
            server.create(made, template=of or "template0")
            fill(made)
            file.write_text(json.dumps({**state, "templates": [*state["templates"], name]}))
    return made
