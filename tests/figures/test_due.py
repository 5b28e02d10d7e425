"""Work that is due: counted by kind and person, each number the length of its list; cases nobody holds against their clock."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.cases import Risk
from domain.figures.due import Unheld, unheld
from domain.values import day_of
from tests.figures.conftest import Desk

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_nobody_waits_longer_than_the_clock_of_their_risk() -> None:
    late = [Unheld(Risk.critical, NOON - timedelta(hours=2), None), Unheld(Risk.low, NOON - timedelta(days=9), NOON - timedelta(days=4))]
    early = [Unheld(Risk.low, NOON - timedelta(days=9), NOON - timedelta(days=2)), Unheld(Risk.high, NOON - timedelta(hours=3), None)]
    found = {line.risk: line for line in unheld([*late, *early], NOON)}
    assert list(found) == [Risk.critical, Risk.high, Risk.low], "the gravest first"
    assert [(line.n, line.late) for line in found.values()] == [(1, 1), (1, 0), (2, 1)]
    assert found[Risk.low].since == NOON - timedelta(days=4), "since their counsellor left, not since they were given it"


async def plan(desk: Desk, due_on: str) -> None:
    her = str((await desk.counsellor.get("/api/v1/me"))["id"])
    action = {"title": "Call the school", "owner": "staff", "who": her, "due_on": due_on}
    needs = [{"kind": "legal", "words": "A lawyer", "goals": [{"title": "One", "actions": [action]}]}]
    made = await desk.counsellor.post(
        f"/api/v1/cases/{desk.case}/plans", {"needs": needs, "agreed": {"on": "2026-01-05", "how": "written"}}
    )
    await desk.counsellor.post(f"/api/v1/plans/{made['id']}/steps", {"step": "submit"})
    await desk.supervisor.post(f"/api/v1/plans/{made['id']}/steps", {"step": "approve"})


async def test_each_number_is_the_length_of_its_list(desk: Desk) -> None:
    today = day_of(datetime.now(UTC))
    old, near, far = (str(today + timedelta(days=days)) for days in (-3, 3, 30))
    for day in (old, old, str(today), near, far):
        await desk.counsellor.post(f"/api/v1/cases/{desk.case}/tasks", {"title": "Ring up", "due_on": day})
    await plan(desk, old)
    case = await desk.counsellor.get(f"/api/v1/cases/{desk.case}")
    await desk.counsellor.patch(f"/api/v1/cases/{desk.case}", {"next_due": old}, case["version"])
    told = await desk.supervisor.get("/api/v1/dashboards/due")
    its = {line["what"]: (line["overdue"], line["today"], line["week"]) for line in told["lines"]}
    assert its == {"case": (1, 0, 0), "planned": (1, 0, 0), "asks_after": (0, 0, 0), "other": (2, 1, 1)}
    (holder,) = told["holders"]
    assert (holder["overdue"], holder["today"], holder["week"], holder["cases_overdue"]) == (3, 1, 1, 1)
    for what, counts in its.items():
        if what != "case":
            for when, n in zip(("overdue", "today", "week"), counts, strict=True):
                assert len(await listed(desk, when=when, what=what)) == n
    assert [one["due_on"] for one in await listed(desk, when="overdue", holder=holder["holder"])] == [old] * 3
    assert await listed(desk, when="overdue", holder=str(UUID(int=1))) == []
    for one in await listed(desk, when="overdue", what="other"):
        await desk.counsellor.post(f"/api/v1/tasks/{one['id']}/completion")
    assert await listed(desk, when="overdue", what="other") == []
    assert (await desk.supervisor.get("/api/v1/dashboards/due"))["lines"][3]["overdue"] == 0
    assert await desk.service.house.usecases.keeping.figures.differing() == ()
    assert "saw_tasks_of_centre" in {one["action"] for one in (await (await desk.service.sign_in("dpo")).get("/api/v1/audit"))["items"]}


async def listed(desk: Desk, **asked: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await desk.supervisor.get("/api/v1/dashboards/due/tasks", params=asked))["items"]
    return found


async def test_cases_of_who_left_wait(desk: Desk) -> None:
    assert (await desk.supervisor.get("/api/v1/dashboards/due"))["unheld"] == []
    her = await desk.counsellor.get("/api/v1/me")
    staff = await desk.admin.get(f"/api/v1/staff/{her['id']}")
    await desk.admin.patch(f"/api/v1/staff/{her['id']}", {"active": False}, staff["version"])
    (line,) = (await desk.supervisor.get("/api/v1/dashboards/due"))["unheld"]
    assert (line["risk"], line["n"], line["late"], line["within"]) == ("low", 1, 0, 3 * 86_400)
    assert datetime.now(UTC) - datetime.fromisoformat(line["since"]) < timedelta(minutes=5)
