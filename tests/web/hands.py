"""What people do at the desk with a mouse, for the tests that go its ways in a real browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.web.conftest import CODES, DESK, PASSWORD, Live

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
    await page.get_by_role("button", name=words, exact=True).click()
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


async def at_link(browser: Browser, live: Live) -> Page:
    """What an agency sees that opens the link of its last mail, in a browser that asks for English."""
    link = re.search(r"/r/[A-Za-z0-9_-]{40,}", live.mail(DESK))
    assert link
    context = await browser.new_context(base_url=live.url, locale="en-GB")
    page = await context.new_page()
    await page.goto(link[0])
    assert await page.evaluate("document.dir") == "rtl", "the agency's own language, whatever the browser asks for"
    return page


async def by_code(page: Page, live: Live) -> None:
    """Behind the code that went to the agency's registered contact."""
    await page.get_by_role("button", name="کوڈ ہمارے درج شدہ رابطے کو بھیجیں").click()
    await said(page, "کوڈ آپ کے درج شدہ رابطے کو بھیجا جا رہا ہے۔")
    code = re.search(r"\b\d{6}\b", live.mail(CODES))
    assert code
    await page.get_by_label("چھ ہندسوں کا کوڈ").fill(code[0])
    await page.get_by_role("button", name="کھولیں", exact=True).click()
