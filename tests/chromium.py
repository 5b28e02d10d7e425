"""The browser of the tests: Chromium, once per worker, and a page in a profile of its own."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests import postgres
from tests.parts import missing

CHROMIUM_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-opt --no-maglev",  # what looks at a page runs once on it: to make it fast takes longer than to run it
    *(() if postgres.roomy() else ("--disable-dev-shm-usage",)),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE ::1",
]


def chromium() -> str | None:
    """The program to look with: the headless build first, which costs a third less than a Chromium that only hides its windows."""
    named = (os.environ.get("MRC_CHROMIUM"),) if "MRC_CHROMIUM" in os.environ else ("chromium-headless-shell", "chromium")
    return next((found for name in named if (found := shutil.which(name or ""))), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, once per worker. Tests that use it run on the session's event loop (see pytest_collection_modifyitems)."""
    program = chromium()
    if program is None:
        missing("BROWSER", "Install Debian's package chromium-headless-shell, or name a Chromium in MRC_CHROMIUM.")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_SWITCHES)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in a browser profile of its own. Whatever the page throws fails the test."""
    context = await browser.new_context()
    tab = await context.new_page()
    thrown: list[str] = []
    tab.on("pageerror", lambda error: thrown.append(str(error)))
    yield tab
    await context.close()
    assert not thrown, thrown
