"""An agency with a mailbox and no more sends somebody, in a real browser, in Urdu; the supervisor invited it and sees who came."""

import re

import pytest
from playwright.async_api import Browser

from tests.web.conftest import SHELTER, Live
from tests.web.filled import visitor
from tests.web.hands import at_link, by_code, said
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
        page = await at_link(browser, live)
        await by_code(page, live)
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
        await page.context.close()
        sent = re.search(r"/incoming/[0-9a-f-]{36}", await supervisor.open("/invitations"))
        assert sent
        assert "Zarghuna" in await supervisor.open(sent[0])
