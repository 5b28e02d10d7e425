"""The supervisor's board over both databases: what waits, the longest first, within what the reader may see."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.databases import Database
from tests.referrals.conftest import Desk
from tests.service import Person, running, settings_for
from tests.web.conftest import MovableClock


async def case_of(person: Person, name: str, due: str | None = None, **more: Any) -> str:
    client = await person.post("/api/v1/clients", {"name": name, "gender": "female", "migration_stage": "returnee", **more})
    body = {"client_id": client["id"], "kind": "protection", "risk": "low", "next_due": due}
    made: str = (await person.post("/api/v1/cases", body))["id"]
    return made


async def board(person: Person, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = await person.get("/api/v1/board", params=query)
    return found


async def test_an_empty_board_says_so(desk: Desk) -> None:
    found = await board(desk.supervisor)
    for part in ("approvals", "unheld", "overdue", "late", "undecided"):
        assert found[part] == {"lines": [], "n": 0}, part


async def test_approvals_stand_in_the_order_they_were_asked_for(desk: Desk) -> None:
    await desk.consent("fia", "identity")
    drafts = [await desk.draft("fia", "identity") for _ in range(3)]
    for draft in (drafts[2], drafts[0]):
        await desk.step(desk.counsellor, draft["id"], "submit")
    found = (await board(desk.supervisor))["approvals"]
    assert [line["id"] for line in found["lines"]] == [drafts[2]["id"], drafts[0]["id"]]
    assert found["n"] == 2
    assert found["lines"][0]["partner"].startswith("Federal Investigation")
    assert (await board(desk.supervisor, limit=1))["approvals"]["n"] == 2, "the length of the whole"
    assert len((await board(desk.supervisor, limit=1))["approvals"]["lines"]) == 1


async def test_overdue_cases_stand_by_counsellor(desk: Desk) -> None:
    mine = [await case_of(desk.counsellor, f"Person {n}", f"2026-01-{n:02d}") for n in range(9, 1, -1)]
    theirs = await case_of(desk.colleague, "Other Person", "2025-12-01")
    await case_of(desk.colleague, "Later Person", "2099-12-01")
    found = (await board(desk.supervisor))["overdue"]
    assert found["n"] == 9
    assert [(line["name"], line["n"]) for line in found["lines"]] == [("Counsellor ISB", 8), ("Counsellor Two ISB", 1)]
    assert [case["id"] for case in found["lines"][0]["cases"]] == list(reversed(mine))[:5], "the longest overdue first"
    assert found["lines"][1]["cases"][0]["id"] == theirs
    await desk.counsellor.post(f"/api/v1/cases/{mine[0]}/steps", {"step": "close", "outcome": "informed"})
    assert (await board(desk.supervisor))["overdue"]["n"] == 8, "closed is not overdue"


async def test_cases_whose_counsellor_left_are_unheld_and_given_to_somebody(desk: Desk) -> None:
    case = await case_of(desk.colleague, "Left Behind")
    assert (await board(desk.supervisor))["unheld"]["n"] == 0
    house = desk.service.house
    staff = (await desk.admin.get("/api/v1/staff"))["items"]
    gone = next(one for one in staff if one["username"] == "counsellor2.isb")
    actor = await house.usecases.identity.actor(desk.admin.http.headers["Authorization"].removeprefix("Bearer "))
    async with house.database.work(actor) as work:
        leaving = next(one for one in await work.staff.all() if one.username == "counsellor2.isb")
        leaving.active = False
        await work.staff.save(leaving)
    found = (await board(desk.supervisor))["unheld"]
    assert [line["id"] for line in found["lines"]] == [case]
    assert found["lines"][0]["counsellor_id"] == gone["id"]
    stays = next(one for one in staff if one["username"] == "counsellor.isb")
    await desk.supervisor.patch(f"/api/v1/cases/{case}", {"counsellor": stays["id"]}, found["lines"][0]["version"])
    assert (await board(desk.supervisor))["unheld"]["n"] == 0


async def test_strong_signs_wait_for_a_decision(desk: Desk) -> None:
    strong = {"is_kept_document": "yes", "forced_work": "yes", "is_cheated": "yes"}
    path = f"/api/v1/cases/{desk.case}/screenings"
    made = await desk.counsellor.post(path, {"instrument": "short-flags", "answers": strong})
    await desk.counsellor.post(path, {"instrument": "short-flags", "answers": {"is_cheated": "no"}})
    found = (await board(desk.supervisor))["undecided"]
    assert [line["id"] for line in found["lines"]] == [made["id"]]
    assert found["lines"][0]["case_id"] == desk.case
    decision = {"finding": "presumed_victim", "why": "All of it."}
    await desk.counsellor.post(f"/api/v1/screenings/{made['id']}/decision", decision)
    assert (await board(desk.supervisor))["undecided"]["n"] == 0


async def test_nobody_sees_a_board_that_is_not_theirs(desk: Desk) -> None:
    await desk.consent("fia", "identity")
    draft = await desk.draft("fia", "identity")
    await desk.step(desk.counsellor, draft["id"], "submit")
    await case_of(desk.counsellor, "Late Person", "2026-01-01")
    lahore = await desk.service.sign_in("supervisor.lhe")
    for part in ("approvals", "overdue"):
        assert (await board(lahore))[part]["n"] == 0
        assert (await board(desk.supervisor))[part]["n"] == 1
    await desk.counsellor.get("/api/v1/board", 403)
    await desk.admin.get("/api/v1/board", 403)
    dpo = await desk.service.sign_in("dpo")
    seen = [line for line in (await dpo.get("/api/v1/audit"))["items"] if line["action"] == "saw_board"]
    assert desk.client in seen[0]["others"], "who was shown is in the trail"


async def test_partners_whose_time_ran_out(samples: Database, tmp_path: Path) -> None:
    """Half a day later, on the clock of the house: one partner with two, another with none."""
    clock = MovableClock()
    async with running(settings_for(samples, tmp_path), samples.kind, clock=clock) as service:
        she, boss = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
        case = await case_of(she, "Waiting Person")
        client = (await she.get(f"/api/v1/cases/{case}"))["client_id"]
        for partner, urgency in (("reintegration", "high"), ("reintegration", "critical"), ("swd-punjab", "low")):
            share = {"purpose": "share", "partner": partner, "field_groups": ["identity"], "form": "written", "language": "ur"}
            await she.post(f"/api/v1/clients/{client}/consents", share)
            body = {"partner": partner, "reason": "x", "urgency": urgency, "field_groups": ["identity"]}
            sent = await she.post(f"/api/v1/cases/{case}/referrals", body)
            await she.post(f"/api/v1/referrals/{sent['id']}/steps", {"step": "send"})
        assert (await board(boss))["late"]["n"] == 0
        clock.ahead = timedelta(hours=12)
        she, boss = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
        late = (await board(boss))["late"]
        assert [(line["name"], line["n"]) for line in late["lines"]] == [("Reintegration network", 2)]
        assert late["n"] == 2
        listed = await she.get("/api/v1/referrals", params={"late": True, "partner": late["lines"][0]["partner"]})
        assert len(listed["items"]) == 2
        assert min(one["answer_by"] for one in listed["items"])[:19] == late["lines"][0]["since"][:19]
        assert len((await she.get("/api/v1/referrals", params={"late": True}))["items"]) == 2
        assert len((await she.get("/api/v1/referrals", params={"late": False}))["items"]) == 3
