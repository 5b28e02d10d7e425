"""The referral desk: what is looked for, found, said of each service, drafted from there; and nothing of the client in an address."""

import re

from tests.web.conftest import CLIENT, Desk, opened_case, plain


def lines(page: str) -> dict[str, str]:
    """What is said of each service, by its name; of two of one name, the first."""
    items = re.findall(r'<li>\s*<p class="offer-name">(.*?)</li>\s*(?=<li>\s*<p class="offer-name">|</ul>\s*<h2)', page, re.S)
    return {re.sub(" not verified$", "", plain(item.split("</p>")[0])): plain(item) for item in reversed(items)}


async def test_services_are_found_and_said_plainly(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    found = lines(await visitor.open(f"{file.case}/refer?where=any&need=reintegration"))
    said = found["Reintegration package"]
    for words in (
        "not verified",
        "Reintegration network",
        "Returned, from 18 years",
        "29 places left of 40, 11 waiting there",
        "Passport with the exit stamp",
        "Confirmed 2 November 2026 (source: sample)",
        "No consent to share with them is recorded. Record it",
        "An agreement is in force.",
        "Monday 09:00–17:00",
    ):
        assert words in said, words
    toolkits = found["Reintegration, toolkits"]
    assert "No agreement is in force: nothing can leave for them yet." in toolkits
    assert "not verified" not in toolkits


async def test_hours_are_said_from_where_the_clock_stands(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    said = lines(await visitor.open(f"{file.case}/refer?need=reintegration+network"))["Reintegration package"]
    assert re.search(r"open today until 17:00|opens (today|tomorrow|Monday) 09:00", said)
    assert "open day and night" in lines(await visitor.open(f"{file.case}/refer?need=guidance"))["Legal guidance"]


async def test_the_search_is_narrowed(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    fitting = lines(await visitor.open(f"{file.case}/refer?need=shelter"))
    assert "Shelter for women" not in fitting, "he is a man"
    everybody = lines(await visitor.open(f"{file.case}/refer?need=shelter&where=any"))
    assert "Shelter for women" in everybody
    here = lines(await visitor.open(f"{file.case}/refer?need=shelter&where=PK617"))
    assert "in the area asked for" in here["Shelter for women"]
    assert "Shelter for women" not in lines(await visitor.open(f"{file.case}/refer?need=shelter&where=PK528"))
    full = lines(await visitor.open(f"{file.case}/refer?need=mediation&where=any"))
    assert "full, 12 waiting there" in full["Legal aid and family mediation"]
    assert "Legal aid and family mediation" not in lines(await visitor.open(f"{file.case}/refer?need=mediation&where=any&room=1"))
    nothing = plain(await visitor.open(f"{file.case}/refer?need=unicorn"))
    assert "No service fits all of this." in nothing
    urdu = lines(await visitor.open(f"{file.case}/refer?need=پناہ&where=any"))
    assert "Shelter for women" in urdu
    await visitor.open(f"{file.case}/refer?where=<script>&language=xx&need={'x' * 900}")


async def test_a_consent_shows_and_a_draft_is_made_from_there(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    page = await visitor.open(f"{file.case}/refer?need=reintegration+network")
    chosen = re.search(r"/refer\?service=([0-9a-f-]{36})", page)
    assert chosen
    form = await visitor.open(f"{file.case}/refer?service={chosen.group(1)}")
    partner = re.search(r'name="partner" value="([0-9a-f-]{36})"', form)
    assert partner
    assert f'value="{chosen.group(1)}" selected' in form
    assert "None is recorded: nothing may leave for this partner." in plain(form)
    share = {"purpose": "share", "form": "thumb_mark", "language": "ur", "partner": partner.group(1), "groups": ["identity"]}
    await visitor.send(f"{file.client}/consents", **share)
    said = lines(await visitor.open(f"{file.case}/refer?need=reintegration+network"))["Reintegration package"]
    assert "Consent to share is recorded: Who they are" in said
    sent = {"partner": partner.group(1), "service": chosen.group(1), "urgency": "low", "groups": ["identity"]}
    again = await visitor.send(f"{file.case}/refer", 422, **sent, reason="")
    assert f'value="{chosen.group(1)}" selected' in again.text
    referral = await visitor.sent(f"{file.case}/refer", **sent, reason="A tyre shop.")
    page = plain(await visitor.open(referral))
    assert "Service Reintegration package" in page
    assert "Thumb mark, today" in page
    assert "Sample agreement , signed 1 January 2024" in page


async def test_what_stays_is_shown_grey_with_why(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    page = await visitor.open(f"{file.case}/refer?need=reintegration+network")
    service = re.findall(r"/refer\?service=([0-9a-f-]{36})", page)[0]
    form = await visitor.open(f"{file.case}/refer?service={service}")
    stays = re.findall(r'<div class="group stays">(.*?)</div>', form, re.S)
    assert any("Name Yousaf Khan" in plain(one) and "The client has not consented to this." in plain(one) for one in stays)


async def test_only_who_may_refer_comes_to_the_desk(desk: Desk) -> None:
    visitor, colleague, supervisor = [await desk.sign_in(name) for name in ("counsellor.isb", "counsellor2.isb", "supervisor.isb")]
    file = await opened_case(visitor)
    await colleague.open(f"{file.case}/refer", 404)
    await supervisor.open(f"{file.case}/refer")
    for answer in visitor.seen:
        assert "PK6" not in str(answer.url)
    assert CLIENT["name"] not in (await visitor.open(f"{file.case}/refer")).split("<h1>")[0].split("kicker")[0]
