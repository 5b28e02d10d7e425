"""The further pages of figures: each number leads to a list of as many, and those without lists see the numbers alone."""

import re
from datetime import timedelta
from html import unescape

from domain.values import day_of
from tests.web.conftest import Desk, Visitor, opened_case, plain
from tests.web.test_referral_steps import sent


async def counted(visitor: Visitor, path: str) -> list[tuple[str, int]]:
    """Every number of a page that leads somewhere."""
    found = re.findall(r'<a href="(/[^"]*)"[^>]*>(\d+)</a>', await visitor.open(path))
    return [(unescape(href), int(n)) for href, n in found]


async def listed(visitor: Visitor, href: str) -> int:
    """How many there are behind a number."""
    page = await visitor.open(href.partition("#")[0])
    return len(re.findall(r'<li>\s*<a href="/(?:cases|referrals)/', page.rpartition('id="cases"')[2]))


async def test_how_partners_answer(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    first, second = [await sent(visitor, file) for _ in range(2)]
    await sent(visitor, file)
    await visitor.send(f"{first}/heard", heard="telephone", step="accept")
    await visitor.send(f"{second}/heard", heard="telephone", step="decline", reason="Full.", decline_code="no_capacity")
    supervisor = await desk.sign_in("supervisor.isb")
    page = plain(await supervisor.open("/figures/partners"))
    assert re.search(r"Reintegration network 3 2 : 15 minutes 15 minutes 2 : 15 minutes 15 minutes 0 0 % 0 0 % 1 100 % 0", page), page
    numbers = await counted(supervisor, "/figures/partners")
    assert sorted(n for _, n in numbers) == [1, 1, 1, 2, 2, 3]
    assert "Why they decline" in page
    assert "No place or means left: 1" in page
    assert [await listed(supervisor, href) for href, _ in numbers] == [n for _, n in numbers]
    analyst = await desk.sign_in("analyst")
    assert "Reintegration network 3 2: 15" in plain(await analyst.open("/figures/partners"))
    assert await counted(analyst, "/figures/partners") == []
    desk.clock.ahead = timedelta(days=4)
    supervisor = await desk.sign_in("supervisor.isb")
    [late] = [(href, n) for href, n in await counted(supervisor, "/figures/partners") if "late=1" in href]
    assert (late[1], await listed(supervisor, late[0])) == (1, 1), "the one that still waits, and not those that were answered"


async def test_what_became_of_the_cases(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    first = await sent(visitor, file)
    await visitor.send(f"{first}/heard", heard="telephone", step="accept")
    await sent(visitor, file)
    await visitor.sent(f"{file.client}/cases", kind="protection", risk="low")
    supervisor = await desk.sign_in("supervisor.isb")
    page = plain(await supervisor.open("/figures/funnel"))
    assert "Case opened 2 100 % – Counselled 0 0 % 0 % Screened 0 0 % – Plan approved 0 0 % – Referred 1 50 % –" in page
    assert "Accepted by a partner 1 50 % 100 %" in page
    numbers = [(href, n) for href, n in await counted(supervisor, "/figures/funnel") if href.startswith("/my-cases")]
    assert sorted(n for _, n in numbers) == [1, 1, 2]
    assert [await listed(supervisor, href) for href, _ in numbers] == [n for _, n in numbers]
    assert await counted(await desk.sign_in("analyst"), "/figures/funnel") == []


async def test_who_carries_how_much(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    await sent(visitor, file)
    await visitor.sent(f"{file.client}/cases", kind="protection", risk="low")
    supervisor = await desk.sign_in("supervisor.isb")
    page = plain(await supervisor.open("/figures/workload"))
    assert "Counsellor ISB 2 1 0 1 0 5 8 % 1" in page
    numbers = await counted(supervisor, "/figures/workload")
    assert sorted(n for _, n in numbers) == [1, 1, 1, 2]
    assert [await listed(supervisor, href) for href, _ in numbers] == [n for _, n in numbers]
    assert await counted(await desk.sign_in("analyst"), "/figures/workload") == []


async def test_what_is_due(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    today = day_of(desk.clock.now())
    for days in (-2, 0, 3, 30):
        await visitor.send(f"{file.case}/tasks", title="Ring up", due_on=str(today + timedelta(days=days)))
    supervisor = await desk.sign_in("supervisor.isb")
    page = plain(await supervisor.open("/figures/due"))
    assert "Other task 1 1 1" in page
    assert "Counsellor ISB 1 1 1 0" in page
    assert "Every open case has its counsellor." in page
    numbers = await counted(supervisor, "/figures/due")
    assert [n for _, n in numbers] == [1] * 6
    assert [len(re.findall("Ring up", await supervisor.open(href))) for href, _ in numbers] == [1] * 6
    assert await counted(await desk.sign_in("analyst"), "/figures/due") == []


async def test_what_is_to_be_looked_after(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    desk.clock.ahead = timedelta(days=31)
    supervisor = await desk.sign_in("supervisor.isb")
    page = plain(await supervisor.open("/figures/quality"))
    assert "Open cases untouched for 30 days or longer 1 Open for 30 days or longer without any counselling 1" in page
    assert re.search(r"No case was closed from \d{4}-\d\d to \d{4}-\d\d\.", page)
    numbers = await counted(supervisor, "/figures/quality")
    assert [n for _, n in numbers] == [1, 1]
    for href, _ in numbers:
        assert file.case in await supervisor.open(href)
    await supervisor.open("/figures/quality/cases?what=nothing", 404)
    analyst = await desk.sign_in("analyst")
    assert "Yousaf" not in await analyst.open("/figures/quality")
    assert await counted(analyst, "/figures/quality") == []


async def test_all_of_it_to_a_colleague_and_back(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    case = file.case.rpartition("/")[2]
    supervisor = await desk.sign_in("supervisor.isb")
    way = re.search(r'href="(/figures/held\?whose=([^"]+))"', await supervisor.open("/figures/workload"))
    assert way
    page = await supervisor.open(way.group(1))
    assert f'name="case" value="{case}" checked' in page
    colleague = next(id for id, name in re.findall(r'<option value="([^"]+)">([^<]+)<', page) if name == "Counsellor Two ISB")
    refused = await supervisor.send("/figures/held", 422, whose=way.group(2), case=case)
    assert "Choose a colleague." in plain(refused.text)
    assert f'value="{case}" checked' in refused.text, "what was ticked stays ticked"
    await supervisor.send("/figures/held", 422, whose=way.group(2), to=colleague)
    back = (await supervisor.send("/figures/held", whose=way.group(2), to=colleague, case=case)).headers["location"]
    page = await supervisor.open(back)
    assert "Handed over." in plain(page)
    assert f'value="{way.group(2)}" selected' in page, "giving back is offered"
    await supervisor.send("/figures/held", whose=colleague, given_by=way.group(2), to=way.group(2), case=case)
    assert f'value="{case}"' in await supervisor.open(way.group(1))
    await supervisor.open("/figures/held?whose=00000000-0000-4000-8000-000000000000", 404)
    await visitor.open("/figures/held", 403)


async def test_who_came_first_leads_to_lists_as_long(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await opened_case(visitor)
    for question in ("Which papers?", "Whom to ask?"):
        await visitor.send("/contacts", channel="phone", question=question)
    supervisor = await desk.sign_in("supervisor.isb")
    numbers = [one for one in await counted(supervisor, "/figures/funnel") if one[0].startswith("/figures/funnel/")]
    assert len(numbers) >= 4, "contacts and people, in all and by month"
    for href, n in numbers:
        page = await supervisor.open(href)
        lines = page.partition('id="contacts"')[2] or page.partition('id="registered"')[2]
        assert len(re.findall("<li>", lines.partition("</ul>")[0])) == n
    for one in ("registered", "contacts"):
        back = 'href="/figures/funnel"'
        assert back in await supervisor.open(f"/figures/funnel/{one}")
        assert back not in await visitor.open(f"/figures/funnel/{one}"), "a door that is shut to whoever counsels"
    assert "Yousaf" in await supervisor.open("/figures/funnel/registered")
    await (await desk.sign_in("analyst")).open("/figures/funnel/contacts", 403)


async def test_whether_the_system_is_used(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    await visitor.send(f"{file.case}/sessions", channel="phone", minutes="20")
    supervisor = await desk.sign_in("supervisor.isb")
    page = plain(await supervisor.open("/figures/use?weeks=8"))
    assert re.search(r"Counsellor Two ISB never 0 0 0 0 0 0 0 0", page), page
    assert "On the day itself 1 100 %" in page
    assert "Counselling sessions 1 0 0" in plain(await supervisor.open("/figures")), "this week, beside last and the four before"
    alone = plain(await (await desk.sign_in("analyst")).open("/figures/use"))
    assert "Counsellor" not in alone
    assert "All together" in alone


async def test_cases_by_home_district_are_asked_of_the_builder(desk: Desk) -> None:
    await opened_case(await desk.sign_in("counsellor.isb"))
    for who in ("supervisor.isb", "analyst"):
        visitor = await desk.sign_in(who)
        (href,) = re.findall(r'href="(/reports/build\?[^"]*district[^"]*)"', await visitor.open("/figures"))
        assert "Cases opened" in plain(await visitor.open(unescape(href)))
