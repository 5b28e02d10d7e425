"""Papers asked for from a page: where the buttons stand, what the address and the file's name tell, what a refusal looks like."""

import re

import pytest
from playwright.async_api import Browser, Page

from adapters.papers.printer import ApartPrinter
from tests.web.conftest import Desk, Live, opened_case, partner_named, plain
from tests.web.hands import contact_to_client, open_case, person
from tests.web.looking import axe_faults
from tests.web.rooms import rooms


async def test_a_letter_is_printed_from_its_referral(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    partner = await partner_named(visitor, file, "Reintegration network")
    share = {"purpose": "share", "form": "written", "language": "ur", "partner": partner, "groups": ["identity"]}
    await visitor.send(f"{file.client}/consents", **share)  # type: ignore[arg-type]
    asked = {"partner": partner, "reason": "Please assess him.", "urgency": "low", "groups": ["identity"]}
    referral = await visitor.sent(f"{file.case}/refer", **asked)  # type: ignore[arg-type]
    assert "Print the letter" not in await visitor.open(referral)
    refused = plain(await visitor.open(f"{referral}/letter", 409))
    assert "No letter may leave" in refused
    assert "Send it first" in refused
    await visitor.open(referral)
    await visitor.send(f"{referral}/steps", step="send", version="1")
    assert f'action="{referral}/letter"' in await visitor.open(referral)
    answer = await visitor.http.get(f"{referral}/letter?language=ur")
    assert answer.status_code == 200
    assert re.fullmatch(r'inline; filename="letter\.(pdf|html)"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search("Yousaf|34201|یوسف", str(answer.url) + str(answer.headers))


async def test_a_summary_is_printed_from_the_case(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    page = plain(await visitor.open(file.case))
    assert "Ask first whether it is safe for them to carry it." in page
    for language in ("", "?language=en", "?language=nonsense"):
        answer = await visitor.http.get(f"{file.case}/summary{language}")
        assert answer.status_code == 200
        assert re.fullmatch(r'inline; filename="summary\.(pdf|html)"', answer.headers["content-disposition"])
    other = await desk.sign_in("counsellor.lhe")
    await other.open(f"{file.case}/summary", 404)


FACE_IS_THERE = (
    """document.fonts.ready.then(() => [...document.fonts].some(face => face.family.includes("MRC Naskh") && face.status == "loaded"))"""
)


@pytest.fixture
def no_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers as pages, which a browser can look at."""
    monkeypatch.setattr("service.wiring.ApartPrinter", lambda: ApartPrinter(start="import sys; sys.exit(1)"))


async def sheet_of(page: Page) -> str:
    await contact_to_client(page)
    return await open_case(page)


@pytest.mark.browser
async def test_a_paper_is_clean_and_quiet_in_a_browser(no_press: None, browser: Browser, live_sqlite: Live) -> None:
    """Its policy lets its own style and face in: were one refused, the console would say so and the page would have no style."""
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        case = await sheet_of(page)
        for tag in ("en", "ur", "ps"):
            await page.goto(f"{case}/summary?language={tag}")
            assert await axe_faults(page) == []
            assert await page.evaluate("getComputedStyle(document.querySelector('.head')).borderBottomStyle") == "solid"
            assert await page.evaluate(FACE_IS_THERE)
            assert await page.evaluate("document.dir") == ("ltr" if tag == "en" else "rtl")


@pytest.mark.browser
async def test_an_ordinary_page_prints_as_the_record_alone(browser: Browser, live_shared: Live) -> None:
    async with person(browser, live_shared, "counsellor.isb") as page:
        await page.goto(await sheet_of(page))
        assert not await page.locator(".letterhead").is_visible()
        await page.emulate_media(media="print")
        assert await page.locator(".letterhead").is_visible()
        for gone in (".bar", ".foot", "main form", "main summary", "main .button"):
            assert not [one for one in await page.locator(gone).all() if await one.is_visible()], gone
        time = page.locator("aside time").first
        full = await time.get_attribute("title")
        shown = await time.evaluate("it => [getComputedStyle(it).fontSize, getComputedStyle(it, '::after').content]")
        assert shown == ["0px", f'"{full}"']
        link = page.locator("main a").first
        assert "underline" not in await link.evaluate("it => getComputedStyle(it).textDecorationLine")


SHEET = 658
"""The width of A4 between its margins, in pixels."""
WAYS = ("nav.ways", "main form", "main .onward")
DRAWN = (*(f"/figures{page}" for page in ("", "/funnel", "/use", "/due", "/approvals", "/quality")), "/reports/centre?period=2026-Q3")
TABLES = """width => [...document.querySelectorAll("main table")].map(it => [
    getComputedStyle(it.tHead).display, it.scrollWidth <= width, it.offsetWidth >= width * .95])"""
"""Of each: whether its head is shown, whether it fits on the sheet, whether it takes all of it."""


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ur"])
async def test_figures_on_paper_are_tables_with_their_heads_and_nothing_to_press(
    browser: Browser, live_shared: Live, language: str
) -> None:
    async with rooms(browser, live_shared, language) as people:
        page = await people.page("supervisor.isb")
        await page.set_viewport_size({"width": SHEET, "height": 980})
        for path in DRAWN:
            await page.goto(path)
            assert [one for one in await page.locator(", ".join(WAYS)).all() if await one.is_visible()], "the control: there are ways"
            assert "none" in [head for head, *_ in await page.evaluate(TABLES, SHEET)], "the control: a screen so narrow has no heads"
            await page.emulate_media(media="print")
            for gone in WAYS:
                assert not [one for one in await page.locator(gone).all() if await one.is_visible()], (path, gone)
            assert {tuple(one) for one in await page.evaluate(TABLES, SHEET)} == {("table-header-group", True, True)}, path
            assert await page.evaluate("document.documentElement.scrollWidth") <= SHEET, path
            assert "ISB" in await page.locator(".letterhead").inner_text()
            assert re.search(r"20\d\d\W+\d\d:\d\d", await page.locator("main").inner_text()), f"{path} does not say of when"
            await page.emulate_media(media="screen")
