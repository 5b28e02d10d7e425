"""The outreach pages: sessions in their order, a queue signed up one after the other, the count afterwards, and nothing lost on the way."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser

from service.web.times import today
from tests.web.conftest import Desk, Live, Visitor, main_of, plain
from tests.web.hands import person

MARK = re.compile(r'data-outreach-session="([0-9a-f-]{36})" data-title="([^"]*)" data-day="(\d{4}-\d\d-\d\d)"')


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.sign_in("counsellor.isb")


def on(desk: Desk, days: int) -> str:
    return (today(desk.clock.now()) + timedelta(days=days)).isoformat()


async def planned(desk: Desk, visitor: Visitor, days: int = 0, **more: str) -> str:
    await visitor.open("/outreach/new")
    return await visitor.sent("/outreach", **{"topic": "Safe ways", "kind": "awareness_session", "day": on(desk, days), **more})


async def test_today_and_coming_first_then_earlier(desk: Desk, visitor: Visitor) -> None:
    ours = {3: "In three days", 0: "Today", 1: "Tomorrow", -1: "Yesterday"}
    for days, topic in ours.items():
        await planned(desk, visitor, days, topic=topic, begins="14:30")
    page = await visitor.open("/outreach")
    # Those of the sample house are of the day on which it was laid, which may be another by now.
    listed = [(title, day) for _, title, day in MARK.findall(page) if title in ours.values()]
    assert listed == [(ours[days], on(desk, days)) for days in (0, 1, 3, -1)]
    assert "today 14:30" in plain(page)
    assert re.search(r'href="/outreach"[^>]* aria-current="page"', page)


async def test_an_empty_list_says_what_to_do(desk: Desk) -> None:
    desk.clock.ahead = timedelta(days=2)
    assert "No session is planned. Add one," in await (await desk.sign_in("counsellor.isb")).open("/outreach")
    page = await (await desk.sign_in("analyst")).open("/outreach")
    assert "No session is planned.</p>" in page
    assert "Add a session" not in page
    assert len(MARK.findall(page)) == 6, "all centres' sessions"


async def test_a_queue_is_signed_up(desk: Desk, visitor: Visitor) -> None:
    path = await planned(desk, visitor, place="Hall", begins="09:15")
    await visitor.open(path)
    answer = await visitor.send(f"{path}/sign-ups", name="Zahida", phone="۰۳۰۰ ۱۲۳۴۵۶۷", phone_safe="1", question="Is it licensed?")
    assert answer.headers["location"] == f"{path}?done=signup#signup-name"
    await visitor.send(f"{path}/sign-ups", name="Gul", phone="0300 1234568")
    page = await visitor.open(f"{path}?done=signup")
    assert "Signed up (2)" in page
    assert "The form is ready for the next person." in page
    assert 'id="signup-name" name="name" type="text" dir="auto" maxlength="200" autocomplete="off" value=""' in page
    said = plain(page)
    assert "Zahida +923001234567 safe to ring Is it licensed?" in said
    assert "Gul +923001234568 not safe to ring" in said
    register = re.search(r'<bdi>Zahida</bdi>.*?href="(/contacts/[^"]+/promotion)"', page, re.S)
    assert register
    form = await visitor.open(register.group(1))
    assert 'name="phone1_safe" value="1" checked' in form
    await visitor.send(register.group(1), name="Zahida", gender="female", migration_stage="prospective", phone1="+923001234567")
    assert "To the record" in await visitor.open(path)


async def test_an_old_sign_up_can_still_be_registered(desk: Desk, visitor: Visitor) -> None:
    """Long after it left the list of recent contacts."""
    page = await visitor.open("/outreach")
    earlier = await visitor.open(f"/outreach/{MARK.findall(page)[-1][0]}")
    link = re.findall(r'href="(/contacts/[^"]+/promotion)"', earlier)[-1]
    path = await planned(desk, visitor)
    for number in range(101):
        await visitor.send(f"{path}/sign-ups", name=f"Person {number}")
    assert 'value="Shabana"' in await visitor.open(link)


async def test_a_refused_sign_up_keeps_every_word(desk: Desk, visitor: Visitor) -> None:
    path = await planned(desk, visitor)
    answer = await visitor.send(f"{path}/sign-ups", 422, name="Zahida", phone="12", phone_safe="1", question="Long question?")
    assert 'href="#signup-phone"' in answer.text
    assert 'value="Zahida"' in answer.text
    assert "Long question?" in answer.text
    assert re.search(r'id="signup-phone_safe"[^>]*checked', answer.text)
    assert "Write a name, a telephone or what they asked." in (await visitor.send(f"{path}/sign-ups", 422, name="")).text
    assert "Signed up (0)" in await visitor.open(path)


async def test_a_sign_up_sent_twice_is_one(desk: Desk, visitor: Visitor) -> None:
    path = await planned(desk, visitor)
    for _ in range(2):
        await visitor.send(f"{path}/sign-ups", key="held-on-the-device", name="Zahida")
    assert "Signed up (1)" in await visitor.open(path)


async def test_who_came_is_counted_afterwards(desk: Desk, visitor: Visitor) -> None:
    path = await planned(desk, visitor)
    assert "Nobody is counted yet." in await visitor.open(path)
    counts = {"female": "۱۲", "male": "30", "transgender": "0", "under_18": "50", "note": "Full hall.", "version": "1"}
    answer = await visitor.send(f"{path}/counts", 422, **counts)
    assert 'href="#counts-under_18"' in answer.text
    assert 'value="50"' in answer.text
    await visitor.send(f"{path}/counts", **{**counts, "under_18": "4"})
    said = plain(await visitor.open(path))
    assert "All together 42" in said
    assert "Full hall." in said
    answer = await visitor.send(f"{path}/counts", 412, **{**counts, "under_18": "5", "female": "13"})
    assert "Someone else changed this record meanwhile." in answer.text
    assert plain(answer.text).count("Now in the record: 12") == 1
    assert 'name="version" value="2"' in answer.text
    coming = await planned(desk, visitor, 5)
    assert "Count the people on the day of the session or after it." in await visitor.open(coming)


async def test_a_session_is_corrected(desk: Desk, visitor: Visitor) -> None:
    path = await planned(desk, visitor, place="Hall", begins="09:15", district="PK401", language="ps")
    form = await visitor.open(f"{path}/edit")
    for typed in ('value="Safe ways"', 'value="09:15"', 'value="PK401" selected', 'value="ps" lang="ps" selected'):
        assert typed in form
    fields = {"topic": "Safer ways", "kind": "other", "day": on(desk, 0), "version": "1"}
    assert 'href="#plan-begins"' in (await visitor.send(f"{path}/edit", 422, **fields, begins="half nine")).text
    await visitor.send(f"{path}/edit", **fields)
    assert "Safer ways" in await visitor.open(path)
    stale = await visitor.send(f"{path}/edit", 412, **{**fields, "topic": "Safest ways"})
    assert "Now in the record: Safer ways" in plain(stale.text)
    assert 'value="Safest ways"' in stale.text


async def test_a_plan_without_topic_or_day_comes_back(visitor: Visitor) -> None:
    await visitor.open("/outreach/new")
    answer = await visitor.send("/outreach", 422, topic="", kind="institute_visit", day="", place="Main hall")
    assert 'href="#plan-topic"' in answer.text
    assert 'href="#plan-day"' in answer.text
    assert 'value="Main hall"' in answer.text
    assert 'value="institute_visit" checked' in answer.text


async def test_another_centres_session_is_no_page(desk: Desk, visitor: Visitor) -> None:
    path, other = await planned(desk, visitor), await desk.sign_in("counsellor.lhe")
    await other.open("/outreach")
    for address in (path, f"{path}/edit"):
        await other.open(address, 404)
    await other.send(f"{path}/sign-ups", 404, name="x")
    await other.send(f"{path}/counts", 404, female="1", version="1")


async def test_an_analyst_sees_counts_and_nobody(desk: Desk, visitor: Visitor) -> None:
    path, analyst = await planned(desk, visitor), await desk.sign_in("analyst")
    await visitor.send(f"{path}/sign-ups", name="Zahida")
    page = await analyst.open(path)
    assert "Zahida" not in page
    assert "<form class" not in main_of(page)
    await analyst.open(f"{path}/edit", 403)


async def test_in_a_browser(browser: Browser, live_sqlite: Live) -> None:
    """Two people by keyboard alone, in English and in Urdu."""
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        for language, names in (("en", ("Zahida", "Gul")), ("ur", ("Nasreen", "Shazia"))):
            await page.goto(f"/language/{language}")
            await page.goto("/outreach")
            first = page.locator("[data-outreach-session]").first.get_by_role("link").first
            address = await first.get_attribute("href")
            await page.goto(address or "")
            await page.locator("#signup-name").focus()
            for name in names:
                await page.keyboard.type(name)
                await page.keyboard.press("Control+Enter")
                await page.get_by_text(name).first.wait_for()
                await page.locator("#signup-name:focus").wait_for()
                assert await page.locator("#signup-name").input_value() == ""
