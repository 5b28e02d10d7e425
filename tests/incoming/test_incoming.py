"""A partner sends somebody: agreed to, answered by the centre in its own time, followed by its sender, erased with the client."""

import json
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from adapters.partners import words
from domain.errors import NotFound
from domain.incoming.doors import IncomingFilter
from domain.incoming.record import desk_terms
from domain.partners.channels import Parcel
from domain.partners.exchange import Package
from domain.partners.holidays import Holiday
from domain.partners.hours import DAYS, Opening
from domain.partners.times import Urgency
from domain.values import HOUSE, KARACHI, PartnerId, day_of
from service.usecases.identity import HOUSE_ACTOR
from service.web.mails import PageMailWriter
from tests.incoming.conftest import PERSON, Desk
from tests.service import Person
from tests.trust.raw import raw

CLIENT = {"name": "Zarghuna Kandiwal", "gender": "female", "migration_stage": "returnee", "birth_year": 1993}


async def posted(desk: Desk, kind: str = "incoming.answered") -> list[str]:
    """What lies in the outbox for the partner, oldest first."""
    async with desk.service.house.database.work(HOUSE_ACTOR) as work:
        partner = await work.partners.by_key("reintegration")
    log = await desk.service.house.database.outbox.log(partner.id, 50)
    return [one.kind for one in reversed(log) if one.kind == kind]


async def trail(desk: Desk, *actions: str) -> list[str]:
    items = (await desk.dpo.get("/api/v1/audit", params={"limit": 100}))["items"]
    return sorted(item["action"] for item in items if item["action"] in actions and item["centre"] in ("ISB", HOUSE))


async def test_from_the_partner_to_a_client_and_back(desk: Desk) -> None:
    sent = await desk.sent()
    assert (sent["state"], sent["steps"], sent["sequence"]) == ("queued", ["withdraw"], 0)
    assert await desk.notices(desk.counsellor) == await desk.notices(desk.supervisor) == ["incoming_came"]
    it = await desk.there(sent)
    assert it["told"]["person"]["name"] == PERSON["name"]
    assert (it["told"]["agreed_how"], it["told"]["agreed_on"]) == ("thumb_mark", "2026-01-04")
    await desk.step(it, "seen")
    asked = await desk.step(it, "need_information", note="When did she arrive?")
    assert (asked["answer_by"], (await desk.fares(sent))["question"]) == (None, "When did she arrive?")
    await desk.says(sent, "answer", note="On Sunday night.")
    assert await desk.notices(desk.counsellor) == ["incoming_answered", "incoming_came"]
    assert (await desk.there(sent))["talk"]["answer"] == "On Sunday night."
    await desk.step(it, "accept")
    made = await desk.counsellor.post(f"/api/v1/incoming/{it['id']}/registration", CLIENT)
    assert (made["centre"], made["phones"]) == ("ISB", [{"number": "+923009876543", "safe": True}])
    assert (await desk.there(sent))["client_id"] == made["id"]
    done = await desk.step(it, "complete", outcome="Counselled; a plan is agreed.")
    assert done["steps"] == []
    fares = await desk.fares(sent)
    assert (fares["state"], fares["outcome"], fares["sequence"]) == ("completed", "Counselled; a plan is agreed.", 3)
    assert not {made["id"], made["number"]} & set(map(str, fares.values())), "whom the person became stays with the centre"
    assert await posted(desk) == ["incoming.answered"] * 3
    told = await trail(desk, "incoming_came", "incoming_moved", "incoming_registered", "saw_incoming", "asked_after_incoming")
    assert told == ["asked_after_incoming"] * 2 + ["incoming_came"] + ["incoming_moved"] * 5 + ["incoming_registered"]


async def test_the_notice_is_thin_and_any_adapter_may_carry_it(desk: Desk) -> None:
    sent = await desk.sent()
    await desk.step(await desk.there(sent), "need_information", note="Which flight, and is Zarghuna alone?")
    (claimed,) = await desk.service.house.database.outbox.claim(10)
    post = json.loads(words.write(Package(id="m", kind=claimed.kind, at=claimed.made_at, url="", data=claimed.body)).body)
    href = f"/partner/v1/incoming/{sent['ref']}"
    assert post["data"] == {"incoming": sent["ref"], "state": "needs_information", "sequence": 1, "href": href}
    assert (await desk.partner.get(post["data"]["href"]))["question"].startswith("Which flight")
    mail = PageMailWriter().notice(
        Parcel(package=Package(id="m", kind=claimed.kind, at=claimed.made_at, url="", data=claimed.body), adapter="")
    )
    assert sent["ref"] in mail.text
    assert "Zarghuna" not in mail.text


async def test_nobody_is_referred_unasked(desk: Desk) -> None:
    for wrong, rule in (
        ({"agreed": None}, "person-not-asked"),
        ({"agreed": {"how": "written", "on": str(day_of(desk.clock.now()) + timedelta(days=1))}}, "agreed-later"),
        ({"person": {"gender": "male"}}, "nobody-named"),
        ({"centre": "XXX"}, "no-such-centre"),
        ({"person": {**PERSON, "birth_year": 1851}}, "impossible-birth"),
    ):
        refused = await desk.sent(422, **wrong)
        assert refused["type"].endswith(rule), rule
        assert "Zarghuna" not in str(refused)
    await desk.sent(422, colour="red")
    assert (await desk.counsellor.get("/api/v1/incoming"))["items"] == []


async def test_sent_twice_under_one_key_it_is_one(desk: Desk) -> None:
    key = {"Idempotency-Key": "r-118"}
    first = await desk.partner.post("/partner/v1/incoming", desk.body(), headers=key)
    again = await desk.partner.post("/partner/v1/incoming", desk.body(), headers=key)
    assert first == again
    assert [one["ref"] for one in (await desk.partner.get("/partner/v1/incoming"))["items"] if one["centre"] == "ISB"] == [first["ref"]]


async def test_steps_that_do_not_fit_are_refused(desk: Desk) -> None:
    sent = await desk.sent()
    it = await desk.there(sent)
    for step, status in (("decline", 422), ("need_information", 422), ("complete", 409)):
        await desk.step(it, step, status)
    await desk.says(sent, "answer", 409, note="x")
    await desk.counsellor.post(f"/api/v1/incoming/{it['id']}/registration", CLIENT, 409)
    stale = await desk.counsellor.http.post(f"/api/v1/incoming/{it['id']}/steps", json={"step": "seen"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    await desk.step(it, "accept", 422, decline_code="other")
    declined = await desk.step(it, "decline", reason="No counsellor speaks her language.", decline_code="no_capacity")
    fares = await desk.fares(sent)
    assert (declined["steps"], fares["reason"]) == ([], "No counsellor speaks her language.")
    assert (declined["decline_code"], fares["decline_code"]) == ("no_capacity", "no_capacity")
    await desk.says(sent, "withdraw", 409)
    await desk.step(it, "accept", 409)


async def test_it_is_the_centres_and_the_senders_alone(desk: Desk) -> None:
    sent = await desk.sent()
    it = await desk.there(sent)
    path = f"/api/v1/incoming/{it['id']}"
    await desk.elsewhere.get(path, expect=404)
    await desk.elsewhere.post(f"{path}/steps", {"step": "accept"}, 404)
    assert it["id"] not in str((await desk.elsewhere.get("/api/v1/incoming"))["items"])
    assert (await desk.dpo.get(path))["id"] == it["id"]
    await desk.dpo.post(f"{path}/steps", {"step": "accept"}, 403)
    other = await desk.service.partner("fia", "demo-fia-2026")
    await other.get(f"/partner/v1/incoming/{sent['ref']}", expect=404)
    await other.post(f"/partner/v1/incoming/{sent['ref']}/steps", {"step": "withdraw"}, 404)
    assert (await other.get("/partner/v1/incoming"))["items"] == []
    await desk.partner.get("/api/v1/incoming", expect=403)


async def test_somebody_the_centre_knows_is_named_and_as_restricted_as_they_are(desk: Desk) -> None:
    it = await desk.there(await desk.sent())
    there = await desk.supervisor.post("/api/v1/clients", {**CLIENT, "sensitivity": "gbv_child"})
    strange = await desk.elsewhere.post("/api/v1/clients", CLIENT)
    await desk.supervisor.post(f"/api/v1/incoming/{it['id']}/client", {"client": there["id"]}, 409)
    await desk.step(it, "accept")
    await desk.supervisor.post(f"/api/v1/incoming/{it['id']}/client", {"client": strange["id"]}, 404)
    named = await desk.supervisor.post(f"/api/v1/incoming/{it['id']}/client", {"client": there["id"]})
    assert named["client_id"] == there["id"]
    await desk.supervisor.post(f"/api/v1/incoming/{it['id']}/client", {"client": there["id"]}, 409)
    await desk.counsellor.get(f"/api/v1/incoming/{it['id']}", expect=404)
    assert (await desk.counsellor.get("/api/v1/incoming"))["items"] == []


async def test_taken_back_nothing_of_the_person_stays(desk: Desk) -> None:
    sent = await desk.sent()
    it = await desk.there(sent)
    back = await desk.says(sent, "withdraw")
    assert (back["state"], back["answer_by"], back["reference"]) == ("withdrawn", None, "")
    left = await desk.counsellor.get(f"/api/v1/incoming/{it['id']}")
    assert "Zarghuna" not in str(left)
    assert "Muscat" not in str(left)
    assert (await desk.notices(desk.counsellor))[0] == "incoming_withdrawn"


@pytest.mark.parametrize("urgency,whole", [("critical", timedelta(hours=1)), ("medium", timedelta(days=1))])
async def test_each_word_of_the_clock_is_said_once(desk: Desk, urgency: str, whole: timedelta) -> None:
    hear, second = desk.service.house.usecases.incoming.hear_clocks, timedelta(seconds=1)
    await desk.sent(urgency=urgency)
    desk.clock.on(whole / 2 - second)
    assert await hear() == 0
    desk.clock.on(second)
    assert (await hear(), await hear()) == (1, 0)
    people = [await desk.service.sign_in(name) for name in ("counsellor.isb", "supervisor.isb")]
    assert [await desk.notices(one) for one in people] == [["incoming_reminder", "incoming_came"]] * 2
    desk.clock.on(whole / 2)
    assert (await hear(), await hear()) == (1, 0)
    people = [await desk.service.sign_in(name) for name in ("counsellor.isb", "supervisor.isb")]
    assert [(await desk.notices(one)).count("incoming_late") for one in people] == [0, 1]


async def test_the_clock_runs_in_the_centres_own_hours(desk: Desk) -> None:
    around = await desk.sent(urgency="critical")
    assert datetime.fromisoformat(around["answer_by"]) == desk.clock.now() + timedelta(hours=1), "no hours recorded: around the clock"
    # Open in the one hour that is half a day away.
    there = (desk.clock.now().astimezone(KARACHI) + timedelta(hours=12)).replace(minute=0, second=0, microsecond=0)
    closes = f"{there.hour + 1:02d}:00"
    week = tuple(Opening.parse(f"{day} {there.hour:02d}:00-{closes}") for day in DAYS)
    await desk.service.house.usecases.keeping.founding.set_hours(HOUSE_ACTOR, "isb", week)
    sent = await desk.sent(urgency="critical")
    assert datetime.fromisoformat(sent["answer_by"]) == there + timedelta(hours=1)
    assert datetime.fromisoformat((await desk.sent(urgency="critical", centre="PEW"))["answer_by"]) == datetime.fromisoformat(
        around["answer_by"]
    )
    assert "centre_changed" in await trail(desk, "centre_changed")
    with pytest.raises(NotFound):
        await desk.service.house.usecases.keeping.founding.set_hours(HOUSE_ACTOR, "XXX", week)


def test_a_friday_afternoon_and_a_holiday() -> None:
    """Half past four, three open hours, and the Monday is a holiday of the country; one of a partner's own closes no centre."""
    week = tuple(Opening.parse(f"{day} 09:00-17:00") for day in DAYS[:5])
    holidays = [
        Holiday(UUID(int=1), date(2026, 1, 12), "x", "x"),
        Holiday(UUID(int=2), date(2026, 1, 13), "x", "x", partner_id=PartnerId(UUID(int=3))),
    ]
    running = desk_terms(week, holidays).start(Urgency.high, datetime(2026, 1, 9, 16, 30, tzinfo=KARACHI))
    assert running.end == datetime(2026, 1, 13, 11, 30, tzinfo=KARACHI)
    assert running.half == datetime(2026, 1, 13, 10, 0, tzinfo=KARACHI)


async def test_it_is_erased_with_the_client(desk: Desk) -> None:
    sent = await desk.sent()
    it = await desk.there(sent)
    await desk.step(it, "accept")
    made = await desk.counsellor.post(f"/api/v1/incoming/{it['id']}/registration", CLIENT)
    await desk.step(it, "complete", outcome="She has her plan.")

    async def told() -> list[bytes]:
        async with raw(desk.database) as db:
            rows = await db.rows("SELECT told, talk FROM incoming WHERE client_id IS NOT NULL")
        return [bytes(row[name]) for row in rows for name in ("told", "talk")]

    before = await told()
    assert all(before), "the control: something was said"
    await desk.service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, made["number"], "asked for it")
    after = await told()
    assert not set(before) & set(after)
    assert (await desk.fares(sent))["outcome"] == ""
    actor = await desk.service.house.usecases.identity.actor(desk.counsellor.http.headers["Authorization"].removeprefix("Bearer "))
    left = await desk.service.house.usecases.incoming.page(actor, IncomingFilter(), 10, None)
    assert "Zarghuna" not in str(left)
    assert "Muscat" not in str(left)
    assert await desk.service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, made["number"], "asked for it") == ""


async def test_what_waits_stands_on_the_board_and_what_is_late_is_marked(desk: Desk) -> None:
    async def waits(who: Person) -> list[tuple[str, bool]]:
        part = (await who.get("/api/v1/board"))["incoming"]
        assert part["n"] == len(part["lines"])
        return [(line["urgency"], line["late"]) for line in part["lines"]]

    before = await waits(desk.supervisor)
    sent = await desk.sent(urgency="critical")
    it = await desk.there(sent)
    assert await waits(desk.supervisor) == [("critical", False), *before]
    assert ("critical", False) not in await waits(desk.elsewhere), "another centre's"
    desk.clock.on(timedelta(hours=1, seconds=1))
    supervisor = await desk.service.sign_in("supervisor.isb")
    assert (await waits(supervisor))[0] == ("critical", True)
    assert "Zarghuna" not in str(await supervisor.get("/api/v1/board"))
    desk.counsellor = await desk.service.sign_in("counsellor.isb")
    await desk.step(it, "need_information", note="When did she arrive?")
    assert ("critical", True) not in await waits(supervisor), "now they owe us the answer"
