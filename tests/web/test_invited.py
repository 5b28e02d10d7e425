"""An agency with a mailbox and no more sends somebody, in a real browser, in Urdu; the supervisor invited it and sees who came."""

import re

import pytest
from playwright.async_api import Browser

from tests.web.conftest import CODES, DESK, SHELTER, Live
from tests.web.filled import visitor
from tests.web.hands import said
from tests.web.looking import axe_faults, axe_faults_at_night, open_folds, too_wide, untranslated

pytestmark = pytest.mark.browser


async def test_a_shelter_sends_somebody_by_its_link_in_urdu(browser: Browser, live_shared: Live) -> None:
    live = live_shared
    async with visitor(live, "supervisor.lhe") as supervisor:
        found = re.search(rf'value="([0-9a-f-]{{36}})">{SHELTER}', await supervisor.open("/invitations"))
        assert found
        await supervisor.send("/invitations", 422)
        await supervisor.send("/invitations", partner=found[1])
        await live.carry()
        link = re.search(r"/r/[A-Za-z0-9_-]{40,}", live.mail(DESK))
        assert link
        context = await browser.new_context(base_url=live.url, locale="en-GB")
        page = await context.new_page()
        await page.goto(link[0])
        assert await page.evaluate("document.dir") == "rtl", "the agency's own language, whatever the browser asks for"
        await page.get_by_role("button", name="کوڈ ہمارے درج شدہ رابطے کو بھیجیں").click()
        await said(page, "کوڈ آپ کے درج شدہ رابطے کو بھیجا جا رہا ہے۔")
        code = re.search(r"\b\d{6}\b", live.mail(CODES))
        assert code
        await page.get_by_label("چھ ہندسوں کا کوڈ").fill(code[0])
        await page.get_by_role("button", name="کھولیں", exact=True).click()
        await page.get_by_label("آپ اس شخص کو کیوں بھیج رہے ہیں؟").fill("ملک واپس آئی ہیں")
        await page.get_by_label("نام", exact=True).fill("Zarghuna")
        await page.get_by_role("button", name="بھیجیں", exact=True).click()
        await said(page, "کسی شخص کو اس کی رضامندی کے بغیر حوالے نہیں کیا جاتا۔")
        faults = [*await axe_faults(page), *await axe_faults_at_night(page), *await untranslated(page)]
        assert (faults, await too_wide(page)) == ([], {})
        await page.get_by_label("انگوٹھے کا نشان").check()
        await page.get_by_label("انہوں نے کس دن رضامندی دی؟").fill("2026-01-04")
        await page.get_by_role("button", name="بھیجیں", exact=True).click()
        await said(page, "سینٹر کو مل گیا ہے، مگر ابھی دیکھا نہیں گیا۔")
        await open_folds(page)
        faults = [*await axe_faults(page), *await axe_faults_at_night(page), *await untranslated(page)]
        assert (faults, await too_wide(page)) == ([], {})
        assert "Zarghuna" not in await page.content(), "what was sent is not shown again"
        await context.close()
        sent = re.search(r"/incoming/[0-9a-f-]{36}", await supervisor.open("/invitations"))
        assert sent
        assert "Zarghuna" in await supervisor.open(sent[0])
