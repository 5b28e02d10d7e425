"""Where a role needs a second factor, nothing but one's own account opens without one: no page, no route, however one came in."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pyotp
import pytest
from pydantic import ValidationError

from adapters.system.clock import FixedClock
from domain.account import TWO_FACTORS, SecondFactors
from domain.identity import OWN, POLICY, STAFF_ROLES, Act, Actor, PasswordToChange, Role, SecondFactorToTake
from domain.values import CentreCode
from service.settings import Settings
from tests.account.people import PASSWORD, person, reset, tried
from tests.account.test_passkeys import SITE, device, enter, registered
from tests.databases import Database
from tests.service import Person, Service, running, settings_for
from tests.trust.doors import PUBLIC, doors, pages
from tests.web.conftest import Desk, opened, plain

ISB = CentreCode("ISB")
NEEDED = "/problems/second-factor-to-take"
ROLES = "supervisor,admin"


@pytest.fixture
async def strict(samples: Database, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Service]:
    """Supervisors and the administrator need two factors, counsellors do not."""
    async with running(settings_for(samples, tmp_path, second_factor=ROLES), samples.kind, clock=clock) as made:
        yield made


@pytest.fixture
async def strict_desk(fresh_database: object, tmp_path: Path) -> AsyncIterator[Desk]:
    url = fresh_database("sqlite").url  # type: ignore[operator]
    async with opened(Settings(data_dir=tmp_path, database_url=url, second_factor=ROLES)) as made:
        yield made


async def takes_a_code(person: Person, clock: FixedClock) -> pyotp.TOTP:
    offered = await person.post("/api/v1/me/second-factor")
    codes = pyotp.TOTP(offered["secret"])
    answer = await person.http.put("/api/v1/me/second-factor", json={"secret": codes.secret, "code": codes.at(clock.now())})
    assert answer.status_code == 204, answer.text
    return codes


def test_the_rule() -> None:
    rule = SecondFactors.parse("supervisor, dpo")
    assert rule.owed(Role.dpo, has_one=False)
    assert not rule.owed(Role.dpo, has_one=True)
    assert not rule.owed(Role.counsellor, has_one=False)
    assert rule.passkey_only(Role.dpo, code=False, passkey=True)
    assert not rule.passkey_only(Role.dpo, code=True, passkey=True)
    assert not rule.passkey_only(Role.counsellor, code=False, passkey=True)
    assert SecondFactors.parse("none") == SecondFactors()
    for wrong in ("", "king", "supervisor,", "partner", "none,dpo"):
        with pytest.raises(ValueError, match=f"^{wrong}$"):
            SecondFactors.parse(wrong)


def test_whoever_owes_one_may_do_what_is_their_own_and_nothing_else() -> None:
    for role in STAFF_ROLES:
        owing = Actor(UUID(int=1), role, (ISB,), must_take_factor=True)
        for act in Act:
            assert owing.may(act) is (role in POLICY[act] and act in OWN)
            if act not in OWN:
                with pytest.raises(SecondFactorToTake):
                    owing.check(act)
                with pytest.raises(SecondFactorToTake):
                    owing.scope(act)
    both = Actor(UUID(int=1), Role.admin, (ISB,), must_change_password=True, must_take_factor=True)
    with pytest.raises(PasswordToChange):
        both.check(Act.keep_account)


def test_production_asks_it_of_most_and_a_demonstration_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MRC_SECOND_FACTOR", raising=False)
    assert Settings().second_factors == SecondFactors()
    production = {"env": "production", "public_url": "https://mrc.example"}
    assert Settings(**production).second_factors.roles == set(TWO_FACTORS)  # type: ignore[arg-type]
    assert set(STAFF_ROLES) - set(TWO_FACTORS) == {Role.counsellor}
    assert not Settings(**production, second_factor="none").second_factors.roles  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="MRC_SECOND_FACTOR names roles"):
        Settings(second_factor="king")


def _address(path: str) -> str:
    """Of something that is not there: whoever is let through hears so, or that the body is wrong."""
    return re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)


async def _answers(service: Service, person: Person) -> dict[str, httpx.Response]:
    """What each route of the programmes' side says, but for those that end the session that asks."""
    ends = ("/api/v1/auth/logout", "/api/v1/me/sessions")
    asked = [door for door in doors(service.app) if door.act not in ("", PUBLIC) and not door.path.startswith(ends)]
    return {str(door): await person.http.request(door.method, _address(door.path), json={}) for door in asked}


async def test_every_route_but_the_accounts_is_closed(strict: Service) -> None:
    supervisor, counsellor = await strict.sign_in("supervisor.isb"), await strict.sign_in("counsellor.isb")
    acts = {str(door): door.act for door in doors(strict.app)}
    answers = await _answers(strict, supervisor)
    closed = {door for door, answer in answers.items() if (answer.status_code, answer.json().get("type")) == (403, NEEDED)}
    assert closed == {door for door in answers if Act(acts[door]) not in OWN}
    assert len(closed) > 60, "the enumeration found too little"
    told = answers["GET /api/v1/my-day"].json()
    assert "/me/second-factor" in told["detail"], "what to do next"
    assert (await supervisor.get("/api/v1/me"))["may"] == [act.value for act in Act if act in OWN]
    others = [answer.json().get("type") for answer in (await _answers(strict, counsellor)).values() if answer.content]
    assert NEEDED not in others, "the control: who need not have one is held up nowhere"


async def test_no_rule_closes_nothing(service: Service) -> None:
    """The control: the same house without the rule."""
    supervisor = await service.sign_in("supervisor.isb")
    await supervisor.get("/api/v1/my-day")
    said = Counter(answer.status_code for answer in (await _answers(service, supervisor)).values())
    assert said[200] > 5


async def test_with_a_code_everything_opens(strict: Service, clock: FixedClock) -> None:
    supervisor = await strict.sign_in("supervisor.isb")
    await supervisor.get("/api/v1/my-day", expect=403)
    codes = await takes_a_code(supervisor, clock)
    await supervisor.get("/api/v1/my-day")
    clock.on(timedelta(minutes=2))
    assert (await tried(strict, "supervisor.isb")).json()["type"] == "/problems/second-factor-needed"
    assert (await tried(strict, "supervisor.isb", totp=codes.at(clock.now()))).status_code == 200
    clock.on(timedelta(minutes=2))
    await supervisor.post("/api/v1/me/second-factor/removal", {"password": PASSWORD, "code": codes.at(clock.now())})
    await supervisor.get("/api/v1/my-day", expect=403)


async def test_a_refreshed_session_is_no_way_around(strict: Service) -> None:
    held = (await tried(strict, "supervisor.isb")).json()
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    fresh = (await strict.http().post("/api/v1/auth/token", data=form)).json()["access_token"]
    answer = await strict.http().get("/api/v1/my-day", headers={"Authorization": f"Bearer {fresh}"})
    assert answer.json()["type"] == NEEDED


async def test_a_passkey_counts_as_both_and_then_the_password_alone_opens_nothing(strict: Service, clock: FixedClock) -> None:
    identity, its = strict.house.usecases.identity, device()
    supervisor = (await identity.visitor(identity.shown(await identity.enter("supervisor.isb", PASSWORD, None)))).actor
    assert supervisor.must_take_factor
    await registered(strict, its, supervisor)
    clock.on(timedelta(seconds=1))
    assert not (await enter(strict, its)).must_take_factor
    refused = await tried(strict, "supervisor.isb")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/passkey-needed")
    assert (await tried(strict, "supervisor.isb", "wrong password")).json()["type"] == "/problems/sign-in-failed", "no word to a stranger"
    mine = device()
    await registered(strict, mine)
    assert (await tried(strict, "counsellor.isb")).status_code == 200, "the control: a role that needs none comes in by password still"


async def test_a_new_role_counts_from_the_next_request(strict: Service, clock: FixedClock) -> None:
    she, admin = await strict.sign_in("counsellor.isb"), await strict.sign_in("admin")
    await admin.get("/api/v1/partners", expect=403)
    await takes_a_code(admin, clock)
    await she.get("/api/v1/my-day")
    path, record = await person(strict, admin, "counsellor.isb")
    await admin.patch(path, {"role": "supervisor"}, record["version"])
    assert (await she.get("/api/v1/my-day", expect=403))["type"] == NEEDED


async def test_factors_set_back_are_owed_again(strict: Service, clock: FixedClock) -> None:
    supervisor, admin = await strict.sign_in("supervisor.isb"), await strict.sign_in("admin")
    for one in (supervisor, admin):
        await takes_a_code(one, clock)
    path, record = await person(strict, admin, "supervisor.isb")
    await reset(admin, path, record["version"], what="factors", reason="lost the telephone")
    again = await strict.sign_in("supervisor.isb")
    await again.get("/api/v1/my-day", expect=403)


async def test_every_page_but_the_accounts_leads_to_setting_it_up(strict_desk: Desk) -> None:
    visitor = strict_desk.stranger()
    await visitor.open("/sign-in")
    await visitor.send("/sign-in", username="supervisor.isb", password=PASSWORD)
    await visitor.open("/me")
    closed = 0
    for door in pages(strict_desk.app):  # type: ignore[arg-type]
        if door.act in ("", PUBLIC) or Act(door.act) in OWN or door.method not in ("GET", "POST"):
            continue
        form = {"form_token": visitor.token, "key": "k"}
        path = _address(door.path)
        answer = await (visitor.http.get(path) if door.method == "GET" else visitor.http.post(path, data=form))
        assert (answer.status_code, answer.headers.get("location")) == (303, "/me/second-factor"), str(door)
        closed += 1
    assert closed > 60, "the enumeration found too little"
    assert (await visitor.http.get("/start")).headers["location"] == "/me/second-factor"
    for path in ("/me", "/me/password", "/me/second-factor"):
        page = await visitor.open(path)
        assert "/my-cases" not in page, "no place is shown that would not open"


async def test_set_up_on_its_page_the_day_begins(strict_desk: Desk) -> None:
    visitor = strict_desk.stranger()
    await visitor.open("/sign-in")
    await visitor.send("/sign-in", username="supervisor.isb", password=PASSWORD)
    page = await visitor.open("/me/second-factor")
    assert "Your role needs a second factor: set one up first." in plain(page)
    assert 'href="/me#passkeys"' in page
    secret = re.search(r'class="id long groups">([A-Z2-7 ]+)<', page)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert secret
    assert ticket
    codes = pyotp.TOTP(secret.group(1).replace(" ", ""))
    sent = {"ticket": ticket.group(1), "code": codes.at(strict_desk.clock.now())}
    assert (await visitor.send("/me/second-factor", **sent)).headers["location"] == "/start"
    assert (await visitor.http.get("/start")).headers["location"] == "/my-cases"
    assert "Your role needs" not in await visitor.open("/me")


async def test_what_waits_on_a_device_is_not_taken_for_sent(strict_desk: Desk) -> None:
    """A script is told in JSON; led to a page instead, it would take its entry for done."""
    visitor = strict_desk.stranger()
    await visitor.open("/sign-in")
    await visitor.send("/sign-in", username="supervisor.isb", password=PASSWORD)
    await visitor.open("/me")
    json = {"Accept": "application/json"}
    assert (await visitor.http.get("/session", headers=json)).json()["open"] is False
    sent = {"form_token": visitor.token, "key": "entry", "channel": "phone", "name": "Gul"}
    answer = await visitor.http.post("/contacts", data=sent, headers=json)
    assert (answer.status_code, answer.json()["type"]) == (403, NEEDED)
    counsellor = await strict_desk.sign_in("counsellor.isb")
    assert (await counsellor.http.get("/session", headers=json)).json()["open"] is True


async def test_whoever_has_only_a_passkey_is_told_so_at_the_door(strict_desk: Desk) -> None:
    use = strict_desk.house.usecases
    actor = (await use.identity.visitor(use.identity.shown(await use.identity.enter("supervisor.isb", PASSWORD, None)))).actor
    offer = await use.passkeys.offer(actor, SITE, PASSWORD)
    await use.passkeys.register(actor, SITE, "Desk", offer.ticket, device().register(offer.options))
    visitor = strict_desk.stranger()
    await visitor.open("/sign-in")
    said = plain((await visitor.send("/sign-in", 401, username="supervisor.isb", password=PASSWORD)).text)
    assert "Use the passkey on the sign-in page." in said
