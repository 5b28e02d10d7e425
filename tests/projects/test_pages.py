"""Projects on their pages: added, made to stand for new work, shares set, refused with what was typed, seen by those who may not change."""

import re

from tests.web.conftest import Desk, main_of, opened_case, plain
from tests.web.conftest import desk as desk


def ids(html: str) -> dict[str, str]:
    return {code: id for id, code in re.findall(r'href="/projects/([0-9a-f-]{36})"><bdi dir="ltr" class="id">([A-Z-]+)<', html)}


async def test_from_the_list_to_the_shares(desk: Desk) -> None:
    boss, she = await desk.sign_in("supervisor.isb"), await desk.sign_in("counsellor.isb")
    known = ids(await boss.open("/projects"))
    refused = await boss.send("/projects", 422, code="p 1", name="Europe", donor="European Union")
    assert 'id="add-code-fault"' in refused.text
    assert "European Union" in refused.text
    here = await boss.sent("/projects", code="eu-1", name="Europe", donor="European Union")
    await boss.open("/projects")
    await boss.send("/projects/defaults", centre="ISB", protection=here.split("/")[-1], return_reintegration=known["SAMPLE-RETURN"])
    file = await opened_case(she)
    shares = f"{file.case}/projects"
    html = await she.open(shares)
    mine = f"share-{here.split('/')[-1]}"
    assert re.search(rf'name="{mine}"[^>]*value="100"', html), "what stands for protection took the new case"
    names = {f"share-{one}": "" for one in known.values()}
    typed = {**names, mine: "60", f"share-{known['SAMPLE-SAFE']}": "30", "version": "1"}
    refused = await she.send(shares, 422, **typed)
    assert "make a hundred" in plain(refused.text)
    assert re.search(r'value="60"', refused.text)
    await she.send(shares, **{**typed, f"share-{known['SAMPLE-SAFE']}": "40"})
    stale = await she.send(shares, 412, **typed)
    assert "Someone else changed this record meanwhile" in plain(stale.text)
    assert "Now in the record: 40" in plain(stale.text)
    said = plain(main_of(await boss.open(here)))
    assert "ISB 1 0.60 0 0.00" in said
    assert "said which projects the case belongs to" in plain(await she.open(f"{file.case}/timeline"))


async def test_who_may_only_look_is_shown_no_form(desk: Desk) -> None:
    she, admin = await desk.sign_in("counsellor.isb"), await desk.sign_in("admin")
    here = f"/projects/{ids(await she.open('/projects'))['SAMPLE-RETURN']}"
    assert "Add a project" not in plain(await she.open("/projects"))
    assert "Change the project" not in plain(await she.open(here))
    await she.send("/projects", 403, code="X-1", name="x")
    assert "Change the project" in plain(await admin.open(here))
    await admin.send(here, code="SAMPLE-RETURN", name="Return", version="1")
    html = await admin.open(here)
    assert "takes nothing new" in plain(main_of(html)), "the tick was left out"
    stale = await admin.send(here, 412, code="SAMPLE-RETURN", name="Lost", version="1")
    assert "Someone else changed this project meanwhile" in plain(stale.text)


async def test_a_session_has_shares_too(desk: Desk) -> None:
    she = await desk.sign_in("counsellor.isb")
    known = ids(await she.open("/projects"))
    found = re.search(r'href="(/outreach/[0-9a-f-]{36})"', await she.open("/outreach"))
    assert found
    version = re.search(r'name="version" value="(\d+)"', await she.open(f"{found.group(1)}/projects"))
    assert version
    sent = {f"share-{known['SAMPLE-SAFE']}": "100", "version": version.group(1)}
    assert await she.sent(f"{found.group(1)}/projects", **sent) == found.group(1)
    assert 'value="100"' in await she.open(f"{found.group(1)}/projects")
