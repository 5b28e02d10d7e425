"""The journey with a mouse in a real browser, in English and shorter in Urdu; at night, by keyboard, on paper, and without a script."""

import httpx
import pytest
from playwright.async_api import Browser

from tests.web.conftest import PASSWORD, Live
from tests.web.hands import consent, contact_to_client, counsel, fold, open_case, person, refer, said
from tests.web.looking import axe_faults

pytestmark = pytest.mark.browser


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


async def test_a_refused_form_can_be_read_at_night_and_a_sheet_on_paper(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await page.emulate_media(color_scheme="dark")
        await contact_to_client(page)
        await open_case(page)
        await fold(page, "Add a session")
        await page.get_by_role("button", name="Save the session").click()
        assert await page.locator(".wrong").is_visible()
        assert await axe_faults(page) == []
        await page.emulate_media(media="print", color_scheme="light")
        assert not await page.locator(".bar").is_visible()


async def test_the_keyboard_is_enough(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await page.wait_for_load_state()
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
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await contact_to_client(page)
    await open_case(page)
    await fold(page, "Add a note")
    await page.locator("#note-text").fill("Plain and simple.")
    await page.get_by_role("button", name="Save the note").click()
    await said(page, "Plain and simple.")
    await context.close()
