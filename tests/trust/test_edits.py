"""Many hands on one record over HTTP: nothing acknowledged is lost."""

import asyncio

from tests.service import Person, Service
from tests.trust.world import client_body

HANDS, EACH = 10, 10


async def _patched(hand: Person, path: str, field: str, words: list[str]) -> int:
    """Adds each word to a text of the record; told that it is stale, looks again. How often it was told."""
    stale = 0
    record = (await hand.http.get(path)).json()
    for word in words:
        while True:
            answer = await hand.http.patch(path, json={field: f"{record[field]} {word}"}, headers={"If-Match": f'"{record["version"]}"'})
            assert answer.status_code in (200, 412), answer.text
            record = answer.json() if answer.status_code == 200 else answer.json()["current"]
            if answer.status_code == 200:
                break
            stale += 1
    return stale


async def test_a_hundred_edits_by_ten_hands_are_all_there(service: Service) -> None:
    she, boss = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
    client = await she.post("/api/v1/clients", client_body("Amna Bibi"))
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low", "summary": "begin"})
    path = f"/api/v1/cases/{case['id']}"
    words = [[f"w{hand}x{number}" for number in range(EACH)] for hand in range(HANDS)]
    told = await asyncio.gather(*[_patched((she, boss)[hand % 2], path, "summary", words[hand]) for hand in range(HANDS)])
    now = await she.get(path)
    assert set(now["summary"].split()) == {"begin", *(word for hand in words for word in hand)}
    assert now["version"] == case["version"] + HANDS * EACH
    assert sum(told) > 0, "nobody got in anybody's way: this tested nothing"


async def test_without_versions_edits_would_be_lost(service: Service) -> None:
    """The control: the same hands, each sending back what it saw first under whatever version stands."""
    she = await service.sign_in("counsellor.isb")
    client = await she.post("/api/v1/clients", client_body("Amna Bibi"))
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low", "summary": "begin"})
    path = f"/api/v1/cases/{case['id']}"
    for word in ("one", "two"):
        version = (await she.get(path))["version"]
        await she.patch(path, {"summary": f"{case['summary']} {word}"}, version)
    assert "one" not in (await she.get(path))["summary"]


async def test_one_task_is_finished_once_and_one_contact_becomes_one_client(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    contact = await she.post("/api/v1/contacts", {"channel": "phone", "name": "Amna"})
    path = f"/api/v1/contacts/{contact['id']}/promotion"
    answers = await asyncio.gather(*[she.http.post(path, json=client_body("Amna Bibi")) for _ in range(8)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    client = next(answer.json() for answer in answers if answer.status_code == 201)
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
    task = await she.post(f"/api/v1/cases/{case['id']}/tasks", {"title": "x", "due_on": "2026-12-01"})
    finished = await asyncio.gather(*[she.http.post(f"/api/v1/tasks/{task['id']}/completion") for _ in range(8)])
    assert sorted(answer.status_code for answer in finished) == [200] + [409] * 7
    moved = await asyncio.gather(
        *[she.http.post(f"/api/v1/cases/{case['id']}/steps", json={"step": "start_counselling"}) for _ in range(8)]
    )
    assert sorted(answer.status_code for answer in moved) == [200] + [409] * 7
    numbers = await asyncio.gather(*[she.post("/api/v1/clients", client_body(f"Person Number{chr(65 + n)}")) for n in range(12)])
    assert len({one["number"] for one in numbers}) == 12
    assert await service.house.usecases.keeping.figures.differing() == ()
