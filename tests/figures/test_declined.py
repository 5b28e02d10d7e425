"""Why partners decline, by whichever door they say so: kept as they said it, counted by the code, and each number has its list."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import update

from adapters.database import migrate
from adapters.database.lanes import EVERYWHERE
from adapters.database.referrals import REFERRAL
from adapters.database.statements import Prepared
from adapters.partners.signatures import signed_headers
from domain.figures.partners import Fact, lines
from domain.partners.declining import DeclineCode
from domain.values import PartnerId
from tests.databases import Database
from tests.figures.conftest import Desk
from tests.figures.test_partners import PATH, differing
from tests.postgres import apart
from tests.service import Person

PARTNER, SECRET = "reintegration", "demo-rein-2026"


async def sent(desk: Desk, n: int) -> list[dict[str, Any]]:
    await desk.consent(PARTNER, "identity")
    drafts = [await desk.draft(PARTNER, "identity") for _ in range(n)]
    return [await desk.step(desk.counsellor, one["id"], "send") for one in drafts]


async def decline(partner: Person, ref: str, expect: int = 200, **more: Any) -> Any:
    return await partner.post(f"/partner/v1/referrals/{ref}/steps", {"step": "decline", "reason": "Full.", **more}, expect)


async def reasons(desk: Desk) -> list[tuple[str | None, int]]:
    told = (await desk.supervisor.get(PATH))["lines"]
    (line,) = [one for one in told if one["whole"]]
    assert sum(one["n"] for one in line["reasons"]) == line["declined"]
    return [(one["code"], one["n"]) for one in line["reasons"]]


async def pushed(desk: Desk, partner: Person, ref: str) -> None:
    """The partner's own word for it, by its adapter."""
    secret = (await partner.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/hook"})).json()["secret"]
    its = {"application": {"external_reference": ref}, "milestone": "application.rejected", "grounds": "budget_exhausted"}
    body = orjson.dumps(its)
    headers = {**signed_headers(body, message="n1", at=datetime.now(UTC), secrets=[secret]), "MRC-Partner": PARTNER}
    assert (await desk.service.http().post("/partner/v1/news", content=body, headers=headers)).status_code == 202
    await desk.service.house.usecases.partner_side.work_through(5)


async def test_by_whichever_door_it_is_said(desk: Desk) -> None:
    partner = await desk.service.partner(PARTNER, SECRET)
    by_api, told, by_news, unsaid, open_still = await sent(desk, 5)
    assert (await decline(partner, by_api["ref"], decline_code="outside_area"))["decline_code"] == "outside_area"
    heard = {"step": "decline", "reason": "Full.", "heard": "telephone", "decline_code": "no_capacity"}
    assert (await desk.counsellor.post(f"/api/v1/referrals/{told['id']}/reports", heard))["decline_code"] == "no_capacity"
    await pushed(desk, partner, by_news["ref"])
    assert (await decline(partner, unsaid["ref"]))["decline_code"] is None
    assert await reasons(desk) == [("no_capacity", 2), ("outside_area", 1), (None, 1)], "most first, and what was not said last"
    assert await differing(desk) == ()

    (step,) = [one for one in (await desk.counsellor.get(f"/api/v1/referrals/{by_news['id']}/steps"))["items"] if one["step"] == "decline"]
    assert (step["decline_code"], step["reason"]) == ("no_capacity", "no_capacity")
    for asked, ids in (({"decline_code": "no_capacity"}, {told["id"], by_news["id"]}), ({"code_unsaid": True}, {unsaid["id"]})):
        params = {"partner": await desk.partner_id(PARTNER), **asked}
        assert {one["id"] for one in (await desk.supervisor.get("/api/v1/referrals", params=params))["items"]} == ids
    assert (await desk.counsellor.get(f"/api/v1/referrals/{open_still['id']}"))["decline_code"] is None


async def test_a_code_that_is_none_or_belongs_to_no_decline_is_refused(desk: Desk) -> None:
    partner = await desk.service.partner(PARTNER, SECRET)
    (one,) = await sent(desk, 1)
    await decline(partner, one["ref"], 422, decline_code="too_far")
    await decline(partner, one["ref"], 422, decline_code="other", reason="")
    refused = await partner.post(f"/partner/v1/referrals/{one['ref']}/steps", {"step": "accept", "decline_code": "other"}, 422)
    assert refused["type"] == "/problems/only-declines"
    assert (await desk.counsellor.get(f"/api/v1/referrals/{one['id']}"))["state"] == "queued"


async def test_a_made_up_one_is_declined_alike_and_counted_nowhere(desk: Desk) -> None:
    partner = await desk.service.partner(PARTNER, SECRET)
    made = await partner.post("/partner/v1/sandbox/referrals", {})
    declined = await decline(partner, made["ref"], decline_code="service_ended")
    assert (declined["state"], declined["decline_code"]) == ("declined", "service_ended")
    assert (await desk.supervisor.get(PATH))["lines"] == []


async def test_a_wrong_code_beside_the_figure_shows(desk: Desk) -> None:
    partner = await desk.service.partner(PARTNER, SECRET)
    (one,) = await sent(desk, 1)
    await decline(partner, one["ref"], decline_code="other")
    async with desk.service.house.database.driver.writing(EVERYWHERE) as lane:
        await lane.change(Prepared(update(REFERRAL).values(decline_code="not_eligible")), {})
    assert sorted((kept, counted) for _, kept, counted in await differing(desk)) == [(0, 1), (1, 0)]


async def test_what_was_declined_before_there_were_codes_counts_as_not_said(desk: Desk, samples: Database) -> None:
    partner = await desk.service.partner(PARTNER, SECRET)
    for one in await sent(desk, 2):
        await decline(partner, one["ref"], decline_code="other")
    url, role = samples.owner_url, samples.app_role
    apart(lambda: migrate.downgrade(url, to="0030", app_role=role))
    apart(lambda: migrate.upgrade(url, app_role=role))
    assert await reasons(desk) == [(None, 2)]
    assert await differing(desk) == ()


@pytest.mark.parametrize(
    "counts, told",
    [
        ({"": 3, "other": 3, "no_capacity": 3}, [DeclineCode.no_capacity, DeclineCode.other, None]),
        ({"": 4, "other": 3, "no_capacity": 0}, [None, DeclineCode.other]),
    ],
)
def test_most_first_then_as_the_table_has_them(counts: dict[str, int], told: list[DeclineCode | None]) -> None:
    partner, service = PartnerId(UUID(int=7)), UUID(int=8)
    whole, *_ = lines({partner: {service: {Fact.sent: {"": 9}, Fact.declined: counts}}}, {})
    assert [one.code for one in whole.reasons] == told
