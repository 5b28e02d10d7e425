"""Accepted, everything of the client is the other centre's at once: each row, each key, each figure; running referrals go on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Uuid

from adapters.database.moving import APART, STAYS, moved
from adapters.database.schema import CENTRE
from adapters.database.tables import METADATA, of_a_centre
from domain.values import day_of
from tests.databases import Database
from tests.transfers.conftest import AGREED, REASON, Desk
from tests.trust.raw import raw
from tests.trust.world import Records, World


def undecided(tables: Iterable[Table]) -> list[str]:
    """Tables of a centre of which nobody has said whether they go along."""
    return [table.name for table in tables if "centre" in table.c and table.name not in {*moved(), *STAYS, "centre"}]


def test_every_table_of_a_centre_is_decided_about() -> None:
    assert undecided(METADATA.tables.values()) == []
    assert moved().keys() | STAYS.keys() == set(of_a_centre())
    assert not moved().keys() & STAYS.keys()
    assert {name for name, (table, _) in moved().items() if "client_id" not in table.c} <= APART.keys()


def test_a_new_table_has_to_be_decided_about() -> None:
    """The control: one about a client is found by that, any other has to be named."""
    beside = Table("beside", METADATA, Column("id", Uuid(), primary_key=True), Column("centre", CENTRE))
    try:
        assert undecided(METADATA.tables.values()) == ["beside"]
    finally:
        METADATA.remove(beside)


async def left_behind(database: Database, centre: str, ids: set[UUID]) -> dict[str, int]:
    """How many rows of each table are this centre's and name one of these."""
    found = {}
    async with raw(database) as db:
        for name in of_a_centre():
            named = [one.name for one in METADATA.tables[name].columns if isinstance(one.type, Uuid)]
            rows = await db.rows(f'SELECT * FROM "{name}" WHERE centre = ?', centre)
            if n := sum(bool(ids & {UUID(str(row[one])) for one in named if row[one]}) for row in rows):
                found[name] = n
    return found


async def of_client(database: Database, client: str, table: str) -> set[UUID]:
    value: Any = UUID(client) if database.kind == "postgresql" else UUID(client).hex
    async with raw(database) as db:
        return {UUID(str(row["id"])) for row in await db.rows(f'SELECT id FROM "{table}" WHERE client_id = ?', value)}


async def handed(world: World, its: Records, sent: str = "") -> dict[str, Any]:
    """The client of this set, from Islamabad to Lahore."""
    she, lahore = world.person("counsellor.isb"), world.person("supervisor.lhe")
    await she.post(f"/api/v1/referrals/{its.draft}/steps", {"step": "withdraw", "reason": "x"})
    body = {"centre": "LHE", "reason": REASON, "agreed": AGREED}
    for one in (await she.get(f"/api/v1/cases/{its.case}/transfers"))["items"]:
        if one["state"] == "requested":
            await she.post(f"/api/v1/transfers/{one['id']}/withdrawal")
    asked = await she.post(f"/api/v1/cases/{its.case}/transfers", body)
    accept = {"step": "accept", "counsellor": world.staff["counsellor.lhe"]}
    told: dict[str, Any] = await lahore.post(f"/api/v1/transfers/{asked['id']}/answer", accept)
    return told


async def test_everything_moves_and_nothing_stays_open_behind(world: World, small: Database) -> None:
    its, use = world.sets["own"], world.service.house.usecases
    boss, taker = world.person("supervisor.isb"), world.person("counsellor.lhe")
    soon = str(day_of(datetime.now(UTC) + timedelta(days=3)))
    before = await world.person("supervisor.isb").get(f"/api/v1/cases/{its.case}/sheet")
    was = {name: await of_client(small, its.client, name) for name in ("case", "referral", "attachment", "plan", "incoming")}
    await use.audit.seal()
    sealed = await _sealed(small)
    told = await handed(world, its)
    assert (told["state"], told["case_id"], told["direction"]) == ("accepted", its.case, "received")

    ids = {UUID(its.client), *(id for found in was.values() for id in found)}
    left = await left_behind(small, "ISB", ids)
    assert left.keys() <= STAYS.keys(), left
    assert left.keys() >= {"audit_entry", "transfer"}, "the control: what stays is found"
    assert (await left_behind(small, "LHE", ids)).keys() >= {"client", "case", "subject_key", "message"}

    sheet = await taker.get(f"/api/v1/cases/{its.case}/sheet")
    for part in ("sessions", "notes", "screenings", "consents", "attachments"):
        assert [one["id"] for one in sheet[part]] == [one["id"] for one in before[part]] != [], part
    assert sheet["client"]["name"] == before["client"]["name"]
    assert (sheet["case"]["number"], sheet["client"]["number"]) == (its.case_number, its.number), "numbers stay"
    assert sheet["plan_in_force"] or sheet["plan"]
    paper = await taker.http.get(f"/api/v1/attachments/{its.attachment}/content")
    assert (paper.status_code, paper.text) == (200, its.words[7])
    assert (await taker.get(f"/api/v1/incoming/{its.incoming}"))["client_id"] == its.client
    assert (await taker.post("/api/v1/clients/search", {"q": its.words[0]}))["items"][0]["id"] == its.client
    for path in (f"cases/{its.case}", f"clients/{its.client}", f"referrals/{its.referral}", f"incoming/{its.incoming}"):
        await boss.get(f"/api/v1/{path}", expect=404)
    await boss.get(f"/api/v1/attachments/{its.attachment}/content", expect=404)
    await world.person("counsellor.isb").post(f"/api/v1/cases/{its.case}/notes", {"text": "x"}, 404)
    assert (await boss.post("/api/v1/clients/search", {"q": its.words[0]}))["items"] == []
    await taker.post(f"/api/v1/cases/{its.case}/tasks", {"title": "Ring her", "due_on": soon})

    assert await use.keeping.figures.differing() == ()
    await use.audit.seal()
    assert (await use.audit.verify([])).faults == ()
    assert sealed <= await _sealed(small), "what was sealed is as it was"
    happened = [one["what"] for one in (await taker.get(f"/api/v1/cases/{its.case}/timeline"))["items"]]
    assert {"case_opened", "transfer_asked", "case_assigned"} <= set(happened), "what happened before goes along"


async def _sealed(database: Database) -> set[tuple[str, int, bytes]]:
    async with raw(database) as db:
        rows = await db.rows("SELECT centre, seq, seal FROM audit_entry WHERE seq IS NOT NULL")
    return {(row["centre"], row["seq"], bytes(row["seal"])) for row in rows}


async def test_a_referral_under_way_goes_on_and_its_answer_lands_there(world: World) -> None:
    its, house = world.sets["own"], world.service.house
    await handed(world, its)
    claimed = await house.database.outbox.claim(20)
    assert UUID(its.referral) in {one.subject for one in claimed}, "the message waits still"
    partner, taker = world.person("reintegration"), world.person("counsellor.lhe")
    packet = await partner.get(f"/partner/v1/referrals/{its.ref}")
    assert "Lahore" in packet["centre"]["name"]
    await partner.post(f"/partner/v1/referrals/{its.ref}/steps", {"step": "accept"})
    await partner.post(f"/partner/v1/referrals/{its.ref}/steps", {"step": "complete", "outcome": "x"})
    assert (await taker.get(f"/api/v1/referrals/{its.referral}"))["state"] == "completed"
    kinds = [one["kind"] for one in (await taker.get("/api/v1/my-day"))["notices"]]
    assert {"referral_accepted", "referral_completed", "case_assigned"} <= set(kinds)
    tasks = (await taker.get(f"/api/v1/cases/{its.case}/tasks"))["items"]
    assert {one["assignee"] for one in tasks if one["done_at"] is None} == {world.staff["counsellor.lhe"]}
    assert await house.usecases.keeping.figures.differing() == ()


async def test_what_they_were_before_and_where_they_signed_up(desk: Desk) -> None:
    """Somebody who signed up at a session: what they said then goes along, the session stays."""
    session = {"title": "Safe ways", "kind": "awareness_session", "day": "2026-01-05"}
    outreach = (await desk.counsellor.post("/api/v1/outreach/sessions", session))["id"]
    contact = await desk.counsellor.post(f"/api/v1/outreach/sessions/{outreach}/sign-ups", {"name": "Gul", "question": "Is it real?"})
    body = {"name": "Gul Wali", "gender": "male", "migration_stage": "prospective"}
    client = await desk.counsellor.post(f"/api/v1/contacts/{contact['id']}/promotion", body)
    case = await desk.counsellor.post("/api/v1/cases", {"client_id": client["id"], "kind": "pre_departure", "risk": "low"})
    await desk.answered(await desk.asked(case))
    ours = {one["id"]: one for one in (await desk.taker.get("/api/v1/contacts"))["items"]}
    assert ours[contact["id"]]["question"] == "Is it real?", "opened with a key that came along"
    assert contact["id"] not in {one["id"] for one in (await desk.counsellor.get("/api/v1/contacts"))["items"]}
    assert (await desk.counsellor.get(f"/api/v1/outreach/sessions/{outreach}/sign-ups"))["items"] == []


async def test_work_of_the_old_centre_becomes_the_takers(desk: Desk) -> None:
    case = await desk.case()
    base, soon = f"/api/v1/cases/{case['id']}", "2026-12-24"
    second = await desk.supervisor.post("/api/v1/cases", {"client_id": case["client_id"], "kind": "pre_departure", "risk": "low"})
    await desk.counsellor.post(f"{base}/tasks", {"title": "Ring the sister", "due_on": soon})
    mine, theirs = desk.staff["counsellor.isb"], desk.staff["counsellor.lhe"]
    actions = [
        {"title": "See the lawyer", "owner": "staff", "who": mine, "due_on": soon},
        {"title": "Buy the machine", "owner": "client", "due_on": soon},
    ]
    needs = [{"kind": "legal", "words": "x", "goals": [{"title": "x", "actions": actions}]}]
    plan = await desk.counsellor.post(f"{base}/plans", {"needs": needs, "agreed": {"on": "2026-01-05", "how": "written"}})
    await desk.counsellor.post(f"/api/v1/plans/{plan['id']}/steps", {"step": "submit"})
    await desk.supervisor.post(f"/api/v1/plans/{plan['id']}/steps", {"step": "approve"})
    await desk.answered(await desk.asked(case))
    tasks = (await desk.taker.get(f"{base}/tasks"))["items"]
    assert [one["assignee"] for one in tasks] == [theirs, theirs]
    (now,) = (await desk.taker.get(f"{base}/plans"))["items"]
    assert [one["who"] for one in now["needs"][0]["goals"][0]["actions"]] == [theirs, None]
    for one in (case, second):
        assert (await desk.taker.get(f"/api/v1/cases/{one['id']}"))["counsellor"] == theirs
    assert (await desk.notices(desk.taker)).count("case_assigned") == 2
    task = next(one for one in tasks if one["title"] == "See the lawyer")
    await desk.taker.post(f"/api/v1/tasks/{task['id']}/completion")
    assert (await desk.taker.get(f"{base}/plans"))["items"][0]["actions_done"] == 1
    assert await desk.service.house.usecases.keeping.figures.differing() == ()
