"""Every page there is, found from the routes and looked at in each language: quiet, translated, as wide as its window, clean for axe."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from service.web.catalogue import LANGUAGES
from tests.web.conftest import PASSWORD, Live
from tests.web.filled import Look, fill, looks
from tests.web.looking import LOUD, axe_faults, open_folds, too_wide, untranslated

pytestmark = pytest.mark.browser
SCREEN: ViewportSize = {"width": 1366, "height": 900}


class Rooms:
    """A browser profile for each person, signed in once."""

    def __init__(self, browser: Browser, live: Live, language: str, night: bool) -> None:
        self._browser, self._live, self._language = browser, live, language
        self._scheme: Literal["dark", "light"] = "dark" if night else "light"
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []
        self.heard: list[str] = []

    async def page(self, who: str) -> Page:
        if who not in self._pages:
            self._pages[who] = await self._entered(who)
        return self._pages[who]

    async def _entered(self, who: str) -> Page:
        context = await self._browser.new_context(base_url=self._live.url, viewport=SCREEN, color_scheme=self._scheme)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda message: self.heard.append(message.text) if message.type in LOUD else None)
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        await page.goto(f"/language/{self._language}")
        if who:
            await page.locator("#sign-in-username").fill(who)
            await page.locator("#sign-in-password").fill(PASSWORD)
            await page.locator("main form button.first").first.click()
            await page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


@asynccontextmanager
async def rooms(browser: Browser, live: Live, language: str, *, night: bool = False) -> AsyncIterator[Rooms]:
    made = Rooms(browser, live, language, night)
    yield made
    await made.close()


async def faults_of(page: Page, look: Look, rooms: Rooms, language: str) -> list[str]:
    rooms.heard.clear()
    answer = await page.goto(look.address)
    found = [] if answer and answer.status == 200 else [f"answered {answer and answer.status}"]
    await open_folds(page)
    found += await axe_faults(page)
    found += [f"wider than {width} pixels: {what}" for width, what in (await too_wide(page)).items()]
    found += [f"not translated: {text}" for text in (await untranslated(page) if language != "en" else [])]
    found += [f"console: {text}" for text in rooms.heard]
    if await page.locator("h1").count() != 1:
        found.append("not one first heading")
    return [f"{look}: {one}" for one in found]


@pytest.mark.parametrize("language", [one.value for one in LANGUAGES])
async def test_every_page_is_as_it_should_be(browser: Browser, live_sqlite: Live, language: str) -> None:
    records = await fill(live_sqlite)
    found: list[str] = []
    async with rooms(browser, live_sqlite, language) as people:
        for look in looks(live_sqlite.app, records):
            found += await faults_of(await people.page(look.who), look, people, language)
    assert not found, "\n".join(found)


async def test_every_page_can_be_read_at_night(browser: Browser, live_sqlite: Live) -> None:
    records = await fill(live_sqlite)
    async with rooms(browser, live_sqlite, "en", night=True) as people:
        for look in looks(live_sqlite.app, records):
            page = await people.page(look.who)
            await page.goto(look.address)
            await open_folds(page)
            assert await axe_faults(page) == [], look


async def test_a_bad_page_is_seen(page: Page) -> None:
    """The control of what is looked for above."""
    await page.set_content(
        "<html lang=ur><title>x</title><main><h1>x</h1><img src=''><p style='width:3000px'>Nobody said this in Urdu</p></main></html>"
    )
    assert any(fault.startswith("image-alt") for fault in await axe_faults(page))
    assert set(await too_wide(page)) == {360, 768, 1366}
    assert await untranslated(page) == ["Nobody said this in Urdu"]
