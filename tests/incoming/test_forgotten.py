"""Words of somebody whom a partner sent in vain do not stay: the clock is put forward, and they are looked for in the database itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database.incoming import INCOMING, INCOMINGS
from adapters.database.keys import KEY
from adapters.database.statements import Prepared
from domain.secrecy import Unreadable
from tests.incoming.conftest import PERSON, Desk

CLIENT = {"name": "Zarghuna Kandiwal", "gender": "female", "migration_stage": "returnee", "birth_year": 1993}
DAY = timedelta(days=1)


async def row(desk: Desk, id: str) -> tuple[bytes, bytes]:
    """What is kept of the person, sealed, and the key to it."""
    statement = Prepared(select(INCOMING.c.told, KEY.c.wrapped).join(KEY, KEY.c.id == INCOMING.c.id).where(INCOMING.c.id == UUID(id)))
    async with desk.service.house.database.driver.reading("*") as lane:
        [(told, wrapped)] = await lane.rows(statement, {})
    return told, wrapped


async def ended(desk: Desk, step: str, **words: Any) -> dict[str, Any]:
    sent = await desk.sent()
    it = await desk.there(sent)
    if step == "withdraw":
        await desk.says(sent, step)
    else:
        await desk.step(it, step, **words)
    return {**it, "ref": sent["ref"]}


async def later(desk: Desk, days: int) -> int:
    desk.clock.on(days * DAY)
    desk.counsellor = await desk.service.sign_in("counsellor.isb")
    desk.partner = await desk.service.partner("reintegration", "demo-rein-2026")
    forgotten: int = await desk.service.house.usecases.incoming.forget()
    return forgotten


@pytest.mark.parametrize("step,words", [("decline", {"reason": "No counsellor speaks Hindko."}), ("withdraw", {})])
async def test_what_was_said_goes_when_its_time_is_over(desk: Desk, step: str, words: dict[str, str]) -> None:
    it = await ended(desk, step, **words)
    before = await row(desk, it["id"])
    assert await later(desk, 90) == 0
    assert await row(desk, it["id"]) == before, "the control: until then it stays"
    assert await later(desk, 1) == 1
    assert await later(desk, 0) == 0, "once"
    told, wrapped = await row(desk, it["id"])
    vault, seal = desk.service.house.vault, INCOMINGS.seals["told"]
    old = seal.open(vault, before[1], UUID(it["id"]), before[0])
    assert bool(old.reason) is (step == "decline"), "the control: the old key opens the old words"
    for sealed, key in ((before[0], wrapped), (told, before[1])):
        with pytest.raises(Unreadable):
            seal.open(vault, key, UUID(it["id"]), sealed)
    there = await desk.counsellor.get(f"/api/v1/incoming/{it['id']}")
    assert "Hindko" not in str(there)
    assert str(PERSON["name"]) not in str(there)
    assert (there["centre"], there["urgency"], there["came_at"]) == ("ISB", "high", it["came_at"])
    fares = await desk.partner.get(f"/partner/v1/incoming/{it['ref']}")
    assert (fares["state"], fares["reason"]) == (there["state"], "")


async def test_a_question_without_an_answer_expires_and_its_sender_is_told(desk: Desk) -> None:
    it = await ended(desk, "need_information", note="When did she arrive?")
    assert await later(desk, 91) == 1
    fares = await desk.partner.get(f"/partner/v1/incoming/{it['ref']}")
    assert (fares["state"], fares["question"], fares["steps"], fares["sequence"]) == ("expired", "", [], 2)
    await desk.partner.post(f"/partner/v1/incoming/{it['ref']}/steps", {"step": "answer", "note": "Sunday."}, 409)


async def test_whom_the_centre_took_stays(desk: Desk) -> None:
    sent = await desk.sent()
    it = await desk.there(sent)
    await desk.step(it, "need_information", note="When did she arrive?")
    await desk.says(sent, "answer", note="On Sunday.")
    open_one = await desk.there(await desk.sent(reference="R-119"))
    await desk.step(it, "accept")
    await desk.counsellor.post(f"/api/v1/incoming/{it['id']}/registration", CLIENT)
    await desk.step(it, "complete", outcome="Counselled.")
    assert await later(desk, 400) == 0
    for one in (it, open_one):
        assert str(PERSON["name"]) in str(await desk.counsellor.get(f"/api/v1/incoming/{one['id']}"))
