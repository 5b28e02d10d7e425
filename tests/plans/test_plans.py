"""The plan of a case over HTTP: versions, four eyes, what is worked on, and the tasks that go along."""

import asyncio
from typing import Any

from tests.plans.conftest import FAR, LATE, SOON, Room, actions
from tests.trust.raw import raw


async def test_a_plan_from_its_first_word_to_the_case_that_rests_on_it(room: Room) -> None:
    steps = f"/api/v1/cases/{room.case}/steps"
    await room.counsellor.post(steps, {"step": "start_counselling"})
    refused = await room.counsellor.post(steps, {"step": "agree_plan"}, expect=409)
    assert refused["type"] == "/problems/plan-needed"
    plan = await room.written()
    assert (plan["number"], plan["state"], plan["steps"], plan["progress"]) == (1, "draft", ["submit"], 0)
    await room.counsellor.post(steps, {"step": "agree_plan"}, expect=409)
    waiting = await room.step(plan, "submit")
    assert waiting["state"] == "submitted"
    board = (await room.supervisor.get("/api/v1/board"))["plans"]
    assert [(line["id"], line["number"], line["written_by"]) for line in board["lines"]] == [(plan["id"], 1, room.staff["counsellor.isb"])]
    approved = await room.step(plan, "approve", by=room.supervisor)
    assert (approved["state"], approved["approved_by"]) == ("approved", room.staff["supervisor.isb"])
    assert (await room.supervisor.get("/api/v1/board"))["plans"] == {"lines": [], "n": 0}
    assert (await room.counsellor.post(steps, {"step": "agree_plan"}))["stage"] == "plan_agreed"
    assert (await room.sheet())["plan"]["id"] == plan["id"]
    told = {one["kind"] for one in (await room.counsellor.get("/api/v1/my-day"))["notices"]}
    assert "plan_approved" in told
    assert "plan_submitted" in {one["kind"] for one in (await room.supervisor.get("/api/v1/my-day"))["notices"]}


async def test_what_is_not_whole_is_not_submitted(room: Room) -> None:
    for body, rule in (
        ({"needs": []}, "plan-incomplete"),
        ({"needs": [{"kind": "legal"}]}, "plan-incomplete"),
        ({"needs": [{"kind": "legal", "goals": [{"title": "x"}]}]}, "plan-incomplete"),
        ({"needs": room.needs(), "agreed": None}, "client-not-agreed"),
    ):
        plans = (await room.counsellor.get(f"/api/v1/cases/{room.case}/plans"))["items"]
        plan = plans[0] if plans else await room.written()
        plan = await room.counsellor.patch(
            f"/api/v1/plans/{plan['id']}", {"agreed": {"on": "2026-01-05", "how": "written"}} | body, plan["version"]
        )
        assert (await room.step(plan, "submit", expect=409))["type"] == f"/problems/{rule}", body
    whole = await room.counsellor.patch(f"/api/v1/plans/{plan['id']}", room.body(), plan["version"])
    assert (await room.step(whole, "submit"))["state"] == "submitted"


async def test_nobody_approves_what_they_wrote_in(room: Room) -> None:
    plan = await room.written()
    plan = await room.supervisor.patch(f"/api/v1/plans/{plan['id']}", {"needs": room.needs()}, plan["version"])
    plan = await room.counsellor.patch(f"/api/v1/plans/{plan['id']}", {"needs": room.needs()}, plan["version"])
    await room.step(plan, "submit")
    assert (await room.step(plan, "approve", expect=403))["type"] == "/problems/not-allowed"
    assert (await room.step(plan, "approve", by=room.supervisor, expect=403))["type"] == "/problems/two-people"


async def test_it_is_sent_back_with_a_comment(room: Room) -> None:
    plan = await room.written()
    await room.step(plan, "submit")
    assert (await room.step(plan, "send_back", by=room.supervisor, expect=422))["type"] == "/problems/reason-needed"
    back = await room.step(plan, "send_back", by=room.supervisor, comment="Who pays the bus?")
    assert (back["state"], back["comment"]) == ("draft", "Who pays the bus?")
    again = await room.step(back, "submit")
    assert again["comment"] == ""
    await room.step(again, "approve", by=room.supervisor)
    assert (await room.step(again, "send_back", by=room.supervisor, comment="x", expect=409))["type"] == "/problems/out-of-step"


async def test_an_agreed_version_stays_as_it_was(room: Room) -> None:
    first = await room.approved(room.hers(), {"title": "Pack", "owner": "client", "due_on": SOON})
    refused = await room.counsellor.http.patch(
        f"/api/v1/plans/{first['id']}", json={"needs": []}, headers={"If-Match": f'"{first["version"]}"'}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/plan-stands")
    path = f"/api/v1/cases/{room.case}/plans"
    second = await room.counsellor.post(path, {})
    assert (second["number"], second["state"], second["agreed"]) == (2, "draft", None)
    assert second["needs"] == first["needs"], "it begins as a copy"
    assert (await room.counsellor.post(path, {}, expect=409))["type"] == "/problems/plan-under-way"
    await room.act(first, 1, "finish")
    sheet = await room.sheet()
    assert (sheet["plan"]["number"], sheet["plan_in_force"]["number"]) == (2, 1)
    assert sheet["plan"]["progress"] == sheet["plan_in_force"]["progress"] == 50, "the work goes on meanwhile"
    needs = second["needs"]
    needs[0]["goals"][0]["actions"] = [one | {"title": "Ring two shelters"} for one in _sent(second)[:1]] + _sent(second)[1:]
    needs[0]["goals"] = [_plain(goal) for goal in needs[0]["goals"]]
    second = await room.counsellor.patch(f"/api/v1/plans/{second['id']}", room.body() | {"needs": needs}, second["version"])
    await room.step(second, "submit")
    second = await room.step(second, "approve", by=room.supervisor)
    assert [(one["title"], one["state"]) for one in actions(second)] == [("Ring two shelters", "to_do"), ("Pack", "done")]
    old = await room.counsellor.get(f"/api/v1/plans/{first['id']}")
    assert (old["state"], old["agreed"]) == ("replaced", first["agreed"])
    assert [one["title"] for one in actions(old)] == [one["title"] for one in actions(first)]
    assert (await room.act(old, 0, "finish", expect=409))["type"] == "/problems/not-in-force"
    assert [one["number"] for one in (await room.counsellor.get(path))["items"]] == [2, 1]


def _sent(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions as a body names them: how far they came is not the writer's to say."""
    return [{name: one[name] for name in ("id", "title", "owner", "who", "due_on")} for one in actions(plan)]


def _plain(goal: dict[str, Any]) -> dict[str, Any]:
    return {name: goal[name] for name in ("id", "title", "actions")}


async def test_a_colleagues_action_is_their_task(room: Room) -> None:
    theirs = {"title": "Keep the bed", "owner": "partner", "who": room.partners["swd-punjab"], "due_on": LATE}
    plan = await room.approved(room.hers(), theirs, room.hers("Ring the school", FAR, "counsellor2.isb"))
    assert {(one["id"], one["title"]) for one in await room.tasks()} == {
        (actions(plan)[0]["id"], "Ring the shelter"),
        (actions(plan)[2]["id"], "Ring the school"),
    }
    day = await room.counsellor.get("/api/v1/my-day")
    assert [one["title"] for one in day["overdue"]] == ["Ring the shelter"]
    colleague = await room.service.sign_in("counsellor2.isb")
    assert "task_assigned" in {one["kind"] for one in (await colleague.get("/api/v1/my-day"))["notices"]}
    await room.counsellor.post(f"/api/v1/tasks/{actions(plan)[0]['id']}/completion")
    now = await room.counsellor.get(f"/api/v1/plans/{plan['id']}")
    assert (actions(now)[0]["state"], now["progress"], now["actions_done"], now["actions"]) == ("done", 33, 1, 3)
    assert (await room.act(plan, 0, "finish", expect=409))["type"] == "/problems/out-of-step"
    moved = await room.act(plan, 2, "start")
    assert actions(moved)[2]["state"] == "doing"
    assert len(await room.tasks()) == 1
    assert (await room.act(plan, 2, "drop", expect=422))["type"] == "/problems/reason-needed"
    dropped = await room.act(plan, 2, "drop", reason="No school there.")
    assert (actions(dropped)[2]["reason"], dropped["progress"]) == ("No school there.", 50)
    assert await room.tasks() == [], "nobody is asked for it any more"
    done = await room.act(plan, 1, "finish")
    assert done["progress"] == 100


async def test_the_next_version_moves_the_tasks_along(room: Room) -> None:
    own = await room.counsellor.post(f"/api/v1/cases/{room.case}/tasks", {"title": "Not of the plan", "due_on": SOON})
    first = await room.approved(room.hers(), room.hers("Ring the school"), room.hers("Ring the sister"))
    second = await room.counsellor.post(f"/api/v1/cases/{room.case}/plans", {})
    kept, given, gone = _sent(second)
    goal = {**_plain(second["needs"][0]["goals"][0]), "actions": [kept | {"due_on": FAR}, given | {"owner": "client", "who": None}]}
    needs = [{"id": second["needs"][0]["id"], "kind": "shelter", "goals": [goal]}]
    second = await room.counsellor.patch(f"/api/v1/plans/{second['id']}", room.body() | {"needs": needs}, second["version"])
    assert len(await room.tasks()) == 4, "nothing moves before it is approved"
    await room.step(second, "submit")
    await room.step(second, "approve", by=room.supervisor)
    assert {(one["id"], one["due_on"]) for one in await room.tasks()} == {(own["id"], SOON), (kept["id"], FAR)}
    assert gone["id"] not in {one["id"] for one in actions(second)}
    assert first["number"] + 1 == second["number"]


async def test_stale_and_unknown_rows_are_refused(room: Room) -> None:
    plan = await room.written()
    path = f"/api/v1/plans/{plan['id']}"
    await room.counsellor.patch(path, {"needs": room.needs()}, plan["version"])
    stale = await room.counsellor.patch(path, {"needs": []}, plan["version"], expect=412)
    assert stale["current"]["version"] == plan["version"] + 1
    assert (await room.counsellor.http.patch(path, json={"needs": []})).status_code == 428
    strange = [{"id": plan["needs"][0]["id"], "kind": "legal"}]
    refused = await room.counsellor.patch(path, {"needs": strange}, plan["version"] + 1, expect=422)
    assert refused["type"] == "/problems/unknown-row", "it was replaced by a new row before"
    for who in (room.staff["counsellor.lhe"], room.partners["fia"], room.case):
        body = {"needs": room.needs({"title": "x", "owner": "staff", "who": who, "due_on": SOON})}
        assert (await room.counsellor.patch(path, body, plan["version"] + 1, expect=422))["type"] == "/problems/not-their-action"
    nobody = {"needs": room.needs({"title": "x", "owner": "partner", "who": room.staff["analyst"], "due_on": SOON})}
    assert (await room.counsellor.patch(path, nobody, plan["version"] + 1, expect=422))["type"] == "/problems/not-their-action"


async def test_a_budget_is_for_who_returned(room: Room) -> None:
    line = {"purpose": "Sewing machine", "rupees": 85_000, "source": "Reintegration package"}
    plan = await room.written(budget=[line, {**line, "rupees": 5_000}])
    assert plan["rupees"] == 90_000
    body = {"name": "Amna Khan", "gender": "female", "migration_stage": "prospective"}
    client = (await room.counsellor.post("/api/v1/clients", body))["id"]
    case = (await room.counsellor.post("/api/v1/cases", {"client_id": client, "kind": "pre_departure", "risk": "low"}))["id"]
    refused = await room.counsellor.post(f"/api/v1/cases/{case}/plans", {"budget": [line]}, expect=422)
    assert refused["type"] == "/problems/returnees-only"
    await room.counsellor.post(f"/api/v1/cases/{case}/plans", {"needs": room.needs()}, expect=201)


async def test_sent_twice_it_is_one_plan_and_one_step(room: Room) -> None:
    path, key = f"/api/v1/cases/{room.case}/plans", {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(*[room.counsellor.http.post(path, json=room.body(), headers=key) for _ in range(4)])
    assert {(one.status_code, one.json()["id"]) for one in answers} == {(201, answers[0].json()["id"])}
    other = await asyncio.gather(*[room.counsellor.http.post(path, json=room.body()) for _ in range(4)])
    assert {one.status_code for one in other} == {409}
    plan = answers[0].json()
    steps = f"/api/v1/plans/{plan['id']}/steps"
    moved = [await room.counsellor.http.post(steps, json={"step": "submit"}, headers=key) for _ in range(2)]
    assert [one.json()["state"] for one in moved] == ["submitted", "submitted"]


async def test_finishing_from_both_sides_at_once_is_one_deed(room: Room) -> None:
    plan = await room.approved(*[room.hers(f"Call {n}") for n in range(4)])
    paths = [f"/api/v1/tasks/{one['id']}/completion" for one in actions(plan)]
    acts = [(f"/api/v1/plans/{plan['id']}/actions/{one['id']}/steps", {"step": "finish"}) for one in actions(plan)]
    answers = await asyncio.gather(
        *[room.counsellor.http.post(path) for path in paths], *[room.counsellor.http.post(path, json=body) for path, body in acts]
    )
    assert sorted(one.status_code for one in answers) == [200] * 4 + [409] * 4
    assert (await room.counsellor.get(f"/api/v1/plans/{plan['id']}"))["progress"] == 100


async def test_another_centre_sees_nothing_and_nothing_lies_open(room: Room) -> None:
    plan = await room.approved(budget=[{"purpose": "Tailorsmachine", "rupees": 1, "source": "Zakatfund"}])
    for path in (f"/api/v1/plans/{plan['id']}", f"/api/v1/cases/{room.case}/plans"):
        await room.elsewhere.get(path, 404)
    await room.elsewhere.post(f"/api/v1/plans/{plan['id']}/steps", {"step": "submit"}, expect=404)
    async with raw(room.database) as db:
        rows = str(
            [*await db.rows("SELECT * FROM plan"), *await db.rows("SELECT * FROM task"), *await db.rows("SELECT * FROM audit_entry")]
        )
    assert room.case.replace("-", "") in rows.replace("-", ""), "the control"
    for word in ("Ring the shelter", "Tailorsmachine", "Zakatfund", "sister", "A roof before"):
        assert word not in rows
    dpo = await room.service.sign_in("dpo")
    seen = {one["action"] for one in (await dpo.get("/api/v1/audit", params={"client_id": room.client}))["items"]}
    assert {"plan_written", "plan_moved", "task_added"} <= seen
