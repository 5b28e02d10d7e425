"""Cases: their steps, who holds them, what hangs on a change of hands or of sensitivity."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from domain.periods import month_of
from tests.service import Person, Service

CLIENT = {"name": "Nazia Bibi", "gender": "female", "birth_year": 1990, "migration_stage": "prospective"}

BODY = {"kind": "pre_departure", "risk": "low"}


async def opened(counsellor: Person, **more: Any) -> dict[str, Any]:
    client = await counsellor.post("/api/v1/clients", CLIENT)
    return await counsellor.post("/api/v1/cases", {**BODY, "client_id": client["id"], **more})


async def test_steps_that_do_not_fit_are_refused_aloud(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.isb")
    case = await opened(counsellor)
    refused = await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "start_service"}, expect=409)
    assert refused["type"] == "/problems/out-of-step"
    assert "start_counselling" in case["steps"]
    refused = await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close"}, expect=422)
    assert refused["type"] == "/problems/outcome-needed"
    held = await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "hold", "reason": "Waits for a passport"})
    assert held["stage"] == "on_hold"
    resumed = await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "resume"})
    assert resumed["stage"] == "open"


async def test_a_case_does_not_close_over_open_work_unless_a_supervisor_says_why(service: Service) -> None:
    counsellor, supervisor = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
    case = await opened(counsellor)
    await counsellor.post(f"/api/v1/cases/{case['id']}/tasks", {"title": "Call back", "due_on": "2026-12-01"})
    steps = f"/api/v1/cases/{case['id']}/steps"
    refused = await counsellor.post(steps, {"step": "close", "outcome": "informed", "reason": "done"}, expect=409)
    assert refused["type"] == "/problems/still-open"
    assert "tasks: 1" in refused["title"]
    await supervisor.post(steps, {"step": "close", "outcome": "informed"}, expect=409)
    closed = await supervisor.post(steps, {"step": "close", "outcome": "informed", "reason": "The client has left."})
    assert (closed["stage"], closed["outcome"]) == ("closed", "informed")
    reopened = await counsellor.post(steps, {"step": "reopen", "reason": "Came back"})
    assert reopened["stage"] == "in_counselling"
    assert await service.house.usecases.keeping.figures.differing() == ()


async def test_open_referrals_go_along_when_a_case_changes_hands(service: Service) -> None:
    first, second = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor2.isb")
    supervisor = await service.sign_in("supervisor.isb")
    case = await opened(first)
    await first.post(
        f"/api/v1/clients/{case['client_id']}/consents",
        {"purpose": "share", "partner": "reintegration", "field_groups": ["identity"], "form": "verbal", "language": "ur"},
    )
    body = {"partner": "reintegration", "reason": "Help", "field_groups": ["identity"]}
    referral = await first.post(f"/api/v1/cases/{case['id']}/referrals", body)
    await first.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "send"})
    holder = (await second.get("/api/v1/me"))["id"]
    await supervisor.patch(f"/api/v1/cases/{case['id']}", {"counsellor": holder}, version=case["version"])
    partner = await service.partner("reintegration", "demo-rein-2026")
    await partner.post(f"/partner/v1/referrals/{referral['ref']}/steps", {"step": "accept"})
    for person in (first, second):
        kinds = [notice["kind"] for notice in (await person.get("/api/v1/my-day"))["notices"]]
        assert "referral_accepted" in kinds
    await first.patch(f"/api/v1/cases/{case['id']}", {"risk": "high"}, version=case["version"] + 1, expect=404)


async def test_a_case_made_restricted_restricts_its_client(service: Service) -> None:
    first, second = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor2.isb")
    case = await opened(first)
    await second.get(f"/api/v1/clients/{case['client_id']}")
    await first.patch(f"/api/v1/cases/{case['id']}", {"sensitivity": "restricted"}, version=case["version"])
    await second.get(f"/api/v1/clients/{case['client_id']}", expect=404)
    await second.get(f"/api/v1/cases/{case['id']}", expect=404)
    await first.get(f"/api/v1/clients/{case['client_id']}")


async def test_the_second_of_two_editors_is_shown_the_present_record(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.isb")
    case = await opened(counsellor)
    await counsellor.patch(f"/api/v1/cases/{case['id']}", {"risk": "medium"}, version=case["version"])
    stale = await counsellor.patch(f"/api/v1/cases/{case['id']}", {"risk": "high"}, version=case["version"], expect=412)
    assert stale["current"]["risk"] == "medium"
    assert stale["current"]["version"] == case["version"] + 1


async def test_the_reason_of_a_step_is_kept_as_a_note(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.isb")
    case = await opened(counsellor)
    await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "hold", "reason": "Waits for a passport"})
    notes = (await counsellor.get(f"/api/v1/cases/{case['id']}/notes"))["items"]
    assert [note["text"] for note in notes] == ["hold: Waits for a passport"]


async def test_a_case_says_which_country_it_is_about(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.isb")
    case = await opened(counsellor, country="SAU")
    assert case["country"] == "SAU"
    refused = await counsellor.post("/api/v1/cases", {**BODY, "client_id": case["client_id"], "country": ""}, expect=422)
    assert refused["type"] == "/problems/no-such-country"
    for wrong in ("PAK", "Gulf", ""):
        refused = await counsellor.patch(f"/api/v1/cases/{case['id']}", {"country": wrong}, version=case["version"], expect=422)
        assert (refused["type"], refused["field"]) == ("/problems/no-such-country", "country")
    changed = await counsellor.patch(f"/api/v1/cases/{case['id']}", {"country": "ARE"}, version=case["version"])
    emptied = await counsellor.patch(f"/api/v1/cases/{case['id']}", {"country": None}, version=changed["version"])
    assert (changed["country"], emptied["country"]) == ("ARE", None)


async def test_topics_of_the_list_are_counted_and_words_of_ones_own_are_not(service: Service) -> None:
    counsellor, supervisor = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
    month = month_of(datetime.now(UTC))
    question = {"measure": "topics_counselled", "splits": ["topic"], "first": month, "last": month}

    async def counted() -> Counter[str]:
        answer = await supervisor.post("/api/v1/reports/ask", question, expect=200)
        return Counter({cell["keys"][0]: cell["n"] for cell in answer["rows"]})

    before, case = await counted(), await opened(counsellor)
    said = {"channel": "in_person", "minutes": 20, "topics": ["visas", "help_abroad", "visas", "her uncle's shop"]}
    session = await counsellor.post(f"/api/v1/cases/{case['id']}/sessions", said)
    assert session["topics"] == said["topics"]
    assert await counted() - before == Counter(visas=1, help_abroad=1)
