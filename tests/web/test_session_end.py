"""A session ends twelve hours after the sign-in, whatever is done in it: pages say so before, and nothing typed is lost over it."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from domain.values import KARACHI
from tests.web.at_a_device import at_desk, device, drafts, fill_door
from tests.web.conftest import Desk, Live, Visitor, main_of, plain
from tests.web.looking import axe_faults

MINUTE = 60_000
SAYS = "Your session ends"


async def kept_going(desk: Desk, visitor: Visitor, until: timedelta) -> str:
    """Somebody at work: a page at least every fifty minutes; the last one as it is then."""
    while desk.clock.ahead < until:
        desk.clock.ahead = min(desk.clock.ahead + timedelta(minutes=50), until)
        page = await visitor.open("/my-cases")
    return page


async def test_a_page_says_when_its_session_ends_in_the_last_hour(desk: Desk) -> None:
    """Without a script too."""
    visitor = await desk.sign_in("counsellor.isb")
    ends = (desk.clock.now() + timedelta(hours=12)).astimezone(KARACHI)
    early = await kept_going(desk, visitor, timedelta(hours=11) - timedelta(minutes=1))
    assert SAYS not in plain(main_of(early)), "the control: an hour and more before, nothing is said"
    late = await kept_going(desk, visitor, timedelta(hours=11, minutes=1))
    told = re.search(rf"{SAYS} (?:today|tomorrow) (\d\d:\d\d)\. What you are typing then is kept", plain(main_of(late)))
    assert told
    assert told.group(1) in {f"{ends:%H:%M}", f"{ends - timedelta(minutes=1):%H:%M}"}
    left = re.search(r'data-ends-in="(\d+)"', late)
    assert left
    assert timedelta(minutes=58) < timedelta(seconds=int(left.group(1))) <= timedelta(minutes=59)
    await visitor.send("/me/language", language="ur", back="/my-cases")
    assert "آپ کا وقت" in plain(main_of(await visitor.open("/my-cases")))


async def test_a_sign_in_anew_begins_the_hours_anew(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await kept_going(desk, visitor, timedelta(hours=11, minutes=30))
    page = await (await desk.sign_in("counsellor.isb")).open("/my-cases")
    assert SAYS not in plain(main_of(page))


def shortened(live: Live, minutes: float) -> None:
    """Every open session of the house ends so soon."""
    with sqlite3.connect(live.folder / "mrc.sqlite") as connection:
        end = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
        connection.execute("UPDATE sign_in SET ends_at = ?", (end.isoformat(" ", "microseconds"),))
    connection.close()


async def typing(context: BrowserContext, live: Live, minutes: float) -> Page:
    page = await at_desk(context)
    shortened(live, minutes)
    await context.clock.install()
    await page.goto("/contacts")
    await page.get_by_label("What did they ask?").fill("Half a sentence")
    return page


async def works(page: Page, minutes: int) -> None:
    """Keys go on being pressed: nobody is idle."""
    for _ in range(minutes):
        await page.clock.fast_forward(MINUTE)
        await page.keyboard.press("Shift")


@pytest.mark.browser
async def test_it_is_told_twice_before_and_signing_in_anew_brings_one_back(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context, live_shared, 14.5)
        await works(page, 4)
        assert not await page.locator("#lock").is_visible(), "the control: there is time"
        await works(page, 1)
        await page.get_by_text("Your session ends in 10 minutes, however much you do in it.").wait_for()
        assert await page.evaluate("document.activeElement.value") == "stay"
        assert not await page.get_by_role("button", name="Lock now").is_visible()
        assert await axe_faults(page) == []
        await page.keyboard.press("Escape")
        await page.locator("#lock").wait_for(state="hidden")
        assert await page.get_by_label("What did they ask?").input_value() == "Half a sentence"
        await works(page, 6)
        assert not await page.locator("#lock").is_visible(), "who heard of it is left in peace"
        await works(page, 2)
        await page.get_by_text("Your session ends in 2 minutes, however much you do in it.").wait_for()
        await page.get_by_role("button", name="Sign in anew").click()
        await page.get_by_text("What you typed is kept: sign in and it is still there.").wait_for()
        await drafts(page, 1)
        await fill_door(page)
        await page.get_by_role("button", name="Bring it back").click()
        assert await page.get_by_label("What did they ask?").input_value() == "Half a sentence"
        assert SAYS not in await page.locator("main").inner_text(), "the hours begin anew"


@pytest.mark.browser
async def test_at_the_end_it_locks_by_itself_and_keeps_what_was_typed(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context, live_shared, 4.5)
        for _ in range(2):
            await page.clock.fast_forward(MINUTE + 6000)
            await page.locator("#lock").wait_for()
            await page.get_by_role("button", name="Stay here").click()
            await page.locator("#lock").wait_for(state="hidden")
            await page.clock.fast_forward(MINUTE)
        await works(page, 1)
        await page.get_by_text("The desk is locked. What you typed is kept").wait_for()
        await drafts(page, 1)
