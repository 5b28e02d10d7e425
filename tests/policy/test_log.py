"""The policy log by the API, on both databases: frozen figures, the second person, and what others see of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.evidence.conftest import people
from tests.service import Person, Service, running, settings_for

NOTES, SAVED = "/api/v1/policy-notes", "/api/v1/reports/saved"
SAID = {
    "centre": "ISB",
    "heading": "A van for papers",
    "topic": "documents",
    "observed": "They wait.",
    "advised": "A van.",
    "addressee": "x",
}
QUESTION = {"measure": "people_registered", "splits": ["sex"], "first": "2025-01", "last": "2025-12"}


@dataclass
class Room:
    service: Service
    supervisor: Person
    elsewhere: Person
    analyst: Person
    dpo: Person

    async def question(self, who: Person, **more: Any) -> str:
        return str((await who.post(SAVED, {"name": "Who came", "question": {**QUESTION, **more}}))["id"])

    async def step(self, who: Person, note: dict[str, Any], step: str, expect: int = 200, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = await who.post(f"{NOTES}/{note['id']}/steps", {"step": step, **more}, expect)
        return told


@pytest.fixture
async def room(samples: Database, tmp_path: Path) -> AsyncIterator[Room]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        await people(service, 30, agreed=0)
        await people(service, 4, agreed=0, seed=2, gender="transgender")
        yield Room(service, *[await service.sign_in(one) for one in ("supervisor.isb", "supervisor.lhe", "analyst", "dpo")])


def cells(answer: dict[str, Any]) -> dict[tuple[str, ...], int | None]:
    return {tuple(cell["keys"]): cell["n"] for cell in (*answer["rows"], *answer["totals"])}


async def test_a_note_says_the_same_when_the_figure_has_changed(room: Room) -> None:
    note = await room.supervisor.post(NOTES, {**SAID, "questions": [await room.question(room.supervisor)]})
    (then,) = note["figures"]
    assert then["means"].startswith("People, each once")
    assert cells(then["answer"])[("*",)] == 34
    assert cells(then["answer"])[("transgender",)] is None, "held back from the first draft on"
    await people(room.service, 40, agreed=0, seed=3, gender="male")
    now = (await room.supervisor.get(f"{NOTES}/{note['id']}/now"))["items"]
    assert cells(now[0]["answer"])[("*",)] == 74
    assert (await room.supervisor.get(f"{NOTES}/{note['id']}"))["figures"] == [then]
    await room.step(room.supervisor, note, "submit")
    await room.step(room.supervisor, note, "approve", 403)
    await room.step(room.dpo, note, "approve")
    await room.step(room.dpo, note, "share", 403, said="x", on="2026-01-05", how="letter")
    shared = await room.step(room.supervisor, note, "share", said="The registrar's office", on="2026-01-05", how="letter")
    assert (shared["state"], shared["figures"]) == ("shared", [then])
    paper = await room.supervisor.http.get(f"{NOTES}/{note['id']}/paper", headers={"Accept": "text/html"})
    assert "A van for papers" in paper.text
    assert 'Together: <bdi dir="ltr">34<' in paper.text
    assert ">4<" not in paper.text
    trail = (await room.dpo.get("/api/v1/audit?limit=100"))["items"]
    lines = [line["action"] for line in trail if line["subject"] == note["id"]]
    assert {"policy_note_written", "policy_note_moved", "saw_policy_note", "printed_policy_note"} <= set(lines)
    assert "van" not in str(trail), "the trail holds no word of it"


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_what_cannot_be_frozen_is_refused_and_others_see_what_is_theirs(room: Room) -> None:
    for splits, rule in ((["counsellor"], "counts-one-person"), (["month"], "whole-quarters")):
        asked = await room.question(room.supervisor, splits=splits)
        assert rule in str(await room.supervisor.post(NOTES, {**SAID, "questions": [asked]}, 422))
    of_others = await room.question(room.analyst)
    await room.supervisor.post(NOTES, {**SAID, "questions": [of_others]}, 404)
    assert "names-somebody" in str(await room.supervisor.post(NOTES, {**SAID, "observed": "ISB-C-000123 waits"}, 422))
    await room.supervisor.post(NOTES, {**SAID, "client": "x"}, 422)
    note = await room.analyst.post(NOTES, {**SAID, "questions": [of_others]})
    assert set(note["figures"][0]["answer"]["centres"]) == {"ISB", "LHE", "PEW"}
    (now,) = (await room.supervisor.get(f"{NOTES}/{note['id']}/now"))["items"]
    assert now["answer"] is None, "it counts centres that are not hers"
    await room.elsewhere.get(f"{NOTES}/{note['id']}", 404)
    assert note["id"] not in str(await room.elsewhere.get(NOTES))
    await room.step(room.analyst, note, "submit")
    await room.step(room.elsewhere, note, "approve", 404)
    for who in (room.supervisor, room.dpo):
        assert note["id"] in str(await who.get("/api/v1/my-day")), "those who may approve are told"


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_of_two_who_change_a_draft_the_second_is_told(room: Room) -> None:
    note = await room.supervisor.post(NOTES, {**SAID, "questions": [await room.question(room.supervisor)]})
    here = f"{NOTES}/{note['id']}"
    changed = await room.analyst.http.patch(here, json={"observed": "They wait long."}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json()["figures"] == note["figures"], "what is left out stays"
    stale = await room.supervisor.http.patch(here, json={"observed": "x"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]["advice"]["observed"]) == (412, "They wait long.")
    assert (await room.supervisor.http.patch(here, json={"observed": "x"})).status_code == 428
    gone = await room.supervisor.http.patch(here, json={"figures": []}, headers={"If-Match": '"2"'})
    assert gone.json()["figures"] == []
    assert "note-not-ready" in str(await room.step(room.supervisor, note, "submit", 422))
