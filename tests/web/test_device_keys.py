"""Keys that go to places, the list of them, and how to be without them."""

import pytest
from playwright.async_api import Browser

from tests.web.at_a_device import at_desk, device
from tests.web.conftest import Live
from tests.web.looking import axe_faults

pytestmark = pytest.mark.browser


async def test_a_letter_goes_to_a_place(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        for letter, place in (("p", "/clients"), ("r", "/referrals"), ("d", "/my-cases")):
            await page.keyboard.press("g")
            await page.keyboard.press(letter)
            await page.wait_for_url(f"**{place}")
        await page.keyboard.press("g")
        await page.keyboard.press("f")
        await page.keyboard.press("p")
        await page.keyboard.press("Control+p")
        assert page.url.endswith("/my-cases"), "figures are no place of a counsellor's, and p alone is no key"


async def test_letters_typed_into_a_field_go_nowhere(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.keyboard.press("/")
        await page.keyboard.type("gp?/")
        assert await page.locator("#q").input_value() == "gp?/"
        assert page.url.endswith("/my-cases")
        assert not await page.locator("#keys").is_visible()


async def test_the_list_says_them_and_turns_them_off(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        assert "Pressed twice quickly: quick exit." in await dialog.inner_text()
        assert await axe_faults(page) == []
        await dialog.get_by_label("Single keys work").uncheck()
        await dialog.get_by_role("button", name="Close").click()
        await page.goto("/my-cases")
        for key in ("?", "/", "g", "p"):
            await page.keyboard.press(key)
        assert await page.evaluate("document.activeElement === document.body")
        assert not await dialog.is_visible()
        assert page.url.endswith("/my-cases")
        await page.get_by_role("button", name="Keys").click()
        await dialog.get_by_label("Single keys work").check()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        assert await page.evaluate("document.activeElement.id") == "q"


async def test_an_urdu_keyboard_has_them_at_the_same_places(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.evaluate("""() => {
            for (const [key, code] of [["گ", "KeyG"], ["پ", "KeyP"]]) {
                document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true }));
            }
        }""")
        await page.wait_for_url("**/clients")
