"""The administrator runs the directory over HTTP: changes with versions, doubles once, sources for facts, ends with effect."""

from typing import Any

import pytest

from tests.referrals.conftest import Desk

NETWORK, SECRET = "reintegration", "demo-rein-2026"


async def one(desk: Desk, key: str) -> dict[str, Any]:
    found: dict[str, Any] = await desk.admin.get(f"/api/v1/partners/{await desk.partner_id(key)}")
    return found


async def test_a_partner_is_added_once_and_changed_with_its_version(desk: Desk) -> None:
    body = {"key": "new-one", "name": "New One", "kind": "ngo"}
    head = {"Idempotency-Key": "k1"}
    made = await desk.admin.post("/api/v1/partners", body, headers=head)
    assert (await desk.admin.post("/api/v1/partners", body, headers=head))["id"] == made["id"]
    taken = await desk.admin.post("/api/v1/partners", body, 409)
    assert taken["type"] == "/problems/key-taken"
    path = f"/api/v1/partners/{made['id']}"
    changed = await desk.admin.patch(path, {"name": "Newer", "active": False}, made["version"])
    assert (changed["name"], changed["active"], changed["version"]) == ("Newer", False, made["version"] + 1)
    stale = await desk.admin.patch(path, {"name": "Mine"}, made["version"], 412)
    assert stale["current"]["name"] == "Newer"
    assert (await desk.admin.http.patch(path, json={"name": "x"})).status_code == 428
    bare = await desk.admin.patch(path, {"verified": True}, changed["version"], 422)
    assert bare["type"] == "/problems/unsourced-fact"
    await desk.admin.patch(path, {"verified": True, "source": "their letter of 2 May"}, changed["version"])
    await desk.counsellor.patch(path, {"name": "x"}, 3, 403)


async def test_a_service_says_all_of_itself_and_keeps_it(desk: Desk) -> None:
    base = f"/api/v1/partners/{await desk.partner_id(NETWORK)}/services"
    body = {
        "name": "Toolkits",
        "districts": ["PK604", "PK5"],
        "offers": "Tools of a trade.",
        "eligibility": "Two years after return.",
        "genders": ["female", "male"],
        "age_from": 18,
        "age_to": 60,
        "stages": ["returnee"],
        "hours": [{"day": "friday", "opens": "09:00", "closes": "12:30"}, {"day": "friday", "opens": "14:00", "closes": "24:00"}],
        "languages": ["ur", "ps"],
        "documents": ["CNIC"],
        "capacity": 5,
        "waiting": 2,
        "confirmed_on": "2026-11-01",
        "source": "visit",
    }
    made = await desk.admin.post(base, body)
    kept = next(its for its in (await desk.admin.get(base))["items"] if its["id"] == made["id"])
    assert {name: kept[name] for name in body} == body
    first = await desk.admin.patch(f"{base}/{made['id']}", {"capacity": 6}, 1)
    assert {name: first[name] for name in body} == {**body, "capacity": 6}, "what is not named stays"
    changed = await desk.admin.patch(f"{base}/{made['id']}", {"waiting": None, "hours": [], "offered": False}, 2)
    assert (changed["waiting"], changed["hours"], changed["offered"], changed["name"]) == (None, [], False, "Toolkits")
    assert (await desk.admin.patch(f"{base}/{made['id']}", {"waiting": 1}, 1, 412))["current"]["waiting"] is None
    body = {"partner": NETWORK, "reason": "x", "service": made["id"]}
    await desk.counsellor.post(f"/api/v1/cases/{desk.case}/referrals", body, 422)
    confirmed = await desk.admin.post(f"{base}/{made['id']}/confirmation")
    assert confirmed["confirmed_on"] > "2026-11-01"
    other = f"/api/v1/partners/{await desk.partner_id('fia')}/services/{made['id']}"
    await desk.admin.patch(other, {"waiting": 1}, 3, 404)


@pytest.mark.parametrize(
    "body, rule",
    [
        ({"districts": ["PK999"]}, "unknown-place"),
        ({"age_from": 60, "age_to": 18}, "ages-turned"),
        ({"hours": [{"day": "monday", "opens": "17:00", "closes": "09:00"}]}, "not-hours"),
        ({"verified": True}, "unsourced-fact"),
    ],
)
async def test_a_service_that_cannot_be_is_refused(desk: Desk, body: dict[str, Any], rule: str) -> None:
    base = f"/api/v1/partners/{await desk.partner_id(NETWORK)}/services"
    assert (await desk.admin.post(base, {"name": "x", **body}, 422))["type"] == f"/problems/{rule}"


async def test_an_agreement_that_ends_shuts_what_left_under_it(desk: Desk) -> None:
    await desk.consent(NETWORK, "identity")
    sent = await desk.draft(NETWORK, "identity")
    await desk.step(desk.counsellor, sent["id"], "send")
    network = await desk.service.partner(NETWORK, SECRET)
    await network.get(f"/partner/v1/referrals/{sent['ref']}")
    base = f"/api/v1/partners/{await desk.partner_id(NETWORK)}/agreements"
    agreement = (await desk.admin.get(base))["items"][0]["id"]
    ended = await desk.admin.post(f"{base}/{agreement}/end")
    assert ended["ended_on"]
    await desk.admin.post(f"{base}/{agreement}/end", None, 409)
    await network.get(f"/partner/v1/referrals/{sent['ref']}", 410)
    again = await desk.draft(NETWORK, "identity")
    refused = await desk.counsellor.post(f"/api/v1/referrals/{again['id']}/steps", {"step": "send"}, 409)
    assert refused["type"] == "/problems/no-agreement"
    turned = {"title": "x", "field_groups": ["identity"], "signed_on": "2026-05-01", "valid_to": "2026-04-01"}
    assert (await desk.admin.post(base, turned, 422))["type"] == "/problems/dates-turned"
    fresh = await desk.admin.post(base, {**turned, "valid_to": "2030-04-01", "purposes": "Reintegration of returnees."})
    assert fresh["purposes"] == "Reintegration of returnees."
    await desk.step(desk.counsellor, again["id"], "send")


async def test_new_credentials_shut_the_old_ones_out(desk: Desk) -> None:
    network = await desk.service.partner(NETWORK, SECRET)
    id, head = await desk.partner_id(NETWORK), {"Idempotency-Key": "renew"}
    made = await desk.admin.post(f"/api/v1/partners/{id}/credentials", headers=head)
    assert made["client_id"] == NETWORK
    assert len(made["client_secret"]) >= 32
    again = await desk.admin.post(f"/api/v1/partners/{id}/credentials", headers=head)
    assert again["client_secret"] is None, "shown once"
    await network.get("/partner/v1/referrals", 401)
    grant = {"grant_type": "client_credentials", "client_id": NETWORK, "client_secret": SECRET}
    assert (await desk.service.http().post("/api/v1/auth/token", data=grant)).status_code == 401
    fresh = await desk.service.partner(NETWORK, made["client_secret"])
    await fresh.get("/partner/v1/referrals")
    version = (await one(desk, NETWORK))["version"]
    await desk.admin.patch(f"/api/v1/partners/{id}", {"active": False}, version)
    await fresh.get("/partner/v1/referrals", 401)


async def test_an_address_is_switched_off_and_on(desk: Desk) -> None:
    network = await desk.service.partner(NETWORK, SECRET)
    await network.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/none"})
    base = f"/api/v1/partners/{await desk.partner_id(NETWORK)}/endpoints"
    now = (await desk.admin.get(base))["items"][0]
    assert (now["disabled"], now["rotating_until"]) == (False, None)
    assert "secret" not in now
    off = await desk.admin.patch(base, {"disabled": True}, now["version"])
    assert off["disabled"] is True
    assert (await network.get("/partner/v1/endpoint"))["disabled"] is True
    await desk.admin.patch(base, {"disabled": False}, now["version"], 412)
    await desk.admin.patch(base, {"disabled": False}, off["version"])
    await network.post("/partner/v1/endpoint/rotate-secret")
    assert (await desk.admin.get(base))["items"][0]["rotating_until"]
    nobody = f"/api/v1/partners/{await desk.partner_id('fia')}/endpoints"
    await desk.admin.patch(nobody, {"disabled": True}, 1, 422)


async def test_one_key_tests_an_address_once(desk: Desk) -> None:
    network = await desk.service.partner(NETWORK, SECRET)
    await network.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/none"})
    head = {"Idempotency-Key": "test-1"}
    first = await network.post("/partner/v1/endpoint/test", headers=head)
    assert await network.post("/partner/v1/endpoint/test", headers=head) == first
    assert [one["id"] for one in (await network.get("/partner/v1/deliveries"))["items"]] == [first["delivery"]]
    second = await network.post("/partner/v1/endpoint/test")
    logged = [one["id"] for one in (await network.get("/partner/v1/deliveries"))["items"]]
    assert logged == [second["delivery"], first["delivery"]], "the control: without the key there are two, each found by its own name"
    use = desk.service.house.usecases
    await use.delivery.carry()
    await use.delivery.rest(10)
    tried = {one["id"]: one["attempts"] for one in (await network.get("/partner/v1/deliveries"))["items"]}
    assert tried[first["delivery"]] == 1, "what became of it stands there too"


async def test_the_overview_counts_what_cannot_be_delivered(desk: Desk) -> None:
    use = desk.service.house.usecases
    network = await desk.service.partner(NETWORK, SECRET)
    await network.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/none"})
    await network.post("/partner/v1/endpoint/test")
    actor = await use.identity.actor(desk.admin.http.headers["Authorization"].removeprefix("Bearer "))
    before = {line.partner.key: line for line in await use.partners.overview(actor)}
    assert (before[NETWORK].services, before[NETWORK].agreement, before[NETWORK].troubled) == (1, True, 0)
    assert before["akhuwat"].endpoint is None
    await use.delivery.carry()
    await use.delivery.rest(10)
    after = {line.partner.key: line for line in await use.partners.overview(actor)}
    assert after[NETWORK].troubled == 1
