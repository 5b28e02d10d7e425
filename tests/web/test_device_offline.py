"""Without a line: the shell that lies on the device, entries written in it, and each of them one record when the line is back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.web.at_a_device import at_desk, device, fill_door, lying, records
from tests.web.conftest import Live
from tests.web.looking import axe_faults, too_wide

pytestmark = pytest.mark.browser
SESSION = "0192f3c4-0000-7000-8000-000000000001"
SHOWN = """document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Karachi" }).format();
    for (const [id, title, on] of [["ID", "Talk at the institute", day], ["old", "Talk of last year", "2020-01-01"]]) {
        const it = document.createElement("i");
        Object.assign(it.dataset, { outreachSession: id, title, day: on });
        document.body.append(it);
    }
});""".replace("ID", SESSION)


@asynccontextmanager
async def no_line(context: BrowserContext, live: Live) -> AsyncIterator[None]:
    """The device knows that it has none, and no connection comes through: the worker has to find out by itself."""
    live.down = True
    await context.set_offline(True)
    try:
        yield
    finally:
        live.down = False
        await context.set_offline(False)


async def write(page: Page, name: str, phone: str = "") -> None:
    await page.locator("#entry-name").fill(name)
    await page.locator("#entry-phone").fill(phone)
    await page.get_by_label("What did they ask?").fill("Is the visa real?")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Kept. It goes up as soon as there is a line.").wait_for()


async def says(page: Page, text: str) -> None:
    await page.locator("#line").get_by_text(text).wait_for()


async def test_the_shell_is_clean_in_three_languages(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        for tag in ("en", "ur", "ps"):
            await page.goto(f"/language/{tag}?back=/offline")
            await page.locator("#entry-name").fill("Yousaf")
            await page.locator("#entry-phone").fill("12")
            await page.locator("#entry .first").click()
            await page.locator("#refused li").first.wait_for()
            assert await axe_faults(page) == []
            assert await too_wide(page) == {}


async def test_what_was_written_without_a_line_becomes_one_record_each(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        before = records(live_shared, "contact")
        async with no_line(context, live_shared):
            await page.reload()
            await page.get_by_role("heading", name="Entries without a line").wait_for()
            await write(page, "Yousaf", "0300 1234567")
            await says(page, "No line: 1 entry waits.")
            await write(page, "Zulekha")
            await says(page, "No line: 2 entries wait.")
            await page.reload()
            await says(page, "No line: 2 entries wait.")
            assert "Zulekha" not in str(await lying(page)) + await page.content()
            assert await axe_faults(page) == []
        await says(page, "2 entries were sent.")
        assert records(live_shared, "contact") == before + 2
        assert (await lying(page))["entries"] == []
        await page.goto("/contacts")
        await page.get_by_text("Yousaf").wait_for()
        assert await page.get_by_text("Zulekha").count() == 1


async def test_an_answer_that_was_lost_makes_no_second_record(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        before = records(live_shared, "contact")
        await page.goto("/offline")
        live_shared.loses = "/contacts"
        await write(page, "Yousaf")
        await says(page, "No line: 1 entry waits.")
        assert records(live_shared, "contact") == before + 1
        live_shared.loses = ""
        await page.get_by_role("button", name="Send now").click()
        await says(page, "1 entry was sent.")
        assert records(live_shared, "contact") == before + 1


async def test_what_was_refused_says_why_and_is_mended(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        before = records(live_shared, "contact")
        async with no_line(context, live_shared):
            await page.goto("/offline")
            await write(page, "Yousaf", "12")
            await write(page, "Zulekha", "13")
        await says(page, "2 entries need another look.")
        first, second = page.locator("#refused li").first, page.locator("#refused li").last
        await first.get_by_text("Telephone: This telephone number has too few or too many digits.").wait_for()
        assert records(live_shared, "contact") == before
        assert await axe_faults(page) == []
        await second.get_by_role("button", name="Throw it away").click()
        await says(page, "1 entry needs another look.")
        await first.get_by_role("button", name="Mend it").click()
        assert await page.locator("#entry-name").input_value() == "Yousaf"
        await write(page, "Yousaf", "0300 1234567")
        await says(page, "1 entry was sent.")
        assert records(live_shared, "contact") == before + 1


async def remembered(page: Page) -> None:
    """Waits until the two sessions that the page showed lie on the device: sealed, so only how much lies there tells."""
    both = 2 * len(SESSION + "Talk at the institute")
    for _ in range(200):
        if any(one["id"] == "known" and len(str(one)) > 80 + both for one in (await lying(page))["keep"]):
            return
        await page.wait_for_timeout(25)
    raise AssertionError("the page's sessions were never kept")


async def test_a_sign_up_goes_to_its_session(browser: Browser, live_shared: Live) -> None:
    """The sessions of today are those that a page showed; what is sent is what their form sends."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.add_init_script(SHOWN)
        await page.goto("/my-cases")
        await remembered(page)
        assert "institute" not in str(await lying(page))
        await page.add_init_script("""window.sent = [];
            const there = window.fetch;
            window.fetch = async (where, how) => {
                if (!String(where).startsWith("/outreach/")) return there(where, how);
                window.sent.push([where, Object.fromEntries(how.body), how.headers.Accept]);
                return new Response("{}", { status: 201 });
            };""")
        await page.goto("/offline")
        await expect(page.locator("#entry-session option")).to_have_count(2)
        options = await page.locator("#entry-session option").all_inner_texts()
        assert options == ["None: an ordinary contact", "Talk at the institute"]
        await page.locator("#entry-session").select_option(label="Talk at the institute")
        assert not await page.get_by_role("group", name="How did they reach us?").is_visible()
        await page.get_by_label("It is safe to ring this number").check()
        await write(page, "Yousaf", "0300 1234567")
        await says(page, "1 entry was sent.")
        ((where, fields, accept),) = await page.evaluate("window.sent")
        assert (where, accept) == (f"/outreach/{SESSION}/sign-ups", "application/json")
        assert fields.pop("form_token")
        assert len(fields.pop("key")) == 36
        assert fields == {"name": "Yousaf", "phone": "0300 1234567", "phone_safe": "1", "question": "Is the visa real?"}


async def test_entries_wait_for_their_writer(browser: Browser, live_shared: Live) -> None:
    """Signing out says what waits; a colleague at the same device neither sees nor sends it."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        before = records(live_shared, "contact")
        async with no_line(context, live_shared):
            await page.goto("/offline")
            await write(page, "Yousaf")
            live_shared.refuses = "/session"  # a line too thin for sending
        await page.close()
        page = await context.new_page()
        await page.goto("/my-cases")
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_text("1 entry has not been sent yet.").wait_for()
        await page.get_by_role("button", name="Sign out all the same").click()
        await page.wait_for_url("**/sign-in")
        await fill_door(page, "counsellor2.isb")
        await page.wait_for_url("**/my-cases")
        live_shared.refuses = ""
        await page.goto("/offline")
        await page.get_by_role("button", name="Send now").click()
        assert not await page.locator("#line").is_visible()
        await page.goto("/my-cases")
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/sign-in")
        assert records(live_shared, "contact") == before
        await fill_door(page)
        await says(page, "1 entry was sent.")
        assert records(live_shared, "contact") == before + 1


async def test_without_the_key_the_shell_writes_nothing(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/sign-in")
        async with no_line(context, live_shared):
            await page.goto("/offline")
            await page.get_by_text("Nobody is signed in on this device.").wait_for()
            assert not await page.locator("#entry").is_visible()


async def test_an_entry_half_written_is_sealed_when_the_device_is_left_alone(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        async with no_line(context, live_shared):
            await page.clock.install()
            await page.goto("/offline")
            await page.locator("#entry-name").fill("Zulekha")
            await page.clock.fast_forward(9 * 60_000)
            await page.get_by_text("The desk locks in 1 minute.").wait_for()
            await page.clock.fast_forward(60_000)
            await says(page, "1 entry needs another look.")
            assert await page.locator("#entry-name").input_value() == ""
        await page.reload()
        await page.get_by_text("This entry was not finished.").wait_for()
        await page.get_by_role("button", name="Mend it").click()
        assert await page.locator("#entry-name").input_value() == "Zulekha"


async def test_an_entry_is_gone_after_a_day(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        async with no_line(context, live_shared):
            await page.goto("/offline")
            await write(page, "Zulekha")
            await page.clock.install()
            await page.clock.fast_forward(25 * 3600_000)
            await page.reload()
            await page.get_by_text("Nobody is signed in on this device.").wait_for()
            assert (await lying(page))["entries"] == []


async def test_only_the_shell_and_the_files_lie_on_the_device(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.goto("/contacts")
        token = await page.locator("input[name=form_token]").first.input_value()
        kept = await page.evaluate("""async () => {
            const found = {};
            for (const name of await caches.keys()) {
                const kept = await caches.open(name);
                for (const one of await kept.keys()) {
                    const answer = await kept.match(one, { ignoreVary: true });
                    found[new URL(one.url).pathname] = await answer.text();
                }
            }
            return found;
        }""")
        pages = {path for path in kept if not path.startswith("/static/")}
        assert pages == {"/offline"}
        assert "desk.js" in str(list(kept))
        assert token not in str(kept)
        assert "Counsellor" not in kept["/offline"]
        assert "form_token" not in kept["/offline"]


async def test_the_shell_speaks_its_readers_language(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.goto("/language/ur?back=/my-cases")
        await page.evaluate("""async () => {
            while ((await caches.match("/offline"))?.headers.get("Content-Language") !== "ur")
                await new Promise((resolve) => setTimeout(resolve, 50));
        }""")
        async with no_line(context, live_shared):
            await page.goto("/my-cases")
            await page.get_by_role("heading", name="انٹرنیٹ کے بغیر اندراج").wait_for()


WAITING = """async () => {
    const its = await navigator.serviceWorker.getRegistration();
    await its.update();
    while (!its.waiting) await new Promise((resolve) => setTimeout(resolve, 20));
}"""
CACHES = "async () => (await caches.keys()).sort()"


async def test_a_new_release_begins_at_the_door(browser: Browser, live_shared: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never between two clicks of somebody who is in."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        (present,) = await page.evaluate(CACHES)
        monkeypatch.setattr("service.web.device.mark", lambda: "next")
        await page.goto("/my-cases")
        await page.evaluate(WAITING)
        await page.goto("/contacts")
        assert await page.evaluate(CACHES) == sorted([present, "mrc-next"])
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/sign-in")
        await page.wait_for_function("async () => (await caches.keys()).join() === 'mrc-next'")
