"""What clients say is nowhere it should not be: some forty canaries go through the whole journey, and every place is searched for each of
them in every spelling that a log, a dump or a database file might give it."""

import base64
import io
import json
import logging
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
import structlog

from adapters.database.outbox import MESSAGE
from adapters.database.schema import Sealed, Shows
from adapters.database.tables import METADATA
from adapters.system.vault import FileVault
from domain.values import day_of
from service import logs
from service.api import middleware
from tests.databases import Database
from tests.postgres import binaries
from tests.service import Person, Service, running, settings_for
from tests.trust.raw import raw

# One text for each place where a person's words can be put; two scripts, and the spellings that people and telephones use.
SAID = {
    "name": "Zulekhaqx Begumqy",
    "name_urdu": "زلیخاکق بیگمکک",
    "father": "Fazalqz Dinqw",
    "cnic": "34201-0777333-8",
    "passport": "QX7654321",
    "phone": "0301-7778889",
    "second phone": "+92 321 7778890",
    "safe contact": "only after Maghribqx via her aunt",
    "contact name": "Callerqv Khanqu",
    "contact phone": "00923457778891",
    "contact question": "askedqt about Dubaiqs",
    "summary": "summaryqr of what she suffered",
    "session note": "sessionqp note in the room",
    "topic": "topicqo debt bondage",
    "note": "privateqn یادداشتکن",
    "task": "taskqm fetch her passport",
    "why": "decidedqk because papers were kept",
    "reason": "reasonqj for the referral",
    "second reason": "reasonqi for the second",
    "withdrawn because": "withdrawnqh she fears them",
    "need": "needqg which hospital",
    "answer": "answerqf the one in Lahoreqe",
    "decline": "declineqd no beds",
    "outcome": "outcomeqc shelter given",
    "sent name": "Sentqdd Bhejaqde",
    "sent phone": "0302-7778892",
    "sent cnic": "35202-0888444-6",
    "sent reason": "sentqdf after the flight",
    "sent summary": "sentqdg held at the border",
    "sent reference": "Ref-qdh-118",
    "sent question": "askedqdi which flight",
    "sent answer": "saidqdj the one of Monday",
    "sent outcome": "endedqdk with a plan",
    "sent declined": "declinedqdl wrong city",
    "handed": "handedqdm her brothers live there",
    "not taken": "refusedqdn nobody speaks it",
    "duty": "dutypa the judge ordered it",
    "duty law": "Lawofpb 1999",
    "duty authority": "Judgepc of Multan",
    "duty client": "clientpd fears her brother",
    "duty to": "Readerpe of the court",
    "duty refused": "refusedpf no order shown",
    "helped": "helpedqcc the door had a lock",
    "review": "reviewqdo owes the agent still",
    "job": "jobqdp kept her passport",
    "glass": "brokenqb she is at the gate",
    "finding": "foundqa in order",
    "hold": "heldpz she travels",
    "new name": "Renamedpy Bibipx",
    "search": "Searchedpw Naampv",
    "matched": "Matchedpu Naampt",
    "wrong cnic": "9999-Wrongps",
    "wrong field": "Fieldpr",
    "wrong name": "Signinpq",
    "wrong password": "Passwordpp2026",
    "path": "Pathpo",
    "query": "Querypn",
    "header": "Headerpm",
    "key": "Onceplkey",
    "birthday": "1991-07-23",
    "news": "newspk from outside",
}
# How the same thing stands elsewhere: a number without its dashes, a telephone as it is stored.
ALSO = {
    "cnic": ["3420107773338"],
    "phone": ["+923017778889", "923017778889", "03017778889"],
    "second phone": ["+923217778890", "03217778890"],
    "contact phone": ["+923457778891", "03457778891"],
    "sent phone": ["+923027778892", "03027778892"],
    "sent cnic": ["3520208884446"],
}
WORD_LENGTH = 6


def spellings(text: str) -> set[bytes]:
    """Every form in which the text could stand in a file: encodings, JSON and percent escapes, hex, Base64 at each of its three offsets."""
    found: set[bytes] = set()
    for coded in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        found |= {coded, coded.hex().encode(), coded.hex().upper().encode()}
        for shift in range(3):
            plain = base64.b64encode(b"\0" * shift + coded)
            start, end = (0, 2, 3)[shift], len(plain) - (0, 3, 2)[(shift + len(coded)) % 3]
            found |= {plain[start:end], plain[start:end].translate(bytes.maketrans(b"+/", b"-_"))}
    escaped = json.dumps(text)[1:-1]
    found |= {escaped.encode(), escaped.replace("\\u", "\\\\u").encode(), escaped.upper().encode()}
    found |= {quote(text).encode(), quote(text, safe="").encode(), quote(text).lower().encode(), text.replace(" ", "+").encode()}
    return {one for one in found if len(one) >= WORD_LENGTH}


def parts(name: str) -> set[str]:
    """The text, each of its words that is a canary by itself, and its other spellings."""
    text = SAID[name]
    words = {word for word in text.split() if len(word) >= WORD_LENGTH and (not word.isascii() or word[-2] in "qp")}
    return {text, *words, *ALSO.get(name, [])}


NEEDLES = {name: {form for part in parts(name) for form in spellings(part)} for name in SAID}


def canaries(place: str, haystack: bytes, skip: frozenset[str] = frozenset()) -> list[str]:
    return [f"{name} in {place}" for name, forms in NEEDLES.items() if name not in skip and any(form in haystack for form in forms)]


class Spoken:
    """What went over the line beside the bodies: addresses asked for, and the headers of answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: list[str] = []

    def watch(self, http: httpx.AsyncClient) -> httpx.AsyncClient:
        async def kept(answer: httpx.Response) -> None:
            self.asked.append(str(answer.request.url))
            self.heads.append(str(answer.headers.multi_items()))

        http.event_hooks["response"].append(kept)
        return http


async def journey(service: Service, spoken: Spoken) -> None:
    """Every door that takes words, with a canary in each of its fields."""
    she, boss, dpo = [await service.sign_in(name) for name in ("counsellor.isb", "supervisor.isb", "dpo")]
    partner = await service.partner("reintegration", "demo-rein-2026")
    for person in (she, boss, dpo, partner):
        spoken.watch(person.http)
    await partner.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/none"})
    client = await _registered(she)
    await _worked(she, boss, client)
    await _referred(she, partner, client)
    await _sent(she, partner)
    await _mishaps(service, spoken, she, boss, dpo, client)
    await _obliged(service, boss, client)
    await _handed(service, spoken, she, client)
    while await service.house.usecases.delivery.carry():
        pass
    await service.house.usecases.audit.seal()


async def _registered(she: Person) -> dict[str, Any]:
    said = {"name": SAID["contact name"], "phone": SAID["contact phone"], "question": SAID["contact question"]}
    contact = await she.post("/api/v1/contacts", {"channel": "phone", **said})
    body = {
        "name": SAID["name"],
        "name_urdu": SAID["name_urdu"],
        "father_or_husband_name": SAID["father"],
        "gender": "female",
        "birth_date": SAID["birthday"],
        "cnic": SAID["cnic"],
        "passport": SAID["passport"],
        "phones": [{"number": SAID["phone"], "safe": True}, {"number": SAID["second phone"]}],
        "safe_contact": {"never": False, "note": SAID["safe contact"]},
        "migration_stage": "returnee",
    }
    client = await she.post(f"/api/v1/contacts/{contact['id']}/promotion", body, headers={"Idempotency-Key": "k-1"})
    await she.post(f"/api/v1/clients/{client['id']}/jobs", {"country": "SAU", "year": 2020, "words": SAID["job"]})
    await she.post("/api/v1/clients/search", {"q": SAID["search"]})
    await she.post("/api/v1/clients/search", {"q": SAID["phone"]})
    await she.post("/api/v1/clients/matches", {"candidate": {"name": SAID["matched"], "cnic": SAID["cnic"]}})
    changed: dict[str, Any] = await she.patch(f"/api/v1/clients/{client['id']}", {"name": SAID["new name"]}, client["version"])
    return changed


async def _worked(she: Person, boss: Person, client: dict[str, Any]) -> None:
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high", "summary": SAID["summary"]})
    client["case"], base = case["id"], f"/api/v1/cases/{case['id']}"
    await she.post(f"{base}/steps", {"step": "start_counselling"})
    await she.post(f"{base}/sessions", {"channel": "phone", "minutes": 9, "topics": [SAID["topic"]], "note": SAID["session note"]})
    await she.post(f"{base}/notes", {"text": SAID["note"]})
    staff = {one["username"]: one["id"] for one in (await she.get("/api/v1/staff"))["items"]}
    await she.post(f"{base}/tasks", {"title": SAID["task"], "due_on": "2020-01-01", "assignee": staff["supervisor.isb"]})
    screening = await she.post(f"{base}/screenings", {"instrument": "short-flags", "answers": {"is_cheated": "yes"}})
    await she.post(f"/api/v1/screenings/{screening['id']}/decision", {"finding": "presumed_victim", "why": SAID["why"]})
    await she.post(f"{base}/steps", {"step": "hold", "reason": SAID["hold"]})
    returned = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"})
    heard = {"round": "m3", "result": "reached", "channel": "phone", "held_on": str(day_of(datetime.now(UTC))), "words": SAID["review"]}
    await she.post(f"/api/v1/cases/{returned['id']}/reviews", heard)
    for part in ("sheet", "timeline", "notes", "sessions", "tasks", "screenings"):
        await boss.get(f"{base}/{part}")
    await boss.get("/api/v1/my-day")


async def _referred(she: Person, partner: Person, client: dict[str, Any]) -> None:
    groups = ["identity", "contact", "narrative"]
    consent = {"purpose": "share", "partner": "reintegration", "field_groups": groups, "form": "written", "language": "ur"}
    await she.post(f"/api/v1/clients/{client['id']}/consents", consent)
    ways = (("reason", ("accept", "complete")), ("second reason", ("decline",)), ("reason", ()))
    for reason, ends in ways:
        body = {"partner": "reintegration", "reason": SAID[reason], "field_groups": groups}
        referral = await she.post(f"/api/v1/cases/{client['case']}/referrals", body)
        path, side = f"/api/v1/referrals/{referral['id']}/steps", f"/partner/v1/referrals/{referral['ref']}"
        await she.post(path, {"step": "send"})
        await partner.get(side)
        await partner.post(f"{side}/steps", {"step": "need_information", "note": SAID["need"]})
        await she.post(path, {"step": "answer", "note": SAID["answer"]})
        for step in ends:
            said = {"outcome": SAID["outcome"]} if step == "complete" else {"reason": SAID["decline"]} if step == "decline" else {}
            await partner.post(f"{side}/steps", {"step": step, **said})
        if "complete" in ends:
            view = await she.http.get(f"/api/v1/referrals/{referral['id']}")
            helped = {"helped": "yes", "note": SAID["helped"]}
            heard = await she.http.put(f"{path.removesuffix('steps')}feedback", json=helped, headers={"If-Match": view.headers["etag"]})
            assert heard.is_success, heard.text
        if not ends:
            await she.post(path, {"step": "withdraw", "reason": SAID["withdrawn because"]})


async def _sent(she: Person, partner: Person) -> None:
    """Somebody whom the partner sent: one is declined, one asked after, accepted and completed."""
    person = {"name": SAID["sent name"], "cnic": SAID["sent cnic"], "phones": [{"number": SAID["sent phone"], "safe": True}]}
    body = {
        "centre": "ISB",
        "reason": SAID["sent reason"],
        "summary": SAID["sent summary"],
        "person": person,
        "agreed": {"how": "verbal", "on": "2026-01-05"},
        "reference": SAID["sent reference"],
    }
    for ends in (("decline",), ("need_information", "accept", "complete")):
        sent = await partner.post("/partner/v1/incoming", body, headers={"Idempotency-Key": f"k-{ends[0]}"})
        path = f"/api/v1/incoming/{(await she.get('/api/v1/incoming'))['items'][0]['id']}"
        words = {"note": SAID["sent question"], "reason": SAID["sent declined"], "outcome": SAID["sent outcome"]}
        for step in ends:
            await she.post(f"{path}/steps", {"step": step, **words})
            if step == "need_information":
                await partner.post(f"/partner/v1/incoming/{sent['ref']}/steps", {"step": "answer", "note": SAID["sent answer"]})
        await she.get(path)
        await partner.get(f"/partner/v1/incoming/{sent['ref']}")


async def _obliged(service: Service, boss: Person, client: dict[str, Any]) -> None:
    """Asked for by the one and decided by a second supervisor of the centre."""
    admin = await service.sign_in("admin")
    second = {"username": "second.isb", "name": "Second", "role": "supervisor", "centres": ["ISB"], "password": "demo-password-2026"}
    await admin.post("/api/v1/staff", second)
    other = await service.sign_in("second.isb")
    asked = {
        "law_words": SAID["duty law"],
        "authority": SAID["duty authority"],
        "field_groups": ["identity"],
        "reason": SAID["duty"],
        "client_told": False,
        "client_words": SAID["duty client"],
    }
    for step in ("confirm", "refuse"):
        made = await boss.post(f"/api/v1/cases/{client['case']}/disclosures", asked)
        path = f"/api/v1/disclosures/{made['id']}/steps"
        await other.post(path, {"step": step, "reason": SAID["duty refused"]})
        if step == "confirm":
            today = str(day_of(datetime.now(UTC)))
            await other.post(path, {"step": "hand_over", "handover": {"how": "letter", "to": SAID["duty to"], "on": today}})


async def _handed(service: Service, spoken: Spoken, she: Person, client: dict[str, Any]) -> None:
    """Another centre is asked to take the client, reads the reason, and refuses with one of its own."""
    there = await service.sign_in("supervisor.lhe")
    spoken.watch(there.http)
    asked = {"centre": "LHE", "reason": SAID["handed"], "agreed": {"how": "verbal", "on": "2026-01-05"}}
    made = await she.post(f"/api/v1/cases/{client['case']}/transfers", asked)
    await there.get(f"/api/v1/transfers/{made['id']}")
    await there.post(f"/api/v1/transfers/{made['id']}/answer", {"step": "refuse", "reason": SAID["not taken"]})
    await she.get(f"/api/v1/transfers/{made['id']}")


async def _mishaps(service: Service, spoken: Spoken, she: Person, boss: Person, dpo: Person, client: dict[str, Any]) -> None:
    """What goes wrong is where words slip out."""
    grant = await boss.post("/api/v1/break-glass", {"client_number": client["number"], "reason": SAID["glass"]})
    await dpo.post(f"/api/v1/break-glass/{grant['id']}/review", {"finding": SAID["finding"]})
    await dpo.get("/api/v1/my-day")
    wrong = {
        "name": SAID["wrong name"],
        "gender": "female",
        "migration_stage": "returnee",
        "cnic": SAID["wrong cnic"],
        SAID["wrong field"]: 1,
    }
    await she.http.post("/api/v1/clients", json=wrong)
    await she.http.post("/api/v1/clients", content=json.dumps(wrong).encode()[:-5])
    await she.http.get(f"/api/v1/clients/{quote(SAID['path'])}", params={"name": SAID["query"]}, headers={"X-Odd": SAID["header"]})
    await she.http.post("/api/v1/contacts", json={"channel": "phone"}, headers={"Idempotency-Key": SAID["key"]})
    await she.http.patch(f"/api/v1/clients/{client['id']}", json={"name": SAID["new name"]}, headers={"If-Match": '"77"'})
    stranger = service.http()
    form = {"grant_type": "password", "username": SAID["wrong name"], "password": SAID["wrong password"]}
    await stranger.post("/api/v1/auth/token", data=form)
    await stranger.post("/partner/v1/news", content=SAID["news"].encode(), headers={"MRC-Partner": "reintegration", "webhook-id": "x"})


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that the process logs, as it would in production: structured lines and the standard library's."""
    book = io.StringIO()
    handler, root = logging.StreamHandler(book), logging.getLogger()
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(pathname)s"))
    before, level = structlog.get_config(), root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logs.set_up()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(book), cache_logger_on_first_use=False)
    yield book
    structlog.configure(**before)
    root.removeHandler(handler)
    root.setLevel(level)


def at_rest(database: Database) -> bytes:
    """The database as a thief finds it: its files with the log beside them, or a dump with everything in it."""
    if database.kind == "sqlite":
        file = Path(database.url.split("///", 1)[1])
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    folder, url = binaries(), urlsplit(database.admin_url)
    assert folder is not None
    words = ["-h", str(url.hostname), "-p", str(url.port), "-U", str(url.username), "-d", url.path[1:], "--inserts"]
    dump = subprocess.run(
        [folder / "pg_dump", *words], env={**os.environ, "PGPASSWORD": str(url.password)}, capture_output=True, check=True
    )
    return dump.stdout


@asynccontextmanager
async def lived(database: Database, folder: Path) -> AsyncIterator[tuple[Service, Spoken]]:
    """The journey from beginning to end."""
    async with running(settings_for(database, folder), database.kind) as service:
        await service.house.usecases.samples.lay()
        spoken = Spoken()
        await journey(service, spoken)
        yield service, spoken


async def test_no_canary_sings(database: Database, tmp_path: Path, logged: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    async with lived(database, tmp_path) as (service, spoken):
        vault, found = service.house.vault, []
        async with raw(database) as db:
            messages = await db.rows(f"SELECT id, body, detail FROM {MESSAGE.name}")
            bodies = [vault.open_house(row["body"], at=f"message.body:{str(row['id']).replace('-', '')}") for row in messages]
            notices = str(await db.rows("SELECT * FROM notice")).encode()
            trail = str(await db.rows("SELECT * FROM audit_entry")).encode()
        anybody = service.http()
        public = [
            (await anybody.get(f"/hsds/{path}&full=true&per_page=100")).content for path in ("services?page=1", "organizations?page=1")
        ]
        assert all(len(one) > 10_000 for one in public), "the control: there is something to read"
        found += canaries("the public directory", b"".join(public))
        out, err = capfd.readouterr()
        written = logged.getvalue().encode()
        # A caller chooses its own key and address; they are the caller's to keep clean.
        asked = frozenset({"path", "query"})
        found += canaries("the log", written) + canaries("the terminal", (out + err).encode())
        found += canaries("a message to a partner", b"\n".join(bodies)) + canaries("a notice", notices) + canaries("the trail", trail)
        found += canaries("an address", "\n".join(spoken.asked).encode(), asked) + canaries("a header", "\n".join(spoken.heads).encode())
        found += canaries("the database", at_rest(database), frozenset({"key"}))
        for other in tmp_path.rglob("*"):
            if other.is_file() and "sqlite" not in other.name:
                found += canaries(other.name, other.read_bytes())
        assert found == []
        assert len(bodies) >= 6
        assert written.count(b"answered") > 50, "the control: there was a log to search"
        assert len(spoken.asked) > 50
        assert notices.count(b"referral_") >= 3
        assert middleware.LOG is not None


async def test_with_sealing_off_each_is_found(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same search over the same journey, with nothing sealed."""
    monkeypatch.setattr(FileVault, "seal", lambda self, wrapped, plain, *, at: plain)
    monkeypatch.setattr(FileVault, "open", lambda self, wrapped, sealed, *, at: sealed)
    async with lived(database, tmp_path):
        found = canaries("the database", at_rest(database))
    # A name that was changed is in a file's freed pages at most; the rest of these is asked or refused and not kept.
    kept_nowhere = {
        "name",
        "hold",
        "search",
        "matched",
        "wrong cnic",
        "wrong field",
        "wrong name",
        "wrong password",
        "path",
        "query",
        "header",
        "news",
    }
    assert {line.split(" in the database")[0] for line in found} >= SAID.keys() - kept_nowhere


def test_each_spelling_is_seen() -> None:
    """The control of the search itself."""
    for name, text in SAID.items():
        for form in (
            text.encode(),
            text.encode("utf-16-le"),
            text.encode().hex().encode(),
            base64.b64encode(b"before " + text.encode() + b" after"),
            base64.b64encode(b"before. " + text.encode() + b" after"),
            base64.urlsafe_b64encode(b"before.. " + text.encode() + b" after"),
            json.dumps({"x": text}).encode(),
            json.dumps(json.dumps({"x": text})).encode(),
            quote(text).encode(),
        ):
            assert any(line.startswith(f"{name} in") for line in canaries("here", b"..." + form + b"...")), (name, form)
    assert canaries("here", b"nothing of the sort, 03001234567, Begum, 34201") == []


def test_as_many_canaries_as_there_are_sealed_columns() -> None:
    """A new place for people's words needs a canary of its own: this number grows with the sealed columns."""
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    sealed = [column for column in columns if column.info["sealed"] is Sealed.subject and column.info["shows"] is not Shows.secret]
    assert len(sealed) <= 28, "a sealed column was added: give it a canary, then raise this number"
    assert len(SAID) >= 40
