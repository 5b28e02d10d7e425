"""After a referral: what was recalled is deleted and said to be, the client is asked whether it helped, and somebody else is proposed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from adapters.partners.signatures import signed_headers
from adapters.system.clock import FixedClock
from domain.values import day_of
from tests.databases import Database
from tests.delivery.room import Room, room
from tests.referrals.conftest import Desk

PARTNER, SECRET = "reintegration", "demo-rein-2026"


async def recalled(it: Room) -> dict[str, Any]:
    counsellor = await it.service.sign_in("counsellor.lhe")
    referral = await it.send(counsellor, urgency="critical")
    await counsellor.post(f"/api/v1/consents/{referral['consent']['id']}/withdrawal")
    return referral


async def notices(it: Room, who: str) -> list[str]:
    person = await it.service.sign_in(who)
    return [notice["kind"] for notice in (await person.get("/api/v1/my-day"))["notices"]]


async def test_a_deletion_is_confirmed_once_and_told(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with room(samples, tmp_path, clock=clock) as it:
        referral = await recalled(it)
        partner, path = await it.service.partner(PARTNER, SECRET), f"/partner/v1/referrals/{referral['ref']}"
        assert (await partner.get(f"{path}/steps"))["steps"] == ["confirm_deletion"]
        clock.on(timedelta(hours=1, minutes=1))
        await it.delivery.hear_clocks()
        await it.delivery.hear_clocks()
        assert (await notices(it, "supervisor.lhe")).count("deletion_open") == 1
        counsellor = await it.service.sign_in("counsellor.lhe")
        late = await counsellor.get("/api/v1/referrals?late=true")
        assert [one["id"] for one in late["items"]] == [referral["id"]]
        partner = await it.service.partner(PARTNER, SECRET)
        stands = await partner.post(f"{path}/steps", {"step": "confirm_deletion"})
        assert (stands["state"], stands["steps"]) == ("recalled", [])
        await partner.get(path, expect=410)
        await partner.post(f"{path}/steps", {"step": "confirm_deletion"}, 409)
        shown = await counsellor.get(f"/api/v1/referrals/{referral['id']}")
        assert datetime.fromisoformat(shown["deletion_confirmed_at"]) == clock.now()
        assert "deletion_confirmed" in await notices(it, "counsellor.lhe")
        assert (await counsellor.get("/api/v1/referrals?late=true"))["items"] == []


async def test_a_deletion_is_confirmed_by_news_in_the_partners_words(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        _, secret = await it.point(PARTNER, "http://127.0.0.1:9/hook")
        counsellor = await it.service.sign_in("counsellor.lhe")
        under_way = await it.send(counsellor)
        referral = await recalled(it)
        for one in (under_way, referral):
            body = orjson.dumps({"application": {"external_reference": one["ref"]}, "milestone": "data.erased"})
            headers = signed_headers(body, message=f"m-{one['ref']}", at=datetime.now(UTC), secrets=[secret])
            news = await it.service.http().post("/partner/v1/news", content=body, headers={**headers, "MRC-Partner": PARTNER})
            assert news.status_code == 202
        assert await it.service.house.usecases.partner_side.work_through(10) == 2
        shown = [await counsellor.get(f"/api/v1/referrals/{one['id']}") for one in (under_way, referral)]
        assert [(one["state"], one["deletion_confirmed_at"] is None) for one in shown] == [("queued", True), ("recalled", False)]


async def completed(desk: Desk) -> dict[str, Any]:
    await desk.consent(PARTNER, "identity")
    draft = await desk.draft(PARTNER, "identity")
    await desk.step(desk.counsellor, draft["id"], "send")
    network = await desk.service.partner(PARTNER, SECRET)
    for step in ("accept", "start_service", "complete"):
        await network.post(f"/partner/v1/referrals/{draft['ref']}/steps", {"step": step, "outcome": "Trained."})
    return draft


async def put(desk: Desk, referral: str, body: dict[str, Any], expect: int) -> Any:
    view = await desk.counsellor.http.get(f"/api/v1/referrals/{referral}")
    answer = await desk.counsellor.http.put(f"/api/v1/referrals/{referral}/feedback", json=body, headers={"If-Match": view.headers["etag"]})
    assert answer.status_code == expect, answer.text
    return answer.json()


async def test_the_client_is_asked_two_weeks_after(desk: Desk) -> None:
    referral = await completed(desk)
    tasks = (await desk.counsellor.get(f"/api/v1/cases/{desk.case}/tasks"))["items"]
    done = day_of(datetime.now(UTC))
    assert len(tasks) == 1
    assert 13 <= (datetime.fromisoformat(tasks[0]["due_on"]).date() - done).days <= 15
    closed = await desk.counsellor.post(f"/api/v1/cases/{desk.case}/steps", {"step": "close", "outcome": "service_received"})
    assert closed["stage"] == "closed", "what is asked afterwards holds up nothing"
    first = await put(desk, referral["id"], {"helped": "not_reached"}, 200)
    assert first["feedback"]["helped"] == "not_reached"
    second = await put(desk, referral["id"], {"helped": "partly", "note": "One machine of two."}, 200)
    assert (second["feedback"]["helped"], second["feedback"]["note"]) == ("partly", "One machine of two.")
    tasks = (await desk.counsellor.get(f"/api/v1/cases/{desk.case}/tasks"))["items"]
    assert tasks[0]["done_at"] is not None
    actions = await desk.trail()
    assert actions.count("feedback_given") == 2
    assert actions.count("task_added") == 1
    moved = [step["step"] for step in (await desk.counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]]
    assert actions.count("referral_moved") == len(moved) == 4


async def test_nobody_is_asked_of_what_did_not_end_or_whose_case_is_closed(desk: Desk) -> None:
    await desk.consent(PARTNER, "identity")
    draft = await desk.draft(PARTNER, "identity")
    await put(desk, draft["id"], {"helped": "yes"}, 409)
    await desk.step(desk.counsellor, draft["id"], "send")
    why = {"step": "close", "outcome": "informed", "reason": "They went on."}
    await desk.supervisor.post(f"/api/v1/cases/{desk.case}/steps", why)
    await desk.step(desk.supervisor, draft["id"], "close", outcome="Served.")
    assert (await desk.counsellor.get(f"/api/v1/cases/{desk.case}/tasks"))["items"] == []


async def elsewhere(desk: Desk, id: str, expect: int = 200) -> list[str]:
    found = await desk.counsellor.get(f"/api/v1/referrals/{id}/alternatives", expect)
    return [one["service"]["name"] for one in found["items"]] if expect == 200 else []


async def test_another_service_of_the_kind_is_proposed_without_those_tried(desk: Desk) -> None:
    async def offers(key: str, name: str, **more: Any) -> str:
        id = await desk.partner_id(key)
        made: str = (await desk.admin.post(f"/api/v1/partners/{id}/services", {"name": name, **more}))["id"]
        return made

    asked = await offers("fia", "Shelter of the first")
    full = await offers("swd-punjab", "Shelter that is full", capacity=3, waiting=3)
    await offers("swd-punjab", "Shelter for women only", genders=["female"])
    await offers("reintegration", "Shelter with room", capacity=3)
    first = await desk.draft("fia", "identity", service=asked)
    await elsewhere(desk, first["id"], 409)
    await desk.step(desk.counsellor, first["id"], "withdraw", reason="No answer.")
    names = await elsewhere(desk, first["id"])
    assert names[0] == "Shelter with room"
    assert names[-1] == "Shelter that is full"
    assert "Shelter for women only" not in names
    assert "saw_alternatives" in await desk.trail()
    second = await desk.draft("swd-punjab", "identity", service=full, replaces=first["id"])
    assert second["replaces"] == first["id"]
    await desk.step(desk.counsellor, second["id"], "withdraw", reason="Full.")
    for one in (first, second):
        names = await elsewhere(desk, one["id"])
        assert "Shelter with room" in names
        assert "Shelter that is full" not in names, "tried, before it or after it"
    await desk.colleague.get(f"/api/v1/referrals/{first['id']}/alternatives", 404)
    other = await desk.counsellor.post("/api/v1/cases", {"client_id": desk.client, "kind": "protection", "risk": "low"})
    body = {"partner": "swd-punjab", "reason": "x", "field_groups": [], "replaces": first["id"]}
    await desk.counsellor.post(f"/api/v1/cases/{other['id']}/referrals", body, 409)
