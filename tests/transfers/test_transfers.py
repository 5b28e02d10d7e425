"""A transfer from being asked for to its answer: who may, what is shown to whom, what the clock says, and what two at once come to."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.partners.hours import DAYS, Opening
from domain.values import KARACHI, day_of
from service.usecases.identity import HOUSE_ACTOR
from tests.transfers.conftest import AGREED, CLIENT, REASON, Desk
from tests.trust.raw import raw

HIDDEN = ("Zarghuna", "Kandiwal", "9876543", "1993")


async def test_from_asking_to_taking(desk: Desk) -> None:
    case = await desk.case()
    asked = await desk.asked(case)
    assert (asked["state"], asked["direction"], asked["steps"], asked["case_id"]) == ("requested", "sent", ["withdraw"], case["id"])
    assert await desk.notices(desk.there) == ["transfer_came"]
    assert await desk.notices(desk.taker) == []
    (seen,) = (await desk.there.get("/api/v1/transfers"))["items"]
    assert (seen["id"], seen["steps"], seen["number"]) == (asked["id"], ["accept", "refuse"], case["number"])
    extract = {"kind": "protection", "risk": "high", "age": "adult", "gender": "female", "languages": ["ps", "ur"], "district": "PK617"}
    assert seen["told"] == {"extract": extract, "reason": REASON, "agreed_how": "thumb_mark", "agreed_on": AGREED["on"]}
    assert (seen["case_id"], seen["client_id"]) == (None, None)
    assert not [word for word in HIDDEN if word in str(seen)]
    await desk.there.get(f"/api/v1/cases/{case['id']}", expect=404)
    taken = await desk.answered(asked)
    assert (taken["state"], taken["case_id"], taken["taken_by"]) == ("accepted", case["id"], desk.staff["counsellor.lhe"])
    assert (await desk.taker.get(f"/api/v1/clients/{case['client_id']}"))["name"] == CLIENT["name"]
    assert (await desk.notices(desk.counsellor))[0] == "transfer_accepted"
    for who in (desk.counsellor, desk.supervisor):
        await who.get(f"/api/v1/cases/{case['id']}", expect=404)
        await who.get(f"/api/v1/cases/{case['id']}/transfers", expect=404)
        (line,) = (await who.get("/api/v1/transfers", params={"direction": "sent"}))["items"]
        assert (line["number"], line["to_centre"], line["state"]) == (case["number"], "LHE", "accepted")
        assert (line["told"], line["case_id"], line["client_id"], line["taken_by"]) == (None, None, None, None)
    lines = await desk.lines("transfer_asked", "transfer_came", "transfer_moved", "case_assigned")
    moved = [("ISB", "transfer_moved"), ("LHE", "transfer_moved")]
    assert lines == [("ISB", "transfer_asked"), ("LHE", "transfer_came"), *moved, ("LHE", "case_assigned")]
    assert {one["state"] for one in (await desk.taker.get(f"/api/v1/cases/{case['id']}/transfers"))["items"]} == {"accepted"}


async def test_refused_it_stays_and_the_sender_is_told_why(desk: Desk) -> None:
    case = await desk.case()
    asked = await desk.asked(case)
    await desk.answered(asked, "refuse", 422)
    refused = await desk.answered(asked, "refuse", reason="Nobody here speaks Pashto.")
    assert (refused["state"], refused["told"]) == ("refused", None), "there is nothing more to read of somebody who does not come"
    assert (await desk.notices(desk.counsellor))[0] == "transfer_refused"
    assert (await desk.counsellor.get(f"/api/v1/transfers/{asked['id']}"))["reply"] == "Nobody here speaks Pashto."
    assert (await desk.counsellor.get(f"/api/v1/cases/{case['id']}"))["centre"] == "ISB"
    await desk.answered(asked, expect=409)
    again = await desk.asked(case)
    assert again["state"] == "requested", "another may be asked for"


async def test_only_the_other_centre_answers_and_only_the_sender_withdraws(desk: Desk) -> None:
    asked = await desk.asked(await desk.case())
    path = f"/api/v1/transfers/{asked['id']}"
    theirs = await desk.answered(asked, who=desk.supervisor, expect=409)
    assert theirs["type"].endswith("answered-by-theirs")
    ours = await desk.there.post(f"{path}/withdrawal", expect=409)
    assert ours["type"].endswith("withdrawn-by-theirs")
    for who, expect in ((desk.counsellor, 403), (desk.taker, 403), (desk.dpo, 403), (desk.elsewhere, 404)):
        await desk.answered(asked, who=who, expect=expect)
    await desk.taker.get(path, expect=404)
    assert (await desk.taker.get("/api/v1/transfers"))["items"] == [], "what is asked is for those who answer"
    assert (await desk.dpo.get(path))["case_id"] == asked["case_id"]
    back = await desk.counsellor.post(f"{path}/withdrawal")
    assert (back["state"], (await desk.there.get(path))["told"]) == ("withdrawn", None)
    await desk.answered(asked, expect=409)


async def test_what_asking_for_one_needs(desk: Desk) -> None:
    case = await desk.case()
    tomorrow = str(day_of(desk.clock.now()) + timedelta(days=1))
    for wrong, status, rule in (
        ({"centre": "ISB"}, 422, "not-another-centre"),
        ({"centre": "XXX"}, 422, "not-another-centre"),
        ({"agreed": None}, 422, "client-not-asked"),
        ({"agreed": {"how": "written", "on": tomorrow}}, 422, "agreed-too-late"),
    ):
        refused = await desk.asked(case, status, **wrong)
        assert refused["type"].endswith(rule)
    await desk.asked(case, 422, reason="")
    await desk.asked(case, 422, colour="red")
    sent = await desk.counsellor.post(f"/api/v1/cases/{case['id']}/referrals", {"partner": "reintegration", "reason": "x"})
    assert (await desk.asked(case, 409))["type"].endswith("referral-unsent")
    await desk.counsellor.post(f"/api/v1/referrals/{sent['id']}/steps", {"step": "withdraw", "reason": "x"})
    asked = await desk.asked(case)
    assert (await desk.asked(case, 409, centre="PEW"))["type"].endswith("transfer-waits")
    other = await desk.service.sign_in("counsellor2.isb")
    await desk.asked(case, 404, who=other)
    await desk.counsellor.post(f"/api/v1/transfers/{asked['id']}/withdrawal")
    await desk.counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "informed"})
    assert (await desk.asked(case, 409))["type"].endswith("case-not-open")


async def test_who_takes_the_client_counsels_there(desk: Desk) -> None:
    case = await desk.case()
    asked = await desk.asked(case)
    for who in (None, desk.staff["counsellor.isb"], desk.staff["dpo"]):
        refused = await desk.answered(asked, counsellor=who, expect=422)
        assert refused["type"].endswith("not-our-counsellor")
    await desk.counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "informed"})
    assert (await desk.answered(asked, expect=409))["type"].endswith("case-not-open")
    stale = await desk.there.http.post(
        f"/api/v1/transfers/{asked['id']}/answer", json={"step": "refuse", "reason": "x"}, headers={"If-Match": '"9"'}
    )
    assert stale.status_code == 412


async def test_sent_twice_under_one_key_it_is_one(desk: Desk) -> None:
    case = await desk.case()
    key, body = {"Idempotency-Key": "t-1"}, {"centre": "LHE", "reason": REASON, "agreed": AGREED}
    first, again = [await desk.counsellor.post(f"/api/v1/cases/{case['id']}/transfers", body, headers=key) for _ in range(2)]
    assert first == again
    accept = {"step": "accept", "counsellor": desk.staff["counsellor.lhe"]}
    taken = [await desk.there.post(f"/api/v1/transfers/{first['id']}/answer", accept, headers=key) for _ in range(2)]
    assert taken[0] == taken[1]


async def test_each_word_of_the_clock_is_said_once(desk: Desk) -> None:
    hear, second, whole = desk.service.house.usecases.transfers.hear_clocks, timedelta(seconds=1), timedelta(hours=3)
    asked = await desk.asked(await desk.case())
    assert datetime.fromisoformat(asked["answer_by"]) == desk.clock.now() + whole, "no hours recorded: around the clock"
    desk.clock.on(whole / 2 - second)
    assert await hear() == 0
    desk.clock.on(second)
    assert (await hear(), await hear()) == (1, 0)
    desk.clock.on(whole / 2)
    assert (await hear(), await hear()) == (1, 0)
    desk.clock.on(datetime.fromisoformat(asked["expires_at"]) - desk.clock.now())
    assert (await hear(), await hear()) == (1, 0)
    there, counsellor = [await desk.service.sign_in(name) for name in ("supervisor.lhe", "counsellor.isb")]
    assert await desk.notices(there) == ["transfer_late", "transfer_reminder", "transfer_came"]
    assert await desk.notices(counsellor) == ["transfer_expired", "transfer_unanswered"]
    gone = await there.get(f"/api/v1/transfers/{asked['id']}")
    assert (gone["state"], gone["told"], gone["steps"]) == ("expired", None, [])


async def test_the_clock_runs_in_the_hours_of_the_centre_that_answers(desk: Desk) -> None:
    there = (desk.clock.now().astimezone(KARACHI) + timedelta(hours=12)).replace(minute=0, second=0, microsecond=0)
    week = tuple(Opening.parse(f"{day} {there.hour:02d}:00-{there.hour + 1:02d}:00") for day in DAYS)
    await desk.service.house.usecases.keeping.founding.set_hours(HOUSE_ACTOR, "lhe", week)
    asked = await desk.asked(await desk.case(), urgency="critical")
    assert datetime.fromisoformat(asked["answer_by"]) == there + timedelta(hours=1)
    assert asked["working_time"]


async def both(*acts: Any) -> list[int]:
    return [answer.status_code for answer in await asyncio.gather(*acts)]


async def test_two_answers_at_once_are_one(desk: Desk) -> None:
    accept = {"step": "accept", "counsellor": desk.staff["counsellor.lhe"]}
    for other in ({"step": "refuse", "reason": "x"}, accept):
        asked = await desk.asked(await desk.case())
        path = f"/api/v1/transfers/{asked['id']}/answer"
        said = await both(desk.there.http.post(path, json=accept), desk.there.http.post(path, json=other))
        assert sorted(said) == [200, 409]


async def test_accepting_while_others_write(desk: Desk) -> None:
    """A note, a withdrawal, a partner's answer, each against the acceptance: every one is whole, or was refused."""
    partner, rebuilt = await desk.service.partner("reintegration", "demo-rein-2026"), desk.service.house.usecases.keeping.figures.differing
    accept = {"step": "accept", "counsellor": desk.staff["counsellor.lhe"]}
    for turn in range(6):
        case = await desk.case()
        consent = {"purpose": "share", "partner": "reintegration", "field_groups": ["identity"], "form": "written", "language": "ur"}
        await desk.counsellor.post(f"/api/v1/clients/{case['client_id']}/consents", consent)
        wanted = {"partner": "reintegration", "reason": "x", "field_groups": ["identity"]}
        sent = await desk.counsellor.post(f"/api/v1/cases/{case['id']}/referrals", wanted)
        await desk.counsellor.post(f"/api/v1/referrals/{sent['id']}/steps", {"step": "send"})
        asked = await desk.asked(case)
        path = f"/api/v1/transfers/{asked['id']}"
        acts = [
            desk.there.http.post(f"{path}/answer", json=accept),
            desk.counsellor.http.post(f"/api/v1/cases/{case['id']}/notes", json={"text": "x"}),
            partner.http.post(f"/partner/v1/referrals/{sent['ref']}/steps", json={"step": "accept"}),
            desk.counsellor.http.post(f"/api/v1/cases/{case['id']}/tasks", json={"title": "x", "due_on": "2026-12-24"}),
        ]
        first = acts.pop(turn % len(acts))
        begun = asyncio.create_task(first)
        for _ in range(turn * 7):
            await asyncio.sleep(0)
        answers = [await begun, *await asyncio.gather(*acts)]
        said = {answer.request.url.path.rsplit("/", 1)[-1]: answer.status_code for answer in answers}
        assert said["answer"] == 200
        assert said["steps"] == 200, "the partner's answer lands wherever the referral is"
        assert said["notes"] in (201, 404, 409)
        assert said["tasks"] in (201, 404, 409)
        assert len((await desk.taker.get(f"/api/v1/cases/{case['id']}/notes"))["items"]) == (said["notes"] == 201)
        tasks = (await desk.taker.get(f"/api/v1/cases/{case['id']}/tasks"))["items"]
        assert [one["assignee"] for one in tasks] == [desk.staff["counsellor.lhe"]] * (said["tasks"] == 201)
        assert (await desk.taker.get(f"/api/v1/referrals/{sent['id']}"))["state"] == "accepted"
    assert await rebuilt() == ()


@pytest.mark.parametrize("withdrawn_first", [True, False])
async def test_withdrawing_against_accepting(desk: Desk, withdrawn_first: bool) -> None:
    case = await desk.case()
    asked = await desk.asked(case)
    path = f"/api/v1/transfers/{asked['id']}"
    accept = {"step": "accept", "counsellor": desk.staff["counsellor.lhe"]}
    acts = [desk.counsellor.http.post(f"{path}/withdrawal"), desk.there.http.post(f"{path}/answer", json=accept)]
    said = await both(*(acts if withdrawn_first else reversed(acts)))
    assert sorted(said) == [200, 409]
    has = [(await who.http.get(f"/api/v1/cases/{case['id']}")).status_code for who in (desk.counsellor, desk.taker)]
    assert sorted(has) == [200, 404]


async def test_erased_with_the_client_its_words_are_gone(desk: Desk) -> None:
    case = await desk.case()
    asked = await desk.asked(case)
    await desk.answered(asked, "refuse", reason="No room for Zarghuna.")
    await desk.counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "informed"})
    client = await desk.counsellor.get(f"/api/v1/clients/{case['client_id']}")
    await desk.service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, client["number"], "asked for by them")
    await desk.supervisor.get(f"/api/v1/transfers/{asked['id']}", expect=404)
    assert (await desk.supervisor.get("/api/v1/transfers", params={"direction": "sent"}))["items"] == []
    async with raw(desk.database) as db:
        (row,) = await db.rows("SELECT told, reply FROM transfer")
    assert (bytes(row["told"]), bytes(row["reply"])) == (b"", b"")
