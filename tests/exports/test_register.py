"""Exports through the doors everybody uses: a second person decides, the asker alone fetches, and nothing of others leaves."""

import io
import zipfile
from dataclasses import replace
from uuid import UUID

import pytest
import pyzipper

from domain.identity import Scope, Sensitivity
from domain.values import CentreCode, StaffId
from tests.altered import altered
from tests.exports.conftest import EXPORTS, Desk, opened

ISB = CentreCode("ISB")


async def test_what_names_people_waits_for_a_second_person_and_leaves_locked(desk: Desk) -> None:
    it = await desk.ask()
    assert it["state"] == "asked"
    assert it["identified"] == ["number", "name", "gender", "risk"]
    await desk.supervisor.post(f"{EXPORTS}/{it['id']}/password", {}, 409)
    assert (await desk.step(it, "approve", desk.supervisor, 403))["type"].endswith("two-people")
    done = await desk.step(it, "approve", desk.manager)
    assert done["open"]
    assert done["reason"] == "Seen and right"
    password, ticket = await desk.unlock(it)
    archive = await desk.fetch(it, ticket)
    text = opened(archive, password).decode("utf-8-sig")
    lines = text.splitlines()
    assert it["number"] in lines[1]
    assert "Leaks can be traced" in lines[1]
    assert "Leaks can be traced" in lines[-1]
    assert "#meta+id" in text
    assert "ISB-K-" in text
    assert "Nazia Bibi" in text
    with pytest.raises(RuntimeError):
        opened(archive, altered(password))
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.namelist() == [f"{it['number']}.csv"]
        with pytest.raises((RuntimeError, NotImplementedError)):
            found.read(found.namelist()[0])
    assert b"Nazia" not in archive
    assert b"ISB-K-" not in archive


async def test_three_times_by_the_asker_alone_and_each_in_the_register(desk: Desk) -> None:
    it = await desk.approved("name", "phone", subject="clients")
    await desk.manager.post(f"{EXPORTS}/{it['id']}/password", {}, 404)
    password, ticket = await desk.unlock(it)
    await desk.fetch(it, ticket, desk.manager, 404)
    await desk.fetch(it, ticket[:-8] + "AAAAAAA=", expect=422)
    await desk.fetch(it, "", expect=422)
    for _ in range(3):
        text = opened(await desk.fetch(it, ticket), password).decode()
        assert "+923001234567" in text
        assert "7654321" not in text, "a telephone leaves only where ringing is safe"
    assert (await desk.supervisor.post(f"{EXPORTS}/{it['id']}/password", {}, 409))["type"].endswith("export-over")
    await desk.fetch(it, ticket, expect=409)
    (line,) = [one for one in (await desk.dpo.get(EXPORTS))["items"] if one["id"] == it["id"]]
    assert (line["fetches"], line["rows"], line["purpose"]) == (3, 1, "Audit of the centre")
    trail = (await desk.dpo.get("/api/v1/audit?limit=100"))["items"]
    fetched = [one for one in trail if one["action"] == "export_fetched"]
    assert [(one["fields"], one["note"]) for one in fetched] == [(["name", "phone"], "1")] * 3


async def test_an_analyst_has_the_work_and_nobody_in_it(desk: Desk) -> None:
    assert (await desk.ask("stage", "gender", by=desk.analyst, expect=403))["type"].endswith("people-not-yours")
    await desk.ask("stage", "risk", by=desk.analyst, expect=403)
    it = await desk.ask("stage", "month", by=desk.analyst)
    assert it["open"]
    assert it["decided_by"] is None
    text = await desk.inside(it, desk.analyst)
    assert text.splitlines()[5].startswith("open") or "open" in text
    assert "Bibi" not in text
    assert "ISB-K" not in text
    other = await desk.ask()
    await desk.analyst.get(f"{EXPORTS}/{other['id']}", 404)
    theirs = (await desk.analyst.get(EXPORTS))["items"]
    assert theirs[0]["id"] == it["id"]
    assert {one["asked_by"] for one in theirs} == {it["asked_by"]}, "that of the sample house is the analyst's own too"


async def test_other_centres_and_restricted_files_stay_out(desk: Desk) -> None:
    await desk.ask(centre="LHE", expect=403)
    plain, cleared = await desk.approved("name"), await desk.approved("name", restricted=True)
    text = await desk.inside(plain)
    assert "Nazia" in text
    assert "Hidden" not in text
    assert "Lahore" not in text
    text = await desk.inside(cleared)
    assert "Nazia" in text
    assert "Hidden" in text
    assert "Lahore" not in text


async def test_the_reach_alone_keeps_another_centre_out(desk: Desk) -> None:
    """Even of an export that names another centre than it should; the control has a reach without walls."""
    it, views = await desk.approved("name"), desk.service.house.database.views.exports
    scope = Scope((ISB,), StaffId(UUID(it["asked_by"])), clears=tuple(Sensitivity))
    export = replace(await views.one(scope, UUID(it["id"]), own=True), centre=CentreCode("LHE"), restricted=True)
    assert await views.lines(scope, export, None) == ([], None)
    assert await views.count(scope, export) == 0
    lines, _ = await views.lines(replace(scope, centres=(ISB, CentreCode("LHE"))), export, None)
    assert [list(line) for line in lines] == [["Lahore Bibi"]]


async def test_a_file_that_breaks_off_opens_for_nobody(desk: Desk) -> None:
    it = await desk.approved("name")
    password, ticket = await desk.unlock(it)
    archive = await desk.fetch(it, ticket)
    assert opened(archive, password)
    for end in (len(archive) // 3, len(archive) * 2 // 3, len(archive) - 30):
        with pytest.raises((pyzipper.BadZipFile, zipfile.BadZipFile)):
            opened(archive[:end], password)
