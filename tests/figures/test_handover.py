"""What somebody holds goes to a colleague as a whole, and can be given back; their open tasks go along with each case."""

from typing import Any

from tests.figures.conftest import Desk
from tests.figures.test_due import plan


async def who(desk: Desk) -> tuple[str, str]:
    first, second = [(await one.get("/api/v1/me"))["id"] for one in (desk.counsellor, desk.colleague)]
    return first, second


async def tasks(desk: Desk) -> dict[str, str]:
    return {one["title"]: one["assignee"] for one in (await desk.supervisor.get(f"/api/v1/cases/{desk.case}/tasks"))["items"]}


async def held(desk: Desk, whose: str, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = await desk.supervisor.get("/api/v1/dashboards/workload/held", params={"holder": whose, **more})
    return found


async def test_all_goes_at_once_and_comes_back(desk: Desk) -> None:
    first, second = await who(desk)
    base = f"/api/v1/cases/{desk.case}"
    await plan(desk, "2030-01-01")
    await desk.counsellor.post(f"{base}/tasks", {"title": "Hers", "due_on": "2030-01-01"})
    await desk.counsellor.post(f"{base}/tasks", {"title": "Another's", "due_on": "2030-01-01", "assignee": second})
    opened = {"client_id": desk.client, "kind": "protection", "risk": "high", "summary": "Told."}
    other = await desk.colleague.post("/api/v1/cases", opened)
    single = await desk.colleague.post(
        f"/api/v1/cases/{other['id']}/tasks", {"title": "Elsewhere", "due_on": "2030-01-01", "assignee": first}
    )
    what = await held(desk, first)
    assert [one["id"] for one in what["cases"]] == [desk.case]
    assert [one["title"] for one in what["tasks"]] == ["Elsewhere"]
    body = {"to": second, "cases": [desk.case], "tasks": [single["id"]]}
    await desk.supervisor.post("/api/v1/hand-overs", body)
    await desk.supervisor.post("/api/v1/hand-overs", body)
    assert await held(desk, first) == {"cases": [], "tasks": []}
    assert set((await tasks(desk)).values()) == {second}
    (its,) = (await desk.supervisor.get(f"{base}/plans"))["items"]
    assert its["needs"][0]["goals"][0]["actions"][0]["who"] == second, "an action goes with its task"
    back = await held(desk, second, given_by=first)
    assert [one["id"] for one in back["cases"]] == [desk.case], "her own stay hers"
    await desk.supervisor.post("/api/v1/hand-overs", {"to": first, "cases": [desk.case]})
    assert [one["id"] for one in (await held(desk, first, given_by=second))["cases"]] == [desk.case]
    assert {"task_handed_over", "case_assigned"} <= set(await desk.trail())
    lines = (await (await desk.service.sign_in("dpo")).get("/api/v1/audit"))["items"]
    assert "saw_what_somebody_holds" in {one["action"] for one in lines}
    assert await desk.service.house.usecases.keeping.figures.differing() == ()


async def test_what_a_third_has_to_do_stays_theirs(desk: Desk) -> None:
    _, second = await who(desk)
    boss = (await desk.supervisor.get("/api/v1/me"))["id"]
    await desk.counsellor.post(f"/api/v1/cases/{desk.case}/tasks", {"title": "Hers", "due_on": "2030-01-01"})
    await desk.counsellor.post(f"/api/v1/cases/{desk.case}/tasks", {"title": "The boss's", "due_on": "2030-01-01", "assignee": boss})
    case = await desk.supervisor.get(f"/api/v1/cases/{desk.case}")
    await desk.supervisor.patch(f"/api/v1/cases/{desk.case}", {"counsellor": second}, case["version"])
    assert await tasks(desk) == {"Hers": second, "The boss's": boss}


async def test_all_or_nothing(desk: Desk) -> None:
    first, _ = await who(desk)
    analyst = (await (await desk.service.sign_in("analyst")).get("/api/v1/me"))["id"]
    nobody = "00000000-0000-4000-8000-000000000000"
    await desk.supervisor.post("/api/v1/hand-overs", {"to": analyst, "cases": [desk.case]}, 422)
    await desk.supervisor.post("/api/v1/hand-overs", {"to": analyst}, 422)
    await desk.supervisor.post("/api/v1/hand-overs", {"to": (await who(desk))[1], "cases": [nobody, desk.case]}, 404)
    await desk.counsellor.post("/api/v1/hand-overs", {"to": first, "cases": [desk.case]}, 403)
    assert [one["id"] for one in (await held(desk, first))["cases"]] == [desk.case]
