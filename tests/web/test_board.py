"""The supervisor's board as a page: what waits is there with the way to it, and a case is given to somebody right there."""

import re
from datetime import timedelta

from tests.web.conftest import FIA, Desk, main_of, opened_case, partner_named, plain


async def test_a_board_with_nothing_on_it_is_one_sentence(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    page = await supervisor.open("/board")
    assert "Nothing waits:" in page
    assert "<h2" not in main_of(page)


async def test_what_waits_is_there_with_the_way_to_it(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor, next_due="2026-01-02")
    fia, network = await partner_named(counsellor, file, FIA), await partner_named(counsellor, file, "Reintegration network")
    for partner in (fia, network):
        share = {"purpose": "share", "form": "written", "language": "ur", "partner": partner, "groups": ["identity"]}
        await counsellor.send(f"{file.client}/consents", **share)
    asked = {"reason": "Please.", "urgency": "high", "groups": ["identity"]}
    waiting = await counsellor.sent(f"{file.case}/refer", partner=fia, **asked)
    await counsellor.send(f"{waiting}/steps", step="submit", version="1")
    sent = await counsellor.sent(f"{file.case}/refer", partner=network, **asked)
    await counsellor.send(f"{sent}/steps", step="send", version="1")
    strong = {"answer-is_kept_document": "yes", "answer-forced_work": "yes", "answer-is_cheated": "yes"}
    await counsellor.send(f"{file.case}/screenings", **strong)
    page = await supervisor.open("/board")
    assert f'href="{waiting}"' in page
    assert "asked today" in plain(page)
    assert f'href="{file.case}#screenings"' in page
    assert "1 cases past their day" in plain(page)
    assert "Partners past their time" not in page
    desk.clock.ahead = timedelta(minutes=50)
    await supervisor.open("/board")
    desk.clock.ahead = timedelta(hours=4)
    supervisor = await desk.sign_in("supervisor.isb")
    page = await supervisor.open("/board")
    assert "Reintegration network : 1 referral the longest: 59 minutes late" in plain(page) or "1 hour late" in plain(page)
    late = re.search(r'href="(/referrals\?late=1&amp;partner=[0-9a-f-]{36})"', page)
    assert late
    listed = await supervisor.open(late.group(1).replace("&amp;", "&"))
    assert f'href="{sent}"' in listed
    assert f'href="{waiting}"' not in listed


async def test_a_case_is_given_right_there(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor, next_due="2026-01-02")
    page = await supervisor.open("/board")
    form = re.search(rf'action="({file.case}/holder)".*?</form>', page, re.S)
    assert form
    assert "Counsellor ISB" not in form.group(), "who holds it already is no choice"
    to = re.search(r'value="([0-9a-f-]{36})">Counsellor Two ISB<', form.group())
    version = re.search(r'name="version" value="(\d+)"', form.group())
    assert to
    assert version
    again = await supervisor.send(form.group(1), 422, version=version.group(1), holder="")
    assert "Choose a colleague." in again.text
    stale = await supervisor.send(form.group(1), 412, version="99", holder=to.group(1))
    assert "Someone else changed this record" in stale.text
    assert "selected>Counsellor Two ISB" in stale.text
    done = await supervisor.send(form.group(1), version=version.group(1), holder=to.group(1))
    page = await supervisor.open(done.headers["location"])
    assert "The case is given to your colleague, who is told." in page
    assert "Counsellor Two ISB : 1 case" in plain(page)
    colleague = await desk.sign_in("counsellor2.isb")
    assert "A case was given to you" in await colleague.open("/my-cases")
    await colleague.send(form.group(1), 403, version="2", holder=to.group(1))


async def test_a_long_list_is_shown_whole_on_demand(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    for _ in range(8):
        await counsellor.send(f"{file.case}/screenings", **{"answer-is_kept_document": "yes", "answer-forced_work": "yes"})
    page = await supervisor.open("/board")
    assert page.count(f'href="{file.case}#screenings"') == 6
    assert '<a href="/board?all=1#undecided">All 8</a>' in page
    assert (await supervisor.open("/board?all=1")).count(f'href="{file.case}#screenings"') == 8
