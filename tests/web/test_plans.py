"""The plan as people write it: a form that grows and loses nothing, two versions side by side, approval, and what is done from it."""

import re
from datetime import timedelta
from uuid import UUID

from domain.identity import Actor, Role
from domain.values import day_of
from tests.web.conftest import CLIENT, Desk, File, Visitor, main_of, opened_case, plain

SOON = "2099-01-01"


def rows(html: str) -> list[str]:
    """The rows of the form in the order of the page, as its hidden fields name them."""
    return re.findall(r'name="row" value="([^"]+)"', html)


def hidden(html: str) -> dict[str, str | list[str]]:
    """What the form carries besides what is typed: which version it changes, its rows, and what they said."""
    form = html[html.index('class="form plan"') :]
    found: dict[str, str | list[str]] = {"row": rows(form)}
    for name, value in re.findall(r'<input type="hidden" name="(plan|version|stale|was-[^"]+)" value="([^"]*)"', form):
        found[name] = value
    return found


def fields(html: str) -> dict[str, str | list[str]]:
    """The whole form as a browser would send it."""
    form = html[html.index('class="form plan"') :]
    found = hidden(html)
    for name, value in re.findall(r'<input id="[^"]*" name="([^"]+)"[^>]* value="([^"]*)"', form):
        found[name] = value
    for name, inside in re.findall(r'<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        found[name] = chosen.group(1) if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        found[name] = text
    if checked := re.search(r'name="agreed_how" value="([^"]*)" checked', form):
        found["agreed_how"] = checked.group(1)
    found["theirs"] = re.findall(r'name="theirs" value="([^"]+)" checked', form)
    return found


def owner_of(html: str, name: str) -> str:
    found = re.search(rf'<option value="([a-z]+:[0-9a-f-]+)"[^>]*>{re.escape(name)}<', html)
    assert found, name
    return found.group(1)


async def first_plan(visitor: Visitor, file: File, owner: str = "Counsellor ISB") -> str:
    """A draft with one need, goal and action, agreed with the client."""
    html = await visitor.open(f"{file.case}/plan/edit")
    typed = {
        "kind-n1": "shelter",
        "words-n1": "Nowhere to sleep.",
        "title-n2": "A roof",
        "title-n3": "Ring the shelter",
        "owner-n3": owner_of(html, owner) if owner else "client",
        "due_on-n3": SOON,
    }
    await visitor.send(f"{file.case}/plan/edit", **(hidden(html) | typed), agreed_on="2026-01-05", agreed_how="written")
    return await visitor.open(f"{file.case}/plan")


def versions_of(html: str) -> dict[str, str]:
    """What the buttons of the plan's page carry."""
    found = re.search(r'name="plan" value="([^"]+)"><input type="hidden" name="version" value="(\d+)"', html)
    assert found
    return {"plan": found.group(1), "version": found.group(2)}


async def test_the_form_grows_and_keeps_every_word(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    file = await opened_case(counsellor)
    html = await counsellor.open(f"{file.case}/plan/edit")
    assert rows(html) == ["need:n1", "goal:n2", "action:n3"]
    typed = {**hidden(html), "kind-n1": "legal", "words-n1": 'He said "wait" <b>', "title-n2": "A complaint", "agreed_on": "not a day"}
    for more, there in (
        ("action:n2", ["need:n1", "goal:n2", "action:n3", "action:n4"]),
        ("goal:n1", ["need:n1", "goal:n2", "action:n3", "action:n4", "goal:n5", "action:n6"]),
        ("line", ["need:n1", "goal:n2", "action:n3", "action:n4", "goal:n5", "action:n6", "line:n7"]),
    ):
        html = (await counsellor.send(f"{file.case}/plan/edit", 200, **typed, more=more)).text
        assert rows(html) == there
        typed = fields(html)
        assert typed["words-n1"] == "He said &#34;wait&#34; &lt;b&gt;"
        typed["words-n1"] = 'He said "wait" <b>'
        assert (typed["kind-n1"], typed["title-n2"], typed["agreed_on"]) == ("legal", "A complaint", "not a day")
    html = (await counsellor.send(f"{file.case}/plan/edit", 200, **typed, less="goal-n5")).text
    assert rows(html) == ["need:n1", "goal:n2", "action:n3", "action:n4", "line:n7"]
    assert "No plan yet." in await counsellor.open(f"{file.case}/plan"), "growing saves nothing"
    refused = await counsellor.send(f"{file.case}/plan/edit", 422, **{**fields(html), "title-n4": "Write it down"})
    said = plain(main_of(refused.text))
    assert "Choose who does it." in said
    assert "A day is written like" in said
    assert fields(refused.text)["title-n4"] == "Write it down"
    await counsellor.send(f"{file.case}/plan/edit", 422, **hidden(html))
    whole = {**fields(html), "title-n4": "Write it down", "owner-n4": "client", "due_on-n4": SOON, "agreed_on": ""}
    await counsellor.send(f"{file.case}/plan/edit", **whole)
    page = await counsellor.open(f"{file.case}/plan")
    assert "Legal help" in page
    assert len(re.findall('id="action-', page)) == 1, "a row that stayed empty is none"


async def test_from_the_first_word_to_the_approved_plan(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    await counsellor.send(f"{file.case}/steps", step="start_counselling")
    refused = await counsellor.send(f"{file.case}/steps", 409, step="agree_plan")
    assert "This case has no approved plan yet." in plain(refused.text)
    html = await first_plan(counsellor, file)
    assert "Approve" not in plain(main_of(html))
    await counsellor.send(f"{file.case}/plan/steps", step="submit", **versions_of(html))
    for path in ("/board", "/approvals"):
        assert f"{file.case}/plan?version=1" in await supervisor.open(path)
    waiting = await supervisor.open(f"{file.case}/plan")
    refused = await supervisor.send(f"{file.case}/plan/steps", 422, step="send_back", **versions_of(waiting))
    assert "Why" in plain(refused.text) or "reason" in plain(refused.text)
    back = {**versions_of(waiting), "step": "send_back", "comment": "Who pays the bus?"}
    await supervisor.send(f"{file.case}/plan/steps", **back)
    html = await counsellor.open(f"{file.case}/plan")
    assert "Who pays the bus?" in html
    await counsellor.send(f"{file.case}/plan/steps", step="submit", **versions_of(html))
    await supervisor.send(f"{file.case}/plan/steps", step="approve", **versions_of(await supervisor.open(f"{file.case}/plan")))
    await counsellor.send(f"{file.case}/steps", step="agree_plan")
    sheet = main_of(await counsellor.open(file.case))
    assert plain(sheet).count("Ring the shelter") >= 2, "in the plan and among the tasks"
    assert "0 of 1 actions done" in plain(sheet)
    assert f"{file.case}/plan" in await counsellor.open("/my-cases")
    page = await counsellor.open(f"{file.case}/plan")
    [action] = re.findall(r'id="action-([0-9a-f-]+)"', page)
    plan = re.search(r'name="step" value="start"><input type="hidden" name="plan" value="([^"]+)"', page)
    assert plan
    path = f"{file.case}/plan/actions/{action}"
    await counsellor.send(path, 422, step="drop", plan=plan.group(1))
    await counsellor.send(path, step="finish", plan=plan.group(1))
    assert "1 of 1 actions done" in plain(await counsellor.open(f"{file.case}/plan"))
    assert "Nothing is to be done." in await counsellor.open(file.case)


async def test_the_next_version_says_what_it_changed(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    for number in (1, 2):
        if number == 1:
            html = await first_plan(counsellor, file)
        else:
            form = fields(await counsellor.open(f"{file.case}/plan/edit"))
            [title] = [name for name, value in form.items() if value == "Ring the shelter" and name.startswith("title-")]
            assert form["agreed_on"] == "", "the client agrees to each version anew"
            await counsellor.send(
                f"{file.case}/plan/edit", **{**form, title: "Ring two shelters", "agreed_on": "2026-01-06", "agreed_how": "verbal"}
            )
            html = await counsellor.open(f"{file.case}/plan")
        await counsellor.send(f"{file.case}/plan/steps", step="submit", **versions_of(html))
        await supervisor.send(f"{file.case}/plan/steps", step="approve", **versions_of(await supervisor.open(f"{file.case}/plan")))
    page = main_of(await counsellor.open(f"{file.case}/plan"))
    assert re.search(r"<del><bdi>Ring the shelter[^<]*</bdi></del> → <ins><bdi>Ring two shelters", page)
    old = main_of(await counsellor.open(f"{file.case}/plan?version=1"))
    assert "Replaced by a later version" in old
    assert '<bdi>Ring the shelter</bdi> <span class="aside">' in old
    assert 'name="step"' not in old, "nothing is done in a version of the past"


async def test_somebody_who_left_holds_up_nothing(desk: Desk) -> None:
    """An action of a colleague who is gone stays theirs until somebody else is chosen."""
    counsellor = await desk.sign_in("counsellor.isb")
    file = await opened_case(counsellor)
    await first_plan(counsellor, file, owner="Counsellor Two ISB")
    async with desk.house.database.work(Actor(UUID(int=0), Role.admin, ())) as work:
        gone = next(one for one in await work.staff.all() if one.username == "counsellor2.isb")
        gone.active = False
        await work.staff.save(gone)
    form = fields(await counsellor.open(f"{file.case}/plan/edit"))
    assert f"staff:{gone.id}" in form.values()
    await counsellor.send(f"{file.case}/plan/edit", **form)
    assert "Counsellor Two ISB" in await counsellor.open(f"{file.case}/plan")


async def test_two_who_write_at_once_lose_nothing(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    await first_plan(counsellor, file, owner="")
    mine = fields(await counsellor.open(f"{file.case}/plan/edit"))
    theirs = fields(
        (await supervisor.send(f"{file.case}/plan/edit", 200, **fields(await supervisor.open(f"{file.case}/plan/edit")), more="need")).text
    )
    [title] = [name for name, value in mine.items() if value == "Ring the shelter" and name.startswith("title-")]
    [roof] = [name for name, value in mine.items() if value == "A roof" and name.startswith("title-")]
    theirs |= {"kind-n1": "health", "words-n1": "A cough.", title: "Ring three shelters", roof: "A roof of his own"}
    theirs = {name: value for name, value in theirs.items() if name not in ("theirs",)}
    await supervisor.send(f"{file.case}/plan/edit", **theirs)
    stale = await counsellor.send(f"{file.case}/plan/edit", 412, **{**mine, title: "Ring the aunt"})
    shown = fields(stale.text)
    assert shown[title] == "Ring the aunt", "what was typed stays"
    said = plain(main_of(stale.text))
    assert "Ring three shelters" in said
    assert "A cough." in said, "what the other added is shown"
    ticked = shown["theirs"]
    assert any(name.startswith("need-") for name in ticked), "and stays unless it is left out"
    assert f"goal-{roof.removeprefix('title-')}" in ticked, "what was left alone is taken from the record"
    assert f"action-{title.removeprefix('title-')}" not in ticked
    grown = await counsellor.send(f"{file.case}/plan/edit", 200, **shown, more="need")
    assert "A cough." in fields(grown.text).values(), "what was ticked is in the form by then"
    await counsellor.send(f"{file.case}/plan/edit", **{**fields(grown.text), "theirs": []})
    page = plain(main_of(await counsellor.open(f"{file.case}/plan")))
    for word in ("Ring the aunt", "A cough.", "A roof of his own"):
        assert word in page, word


async def test_a_partners_action_leads_to_the_referral_desk(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    html = await first_plan(counsellor, file, owner="Social Welfare Department, Punjab")
    await counsellor.send(f"{file.case}/plan/steps", step="submit", **versions_of(html))
    await supervisor.send(f"{file.case}/plan/steps", step="approve", **versions_of(await supervisor.open(f"{file.case}/plan")))
    page = await counsellor.open(f"{file.case}/plan")
    [link] = re.findall(r'href="([^"]+/refer\?[^"]+)"', page)
    assert "Nowhere" not in link, "of the client the address says nothing"
    assert 'value="shelter"' in await counsellor.open(link.replace("&amp;", "&"))
    assert "Nothing is to be done." in await counsellor.open(file.case), "it is nobody's task here"


async def test_the_budget_is_for_who_returned_and_days_are_checked(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    file = await opened_case(counsellor)
    html = await first_plan(counsellor, file, owner="")
    form = fields(
        (await counsellor.send(f"{file.case}/plan/edit", 200, **fields(await counsellor.open(f"{file.case}/plan/edit")), more="line")).text
    )
    tomorrow = (day_of(desk.clock.now()) + timedelta(days=1)).isoformat()
    form |= {"purpose-n1": "A cart", "rupees-n1": "۲۵۰۰۰", "source-n1": "Family"}
    assert "day to come" in plain((await counsellor.send(f"{file.case}/plan/edit", 422, **{**form, "agreed_on": tomorrow})).text)
    await counsellor.send(f"{file.case}/plan/edit", **form)
    html = main_of(await counsellor.open(f"{file.case}/plan"))
    assert "25,000" in html
    await counsellor.open(f"{file.client}/edit")
    away = {**CLIENT, "migration_stage": "prospective", "version": "1"}
    await counsellor.send(f"{file.client}/edit", **away)
    assert "Add a line to the budget" not in await counsellor.open(f"{file.case}/plan/edit")


async def test_a_colleague_reads_and_another_centre_does_not(desk: Desk) -> None:
    counsellor, colleague, lahore = [await desk.sign_in(f"{name}") for name in ("counsellor.isb", "counsellor2.isb", "counsellor.lhe")]
    file = await opened_case(counsellor)
    html = await first_plan(counsellor, file)
    seen = main_of(await colleague.open(f"{file.case}/plan"))
    assert "Ring the shelter" in seen
    assert 'method="post"' not in seen
    await colleague.open(f"{file.case}/plan/edit", 404)
    await colleague.send(f"{file.case}/plan/edit", 404, **hidden(await counsellor.open(f"{file.case}/plan/edit")))
    await lahore.open(f"{file.case}/plan", 404)
    await lahore.send(f"{file.case}/plan/steps", 404, step="submit", **versions_of(html))
