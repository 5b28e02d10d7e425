"""The desk of a partner through its pages: the queue, taking one, answering it, sharing out, and the people who work there."""

import re

from tests.web.conftest import SWD, Desk, Visitor, opened_case, partner_named, plain


async def sent(desk: Desk) -> tuple[Visitor, str]:
    """A referral to the agency: the counsellor, and where hers stands."""
    her = await desk.sign_in("counsellor.lhe")
    file = await opened_case(her)
    swd = await partner_named(her, file, SWD)
    share = {"purpose": "share", "partner": swd, "groups": ["identity"], "form": "written", "language": "ur"}
    await her.send(f"{file.client}/consents", **share)
    referral = await her.sent(f"{file.case}/refer", partner=swd, reason="A lawyer, please.", urgency="high", groups=["identity"])
    await her.send(f"{referral}/steps", step="send")
    return her, referral


async def entered(desk: Desk, username: str) -> tuple[Visitor, str]:
    """Somebody of the desk, and their own id as the page has it."""
    them = await desk.sign_in(username)
    assert (await them.http.get("/start")).headers["location"] == "/queue"
    page = await them.open("/queue")
    found = re.search(r'name="holder" value="([0-9a-f-]{36})"', page)
    assert found, page
    return them, found.group(1)


async def test_a_worker_takes_one_and_answers_and_the_centre_sees_it(desk: Desk) -> None:
    her, referral = await sent(desk)
    worker, own = await entered(desk, "worker.swd")
    page = await worker.open("/queue")
    assert "Yousaf" not in page, "the queue tells nothing of the person"
    assert "New: please answer" in page
    [href] = set(re.findall(r'href="(/queue/[\w-]+)"', page))
    lead, leads = await entered(desk, "lead.swd")
    assert await worker.sent(f"{href}/holder", holder=own) == href
    inside = await worker.open(href)
    assert "Yousaf Khan" in inside
    assert "It is in your hands." in inside
    refused = await worker.send(f"{href}/steps", 422, step="decline")
    assert "We cannot take it" in plain(refused.text)
    await worker.send(f"{href}/steps", step="accept")
    seen = plain(await her.open(referral))
    assert SWD in seen
    assert "Accepted" in seen
    assert "Worker SWD" not in seen, "who it is stays the partner's own matter"
    assert "in the hands of Worker SWD" in plain(await lead.open("/queue"))
    assert await lead.sent(f"{href}/holder", holder=leads) == href
    await worker.open(href, 404)
    taken = await worker.send(f"{href}/holder", 409, holder=own)
    assert "Lead SWD has this referral in hand." in plain(taken.text)


async def test_the_lead_runs_the_people_of_the_desk(desk: Desk) -> None:
    lead = await desk.sign_in("lead.swd")
    page = await lead.open("/people")
    base = re.search(r'action="(/partners/[0-9a-f-]{36}/people)"', page)
    assert base
    shown = await lead.send(base.group(1), 200, name="New Colleague", username="new.swd", role="partner_worker")
    handed = re.search(r'handed">([^<]+)<', shown.text)
    assert handed
    again = await lead.send(base.group(1), 409, name="New Colleague", username="new.swd", role="partner_worker")
    assert "Somebody signs in by this name already." in again.text
    await lead.send(base.group(1), 422, name="Spy", username="spy.swd", role="supervisor")
    new = desk.stranger()
    await new.open("/sign-in")
    await new.send("/sign-in", username="new.swd", password=handed.group(1))
    assert (await new.http.get("/queue")).headers["location"] == "/me/password"
    page = await lead.open("/people")
    person, version = next(
        (id, version)
        for id, version in re.findall(r'/people/([0-9a-f-]{36})/deactivation".*?name="version" value="(\d+)"', page, re.S)
        if id in page[page.index("New Colleague") :]
    )
    assert await lead.sent(f"{base.group(1)}/{person}/deactivation", version=version) == "/people"
    for path in ("/staff", "/clients", "/partners", "/board"):
        assert (await lead.http.get(path)).status_code == 403, path
    assert (await (await desk.sign_in("worker.swd")).http.get("/people")).status_code == 403


async def test_a_worker_says_why_they_cannot_take_it(desk: Desk) -> None:
    her, referral = await sent(desk)
    lead, _ = await entered(desk, "lead.swd")
    [href] = set(re.findall(r'href="(/queue/[\w-]+)"', await lead.open("/queue")))
    form = await lead.open(href)
    assert 'value="outside_area"' in form
    assert 'value="not_acted_on"' not in form, "nobody says so of themselves"
    refused = await lead.send(f"{href}/steps", 422, step="decline", decline_code="outside_area")
    assert 'value="outside_area" selected' in refused.text, "what was chosen is not lost with the reason that is missing"
    await lead.send(f"{href}/steps", 422, step="decline", decline_code="too_far", reason="Too far.")
    await lead.send(f"{href}/steps", step="decline", decline_code="outside_area", reason="We work in Lahore alone.")
    page = plain(await her.open(referral))
    assert "Reason: Outside the area it serves · We work in Lahore alone." in page
    assert page.count("Outside the area it serves") == 2, "at the top and in what happened"
