"""Sessions and their sign-ups by the API, on both databases: what is kept, counted, hidden and done once."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.database.clients import CONTACT
from adapters.database.lanes import EVERYWHERE
from adapters.database.outreach import OUTREACH
from adapters.database.statements import Prepared
from tests.outreach.conftest import SESSIONS, Hall, day

COUNTS = {"female": 12, "male": 30, "transgender": 0, "under_18": 4}


async def rows(hall: Hall, table: Any) -> list[tuple[Any, ...]]:
    async with hall.service.house.database.driver.reading(EVERYWHERE) as lane:
        return list(await lane.rows(Prepared(select(*table.columns)), {}))


async def test_a_session_is_planned_and_counted(hall: Hall) -> None:
    made = await hall.session(begins="۱۰:۳۰", place="Hall", district="PK401", language="ps", note="Bring the leaflets.")
    assert (made["begins"], made["female"]) == ("10:30", None)
    counted = await hall.changed(made, **COUNTS)
    assert counted["version"] == made["version"] + 1
    shown = await hall.counsellor.get(f"{SESSIONS}/{made['id']}")
    assert shown == counted
    assert {name: shown[name] for name in COUNTS} == COUNTS
    assert (shown["place"], shown["district"], shown["language"], shown["note"]) == ("Hall", "PK401", "ps", "Bring the leaflets.")
    me = await hall.counsellor.get("/api/v1/me")
    assert shown["held_by"] == me["id"]


async def test_lists_go_on_from_the_latest_day(hall: Hall) -> None:
    days = (day(-1), day(33), day(2), day(2))
    made = [await hall.session(day=one, title=f"On {one} {place}") for place, one in enumerate(days)]
    seen, cursor = [], ""
    while True:
        page = await hall.counsellor.get(f"{SESSIONS}?limit=2{cursor}")
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [one["day"] for one in seen] == sorted((one["day"] for one in seen), reverse=True)
    assert len({one["id"] for one in seen}) == len(seen) == 6, "four of ours and the two of the sample house"
    assert {one["id"] for one in made} < {one["id"] for one in seen}


async def test_somebody_signs_up_and_becomes_a_client(hall: Hall) -> None:
    session = await hall.session()
    path = f"{SESSIONS}/{session['id']}/sign-ups"
    asked = {"name": "Zahida", "phone": "0300 1234567", "phone_safe": True, "question": "Is the agency licensed?"}
    contact = await hall.counsellor.post(path, asked)
    assert (contact["channel"], contact["phone"], contact["phone_safe"]) == ("outreach_event", "+923001234567", True)
    assert contact["outreach_session"] == session["id"]
    assert (await hall.counsellor.get(f"{SESSIONS}/{session['id']}"))["sign_ups"] == 1
    body = {"name": "Zahida Bibi", "gender": "female", "migration_stage": "prospective"}
    client = await hall.counsellor.post(f"/api/v1/contacts/{contact['id']}/promotion", body)
    assert client["phones"] == [{"number": "+923001234567", "safe": True}]
    listed = (await hall.counsellor.get(path))["items"]
    assert [(one["name"], one["client_id"]) for one in listed] == [("Zahida", client["id"])]


async def test_a_sign_up_needs_one_word(hall: Hall) -> None:
    path = f"{SESSIONS}/{(await hall.session())['id']}/sign-ups"
    refused = await hall.counsellor.post(path, {"name": " ", "phone_safe": True}, expect=422)
    assert refused["type"] == "/problems/nothing-said"
    for enough in ({"name": "Zahida"}, {"phone": "0300 1234567"}, {"question": "What does a visa cost?"}):
        await hall.counsellor.post(path, enough)


async def test_what_was_said_is_sealed_and_so_is_the_note(hall: Hall) -> None:
    session = await hall.session(note="Brought by Notename")
    await hall.counsellor.post(f"{SESSIONS}/{session['id']}/sign-ups", {"name": "Signername", "question": "Askedtext"})
    kept = repr(await rows(hall, CONTACT)) + repr(await rows(hall, OUTREACH))
    assert "Safe ways" in kept, "the control: what is not sealed is seen"
    assert not [word for word in ("Signername", "Askedtext", "Notename") if word in kept]


async def test_another_centres_session_is_not_there(hall: Hall) -> None:
    session = await hall.session()
    await hall.counsellor.post(f"{SESSIONS}/{session['id']}/sign-ups", {"name": "Zahida"})
    path = f"{SESSIONS}/{session['id']}"
    version = {"If-Match": '"1"'}
    for answer in (
        await hall.elsewhere.http.get(path),
        await hall.elsewhere.http.patch(path, json={"place": "x"}, headers=version),
        await hall.elsewhere.http.get(f"{path}/sign-ups"),
        await hall.elsewhere.http.post(f"{path}/sign-ups", json={"name": "x"}),
    ):
        assert answer.status_code == 404, answer.text
    assert session["id"] not in str(await hall.elsewhere.get(SESSIONS))
    assert session["id"] in str(await hall.counsellor.get(SESSIONS)), "the control"


async def test_those_who_look_at_all_centres_see_counts_only(hall: Hall) -> None:
    session = await hall.session(note="Brought by Notename")
    path = f"{SESSIONS}/{session['id']}"
    await hall.counsellor.post(f"{path}/sign-ups", {"name": "Zahida"})
    for who in ("analyst", "dpo"):
        them = await hall.service.sign_in(who)
        shown = await them.get(path)
        assert (shown["sign_ups"], shown["note"]) == (1, "")
        assert "Notename" not in str(await them.get(SESSIONS))
        await them.get(f"{path}/sign-ups", 403)
        await them.post(f"{path}/sign-ups", {"name": "x"}, 403)
        await them.post(SESSIONS, {"title": "x", "kind": "other", "day": day()}, 403)


async def test_a_restricted_client_does_not_stand_among_the_sign_ups(hall: Hall) -> None:
    session, supervisor = await hall.session(), await hall.service.sign_in("supervisor.isb")
    path = f"{SESSIONS}/{session['id']}/sign-ups"
    contact = await hall.counsellor.post(path, {"name": "Hiddenname"})
    body = {"name": "Hiddenname", "gender": "female", "migration_stage": "returnee", "sensitivity": "gbv_child"}
    await supervisor.post(f"/api/v1/contacts/{contact['id']}/promotion", body)
    assert "Hiddenname" not in str(await hall.counsellor.get(path))
    assert "Hiddenname" in str(await supervisor.get(path)), "the control"


async def test_sent_twice_is_done_once(hall: Hall) -> None:
    key = {"Idempotency-Key": "one"}
    body = {"title": "Once", "kind": "other", "day": day()}
    made = await asyncio.gather(*[hall.counsellor.post(SESSIONS, body, headers=key) for _ in range(3)])
    assert len({one["id"] for one in made}) == 1
    path = f"{SESSIONS}/{made[0]['id']}/sign-ups"
    signed = await asyncio.gather(*[hall.counsellor.post(path, {"name": "Zahida"}, headers=key) for _ in range(3)])
    assert len({one["id"] for one in signed}) == 1
    again = await hall.counsellor.http.post(path, json={"name": "Somebody else"}, headers=key)
    assert again.json()["type"] == "/problems/key-reused"
    assert (await hall.counsellor.get(f"{SESSIONS}/{made[0]['id']}"))["sign_ups"] == 1


async def test_the_second_of_two_editors_is_shown_the_record(hall: Hall) -> None:
    session = await hall.session()
    await hall.changed(session, place="The first hall")
    stale = await hall.changed(session, 412, place="The second hall")
    assert stale["current"]["place"] == "The first hall"
    unasked = await hall.counsellor.http.patch(f"{SESSIONS}/{session['id']}", json={"place": "x"})
    assert unasked.status_code == 428


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"female": 3}, "count-not-whole"),
        ({"under_18": 1}, "count-not-whole"),
        ({"female": 1, "male": 1, "transgender": 0, "under_18": 3}, "too-many-children"),
        ({"day": day(2), **COUNTS}, "not-held-yet"),
        ({"day": "1026-11-22"}, "impossible-day"),
        ({"day": day(3000)}, "impossible-day"),
        ({"begins": "25:00"}, "wrong-time"),
        ({"district": "PK999"}, "unknown-district"),
        ({"title": None}, "invalid"),
        ({"held_by": "0198f000-0000-7000-8000-00000000dead"}, "not-of-this-centre"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(hall: Hall, changes: dict[str, Any], rule: str) -> None:
    session = await hall.session()
    refused = await hall.changed(session, 409 if rule == "not-held-yet" else 422, **changes)
    assert refused["type"] == f"/problems/{rule}"
    assert (await hall.counsellor.get(f"{SESSIONS}/{session['id']}"))["version"] == session["version"]


async def test_nobody_is_counted_is_not_nobody_came(hall: Hall) -> None:
    session = await hall.session()
    nobody = await hall.changed(session, female=0, male=0, transgender=0)
    assert (nobody["female"], nobody["under_18"]) == (0, None)
    uncounted = await hall.changed(nobody, female=None, male=None, transgender=None)
    assert uncounted["female"] is None


async def test_a_colleague_of_the_centre_holds_it(hall: Hall) -> None:
    staff = {one["username"]: one["id"] for one in (await (await hall.service.sign_in("admin")).get("/api/v1/staff"))["items"]}
    session = await hall.session(held_by=staff["supervisor.isb"])
    assert session["held_by"] == staff["supervisor.isb"]
    refused = await hall.counsellor.post(
        SESSIONS, {"title": "x", "kind": "other", "day": day(), "held_by": staff["counsellor.lhe"]}, expect=422
    )
    assert refused["type"] == "/problems/not-of-this-centre"


async def test_the_trail_knows_who_looked_and_what_was_done(hall: Hall) -> None:
    session = await hall.session()
    path = f"{SESSIONS}/{session['id']}"
    contact = await hall.counsellor.post(f"{path}/sign-ups", {"name": "Zahida"})
    await hall.changed(session, **COUNTS)
    await hall.counsellor.get(f"{path}/sign-ups")
    trail = (await (await hall.service.sign_in("dpo")).get("/api/v1/audit?limit=100"))["items"]
    done = {(one["action"], one["subject"]) for one in trail}
    assert {("outreach_planned", session["id"]), ("outreach_changed", session["id"])} <= done
    assert {("contact_added", contact["id"]), ("saw_contact", contact["id"])} <= done


async def test_the_sample_house_shows_two_sessions(hall: Hall) -> None:
    today, earlier = (await hall.counsellor.get(SESSIONS))["items"]
    assert (today["female"], today["sign_ups"], earlier["female"], earlier["sign_ups"]) == (None, 0, 18, 2)
    assert date.fromisoformat(today["day"]) - date.fromisoformat(earlier["day"]) == timedelta(days=7)
    assert today["day"] in (day(), day(-1)), "the house was laid when the run began, perhaps before midnight"
