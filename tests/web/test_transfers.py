"""Handing a client to another centre on pages: asked for from the sheet, answered there, followed by both."""

import re

import pytest
from playwright.async_api import Browser

from tests.web.conftest import Desk, Live, main_of, opened_case, plain
from tests.web.filled import fill, visitor
from tests.web.looking import axe_faults, open_folds, too_wide, untranslated
from tests.web.rooms import rooms

ASKED = {"centre": "LHE", "reason": "His brothers live there.", "urgency": "high", "agreed_how": "thumb_mark", "agreed_on": "2026-01-05"}
NAMED = ("Yousaf", "یوسف", "1234567", "34201")


async def test_from_the_sheet_to_the_other_centre(desk: Desk) -> None:
    counsellor, there = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.lhe")
    case = (await opened_case(counsellor)).case
    assert f'href="{case}/transfers"' in await counsellor.open(case)
    form = await counsellor.open(f"{case}/transfers")
    assert "Migrant Resource Centre Lahore" in form
    assert "Migrant Resource Centre Islamabad" not in main_of(form)
    wrong = await counsellor.send(f"{case}/transfers", 422, **{**ASKED, "agreed_on": ""})
    assert "Nobody is handed to another centre without having agreed to it." in wrong.text
    assert "His brothers live there." in wrong.text, "what was typed is still there"
    here = await counsellor.sent(f"{case}/transfers", **ASKED)
    assert "Ask the other centre" not in await counsellor.open(f"{case}/transfers"), "while one waits"

    assert "Another centre asks you to take a client" in await there.open("/my-cases")
    queue = plain(main_of(await there.open("/transfers")))
    assert re.search(r"Waiting for our answer Case ISB-K-\d+ Waits for an answer: [23] hours left from Migrant Resource Centre", queue)
    assert "Clients whom other centres ask us to take" in await there.open("/board")
    shown = await there.open(here)
    for said in ("His brothers live there.", "Thumb mark", "25 to 59", "Counsellor LHE"):
        assert said in shown
    assert not [word for word in NAMED if word in shown]
    nobody = await there.send(f"{here}/answer", 422, step="accept", version="1", counsellor="")
    assert 'id="step-accept-counsellor-fault"' in nobody.text
    unsaid = await there.send(f"{here}/answer", 422, step="refuse", version="1", reason="")
    assert 'id="step-refuse-reason-fault"' in unsaid.text
    taker = re.search(r'<option value="([^"]+)">Counsellor LHE', shown)
    assert taker
    assert await there.sent(f"{here}/answer", step="accept", version="1", counsellor=taker.group(1)) == case
    assert "Yousaf Khan" in await there.open(case)
    await counsellor.open(case, 404)
    assert "Another centre has taken your client" in await counsellor.open("/my-cases")
    left = plain(main_of(await counsellor.open("/transfers")))
    assert re.search(r"Case ISB-K-\d+ Accepted to Migrant Resource Centre Lahore", left)
    assert "with the other centre now" in await counsellor.open(here)
    assert f'href="{here}"' in await (await desk.sign_in("dpo")).open("/trail")


async def test_refused_and_taken_back(desk: Desk) -> None:
    counsellor, there = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.lhe")
    case = (await opened_case(counsellor)).case
    await counsellor.open(f"{case}/transfers")
    first = await counsellor.sent(f"{case}/transfers", **ASKED)
    late = await counsellor.send(f"{case}/transfers", 409, **ASKED)
    assert "A transfer of this client waits for an answer already." in late.text
    await there.open(first)
    await there.send(f"{first}/answer", step="refuse", version="1", reason="No room this month.")
    assert "No room this month." in await counsellor.open(first)
    second = await counsellor.sent(f"{case}/transfers", **ASKED)
    assert await counsellor.sent(f"{second}/withdrawal", version="1") == second
    gone = await there.open(second)
    assert "Withdrawn" in gone
    assert "His brothers live there." not in gone
    await (await desk.sign_in("counsellor.lhe")).open(second, 404)


@pytest.mark.browser
async def test_what_the_other_centre_sees_is_as_it_should_be(browser: Browser, live_shared: Live) -> None:
    """The pages of whoever answers; those of the sender are looked at with all others."""
    here = f"/transfers/{(await fill(live_shared))['transfers']}"
    async with visitor(live_shared, "supervisor.pew") as there:
        assert "Her brother lives there." in await there.open(here)
    async with rooms(browser, live_shared, "ur") as people:
        page = await people.page("supervisor.pew")
        for address in (here, "/transfers", "/board"):
            await page.goto(address)
            await open_folds(page)
            assert await axe_faults(page) == []
            assert await too_wide(page) == {}
            assert await untranslated(page) == []
