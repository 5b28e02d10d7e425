"""An agency with a mailbox and no more, in a real browser, in Urdu: the mail, the code, the answer; and the counsellor sees it."""

import pytest
from playwright.async_api import Browser

from tests.web.conftest import SHELTER, Live, opened_case, partner_named
from tests.web.filled import visitor
from tests.web.hands import at_link, by_code, said
from tests.web.looking import axe_faults, axe_faults_at_night, too_wide, untranslated

pytestmark = pytest.mark.browser


async def test_a_shelter_answers_by_its_link_in_urdu(browser: Browser, live: Live) -> None:
    async with visitor(live, "counsellor.isb") as desk:
        file = await opened_case(desk)
        shelter = await partner_named(desk, file, SHELTER)
        groups = ["identity", "contact"]
        share = {"purpose": "share", "partner": shelter, "groups": groups, "form": "thumb_mark", "language": "ur"}
        await desk.send(f"{file.client}/consents", **share)
        asked = {"partner": shelter, "reason": "A room for some days.", "urgency": "critical", "groups": groups}
        referral = await desk.sent(f"{file.case}/refer", **asked)
        await desk.send(f"{referral}/steps", step="send")
        await live.carry()
        page = await at_link(browser, live)
        assert "Yousaf" not in await page.content()
        await by_code(page, live)
        await said(page, "Yousaf Khan")
        faults = [*await axe_faults(page), *await axe_faults_at_night(page), *await untranslated(page)]
        assert (faults, await too_wide(page)) == ([], {})
        await page.get_by_text("ہم اسے نہیں لے سکتے").first.click()
        await page.get_by_label("یہ کس قسم کی وجہ ہے؟").select_option(label="جگہ یا وسائل باقی نہیں")
        async with page.expect_navigation():
            await page.get_by_role("button", name="ہم اسے نہیں لے سکتے").click()
        assert await page.get_by_label("یہ کس قسم کی وجہ ہے؟").input_value() == "no_capacity", "kept, where the reason itself is missing"
        await page.get_by_role("button", name="ہم اسے قبول کرتے ہیں").click()
        await said(page, "شکریہ۔ سینٹر کو بتا دیا گیا ہے۔")
        await page.get_by_text("ملاقات کا وقت دیں").first.click()
        await page.get_by_label("دن").fill("2031-01-06")
        await page.get_by_label("کس وقت؟").fill("10:30")
        await page.get_by_role("button", name="ملاقات کا وقت دیں").click()
        await page.get_by_text("یہ مکمل ہو گیا").first.click()
        await page.get_by_label("اس کا کیا نتیجہ نکلا؟").fill("کمرہ مل گیا")
        await page.get_by_role("button", name="یہ مکمل ہو گیا").click()
        await said(page, "شکریہ۔ سینٹر کو آپ کا جواب مل گیا ہے")
        assert "Yousaf" not in await page.content()
        await page.context.close()
        seen = await desk.open(referral)
        assert "کمرہ مل گیا" in seen
        assert "10:30" in seen
