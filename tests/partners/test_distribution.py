"""A partner adapter that comes in another distribution: installed, found, off until named, held to the kit, and used."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.partners.registry import AdapterRefused, installed, names
from adapters.partners.signatures import signed_headers
from service.settings import Settings
from service.wiring import wire
from tests.architecture.source import ROOT
from tests.databases import Database
from tests.delivery.room import Room, room
from tests.delivery.test_attempts import carry_all
from tests.partners.hostile import answering, receiver

KEY = "sample_helpline"
SOURCE = ROOT / "tests" / "partners" / "distribution"
OURS = Settings(data_dir=Path("unused")).partners


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by its own build backend and installed into a folder apart, as a third party would, without any network."""
    folder = tmp_path_factory.mktemp("distribution")
    shutil.copytree(SOURCE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--no-index", "--no-compile"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder / "target"), str(folder / "source")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / "target"


@pytest.fixture
def beside(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(package))
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == KEY]:
        del sys.modules[name]


def test_without_it_nothing_of_it_is_known() -> None:
    assert KEY not in names()
    with pytest.raises(AdapterRefused, match=f"No partner adapter “{KEY}” is installed"):
        installed([KEY])


def test_installed_is_found_and_stays_off_until_it_is_named(beside: Path) -> None:
    assert KEY in names()
    assert KEY not in installed(OURS), "it is in no default"
    assert KEY not in sys.modules, "what is off is not even imported"
    assert installed([*OURS, KEY])[KEY].key == KEY


def test_its_own_test_passes_where_it_is_installed(package: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(package), str(ROOT)]), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    theirs = package.with_name("source")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(theirs), "-c", os.devnull]
    done = subprocess.run([*command, str(theirs / "tests")], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_one_that_breaks_the_rules_stops_the_start(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same package with one word more in its notices."""
    spoilt = tmp_path / "spoilt"
    shutil.copytree(package, spoilt)
    translator = spoilt / KEY / "translator.py"
    talkative = "return words.write(package)"
    assert talkative in translator.read_text()
    translator.write_text(translator.read_text().replace(talkative, 'return Post(url=package.url, body=b\'{"name": "x"}\')'))
    monkeypatch.syspath_prepend(str(spoilt))
    try:
        with pytest.raises(AdapterRefused, match=f"“{KEY}” does not conform"):
            wire(Settings(data_dir=tmp_path, partners=[*OURS, KEY]))
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == KEY]:
            del sys.modules[name]


async def takes_over(it: Room, key: str) -> None:
    """Makes the partner one whose system speaks the helpline's words."""
    house = it.service.house
    partner = await it.partner(key)
    partner.adapter = KEY
    async with house.database.work(await admin(it)) as work:
        await work.partners.save(partner)


async def admin(it: Room) -> Any:
    token = (await it.service.sign_in("admin")).http.headers["Authorization"].removeprefix("Bearer ")
    return await it.service.house.usecases.identity.actor(token)


async def news(it: Room, secret: str, id: str, *calls: dict[str, str]) -> None:
    body = json.dumps({"calls": calls}).encode()
    headers = {**signed_headers(body, message=id, at=datetime.now(UTC), secrets=[secret]), "MRC-Partner": "reintegration"}
    answer = await it.service.http().post("/partner/v1/news", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    await it.service.house.usecases.partner_side.work_through(10)


@pytest.mark.parametrize(("named", "state"), [(True, "appointment_set"), (False, "queued")], ids=["named", "control: not named"])
async def test_named_it_carries_notices_and_news(beside: Path, fresh_database: Any, tmp_path: Path, named: bool, state: str) -> None:
    samples: Database = fresh_database("sqlite")
    partners = [*OURS, KEY] if named else OURS
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path, partners=partners) as it:
        _, secret = await it.point("reintegration", theirs.url)
        await takes_over(it, "reintegration")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        await carry_all(it)
        assert len(theirs.requests) == named
        planned = {"ticket": referral["ref"], "what": "ticket.call_planned", "call_at": "2026-11-25T18:30:00"}
        await news(it, secret, "evening-1", {"ticket": referral["ref"], "what": "ticket.taken"}, planned)
        now = await counsellor.get(f"/api/v1/referrals/{referral['id']}")
        assert now["state"] == state
        assert (now["appointment_at"] == "2026-11-25T13:30:00+00:00") is named
