"""Asking by the API as people of the house do: within their centres, the analyst with small cells held back, and questions saved."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.evidence.conftest import people
from tests.service import Person, Service, running, settings_for

ASK, SAVED = "/api/v1/reports/ask", "/api/v1/reports/saved"


def body(**more: Any) -> dict[str, Any]:
    return {"measure": "people_registered", "splits": [], "first": "2025-01", "last": "2025-03", **more}


@dataclass
class Room:
    service: Service
    supervisor: Person
    elsewhere: Person
    analyst: Person
    counsellor: Person

    async def cells(self, who: Person, **more: Any) -> dict[tuple[str, ...], int | None]:
        told = await who.post(ASK, body(**more))
        return {tuple(cell["keys"]): cell["n"] for cell in (*told["rows"], *told["totals"])}


@pytest.fixture
async def room(samples: Database, tmp_path: Path) -> AsyncIterator[Room]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        await people(service, 30, agreed=0)
        await people(service, 4, agreed=0, seed=2, gender="transgender")
        who = [await service.sign_in(one) for one in ("supervisor.isb", "supervisor.lhe", "analyst", "counsellor.isb")]
        yield Room(service, *who)


async def test_everybody_is_told_what_is_theirs(room: Room) -> None:
    exact = await room.cells(room.supervisor, splits=["sex"])
    assert (exact[("*",)], exact[("transgender",)]) == (34, 4)
    assert await room.cells(room.elsewhere) == {}, "nobody of these is of Lahore"
    held = await room.cells(room.analyst, splits=["sex"])
    assert held[("transgender",)] is None
    assert list(held.values()).count(None) > 1, "one blank alone is the sum less the others"
    assert all(n is None or n >= 11 for n in held.values())
    await room.counsellor.post(ASK, body(), 403)
    await room.supervisor.post(ASK, body(centres=["LHE"]), 403)
    assert "saw_" not in str(await room.supervisor.get("/api/v1/reports/measures"))
    trail = await (await room.service.sign_in("dpo")).get("/api/v1/audit?limit=100")
    notes = [line["note"] for line in trail["items"] if line["action"] == "asked_figures"]
    assert "people_registered sex 2025-01 2025-03" in notes


async def test_what_does_not_fit_is_refused(room: Room) -> None:
    refused = {
        "does-not-fit": body(splits=["partner"]),
        "too-many-splits": body(splits=["sex", "sex"]),
        "bad-months": body(first="2025-04"),
        "bad-bands": body(splits=["age"], bands=[30, 20]),
    }
    for rule, asked in refused.items():
        assert rule in str(await room.supervisor.post(ASK, asked, 422))
    for rule, asked in {"whole-quarters": body(last="2025-02"), "bands-fixed": body(splits=["age"], bands=[0, 18])}.items():
        assert rule in str(await room.analyst.post(ASK, asked, 422))
        await room.supervisor.post(ASK, asked)
    await room.supervisor.post(ASK, body(words="x"), 422)


async def test_a_question_is_kept_shared_and_removed(room: Room) -> None:
    mine = await room.supervisor.post(SAVED, {"name": "Ours alone", "question": body(splits=["sex"])})
    shared = await room.analyst.post(SAVED, {"name": "For Islamabad", "question": body(), "shared_with": "ISB"})
    assert mine["question"]["splits"] == ["sex"]

    async def seen(who: Person) -> set[str]:
        return {one["name"] for one in (await who.get(SAVED))["items"]} - {"Cases by risk this year", "Returnees by gender last year"}

    assert await seen(room.supervisor) == {"Ours alone", "For Islamabad"}
    assert await seen(room.analyst) == {"For Islamabad"}
    assert await seen(room.elsewhere) == set()
    await room.elsewhere.post(SAVED, {"name": "x", "question": body(), "shared_with": "ISB"}, 403)
    assert await _removed(room.elsewhere, mine) == 404
    assert await _removed(room.analyst, mine) == 404
    assert await _removed(room.supervisor, shared) == 204, "for owners leave"
    assert await _removed(room.supervisor, mine) == 204
    again = await room.supervisor.post(SAVED, {"name": "Once more", "question": body(), "shared_with": "ISB"})
    assert await _removed(room.analyst, again) == 403, "shared with the analyst, and not theirs"


async def _removed(who: Person, saved: dict[str, Any]) -> int:
    return (await who.http.delete(f"{SAVED}/{saved['id']}")).status_code
