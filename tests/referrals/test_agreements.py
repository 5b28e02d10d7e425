"""The register of agreements: what they are for, who follows whom, who is reminded, and what an agreement asks of each referral."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from adapters.system.clock import FixedClock
from domain.partners.agreements import Agreement, FollowedAlready
from domain.values import FieldGroup, PartnerId, day_of
from tests.databases import Database
from tests.delivery.room import room
from tests.referrals.conftest import Desk

DAY = timedelta(days=1)


def on(days: int = 0) -> date:
    """So many days from the day it is: midnight may come while the tests run."""
    return day_of(datetime.now(UTC)) + days * DAY


async def agree(desk: Desk, signed_on: date, expect: int = 201, **more: Any) -> dict[str, Any]:
    partner = await desk.partner_id("reintegration")
    body = {"title": "New", "field_groups": ["identity"], "signed_on": signed_on.isoformat(), **more}
    made: dict[str, Any] = await desk.admin.post(f"/api/v1/partners/{partner}/agreements", body, expect)
    return made


async def sample(desk: Desk) -> dict[str, Any]:
    partner = await desk.partner_id("reintegration")
    found: dict[str, Any] = (await desk.admin.get(f"/api/v1/partners/{partner}/agreements"))["items"][0]
    return found


async def standing(desk: Desk) -> dict[str, str]:
    partner = await desk.partner_id("reintegration")
    return {
        one["agreement"]["id"]: one["standing"]
        for one in (await desk.counsellor.get("/api/v1/agreements"))["items"]
        if one["partner"] == partner
    }


async def test_one_that_follows_ends_the_one_before_on_its_first_day(desk: Desk) -> None:
    before = await sample(desk)
    after = await agree(desk, on(10), predecessor=before["id"])
    assert (await sample(desk))["ended_on"] == after["signed_on"]
    assert await standing(desk) == {before["id"]: "ending", after["id"]: "coming"}
    line = next(one for one in (await desk.admin.get("/api/v1/agreements"))["items"] if one["agreement"]["id"] == before["id"])
    assert (line["followed_by"], line["last_day"]) == (after["id"], on(9).isoformat())
    its = [Agreement(uuid4(), PartnerId(uuid4()), "x", (FieldGroup.identity,), on(-1)) for _ in range(2)]
    its[1].signed_on, its[1].predecessor = on(10), its[0].id
    its[0].give_way(its[1], [])
    for days in range(-1, 30):
        assert [one.in_force(on(days)) for one in its].count(True) == 1, "no day without one, none with both"
    with pytest.raises(FollowedAlready):
        its[0].give_way(Agreement(uuid4(), its[0].partner_id, "y", (), on(5)), its)


async def test_what_makes_no_chain(desk: Desk) -> None:
    before = await sample(desk)
    early = await agree(desk, date(2023, 1, 1), 422, predecessor=before["id"])
    assert early["type"] == "/problems/begins-too-early"
    await agree(desk, on(), 404, predecessor=str(uuid4()))
    short = await agree(desk, on(-30), valid_to=on(1).isoformat())
    gap = await agree(desk, on(10), 409, predecessor=short["id"])
    assert gap["type"] == "/problems/leaves-gap"
    await agree(desk, on(2), predecessor=short["id"])
    twice = await agree(desk, on(2), 409, predecessor=short["id"])
    assert twice["type"] == "/problems/followed-already"
    assert (await sample(desk))["ended_on"] is None, "what was refused changed nothing"


async def test_none_in_force_or_none_for_sharing_and_nothing_leaves(desk: Desk) -> None:
    await desk.consent("reintegration", "identity")
    referral = await desk.draft("reintegration", "identity")
    path = f"/api/v1/referrals/{referral['id']}/steps"
    before = await sample(desk)
    await agree(desk, on(), predecessor=before["id"], purpose_codes=["research"])
    assert (await desk.counsellor.post(path, {"step": "send"}, 409))["type"] == "/problems/no-agreement"
    await agree(desk, on(), purpose_codes=["share", "research"])
    assert (await desk.counsellor.post(path, {"step": "send"}))["state"] == "queued"


async def test_an_agreement_may_ask_for_a_second_person(desk: Desk) -> None:
    """For drafts from before it as for those that come after."""
    await desk.consent("reintegration", "identity")
    old = await desk.draft("reintegration", "identity")
    assert not old["approval_needed"]
    await agree(desk, on(), predecessor=(await sample(desk))["id"], approval=True)
    refused = await desk.counsellor.post(f"/api/v1/referrals/{old['id']}/steps", {"step": "send"}, 409)
    assert refused["type"] == "/problems/approval-needed"
    new = await desk.draft("reintegration", "identity")
    assert new["approval_needed"]
    for one in (old, new):
        assert (await desk.step(desk.counsellor, one["id"], "submit"))["state"] == "awaiting_approval"
        assert (await desk.step(desk.supervisor, one["id"], "approve"))["state"] == "queued"


async def test_the_administrators_are_reminded_twice_and_once_each(samples: Database, tmp_path: Path) -> None:
    """Also by a worker that was away meanwhile; of one that is followed nobody has to hear."""
    clock = FixedClock(datetime.now(UTC))
    async with room(samples, tmp_path, clock=clock) as it:
        use = it.service.house.usecases

        async def sign(title: str, days: int, **more: Any) -> str:
            admin = await it.service.sign_in("admin")
            body = {"title": title, "field_groups": ["identity"], "signed_on": on().isoformat(), **more}
            path = f"/api/v1/partners/{(await it.partner('fia')).id}/agreements"
            made: str = (await admin.post(path, {**body, "valid_to": on(days).isoformat()}))["id"]
            return made

        async def told() -> int:
            await use.renewals.remind()
            await use.renewals.remind()
            token = (await it.service.sign_in("admin")).http.headers["Authorization"].removeprefix("Bearer ")
            return len(await use.partners.news(await use.identity.actor(token), 50))

        await sign("Ends", 61)
        followed = await sign("Followed", 61)
        assert await told() == 0
        await sign("Follows", 400, signed_on=on(30).isoformat(), predecessor=followed)
        clock.on(DAY)
        assert await told() == 1
        clock.on(46 * DAY)
        assert await told() == 2
        clock.on(10 * DAY)
        assert await told() == 2
        await sign("Late", 60)
        assert await told() == 3, "a worker that was away gives the reminder that is due now"
