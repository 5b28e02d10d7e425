"""What a page is looked over for in a real browser."""

from collections.abc import Sequence
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

_SKELETON = """() => {
  const texts = ["alt", "aria-description", "aria-label", "aria-valuetext", "label", "placeholder", "title", "value"];
  const root = document.documentElement;
  const chosen = document.querySelector("[aria-current][lang]")?.lang;
  const shown = (text) => text.replace(/[\\p{Cf}\\s]/gu, "");
  const kind = (text) => (shown(text) === "" ? "" : /[\\p{L}\\p{N}]/u.test(text) ? "words" : "marks");
  const names = [];
  const same = (text) => (names.includes(text) ? names.indexOf(text) : names.push(text) - 1);
  const says = (it, name) => shown(it.getAttribute(name) || "");
  const named = (it) => {
    const by = (it.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "");
    const name = shown(by.join(" ")) || says(it, "aria-label") || says(it, "title");
    return name ? [`named ${same(name.toLowerCase())}`] : [];
  };
  const switches = (it) => it.matches("button[name=language], a[hreflang]");
  const told = (it, { name, value }) => {
    if (it === root && name === "lang") return value === chosen ? "lang of the page" : value;
    if (it === root && name === "dir") return value === (root.lang === "en" ? "ltr" : "rtl") ? "dir of the page" : value;
    if (name.startsWith("data-")) return "";
    if (texts.includes(name)) return kind(value);
    if (name === "content" && !["viewport", "refresh"].includes(it.getAttribute("name") || it.httpEquiv)) return kind(value);
    return value;
  };
  const scrolls = (it) => {
    const over = it.scrollWidth > it.clientWidth || it.scrollHeight > it.clientHeight;
    return over && /auto|scroll/.test(getComputedStyle(it).overflow) ? ["scrolls"] : [];
  };
  const bones = [];
  const walk = (it, depth) => {
    if (it.matches("script, style")) return;
    const attributes = [...it.attributes].filter((one) => !(one.name === "aria-current" && switches(it) && it.lang === root.lang));
    const said = attributes.map((one) => `${one.name}=${told(it, one)}`).sort();
    const pictured = says(it, "alt") && says(it, "alt") === shown(it.parentElement.textContent) ? ["says its alt again"] : [];
    bones.push([depth, it.localName, ...said, ...named(it), ...scrolls(it), ...pictured].join(" "));
    for (const inner of it.childNodes) {
      if (inner.nodeType === Node.ELEMENT_NODE) walk(inner, depth + 1);
      else if (inner.nodeType === Node.TEXT_NODE && kind(inner.textContent)) bones.push(`${depth + 1} ${kind(inner.textContent)}`);
    }
  };
  walk(root, 0);
  return bones;
}"""


_PALETTE = """() => {
  const told = new Map();
  const level = (it) => {
    const { color, backgroundColor, backgroundImage, opacity, filter, fontSize, fontWeight, textDecorationLine, textShadow, position } =
      getComputedStyle(it);
    const ground = [backgroundColor, backgroundImage, opacity, filter, position].join(" ");
    return [ground, [color, fontSize, fontWeight, textDecorationLine, textShadow].join(" ")];
  };
  const chain = (it) => {
    if (!told.has(it)) {
      const [ground, letters] = level(it);
      told.set(it, [...new Set([`${ground} ${letters}`, ...(it.parentElement ? chain(it.parentElement) : [])])]);
    }
    return told.get(it);
  };
  const written = (it) => [...it.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
  const found = [...document.body.querySelectorAll("*")].filter((it) => written(it) || it.matches("input, select, textarea"));
  return found.map((it) => [it.localName, written(it.parentElement), ...chain(it)].join("|"));
}"""


async def skeleton(page: Page) -> list[str]:
    """All that axe judges a page by, its colours aside, without what it says: elements and attributes, of texts only whether there is one,
    which names are the same, and what can be scrolled. Two languages of a page with one skeleton get one verdict, so it is asked once."""
    found: list[str] = await page.evaluate(_SKELETON)
    return found


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


async def palette_at_night(page: Page) -> set[str]:
    """Every way in which letters stand on a ground of the page by night: their colours and shape, and the grounds beneath."""
    await page.emulate_media(color_scheme="dark")
    found = set(await page.evaluate(_PALETTE))
    await page.emulate_media(color_scheme="light")
    return found


async def _run(page: Page, options: dict[str, Any]) -> list[str]:
    return [f"{rule}: {targets}" for rule, targets in await page.evaluate(_FAULTS, options)]


def width_of(page: Page) -> int:
    """Pixels of its window; none where the page has no window of its own size."""
    return page.viewport_size["width"] if page.viewport_size else 0


async def too_wide(page: Page, widths: Sequence[int] = WIDTHS) -> dict[int, str]:
    """By width of the window, what stands out of it. The last width stays."""
    found = {}
    for width in widths:
        if width_of(page) != width:
            await page.set_viewport_size({"width": width, "height": 900})
        if out := await page.evaluate(_WIDE):
            found[width] = out
    return found


async def untranslated(page: Page) -> list[str]:
    """Texts in Latin letters alone, outside what names, numbers and foreign words are marked with."""
    found: list[str] = await page.evaluate(_LATIN)
    return found


async def headings(page: Page) -> list[str]:
    """What the first headings say. Asked of the page itself: a locator brings its own tools into each page first, which takes longer."""
    found: list[str] = await page.evaluate("[...document.querySelectorAll('h1')].map((it) => it.textContent)")
    return found


async def open_folds(page: Page) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")


async def looked_at(page: Page, path: str) -> None:
    """Opens the page with all its folds; fails where it is not clean for axe or stands out of its window."""
    await page.goto(path)
    await open_folds(page)
    assert await axe_faults(page) == [], path
    assert await too_wide(page) == {}, path
