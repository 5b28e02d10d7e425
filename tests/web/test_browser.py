"""The journey with a mouse in a real browser, in English and shorter in Urdu; every page clean for axe, quiet and as wide as its window."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.web.conftest import PASSWORD, Live

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1366)
GROUPS = ("Who they are", "How to reach them", "Their story")


@asynccontextmanager
async def person(browser: Browser, live: Live, name: str, language: str = "en", words: str = "Sign in") -> AsyncIterator[Page]:
    """Somebody at a desk of their own. Whatever the console calls an error fails the test."""
    context = await browser.new_context(base_url=live.url, viewport={"width": 1366, "height": 900})
    page = await context.new_page()
    loud: list[str] = []
    page.on("console", lambda message: loud.append(message.text) if message.type == "error" and "status of 4" not in message.text else None)
    page.on("pageerror", lambda error: loud.append(str(error)))
    await page.goto(f"/language/{language}")
    await page.locator("#sign-in-username").fill(name)
    await page.locator("#sign-in-password").fill(PASSWORD)
    await page.get_by_role("button", name=words).click()
    await page.wait_for_url("**/my-cases")
    yield page
    await context.close()
    assert not loud, loud


async def said(page: Page, text: str) -> None:
    await page.get_by_text(text).first.wait_for()


async def fold(page: Page, name: str) -> None:
    """Opens a fold of a page, unless it stands open."""
    summary = page.locator("summary", has_text=name).first
    if await summary.locator("xpath=..").get_attribute("open") is None:
        await summary.click()


async def contact_to_client(page: Page) -> None:
    await page.get_by_role("link", name="Quick contact").click()
    await page.get_by_label("What did they ask?").fill("Is the job in the Gulf real?")
    await page.locator("#contact-name").fill("Yousaf")
    await page.locator("#contact-phone").fill("0300-1234567")
    await page.get_by_role("button", name="Save and register the person").click()
    await page.locator("#client-name").fill("Yousaf Khan")
    await page.locator("#client-name_urdu").fill("یوسف خان")
    await page.get_by_label("Male", exact=True).check()
    await page.locator("#client-birth_year").fill("1994")
    await page.locator("#client-cnic").fill("۳۴۲۰۱-۰۸۹۱۲۳۱-۷")
    await page.get_by_label("Returned").check()
    await page.get_by_label("It is safe to ring this number").check()
    await page.get_by_role("button", name="Register").click()
    await said(page, "34201-0891231-7")


async def consent(page: Page) -> None:
    await fold(page, "Record a consent")
    await page.get_by_label("Sharing with a partner").check()
    await page.locator("#consent-partner").select_option(label="Federal Investigation Agency, Anti-Human Smuggling")
    for group in GROUPS:
        await page.locator("#consent-groups").get_by_label(group).check()
    await page.get_by_label("Thumb mark").check()
    await page.get_by_role("button", name="Record the consent").click()
    await said(page, "The consent is recorded.")


async def open_case(page: Page) -> str:
    await fold(page, "Open a case")
    await page.get_by_label("Protection").check()
    await page.locator("#case-risk").get_by_label("High").check()
    await page.get_by_label("Summary").fill("Cheated abroad, papers kept.")
    await page.get_by_role("button", name="Open the case").click()
    await said(page, "The case is open.")
    return page.url.split("?")[0]


async def counsel(page: Page) -> None:
    await page.get_by_role("button", name="Start counselling").click()
    await fold(page, "Add a session")
    await page.locator("#session-minutes").fill("40")
    await page.locator("#session-note").fill("Came alone.")
    await page.get_by_role("button", name="Save the session").click()
    await said(page, "Came alone.")
    await fold(page, "Ask the seven questions")
    for question, answer in (
        ("Did someone else keep", "Yes"),
        ("Were you made to do work", "Yes"),
        ("Was money kept back", "Declined to say"),
    ):
        await page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    await page.get_by_role("button", name="Save the answers").click()
    await said(page, "Strong signs")
    await page.get_by_label("Presumed victim").check()
    await page.get_by_label("Why?").last.fill("Papers kept, forced to work.")
    await page.get_by_role("button", name="Save the decision").click()
    await said(page, "Decided by Counsellor ISB:")


async def refer(page: Page) -> str:
    await page.get_by_role("link", name="Send a referral").click()
    await page.locator("#refer-partner").select_option(label="Federal Investigation Agency, Anti-Human Smuggling")
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_label("What do you ask of them?").fill("Please take the report.")
    await page.get_by_label("High: answer within 3 hours").check()
    assert await page.get_by_label("Who they are").is_checked()
    assert not await page.get_by_label("Migration and district").is_checked()
    await page.get_by_role("button", name="Save the draft").click()
    leaving = await page.locator("section[aria-labelledby=leaves]").inner_text()
    assert "+923001234567" in leaving
    assert "Returned" not in leaving
    await page.get_by_role("button", name="Ask for approval").click()
    await said(page, "Waiting for a supervisor")
    return page.url.split("?")[0]


async def partner_acts(live: Live) -> None:
    """The agency's own system, over the API."""
    async with httpx.AsyncClient(base_url=live.url, trust_env=False) as http:
        grant = {"grant_type": "client_credentials", "client_id": "fia", "client_secret": "demo-fia-2026"}
        token = (await http.post("/api/v1/auth/token", data=grant)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        ref = (await http.get("/partner/v1/referrals")).json()["items"][0]["ref"]
        packet = (await http.get(f"/partner/v1/referrals/{ref}")).json()["client"]
        assert packet["summary"] == "Cheated abroad, papers kept."
        assert "migration_stage" not in packet
        for step in ({"step": "accept"}, {"step": "start_service"}, {"step": "complete", "outcome": "Case registered"}):
            answer = await http.post(f"/partner/v1/referrals/{ref}/steps", json=step)
            assert answer.status_code == 200, answer.text


async def test_the_journey_with_a_mouse(browser: Browser, live: Live) -> None:
    async with person(browser, live, "counsellor.isb") as counsellor, person(browser, live, "supervisor.isb") as supervisor:
        await contact_to_client(counsellor)
        await consent(counsellor)
        case = await open_case(counsellor)
        await counsel(counsellor)
        referral = await refer(counsellor)
        await supervisor.get_by_role("link", name="Board").click()
        await supervisor.get_by_role("link", name="Federal Investigation Agency").click()
        assert supervisor.url == referral
        await supervisor.get_by_role("button", name="Approve and send").click()
        await said(supervisor, "Waiting for Federal Investigation Agency")
        await partner_acts(live)
        await counsellor.goto("/")
        await fold(counsellor, "News")
        await counsellor.get_by_role("link", name="Referral: Completed").click()
        await said(counsellor, "Case registered")
        await counsellor.goto(case)
        await fold(counsellor, "Close the case")
        await counsellor.get_by_label("What became of the person?").select_option(label="Protected")
        await counsellor.get_by_role("button", name="Close the case").click()
        await said(counsellor, "Outcome: Protected")
        await supervisor.get_by_role("link", name="Figures").click()
        row = supervisor.locator("section[aria-labelledby=stages] tr", has_text="Closed")
        assert await row.locator("td").first.inner_text() == "1"
        await row.get_by_role("link").click()
        await supervisor.get_by_role("link", name="Yousaf Khan").click()
        assert supervisor.url == case


async def test_the_journey_in_urdu(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb", "ur", "اندر آئیں") as page:
        assert await page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        await page.locator("#q").fill("یوسف خان")
        await page.get_by_role("button", name="تلاش").click()
        await said(page, "کوئی نہیں ملا")
        await page.get_by_role("button", name="نیا اندراج کریں").click()
        assert await page.locator("#client-name_urdu").input_value() == "یوسف خان"
        await page.locator("#client-name").fill("Yousaf Khan")
        await page.get_by_label("مرد").check()
        await page.get_by_label("واپس آ چکے").check()
        await page.locator("#client-cnic").fill("342010891231")
        await page.get_by_role("button", name="اندراج", exact=True).click()
        await said(page, "ہندسے ہیں؛ شناختی کارڈ میں")
        await page.locator("#client-cnic").fill("۳۴۲۰۱۰۸۹۱۲۳۱۷")
        await page.get_by_role("button", name="اندراج", exact=True).click()
        await said(page, "34201-0891231-7")
        box = await page.get_by_text("34201-0891231-7").evaluate("e => [getComputedStyle(e).direction, e.dir]")
        assert box == ["ltr", "ltr"]
        await fold(page, "کیس کھولیں")
        await page.get_by_label("تحفظ").check()
        await page.get_by_label("درمیانہ").check()
        await page.get_by_role("button", name="کیس کھولیں").click()
        await said(page, "کیس کھل گیا۔")
        await page.get_by_role("button", name="مشاورت شروع کریں").click()
        await fold(page, "نوٹ لکھیں")
        await page.locator("#note-text").fill("انہیں کل فون کرنا ہے۔")
        await page.get_by_role("button", name="نوٹ محفوظ کریں").click()
        await said(page, "انہیں کل فون کرنا ہے۔")


async def filled(page: Page) -> dict[str, str]:
    """A case with something in every part, and the address of each page that shows it."""
    await contact_to_client(page)
    client = page.url.split("?")[0]
    await consent(page)
    case = await open_case(page)
    await counsel(page)
    await fold(page, "Add a task")
    await page.get_by_label("What is to be done?").fill("Ring the sister")
    await page.locator("#task-due_on").fill("2026-01-01")
    await page.get_by_role("button", name="Save the task").click()
    referral = await refer(page)
    names = ("/my-cases", "/clients", "/clients/new", "/contacts", "/referrals", "/break-glass", "/me", "/clients/x")
    chosen = await page.goto(f"{case}/refer") and await page.locator("#refer-partner").input_value()
    more = (client, f"{client}/edit", case, f"{case}/edit", f"{case}/refer", f"{case}/refer?partner={chosen}", referral)
    return {name: name for name in (*names, *more)}


async def faults(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found.response["violations"]]


async def too_wide(page: Page) -> list[int]:
    wide = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(width)
    return wide


async def looked_at(page: Page, path: str) -> None:
    await page.goto(path)
    for summary in await page.locator("summary").all():
        if await summary.locator("xpath=..").get_attribute("open") is None:
            await summary.evaluate("it => it.parentElement.open = true")
    assert await faults(page) == [], path
    assert await too_wide(page) == [], path


async def test_every_page_is_clean_in_three_languages(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page, person(browser, live_sqlite, "supervisor.isb") as supervisor:
        paths = await filled(page)
        for tag in ("en", "ur", "ps"):
            for one, its in (
                (page, list(paths)),
                (supervisor, ["/figures", "/board", "/approvals", "/my-cases?whose=centre", *list(paths)[-3:]]),
            ):
                await one.goto(f"/language/{tag}")
                for path in its:
                    await looked_at(one, path)
        async with await browser.new_context(base_url=live_sqlite.url, color_scheme="dark") as dark:
            night = await dark.new_page()
            for tag in ("en", "ur", "ps"):
                await night.goto(f"/language/{tag}")
                await looked_at(night, "/sign-in")


async def test_the_night_is_clean_too(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await page.emulate_media(color_scheme="dark")
        paths = await filled(page)
        for path in list(paths)[-7:]:
            await looked_at(page, path)
        await page.goto(list(paths)[-5])
        await fold(page, "Add a session")
        await page.get_by_role("button", name="Save the session").click()
        assert await faults(page) == []
        await page.emulate_media(media="print", color_scheme="light")
        assert not await page.locator(".bar").is_visible()


async def test_a_bad_page_is_seen(page: Page) -> None:
    """The control of the two looks above."""
    await page.set_content("<html lang=en><title>x</title><main><h1>x</h1><img src=''><p style='width:3000px'>wide</p></main></html>")
    assert any(fault.startswith("image-alt") for fault in await faults(page))
    assert await too_wide(page) == list(WIDTHS)


async def test_the_keyboard_is_enough(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("/")
        assert await page.evaluate("document.activeElement.id") == "q"
        await page.goto("/contacts")
        await page.locator("#contact-name").fill("Yousaf")
        await page.keyboard.press("Enter")
        assert page.url.endswith("/contacts")
        await page.keyboard.press("Control+Enter")
        await said(page, "The contact is saved.")


async def test_without_javascript_all_is_there(browser: Browser, live_sqlite: Live) -> None:
    context = await browser.new_context(base_url=live_sqlite.url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/")
    await page.locator("#sign-in-username").fill("counsellor.isb")
    await page.locator("#sign-in-password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await contact_to_client(page)
    await open_case(page)
    await fold(page, "Add a note")
    await page.locator("#note-text").fill("Plain and simple.")
    await page.get_by_role("button", name="Save the note").click()
    await said(page, "Plain and simple.")
    await context.close()
