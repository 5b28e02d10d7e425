"""Somebody is erased: nothing of them is read, found or dug out of files again; lists keep their line; no restore brings them back."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from adapters.database import erasing
from adapters.database.clients import CLIENT, CONTACT, TOKEN
from adapters.database.incoming import INCOMING
from adapters.database.keys import KEY
from adapters.database.schema import Sealed, Shows
from adapters.database.tables import METADATA
from domain.audit import Sought
from domain.errors import NotFound
from domain.names import name_keys
from domain.ports import NewsItem
from domain.secrecy import Erased
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.keeping.erasure import ReasonNamesThem, StillOpenWork
from service.wiring import House, wire
from tests import postgres
from tests.commands.conftest import Mrc
from tests.databases import Database
from tests.service import Person, Service, running, settings_for

NAME, URDU, FATHER = "Zarghuna Kandiwal", "زرغونہ کندیوال", "Torgul Kandiwal"
CNIC, PHONE, PASSPORT = "17301-7654321-8", "+923459876543", "ZK9876543"
Files = Callable[[], list[Path]]
WORDS = "she was promised a salon in Muscat"


@pytest.fixture
async def service(database: Database, tmp_path: Path) -> AsyncIterator[Service]:
    settings = settings_for(database, tmp_path, migrate_url=database.owner_url)
    async with running(settings, database.kind) as made:
        await made.house.usecases.samples.lay()
        yield made


async def somebody(service: Service) -> tuple[Person, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A contact promoted to a client with a case, a session, a note and a screening; the case is closed at the end."""
    desk = await service.sign_in("counsellor.isb")
    contact = await desk.post("/api/v1/contacts", {"channel": "phone", "name": NAME, "phone": PHONE, "question": WORDS})
    client = await desk.post(
        f"/api/v1/contacts/{contact['id']}/promotion",
        {
            "name": NAME,
            "name_urdu": URDU,
            "father_or_husband_name": FATHER,
            "gender": "female",
            "birth_date": "1993-04-05",
            "cnic": CNIC,
            "passport": PASSPORT,
            "district": "PK603",
            "migration_stage": "returnee",
        },
    )
    case = await desk.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high", "summary": WORDS})
    await desk.post(f"/api/v1/cases/{case['id']}/notes", {"text": WORDS})
    await desk.post(f"/api/v1/cases/{case['id']}/sessions", {"channel": "in_person", "minutes": 30, "topics": [], "note": WORDS})
    return desk, contact, client, case


async def closed(desk: Person, case: dict[str, Any]) -> None:
    await desk.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "protected"})


async def test_after_an_erasure(service: Service, files: Files, tmp_path: Path) -> None:
    desk, contact, client, case = await somebody(service)
    erase = service.house.usecases.keeping.erasure.erase
    with pytest.raises(StillOpenWork, match="cases: 1"):
        await erase(HOUSE_ACTOR, client["number"], "asked for it")
    await closed(desk, case)
    for naming in (f"as {NAME.split()[0].lower()} asked", f"cnic {CNIC}"):
        with pytest.raises(ReasonNamesThem):
            await erase(HOUSE_ACTOR, client["number"], naming)
    assert (await desk.get(f"/api/v1/clients/{client['id']}"))["name"] == NAME
    await leftovers(service.house, client["id"], contact["id"], expected=True)
    before = await keys_and_tokens(service.house, client["id"], contact["id"])
    if at_hand := files():
        assert dug_out(at_hand, before) == [repr(one) for one in before], "sealed values and tokens are there before, plain words never"

    assert await erase(HOUSE_ACTOR, client["number"].lower(), "asked for it") == ""

    await desk.get(f"/api/v1/clients/{client['id']}", expect=404)
    await desk.get(f"/api/v1/cases/{case['id']}/sheet", expect=404)
    lines = (await desk.get("/api/v1/cases"))["items"]
    assert [(line["number"], line["name"], line["client_number"]) for line in lines] == [(case["number"], "(erased)", client["number"])]
    for asked in (NAME, URDU, CNIC, PHONE, PASSPORT, client["number"]):
        assert (await desk.post("/api/v1/clients/search", {"q": asked, "limit": 10}))["items"] == []
    call = (await service.house.usecases.clients.contacts(await _actor(service), 10))[0]
    assert (call.name, call.phone, call.question, call.client_id and str(call.client_id)) == ("", None, "", client["id"])
    trail = await service.house.database.ledger.page(("ISB",), Sought(), 200, None)
    (line,) = [one for one in trail if one.action == "client_erased"]
    assert (str(line.client_id), [str(one) for one in line.others], line.note) == (client["id"], [contact["id"]], "asked for it")
    await service.house.usecases.audit.seal()
    assert (await service.house.usecases.audit.verify([])).faults == ()
    assert await service.house.usecases.keeping.figures.differing() == ()
    await leftovers(service.house, client["id"], contact["id"], expected=False)
    assert dug_out(files(), before) == []
    ledger = [json.loads(line)["subject"] for line in (tmp_path / "erasures.jsonl").read_text().splitlines()]
    assert sorted(ledger) == sorted([client["id"].replace("-", ""), contact["id"].replace("-", "")])
    assert await erase(HOUSE_ACTOR, client["number"], "asked for it") == ""
    assert (
        len([one for one in await service.house.database.ledger.page(("ISB",), Sought(), 200, None) if one.action == "client_erased"]) == 1
    )
    with pytest.raises(NotFound):
        await erase(HOUSE_ACTOR, "ISB-C-999999", "asked for it")


async def _actor(service: Service) -> Any:
    token = (await service.house.usecases.identity.sign_in("counsellor.isb", "demo-password-2026", None)).access_token
    return await service.house.usecases.identity.actor(token)


async def rows(house: House, table: Any, column: str, value: str) -> list[dict[str, Any]]:
    """Straight from the table, with nothing opened."""
    async with house.usecases.keeping.store.snapshot() as snapshot:
        return [
            dict(zip(table.columns.keys(), row, strict=True))
            async for name, page in snapshot.pages()
            if name == table.name
            for row in page
            if dict(zip(table.columns.keys(), row, strict=True))[column] == value.replace("-", "")
        ]


async def leftovers(house: House, client: str, contact: str, *, expected: bool) -> None:
    """What the classification calls personal is there before and gone after, in every table about the client."""
    for table in erasing.about_clients():
        if table.name in ("audit_entry", TOKEN.name):
            continue
        for row in await rows(house, table, "id" if table is CLIENT else "client_id", client):
            for column in table.columns:
                if column.info["sealed"] is Sealed.subject:
                    assert bool(row[column.name]) is expected, f"{table.name}.{column.name}"
    (row,) = await rows(house, CLIENT, "id", client)
    said = (row["gender"], row["district"], row["birth_year"], row["migration_stage"])
    assert said == (("female", "PK603", 1993, "returnee") if expected else ("undisclosed", None, None, "prospective"))
    assert bool(await rows(house, KEY, "id", client)) is expected
    assert bool(await rows(house, TOKEN, "client_id", client)) is expected


async def keys_and_tokens(house: House, client: str, contact: str) -> list[bytes]:
    """What must not be found in any file afterwards: the wrapped keys, the sealed values, the search tokens."""
    found: list[bytes] = []
    places: tuple[tuple[Any, str, list[str]], ...] = (
        (KEY, client, ["wrapped"]),
        (KEY, contact, ["wrapped"]),
        (CLIENT, client, ["names", "particulars"]),
        (CONTACT, contact, ["said"]),
    )
    for table, id, names in places:
        (row,) = await rows(house, table, "id", id)
        found += [b64decode(row[name]) for name in names]
    keys = [house.vault.token("name", key) for key in name_keys(NAME, URDU, FATHER)]
    order: Any = "big" if house.settings.database_url.startswith("sqlite") else "little"
    return [*found, *[token.to_bytes(8, order, signed=True) for token in keys]]


@pytest.fixture
def files(service: Service, request: pytest.FixtureRequest) -> Files:
    """The files of the test's database as they are on the disk now. Empty for a PostgreSQL that somebody else runs."""
    url = service.house.settings.database_url
    if service.kind == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        return lambda: list(path.parent.glob(f"{path.name}*"))
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = url.rsplit("/", 1)[1]

    def found() -> list[Path]:
        if not server.folder:
            return []
        postgres.execute(server.admin(name), "CHECKPOINT")
        oid = postgres.apart(lambda: asyncio.run(_oid(server.admin(name))))
        return [path for folder in Path(server.folder).rglob(f"base/{oid}") for path in folder.iterdir() if path.is_file()]

    return found


async def _oid(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        found: int = await connection.fetchval("SELECT oid::int FROM pg_database WHERE datname = current_database()")
        return found
    finally:
        await connection.close()


def dug_out(files: list[Path], wanted: list[bytes]) -> list[str]:
    content = b"".join(path.read_bytes() for path in files)
    words = [NAME, URDU, FATHER, CNIC, CNIC.replace("-", ""), PHONE, PASSPORT, WORDS]
    spelled = [word.encode(encoding) for word in words for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return [repr(one) for one in (*spelled, *wanted) if one in content]


async def test_an_archive_made_before_brings_nobody_back(
    service: Service, database: Database, fresh_database: Callable[..., Database], tmp_path: Path
) -> None:
    desk, contact, client, case = await somebody(service)
    await closed(desk, case)
    keeping = service.house.usecases.keeping
    await keeping.backups.make(tmp_path / "before.mrcb")
    await keeping.erasure.erase(HOUSE_ACTOR, client["number"], "asked for it")
    (tmp_path / "erasures.jsonl").write_text("torn li")
    assert len(await keeping.erasure.missing()) == 0, "the copy in the heads folder has them"
    await keeping.backups.make(tmp_path / "after.mrcb")
    assert len((tmp_path / "erasures.jsonl").read_text().splitlines()) == 3, "and the torn one is completed"
    for archive, shredded in (("before.mrcb", 1), ("after.mrcb", 0)):
        target = fresh_database(database.kind)
        again = wire(settings_for(target, tmp_path, migrate_url=target.owner_url))
        try:
            assert (await again.usecases.keeping.backups.restore(tmp_path / archive)).shredded == shredded
            await leftovers(again, client["id"], contact["id"], expected=False)
            trail = await again.database.ledger.page(("ISB",), Sought(), 200, None)
            assert [str(one.client_id) for one in trail if one.action == "client_erased"] == [client["id"]]
            with pytest.raises(Erased):
                await again.usecases.clients.get(await _actor(service), UUID(client["id"]))  # type: ignore[arg-type]
        finally:
            await again.close()


async def test_what_a_partner_wrote_about_them_goes_too(service: Service) -> None:
    desk, _, client, case = await somebody(service)
    async with service.house.database.work(HOUSE_ACTOR) as work:
        fia = await work.partners.by_key("fia")
    await desk.post(
        f"/api/v1/clients/{client['id']}/consents",
        {"purpose": "share", "partner": "fia", "field_groups": ["identity"], "form": "written", "language": "ur"},
    )
    body = {"partner": "fia", "reason": WORDS, "urgency": "low", "field_groups": ["identity"]}
    referral = await desk.post(f"/api/v1/cases/{case['id']}/referrals", body)
    async with service.house.database.work(HOUSE_ACTOR) as work:
        await work.inbox.take(NewsItem(fia.id, "about-her", {}, json.dumps({"ref": referral["ref"], "note": WORDS}).encode()))
        await work.inbox.take(NewsItem(fia.id, "about-another", {}, b'{"ref": "other"}'))
    await desk.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "withdraw", "reason": "asked"})
    await closed(desk, case)
    await service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, client["number"], "asked for it")
    async with service.house.database.work(HOUSE_ACTOR) as work:
        assert [(item.delivery, item.body) for item in await work.inbox.open(10)] == [("about-another", b'{"ref": "other"}')]


async def test_lists_of_referrals_go_on_without_them(service: Service) -> None:
    desk, _, client, case = await somebody(service)
    body = {"partner": "fia", "reason": WORDS, "urgency": "low", "field_groups": ["identity"]}
    consent = {"purpose": "share", "partner": "fia", "field_groups": ["identity"], "form": "written", "language": "ur"}
    await desk.post(f"/api/v1/clients/{client['id']}/consents", consent)
    referral = await desk.post(f"/api/v1/cases/{case['id']}/referrals", body)
    await desk.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "withdraw", "reason": "asked"})
    await closed(desk, case)
    await service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, client["number"], "asked for it")
    await desk.get("/api/v1/referrals")


def test_every_personal_column_has_been_decided_about() -> None:
    """Control: a new column that is neither nullable nor listed makes `blanks` fail, and with it this test."""
    about = [table for table in erasing.about_clients() if table is not TOKEN]
    for table in about:
        erasing.blanks(table)
    named = {table.name for table in about} | {CONTACT.name, INCOMING.name}
    sealed = {table.name for table in METADATA.sorted_tables if any(c.info.get("sealed") is Sealed.subject for c in table.columns)}
    assert sealed <= named
    plain = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.info.get("shows") in (Shows.personal, Shows.sensitive) and not column.info.get("sealed")
    }
    # A register's fingerprint is keyed, names nobody, and keeps the same row from bringing an erased person back.
    elsewhere = {("imported_row", "fingerprint"), ("client_token", "token")}
    assert plain - elsewhere <= {(table.name, name) for table in about for name in erasing.blanks(table)} | erasing.KEPT.keys()


def test_the_command(sampled: Mrc) -> None:
    assert "no client of this number" in sampled("erase", "ISB-C-000001", "--reason", "asked for it", code=1).err
