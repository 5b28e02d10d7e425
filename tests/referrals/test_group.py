"""A group referred in one act: consent and agreement asked for each, the refused left untouched, the same answer twice."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.referrals.conftest import CLIENT, Desk
from tests.service import Person

BULK = "/api/v1/referrals/bulk"


async def person(desk: Desk, name: str, partner: str = "reintegration", groups: tuple[str, ...] = ("identity",), **more: Any) -> str:
    """A client with a case of the counsellor's; no groups: no consent. Its case."""
    client = await desk.counsellor.post("/api/v1/clients", {**CLIENT, "name": name, **more})
    if groups:
        share = {"purpose": "share", "partner": partner, "field_groups": list(groups), "form": "written", "language": "ur"}
        await desk.counsellor.post(f"/api/v1/clients/{client['id']}/consents", share)
    body = {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"}
    made: str = (await desk.counsellor.post("/api/v1/cases", body))["id"]
    return made


def asked(cases: list[str], partner: str = "reintegration", **more: Any) -> dict[str, Any]:
    return {"cases": cases, "partner": partner, "reason": "Returned on one flight.", "field_groups": ["identity"], **more}


async def referrals(who: Person, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get(f"/api/v1/cases/{case}/referrals"))["items"]
    return found


def said(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["became"], one["rule"]) for one in answer["items"]]


async def test_who_can_go_goes_and_the_others_are_explained(desk: Desk) -> None:
    """One without a consent, one who consented to less, one out of reach, one who was asked for already: each by itself."""
    goes, silent, less = (
        await person(desk, "Goes"),
        await person(desk, "Silent", groups=()),
        await person(desk, "Less", groups=("contact",)),
    )
    before, away = await person(desk, "Before"), str(uuid4())
    first = await desk.counsellor.post(BULK, asked([before]))
    assert (first["sent"], first["submitted"], first["refused"]) == (1, 0, 0)
    answer = await desk.counsellor.post(BULK, asked([silent, goes, away, less, before, goes]))
    assert [one["case"] for one in answer["items"]] == [silent, goes, away, less, before]
    assert said(answer) == [
        ("refused", "no-consent"),
        ("sent", ""),
        ("refused", "out-of-reach"),
        ("refused", "no-consent"),
        ("refused", "asked-already"),
    ]
    assert (answer["sent"], answer["refused"]) == (1, 4)
    assert answer["items"][3]["says"] == "No live consent covers: identity."
    assert all(one["next"] for one in answer["items"] if one["became"] == "refused")
    for case in (silent, less):
        assert await referrals(desk.counsellor, case) == [], "not even a draft"
    sent = (await referrals(desk.counsellor, goes))[0]
    assert (sent["state"], sent["id"]) == ("queued", answer["items"][1]["referral"])
    assert len(await referrals(desk.counsellor, before)) == 1
    steps = (await desk.counsellor.get(f"/api/v1/referrals/{sent['id']}/steps"))["items"]
    assert [one["step"] for one in steps] == ["send"]


async def test_each_has_its_line_of_the_trail(desk: Desk) -> None:
    goes, silent = await person(desk, "Goes"), await person(desk, "Silent", groups=())
    await desk.counsellor.post(BULK, asked([goes, silent]))
    dpo = await desk.service.sign_in("dpo")
    found: dict[str, list[str]] = {}
    for case in (goes, silent):
        client = (await desk.counsellor.get(f"/api/v1/cases/{case}"))["client_id"]
        items = (await dpo.get("/api/v1/audit", params={"client_id": client}))["items"]
        found[case] = [one["action"] for one in items if one["action"] in ("referral_drafted", "referral_moved", "group_refused")]
    assert sorted(found[goes]) == ["referral_drafted", "referral_moved"]
    assert found[silent] == ["group_refused"]


async def test_where_approval_is_asked_a_supervisor_is(desk: Desk) -> None:
    """Law enforcement: none leaves. A child: the others do."""
    case = await person(desk, "One", "fia")
    answer = await desk.counsellor.post(BULK, asked([case], "fia"))
    assert said(answer) == [("submitted", "")]
    assert (await referrals(desk.counsellor, case))[0]["state"] == "awaiting_approval"
    assert "approval_asked" in [one["kind"] for one in (await desk.supervisor.get("/api/v1/my-day"))["notices"]]
    child, grown = await person(desk, "Child", birth_year=2018), await person(desk, "Grown")
    assert said(await desk.counsellor.post(BULK, asked([child, grown]))) == [("submitted", ""), ("sent", "")]


async def test_sent_twice_it_is_done_once(desk: Desk) -> None:
    cases = [await person(desk, "Goes"), await person(desk, "Silent", groups=())]
    key = {"Idempotency-Key": "flight-1"}
    first = await desk.counsellor.post(BULK, asked(cases), headers=key)
    assert await desk.counsellor.post(BULK, asked(cases), headers=key) == first
    assert len(await referrals(desk.counsellor, cases[0])) == 1
    other = await desk.counsellor.post(BULK, asked(cases, reason="Another"), headers=key, expect=422)
    assert other["type"] == "/problems/key-reused"


async def test_no_agreement_lets_none_go(desk: Desk) -> None:
    case = await person(desk, "Goes")
    partner = await desk.partner_id("reintegration")
    for one in (await desk.admin.get(f"/api/v1/partners/{partner}/agreements"))["items"]:
        await desk.admin.post(f"/api/v1/partners/{partner}/agreements/{one['id']}/end")
    assert said(await desk.counsellor.post(BULK, asked([case]))) == [("refused", "no-agreement")]
    assert await referrals(desk.counsellor, case) == []


async def test_a_group_reaches_as_far_as_its_writer(desk: Desk) -> None:
    """A colleague's case is no more to a counsellor than one that never was; a supervisor may refer it."""
    case = await person(desk, "Goes")
    theirs = await desk.colleague.post(BULK, asked([case, str(uuid4())]))
    assert said(theirs) == [("refused", "out-of-reach")] * 2
    away = await desk.service.sign_in("supervisor.lhe")
    assert said(await away.post(BULK, asked([case]))) == [("refused", "out-of-reach")]
    assert said(await desk.supervisor.post(BULK, asked([case]))) == [("sent", "")]
    assert len(await referrals(desk.counsellor, case)) == 1


@pytest.mark.parametrize("body", [{"cases": []}, {"cases": [str(UUID(int=one)) for one in range(201)]}, {"partner": "nobody"}])
async def test_what_makes_no_group(desk: Desk, body: dict[str, Any]) -> None:
    await desk.counsellor.post(BULK, {**asked([str(uuid4())]), **body}, 404 if "partner" in body else 422)


async def test_a_service_of_somebody_else_stops_all(desk: Desk) -> None:
    case = await person(desk, "Goes")
    other = await desk.partner_id("fia")
    service = (await desk.counsellor.get(f"/api/v1/partners/{other}/services"))["items"][0]["id"]
    refused = await desk.counsellor.post(BULK, asked([case], service=service), 422)
    assert refused["type"] == "/problems/no-such-service"
    assert await referrals(desk.counsellor, case) == []
