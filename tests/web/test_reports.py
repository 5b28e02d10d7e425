"""Built-in reports on their pages: chosen, seen, taken as a file, had made after each period; in English and in Urdu."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser

from tests.evidence.conftest import people
from tests.service import Service
from tests.web.conftest import Desk, Live, main_of, plain
from tests.web.rooms import rooms


async def test_from_the_list_to_the_figures_and_the_file(desk: Desk) -> None:
    service = Service(desk.house, desk.stranger, "sqlite", desk.app)
    await people(service, 30, agreed=0)
    await people(service, 4, agreed=0, seed=2, gender="transgender")
    supervisor, analyst, she = [await desk.sign_in(one) for one in ("supervisor.isb", "analyst", "counsellor.isb")]
    assert 'href="/reports/centre"' in await supervisor.open("/reports")
    said = plain(main_of(await supervisor.open("/reports/centre?period=2025-Q1")))
    assert re.search(r"People registered ?: ?34", said), said
    assert "Transgender" in said
    assert "small numbers are shown" in said
    outside = plain(main_of(await supervisor.open("/reports/centre?period=2025-Q1&outside=1")))
    assert outside.count("held back") > 3
    assert said.count("held back") == 1, "in the words of the tick alone"
    refused = await supervisor.open("/reports/centre?period=2025", 422)
    assert 'id="report-period-fault"' in refused
    assert "held back" in plain(main_of(await analyst.open("/reports/centre?period=2025-Q1")))
    await analyst.open("/reports/centre?period=2025-01", 422)
    await she.open("/reports", 403)
    await supervisor.open("/reports/nothing", 404)
    text = await supervisor.open(f"/reports/centre/file?{urlencode({'period': '2025-Q1', 'kind': 'csv', 'outside': '1'})}")
    assert "#indicator+num" in text
    project = re.search(r'<option value="([0-9a-f-]{36})"', await supervisor.open("/reports/project"))
    assert project
    whole = plain(main_of(await supervisor.open(f"/reports/project?period=2025-Q1&project={project.group(1)}")))
    assert "by share 0.00" in whole


async def test_having_one_made_and_ending_it(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    await supervisor.open("/reports/scheduled")
    asked = {"report": "trafficking", "cycle": "month", "kind": "xlsx", "language": "ur", "outside": "1", "mail_to": "boss@mrc.example"}
    refused = await supervisor.send("/reports/scheduled", 422, **asked)
    assert "boss@mrc.example" in refused.text, "what was typed is still there"
    await supervisor.send("/reports/scheduled", **{**asked, "cycle": "quarter"})
    await desk.house.usecases.scheduled_reports.tend()
    html = await supervisor.open("/reports/scheduled")
    assert "told by mail" in plain(main_of(html))
    assert re.search(r'href="/reports/scheduled/files/[0-9a-f-]{36}"', html)
    ends = re.findall(r'action="(/reports/scheduled/[0-9a-f-]{36}/end)"', html)
    for end in ends:
        await supervisor.send(end)
    assert "None is made for you yet" in plain(main_of(await supervisor.open("/reports/scheduled")))


@pytest.mark.browser
async def test_a_supervisor_reads_a_report_in_two_languages(browser: Browser, live_shared: Live, tmp_path: Path) -> None:
    for language, title, section in (("en", "Centre report", "Counselling"), ("ur", "مرکز کی رپورٹ", "مشاورت")):
        async with rooms(browser, live_shared, language) as them:
            page = await them.page("supervisor.isb")
            await page.goto("/reports")
            await page.get_by_role("link", name=title).click()
            await page.locator("main form button.first").click()
            assert await page.locator("h1").inner_text() == title
            assert section in await page.locator("main").inner_text()
            async with page.expect_download() as coming:
                await page.locator("main a[download]").first.click()
            assert (await (await coming.value).path()).stat().st_size > 2000
            assert await page.evaluate("document.dir || document.documentElement.dir") == ("rtl" if language == "ur" else "ltr")
