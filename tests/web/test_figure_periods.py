"""Which period a page of figures is of: each takes one of its own, keeps its centre, says what is wrong, and leads to lists of it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from domain.periods import month_of
from tests.web.conftest import Desk, Visitor, main_of, opened_case, plain
from tests.web.test_figure_pages import counted, listed
from tests.web.test_referral_steps import sent

MONTHS = ("/figures", "/figures/funnel", "/figures/quality", "/figures/approvals")
QUARTERS = ("/figures/partners", "/figures/due")
READY = re.compile(r'<p class="onward">(?:<a href="([^"]*)">[^<]*</a>|[^<])*</p>')


async def shown(visitor: Visitor, address: str, status: int = 200) -> str:
    return main_of(await visitor.open(address, status))


def ready(page: str) -> list[str]:
    """The links to periods that are to be had at once."""
    found = READY.search(page)
    assert found, page
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', found.group())]


async def test_each_page_is_of_the_period_asked_for_and_keeps_its_centre(desk: Desk) -> None:
    analyst = await desk.sign_in("analyst")
    cases = dict.fromkeys(MONTHS, ("2019-01", "2019-12")) | dict.fromkeys(QUARTERS, ("2020-Q1", "2020-Q3"))
    for path, (first, last) in cases.items():
        page = await shown(analyst, f"{path}?from={first}&to={last}&centre=ISB")
        assert f"from {first} to {last}" in plain(page).lower().replace("q", "Q"), path
        for end in (first, last):
            assert re.search(rf'value="{end}"|<option selected>{end}<', page), (path, end)
        assert "<option selected>ISB</option>" in page, path
        assert f'name="from" value="{first}"' in page or page.count("<form") == 1, (
            "one form carries both, or the centre takes the period along"
        )
        others = ready(page)
        assert len(others) >= 2, path
        for href in others:
            assert "centre=ISB" in href, href
            assert "<option selected>ISB</option>" in await shown(analyst, href.partition("#")[0])
    page = await shown(analyst, "/figures/use?weeks=6&centre=ISB")
    assert 'name="weeks" type="text" inputmode="numeric" dir="ltr" size="4" maxlength="20" autocomplete="off" value="6"' in page
    assert all("centre=ISB" in href for href in ready(page))


@pytest.mark.parametrize(
    "query,field,says",
    [
        ("from=2026-13&to=2026-11", "begin", "A month is written like 2026-11."),
        ("from=2026-05&to=<b>", "end", "A month is written like 2026-11."),
        ("from=2026-11&to=9999-12", "end", "A month is written like 2026-11."),
        ("from=2026-05&to=2026-02", "begin", "This period ends before it begins."),
    ],
)
async def test_months_that_are_none_are_told_at_their_field(desk: Desk, query: str, field: str, says: str) -> None:
    analyst = await desk.sign_in("analyst")
    for path in MONTHS:
        page = await shown(analyst, f"{path}?{query}", 422)
        assert f'href="#period-{field}"' in page, path
        assert f'id="period-{field}-fault">{says}' in page, path
        typed = dict(one.split("=") for one in query.split("&"))
        assert all(f'value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in page for value in typed.values()), (
            path,
            "what was typed",
        )
        assert "What stands below is of the usual period." in page


async def test_quarters_and_weeks_that_are_none_are_told_at_their_field(desk: Desk) -> None:
    analyst = await desk.sign_in("analyst")
    for path in QUARTERS:
        page = await shown(analyst, f"{path}?from=2026-Q9&to=2026-Q3", 422)
        assert 'id="period-first-fault">Choose one of the list.' in page
        assert "<option selected>2026-Q9</option>" in page
        assert "<option selected>2026-Q3</option>" in page
        page = await shown(analyst, f"{path}?from=2026-Q3&to=2026-Q1", 422)
        assert 'id="period-first-fault">This period ends before it begins.' in page
    for weeks, says in (("0", "Weeks are counted"), ("14", "Weeks are counted"), ("many", "A number is needed here.")):
        page = await shown(analyst, f"/figures/use?weeks={weeks}", 422)
        assert f'id="period-weeks-fault">{says}' in page
        assert f'value="{weeks}"' in page


async def test_what_no_clock_reaches_is_refused_in_lists_too(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    for path in (
        "/figures/funnel/contacts?months=9999-12.9999-12",
        "/my-cases?whose=centre&opened=2026-01.9999-12",
        "/referrals?sent=9999-Q4.9999-Q4",
    ):
        await supervisor.open(path, 422)


async def test_months_in_urdu(desk: Desk) -> None:
    analyst = await desk.sign_in("analyst")
    await analyst.send("/me/language", language="ur", back="/figures/funnel")
    page = await shown(analyst, "/figures/funnel?from=۲۰۱۹-۱&to=2019-12")
    assert 'type="month" dir="ltr" size="8" maxlength="20" autocomplete="off" value="2019-01"' in page, (
        "digits of the reader's own are read"
    )
    assert "کس مہینے سے" in page
    assert "پچھلے بارہ مہینے اور یہ مہینہ" in page
    page = await shown(analyst, "/figures/funnel?from=2019-13", 422)
    assert "جو نیچے درج ہے وہ معمول کی مدت کا ہے۔" in page


async def test_partners_as_they_answer_now_and_over_a_year(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    first = await sent(visitor, file)
    await sent(visitor, file)
    await visitor.send(f"{first}/heard", heard="telephone", step="accept")
    desk.clock.ahead = timedelta(days=200)
    supervisor = await desk.sign_in("supervisor.isb")
    page = await shown(supervisor, "/figures/partners")
    assert "No referral has been sent in this time." in page, "this quarter and the last alone"
    assert "How partners answer" in page
    (year,) = ready(page)
    numbers = await counted(supervisor, year)
    assert sorted(n for _, n in numbers) == [1, 1, 1, 2], "sent, a first sign, an answer, and one that is late"
    assert [await listed(supervisor, href) for href, _ in numbers] == [n for _, n in numbers], "lists of the same year"


async def test_the_numbers_of_a_period_lead_to_its_lists(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    now = month_of(desk.clock.now())
    desk.clock.ahead = timedelta(days=40)
    await (await desk.sign_in("counsellor.isb")).sent(f"{file.client}/cases", kind="protection", risk="low")
    supervisor = await desk.sign_in("supervisor.isb")
    for months, n in ((f"from={now}&to={now}", 1), (f"from={now}", 2)):
        (opened,) = [
            one
            for one in await counted(supervisor, f"/figures/funnel?{months}")
            if one[0].startswith("/my-cases") and "reached" not in one[0]
        ]
        assert (opened[1], await listed(supervisor, opened[0])) == (n, n)


async def test_what_was_opened_this_month_is_not_told_of_another(desk: Desk) -> None:
    file = await opened_case(await desk.sign_in("counsellor.isb"))
    desk.clock.ahead = timedelta(days=40)
    await (await desk.sign_in("counsellor.isb")).sent(f"{file.client}/cases", kind="protection", risk="low")
    supervisor = await desk.sign_in("supervisor.isb")
    assert "opened this month" in await shown(supervisor, "/figures")
    before = month_of(desk.clock.now() - timedelta(days=32))
    page = await shown(supervisor, f"/figures?from=2019-01&to={before}")
    assert "opened this month" not in page
    assert f"end={before}" in page, "the districts are asked for in the same months"
