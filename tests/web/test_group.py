"""Referring several together on the pages, and the register of agreements as its readers see it."""

import re
from datetime import UTC, datetime, timedelta

from domain.values import day_of
from tests.web.conftest import CLIENT, Desk, Visitor, plain

NETWORK = "Reintegration network"


async def person(visitor: Visitor, name: str, partner: str, groups: list[str]) -> str:
    """A client with a case, and a consent where there are groups; the case's id."""
    client = await visitor.sent("/clients", **{**CLIENT, "name": name, "name_urdu": "", "cnic": "", "phone1": ""})
    if groups:
        share = {"purpose": "share", "form": "written", "language": "ur", "partner": partner}
        await visitor.send(f"{client}/consents", **share, groups=groups)
    case = await visitor.sent(f"{client}/cases", kind="return_reintegration", risk="low")
    return case.split("/")[2]


async def partner_of(visitor: Visitor) -> str:
    found = re.search(rf'href="/partners/([0-9a-f-]{{36}})"><bdi>{NETWORK}<', await visitor.open("/partners"))
    assert found
    return found.group(1)


async def test_several_are_referred_together(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    assert "Refer several together" not in plain(await visitor.open("/my-cases")), "there is nobody to refer"
    assert "each person needs one" in plain(await visitor.open("/group"))
    partner = await partner_of(visitor)
    goes, silent = [await person(visitor, name, partner, its) for name, its in (("Akbar", ["identity", "contact"]), ("Bashir", []))]
    assert 'href="/group"' in await visitor.open("/my-cases")
    page = await visitor.open("/group")
    assert goes in page
    assert silent in page
    nobody = await visitor.send("/group", 422, partner=partner)
    assert "No case is chosen." in plain(nobody.text)
    again = await visitor.send("/group", 422, cases=[goes], partner="")
    assert f'value="{goes}" checked' in again.text
    assert "Choose one of the list." in plain(again.text)
    form = await visitor.send("/group", 200, cases=[goes, silent], partner=partner)
    said = plain(form.text)
    assert "2 people" in said
    assert "Consent to share is recorded: Who they are" in said
    assert "Cannot go: no consent to share with them that an agreement covers." in said
    assert goes not in str(form.url), "whom somebody chose stands in no address"
    wanted = {"cases": [goes, silent], "partner": partner, "urgency": "high", "groups": ["identity"]}
    faulty = await visitor.send("/group/send", 422, **wanted, reason="")
    assert "This cannot be empty." in plain(faulty.text)
    assert f'name="cases" value="{silent}"' in faulty.text
    done = await visitor.send("/group/send", **wanted, reason="Returned on one flight.", key="flight")
    result = plain(await visitor.open(done.headers["location"]))
    for words in (
        "1 has left · 1 did not go",
        "Bashir",
        "The client has not consented to share this with this partner.",
        "Akbar",
        "Has left",
    ):
        assert words in result, words
    assert result.index("Bashir") < result.index("Akbar"), "those for whom something is to be done stand first"
    twice = await visitor.send("/group/send", **wanted, reason="Returned on one flight.", key="flight")
    assert twice.headers["location"] == done.headers["location"]
    colleague = await desk.sign_in("supervisor.isb")
    await colleague.open(done.headers["location"], 404)


async def test_the_register_shows_the_chain_and_what_ends(desk: Desk) -> None:
    admin, counsellor = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    place = f"/partners/{await partner_of(admin)}"
    before = re.search(r'<select id="agreement-predecessor".*?<option value="([0-9a-f-]{36})">', await admin.open(place), re.S)
    assert before
    today = day_of(datetime.now(UTC))
    new = {"title": "Second agreement", "groups": ["identity"], "purpose_codes": ["share"], "approval": "1", "predecessor": before.group(1)}
    early = await admin.send(f"{place}/agreements", 422, **new, signed_on="2020-01-01")
    assert "An agreement begins after the one that it follows." in plain(early.text)
    assert f'<option value="{before.group(1)}" selected' in early.text
    await admin.send(f"{place}/agreements", **new, signed_on=(today + timedelta(days=20)).isoformat())
    said = plain(await counsellor.open("/agreements"))
    for words in (
        "Ending soon",
        "Followed by Second agreement",
        "Still to begin",
        "Follows Sample agreement",
        "a supervisor approves each referral",
    ):
        assert words in said, words
    await admin.send(
        f"{place}/agreements", title="Short", groups=["identity"], signed_on="2026-01-01", valid_to=(today + timedelta(days=9)).isoformat()
    )
    assert "None follows yet" in plain(await counsellor.open("/agreements"))
    await desk.house.usecases.renewals.remind()
    assert "An agreement with a partner ends soon" in plain(await admin.open("/partners"))
    assert "An agreement with a partner ends soon" not in plain(await counsellor.open("/partners"))


async def test_an_appointment_leads_to_the_calendar_and_to_words_for_the_client(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    partner = await partner_of(visitor)
    case = await person(visitor, "Akbar", partner, ["identity"])
    wanted = {"partner": partner, "reason": "x", "urgency": "low", "groups": ["identity"]}
    referral = await visitor.sent(f"/cases/{case}/refer", **wanted)
    await visitor.open(f"{referral}/appointment.ics", 303)
    await visitor.send(f"{referral}/steps", step="send")
    await visitor.send(f"{referral}/heard", heard="telephone", step="accept")
    await visitor.send(f"{referral}/heard", heard="telephone", step="set_appointment", day="2031-01-05", begins="10:30")
    said = plain(await visitor.open(referral))
    assert "For your calendar" in said
    assert "No telephone of this client is marked safe: no message is written." in said
    assert "BEGIN:VCALENDAR" in await visitor.open(f"{referral}/appointment.ics")
