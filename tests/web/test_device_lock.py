"""A desk left alone warns, locks, and keeps what was typed; the server's own hour is warned about too."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.web.at_a_device import at_desk, device, drafts, fill_door, lying
from tests.web.conftest import Live
from tests.web.looking import axe_faults

pytestmark = pytest.mark.browser
MINUTE = 60_000


async def typing(context: BrowserContext, text: str = "Half a sentence") -> Page:
    """Somebody in the middle of a form, with a clock that the test moves."""
    page = await at_desk(context)
    await context.clock.install()
    await page.goto("/contacts")
    await page.get_by_label("What did they ask?").fill(text)
    return page


async def test_left_alone_it_warns_and_locks_and_keeps_the_draft(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context)
        await page.clock.fast_forward(7 * MINUTE)
        assert not await page.locator("#lock").is_visible()
        await page.clock.fast_forward(MINUTE + 6000)
        await page.get_by_text("The desk locks in 2 minutes. What you typed is kept.").wait_for()
        assert await page.evaluate("document.activeElement.value") == "stay"
        assert await axe_faults(page) == []
        await page.clock.fast_forward(MINUTE)
        await page.get_by_text("The desk locks in 1 minute.").wait_for()
        await page.clock.fast_forward(MINUTE)
        await page.get_by_text("The desk is locked. What you typed is kept").wait_for()
        found = await lying(page)
        assert (len(found["drafts"]), found["keep"]) == (1, []), "the words stay, their key does not"
        await page.goto("/my-cases")
        await page.wait_for_url("**/sign-in?next=/my-cases")
        await page.goto("/sign-in?locked=1&next=/contacts")
        await fill_door(page)
        await page.get_by_role("button", name="Bring it back").click()
        assert await page.get_by_label("What did they ask?").input_value() == "Half a sentence"


async def test_escape_and_the_button_stay(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context)
        field = page.get_by_label("What did they ask?")
        for stay in (lambda: page.keyboard.press("Escape"), lambda: page.get_by_role("button", name="Stay here").click()):
            await page.clock.fast_forward(9 * MINUTE)
            await page.locator("#lock").wait_for()
            await stay()
            await page.locator("#lock").wait_for(state="hidden")
            assert await field.evaluate("it => it === document.activeElement"), "back to where one was"
            await page.clock.fast_forward(7 * MINUTE)
            assert not await page.locator("#lock").is_visible()
            await page.keyboard.press("Shift")


async def test_who_works_in_one_tab_is_at_all_of_them(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context)
        other = await context.new_page()
        await other.goto("/my-cases")
        await context.clock.fast_forward(9 * MINUTE)
        for one in (page, other):
            await one.locator("#lock").wait_for()
        await other.get_by_role("button", name="Stay here").click()
        await page.locator("#lock").wait_for(state="hidden")
        await other.get_by_role("button", name="Lock", exact=True).click()
        for one in (page, other):
            await one.get_by_text("The desk is locked.").wait_for()
        await drafts(page, 1)
        await page.goto("/contacts")
        await page.wait_for_url("**/sign-in?next=/contacts")


async def test_the_servers_hour_is_warned_about(browser: Browser, live_shared: Live) -> None:
    """Somebody who types for an hour is not idle, but opens no page."""
    async with device(browser, live_shared) as context:
        page = await typing(context)
        for _ in range(8):
            await page.clock.fast_forward(7 * MINUTE)
            await page.keyboard.press("a")
        await page.get_by_text("your session ends in 4 minutes").wait_for()
        async with page.expect_response("**/session") as asked:
            await page.get_by_role("button", name="Stay here").click()
        assert (await (await asked.value).json()).keys() == {"form_token", "open"}
        await page.clock.fast_forward(5 * MINUTE)
        await page.keyboard.press("a")
        assert not await page.locator("#lock").is_visible()


async def test_without_a_line_it_locks_here_and_then_there(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context)
        live_shared.down = True
        try:
            await page.clock.fast_forward(11 * MINUTE)
            await page.get_by_text("Nobody is signed in on this device.").wait_for()
        finally:
            live_shared.down = False
        assert (await lying(page))["keep"] == []
        await page.goto("/my-cases")
        await page.get_by_text("The desk is locked.").wait_for()
        await page.goto("/my-cases")
        await page.wait_for_url("**/sign-in?next=/my-cases")


async def test_who_comes_back_in_one_tab_is_back_in_all(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page, other = await at_desk(context), await context.new_page()
        await other.goto("/contacts")
        await page.get_by_role("button", name="Lock", exact=True).click()
        await other.wait_for_url("**/sign-in?locked=1&next=%2Fcontacts")
        await page.wait_for_url("**/sign-in?locked=1&next=/my-cases")
        await fill_door(page)
        await other.get_by_role("heading", name="Quick contact").wait_for()


async def test_staying_needs_no_line(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await typing(context)
        live_shared.refuses = "/session"
        try:
            await page.clock.fast_forward(9 * MINUTE)
            async with page.expect_event("requestfailed"):
                await page.get_by_role("button", name="Stay here").click()
            await page.clock.fast_forward(7 * MINUTE)
            assert await page.get_by_label("What did they ask?").input_value() == "Half a sentence"
        finally:
            live_shared.refuses = ""
