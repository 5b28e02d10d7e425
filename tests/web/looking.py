"""What a page is looked over for in a real browser."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

LOUD = ("error", "warning")
"""Chromium says a break of the page's own policy as an error on the console, too."""
WIDTHS = (360, 768, 1366)
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that look at colours, and so come to another end by night."""

_WIDE = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return "";
  const out = [...document.body.querySelectorAll("*")].filter((it) => {
    const box = it.getBoundingClientRect();
    return box.right > edge + 1 || box.left < -1;
  });
  return out.slice(-3).map((it) => it.tagName + "." + it.className).join(" ") || "something";
}"""

_LATIN = """() => {
  const apart = "bdi, [lang=en], [dir=ltr], option, script, style, code, kbd, svg, textarea";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.replace(/\\u2068[^\\u2069]*\\u2069/g, "").trim();
    if (/[A-Za-z]{3,}/.test(text) && !/[\u0600-\u06ff]/.test(text) && !walk.currentNode.parentElement.closest(apart)) found.push(text);
  }
  return [...new Set(found)];
}"""


_FAULTS = """async (options) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], ...options });
  return violations.map((one) => [one.id, one.nodes.slice(0, 3).map((it) => it.target)]);
}"""


async def axe_faults(page: Page, *, colours: bool = True) -> list[str]:
    """What axe finds, by all of its rules; those of colours take most of its time."""
    await page.evaluate(AXE_SCRIPT)
    return await _run(page, {} if colours else {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}})


async def axe_faults_at_night(page: Page) -> list[str]:
    """What differs in the colours of the night, for a page that `axe_faults` has just looked at."""
    await page.emulate_media(color_scheme="dark")
    found = await _run(page, {"runOnly": OF_COLOURS})
    await page.emulate_media(color_scheme="light")
    return found


async def _run(page: Page, options: dict[str, Any]) -> list[str]:
    return [f"{rule}: {targets}" for rule, targets in await page.evaluate(_FAULTS, options)]


async def too_wide(page: Page) -> dict[int, str]:
    """By width of the window, what stands out of it."""
    found = {}
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if out := await page.evaluate(_WIDE):
            found[width] = out
    return found


async def untranslated(page: Page) -> list[str]:
    """Texts in Latin letters alone, outside what names, numbers and foreign words are marked with."""
    found: list[str] = await page.evaluate(_LATIN)
    return found


async def open_folds(page: Page) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")


async def looked_at(page: Page, path: str) -> None:
    """Opens the page with all its folds; fails where it is not clean for axe or stands out of its window."""
    await page.goto(path)
    await open_folds(page)
    assert await axe_faults(page) == [], path
    assert await too_wide(page) == {}, path
