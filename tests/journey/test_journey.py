"""The main job from end to end over HTTP: walk in, be counselled, screened, referred with consent, helped; the supervisor counts it."""

from typing import Any

from tests.journey.conftest import Person, Service

CLIENT = {
    "name": "Yousaf Khan",
    "name_urdu": "یوسف خان",
    "father_or_husband_name": "Aslam Khan",
    "gender": "male",
    "birth_year": 1994,
    "cnic": "۳۴۲۰۱۰۸۹۱۲۳۱۷",
    "phones": [{"number": "0300-1234567", "safe": True}],
    "migration_stage": "returnee",
    "languages": ["ur", "ps"],
}


async def walk_in(counsellor: Person) -> dict[str, Any]:
    contact = await counsellor.post("/api/v1/contacts", {"channel": "walk_in", "name": "Yousaf", "phone": "0300 1234567"})
    matches = await counsellor.post("/api/v1/clients/matches", {"candidate": {"name": "Yusuf Khan", "cnic": CLIENT["cnic"]}})
    assert matches["items"] == []
    return await counsellor.post(f"/api/v1/contacts/{contact['id']}/promotion", CLIENT)


async def test_main_job(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.isb")
    supervisor = await service.sign_in("supervisor.isb")
    before = await supervisor.get("/api/v1/dashboards/caseload")

    client = await walk_in(counsellor)
    assert client["number"] == "ISB-C-000001"
    found = await counsellor.post("/api/v1/clients/search", {"q": "یوسف خان"})
    assert [hit["id"] for hit in found["items"]] == [client["id"]]

    case = await counsellor.post(
        "/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high", "summary": "Cheated abroad."}
    )
    await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "start_counselling"})
    await counsellor.post(
        f"/api/v1/cases/{case['id']}/sessions", {"channel": "in_person", "minutes": 40, "topics": ["rights abroad"], "note": "Came alone."}
    )
    answers = {"is_cheated": "yes", "is_kept_document": "yes", "forced_work": "yes", "excessive_work": "unknown"}
    screening = await counsellor.post(f"/api/v1/cases/{case['id']}/screenings", {"instrument": "short-flags", "answers": answers})
    assert screening["indication"]["outcome"] == "strong"
    assert screening["decision"] is None
    await counsellor.post(
        f"/api/v1/screenings/{screening['id']}/decision", {"finding": "presumed_victim", "why": "Papers kept, forced to work."}
    )

    groups = ["identity", "contact", "narrative"]
    body = {"partner": "fia", "reason": "Report of trafficking", "urgency": "high", "field_groups": groups}
    referral = await counsellor.post(f"/api/v1/cases/{case['id']}/referrals", body)
    refused = await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "submit"}, expect=409)
    assert refused["type"] == "/problems/no-consent"
    consent = {"purpose": "share", "partner": "fia", "field_groups": groups, "form": "thumb_mark", "language": "ur"}
    await counsellor.post(f"/api/v1/clients/{client['id']}/consents", consent)
    refused = await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "send"}, expect=409)
    assert refused["type"] == "/problems/approval-needed"
    await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "submit"})
    await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "approve"}, expect=(403, 404))
    sent = await supervisor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "approve"})
    assert sent["state"] == "queued"

    fia = await service.partner("fia", "demo-fia-2026")
    waiting = await fia.get("/partner/v1/referrals")
    ref = waiting["items"][0]["ref"]
    packet = await fia.get(f"/partner/v1/referrals/{ref}")
    assert packet["client"]["name"] == "Yousaf Khan"
    assert packet["client"]["phones"] == ["+923001234567"]
    assert "migration_stage" not in packet["client"]
    for step in ({"step": "seen"}, {"step": "accept"}, {"step": "start_service"}, {"step": "complete", "outcome": "Case registered"}):
        await fia.post(f"/partner/v1/referrals/{ref}/steps", step)
    await fia.get(f"/partner/v1/referrals/{ref}", expect=410)

    day = await counsellor.get("/api/v1/my-day")
    assert "referral_completed" in {notice["kind"] for notice in day["notices"]}
    sheet = await counsellor.get(f"/api/v1/cases/{case['id']}/sheet")
    assert sheet["referrals"][0]["state"] == "completed"
    closed = await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "protected"})
    assert closed["stage"] == "closed"

    after = await supervisor.get("/api/v1/dashboards/caseload")
    assert after["by_stage"].get("closed", 0) == before["by_stage"].get("closed", 0) + 1
    assert await service.house.usecases.keeping.figures.differing() == ()


async def test_consent_withdrawn_recalls(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.lhe")
    client = await counsellor.post("/api/v1/clients", CLIENT)
    case = await counsellor.post("/api/v1/cases", {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"})
    consent = {"purpose": "share", "partner": "reintegration", "field_groups": ["identity"], "form": "written", "language": "ur"}
    consent = await counsellor.post(f"/api/v1/clients/{client['id']}/consents", consent)
    body = {"partner": "reintegration", "reason": "Return", "field_groups": ["identity"]}
    referral = await counsellor.post(f"/api/v1/cases/{case['id']}/referrals", body)
    sent = await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "send"})
    partner = await service.partner("reintegration", "demo-rein-2026")
    await partner.get(f"/partner/v1/referrals/{sent['ref']}")
    await counsellor.post(f"/api/v1/consents/{consent['id']}/withdrawal")
    gone = await partner.get(f"/partner/v1/referrals/{sent['ref']}", expect=410)
    assert gone["type"] == "/problems/recalled"
    assert (await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"] == "recalled"
    log = [(line["kind"], line["state"]) for line in (await partner.get("/partner/v1/deliveries"))["items"]]
    assert log == [("referral.recalled", "waiting"), ("referral.sent", "waiting")]


async def test_trail_is_sealed_and_verifies(service: Service) -> None:
    counsellor = await service.sign_in("counsellor.isb")
    client = await counsellor.post("/api/v1/clients", CLIENT)
    await counsellor.get(f"/api/v1/clients/{client['id']}")
    verdict = await service.house.usecases.audit.verify([])
    assert verdict.faults == ()
    assert verdict.waiting > 0
    while await service.house.usecases.audit.seal():
        pass
    verdict = await service.house.usecases.audit.verify(await service.house.usecases.audit.heads())
    assert verdict.faults == ()
    assert verdict.waiting == 0
    dpo = await service.sign_in("dpo")
    actions = [entry["action"] for entry in (await dpo.get("/api/v1/audit", params={"client_id": client["id"]}))["items"]]
    assert actions == ["saw_client", "client_registered"]
