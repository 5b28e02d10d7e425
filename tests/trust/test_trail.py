"""The trail: nothing done or shown without a line, nothing shown when no line can be written, and no change to it unseen from outside."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from adapters.database.audit import ENTRY
from tests.altered import altered
from tests.databases import Database
from tests.service import Service
from tests.trust.doors import PUBLIC, Door, doors
from tests.trust.raw import raw, replaced
from tests.trust.test_matrix import EXPECTED, LAST, WHO, Rule, path_of, present
from tests.trust.world import World, client_body, signed_in

Rows = list[dict[str, Any]]
COLUMNS = [column.name for column in ENTRY.columns]


WORDS = {"centre": "XXX", "fields": '["changed"]', "action": "did_nothing", "note": "changed"}


def changed(name: str, value: Any) -> Any:
    """Another value that the column takes as well."""
    match value:
        case None:
            return {"seq": 4_000, "seal": b"\1" * 32}[name]
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1]) if value else b"\1" * 16
        case int():
            return value + 1_000
        case UUID():
            return UUID(int=value.int ^ 1)
        case datetime():
            return value + timedelta(seconds=1)
    return WORDS.get(name) or altered(value)


def flipped(place: int, name: str) -> Callable[[Rows], Rows]:
    def mutate(rows: Rows) -> Rows:
        row = rows[place]
        other = next(one for one in rows if one["client_id"] is not None)
        new = changed(name, row[name]) if row[name] is not None or name in ("seq", "seal") else other["client_id"]
        return [*rows[:place], {**row, name: new}, *rows[place + 1 :]] if place != -1 else [*rows[:-1], {**row, name: new}]

    return mutate


def swapped(one: int, two: int, *names: str) -> Callable[[Rows], Rows]:
    """The named columns of two lines change places."""

    def mutate(rows: Rows) -> Rows:
        made = [dict(row) for row in rows]
        for name in names:
            made[one][name], made[two][name] = rows[two][name], rows[one][name]
        return made

    return mutate


def inserted(rows: Rows) -> Rows:
    end = rows[-1]
    return [*rows, {**end, "id": changed("id", end["id"]), "seq": end["seq"] + 1}]


def waiting(rows: Rows) -> Rows:
    end = rows[-1]
    return [*rows, {**end, "id": changed("id", end["id"]), "seq": None, "seal": None}]


MUTATIONS: dict[str, Callable[[Rows], Rows]] = {
    **{f"{name} of line {place} changed": flipped(place, name) for name in COLUMNS for place in (0, 5, -1)},
    "the first line deleted": lambda rows: rows[1:],
    "a line in the middle deleted": lambda rows: rows[:5] + rows[6:],
    "the last line deleted": lambda rows: rows[:-1],
    "the tail cut off": lambda rows: rows[:-4],
    "all deleted": lambda rows: [],
    "two lines swapped, with their places": swapped(3, 6, *[name for name in COLUMNS if name not in ("seq", "seal")]),
    "two places swapped": swapped(3, 6, "seq", "seal"),
    "what two lines say swapped": swapped(3, 6, "actor", "client_id", "subject", "action", "note"),
    "what two lines say swapped, with their marks": swapped(3, 6, "actor", "client_id", "subject", "action", "note", "mac"),
    "a line added at the end": inserted,
    "a waiting line made up": waiting,
    "the last line taken out of the chain": lambda rows: [*rows[:-1], {**rows[-1], "seq": None, "seal": None}],
    "a deleted line closed over": lambda rows: rows[:5] + [{**row, "seq": row["seq"] - 1} for row in rows[6:]],
    "the head rewritten": lambda rows: [*rows[:-1], {**rows[-1], "mac": b"\2" * 32, "seal": b"\3" * 32}],
}


async def _lines(service: Service) -> None:
    """A dozen lines in one chain, sealed."""
    she = await service.sign_in("counsellor.isb")
    client = await she.post("/api/v1/clients", client_body("Amna Bibi"))
    for _ in range(4):
        await she.get(f"/api/v1/clients/{client['id']}")
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
    for part in ("sheet", "notes", "tasks", "timeline"):
        await she.get(f"/api/v1/cases/{case['id']}/{part}")
    await she.post(f"/api/v1/cases/{case['id']}/steps", {"step": "start_counselling"})
    await service.house.usecases.audit.seal()


async def test_every_change_from_outside_is_seen(service: Service, samples: Database) -> None:
    await _lines(service)
    audit = service.house.usecases.audit
    heads = await audit.heads()
    assert (await audit.verify(heads)).faults == ()
    unseen = []
    async with raw(samples) as db:
        await db.unguarded()
        rows = await db.rows("SELECT * FROM audit_entry WHERE centre = 'ISB' ORDER BY seq")
        rest = await db.rows("SELECT * FROM audit_entry WHERE centre <> 'ISB' ORDER BY seq")
        assert len(rows) > 10
        for name, mutate in MUTATIONS.items():
            await replaced(db, "audit_entry", rest + mutate(rows))
            if not (await audit.verify(heads)).faults:
                unseen.append(name)
        assert unseen == []
        for name in ("the tail cut off", "the last line deleted", "all deleted"):
            await replaced(db, "audit_entry", rest + MUTATIONS[name](rows))
            assert (await audit.verify([])).faults == (), "the control: by itself a chain does not see its end cut off"
        await replaced(db, "audit_entry", rest + rows)
        assert (await audit.verify(heads)).faults == (), "the control: put back as it was, it is sound"


async def test_an_end_cut_off_and_written_anew_with_our_own_key_is_seen(service: Service, samples: Database) -> None:
    """Whoever has the keys as well can make a chain that is sound in itself; the heads kept outside tell it from the true one."""
    await _lines(service)
    audit = service.house.usecases.audit
    heads = await audit.heads()
    async with raw(samples) as db:
        await db.unguarded()
        rows = await db.rows("SELECT * FROM audit_entry WHERE centre = 'ISB' ORDER BY seq")
        rest = await db.rows("SELECT * FROM audit_entry WHERE centre <> 'ISB' ORDER BY seq")
        await replaced(db, "audit_entry", rest + rows[:-3])
    she = await service.sign_in("counsellor2.isb")
    for _ in range(5):
        await she.post("/api/v1/clients/search", {"q": "Amna"})
    while await audit.seal():
        pass
    assert (await audit.verify([])).faults == ()
    assert (await audit.verify(heads)).faults != ()


async def test_the_database_refuses_to_change_the_trail(service: Service, samples: Database) -> None:
    await _lines(service)
    tries = [
        "UPDATE audit_entry SET note = 'x'",
        "UPDATE audit_entry SET seq = 99, seal = mac WHERE seq IS NOT NULL",
        "UPDATE audit_entry SET mac = seal",
        "DELETE FROM audit_entry",
    ]
    whole = "SELECT * FROM audit_entry ORDER BY id"
    if samples.kind == "sqlite":
        rest = "centre, at, actor, 'nothing', NULL, NULL, others, fields, '', mac, seq, seal FROM audit_entry WHERE seq = 1"
        tries += [
            "UPDATE OR REPLACE audit_entry SET note = 'x'",
            "UPDATE OR REPLACE audit_entry SET seq = 1, seal = mac WHERE seq IS NULL",
            f"REPLACE INTO audit_entry SELECT id, {rest}",
            f"INSERT OR REPLACE INTO audit_entry SELECT 'f' || substr(id, 2), {rest}",
        ]
    else:
        tries += ["TRUNCATE audit_entry", "ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TABLE audit_entry"]
    she = await service.sign_in("counsellor.isb")
    await she.post("/api/v1/clients/search", {"q": "Amna"})  # a line still waiting for its place
    async with raw(samples) as db:
        before = await db.rows(whole)
        async with raw(samples, samples.url) as theirs:
            if samples.kind == "postgresql":
                await theirs.run("SELECT set_config('mrc.centres', '*', false)")
            for statement in tries:
                with pytest.raises((sqlite3.Error, asyncpg.PostgresError), match=r"append-only|permission denied|must be owner"):
                    await theirs.run(statement)
        assert await db.rows(whole) == before
    if samples.kind == "postgresql":
        async with raw(samples, samples.owner_url) as owner:
            await owner.run("SELECT set_config('mrc.centres', '*', false)")
            for statement in ("UPDATE audit_entry SET note = 'x'", "DELETE FROM audit_entry"):
                with pytest.raises(asyncpg.PostgresError, match="append-only"):
                    await owner.run(statement)


# Doors that show nothing about a client and change nothing, each with why.
SILENT = {
    "GET /api/v1/me": "oneself",
    "GET /api/v1/me/passkeys": "oneself",
    "GET /api/v1/me/notices": "oneself",
    "POST /api/v1/me/notices/reading": "asked here for what nobody was told",
    "GET /api/v1/me/sessions": "oneself",
    "GET /api/v1/staff": "colleagues",
    "GET /api/v1/staff/{id}": "a colleague",
    "GET /api/v1/instruments": "a code list",
    "GET /api/v1/services": "the directory",
    "GET /api/v1/outreach/sessions": "events, about nobody",
    "GET /api/v1/outreach/sessions/{id}": "an event, about nobody",
    "GET /api/v1/outreach/sessions/{id}/projects": "an event, about nobody",
    "GET /api/v1/projects": "a code list",
    "GET /api/v1/projects/{project}": "a code list",
    "GET /api/v1/project-defaults": "a code list",
    "GET /api/v1/partners": "the directory",
    "GET /api/v1/partners/{id}": "the directory",
    "GET /api/v1/partners/{id}/services": "the directory",
    "GET /api/v1/partners/{id}/agreements": "the directory",
    "GET /api/v1/partners/{id}/endpoints": "an address of a partner's system",
    "GET /api/v1/partners/{id}/deliveries": "the post room's log, which names nobody",
    "GET /api/v1/partners/{id}/mailbox": "addresses of an agency",
    "PUT /api/v1/partners/{id}/mailbox": "refused: addresses of an agency",
    "GET /api/v1/holidays": "a calendar",
    "GET /api/v1/agreements": "the directory",
    "GET /api/v1/partners/{id}/staff": "people of a partner",
    "GET /partner/v1/staff": "one's own people",
    "GET /partner/v1/queue": "nothing about the person",
    "PATCH /partner/v1/staff/{id}": "asked here for what is so already",
    "POST /partner/v1/referrals/{ref}/holder": "asked here by whoever has it already",
    "GET /api/v1/dashboards/caseload": "figures",
    "GET /api/v1/dashboards/referrals": "figures",
    "GET /api/v1/dashboards/partners": "figures",
    "GET /api/v1/dashboards/funnel": "figures",
    "GET /api/v1/dashboards/workload": "figures",
    "GET /api/v1/reports/measures": "what can be counted",
    "POST /api/v1/reports/ask": "figures; of whom small cells are held back from, the asking is a line (tests/reports)",
    "GET /api/v1/reports/saved": "questions, about nobody",
    "GET /api/v1/reports": "a list of what there is",
    "GET /api/v1/reports/scheduled": "what one has asked for, about nobody",
    "GET /api/v1/dashboards/due": "figures",
    "GET /api/v1/dashboards/approvals": "figures",
    "GET /api/v1/dashboards/quality": "figures",
    "GET /api/v1/dashboards/use": "figures",
    "POST /api/v1/me/second-factor": "shows a secret that counts for nothing yet",
    "GET /partner/v1/referrals": "nothing about the person",
    "GET /partner/v1/incoming": "nothing about the person",
    "GET /partner/v1/referrals/{ref}/steps": "nothing about the person",
    "GET /partner/v1/endpoint": "the partner's own address",
    "GET /partner/v1/deliveries": "the partner's own post",
    "GET /partner/v1/endpoint/health": "figures of the partner's own post",
    "GET /partner/v1/sandbox/referrals": "made up",
    "GET /api/v1/partners/{id}/endpoints/health": "figures of a partner's post",
}

NOTHING_THERE = {
    "GET /api/v1/evidence/releases/{id}/file",
    "GET /api/v1/exports/{id}/file",
    "GET /api/v1/reports/scheduled/files/{id}",
}
"""Nobody of the small world consented to research, so nothing was released, and no export was let through; the line of each fetch is asked
for in tests/evidence and tests/exports."""


def somebody(door: Door, rule: Rule) -> str:
    """A role that may; my day is the counsellor's, who has something due."""
    roles = ("counsellor",) if door.path.endswith("/my-day") else ("supervisor", "admin", "dpo", "analyst", "partner", "desk lead")
    return next(role for role in roles if role in rule.reach or role in rule.roles)


async def test_nothing_is_done_or_shown_without_a_line(world: World, small: Database) -> None:
    its, missing, asked = world.sets["own"], [], set()
    async with raw(small) as db:
        for door in sorted(doors(world.service.app), key=lambda door: str(door) == LAST):
            rule = EXPECTED.get(str(door))
            if rule is None or door.act == PUBLIC:
                continue
            role = somebody(door, rule)
            body = rule.body(its) if rule.body else None
            before = (await db.rows("SELECT count(*) AS n FROM audit_entry"))[0]["n"]
            headers = await present(rule, its, world) if rule.present else rule.headers
            answer = await world.ask(WHO[role], door.method, path_of(door, rule, its, world), json=body, headers=headers)
            after = (await db.rows("SELECT count(*) AS n FROM audit_entry"))[0]["n"]
            shown = answer.is_success or answer.status_code == 412
            if shown:
                asked.add(str(door))
            if shown and after == before and str(door) not in SILENT:
                missing.append(f"{door}: {answer.status_code} without a line")
    assert missing == [], "\n".join(missing)
    assert len(asked) > 50
    assert asked >= SILENT.keys(), "what is said to be silent was asked"


async def test_the_present_record_in_a_refusal_is_a_look_at_it(world: World) -> None:
    """412 shows the record, and so does a request sent again under its key: neither is a way round the trail."""
    its, she, dpo = world.sets["own"], world.person("counsellor.isb"), world.person("dpo")

    async def lines(client: str = "") -> int:
        found = (await dpo.get("/api/v1/audit", params={"limit": 100} | ({"client_id": client} if client else {})))["items"]
        return sum(one["action"] != "saw_trail" for one in found)

    for path, body in ((f"/api/v1/clients/{its.client}", {"district": "PK604"}), (f"/api/v1/cases/{its.case}", {"risk": "low"})):
        before = await lines(its.client)
        stale = await she.http.patch(path, json=body, headers={"If-Match": '"900"'})
        assert stale.json()["current"]["id"]
        assert await lines(its.client) == before + 1
    for path in (f"/api/v1/consents/{its.consent}/withdrawal", f"/api/v1/referrals/{its.draft}/steps"):
        before = await lines(its.client)
        body = {"step": "withdraw", "reason": "x"} if "steps" in path else None
        assert (await she.http.post(path, json=body, headers={"If-Match": '"900"'})).status_code == 412
        assert await lines(its.client) == before + 1
    key = {"Idempotency-Key": "again"}
    for path, body in (
        (f"/api/v1/cases/{its.case}/steps", {"step": "start_counselling"}),
        ("/api/v1/clients", client_body("Once More")),
    ):
        first = await she.http.post(path, json=body, headers=key)
        assert first.is_success
        trail = (await dpo.get("/api/v1/audit"))["items"][0]["id"]
        assert (await she.http.post(path, json=body, headers=key)).is_success
        newest = (await dpo.get("/api/v1/audit"))["items"][0]
        assert newest["id"] != trail
        assert newest["action"] == "answered_again"
        assert newest["subject"] == first.json()["id"]


async def test_no_line_no_look_and_no_deed(world: World, small: Database) -> None:
    """The table of the trail is away: every door that needs a line refuses, shows nothing and changes nothing."""
    its, wrong = world.sets["own"], []
    async with raw(small) as db:
        tables = [table for table in ENTRY.metadata.tables if table not in ("audit_entry", "sign_in")]

        async def state() -> list[Any]:
            return [await db.rows(f'SELECT * FROM "{table}"') for table in tables]

        before = await state()
        await db.run("ALTER TABLE audit_entry RENAME TO audit_away")
        for door in doors(world.service.app):
            rule = EXPECTED.get(str(door))
            if rule is None or str(door) in SILENT or str(door) == LAST:
                continue
            role = somebody(door, rule)
            body = rule.body(its) if rule.body else None
            headers = await present(rule, its, world) if rule.present else rule.headers
            answer = await world.ask(WHO[role], door.method, path_of(door, rule, its, world), json=body, headers=headers)
            if answer.is_success or any(mark in answer.text for mark in its.marks()):
                wrong.append(f"{door}: {answer.status_code}")
            if door.method == "GET" and answer.status_code != 503 and str(door) not in NOTHING_THERE:
                wrong.append(f"{door}: {answer.status_code} instead of 503")
        assert wrong == [], "\n".join(wrong)
        assert await state() == before
        await db.run("ALTER TABLE audit_away RENAME TO audit_entry")
    assert (await signed_in(world.service, "dpo"))["dpo"], "and it recovers without a restart"
    await world.person("counsellor.isb").get(f"/api/v1/clients/{its.client}")
