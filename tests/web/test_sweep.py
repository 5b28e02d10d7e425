"""What somebody types into any field of any form comes back as text, on the page that answers and on every page after it."""

import pytest
from playwright.async_api import Browser, Page

from tests.web.conftest import Live
from tests.web.filled import Look, fill, looks
from tests.web.looking import headings
from tests.web.rooms import Rooms, rooms

pytestmark = pytest.mark.browser

TYPED = "\"><b data-ran></b><script>window.ran = 1</script><svg onload='window.ran = 1'>{{7*7}}"
APART = ("/sign-out", "/sign-in", "/lock", "/password", "/sessions", "/second-factor", "/reset", "/deactivation", "/language")
"""Forms that end the session of the one who sweeps, or of whoever comes next."""

_FORMS = "() => [...document.querySelectorAll('main form[method=post]')].map((form) => form.getAttribute('action') || '')"

_TYPE = """([number, typed]) => {
  const form = document.querySelectorAll("main form[method=post]")[number];
  if (!form) return false;
  form.noValidate = true;
  let typable = 0;
  for (const field of form.elements) {
    if (field.matches("textarea, input[type=text], input[type=search], input[type=tel], input:not([type])")) {
      field.removeAttribute("maxlength");
      field.value = typed;
      typable += 1;
    } else if (field.matches("select") && field.options.length > 1) {
      field.selectedIndex = 1;
    } else if (field.matches("input[type=radio]") && !form.querySelector(`input[name="${CSS.escape(field.name)}"]:checked`)) {
      field.checked = true;
    } else if (field.matches("input[type=date]")) {
      field.value = "2026-12-01";
    } else if (field.matches("input[type=number], input[inputmode=numeric]")) {
      field.value = "5";
    }
  }
  return typable > 0;
}"""
_SEND = "(number) => HTMLFormElement.prototype.submit.call(document.querySelectorAll('main form[method=post]')[number])"


async def ran(page: Page) -> bool:
    found: bool = await page.evaluate("() => Boolean(document.querySelector('[data-ran]') || window.ran)")
    return found


async def sweep(people: Rooms, look: Look) -> int:
    """Types into every form of a page and sends it. How many there were."""
    page = await people.page(look.who)
    await page.goto(look.address, wait_until="domcontentloaded")
    sent, elsewhere = 0, False
    for number, action in enumerate(await page.evaluate(_FORMS)):
        if action.endswith(APART):
            continue
        if elsewhere:
            await page.goto(look.address, wait_until="domcontentloaded")
        elsewhere = await page.evaluate(_TYPE, [number, TYPED])
        if elsewhere:
            async with page.expect_navigation(wait_until="domcontentloaded"):
                await page.evaluate(_SEND, number)
            assert not await ran(page), (look, action)
            sent += 1
    return sent


async def test_no_field_of_any_form_runs_anything(browser: Browser, live_shared: Live) -> None:
    every = looks(live_shared.app, await fill(live_shared))
    async with rooms(browser, live_shared, "en") as people:
        sent = sum([await sweep(people, look) for look in every if look.who])
        for look in every:
            page = await people.page(look.who)
            await page.goto(look.address, wait_until="domcontentloaded")
            assert not await ran(page), look
            assert "49" not in (await headings(page))[0], look
    assert sent > 20


async def test_what_runs_is_seen(page: Page) -> None:
    await page.set_content(f"<html><body><p>{TYPED}</p></body></html>")
    assert await ran(page)
