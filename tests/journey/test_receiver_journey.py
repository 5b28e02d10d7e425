"""The main job with everybody in a process of their own: the service, its worker, and the partner's system on the other side."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from adapters.partners.signatures import new_secret
from tests.databases import Database
from tests.journey.test_journey import CLIENT
from tests.postgres import free_port
from tests.reliability.programs import Programs, lay, programs, until
from tests.service import Person

GROUPS = ["identity", "contact"]
FIA = ("fia", "demo-fia-2026")


async def prepare(counsellor: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case and its referral to the agency, consented and waiting for approval."""
    client = await counsellor.post("/api/v1/clients", CLIENT)
    case = await counsellor.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high", "summary": "Cheated."})
    await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "start_counselling"})
    consent = {"purpose": "share", "partner": "fia", "field_groups": GROUPS, "form": "thumb_mark", "language": "ur"}
    await counsellor.post(f"/api/v1/clients/{client['id']}/consents", consent)
    body = {"partner": "fia", "reason": "Report of trafficking", "urgency": "high", "field_groups": GROUPS}
    referral = await counsellor.post(f"/api/v1/cases/{case['id']}/referrals", body)
    await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "submit"})
    return case, referral


async def secret_of(partner: Person, port: int) -> str:
    """The endpoint's secret, which the first PUT tells and no later call repeats."""
    set_up = await partner.http.put("/partner/v1/endpoint", json={"url": f"http://127.0.0.1:{port}/webhook"})
    assert set_up.status_code == 201, set_up.text
    assert set_up.json()["secret"].startswith("whsec_")
    again = await partner.http.put("/partner/v1/endpoint", json={"url": f"http://127.0.0.1:{port}/webhook"})
    assert (again.status_code, again.json()["secret"]) == (200, None)
    assert (await partner.get("/partner/v1/endpoint"))["secret"] is None
    return str(set_up.json()["secret"])


async def reached(counsellor: Person, referral: dict[str, Any], state: str, house: Programs) -> None:
    async def is_there() -> bool:
        return bool((await counsellor.get(f"/api/v1/referrals/{referral['id']}"))["state"] == state)

    await until(is_there, why=house.said)


async def test_the_partners_system_takes_it_and_answers(database: Database, tmp_path: Path) -> None:
    await lay(database, tmp_path)
    with programs(database, tmp_path) as house:
        house.serve("--with-worker")
        await house.answers()
        port = free_port()
        async with house.people() as people, httpx.AsyncClient() as beside:
            counsellor, supervisor = await people.sign_in("counsellor.isb"), await people.sign_in("supervisor.isb")
            fia = await people.partner(*FIA)
            before = await supervisor.get("/api/v1/dashboards/caseload")
            house.receive(port, await secret_of(fia, port), *FIA)
            await house.answers(f"http://127.0.0.1:{port}/seen")

            case, referral = await prepare(counsellor)
            assert (await beside.get(f"http://127.0.0.1:{port}/seen")).json()["items"] == []
            approved = await supervisor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "approve"})
            await reached(counsellor, referral, "completed", house)

            book = (await beside.get(f"http://127.0.0.1:{port}/seen")).json()
            assert [(it["kind"], it["referral"], it["sequence"]) for it in book["items"]] == [("referral.sent", approved["ref"], 1)]
            assert book["items"][0]["answered"]["groups"] == sorted(
                ["name", "name_urdu", "father_or_husband_name", "gender", "birth_year", "cnic", "passport", "phones", "languages"]
            )
            steps = [line["step"] for line in (await counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]]
            assert [step for step in steps if step != "deliver"] == ["submit", "approve", "seen", "accept", "start_service", "complete"]
            log = (await fia.get("/partner/v1/deliveries"))["items"]
            assert [(line["kind"], line["state"], line["attempts"]) for line in log] == [("referral.sent", "delivered", 1)]

            sheet = await counsellor.get(f"/api/v1/cases/{case['id']}/sheet")
            assert [(one["state"], one["outcome"]) for one in sheet["referrals"]] == [("completed", "service_provided")]
            notices = {notice["kind"] for notice in (await counsellor.get("/api/v1/my-day"))["notices"]}
            assert {"referral_accepted", "referral_completed"} <= notices
            await counsellor.post(f"/api/v1/cases/{case['id']}/steps", {"step": "close", "outcome": "protected"})
            after = await supervisor.get("/api/v1/dashboards/caseload")
            assert after["by_stage"].get("closed", 0) == before["by_stage"].get("closed", 0) + 1


async def test_a_receiver_with_another_secret_takes_nothing(database: Database, tmp_path: Path) -> None:
    """The control: if the receiver did not verify, the first test would prove nothing."""
    await lay(database, tmp_path)
    with programs(database, tmp_path) as house:
        house.serve("--with-worker")
        await house.answers()
        port = free_port()
        async with house.people() as people, httpx.AsyncClient() as beside:
            fia = await people.partner(*FIA)
            await secret_of(fia, port)
            house.receive(port, new_secret(), *FIA)
            await house.answers(f"http://127.0.0.1:{port}/seen")
            _, referral = await prepare(await people.sign_in("counsellor.isb"))
            await (await people.sign_in("supervisor.isb")).post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "approve"})

            async def refused() -> bool:
                lines = (await fia.get("/partner/v1/deliveries"))["items"]
                return bool(lines and lines[0]["state"] == "waiting" and "401" in lines[0]["detail"])

            await until(refused, why=house.said)
            assert (await beside.get(f"http://127.0.0.1:{port}/seen")).json() == {"items": [], "repeats": 0}


def news(secret: str, message: str, *items: dict[str, str], age: timedelta = timedelta()) -> dict[str, Any]:
    """A message of the agency in its own words, signed with the library every partner can have."""
    body = orjson.dumps({"complaints": list(items)}).decode()
    at = datetime.now(UTC) - age
    headers = {"webhook-id": message, "webhook-timestamp": str(int(at.timestamp())), "MRC-Partner": "fia"}
    return {"content": body, "headers": {**headers, "webhook-signature": Webhook(secret).sign(message, at, body)}}


@pytest.mark.parametrize("repeats", [1, 3])
async def test_the_partner_answers_by_signed_news(database: Database, tmp_path: Path, repeats: int) -> None:
    await lay(database, tmp_path)
    with programs(database, tmp_path) as house:
        house.serve()
        house.work()
        await house.answers()
        async with house.people() as people, httpx.AsyncClient(base_url=house.url, timeout=30) as partner:
            counsellor, supervisor = await people.sign_in("counsellor.isb"), await people.sign_in("supervisor.isb")
            secret = await secret_of(await people.partner(*FIA), free_port())
            _, referral = await prepare(counsellor)
            ref = (await supervisor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "approve"}))["ref"]
            told = [
                {"referral_no": ref, "status": "complaint_received"},
                {"referral_no": ref, "status": "complaint_registered", "remarks": "Diary 12"},
                {"referral_no": ref, "status": "enquiry_opened"},
            ]
            for _ in range(repeats):
                assert (await partner.post("/partner/v1/news", **news(secret, "msg_1", *told))).status_code == 202
            forged = await partner.post("/partner/v1/news", **news(new_secret(), "msg_2", {"referral_no": ref, "status": "enquiry_filed"}))
            assert (forged.status_code, forged.json()["type"]) == (401, "/problems/bad-signature")
            await reached(counsellor, referral, "in_service", house)
            done = {"referral_no": ref, "status": "enquiry_disposed", "disposal": "case_registered"}
            assert (await partner.post("/partner/v1/news", **news(secret, "msg_3", done))).status_code == 202
            await reached(counsellor, referral, "completed", house)
            lines = (await counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]
            steps = [(line["step"], line["channel"]) for line in lines if line["step"] != "deliver"]
            assert steps[2:] == [(step, "webhook") for step in ("seen", "accept", "start_service", "complete")]
