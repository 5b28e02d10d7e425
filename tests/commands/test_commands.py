"""Every command by what a person sees: help, results, refusals that say what to do, exit codes."""

import json
import re
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from domain.audit import Sought
from service.cli.keeping import in_house
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House
from tests.commands.conftest import Mrc
from tests.databases import Database
from tests.postgres import execute

REGISTERS = Path(__file__).parents[1] / "registers" / "data"
COMMANDS = [
    "serve",
    "work",
    "migrate",
    "openapi",
    "demo",
    "import-register",
    "backup",
    "restore",
    "verify-backup",
    "erase",
    "partners",
    "receiver",
    "doctor",
    "centre add",
    "user add",
    "user list",
    "user reset",
    "user end-sessions",
    "audit verify",
    "audit heads",
    "figures check",
    "figures rebuild",
    "evidence synthesize",
    "keys rotate",
    "keys list",
    "keys drop",
    "keys new",
]


@pytest.fixture
def database(request: pytest.FixtureRequest, fresh_database: object) -> Database:
    """As everywhere, but a test may ask for one kind where the database does not matter."""
    made: Database = fresh_database(getattr(request, "param", "sqlite"))  # type: ignore[operator]
    return made


BOTH = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)


def test_every_command_is_listed_and_has_an_example(mrc: Mrc) -> None:
    listed = mrc("--help").out
    for command in COMMANDS:
        assert re.search(rf"│ {command.split()[0]}\s", listed), command
        assert re.search(r"Examples?:", mrc(*command.split(), "--help").out), command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import-register"], "Missing argument"),
        (["import-register", "nowhere.csv"], "does not exist"),
        (["backup"], "Missing argument"),
        (["erase", "ISB-C-000001"], "--reason"),
        (["user", "add", "a", "--name", "A", "--role", "king", "--centre", "ISB"], "counsellor, supervisor"),
        (["user", "add", "a", "--name", "A", "--role", "counsellor"], "--centre ISB"),
        (["receiver", "--secret", "abc"], "whsec_"),
        (["no-such-command"], "No such command"),
    ],
)
def test_a_wrong_word_is_told_with_exit_code_2(mrc: Mrc, arguments: list[str], said: str) -> None:
    assert said in mrc(*arguments, code=2).err


@BOTH
def test_a_new_colleague_signs_in_until_their_sessions_end(sampled: Mrc) -> None:
    said = sampled("user", "add", "shabnam.gul", "--name", "Shabnam Gul", "--role", "counsellor", "--centre", "isb").out
    password = said.rsplit(" ", 1)[-1].strip()
    token = in_house(lambda house: house.usecases.identity.sign_in("shabnam.gul", password, None)).access_token
    assert in_house(lambda house: house.usecases.identity.actor(token)).name == "Shabnam Gul"
    sampled("user", "end-sessions", "shabnam.gul")
    with pytest.raises(Exception, match="session has ended"):
        in_house(lambda house: house.usecases.identity.actor(token))
    assert "Nobody here" in sampled("user", "end-sessions", "nobody", code=1).err


@BOTH
def test_whoever_is_locked_out_is_helped_from_the_server(sampled: Mrc) -> None:
    """Also the only administrator, who may not set their own back on the pages."""
    password = sampled("user", "reset", "admin", "password").out.rsplit(" ", 1)[-1].strip()
    token = in_house(lambda house: house.usecases.identity.sign_in("admin", password, None)).access_token
    assert in_house(lambda house: house.usecases.identity.actor(token)).must_change_password
    assert "cannot be empty" in sampled("user", "reset", "admin", "factors", code=1).err
    assert "by password alone" in sampled("user", "reset", "admin", "factors", "--reason", "lost her telephone").out
    assert "Nobody here" in sampled("user", "reset", "nobody", "password", code=1).err


def test_people_of_partners_are_listed_and_found_too(sampled: Mrc) -> None:
    every = sampled("user", "list").out
    assert "counsellor.isb: Counsellor ISB, counsellor, ISB" in every
    found = sampled("user", "list", "swd-punjab").out.splitlines()
    assert {line.split(":")[0] for line in found} == {"lead.swd", "worker.swd"}
    assert all(line.endswith("partner swd-punjab") for line in found)
    assert "Nobody here fits" in sampled("user", "list", "no such thing").out
    password = sampled("user", "reset", "lead.swd", "password").out.rsplit(" ", 1)[-1].strip()
    token = in_house(lambda house: house.usecases.identity.sign_in("lead.swd", password, None)).access_token
    assert in_house(lambda house: house.usecases.identity.actor(token)).must_change_password
    sampled("user", "end-sessions", "lead.swd")
    with pytest.raises(Exception, match="session has ended"):
        in_house(lambda house: house.usecases.identity.actor(token))


def test_a_password_may_come_by_standard_input_and_is_not_shown(sampled: Mrc) -> None:
    add = ("user", "add", "x.y", "--name", "X Y", "--role", "admin", "--password-stdin")
    assert "12 characters" in sampled(*add, stdin="short\n", code=1).err
    assert "four words of length" not in sampled(*add, stdin="four words of length\n").out
    assert in_house(lambda house: house.usecases.identity.sign_in("x.y", "four words of length", None))
    assert sampled("user", "add", "z", "--name", "Z", "--role", "counsellor", "--centre", "XXX", code=1).err.startswith("There is no such")


@BOTH
def test_the_trail_is_verified_against_heads_kept_outside(sampled: Mrc, database: Database, tmp_path: Path) -> None:
    in_house(_work_a_little)
    assert "wait for a worker" in sampled("audit", "verify").out
    in_house(lambda house: house.usecases.audit.seal())
    heads = tmp_path / "elsewhere.jsonl"
    heads.write_text(sampled("audit", "heads").out)
    assert {json.loads(line)["centre"] for line in heads.read_text().splitlines()} == {"ISB", "LHE", "MRC", "PEW"}
    assert "The trail is whole" in sampled("audit", "verify", "--head", heads).out
    _tamper(database)
    found = sampled("audit", "verify", "--head", heads, code=1)
    assert re.search(r"Centre ISB, line 1: .* 1 faults in all", found.err), found
    torn = tmp_path / "torn.jsonl"
    torn.write_text("not a head\n" + heads.read_text())
    assert "Line 1" in sampled("audit", "verify", "--head", torn, code=1).err


async def _work_a_little(house: House) -> None:
    staff = {one.username: one for one in await house.usecases.identity.colleagues(HOUSE_ACTOR)}
    token = (await house.usecases.identity.sign_in("counsellor.isb", "demo-password-2026", None)).access_token
    actor = await house.usecases.identity.actor(token)
    assert actor.id == staff["counsellor.isb"].id
    await house.usecases.audit.page(await _dpo(house), Sought(), 10, None)
    await house.usecases.clients.search(actor, "nobody", 5)


async def _dpo(house: House) -> object:
    token = (await house.usecases.identity.sign_in("dpo", "demo-password-2026", None)).access_token
    return await house.usecases.identity.actor(token)


def _tamper(database: Database) -> None:
    change = "UPDATE audit_entry SET note = 'changed' WHERE centre = 'ISB' AND seq = 1"
    if database.kind == "postgresql":
        execute(database.admin_url, "ALTER TABLE audit_entry DISABLE TRIGGER ALL", change)
        return
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"))
    connection.execute("DROP TRIGGER audit_entry_no_change")
    connection.execute(change)
    connection.commit()
    connection.close()


@BOTH
def test_the_doctor_finds_nothing_wrong_with_a_new_house(sampled: Mrc) -> None:
    said = sampled("doctor").out
    assert "NOT " not in said
    assert "revision" in said
    assert "No role needs a second factor." in said


def test_the_doctor_says_who_has_yet_to_set_up_a_second_factor(sampled: Mrc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MRC_SECOND_FACTOR", "dpo,admin")
    assert "A second factor is needed of admin, dpo; 2 of these people have yet to set one up." in sampled("doctor").out
    monkeypatch.setenv("MRC_SECOND_FACTOR", "king")
    assert "MRC_SECOND_FACTOR names roles" in sampled("doctor", code=1).err


def test_the_doctor_says_what_is_wrong_and_what_to_do(
    sampled: Mrc, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys.json").chmod(0o644)
    assert "chmod 600" in sampled("doctor", code=1).out
    (tmp_path / "keys.json").chmod(0o600)
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"))
    connection.execute("UPDATE audit_entry SET seq = NULL")
    connection.execute("INSERT INTO due_figure VALUES ('ISB', '" + "0" * 32 + "', 'case', 20260101, 3)")
    connection.commit()
    assert "1 differ: see `mrc figures check`" in sampled("doctor", code=1).out
    told = sampled("figures", "check", code=1)
    assert "NOT due_figure ISB 00000000-0000-0000-0000-000000000000 case 20260101: kept 3, counted 0" in told.out
    assert "mrc figures rebuild" in told.err
    assert "due_figure           1 were wrong" in sampled("figures", "rebuild").out
    assert "Every figure is what a fresh count gives." in sampled("figures", "check").out
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    assert "mrc migrate" in sampled("doctor", code=1).out
    monkeypatch.setenv("MRC_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    assert "There is no database yet" in sampled("doctor", code=1).out
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize(
    ("place", "around", "mark"),
    [
        ("db.example.org/mrc", "", "NOT"),
        ("db.example.org/mrc?sslmode=require", "verify-full", "NOT"),
        ("10.1.2.3/mrc", "require", "NOT"),
        ("[2001:db8::7]/mrc", "", "NOT"),
        ("/mrc?host=db.example.org", "", "NOT"),
        ("db.example.org/mrc?sslmode=verify-full", "", "ok"),
        ("10.1.2.3/mrc", "verify-ca", "ok"),
        ("database/mrc", "", None),
        ("localhost/mrc", "", None),
        ("127.0.0.1/mrc", "", None),
        ("[::1]/mrc", "", None),
        ("/mrc?host=/run/postgresql.d", "", None),
    ],
)
def test_the_doctor_wants_proof_of_a_database_elsewhere(
    mrc: Mrc, monkeypatch: pytest.MonkeyPatch, place: str, around: str, mark: str | None
) -> None:
    """There is no key file, so it does not go there."""
    names = ["MRC_DATABASE_URL", "MRC_MIGRATE_URL"]
    for name in names:
        monkeypatch.setenv(name, f"postgresql://mrc:geheim@{place}")
    monkeypatch.setenv("MRC_PUBLIC_URL", "https://mrc.example")
    monkeypatch.setenv("PGSSLMODE", around)
    monkeypatch.setenv("MRC_ENV", "production")
    told = mrc("doctor", code=1)
    looked = [line.split()[:2] for line in told.out.splitlines() if "certificate" in line]
    assert looked == [[mark, name] for name in names if mark]
    assert "geheim" not in told.out + told.err
    monkeypatch.setenv("MRC_ENV", "development")
    assert "certificate" not in mrc("doctor", code=1).out


def test_settings_that_cannot_be_are_told_without_a_trace_or_a_password(mrc: Mrc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MRC_ENV", "production")
    assert mrc("doctor", code=1).err.strip() == "MRC_PUBLIC_URL must begin with https:// in production."
    monkeypatch.setenv("MRC_ENV", "development")
    monkeypatch.setenv("MRC_PARTNERS", "fia")
    assert "MRC_PARTNERS" in mrc("doctor", code=1).err
    monkeypatch.setenv("MRC_PARTNERS", '["nobody"]')
    assert "MRC_PARTNERS" in mrc("partners", code=1).err
    monkeypatch.setenv("MRC_PARTNERS", "[]")
    monkeypatch.setenv("MRC_DATABASE_URL", "postgresql://mrc:geheim@127.0.0.1:1/x")
    said = mrc("doctor", code=1)
    assert "geheim" not in said.out + said.err


@BOTH
def test_a_new_house_opens_its_centre_and_hires(mrc: Mrc) -> None:
    assert "three letters" in mrc("centre", "add", "Islamabad", "--name", "X", code=1).err
    mrc("centre", "add", "qta", "--name", "Migrant Resource Centre Quetta")
    assert "already" in mrc("centre", "add", "QTA", "--name", "X", code=1).err
    mrc("user", "add", "first", "--name", "First", "--role", "admin")
    mrc("user", "add", "gul", "--name", "Gul", "--role", "counsellor", "--centre", "QTA")
    assert "NOT " not in mrc("doctor").out


def test_partners_and_adapters_are_listed(sampled: Mrc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MRC_PARTNERS", '["standard"]')
    said = sampled("partners").out
    assert re.search(r"adapter +standard +on", said)
    assert re.search(r"adapter +fia +installed; switch it on", said)
    assert re.search(r"partner +swd-punjab +social_welfare +no endpoint", said)


@BOTH
def test_a_register_is_taken_in_from_its_file(sampled: Mrc, tmp_path: Path) -> None:
    register = shutil.copy(REGISTERS / "register_isb.xlsx", tmp_path)
    assert "Nothing was kept" in sampled("import-register", register, "--dry-run").out
    first = sampled("import-register", register).out
    assert re.search(r"^ +417  cases$", first, re.M)
    report = (tmp_path / "register_isb.xlsx.report.csv").read_text("utf-8-sig").splitlines()
    assert len([line for line in report if ",refused," in line]) >= 13
    assert re.search(r"^ +417  taken before$", sampled("import-register", register).out, re.M)


def test_a_register_whose_name_tells_no_centre(sampled: Mrc, tmp_path: Path) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text("Dt. of visit,Caller,Phone\n2025-03-01,Gul Khan,0300 1234567\n")
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"Dt. of visit": "date"}')
    assert "--centre ISB | LHE | PEW" in sampled("import-register", calls, "--mapping", mapping, code=2).err
    assert "No row of headings" in sampled("import-register", calls, "--centre", "ISB", code=1).err
    assert re.search(r"^ +1  contacts$", sampled("import-register", calls, "--mapping", mapping, "--centre", "pew").out, re.M)
    mapping.write_text("[]")
    assert "JSON" in sampled("import-register", calls, "--mapping", mapping, code=1).err


def test_keys_of_a_new_house_are_made_once(mrc: Mrc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MRC_KEY_FILE", str(tmp_path / "new" / "keys.json"))
    monkeypatch.setenv("MRC_ENV", "production")
    monkeypatch.setenv("MRC_PUBLIC_URL", "https://mrc.example")
    assert "no key file" in mrc("partners", code=1).err
    mrc("keys", "new")
    assert stat.S_IMODE((tmp_path / "new" / "keys.json").stat().st_mode) == 0o600
    assert "already" in mrc("keys", "new", code=1).err
