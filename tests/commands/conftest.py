"""Commands run in this process as `mrc` runs them, over a test's own database with the sample house in it."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli.keeping import in_house
from service.cli.main import main
from tests.databases import Database


@dataclass
class Told:
    out: str
    err: str


Mrc = Callable[..., Told]


@pytest.fixture
def mrc(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Mrc:
    """`mrc("user", "add", …, code=1)` checks the exit code and gives what was said; `database` is where it works."""
    use(database, tmp_path, monkeypatch)

    def run(*arguments: object, code: int = 0, stdin: str = "") -> Told:
        monkeypatch.setattr(sys, "argv", ["mrc", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        told = Told(*capfd.readouterr())
        assert (stop.value.code or 0) == code, told
        return told

    return run


def use(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on commands work here; the key file stays where it was first made."""
    monkeypatch.setenv("MRC_DATABASE_URL", database.url)
    monkeypatch.setenv("MRC_MIGRATE_URL", database.owner_url)
    monkeypatch.setenv("MRC_DATA_DIR", str(folder))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def sampled(mrc: Mrc) -> Mrc:
    in_house(lambda house: house.usecases.samples.lay())
    return mrc
