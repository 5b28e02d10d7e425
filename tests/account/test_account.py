"""One's own account over HTTP: the password and what its change ends, the second factor, the sessions, the language."""

from datetime import timedelta

import httpx
import pyotp

from adapters.system.clock import FixedClock
from tests.account.people import NEW, PASSWORD, trail, tried
from tests.service import Person, Service
from tests.trust.world import client_body


async def set_password(who: Person, present: str, new: str) -> httpx.Response:
    return await who.http.put("/api/v1/me/password", json={"present": present, "password": new})


async def test_a_new_password_ends_every_other_session_at_once(service: Service) -> None:
    here, there, colleague = [await service.sign_in(name) for name in ("counsellor.isb", "counsellor.isb", "counsellor2.isb")]
    await there.get("/api/v1/me")
    assert (await set_password(here, PASSWORD, NEW)).status_code == 204
    await there.get("/api/v1/me", 401)
    await here.get("/api/v1/me")
    await colleague.get("/api/v1/me")
    assert (await tried(service, "counsellor.isb")).status_code == 401
    assert (await tried(service, "counsellor.isb", NEW)).status_code == 200
    assert "password_changed" in [action for action, _, _ in await trail(service)]


async def test_the_present_password_is_asked_for_and_cannot_be_guessed_here_either(service: Service, clock: FixedClock) -> None:
    she = await service.sign_in("counsellor.isb")
    for number in range(5):
        wrong = await set_password(she, f"guess {number}", NEW)
        assert (wrong.status_code, wrong.json()["type"], wrong.json()["field"]) == (422, "/problems/wrong-password", "present")
    assert (await set_password(she, PASSWORD, NEW)).content == wrong.content, "while it rests the right one is refused in the same words"
    assert (await tried(service, "counsellor.isb")).status_code == 401, "nor does it open the door"
    await she.get("/api/v1/me")
    clock.on(timedelta(minutes=16))
    she = await service.sign_in("counsellor.isb")
    assert (await set_password(she, PASSWORD, NEW)).status_code == 204


async def test_a_weak_one_is_refused_and_nothing_changes(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    for weak in (PASSWORD, "counsellor.isb.1", "Counsellor ISB!", "password12345"):
        answer = await set_password(she, PASSWORD, weak)
        assert (answer.status_code, answer.json()["field"]) == (422, "password"), weak
    assert (await tried(service, "counsellor.isb")).status_code == 200


async def test_the_second_factor_goes_by_password_and_code_together(service: Service, clock: FixedClock) -> None:
    she = await service.sign_in("counsellor.isb")
    codes = pyotp.TOTP((await she.post("/api/v1/me/second-factor"))["secret"])
    await she.http.put("/api/v1/me/second-factor", json={"secret": codes.secret, "code": codes.at(clock.now())})
    used = codes.at(clock.now())
    clock.on(timedelta(seconds=60))
    path, right = "/api/v1/me/second-factor/removal", codes.at(clock.now())
    await she.post(path, {"password": "not the word", "code": right}, 422)
    await she.post(path, {"password": PASSWORD, "code": "000000"}, 422)
    await she.post(path, {"password": PASSWORD, "code": used}, 422)
    assert (await tried(service, "counsellor.isb")).json()["type"] == "/problems/second-factor-needed", "the control: it is still there"
    await she.post(path, {"password": PASSWORD, "code": right}, 204)
    assert (await tried(service, "counsellor.isb")).status_code == 200
    assert {"second_factor_taken", "second_factor_dropped"} <= {action for action, _, _ in await trail(service)}


async def test_sessions_are_listed_and_ended(service: Service, clock: FixedClock) -> None:
    here, there, third = [await service.sign_in("counsellor.isb") for _ in range(3)]
    colleague = await service.sign_in("counsellor2.isb")
    listed = (await here.get("/api/v1/me/sessions"))["items"]
    assert [one["this"] for one in listed].count(True) == 1
    assert len(listed) == 3
    theirs = next(one["id"] for one in (await there.get("/api/v1/me/sessions"))["items"] if one["this"])
    assert (await colleague.http.delete(f"/api/v1/me/sessions/{theirs}")).status_code == 404, "somebody else's"
    assert (await here.http.delete(f"/api/v1/me/sessions/{theirs}")).status_code == 204
    await there.get("/api/v1/me", 401)
    await third.get("/api/v1/me")
    assert (await here.http.delete("/api/v1/me/sessions")).status_code == 204
    await third.get("/api/v1/me", 401)
    assert len((await here.get("/api/v1/me/sessions"))["items"]) == 1
    await colleague.get("/api/v1/me")


async def test_when_a_session_was_seen_is_kept_to_five_minutes(service: Service, clock: FixedClock) -> None:
    she = await service.sign_in("counsellor.isb")

    async def seen() -> str:
        session: str = (await she.get("/api/v1/me/sessions"))["items"][0]["seen_at"]
        return session

    began = await seen()
    clock.on(timedelta(minutes=4))
    assert await seen() == began
    clock.on(timedelta(minutes=4))
    await she.get("/api/v1/me")
    assert await seen() > began


async def test_the_language_is_kept_with_the_person(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    assert (await she.http.put("/api/v1/me/language", json={"language": "ur"})).status_code == 204
    assert (await (await service.sign_in("counsellor.isb")).get("/api/v1/me"))["language"] == "ur"
    assert (await she.http.put("/api/v1/me/language", json={"language": "xx"})).status_code == 422


async def test_news_is_read_by_whom_it_was_for_and_kept(service: Service) -> None:
    she, colleague = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor2.isb")
    client = await she.post("/api/v1/clients", client_body("Amna Bibi"))
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
    whose = (await colleague.get("/api/v1/me"))["id"]
    for title in ("Ring up", "Write"):
        await she.post(f"/api/v1/cases/{case['id']}/tasks", {"title": title, "due_on": "2026-01-05", "assignee": whose})
    told = (await colleague.get("/api/v1/me/notices"))["items"]
    assert [(one["kind"], one["subject"], one["read_at"]) for one in told] == [("task_assigned", case["id"], None)] * 2
    first = {"ids": [told[1]["id"]]}
    await she.post("/api/v1/me/notices/reading", first, expect=204)
    assert len((await colleague.get("/api/v1/my-day"))["notices"]) == 2, "it is not hers to read"
    for _ in range(2):
        await colleague.post("/api/v1/me/notices/reading", first, expect=204)
    assert [one["id"] for one in (await colleague.get("/api/v1/my-day"))["notices"]] == [told[0]["id"]]
    (read,) = (await colleague.get("/api/v1/me/notices?read=true"))["items"]
    assert (read["id"], read["read_at"] is not None) == (told[1]["id"], True)
    assert [(action, note) for action, _, note in await trail(service) if action == "news_read"] == [("news_read", "1")]
