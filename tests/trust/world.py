"""A small world to test walls in: the sample house, one set of records for each relation a reader can have to them, everybody signed in."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from adapters.papers.printer import ApartPrinter
from domain.values import day_of
from tests.databases import KINDS, SAMPLES, Database, Laid
from tests.service import Person, Service, running, settings_for

ABSENT = UUID("0198f000-0000-7000-8000-00000000dead")
PARTNERS = {"fia": "demo-fia-2026", "reintegration": "demo-rein-2026"}
STAFF = ("counsellor.isb", "counsellor2.isb", "supervisor.isb", "counsellor.lhe", "supervisor.lhe", "analyst", "dpo", "admin")
PASSWORD = "demo-password-2026"
DESK_PASSWORD = "five quiet otters knit"
DESKS = (
    ("worker.rein", "reintegration", "partner_worker"),
    ("lead.rein", "reintegration", "partner_lead"),
    ("spare.rein", "reintegration", "partner_worker"),
    ("lead.fia", "fia", "partner_lead"),
)
"""The people at the desks of partners: who, whose, and as what."""
THERE = ("own", "colleague", "restricted", "other")
LATER = ("manager.isb", *(username for username, *_ in DESKS))
"""Who is not in the sample house."""
NOTES = "small_world.json"


class Form(dict[str, tuple[str, str]]):
    """A body that is a form with files, name by name with what is in them, not JSON."""


def password_of(name: str) -> str:
    return DESK_PASSWORD if name in {username for username, *_ in DESKS} else PASSWORD


@dataclass
class Records:
    """One person's file and all that hangs on it. `words` are the texts that must reach nobody who may not see the file."""

    name: str
    contact: str = ""
    client: str = ""
    number: str = ""
    case: str = ""
    case_number: str = ""
    session: str = ""
    note: str = ""
    task: str = ""
    screening: str = ""
    consent: str = ""
    referral: str = ""
    ref: str = ""
    draft: str = ""
    grant: str = ""
    attachment: str = ""
    plan: str = ""
    next_plan: str = ""
    action: str = ""
    outreach: str = ""
    disclosure: str = ""
    incoming: str = ""
    incoming_ref: str = ""
    transfer: str = ""
    research: str = ""
    policy: str = ""
    policy_out: str = ""
    returned: str = ""
    """A second case, of return, with its first review."""
    review: str = ""
    job: str = ""
    export: str = ""
    staff: str = ""
    partner: str = ""
    person: str = ""
    words: list[str] = field(default_factory=list)
    boss: str = ""
    """Who approves what is made here."""

    def marks(self) -> list[str]:
        """What gives the file away in an answer. Not the id of whom a partner sent: the desk was told of it before it was anybody's."""
        ids = (
            self.client,
            self.case,
            self.session,
            self.note,
            self.task,
            self.attachment,
            self.plan,
            self.next_plan,
            self.action,
            self.screening,
            self.consent,
            self.referral,
            self.draft,
            self.grant,
            self.disclosure,
            self.incoming_ref,
            self.transfer,
            self.returned,
            self.review,
            self.job,
        )
        return [mark for mark in (*ids, self.number, self.case_number, self.ref, *self.words) if mark]


REVIEWED = {"result": "reached", "channel": "phone", "economic": 0.5, "working": "yes"}


@dataclass
class World:
    service: Service
    http: httpx.AsyncClient
    tokens: dict[str, str]
    sets: dict[str, Records]
    staff: dict[str, str]
    partners: dict[str, str]
    directory: dict[str, str] = field(default_factory=dict)
    """A service and an agreement of `reintegration` that nothing else leans on."""

    async def ask(self, who: str | None, method: str, path: str, **kw: Any) -> httpx.Response:
        headers = dict(kw.pop("headers", {}))
        if isinstance(kw.get("json"), Form):
            kw["files"] = kw.pop("json")
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return await self.http.request(method, path, headers=headers, **kw)

    def person(self, who: str) -> Person:
        client = self.service.http()
        client.headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return Person(client)


def client_body(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "gender": "female", "migration_stage": "returnee", "birth_year": 1990, **more}


async def signed_in(service: Service, *who: str) -> dict[str, str]:
    tokens = {}
    async with service.http() as http:
        for name in who:
            if name in PARTNERS:
                form = {"grant_type": "client_credentials", "client_id": name, "client_secret": PARTNERS[name]}
            else:
                form = {"grant_type": "password", "username": name, "password": password_of(name)}
            answer = await http.post("/api/v1/auth/token", data=form)
            assert answer.status_code == 200, (name, answer.text)
            tokens[name] = answer.json()["access_token"]
    return tokens


async def _file(world: World, who: str, supervisor: str, name: str, partner: str, sensitivity: str = "normal") -> Records:
    """A whole file, made by `who` through the doors everybody uses; what needs a supervisor is done by one."""
    it, she, boss = Records(name), world.person(who), world.person(supervisor)
    words = [
        f"{name} {part}"
        for part in ("Begum", "Daughterof", "Summary", "Sessionnote", "Notetext", "Tasktitle", "Reason", "Filetext", "Goaltitle")
    ]
    full, father, summary, spoken, text, title, reason, paper, goal = it.words = words
    it.contact = (await she.post("/api/v1/contacts", {"channel": "walk_in", "name": f"Caller {name[0]}"}))["id"]
    session = {"title": "Safe ways", "kind": "awareness_session", "day": "2026-01-05"}
    it.outreach = (await she.post("/api/v1/outreach/sessions", session))["id"]
    await she.post(f"/api/v1/outreach/sessions/{it.outreach}/sign-ups", {"name": f"Signer {name[0]}"})
    client = await boss.post("/api/v1/clients", client_body(full, father_or_husband_name=father, sensitivity=sensitivity))
    it.client, it.number = client["id"], client["number"]
    asked = {"client_id": it.client, "kind": "protection", "risk": "low", "summary": summary, "sensitivity": sensitivity}
    case = await boss.post("/api/v1/cases", {**asked, "counsellor": world.staff[who]})
    it.case, it.case_number = case["id"], case["number"]
    base = f"/api/v1/cases/{it.case}"
    it.session = (await she.post(f"{base}/sessions", {"channel": "phone", "minutes": 5, "topics": ["visas"], "note": spoken}))["id"]
    it.note = (await she.post(f"{base}/notes", {"text": text}))["id"]
    it.boss = world.staff[supervisor]
    it.task = (await she.post(f"{base}/tasks", {"title": title, "due_on": "2020-01-01"}))["id"]
    attached = await she.http.post(f"{base}/attachments", files=Form(file=("paper.txt", paper)))
    assert attached.status_code == 201, attached.text
    it.attachment = attached.json()["id"]
    it.plan, it.next_plan, it.action = await _plan(she, boss, it.case, goal)
    answers = {"instrument": "short-flags", "answers": {"is_cheated": "yes"}}
    it.screening = (await she.post(f"{base}/screenings", answers))["id"]
    consent = {"purpose": "share", "partner": partner, "field_groups": ["identity"], "form": "written", "language": "ur"}
    it.consent = (await she.post(f"/api/v1/clients/{it.client}/consents", consent))["id"]
    # A second, so that withdrawing the first recalls nothing that others look at; it ends soon, so that the list of such has something.
    soon = str(day_of(datetime.now(UTC) + timedelta(days=20)))
    await she.post(f"/api/v1/clients/{it.client}/consents", {**consent, "valid_to": soon})
    wanted = {"partner": partner, "reason": reason, "field_groups": ["identity"]}
    sent = await she.post(f"{base}/referrals", wanted)
    it.referral, it.ref = sent["id"], sent["ref"]
    if sent["approval_needed"]:
        await she.post(f"/api/v1/referrals/{it.referral}/steps", {"step": "submit"})
        await boss.post(f"/api/v1/referrals/{it.referral}/steps", {"step": "approve"})
    else:
        await she.post(f"/api/v1/referrals/{it.referral}/steps", {"step": "send"})
    away = {"centre": "PEW", "reason": reason, "agreed": {"how": "written", "on": "2026-01-05"}}
    it.transfer = (await she.post(f"{base}/transfers", away))["id"]
    it.draft = (await she.post(f"{base}/referrals", wanted))["id"]
    again = {**asked, "kind": "return_reintegration", "counsellor": world.staff[who]}
    it.returned = (await boss.post("/api/v1/cases", again))["id"]
    heard = {**REVIEWED, "round": "m3", "held_on": str(day_of(datetime.now(UTC))), "words": text}
    it.review = (await she.post(f"/api/v1/cases/{it.returned}/reviews", heard))["id"]
    it.job = (await she.post(f"/api/v1/clients/{it.client}/jobs", {"country": "SAU", "year": 2020, "words": text}))["id"]
    it.research = await _research(world, supervisor)
    it.policy, it.policy_out = await _notes(boss)
    it.export = await _export(world, supervisor)
    it.disclosure = await _disclosure(world, supervisor, it.case, reason)
    it.incoming, it.incoming_ref = await _incoming(world, supervisor, it.client, full, reason)
    it.grant = (await boss.post("/api/v1/break-glass", {"client_number": it.number, "reason": reason}))["id"]
    return it


async def _research(world: World, supervisor: str) -> str:
    """Asked for the centre of this set; the officer has not decided."""
    soon = str(day_of(datetime.now(UTC)) + timedelta(days=20))
    study = {"who": "x", "organisation": "x", "purpose": "x", "ground": "x", "columns": ["gender"], "expires_on": soon}
    body = {**study, "centre": supervisor[-3:].upper(), "first": "2025-Q1", "last": "2025-Q4"}
    return str((await world.person("analyst").post("/api/v1/evidence/requests", body))["id"])


async def _notes(boss: Person) -> tuple[str, str]:
    """Of the centre's own figures: a draft, and one that waits for a second person."""
    notes, saved = "/api/v1/policy-notes", (await boss.get("/api/v1/reports/saved"))["items"]
    figure = next(one["id"] for one in saved if one["question"]["measure"] == "returnees_registered")
    said = {"heading": "x", "topic": "documents", "observed": "x", "advised": "x", "addressee": "x", "questions": [figure]}
    draft, out = [(await boss.post(notes, said))["id"] for _ in range(2)]
    await boss.post(f"{notes}/{out}/steps", {"step": "submit"})
    return draft, out


async def _export(world: World, supervisor: str) -> str:
    """Asked for by the manager where there is one; nobody has decided."""
    body = {"centre": supervisor[-3:].upper(), "subject": "clients", "columns": ["name"], "first": "2025-01", "last": "2025-02"}
    asker = world.person(supervisor.replace("supervisor.isb", "manager.isb"))
    return str((await asker.post("/api/v1/exports", {**body, "purpose": "x"}))["id"])


async def _disclosure(world: World, supervisor: str, case: str, reason: str) -> str:
    """Asked by the manager where there is one, so that the supervisor may decide."""
    body = {"law": "PTPA2018-4", "authority": reason, "field_groups": ["identity"], "reason": reason, "client_told": False}
    asker = world.person(supervisor.replace("supervisor.isb", "manager.isb"))
    return str((await asker.post(f"/api/v1/cases/{case}/disclosures", {**body, "client_words": reason}))["id"])


async def _incoming(world: World, supervisor: str, client: str, name: str, reason: str) -> tuple[str, str]:
    """Sent by a partner, accepted, and found to be the client of this set: as restricted as they are."""
    body = {"centre": supervisor[-3:].upper(), "reason": reason, "person": {"name": name}, "agreed": {"how": "written", "on": "2026-01-05"}}
    sent = await world.person("reintegration").post("/partner/v1/incoming", body)
    boss = world.person(supervisor)
    id = (await boss.get("/api/v1/incoming"))["items"][0]["id"]
    await boss.post(f"/api/v1/incoming/{id}/steps", {"step": "accept"})
    await boss.post(f"/api/v1/incoming/{id}/client", {"client": client})
    return id, sent["ref"]


async def _plan(she: Person, boss: Person, case: str, goal: str) -> tuple[str, str, str]:
    """A version in force, the draft of the next, and an action that is the client's own."""
    action = {"title": goal, "owner": "client", "due_on": "2020-01-01"}
    needs = [{"kind": "legal", "words": goal, "goals": [{"title": goal, "actions": [action]}]}]
    body: dict[str, Any] = {"needs": needs, "agreed": {"on": "2026-01-05", "how": "written"}}
    made = await she.post(f"/api/v1/cases/{case}/plans", body)
    await she.post(f"/api/v1/plans/{made['id']}/steps", {"step": "submit"})
    await boss.post(f"/api/v1/plans/{made['id']}/steps", {"step": "approve"})
    following = await she.post(f"/api/v1/cases/{case}/plans", {"agreed": body["agreed"]})
    return made["id"], following["id"], made["needs"][0]["goals"][0]["actions"][0]["id"]


def absent() -> Records:
    id = str(ABSENT)
    return replace(
        Records("Absent", id, id, "ISB-C-999999", id, "", id, id, id, id, id, id, "bm8tc3VjaC1yZWZlcmVuY2U"),
        draft=id,
        grant=id,
        attachment=id,
        plan=id,
        next_plan=id,
        action=id,
        outreach=id,
        disclosure=id,
        incoming=id,
        incoming_ref="bm8tc3VjaC1pbmNvbWluZw",
        transfer=id,
        research=id,
        policy=id,
        policy_out=id,
        returned=id,
        review=id,
        job=id,
        export=id,
        staff=id,
        partner=id,
        person=id,
    )


async def _desk_people(world: World) -> str:
    """People at the desks of two partners, signed in; a spare one of `reintegration`, by id."""
    admin, added = world.person("admin"), {}
    for username, partner, role in DESKS:
        its = f"/api/v1/partners/{world.partners[partner]}/staff"
        added[username] = await admin.post(its, {"username": username, "name": username.title(), "role": role})
        handed = added[username]["one_time_password"]
        async with world.service.http() as http:
            form = {"grant_type": "password", "username": username, "password": handed}
            token = (await http.post("/api/v1/auth/token", data=form)).json()["access_token"]
            body = {"present": handed, "password": DESK_PASSWORD}
            await http.put("/api/v1/me/password", json=body, headers={"Authorization": f"Bearer {token}"})
        world.tokens |= await signed_in(world.service, username)
        world.staff[username] = added[username]["id"]
    return str(added["spare.rein"]["id"])


async def _lay(database: Database, folder: Path) -> None:
    async with running(settings_for(database, folder), database.kind) as service:
        world = World(service, service.http(), await signed_in(service, *STAFF, *PARTNERS), {}, {}, {})
        admin = world.person("admin")
        world.staff = {one["username"]: one["id"] for one in (await admin.get("/api/v1/staff"))["items"]}
        world.partners = {one["key"]: one["id"] for one in (await admin.get("/api/v1/partners"))["items"]}
        its = f"/api/v1/partners/{world.partners['reintegration']}"
        agreement = {"title": "Spare", "field_groups": ["identity"], "signed_on": "2026-01-01"}
        world.directory = {
            "code": "trafficking",
            "service": (await admin.post(f"{its}/services", {"name": "Spare", "hidden_address": "Nowhere 1"}))["id"],
            "agreement": (await admin.post(f"{its}/agreements", agreement))["id"],
            "project": (await admin.post("/api/v1/projects", {"code": "SPARE", "name": "Spare"}))["id"],
        }
        stands = dict.fromkeys(("protection", "outreach"), world.directory["project"])
        for boss in ("supervisor.isb", "supervisor.lhe"):
            await world.person(boss).http.put("/api/v1/project-defaults", json={"centre": boss[-3:].upper(), "stands": stands})
        await admin.post(
            "/api/v1/staff",
            {"username": "manager.isb", "name": "Manager ISB", "role": "centre_manager", "centres": ["ISB"], "password": PASSWORD},
        )
        world.tokens |= await signed_in(service, "manager.isb")
        world.sets = {
            "own": await _file(world, "counsellor.isb", "supervisor.isb", "Ownperson", "reintegration"),
            "colleague": await _file(world, "counsellor2.isb", "supervisor.isb", "Colleagueperson", "reintegration"),
            "restricted": await _file(world, "counsellor2.isb", "supervisor.isb", "Restrictedperson", "reintegration", "gbv_child"),
            "other": await _file(world, "counsellor.lhe", "supervisor.lhe", "Otherperson", "reintegration"),
            "absent": absent(),
        }
        spare = {"username": "spare", "name": "Spare Colleague", "role": "analyst", "centres": ["ISB"], "password": PASSWORD}
        colleague = (await admin.post("/api/v1/staff", spare))["id"]
        person = await _desk_people(world)
        for name in THERE:
            world.sets[name].staff = colleague
            world.sets[name].partner, world.sets[name].person = world.partners["reintegration"], person
        world.directory["person"] = person
        for partner in PARTNERS:
            its = world.person(partner)
            await its.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/none"})
        noted = {"staff": world.staff, "partners": world.partners, "directory": world.directory}
        (folder / NOTES).write_text(json.dumps({**noted, "sets": {name: asdict(its) for name, its in world.sets.items()}}))


SMALL_WORLD = Laid("small_world", _lay, of=SAMPLES)


@pytest.fixture(params=KINDS)
def small(request: pytest.FixtureRequest, fresh_database: Callable[..., Database]) -> Database:
    """A database of each kind in turn with the small world in it."""
    return fresh_database(request.param, laid=SMALL_WORLD)


async def unprinted(_: ApartPrinter, html: str) -> bytes:
    """What goes to the press: here it can be looked through for what must not be on it. Of a paper that is drawn nothing can be read."""
    return html.encode()


@pytest.fixture
async def world(small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The small world with everybody signed in.

    Sets: `own` (counsellor.isb's), `colleague` and `restricted` (counsellor2.isb's), `other` (Lahore's), `absent`.
    """
    monkeypatch.setattr(ApartPrinter, "pdf", unprinted)
    noted = json.loads((tmp_path / NOTES).read_text())
    sets = {name: Records(**its) for name, its in noted.pop("sets").items()}
    async with running(settings_for(small, tmp_path), small.kind) as service:
        tokens = await signed_in(service, *STAFF, *PARTNERS, *LATER)
        yield World(service, service.http(), tokens, sets=sets, **noted)
