"""A restricted file is shut from every side but to those who answer for it; broken glass opens it, and mends."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.database import access, scope
from adapters.system.clock import FixedClock, SystemClock
from tests.databases import Database
from tests.service import Person, Service, running, settings_for
from tests.trust.world import client_body

WORDS = ("Parveen", "Hiddenaway")


async def _shut(reader: Person, client: dict[str, Any], case: dict[str, Any] | None) -> list[str]:
    """Every way in which somebody might still learn of the person; empty when all is shut."""
    open_ways = []
    paths = [f"/api/v1/clients/{client['id']}", f"/api/v1/clients/{client['id']}/consents"]
    if case:
        base = f"/api/v1/cases/{case['id']}"
        paths += [base] + [
            f"{base}/{part}" for part in ("sheet", "timeline", "notes", "sessions", "tasks", "screenings", "referrals", "steps")
        ]
    for path in paths:
        if (await reader.http.get(path)).status_code != 404:
            open_ways.append(path)
    lists = [await reader.http.get(f"/api/v1/{name}") for name in ("cases", "referrals", "contacts", "clients", "my-day")]
    lists += [await reader.http.post("/api/v1/clients/search", json={"q": q}) for q in ("Parveen Hiddenaway", client["number"])]
    lists.append(await reader.http.post("/api/v1/clients/matches", json={"candidate": {"name": "Parveen Hiddenaway"}}))
    open_ways += [str(one.url) for one in lists if one.status_code != 200 or any(word in one.text for word in (*WORDS, client["id"]))]
    return open_ways


async def test_restricting_a_person_or_a_case_shuts_the_whole_file(service: Service) -> None:
    she, colleague, boss = [await service.sign_in(name) for name in ("counsellor.isb", "counsellor2.isb", "supervisor.isb")]
    for restricted_by in ("the person", "the case"):
        contact = await she.post("/api/v1/contacts", {"channel": "phone", "name": "Parveen Hiddenaway", "phone": "03001234567"})
        client = await she.post(f"/api/v1/contacts/{contact['id']}/promotion", client_body("Parveen Hiddenaway"))
        asked = {"client_id": client["id"], "kind": "protection", "risk": "low", "next_due": "2020-01-01"}
        first = await she.post("/api/v1/cases", asked)
        second = await she.post("/api/v1/cases", {**asked, "risk": "high"})
        await she.post(f"/api/v1/cases/{first['id']}/notes", {"text": "Hiddenaway"})
        assert len(await _shut(colleague, client, first)) > 8, "the control: an open file is open"
        if restricted_by == "the person":
            await she.patch(f"/api/v1/clients/{client['id']}", {"sensitivity": "gbv_child"}, client["version"])
        else:
            await she.patch(f"/api/v1/cases/{first['id']}", {"sensitivity": "restricted"}, first["version"])
        for case in (first, second):
            assert await _shut(colleague, client, case) == [], restricted_by
            for owner in (she, boss):
                assert len(await _shut(owner, client, case)) > 8, restricted_by


async def test_whoever_registers_a_restricted_person_can_go_on(service: Service) -> None:
    she, colleague = await service.sign_in("counsellor.isb"), await service.sign_in("counsellor2.isb")
    client = await she.post("/api/v1/clients", client_body("Parveen Hiddenaway", sensitivity="gbv_child"))
    assert await _shut(colleague, client, None) == []
    assert (await she.get(f"/api/v1/clients/{client['id']}"))["name"] == "Parveen Hiddenaway"
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high", "sensitivity": "gbv_child"})
    assert await _shut(colleague, client, case) == []
    await she.get(f"/api/v1/cases/{case['id']}/sheet")


async def _restricted(service: Service) -> tuple[dict[str, Any], dict[str, Any]]:
    she = await service.sign_in("counsellor2.isb")
    client = await she.post("/api/v1/clients", client_body("Parveen Hiddenaway", sensitivity="restricted"))
    asked = {"client_id": client["id"], "kind": "protection", "risk": "low", "sensitivity": "restricted"}
    return client, await she.post("/api/v1/cases", asked)


async def test_broken_glass_opens_tells_and_is_reviewed_once(service: Service) -> None:
    client, case = await _restricted(service)
    she, dpo = await service.sign_in("counsellor.isb"), await service.sign_in("dpo")
    assert await _shut(she, client, case) == []
    path = "/api/v1/break-glass"
    for number in ("ISB-C-999999", "LHE-C-000001", "nonsense"):
        await she.post(path, {"client_number": number, "reason": "x"}, expect=404)
    await she.post(path, {"client_number": client["number"], "reason": "  "}, expect=422)
    grant = await she.post(path, {"client_number": client["number"].lower(), "reason": "She is at the door"})
    assert len(await _shut(she, client, case)) > 8
    await she.post(f"/api/v1/cases/{case['id']}/notes", {"text": "seen at the door"})
    for deed, body in (("steps", {"step": "start_counselling"}), ("referrals", {"partner": "fia", "reason": "x"})):
        await she.post(f"/api/v1/cases/{case['id']}/{deed}", body, expect=404)
    await she.patch(f"/api/v1/cases/{case['id']}", {"risk": "high"}, case["version"], expect=404)
    assert ("glass_broken", grant["id"]) in {(one["kind"], one["subject"]) for one in (await dpo.get("/api/v1/my-day"))["notices"]}
    trail = (await dpo.get("/api/v1/audit", params={"client_id": client["id"], "limit": 100}))["items"]
    assert {"glass_broken", "saw_client"} <= {line["action"] for line in trail}
    assert "at the door" not in str(trail)
    await she.post(f"{path}/{grant['id']}/review", {"finding": "fine"}, expect=403)
    assert (await dpo.post(f"{path}/{grant['id']}/review", {"finding": "It was right"}))["reviewed_by"]
    again = await dpo.post(f"{path}/{grant['id']}/review", {"finding": "No"}, expect=409)
    assert again["type"] == "/problems/nothing-to-review"
    other = await service.sign_in("counsellor.lhe")
    assert await _shut(other, client, case) == []


async def test_broken_glass_mends_after_three_hours(samples: Database, tmp_path: Path) -> None:
    """The samples's clock judges the grant, so it is made on a clock in the past: 2:59 ago it holds, 3:01 ago it is gone."""
    settings = settings_for(samples, tmp_path)
    async with running(settings, samples.kind) as now:
        client, case = await _restricted(now)
        she = await now.sign_in("counsellor.isb")
        for ago, holds in ((timedelta(hours=3, minutes=1), False), (timedelta(hours=2, minutes=59), True)):
            clock = FixedClock(SystemClock().now() - ago)
            async with running(settings, samples.kind, clock=clock) as then:
                early = await then.sign_in("counsellor.isb")
                grant = await early.post("/api/v1/break-glass", {"client_number": client["number"], "reason": "x"})
            assert grant["ends_at"] > grant["broken_at"]
            assert bool(await _shut(she, client, case)) is holds


async def test_an_unending_grant_would_be_noticed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the one above: the file is opened by a grant's row, and by its end alone is it shut."""
    client, case = await _restricted(service)
    she = await service.sign_in("counsellor.isb")
    await she.post("/api/v1/break-glass", {"client_number": client["number"], "reason": "x"})
    assert await _shut(she, client, case)
    assert "ends_at" in str(scope._glass(access.GRANT.c.client_id))


async def test_two_approvals_at_once_are_one(service: Service) -> None:
    """And whoever wrote a referral is never the second person."""
    she, boss = await service.sign_in("counsellor.isb"), await service.sign_in("supervisor.isb")
    client = await she.post("/api/v1/clients", client_body("Zubaida Khan"))
    case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
    consent = {"purpose": "share", "partner": "fia", "field_groups": ["identity"], "form": "written", "language": "ur"}
    await she.post(f"/api/v1/clients/{client['id']}/consents", consent)
    wanted = {"partner": "fia", "reason": "x", "field_groups": ["identity"]}
    referral = await she.post(f"/api/v1/cases/{case['id']}/referrals", wanted)
    path = f"/api/v1/referrals/{referral['id']}/steps"
    await she.post(path, {"step": "submit"})
    answers = await asyncio.gather(*[boss.http.post(path, json={"step": "approve"}) for _ in range(10)])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    fia = await service.partner("fia", "demo-fia-2026")
    assert len((await fia.get("/partner/v1/deliveries"))["items"]) == 1
    own = await boss.post(f"/api/v1/cases/{case['id']}/referrals", wanted)
    path = f"/api/v1/referrals/{own['id']}/steps"
    await boss.post(path, {"step": "submit"})
    assert (await boss.post(path, {"step": "approve"}, expect=403))["type"] == "/problems/two-people"
