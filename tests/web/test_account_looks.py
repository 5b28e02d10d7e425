"""The pages of accounts and staff in a browser: clean for axe, as wide as the window, in both directions of writing."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.web.conftest import PASSWORD, Live

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1366)


async def looked_at(page: Page, path: str) -> list[str]:
    found = []
    await page.goto(path)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if (over := await page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found.append(f"{path} is {over} wider than {width}")
    results = await Axe().run(page)
    return found + [f"{path}: {one['id']} {one['nodes'][0]['html']}" for one in results.response["violations"]]


async def test_every_page_is_clean_in_both_directions(browser: Browser, live_sqlite: Live) -> None:
    found: list[str] = []
    for who, paths in (("counsellor.isb", ["/me", "/me/password", "/me/second-factor"]), ("admin", ["/staff", "/staff/new"])):
        context = await browser.new_context(base_url=live_sqlite.url)
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.locator("#sign-in-username").fill(who)
        await page.locator("#sign-in-password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.wait_for_load_state()
        if who == "admin":
            await page.goto("/staff")
            person = await page.locator("ul.staff a").nth(2).get_attribute("href")
            paths = [*paths, person or ""]
        for tag in ("en", "ur"):
            await page.goto(f"/language/{tag}")
            for path in paths:
                found += await looked_at(page, path)
        await context.close()
    assert found == []
