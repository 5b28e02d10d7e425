"""Every page there is, found from the routes and looked at in each language: quiet, translated, as wide as its window, clean for axe."""

import asyncio
import re
import secrets
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page

from adapters.system.ids import SystemIds
from service.web.catalogue import LANGUAGES
from tests.architecture.source import ROOT
from tests.postgres import apart
from tests.web.conftest import Live
from tests.web.filled import PEOPLE, Look, fill, looks
from tests.web.looking import (
    WIDTHS,
    axe_faults,
    axe_faults_at_night,
    headings,
    open_folds,
    palette_at_night,
    skeleton,
    too_wide,
    untranslated,
    width_of,
)
from tests.web.rooms import Rooms, rooms

pytestmark = pytest.mark.browser


def widest(_: SystemIds) -> str:
    """A reference as wide as chance can make one."""
    return "W" * 16 + secrets.token_hex(4)


@pytest.fixture(scope="module")
def every(live_shared: Live) -> list[Look]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemIds, "reference", widest)
        records = apart(lambda: asyncio.run(fill(live_shared)))
    return looks(live_shared.app, records)


CLEAN: set[str] = set()
"""Of what `palette_at_night` gives, all that axe had nothing to say of."""


async def new_at_night(page: Page) -> list[str]:
    """Colours are looked at on every page by day. By night the same elements lie in the same places, so axe is asked only where letters
    stand on a ground as they stood on no page before. The price: elements that overlap are seen to do so by day alone."""
    there = await palette_at_night(page)
    if there <= CLEAN:
        return []
    found = await axe_faults_at_night(page)
    if not found:
        CLEAN.update(there)
    return found


async def faults_of(page: Page, look: Look, rooms: Rooms, language: str, english: list[str]) -> list[str]:
    """`english` is the skeleton of the page in English: `axe` is asked there, and again where a language builds the page otherwise. The
    window is changed twice and not back again: narrowed after axe, and for the next page widened before it."""
    rooms.heard.clear()
    answer = await page.goto(look.address)
    found = [] if answer and answer.status == 200 else [f"answered {answer and answer.status}"]
    await open_folds(page)
    narrowed = width_of(page) == WIDTHS[0]
    wide = await too_wide(page) if narrowed else {}
    bones = await skeleton(page)
    if language == "en":
        english[:] = bones
        found += await axe_faults(page)
        found += [f"at night: {fault}" for fault in await new_at_night(page)]
    elif bones != english:
        found += await axe_faults(page, colours=False)
    wide |= {} if narrowed else await too_wide(page, WIDTHS[::-1])
    found += [f"wider than {width} pixels: {what}" for width, what in wide.items()]
    found += [f"not translated: {text}" for text in (await untranslated(page) if language != "en" else [])]
    found += [f"console: {text}" for text in rooms.heard]
    if len(await headings(page)) != 1:
        found.append("not one first heading")
    return [f"{look} in {language}: {one}" for one in found]


APART = re.compile(r":lang\(|\[(?:lang|dir)")
MAY_DIFFER = {"font-family", "line-height", "font-size", "padding", "transform", "text-align", "white-space"}
"""By language and direction. Letters in Urdu and Pashto are larger, which asks for less contrast."""


def coloured(css: str) -> list[str]:
    """Rules of a language or a direction that set more than the shape of letters."""
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return [
        f"{selector.strip()}: {name.strip()}"
        for selector, body in rules
        if APART.search(selector)
        for name, told, _ in (one.partition(":") for one in body.split(";"))
        if told and name.strip() not in MAY_DIFFER
    ]


def test_no_language_has_colours_of_its_own() -> None:
    """So the colours of a page are looked at in one language, by day and by night."""
    sheets = sorted((ROOT / "service" / "web").rglob("*.css"))
    assert sheets
    assert [fault for sheet in sheets for fault in coloured(sheet.read_text())] == []
    assert coloured("p { color: red } :lang(ur) p { color: #777; font-size: 2rem }") == [":lang(ur) p: color"], "the control"


@pytest.mark.parametrize("who", ["", *PEOPLE.values()])
async def test_every_page_is_as_it_should_be(browser: Browser, live_shared: Live, every: list[Look], who: str) -> None:
    theirs = [look for look in every if look.who == who]
    assert theirs, f"{who or 'Nobody'} has no page to look at: leave them out of PEOPLE"
    found = []
    async with AsyncExitStack() as stack:
        spoken = {one.value: await stack.enter_async_context(rooms(browser, live_shared, one.value)) for one in LANGUAGES}
        assert next(iter(spoken)) == "en"
        for look in theirs:
            english: list[str] = []
            for language, people in spoken.items():
                found += await faults_of(await people.page(who), look, people, language, english)
    assert not found, "\n".join(found)


async def test_a_bad_page_is_seen(page: Page) -> None:
    """The control of what is looked for above."""
    await page.set_content(
        "<html lang=ur><style>@media (prefers-color-scheme: dark) { p { color: #777; background: #666 } }</style>"
        "<title>x</title><main><h1>x</h1><img src=''><p style='width:3000px'>Nobody said this in Urdu</p></main></html>"
    )
    seen = await axe_faults(page)
    assert any(fault.startswith("image-alt") for fault in seen)
    assert not any(fault.startswith("color-contrast") for fault in seen)
    assert any(fault.startswith("color-contrast") for fault in await axe_faults_at_night(page))
    assert any(fault.startswith("color-contrast") for fault in await new_at_night(page))
    assert any(fault.startswith("color-contrast") for fault in await new_at_night(page)), "what was at fault is asked again"
    assert set(await too_wide(page)) == set(await too_wide(page, WIDTHS[::-1])) == {360, 768, 1366}
    assert await untranslated(page) == ["Nobody said this in Urdu"]


BUILT = (
    "<html lang={lang} dir={dir}><title>x</title><main><h1>{said}</h1><nav aria-label='{said}'></nav><nav aria-label='{other}'></nav>"
    "<label for=a>{said}</label><input id=a placeholder='{said}'><button name=language lang=en{en}>English</button>"
    "<button name=language lang=ur{ur}>اردو</button>"
    "<div style='overflow: auto; width: {width}'><p style='width: 400px'>{said}</p></div></main>"
)
IN_ENGLISH = {"lang": "en", "dir": "ltr", "said": "Words", "other": "Others", "en": " aria-current=true", "ur": "", "width": "500px"}
IN_URDU = {**IN_ENGLISH, "lang": "ur", "dir": "rtl", "said": "\u2068لفظ\u2069", "other": "اور", "en": "", "ur": " aria-current=true"}
BENT = {
    "a heading and a label without words": {"said": "\u2068 \u2069"},
    "marks for words": {"said": "–"},
    "a name that two share": {"other": "لفظ"},
    "a name without words": {"other": ""},
    "the language of another": {"lang": "en"},
    "no language": {"lang": "''"},
    "the direction of another": {"dir": "ltr"},
    "here in two languages": {"en": " aria-current=true"},
    "here in none": {"ur": ""},
    "what has to be scrolled": {"width": "300px"},
}


async def test_what_a_language_builds_otherwise_is_seen(page: Page) -> None:
    """The control of what is not asked twice."""

    async def built(of: dict[str, str]) -> list[str]:
        await page.set_content(BUILT.format(**of))
        return await skeleton(page)

    english = await built(IN_ENGLISH)
    assert await built(IN_URDU) == english
    assert [what for what, bent in BENT.items() if await built({**IN_URDU, **bent}) == english] == []
    await page.set_content(BUILT.format(**IN_URDU).replace(" for=a", "").replace(" placeholder='\u2068لفظ\u2069'", ""))
    assert await skeleton(page) != english
    assert any(fault.startswith("label") for fault in await axe_faults(page)), "which axe would have said"


async def test_new_colours_at_night_are_seen(page: Page) -> None:
    """The control of what is not asked twice by night."""
    rules = "body {{ background: {ground} }} p {{ color: {letters}; font-size: {size} }} a {{ color: #9cf }}"
    night = f"@media (prefers-color-scheme: dark) {{{{ {rules} }}}}"

    async def there(inner: str = "<p>Words</p>", ground: str = "#111", letters: str = "#eee", size: str = "16px") -> set[str]:
        await page.set_content(f"<style>{night.format(ground=ground, letters=letters, size=size)}</style>{inner}")
        return await palette_at_night(page)

    clean = await there()
    assert await there("<p>Others</p><p>Words</p>") == clean
    others = [await there(ground="#222"), await there(letters="#222"), await there(size="12px"), await there("<b>Words</b>")]
    others += [await there("<p>Words <a href=x>elsewhere</a></p>"), await there("<p><input></p>")]
    assert [other for other in others if other <= clean] == []
