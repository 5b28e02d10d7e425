"""What is typed outlives a power cut, a broken line and an ended session, for the one who typed it and nobody else."""

import pytest
from playwright.async_api import Browser, Page

from tests.web.at_a_device import at_desk, device, drafts, fill_door, lying, records
from tests.web.conftest import Live
from tests.web.hands import contact_to_client, open_case

pytestmark = pytest.mark.browser
WEATHER = "https://www.pmd.gov.pk/"
WORDS = "She asked for «Saira» by name"


async def typing(page: Page, text: str = WORDS) -> None:
    await page.goto("/contacts")
    await page.get_by_label("What did they ask?").fill(text)
    await page.get_by_label("WhatsApp").check()
    await drafts(page, 1)


async def question(page: Page) -> str:
    return await page.get_by_label("What did they ask?").input_value()


async def test_after_a_power_cut_the_draft_is_offered(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await page.close(run_before_unload=False)
        page = await context.new_page()
        await page.goto("/contacts")
        offer = page.locator(".draft")
        await offer.get_by_text("You were typing here today ").wait_for()
        assert await question(page) == ""
        await page.get_by_role("button", name="Bring it back").click()
        assert await question(page) == WORDS
        assert await page.get_by_label("WhatsApp").is_checked()
        assert await offer.count() == 0
        await drafts(page, 1)


async def test_a_draft_is_thrown_away_by_hand(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await page.goto("/contacts")
        await page.get_by_role("button", name="Throw it away").click()
        await drafts(page, 0)
        await page.goto("/contacts")
        assert await page.locator(".draft").count() == 0


async def test_a_form_that_was_done_is_forgotten(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.get_by_text("The contact is saved.").wait_for()
        await drafts(page, 0)


async def test_a_form_that_was_refused_goes_on(browser: Browser, live_shared: Live) -> None:
    """What stands in the page again is not offered beside it, and it is kept until the form is done."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await page.locator("#contact-phone").fill("12")
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.get_by_text("Please look again").wait_for()
        assert await question(page) == WORDS
        await page.goto("/contacts")
        await page.get_by_role("button", name="Bring it back").click()
        assert await page.locator("#contact-phone").input_value() == "12"
        await page.locator("#contact-phone").fill("0300 1234567")
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.get_by_text("The contact is saved.").wait_for()
        await drafts(page, 0)


async def test_a_form_whose_line_broke_is_kept_and_done_once(browser: Browser, live_shared: Live) -> None:
    """The answer is lost: nobody at the device knows that the contact is saved. Brought back and sent again, it is still one."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        before = records(live_shared, "contact")
        await typing(page)
        live_shared.loses = "/contacts"
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.get_by_role("heading", name="Entries without a line").wait_for()
        assert records(live_shared, "contact") == before + 1
        live_shared.loses = ""
        await page.goto("/contacts")
        await page.get_by_role("button", name="Bring it back").click()
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.get_by_text("The contact is saved.").wait_for()
        assert records(live_shared, "contact") == before + 1
        await drafts(page, 0)


async def test_two_presses_make_one_record(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        before = records(live_shared, "contact")
        await page.goto("/contacts")
        await page.get_by_label("What did they ask?").fill(WORDS)
        await page.get_by_role("button", name="Save", exact=True).dblclick()
        await page.get_by_text("The contact is saved.").wait_for()
        assert records(live_shared, "contact") == before + 1


async def test_after_the_session_ended_it_is_there_for_its_writer_alone(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await context.clear_cookies(name="mrc")
        await page.goto("/contacts")
        await fill_door(page, "counsellor2.isb")
        await page.get_by_role("heading", name="Quick contact").wait_for()
        await drafts(page, 1)
        assert await page.locator(".draft").count() == 0
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/sign-in")
        await page.goto("/sign-in?next=/contacts")
        await fill_door(page)
        await page.get_by_role("button", name="Bring it back").click()
        assert await question(page) == WORDS


async def test_signing_out_leaves_nothing_of_ones_own(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/sign-in")
        assert await lying(page) == {"drafts": [], "entries": [], "keep": []}


async def test_a_quick_exit_leaves_nothing_of_anybody(browser: Browser, live_shared: Live) -> None:
    """Two quick Escapes: all tabs go to the weather, which no test can reach, and nothing stays."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        other = await context.new_page()
        await typing(other)
        async with page.expect_request(WEATHER), other.expect_request(WEATHER):
            await page.keyboard.press("Escape")
            await page.keyboard.press("Escape")
        page = await context.new_page()
        await page.goto("/contacts")
        await page.wait_for_url("**/sign-in?next=/contacts")
        assert await lying(page) == {"drafts": [], "entries": [], "keep": []}


async def test_what_lies_on_the_device_cannot_be_read(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page, "Zulekha 7f3aqx")
        found = await lying(page)
        assert "Zulekha" not in str(found)
        assert "contacts" not in str(found), "nor which form it was"
        assert str(found).count("extractable: false") == 2
        await page.evaluate("""() => new Promise((done) => {
            indexedDB.open("mrc", 1).onsuccess = ({ target: { result } }) => {
                const plain = new TextEncoder().encode("Zulekha 7f3aqx");
                const deal = result.transaction("drafts", "readwrite");
                deal.objectStore("drafts").put({ id: "plain", at: 0, sealed: plain.buffer });
                deal.oncomplete = () => { result.close(); done(); };
            };
        })""")
        assert "Zulekha" in str(await lying(page)), "the control: a plain one is seen"


async def test_an_old_draft_is_deleted_unread(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await typing(page)
        await page.clock.install()
        await page.clock.fast_forward(13 * 3600 * 1000)
        await page.goto("/sign-in")
        await drafts(page, 0)


async def test_no_password_and_no_search_is_ever_kept(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        await page.locator("#q").fill(WORDS)
        await typing(page)
        await page.evaluate("""() => {
            const form = document.querySelector("form[action='/contacts']");
            form.insertAdjacentHTML("beforeend", "<input type=password name=secret>");
        }""")
        await page.locator("[name=secret]").fill("not to be kept")
        await page.get_by_label("What did they ask?").fill("And more")
        await page.goto("/contacts")
        await page.get_by_role("button", name="Bring it back").click()
        assert await page.locator("#q").input_value() == ""


async def case_of(page: Page) -> str:
    await page.goto("/contacts")
    await contact_to_client(page)
    return await open_case(page)


async def test_a_draft_in_a_fold_opens_it(browser: Browser, live_shared: Live) -> None:
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        case = await case_of(page)
        await page.locator("summary", has_text="Add a note").click()
        await page.locator("#note-text").fill(WORDS)
        await drafts(page, 1)
        await page.goto(case)
        await page.get_by_role("button", name="Bring it back").click()
        assert await page.locator("#note-text").input_value() == WORDS
        assert await page.locator("#note-text").evaluate("it => it === document.activeElement")
        assert await page.locator(".draft").count() == 0
        await page.get_by_role("button", name="Save the note").click()
        await page.get_by_text("The note is saved.").wait_for()
        await drafts(page, 0)


async def test_what_the_record_says_meanwhile_stands_beside_the_draft(browser: Browser, live_shared: Live) -> None:
    """Only what was typed comes back; nothing that changed meanwhile is overwritten without being seen."""
    async with device(browser, live_shared) as context:
        page = await at_desk(context)
        edit = await case_of(page) + "/edit"
        await page.goto(edit)
        await page.locator("#edit-summary").fill("Mine, not saved")
        await drafts(page, 1)
        await page.goto(edit)
        await page.locator("#edit-summary").fill("Saved meanwhile")
        await page.locator("#edit-risk").get_by_label("Critical").check()
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.get_by_text("The changes are saved.").wait_for()
        await drafts(page, 1)
        await page.goto(edit)
        assert await page.locator("#edit-summary").input_value() == "Saved meanwhile"
        await page.get_by_role("button", name="Bring it back").click()
        assert await page.locator("#edit-summary").input_value() == "Mine, not saved"
        await page.get_by_text("Now in the record: Saved meanwhile").wait_for()
        assert await page.locator("#edit-risk").get_by_label("Critical").is_checked()
