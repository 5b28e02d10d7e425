"""Clocks on pages: holidays and hours typed in, the time to answer in words, another service proposed, the client asked afterwards."""

import re

from tests.web.conftest import Desk, Visitor, opened_case, partner_named, plain
from tests.web.test_partners import network
from tests.web.test_referral_steps import asks, sent

WEEK = {f"hours-{day}": "09:00-17:00" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
NETWORK = {"name": "Reintegration network", "kind": "ngo", "source": "sample", "active": "1"}


async def test_the_administrator_keeps_the_holidays(desk: Desk) -> None:
    admin, counsellor = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    await admin.open("/holidays")
    bare = await admin.send("/holidays", 422, name="Announced today", day="")
    assert 'value="Announced today"' in bare.text
    unsourced = await admin.send("/holidays", 422, name="Announced today", day="2031-05-01", verified="1")
    assert 'href="#holiday-source"' in unsourced.text
    await admin.send("/holidays", name="Announced today", day="2031-05-01")
    again = await admin.send("/holidays", 409, name="Once more", day="2031-05-01")
    assert 'href="#holiday-day"' in again.text
    page = plain(await counsellor.open("/holidays"))
    assert "1 May 2031 · Announced today not verified every desk but those open day and night" in page
    assert "Add a holiday" not in page
    rows = re.findall(r'action="(/holidays/[^"]+/removal)".*?aria-label="Remove: ([^"]+)"', await admin.open("/holidays"), re.S)
    await admin.send({when: where for where, when in rows}["1 May 2031"])
    assert "Announced today" not in await admin.open("/holidays")


async def test_hours_and_agreed_times_are_typed_and_said(desk: Desk) -> None:
    admin, counsellor = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    place = await network(admin)
    assert "their clocks run day and night" in await admin.open(place)
    wrong = await admin.send(place, 422, version="1", **NETWORK, **{**WEEK, "hours-monday": "17-9"})
    assert 'value="17-9"' in wrong.text
    await admin.send(place, version="1", **NETWORK, **WEEK)
    assert "Their clocks run in the hours of the desk." in await admin.open(place)
    agreed = {"title": "Own times", "groups": "identity", "signed_on": "2026-01-05", "time-low": "2", "unit-low": "days"}
    early = await admin.send(f"{place}/agreements", 409, **agreed, expiry_days="1")
    assert 'href="#agreement-expiry_days"' in early.text
    await admin.send(f"{place}/agreements", **agreed, expiry_days="4")
    page = plain(await admin.open(place))
    assert "Low 2 working days expires after 4 working days" in page
    referral = await sent(counsellor, await opened_case(counsellor))
    assert "only the partner's working hours and days count" in plain(await counsellor.open(referral)).replace("&#39;", "'")


async def test_another_service_is_chosen_and_the_tie_is_kept(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    file = await opened_case(counsellor)
    referral = await sent(counsellor, file)
    assert "Who else can help" not in await counsellor.open(referral)
    await asks(desk.stranger().http, step="decline", reason="Not in our area.")
    page = await counsellor.open(referral)
    link = re.search(r'href="(/cases/[^"]*/refer\?service=[^"]*replaces=[^"]*)"', page)
    assert link
    assert 0 < page.count("refer?service=") <= 3
    form = await counsellor.open(link.group(1).replace("&amp;", "&"))
    fields = dict(re.findall(r'name="(partner|replaces)" value="([^"]+)"', form))
    assert referral.endswith(fields["replaces"])
    assert "A tyre shop." in form, "it begins as the copy of the first"
    made = await counsellor.sent(f"{file.case}/refer", **fields, reason="A tyre shop.", urgency="low")
    assert made.startswith("/referrals/")
    assert "refer?service=" not in await counsellor.open(made)


async def ended(desk: Desk, counsellor: Visitor) -> str:
    referral = await sent(counsellor, await opened_case(counsellor))
    await asks(desk.stranger().http, step="accept")
    await asks(desk.stranger().http, step="complete", outcome="Trained.")
    return referral


async def test_what_the_client_says_is_written_down_and_written_anew(desk: Desk) -> None:
    counsellor, colleague = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor2.isb")
    referral = await ended(desk, counsellor)
    assert "Write down whether it helped" in await counsellor.open(referral)
    assert "Write down whether it helped" not in await colleague.open(referral)
    version = re.search(r'name="version" value="(\d+)"', await counsellor.open(referral))
    assert version
    nothing = await counsellor.send(f"{referral}/feedback", 422, version=version.group(1), note="He has a shop.")
    assert "He has a shop." in nothing.text
    await counsellor.send(f"{referral}/feedback", version=version.group(1), helped="partly", note="He has a shop.")
    assert "Did it help? Partly" in plain(await counsellor.open(referral))
    stale = await counsellor.send(f"{referral}/feedback", 412, version=version.group(1), helped="yes")
    assert "Did it help? Partly" in plain(stale.text)


async def test_an_open_deletion_is_said(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    file = await opened_case(counsellor)
    referral = await sent(counsellor, file)
    await partner_named(counsellor, file, "Reintegration network")
    consent = re.search(r'action="(/clients/[^"]*/consents/[0-9a-f-]{36}/withdrawal)"', await counsellor.open(file.client))
    assert consent
    stranger = desk.stranger().http
    grant = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": "demo-rein-2026"}
    token = (await stranger.post("/api/v1/auth/token", data=grant)).json()["access_token"]
    head = {"Authorization": f"Bearer {token}"}
    ref = (await stranger.get("/partner/v1/referrals", headers=head)).json()["items"][0]["ref"]
    await counsellor.send(consent.group(1), version="1")
    assert "has not confirmed yet that it is deleted" in plain(await counsellor.open(referral))
    answer = await stranger.post(f"/partner/v1/referrals/{ref}/steps", json={"step": "confirm_deletion"}, headers=head)
    assert answer.status_code == 200
    page = plain(await counsellor.open(referral))
    assert "They deleted what was sent: today" in page
    assert "has not confirmed yet" not in page
