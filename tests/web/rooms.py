"""A browser profile for each person of the house, signed in once, for tests that go from page to page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.web.conftest import PASSWORD, Live
from tests.web.looking import LOUD

SCREEN: ViewportSize = {"width": 1366, "height": 900}


class Rooms:
    """`heard` is what the consoles of all their pages said aloud."""

    def __init__(self, browser: Browser, live: Live, language: str) -> None:
        self._browser, self._live, self._language = browser, live, language
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []
        self.heard: list[str] = []

    async def page(self, who: str) -> Page:
        if who not in self._pages:
            self._pages[who] = await self._entered(who)
        return self._pages[who]

    async def _entered(self, who: str) -> Page:
        context = await self._browser.new_context(base_url=self._live.url, viewport=SCREEN)
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
async def rooms(browser: Browser, live: Live, language: str) -> AsyncIterator[Rooms]:
    made = Rooms(browser, live, language)
    yield made
    await made.close()
