"""A passkey in Chromium, with its own virtual authenticator: added on the account page, used on the sign-in page, and refused when the
device does not verify its holder. Browsers keep passkeys for names only, so the pages are opened as localhost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page

from tests.web.conftest import PASSWORD, Live

pytestmark = pytest.mark.browser


@asynccontextmanager
async def desk(browser: Browser, live: Live) -> AsyncIterator[tuple[Page, CDPSession, str]]:
    context = await browser.new_context(base_url=live.url.replace("127.0.0.1", "localhost"))
    page = await context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    session = await context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    made: dict[str, Any] = await session.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}}
    )
    yield page, session, made["authenticatorId"]
    await context.close()
    assert not thrown, thrown


async def sign_in(page: Page) -> None:
    await page.goto("/sign-in")
    await page.locator("#sign-in-username").fill("counsellor.isb")
    await page.locator("#sign-in-password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url("**/my-cases")


async def add(page: Page, password: str = PASSWORD) -> None:
    await page.goto("/me")
    await page.locator("summary", has_text="Add a passkey").click()
    await page.get_by_label("What do you call this device?").fill("Reception")
    await page.locator("#passkey-present").fill(password)
    await page.get_by_role("button", name="Add this device").click()


async def keys(session: CDPSession, authenticator: str) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = (await session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator}))["credentials"]
    return held


async def test_added_once_it_opens_the_pages_without_a_word(browser: Browser, live_sqlite: Live) -> None:
    async with desk(browser, live_sqlite) as (page, session, authenticator):
        await sign_in(page)
        await add(page, "not the word")
        await page.get_by_text("This is not your present password.").wait_for()
        assert await keys(session, authenticator) == [], "a wrong password leaves nothing on the device"
        await add(page)
        await page.get_by_text("The passkey is added.").wait_for()
        held = await keys(session, authenticator)
        assert [(one["rpId"], one["isResidentCredential"]) for one in held] == [("localhost", True)]
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url("**/my-cases")
        await page.goto("/me")
        await page.get_by_text("last used").wait_for()

        await page.get_by_role("button", name="Sign out").click()
        await session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
        await page.get_by_role("button", name="Use a passkey").click()
        await page.get_by_text("No passkey was used.").wait_for()
        await session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url("**/my-cases")

        await page.goto("/me")
        await page.get_by_role("button", name="Remove: Reception").click()
        await page.get_by_text("The passkey is removed.").wait_for()
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Use a passkey").click()
        await page.get_by_text("This passkey was not accepted.").first.wait_for()


async def test_an_answer_sent_once_more_is_refused(browser: Browser, live_sqlite: Live) -> None:
    """What the browser itself sent, caught on its way and sent again from the same browser."""
    async with desk(browser, live_sqlite) as (page, _, _authenticator):
        await sign_in(page)
        await add(page)
        await page.get_by_text("The passkey is added.").wait_for()
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/sign-in")
        cookies = await page.context.cookies()
        async with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/sign-in/passkey")) as caught:
            await page.get_by_role("button", name="Use a passkey").click()
        sent = (await caught.value).post_data
        assert sent
        await page.wait_for_url("**/my-cases")
        await page.context.clear_cookies()
        await page.context.add_cookies(cookies)  # type: ignore[arg-type]
        origin = page.url.removesuffix("/my-cases")
        headers = {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
        again = await page.request.post("/sign-in/passkey", data=sent, headers=headers, max_redirects=0)
        assert again.status == 401
        assert "This passkey was not accepted." in await again.text()
        await page.goto("/sign-in")
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url("**/my-cases")


async def test_a_bare_number_for_an_address_says_so(browser: Browser, live_sqlite: Live) -> None:
    context = await browser.new_context(base_url=live_sqlite.url)
    page = await context.new_page()
    await sign_in(page)
    await page.goto("/me")
    await page.get_by_text("Passkeys need an address with a name").wait_for()
    assert await page.locator("summary", has_text="Add a passkey").count() == 0
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/sign-in")
    assert not await page.get_by_role("button", name="Use a passkey").is_visible()
    await context.close()
