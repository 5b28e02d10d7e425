"""The staff as the administrator runs it: adding, changing, letting go, setting back; what it ends, and what the trail says of it."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pyotp
import pytest

from adapters.system.clock import FixedClock
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.identity import staff as staff_module
from tests.account.people import NEW, PASSWORD, changed, person, reset, trail, tried
from tests.service import Person, Service
from tests.trust.doors import PUBLIC, doors

COLLEAGUE = {"username": "gul.isb", "name": "Gul Bano", "role": "counsellor", "centres": ["ISB"]}
LEFT = {"PUT /api/v1/me/password", "PUT /api/v1/me/language"}


async def test_a_password_is_told_once_and_sent_twice_it_is_one_person(service: Service) -> None:
    admin = await service.sign_in("admin")
    key = {"Idempotency-Key": "add-gul"}
    made = await admin.post("/api/v1/staff", COLLEAGUE, 201, headers=key)
    again = await admin.post("/api/v1/staff", COLLEAGUE, 201, headers=key)
    assert (again["id"], again["one_time_password"]) == (made["id"], None)
    assert len(made["one_time_password"]) == 19
    other = {**COLLEAGUE, "name": "Somebody Else"}
    assert (await admin.post("/api/v1/staff", other, 422, headers=key))["type"] == "/problems/key-reused"
    assert (await admin.post("/api/v1/staff", COLLEAGUE, 409))["type"] == "/problems/name-taken"
    assert (await tried(service, "gul.isb", made["one_time_password"])).status_code == 200
    assert "one_time_password" not in str(await trail(service))


async def test_a_handed_password_is_changed_before_anything_else(service: Service) -> None:
    """Every door of the API, as the application lists them: a problem that says what to do, but for the way through."""
    admin = await service.sign_in("admin")
    handed = (await admin.post("/api/v1/staff", COLLEAGUE, 201))["one_time_password"]
    she = await service.sign_in("gul.isb", handed)
    some = str(UUID(int=9))
    closed, opened = [], []
    for door in doors(service.app):
        if door.act == PUBLIC or str(door) == "POST /api/v1/auth/logout":
            continue
        path = door.path.replace("{id}", some).replace("{ref}", "x").replace("{message}", some)
        answer = await she.http.request(door.method, path, json={}, headers={"If-Match": '"1"'})
        its = closed if answer.status_code == 403 and answer.json()["type"] == "/problems/password-to-change" else opened
        its.append(str(door))
    assert set(opened) == LEFT
    assert len(closed) > 50
    assert (await she.http.put("/api/v1/me/password", json={"present": handed, "password": NEW})).status_code == 204
    await she.get("/api/v1/my-day")
    assert (await tried(service, "gul.isb", handed)).status_code == 401


async def test_a_handed_password_works_for_three_days_and_is_refused_aloud_after(service: Service, clock: FixedClock) -> None:
    admin = await service.sign_in("admin")
    handed = (await admin.post("/api/v1/staff", COLLEAGUE, 201))["one_time_password"]
    path, record = await person(service, admin, "gul.isb")
    assert datetime.fromisoformat(record["password_until"]) == clock.now() + timedelta(hours=72)
    clock.on(timedelta(hours=72) - timedelta(seconds=1))
    assert (await tried(service, "gul.isb", handed)).status_code == 200, "the control: a second before"
    clock.on(timedelta(seconds=1))
    refused = await tried(service, "gul.isb", handed)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/one-time-password-over")
    assert refused.json()["detail"] == "Ask an administrator to make a new one."
    assert (await tried(service, "gul.isb", "not the one")).json()["type"] == "/problems/sign-in-failed", "no word to a stranger"
    admin = await service.sign_in("admin")
    made = await reset(admin, path, record["version"], what="password")
    she = await service.sign_in("gul.isb", made["one_time_password"])
    assert (await she.http.put("/api/v1/me/password", json={"present": made["one_time_password"], "password": NEW})).status_code == 204
    assert (await person(service, admin, "gul.isb"))[1]["password_until"] is None
    clock.on(timedelta(days=365))
    assert (await tried(service, "gul.isb", NEW)).status_code == 200, "one's own has no end"


async def test_a_password_set_back_has_an_end_too(service: Service, clock: FixedClock) -> None:
    admin = await service.sign_in("admin")
    path, record = await person(service, admin, "counsellor.isb")
    made = await reset(admin, path, record["version"], what="password")
    clock.on(timedelta(hours=73))
    assert (await tried(service, "counsellor.isb", made["one_time_password"])).json()["type"] == "/problems/one-time-password-over"


async def test_a_change_says_which_record_it_saw(service: Service) -> None:
    admin = await service.sign_in("admin")
    path, record = await person(service, admin, "counsellor.isb")
    assert (await admin.http.patch(path, json={"name": "X"})).status_code == 428
    made = await changed(admin, path, record["version"], name="Nazia Bibi", centres=["ISB", "LHE"], language="ur")
    assert (made["name"], made["centres"], made["language"]) == ("Nazia Bibi", ["ISB", "LHE"], "ur")
    stale = await changed(admin, path, record["version"], 412, name="Y")
    assert stale["current"]["name"] == "Nazia Bibi"
    for wrong in ({"centres": []}, {"centres": ["XXX"]}, {"role": "partner"}, {"password": "x"}, {"name": ""}):
        await changed(admin, path, made["version"], 422, **wrong)
    she = await service.sign_in("counsellor.isb")
    assert (await she.get("/api/v1/me"))["centres"] == ["ISB", "LHE"]
    await changed(admin, path, made["version"], role="analyst")
    assert (await she.get("/api/v1/me"))["role"] == "analyst", "with the next request of a session that was open"


async def test_who_is_let_go_is_out_at_once_and_their_cases_are_counted(service: Service) -> None:
    admin, she, colleague = [await service.sign_in(name) for name in ("admin", "counsellor.isb", "counsellor2.isb")]
    for stays in (True, True, False):
        client = await she.post("/api/v1/clients", {"name": "A B", "gender": "female", "migration_stage": "returnee"})
        case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
        if not stays:
            await she.post(f"/api/v1/cases/{case['id']}/steps", {"step": "start_counselling"})
            await she.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "informed"})
    path, record = await person(service, admin, "counsellor.isb")
    assert record["open_cases"] == 2
    gone = await changed(admin, path, record["version"], active=False)
    assert (gone["active"], gone["open_cases"]) == (False, 2)
    await she.get("/api/v1/me", 401)
    assert (await tried(service, "counsellor.isb")).status_code == 401
    await colleague.get("/api/v1/me")
    await changed(admin, path, gone["version"], active=True)
    assert (await tried(service, "counsellor.isb")).status_code == 200
    assert {"staff_deactivated", "staff_reactivated"} <= {action for action, subject, _ in await trail(service) if subject == gone["id"]}


async def test_the_last_administrator_stays(service: Service) -> None:
    admin = await service.sign_in("admin")
    path, record = await person(service, admin, "admin")
    for wants in ({"active": False}, {"role": "analyst", "centres": ["ISB"]}):
        refused = await changed(admin, path, record["version"], 409, **wants)
        assert refused["type"] == "/problems/last-administrator"
    await admin.post("/api/v1/staff", {**COLLEAGUE, "role": "admin", "centres": []}, 201)
    await changed(admin, path, record["version"], active=False)
    await admin.get("/api/v1/me", 401)


async def _each_removes_the_other(service: Service) -> list[int]:
    admin = await service.sign_in("admin")
    await admin.post("/api/v1/staff", {**COLLEAGUE, "username": "admin2", "role": "admin", "centres": [], "password": PASSWORD}, 201)
    other = await service.sign_in("admin2")
    (mine, me), (theirs, them) = [await person(service, admin, name) for name in ("admin", "admin2")]

    async def let_go(who: Person, path: str, version: int) -> int:
        return (await who.http.patch(path, json={"active": False}, headers={"If-Match": f'"{version}"'})).status_code

    return sorted(await asyncio.gather(let_go(admin, theirs, them["version"]), let_go(other, mine, me["version"])))


async def test_two_administrators_who_remove_each_other_at_once(service: Service) -> None:
    one, other = await _each_removes_the_other(service)
    assert one == 200
    assert other in (401, 409), "the second is out already, or finds itself the last"
    async with service.house.database.work.looking(HOUSE_ACTOR) as work:
        assert len([one for one in await work.staff.all() if one.role == "admin" and one.active]) == 1


async def test_without_the_rule_nobody_would_be_left(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the rule taken out the only administrator goes."""
    monkeypatch.setattr(staff_module, "keep_one_administrator", lambda *_, **__: None)
    admin = await service.sign_in("admin")
    path, record = await person(service, admin, "admin")
    await changed(admin, path, record["version"], active=False)
    async with service.house.database.work.looking(HOUSE_ACTOR) as work:
        assert await work.staff.admins() == []


async def test_a_password_set_back(service: Service) -> None:
    admin, she = await service.sign_in("admin"), await service.sign_in("counsellor.isb")
    for _ in range(5):
        await tried(service, "counsellor.isb", "wrong")
    path, record = await person(service, admin, "counsellor.isb")
    assert (await admin.http.post(f"{path}/reset", json={"what": "password"})).status_code == 428
    made = await reset(admin, path, record["version"], what="password")
    await she.get("/api/v1/me", 401)
    assert made["must_change_password"] is True
    assert (await tried(service, "counsellor.isb")).status_code == 401
    assert (await tried(service, "counsellor.isb", made["one_time_password"])).status_code == 200, "nor does the account rest any more"
    assert (await admin.get(path))["one_time_password"] is None, "told once"
    assert ("password_reset", record["id"], "") in await trail(service)
    await reset(admin, path, record["version"], 412, what="password")


async def test_factors_set_back_need_a_reason_that_stays(service: Service, clock: FixedClock) -> None:
    admin, she = await service.sign_in("admin"), await service.sign_in("counsellor.isb")
    codes = pyotp.TOTP((await she.post("/api/v1/me/second-factor"))["secret"])
    await she.http.put("/api/v1/me/second-factor", json={"secret": codes.secret, "code": codes.at(clock.now())})
    path, record = await person(service, admin, "counsellor.isb")
    assert record["second_factor"] is True
    await reset(admin, path, record["version"], 422, what="factors")
    assert (await tried(service, "counsellor.isb")).json()["type"] == "/problems/second-factor-needed"
    made = await reset(admin, path, record["version"], what="factors", reason="lost telephone, seen in person")
    assert (made["second_factor"], made["passkeys"], made["one_time_password"]) == (False, 0, None)
    await she.get("/api/v1/me", 401)
    assert (await tried(service, "counsellor.isb")).status_code == 200
    assert ("factors_reset", record["id"], "lost telephone, seen in person") in await trail(service)


async def test_nobody_sets_their_own_back(service: Service) -> None:
    admin = await service.sign_in("admin")
    path, record = await person(service, admin, "admin")
    for what in ("password", "factors"):
        refused = await reset(admin, path, record["version"], 403, what=what, reason="x")
        assert refused["type"] == "/problems/own-account"


async def test_sessions_of_somebody_end_over_the_api(service: Service) -> None:
    admin, she = await service.sign_in("admin"), await service.sign_in("counsellor.isb")
    path, _ = await person(service, admin, "counsellor.isb")
    assert (await admin.http.delete(f"{path}/sessions")).status_code == 204
    await she.get("/api/v1/me", 401)
    await admin.get("/api/v1/me")


async def _partner(service: Service, secret: str, key: str = "fia") -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    return await service.http().post("/api/v1/auth/token", data=form)


async def test_a_partners_secret_cannot_be_guessed_at_leisure(service: Service, clock: FixedClock) -> None:
    held = await service.partner("fia", "demo-fia-2026")
    wrong = await asyncio.gather(*[_partner(service, f"guess {number}") for number in range(5)])
    rested = await _partner(service, "demo-fia-2026")
    assert (rested.status_code, rested.content) == (401, wrong[0].content)
    await held.get("/partner/v1/referrals")
    assert (await _partner(service, "demo-rein-2026", "reintegration")).status_code == 200, "the control: another partner does not rest"
    assert ("sign_in_refused", "locked") in [(action, note) for action, _, note in await trail(service)]
    clock.on(timedelta(minutes=16))
    assert (await _partner(service, "demo-fia-2026")).status_code == 200
    for _ in range(4):
        await _partner(service, "guess")
    assert (await _partner(service, "demo-fia-2026")).status_code == 200, "four are forgiven, and forgotten after a right one"
    for _ in range(4):
        await _partner(service, "guess")
    assert (await _partner(service, "demo-fia-2026")).status_code == 200


async def test_guessing_changes_nothing_in_the_record(service: Service) -> None:
    """An administrator's form must not go stale because a stranger tries passwords."""
    admin = await service.sign_in("admin")
    path, before = await person(service, admin, "counsellor.isb")
    await tried(service, "counsellor.isb", "wrong")
    assert (await admin.get(path))["version"] == before["version"]
