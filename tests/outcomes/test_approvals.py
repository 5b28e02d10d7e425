"""What waits for a second person: counted by age, decided within a time, within the reader's centres, on a page with ways to the lists."""

from pathlib import Path
from typing import Any

from domain.figures.approvals import Approval, Decided, Waiting, decided, waiting
from tests.databases import Database
from tests.service import running, settings_for
from tests.web.conftest import Desk, main_of, plain
from tests.web.conftest import desk as desk

DASHBOARD = "/api/v1/dashboards/approvals"
ACTION = {"title": "Ring", "owner": "client", "due_on": "2030-01-01"}
PLAN = {
    "needs": [{"kind": "legal", "words": "x", "goals": [{"title": "x", "actions": [ACTION]}]}],
    "agreed": {"on": "2026-01-05", "how": "written"},
}


def test_what_waits_stands_in_one_column_by_its_age() -> None:
    by_age = dict.fromkeys((0, 1, 2, 3, 4, 7), 1)
    assert waiting(Approval.plan, 8, by_age) == Waiting(Approval.plan, 8, 2, 2, 2, 2)
    assert waiting(Approval.plan, 8, by_age | {8: 1}) == Waiting(Approval.plan, 8, 2, 2, 2, 2)
    assert waiting(Approval.plan, 0, {}) == Waiting(Approval.plan, 0, 0, 0, 0, 0)


def test_how_soon_it_was_decided_is_said_by_the_ladder() -> None:
    assert decided(Approval.plan, {1800: 5, 21600: 5}) == Decided(Approval.plan, 10, 1800, 21600)
    assert decided(Approval.plan, {}) == Decided(Approval.plan, 0, None, None)


async def test_from_waiting_to_decided(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        she, boss, other = [await service.sign_in(one) for one in ("counsellor.isb", "supervisor.isb", "supervisor.lhe")]

        async def told(who: Any = boss) -> dict[str, tuple[int, int]]:
            found = await who.get(DASHBOARD)
            done = {one["what"]: one["n"] for one in found["decided"]}
            return {one["what"]: (one["n"], done[one["what"]]) for one in found["waiting"]}

        before, beside = await told(), await told(other)
        client = await she.post("/api/v1/clients", {"name": "Amna", "gender": "female", "migration_stage": "returnee", "birth_year": 1990})
        case = await boss.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
        plan = await boss.post(f"/api/v1/cases/{case['id']}/plans", PLAN)
        await boss.post(f"/api/v1/plans/{plan['id']}/steps", {"step": "submit"})
        law = {
            "law": "PTPA2018-4",
            "authority": "x",
            "field_groups": ["identity"],
            "reason": "x",
            "client_told": False,
            "client_words": "x",
        }
        await boss.post(f"/api/v1/cases/{case['id']}/disclosures", {**law, "reason": "x", "client_words": "x"})
        away = {"centre": "LHE", "reason": "x", "agreed": {"how": "written", "on": "2026-01-05"}}
        await boss.post(f"/api/v1/cases/{case['id']}/transfers", away)

        def more(was: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
            return {what: (n - was[what][0], done - was[what][1]) for what, (n, done) in now.items() if (n, done) != was[what]}

        assert more(before, await told()) == {"plan": (1, 0), "disclosure": (1, 0)}
        assert more(beside, await told(other)) == {"transfer": (1, 0)}, "it waits where the client is to go"
        admin = await service.sign_in("admin")
        second = {"username": "second.isb", "name": "Second", "role": "supervisor", "centres": ["ISB"], "password": "demo-password-2026"}
        await admin.post("/api/v1/staff", second)
        await (await service.sign_in("second.isb")).post(f"/api/v1/plans/{plan['id']}/steps", {"step": "approve"})
        assert more(before, await told()) == {"plan": (0, 1), "disclosure": (1, 0)}
        assert await service.house.usecases.keeping.figures.differing() == ()
        await she.get(DASHBOARD, 403)
        await boss.get(DASHBOARD, params={"from": "2026-05", "to": "2026-01"}, expect=422)


async def test_the_page_leads_to_the_lists(desk: Desk) -> None:
    boss = await desk.sign_in("supervisor.isb")
    html = main_of(await boss.open("/figures/approvals"))
    assert "Requests for evidence 0 0 0 0 0" in plain(html)
    assert 'href="/figures/approvals" aria-current="page"' in html
