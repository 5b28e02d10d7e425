"""What the data-protection officer asks of the trail and of broken glass, over both databases."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.audit import looks
from domain.errors import NotFound
from domain.identity import Actor
from domain.values import CentreCode, ClientId, StaffId, day_of
from service.usecases.audit import Wanted
from service.usecases.identity import HOUSE_ACTOR
from tests.service import Person, Service
from tests.trust.world import PASSWORD, client_body


async def officer(service: Service) -> Actor:
    identity = service.house.usecases.identity
    return (await identity.visitor(identity.shown(await identity.enter("dpo", PASSWORD, None)))).actor


async def staff(service: Service, name: str) -> StaffId:
    people = (await (await service.sign_in("admin")).get("/api/v1/staff"))["items"]
    return StaffId(UUID(next(one["id"] for one in people if one["username"] == name)))


async def broken(service: Service, she: Person, reason: str, name: str = "Amna Bibi") -> dict[str, str]:
    boss = await service.sign_in("supervisor.isb")
    client = await boss.post("/api/v1/clients", client_body(name, sensitivity="restricted"))
    made: dict[str, str] = await she.post("/api/v1/break-glass", {"client_number": client["number"], "reason": reason})
    return {**made, "number": client["number"]}


async def test_the_trail_is_narrowed_by_person_colleague_and_day(service: Service) -> None:
    one, two = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor2.isb")
    amna = await one.post("/api/v1/clients", client_body("Amna Bibi"))
    zara = await one.post("/api/v1/clients", client_body("Zara Gul"))
    for she in (one, two):
        await she.get(f"/api/v1/clients/{amna['id']}")
        await she.get(f"/api/v1/clients/{zara['id']}")
    audit, dpo = service.house.usecases.audit, await officer(service)
    page = await audit.search(dpo, Wanted(client_number=f" {amna['number'].lower()}"), 50, None)
    assert [line.action for line in page.lines] == ["saw_client", "saw_client", "client_registered"]
    assert set(page.numbers.values()) == {amna["number"]}
    second = await staff(service, "counsellor2.isb")
    page = await audit.search(dpo, Wanted(amna["number"], second), 50, None)
    assert [(line.action, line.actor) for line in page.lines] == [("saw_client", second)]
    today = day_of(page.lines[0].at)
    assert (await audit.search(dpo, Wanted(staff=second, day=today), 50, None)).lines != ()
    assert (await audit.search(dpo, Wanted(staff=second, day=today - timedelta(days=1)), 50, None)).lines == ()
    assert (await audit.search(dpo, Wanted(staff=second, day=today + timedelta(days=1)), 50, None)).lines == ()


async def test_the_trail_goes_on_where_a_page_ended(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    amna = await she.post("/api/v1/clients", client_body("Amna Bibi"))
    for _ in range(4):
        await she.get(f"/api/v1/clients/{amna['id']}")
    audit, dpo = service.house.usecases.audit, await officer(service)
    wanted, after, seen = Wanted(staff=await staff(service, "counsellor.isb")), None, []
    while True:
        page = await audit.search(dpo, wanted, 2, after)
        assert len(page.lines) <= 2
        seen += [line.id for line in page.lines]
        if (after := page.following) is None:
            break
    whole = [line.id for line in (await audit.search(dpo, wanted, 100, None)).lines]
    assert len(set(seen)) == len(whole) >= 6, "signed in, registered, four looks, and what the samples did"
    assert seen == whole
    assert seen == sorted(seen, reverse=True)


async def test_a_number_of_nobody_is_refused(service: Service) -> None:
    with pytest.raises(NotFound):
        await service.house.usecases.audit.search(await officer(service), Wanted("ISB-C-999999"), 50, None)


async def test_whoever_reads_the_trail_stands_in_it(service: Service) -> None:
    dpo = await service.sign_in("dpo")
    await dpo.get("/api/v1/audit")
    assert (await dpo.get("/api/v1/audit"))["items"][0]["action"] == "saw_trail"


async def test_openings_are_listed_with_their_reason_until_and_after_review(service: Service) -> None:
    she, dpo = await service.sign_in("counsellor.isb"), await service.sign_in("dpo")
    first, second = await broken(service, she, "She stands at the desk."), await broken(service, she, "Her sister rings.", "Zara Gul")
    path = "/api/v1/break-glass"
    assert [one["id"] for one in (await dpo.get(path, params={"reviewed": "false"}))["items"]] == [second["id"], first["id"]]
    await dpo.post(f"{path}/{first['id']}/review", {"finding": "A good reason."})
    waiting, done = [(await dpo.get(path, params={"reviewed": word}))["items"] for word in ("false", "true")]
    assert [(one["id"], one["reason"]) for one in waiting] == [(second["id"], "Her sister rings.")]
    assert [(one["id"], one["finding"]) for one in done] == [(first["id"], "A good reason.")]
    page = await dpo.get(path, params={"limit": 1})
    rest = await dpo.get(path, params={"limit": 1, "cursor": page["next"]})
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [second["id"], first["id"]]
    assert rest["next"] is None
    actions = [item["action"] for item in (await dpo.get("/api/v1/audit"))["items"]]
    assert "saw_break_glass" in actions
    await (await service.sign_in("supervisor.isb")).get(path, 403)


async def test_what_was_opened_for_somebody_erased_is_left_out(service: Service) -> None:
    """Its reason is gone with the key; the trail still has that it was opened."""
    she, dpo = await service.sign_in("counsellor.isb"), await service.sign_in("dpo")
    made = await broken(service, she, "She stands at the desk.")
    await service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, made["number"], "Asked for it herself.")
    assert (await dpo.get("/api/v1/break-glass"))["items"] == []
    items = (await dpo.get("/api/v1/audit", params={"client_id": made["client_id"]}))["items"]
    assert "glass_broken" in [item["action"] for item in items]


async def test_consents_that_end_soon_are_listed_the_soonest_first(service: Service) -> None:
    she, other = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor.lhe")
    today = day_of(service.house.usecases.audit._clock.now())
    share = {"purpose": "share", "partner": "reintegration", "field_groups": ["identity"], "form": "written", "language": "ur"}

    async def given(by: Person, name: str, **more: str) -> str:
        client = await by.post("/api/v1/clients", client_body(name))
        made: str = (await by.post(f"/api/v1/clients/{client['id']}/consents", {**share, **more}))["id"]
        return made

    late = await given(she, "Amna Bibi", valid_to=str(today + timedelta(days=30)))
    soon = await given(she, "Zara Gul", valid_to=str(today))
    await given(she, "Gul Bano", valid_to=str(today + timedelta(days=31)))
    await given(she, "Noor Jahan")
    taken_back = await given(she, "Palwasha Khan", valid_to=str(today))
    await she.post(f"/api/v1/consents/{taken_back}/withdrawal")
    elsewhere = await given(other, "Bakht Bibi", valid_to=str(today + timedelta(days=1)))
    dpo = await service.sign_in("dpo")
    assert [one["id"] for one in (await dpo.get("/api/v1/consents"))["items"]] == [soon, elsewhere, late]
    assert [one["id"] for one in (await she.get("/api/v1/consents"))["items"]] == [soon, late]
    assert [one["id"] for one in (await she.get("/api/v1/consents", params={"ending_within": 0}))["items"]] == [soon]
    await she.get("/api/v1/consents", 422, params={"ending_within": 999})


def test_a_list_leaves_a_line_in_each_centre_with_everybody_once() -> None:
    isb, lhe, reader = CentreCode("ISB"), CentreCode("LHE"), uuid4()
    amna, zara = ClientId(uuid4()), ClientId(uuid4())
    told = looks(reader, "saw_cases", [(lhe, amna), (isb, zara), (lhe, amna)])
    assert [(one.actor, one.centre, one.action, one.others) for one in told] == [
        (reader, lhe, "saw_cases", (amna,)),
        (reader, isb, "saw_cases", (zara,)),
    ]
    assert looks(reader, "saw_cases", []) == ()
    assert [(one.centre, one.others) for one in looks(reader, "saw_board", [], (isb,))] == [(isb, ())], "who looked and saw nobody looked"


async def test_the_tasks_of_the_day_say_whose_they_are_and_the_trail_knows_whom_they_showed(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    clients, numbers = [], []
    for name in ("Amna Bibi", "Zara Gul"):
        client = await she.post("/api/v1/clients", client_body(name))
        case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
        for title in ("Ring up", "Write"):
            await she.post(f"/api/v1/cases/{case['id']}/tasks", {"title": title, "due_on": "2026-01-05"})
        clients.append(client["id"])
        numbers.append(case["number"])
    late = (await she.get("/api/v1/my-day"))["overdue"]
    assert {(one["name"], one["case_number"], one["title"]) for one in late} == {
        (name, number, title) for name, number in zip(("Amna Bibi", "Zara Gul"), numbers, strict=True) for title in ("Ring up", "Write")
    }
    lines = (await (await service.sign_in("dpo")).get("/api/v1/audit"))["items"]
    assert [set(line["others"]) for line in lines if line["action"] == "saw_tasks_due"] == [set(clients)]


async def test_who_saw_somebody_only_in_a_list_or_a_search_is_found_too(service: Service) -> None:
    one, two = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor2.isb")
    amna = await one.post("/api/v1/clients", client_body("Amna Bibi"))
    zara = await one.post("/api/v1/clients", client_body("Zara Gul"))
    for client in (zara, amna):
        await one.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
    await one.get("/api/v1/cases")
    await two.post("/api/v1/clients/search", {"q": "Amna Bibi"}, expect=200)
    audit, dpo = service.house.usecases.audit, await officer(service)
    page = await audit.search(dpo, Wanted(amna["number"]), 50, None)
    assert [line.action for line in page.lines] == ["found_client", "saw_cases", "case_opened", "client_registered"]
    assert [len(line.others) for line in page.lines] == [1, 2, 0, 0]
    page = await audit.search(dpo, Wanted(zara["number"]), 50, None)
    assert [line.action for line in page.lines] == ["saw_cases", "case_opened", "client_registered"], "not whoever sought somebody else"
