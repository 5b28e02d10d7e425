"""Signed in, and no longer: an ended session is out with its next request, a stolen refresh token ends it, guessing is stopped."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest

from adapters.identity.passwords import ArgonPasswords
from adapters.system.clock import FixedClock, SystemClock
from domain.identity import Role, Staff
from domain.values import CentreCode, StaffId
from service.usecases.identity import HOUSE_ACTOR, Identity
from tests.databases import Database
from tests.service import Service, running, settings_for
from tests.trust.raw import raw
from tests.trust.world import PASSWORD

TOKEN = "/api/v1/auth/token"


@pytest.fixture
async def clock() -> FixedClock:
    """Stands at the present, for the database judges a session's end by its own clock."""
    return FixedClock(SystemClock().now())


@pytest.fixture
async def service(samples: Database, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Service]:
    async with running(settings_for(samples, tmp_path), samples.kind, clock=clock) as made:
        yield made


async def _ask(service: Service, **form: str) -> httpx.Response:
    async with service.http() as http:
        return await http.post(TOKEN, data=form)


async def _in(service: Service, username: str = "counsellor.isb", password: str = PASSWORD, **more: str) -> httpx.Response:
    return await _ask(service, grant_type="password", username=username, password=password, **more)


async def _me(service: Service, access: str) -> int:
    async with service.http() as http:
        return (await http.get("/api/v1/me", headers={"Authorization": f"Bearer {access}"})).status_code


async def _refresh(service: Service, token: str) -> httpx.Response:
    return await _ask(service, grant_type="refresh_token", refresh_token=token)


async def test_signing_out_counts_from_the_next_request(service: Service) -> None:
    one, other = (await _in(service)).json(), (await _in(service)).json()
    assert await _me(service, one["access_token"]) == 200
    async with service.http() as http:
        left = await http.post("/api/v1/auth/logout", headers={"Authorization": f"Bearer {one['access_token']}"})
    assert left.status_code == 204
    assert await _me(service, one["access_token"]) == 401
    assert (await _refresh(service, one["refresh_token"])).status_code == 401
    assert await _me(service, other["access_token"]) == 200, "the control: the other session of the same person lives"


async def test_ending_somebodys_sessions_leaves_everybody_elses(service: Service, samples: Database) -> None:
    mine = [(await _in(service)).json() for _ in range(3)]
    theirs = (await _in(service, "counsellor2.isb")).json()
    admin = await service.sign_in("admin")
    id = next(one["id"] for one in (await admin.get("/api/v1/staff"))["items"] if one["username"] == "counsellor.isb")
    await service.house.usecases.staff.end_sessions(HOUSE_ACTOR, StaffId(UUID(id)))
    assert [await _me(service, one["access_token"]) for one in mine] == [401] * 3
    assert [(await _refresh(service, one["refresh_token"])).status_code for one in mine] == [401] * 3
    assert await _me(service, theirs["access_token"]) == 200
    assert (await _in(service)).status_code == 200


@pytest.mark.parametrize("how", ["active = false", "epoch = epoch + 1"])
async def test_whoever_was_let_go_is_out_at_once(service: Service, samples: Database, how: str) -> None:
    held = (await _in(service)).json()
    assert await _me(service, held["access_token"]) == 200
    async with raw(samples) as db:
        await db.run(f"UPDATE staff SET {how} WHERE username = 'counsellor.isb'")
    assert await _me(service, held["access_token"]) == 401
    if "active" in how:
        assert (await _in(service)).status_code == 401
        refreshed = await _refresh(service, held["refresh_token"])
        assert refreshed.status_code == 401 or await _me(service, refreshed.json()["access_token"]) == 401


async def test_a_partner_let_go_is_out_at_once(service: Service, samples: Database) -> None:
    fia = await service.partner("fia", "demo-fia-2026")
    await fia.get("/partner/v1/referrals")
    async with raw(samples) as db:
        await db.run("UPDATE partner SET active = false WHERE key = 'fia'")
    await fia.get("/partner/v1/referrals", expect=401)
    assert (await _ask(service, grant_type="client_credentials", client_id="fia", client_secret="demo-fia-2026")).status_code == 401


async def test_a_refresh_token_is_good_once_and_its_second_use_ends_all(service: Service) -> None:
    first = (await _in(service)).json()
    second = (await _refresh(service, first["refresh_token"])).json()
    third = (await _refresh(service, second["refresh_token"])).json()
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert await _me(service, third["access_token"]) == 200
    stolen = await _refresh(service, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["type"]) == (401, "/problems/signed-out")
    assert await _me(service, third["access_token"]) == 401
    assert (await _refresh(service, third["refresh_token"])).status_code == 401


async def test_one_refresh_token_used_by_two_at_once_is_a_theft(service: Service) -> None:
    held = (await _in(service)).json()
    answers = await asyncio.gather(*[_refresh(service, held["refresh_token"]) for _ in range(6)])
    assert sum(answer.status_code == 200 for answer in answers) <= 1
    assert await _me(service, held["access_token"]) == 401


async def test_tokens_end(service: Service, clock: FixedClock) -> None:
    held = (await _in(service)).json()
    clock.on(timedelta(minutes=9))
    assert await _me(service, held["access_token"]) == 200
    clock.on(timedelta(minutes=2))
    assert await _me(service, held["access_token"]) == 401
    fresh = (await _refresh(service, held["refresh_token"])).json()
    assert await _me(service, fresh["access_token"]) == 200
    clock.on(timedelta(hours=12))
    assert (await _refresh(service, fresh["refresh_token"])).status_code == 401


async def test_five_wrong_tries_rest_the_account(service: Service, clock: FixedClock) -> None:
    held = (await _in(service)).json()
    answers = [await _in(service, password="wrong") for _ in range(5)]
    rested = await _in(service)
    assert {answer.status_code for answer in answers} == {401}
    assert (rested.status_code, rested.content) == (401, answers[0].content), "whether the password was right is not told while it rests"
    assert await _me(service, held["access_token"]) == 200, "whoever is in already stays in"
    assert (await _in(service, "counsellor2.isb")).status_code == 200, "the control: another account does not rest"
    clock.on(timedelta(minutes=14))
    assert (await _in(service)).status_code == 401
    clock.on(timedelta(minutes=2))
    assert (await _in(service)).status_code == 200
    for _ in range(4):
        await _in(service, password="wrong")
    assert (await _in(service)).status_code == 200, "four are forgiven"
    for _ in range(4):
        await _in(service, password="wrong")
    assert (await _in(service)).status_code == 200, "and forgotten after a right one"


async def test_guesses_sent_together_are_all_counted(service: Service) -> None:
    await asyncio.gather(*[_in(service, password=f"wrong {number}") for number in range(5)])
    assert (await _in(service)).status_code == 401


async def _enrolled(service: Service, clock: FixedClock) -> pyotp.TOTP:
    she = await service.sign_in("counsellor.isb")
    secret = (await she.post("/api/v1/me/second-factor"))["secret"]
    codes = pyotp.TOTP(secret)
    await she.http.put("/api/v1/me/second-factor", json={"secret": secret, "code": codes.at(clock.now())})
    clock.on(timedelta(seconds=60))
    return codes


async def test_a_second_factor_is_asked_for_and_a_code_counts_once(service: Service, clock: FixedClock) -> None:
    codes = await _enrolled(service, clock)
    without = await _in(service)
    assert (without.status_code, without.json()["type"]) == (401, "/problems/second-factor-needed")
    wrong = str((int(codes.at(clock.now())) + 1) % 1_000_000).zfill(6)
    assert (await _in(service, totp=wrong)).json()["type"] == "/problems/sign-in-failed"
    code = codes.at(clock.now())
    bad = await _in(service, password="wrong", totp=code)
    assert bad.json()["type"] == "/problems/sign-in-failed"
    assert (await _in(service, totp=code)).status_code == 200
    assert (await _in(service, totp=code)).status_code == 401, "a code looked at over a shoulder is used up"
    clock.on(timedelta(seconds=30))
    assert (await _in(service, totp=codes.at(clock.now()))).status_code == 200
    old = codes.at(clock.now() - timedelta(minutes=5))
    assert (await _in(service, totp=old)).status_code == 401


async def test_codes_cannot_be_guessed_at_leisure(service: Service, clock: FixedClock) -> None:
    codes = await _enrolled(service, clock)
    for number in range(5):
        assert (await _in(service, totp=f"{number:06d}")).status_code == 401
    assert (await _in(service, totp=codes.at(clock.now()))).status_code == 401


async def test_every_refusal_costs_the_same_work(service: Service, samples: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name nobody has, a person let go, a resting account, a wrong password: the same words, and one hash worked through for each."""
    async with raw(samples) as db:
        await db.run("UPDATE staff SET active = false WHERE username = 'counsellor.lhe'")
    for _ in range(5):
        await _in(service, "counsellor.pew", "wrong")
    worked: list[str] = []
    true_verify = ArgonPasswords.verify

    async def counted(self: ArgonPasswords, password: str, hashed: str) -> bool:
        worked.append(password)
        return await true_verify(self, password, hashed)

    monkeypatch.setattr(ArgonPasswords, "verify", counted)
    names = ("nobody", "counsellor.lhe", "counsellor.pew", "counsellor.isb")
    answers = [await _in(service, name, "wrong") for name in names]
    answers += [
        await _ask(service, grant_type="client_credentials", client_id=name, client_secret="wrong") for name in ("nobody", "fia", "nchr")
    ]
    assert len(worked) == len(answers)
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1


async def test_sample_accounts_are_refused_in_production(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as sample:
        held = (await _in(sample)).json()
        hashed = await ArgonPasswords().hash("a true password of ours")
        async with sample.house.database.work(HOUSE_ACTOR) as work:
            ours = Staff(StaffId(UUID(int=7)), "zainab", "Zainab", Role.counsellor, (CentreCode("ISB"),), hashed)
            await work.staff.add(ours)
    production = settings_for(samples, tmp_path, env="production", public_url="https://mrc.example")
    async with running(production, samples.kind) as service:
        assert (await _in(service)).status_code == 401
        assert (await _in(service, "admin")).status_code == 401
        assert (await _in(service, "zainab", "a true password of ours")).status_code == 200, "the control"
        assert (await _refresh(service, held["refresh_token"])).status_code == 401, "nor does a session from before go on"


async def test_nobody_becomes_somebody_else_by_a_token(service: Service) -> None:
    """A token names its subject and its session; one of each from two people is nobody's."""
    identity: Identity = service.house.usecases.identity
    mine, theirs = [
        identity._tokens.read((await _in(service, name)).json()["access_token"]) for name in ("counsellor.isb", "supervisor.isb")
    ]
    fia = await _ask(service, grant_type="client_credentials", client_id="fia", client_secret="demo-fia-2026")
    partner = identity._tokens.read(fia.json()["access_token"])
    mixed: list[Any] = []
    for one, two in ((mine, theirs), (mine, partner), (partner, mine), (partner, theirs)):
        claims = type(one)(one.subject, two.session, one.epoch, one.kind, one.expires)
        mixed.append(await _me(service, identity._tokens.issue(claims)))
    assert mixed == [401] * 4
    assert await _me(service, identity._tokens.issue(mine)) == 200
