"""Databases of both kinds: each test's own, copied from one that was laid once in a run."""

import asyncio
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.database.migrate import upgrade
from service.settings import Settings
from service.wiring import wire
from tests import postgres
from tests.parts import missing

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@dataclass(frozen=True, slots=True)
class Database:
    """A test's own migrated, empty database. `url` is the application's; on PostgreSQL the owner's and the administrator's differ."""

    kind: str
    url: str
    owner_url: str
    admin_url: str
    app_role: str | None = None


def _shared_folder(request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """What all workers of this run share: a folder and the process that leads the run."""
    if hasattr(request.config, "workerinput"):
        return factory.getbasetemp().parent, os.getppid()
    return factory.getbasetemp(), os.getpid()


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """The run's PostgreSQL: `.admin_url`, `.admin(db)`, `.owner(db)`, `.app(db)` are URLs; `.create(db)` and `.drop(db)` act."""
    try:
        with postgres.shared(*_shared_folder(request, tmp_path_factory)) as server, pytest.MonkeyPatch.context() as patch:
            if server.folder:
                patch.setenv("PGSSLMODE", "disable")  # our own has no TLS, and to ask for it is a round trip of each connection
            yield server
    except postgres.NoPostgres as why:
        missing("POSTGRES", str(why))


@dataclass(frozen=True, slots=True)
class Laid:
    """What a test's database begins with: `lay` puts it into one that is migrated, or that holds `of` already.

    It is laid once in a run and copied from then on, with all that stands beside it in its folder: the keys, and what `lay` noted there.
    """

    name: str
    lay: Callable[[Database, Path], Coroutine[Any, Any, None]]
    of: "Laid | None" = None

    def fill(self, database: Database, folder: Path) -> None:
        postgres.apart(lambda: asyncio.run(self.lay(database, folder)))


async def _lay_samples(database: Database, folder: Path) -> None:
    house = wire(Settings(data_dir=folder, database_url=database.url))
    await house.usecases.samples.lay()
    await house.close()


SAMPLES = Laid("samples", _lay_samples)


def _sqlite(path: Path) -> Database:
    url = f"sqlite:///{path}"
    return Database("sqlite", url, url, url)


def _postgresql(server: postgres.Server, name: str) -> Database:
    return Database("postgresql", server.app(name), server.owner(name), server.admin(name), postgres.APP)


def _settle(path: Path) -> None:
    """One file, without the journal beside it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.fixture(scope="session")
def _sqlite_laid(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Laid | None], Path]:
    """The folder with the template and its keys; what nothing is laid in is only migrated."""

    @cache
    def of(laid: Laid | None) -> Path:
        folder = tmp_path_factory.mktemp(laid.name if laid else "empty")
        path = folder / "mrc.sqlite"
        if laid is None:
            postgres.apart(lambda: postgres.settle(upgrade(f"sqlite:///{path}", app_role=None)))
        else:
            shutil.copytree(of(laid.of), folder, dirs_exist_ok=True)
            laid.fill(_sqlite(path), folder)
        _settle(path)
        return folder

    return of


@pytest.fixture(scope="session")
def _postgres_laid(
    postgres_server: postgres.Server, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Laid | None], tuple[str, Path]]:
    """The template's name and the folder with its keys, which the workers of a run share."""
    shared = _shared_folder(request, tmp_path_factory)[0]

    def migrate(name: str) -> None:
        postgres.apart(lambda: postgres.settle(upgrade(postgres_server.owner(name), app_role=postgres.APP)))

    @cache
    def of(laid: Laid | None) -> tuple[str, Path]:
        if laid is None:
            return postgres.template(postgres_server, shared, "empty", migrate), shared
        beneath, keys = of(laid.of)
        folder = shared / laid.name

        def lay(name: str) -> None:
            # One may stand there: of a server that ended before this one began, or of a laying that failed.
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(keys, folder) if laid.of else folder.mkdir()
            laid.fill(_postgresql(postgres_server, name), folder)

        return postgres.template(postgres_server, shared, laid.name, lay, of=beneath), folder

    return of


@pytest.fixture(scope="session")
def _postgres_spares(postgres_server: postgres.Server) -> Iterator[Callable[[str], postgres.Spares]]:
    """What copies a template ahead of need, begun with the first test that wants one."""
    begun: dict[str, postgres.Spares] = {}

    def of(template: str) -> postgres.Spares:
        return begun.get(template) or begun.setdefault(template, postgres.Spares(postgres_server, template))

    yield of
    for spares in begun.values():
        spares.end()


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Database]]:
    """`fresh_database(kind)` makes one more database for this test: `kind` is "sqlite" or "postgresql".

    `laid=SAMPLES, into=folder` lays the sample house in it and puts its keys there; `migrated=False` leaves it without a schema.
    """
    dropped: list[Callable[[], None]] = []
    wanted = request.getfixturevalue

    def sqlite(name: str, laid: Laid | None, into: Path, *, migrated: bool) -> Database:
        path = into / f"{name}.sqlite"
        if migrated:
            template: Path = wanted("_sqlite_laid")(laid)
            shutil.copytree(template, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sqlite*"))
            shutil.copyfile(template / "mrc.sqlite", path)
        return _sqlite(path)

    def postgresql(name: str, laid: Laid | None, into: Path, *, migrated: bool) -> Database:
        server: postgres.Server = wanted("postgres_server")
        if migrated:
            template, beside = wanted("_postgres_laid")(laid)
            spares: postgres.Spares = wanted("_postgres_spares")(template)
            name = spares.take()
            dropped.append(lambda: spares.give_back(name))
            if laid:
                shutil.copytree(beside, into, dirs_exist_ok=True)
        else:
            server.create(name)
            dropped.append(lambda: server.drop(name))
        return _postgresql(server, name)

    def make(kind: str, *, migrated: bool = True, laid: Laid | None = None, into: Path = tmp_path) -> Database:
        return (sqlite if kind == "sqlite" else postgresql)(f"mrc_{secrets.token_hex(8)}", laid, into, migrated=migrated)

    yield make
    for drop in dropped:
        drop()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, fresh_database: Callable[..., Database]) -> Database:
    """A migrated, empty database of each kind in turn."""
    return fresh_database(request.param)


@pytest.fixture(params=KINDS)
def samples(request: pytest.FixtureRequest, fresh_database: Callable[..., Database]) -> Database:
    """A database of each kind in turn with the sample house in it, whose keys are in `tmp_path`: laying it costs more than most tests."""
    return fresh_database(request.param, laid=SAMPLES)


@pytest.fixture
def database_url(database: Database) -> tuple[str, str]:
    """(url, kind) of `database`, as the application's role; the URL is written as in MRC_DATABASE_URL, without a driver."""
    return database.url, database.kind
