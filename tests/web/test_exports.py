"""Exports on their pages: asked for, let through by another, the password once, the file; nothing typed is lost."""

import re

from tests.exports.conftest import opened
from tests.web.conftest import Desk, main_of, plain

ASKED: dict[str, str | list[str]] = {
    "subject": "clients",
    "centre": "ISB",
    "begin": "2024-01",
    "end": "2030-01",
    "columns": ["name", "gender"],
    "kind": "csv",
    "purpose": "Audit of the centre",
}


def _version(html: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found
    return found.group(1)


async def test_who_asked_for_nothing_is_told_what_an_export_is(desk: Desk) -> None:
    analyst = await desk.taken_on("analyst2", "Second Analyst", "analyst")
    assert "Nothing was asked for yet" in plain(main_of(await analyst.open("/exports")))


async def test_from_asking_to_the_file(desk: Desk) -> None:
    supervisor, dpo = await desk.sign_in("supervisor.isb"), await desk.sign_in("dpo")
    assert "Yearly look at the open files" in plain(main_of(await supervisor.open("/exports"))), "that of the sample house, which waits"
    assert "who somebody is" in plain(await supervisor.open("/exports/new?subject=clients"))
    here = await supervisor.sent("/exports", **ASKED)
    html = await supervisor.open(here)
    assert "Show a password" not in html
    assert 'value="approve"' not in html, "the asker is offered no decision"
    assert f'href="{here}"' in await dpo.open("/my-cases"), "the notice leads there"
    version = _version(await dpo.open(here))
    refused = await dpo.send(f"{here}/steps", 422, step="approve", version=version, reason="")
    assert 'id="approve-reason-fault"' in refused.text
    await dpo.send(f"{here}/steps", step="approve", version=version, reason="For the audit")
    await supervisor.open(here)
    html = (await supervisor.send(f"{here}/password", 200)).text
    password, ticket = re.search(r'handed">([0-9-]+)<', html.replace("<wbr>", "")), re.search(r'name="ticket" value="([^"]+)"', html)
    assert password
    assert ticket
    assert password.group(1) not in await supervisor.open(here), "shown once"
    file = await supervisor.send(f"{here}/file", 200, ticket=ticket.group(1))
    assert file.headers["content-disposition"] == 'attachment; filename="ISB-E-000003.zip"'
    assert "Audit" not in opened(file.content, password.group(1)).decode()
    refused = await supervisor.send(f"{here}/file", 422, ticket="x")
    assert "This ticket does not belong" in plain(refused.text)
    assert "fetched 1 time" in plain(await dpo.open("/exports"))
    assert "fetched the file of an export" in plain(await dpo.open("/trail"))


async def test_a_refused_form_comes_back_as_it_was(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    await supervisor.open("/exports/new")
    html = (await supervisor.send("/exports", 422, **{**ASKED, "begin": "never"})).text
    assert 'id="ask-begin-fault"' in html
    assert "Audit of the centre" in html
    assert re.search(r'value="name" checked', html)
    analyst = await desk.sign_in("analyst")
    assert "who somebody is" not in plain(await analyst.open("/exports/new"))
    await analyst.send("/exports", 403, **ASKED)
    counsellor = await desk.sign_in("counsellor.isb")
    await counsellor.open("/exports", 403)


async def test_it_stands_among_the_approvals_of_those_who_may_decide(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    manager = {"username": "manager.isb", "name": "Manager ISB", "role": "centre_manager", "centres": ["ISB"]}
    await admin.open("/staff/new")
    answer = await admin.send("/staff", 200, **manager)
    assert answer.status_code == 200
    supervisor = await desk.sign_in("supervisor.isb")
    here = await supervisor.sent("/exports", **ASKED)
    for place in ("/board", "/approvals"):
        assert here not in main_of(await supervisor.open(place)), "not one's own"
    other = await desk.sign_in("supervisor.lhe")
    assert here not in main_of(await other.open("/board"))
