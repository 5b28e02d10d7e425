"""A browser profile for each person of the house, signed in once, for tests that go from page to page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.web.conftest import PASSWORD, TOKEN, Live
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
        await page.request.get(f"/language/{self._language}", max_redirects=0)
        if who:
            await self._signed_in(context, who)
        return page

    async def _signed_in(self, context: BrowserContext, who: str) -> None:
        """By the form of the page, without looking at it: how it is done with a mouse, test_browser.py shows."""
        shown = TOKEN.search(await (await context.request.get("/sign-in")).text())
        assert shown
        form = {"form_token": shown.group(1), "username": who, "password": PASSWORD}
        answer = await context.request.post("/sign-in", form=form, headers={"Origin": self._live.url}, max_redirects=0)
        assert answer.status == 303, f"{who} was not let in: {answer.status}"

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


@asynccontextmanager
async def rooms(browser: Browser, live: Live, language: str) -> AsyncIterator[Rooms]:
    made = Rooms(browser, live, language)
    yield made
    await made.close()
