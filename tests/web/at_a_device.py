"""Somebody at a device in the tests: a browser context of their own, what lies in its database, and what lies in the service's."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page

from tests.web.conftest import PASSWORD, Live

LYING = """async () => {
  const base = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("mrc", 1);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const found = {};
  for (const name of base.objectStoreNames) {
    found[name] = await new Promise((resolve) => {
      const asked = base.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => resolve(asked.result);
    });
  }
  base.close();
  const seen = (one) => {
    if (one instanceof CryptoKey) return `key, extractable: ${one.extractable}`;
    if (one instanceof ArrayBuffer || ArrayBuffer.isView(one)) return new TextDecoder("latin1").decode(one);
    if (one && typeof one === "object") return Object.fromEntries(Object.entries(one).map(([name, value]) => [name, seen(value)]));
    return one;
  };
  return Object.fromEntries(Object.entries(found).map(([name, records]) => [name, records.map(seen)]));
}"""

CONTROLLED = """() => new Promise((resolve) => {
  const worker = navigator.serviceWorker;
  if (worker.controller) resolve();
  else worker.addEventListener("controllerchange", () => resolve());
})"""


async def lying(page: Page) -> dict[str, list[dict[str, object]]]:
    """Every record of the device's database, bytes as text."""
    found: dict[str, list[dict[str, object]]] = await page.evaluate(LYING)
    return found


@asynccontextmanager
async def device(browser: Browser, live: Live) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(base_url=live.url)
    loud: list[str] = []
    context.on("weberror", lambda error: loud.append(str(error.error)))
    yield context
    await context.close()
    assert not loud, loud


async def fill_door(page: Page, name: str = "counsellor.isb") -> None:
    await page.locator("#sign-in-username").fill(name)
    await page.locator("#sign-in-password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def at_desk(context: BrowserContext, name: str = "counsellor.isb") -> Page:
    page = await context.new_page()
    await page.goto("/sign-in")
    await fill_door(page, name)
    await page.wait_for_url("**/my-cases")
    await page.evaluate(CONTROLLED)
    return page


async def drafts(page: Page, count: int) -> None:
    """Waits until so many drafts lie on the device."""
    for _ in range(100):
        if len((await lying(page))["drafts"]) == count:
            return
        await page.wait_for_timeout(50)
    raise AssertionError(f"not {count} drafts: {await lying(page)}")


def records(live: Live, table: str) -> int:
    with sqlite3.connect(live.folder / "mrc.sqlite") as base:
        count: int = base.execute(f"select count(*) from {table}").fetchone()[0]
    return count
