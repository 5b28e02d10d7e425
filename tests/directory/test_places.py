"""Where a service is: an open address is found by everybody, a hidden one by whoever refers people, one at a time, and nowhere else."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.system.vault import FileVault
from domain.errors import Invalid
from domain.partners.places import Address, postcode
from domain.samples.agencies import HIDDEN
from service.api.bodies import hsds
from tests.databases import Database
from tests.directory.standard import page_faults
from tests.service import Person, Service, running, settings_for
from tests.trust.raw import raw
from tests.trust.test_canary import at_rest, spellings

LAHORE = {"street": "1 Mall Road", "city": "Lahore", "postcode": "54000", "province": "PK6"}


@pytest.mark.parametrize(
    "said,field",
    [
        ({}, ""),
        ({"street": "", "city": "", "postcode": "", "province": ""}, ""),
        ({"district": "PK617"}, ""),
        ({"street": ""}, "street"),
        ({"postcode": ""}, "postcode"),
        ({"street": "", "city": "", "postcode": "", "province": "", "district": "PK617"}, "street"),
        ({"postcode": "5400"}, "postcode"),
        ({"province": "PK99"}, "province"),
        ({"province": "PK617"}, "province"),
        ({"district": "PK6"}, "district"),
        ({"district": "PK401"}, "district"),
    ],
)
def test_an_open_address_is_whole_or_none(said: dict[str, str], field: str) -> None:
    its = Address(**{**LAHORE, **said})
    if not field:
        return its.check()
    with pytest.raises(Invalid) as refusal:
        its.check()
    assert refusal.value.field == field


def test_a_postcode_has_five_digits() -> None:
    assert postcode(" ۵۴ ۰۰۰ ") == "54000"
    assert postcode("") == ""
    for wrong in ("5400", "540000", "5400a", "²3456"):
        with pytest.raises(Invalid):
            postcode(wrong)


@dataclass
class Town:
    """The sample house, who runs its directory, and who refers people from it."""

    service: Service
    admin: Person
    she: Person
    http: httpx.AsyncClient
    partners: dict[str, str]

    async def places(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.http.get("/hsds/service_at_locations", params=query)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert page_faults(told) == []
        found: list[dict[str, Any]] = told["contents"]
        return found

    async def its(self, partner: str, name: str) -> tuple[str, dict[str, Any]]:
        """The door of one service, and what stands there."""
        base = f"/api/v1/partners/{self.partners[partner]}/services"
        found = next(one for one in (await self.admin.get(base))["items"] if one["name"] == name)
        return f"{base}/{found['id']}", found


@pytest.fixture
async def town(samples: Database, tmp_path: Path) -> AsyncIterator[Town]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        admin, she = await service.sign_in("admin"), await service.sign_in("counsellor.isb")
        partners = {one["key"]: one["id"] for one in (await admin.get("/api/v1/partners"))["items"]}
        yield Town(service, admin, she, service.http(), partners)


async def test_open_addresses_are_published_and_looked_for(town: Town) -> None:
    legal, network = await town.places()
    assert [one["service"]["name"] for one in (legal, network)] == ["Legal aid and family mediation", "Reintegration package"]
    (address,) = legal["location"]["addresses"]
    assert {name: said for name, said in address.items() if not name.endswith("id")} == {
        "address_1": "14 Sample Road, second floor",
        "city": "Lahore",
        "region": "Lahore",
        "state_province": "Punjab",
        "postal_code": "54000",
        "country": "PK",
        "address_type": "physical",
    }
    assert (legal["service_id"], legal["location_id"]) == (legal["service"]["id"], legal["location"]["id"])
    assert legal["location"]["organization_id"] == legal["service"]["organization"]["id"] == town.partners["swd-punjab"]
    assert "region" not in network["location"]["addresses"][0]
    assert UUID(legal["id"]).version == UUID(legal["location_id"]).version == 5
    one = (await town.http.get(f"/hsds/service_at_locations/{legal['id']}")).json()
    assert one == (await town.places(full=True))[0]
    assert one["service"]["required_documents"]
    hsds.ServiceAtLocation.model_validate_json(json.dumps(one), strict=True)
    whole = (await town.http.get(f"/hsds/services/{legal['service_id']}")).json()
    assert whole["service_at_locations"] == [{name: one[name] for name in one if name != "service"}]
    body = (await town.http.get(f"/hsds/organizations/{town.partners['swd-punjab']}")).json()
    assert body["locations"] == [legal["location"]]
    term = next(its["taxonomy_term_id"] for its in network["service"]["attributes"] if its["taxonomy_term"]["code"] == "returnee")
    for query in (
        {"organization_id": town.partners["reintegration"]},
        {"postcode": "44000"},
        {"taxonomy_term_id": term},
        {"search": "islamabad"},
        {"postcode": "44000", "search": "package", "modified_after": "2020-01-01"},
    ):
        assert await town.places(**query) == [network], query
    for query in ({"postcode": "54000", "taxonomy_term_id": term}, {"postcode": "99999"}, {"modified_after": "2199-01-01"}):
        assert await town.places(**query) == [], query
    for query in ({"proximity": "1000"}, {"modified_after": "soon"}, {"per_page": "101"}):
        assert (await town.http.get("/hsds/service_at_locations", params=query)).status_code == 422, query
    assert (await town.http.get(f"/hsds/service_at_locations/{uuid4()}")).status_code == 404


async def test_an_address_comes_moves_and_goes(town: Town) -> None:
    door, its = await town.its("fia", "Report of trafficking or smuggling")
    half = await town.admin.http.patch(door, json={"street": "1 Canary Road"}, headers={"If-Match": '"1"'})
    assert (half.status_code, half.json()["type"]) == (422, "/problems/half-an-address")
    assert "Canary" not in half.text
    assert (await town.admin.http.patch(door, json=LAHORE)).status_code == 428
    here = await town.admin.patch(door, {**LAHORE, "postcode": "۵۴۰۰۰"}, its["version"])
    assert (here["street"], here["postcode"], here["hides_address"]) == ("1 Mall Road", "54000", False)
    stale = await town.admin.patch(door, {"city": "Multan"}, its["version"], 412)
    assert stale["current"]["city"] == "Lahore"
    asked = {"organization_id": town.partners["fia"]}
    (first,) = await town.places(**asked)
    second = await town.admin.post(door.rsplit("/", 1)[0], {"name": "Complaints desk", **LAHORE})
    both = await town.places(**asked)
    assert len({one["location_id"] for one in both}) == 1, "one door of one partner is one location"
    assert len({one["id"] for one in both}) == 2
    await town.admin.patch(f"{door.rsplit('/', 1)[0]}/{second['id']}", {"offered": False}, second["version"])
    moved = await town.admin.patch(door, {"street": "2 Mall Road"}, here["version"])
    (now,) = await town.places(**asked)
    assert now["location_id"] != first["location_id"]
    assert (await town.http.get(f"/hsds/service_at_locations/{first['id']}")).status_code == 404
    gone = await town.admin.patch(door, dict.fromkeys(LAHORE, ""), moved["version"])
    assert await town.places(**asked) == []
    await town.admin.patch(door, LAHORE, gone["version"])
    assert len(await town.places(**asked)) == 1
    await town.admin.patch(f"/api/v1/partners/{town.partners['fia']}", {"active": False}, 1)
    assert await town.places(**asked) == []


async def test_a_hidden_address_is_opened_by_whoever_refers_and_each_look_is_kept(town: Town) -> None:
    door, its = await town.its("swd-punjab", "Shelter for women")
    assert its["hides_address"]
    opened = await town.she.get(f"{door}/hidden-address")
    assert opened == {"partner": "Social Welfare Department, Punjab", "service": its["name"], "address": HIDDEN[its["name"]]}
    for name in ("analyst", "admin"):
        await (await town.service.sign_in(name)).get(f"{door}/hidden-address", 403)
    dpo = await town.service.sign_in("dpo")
    looks = [one for one in (await dpo.get("/api/v1/audit"))["items"] if one["action"] == "saw_hidden_address"]
    staff = {one["username"]: one["id"] for one in (await town.she.get("/api/v1/staff"))["items"]}
    assert [(one["actor"], one["subject"]) for one in looks] == [(staff["counsellor.isb"], its["id"])]
    other, _ = await town.its("swd-punjab", "Legal aid and family mediation")
    elsewhere = f"/api/v1/partners/{town.partners['fia']}/services/{its['id']}"
    refused = [(await town.she.http.get(f"{one}/hidden-address")) for one in (other, elsewhere, f"{other[:-36]}{uuid4()}")]
    assert {(one.status_code, one.json()["type"]) for one in refused} == {(404, "/problems/not-found")}


async def test_a_hidden_address_is_written_anew_and_taken_out_under_the_version_of_its_service(town: Town) -> None:
    door, its = await town.its("swd-punjab", "Shelter for women")
    await town.admin.patch(door, {"hidden_address": "Stale"}, its["version"] + 1, 412)
    kept = await town.admin.patch(door, {"waiting": 5}, its["version"])
    assert kept["hides_address"]
    anew = await town.admin.patch(door, {"hidden_address": "House 9\nNext to the mill"}, kept["version"])
    assert (await town.she.get(f"{door}/hidden-address"))["address"] == "House 9\nNext to the mill"
    old = town.service.house.vault.newest_kek()
    rotated = await town.service.house.usecases.keeping.keys.rotate()
    assert rotated.newest != old
    assert (await town.service.house.usecases.keeping.keys.held())[old] == 0, "it is sealed anew with the rest"
    assert (await town.she.get(f"{door}/hidden-address"))["address"] == "House 9\nNext to the mill"
    out = await town.admin.patch(door, {"hidden_address": None}, anew["version"])
    assert not out["hides_address"]
    await town.she.get(f"{door}/hidden-address", 404)


CANARY = "Canaryqx Houseqz behind the گودامکق mill"
FORMS = {form for text in (CANARY, *CANARY.split()[:2], CANARY.split()[4]) for form in spellings(text)}


def sings(place: str, text: bytes) -> list[str]:
    return [place] if any(form in text for form in FORMS) else []


async def _referred(town: Town, door: str) -> dict[str, bytes]:
    """Somebody is referred to the service with the canary; what everybody then reads, by where it stands. The administrator sends it
    wrongly too, for refusals are where words slip out."""
    service, version = door.rsplit("/", 1)[1], (await town.its("swd-punjab", "Shelter for women"))[1]["version"]
    wrong = await town.admin.http.patch(door, json={"hidden_address": CANARY, "colour": 1}, headers={"If-Match": f'"{version}"'})
    long = await town.admin.http.patch(door, json={"hidden_address": CANARY * 20}, headers={"If-Match": f'"{version}"'})
    assert (wrong.status_code, long.status_code) == (422, 422)
    stale = await town.admin.http.patch(door, json={"hidden_address": CANARY}, headers={"If-Match": '"77"'})
    saved = await town.admin.http.patch(door, json={"hidden_address": CANARY}, headers={"If-Match": f'"{version}"'})
    assert (stale.status_code, saved.status_code) == (412, 200)
    client = await town.she.post("/api/v1/clients", {"name": "Amna Bibi", "gender": "female", "migration_stage": "returnee"})
    share = {"purpose": "share", "partner": "swd-punjab", "field_groups": ["identity"], "form": "written", "language": "ur"}
    await town.she.post(f"/api/v1/clients/{client['id']}/consents", share)
    case = await town.she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "high"})
    asked = {"partner": "swd-punjab", "service": service, "reason": "A bed.", "field_groups": ["identity"]}
    sent = await town.she.post(f"/api/v1/cases/{case['id']}/referrals", asked)
    await town.she.post(f"/api/v1/referrals/{sent['id']}/steps", {"step": "send"})
    partner = await town.service.partner("swd-punjab", "demo-swd-2026")
    told = {"refusals": wrong.content + long.content + stale.content + saved.content}
    for where, who, path in (
        ("the packet", partner, f"/partner/v1/referrals/{sent['ref']}"),
        ("what the partner has", partner, "/partner/v1/referrals"),
        ("the letter", town.she, f"/api/v1/referrals/{sent['id']}/letter?language=en"),
        ("the summary", town.she, f"/api/v1/cases/{case['id']}/summary?language=en"),
        ("the referral", town.she, f"/api/v1/referrals/{sent['id']}"),
        ("the search", town.she, "/api/v1/services?limit=100&need=shelter"),
        ("a search for it", town.she, f"/api/v1/services?need={CANARY.split()[0]}"),
        ("the services", town.admin, door.rsplit("/", 1)[0]),
        ("the trail", await town.service.sign_in("dpo"), "/api/v1/audit?limit=100"),
        *((f"hsds {one}", Person(town.http), f"/hsds/{one}") for one in HSDS),
    ):
        answer = await who.http.get(path, headers={"Accept": "text/html" if where in ("the letter", "the summary") else "application/json"})
        assert answer.status_code == 200, (where, answer.text)
        told[where] = answer.content
    return told


HSDS = (
    "services?full=true&per_page=100",
    "organizations?full=true&full_service=true&per_page=100",
    "service_at_locations?full=true&per_page=100",
    f"service_at_locations?search={CANARY.split()[0]}",
)


async def test_a_hidden_address_is_nowhere_else(town: Town, samples: Database, capfd: pytest.CaptureFixture[str]) -> None:
    door, _ = await town.its("swd-punjab", "Shelter for women")
    told = await _referred(town, door)
    out, err = capfd.readouterr()
    assert "/api/v1/partners/{id}/services/{service}" in out, "the control: there is a log to search"
    found = [place for where, text in told.items() for place in sings(where, text)]
    found += sings("the log", (out + err).encode()) + sings("the database", at_rest(samples))
    async with raw(samples) as db:
        for table in ("message", "notice", "audit_entry", "idempotency_key"):
            found += sings(table, str(await db.rows(f"SELECT * FROM {table}")).encode())
    assert found == []
    assert "Shelter for women" in told["the letter"].decode()
    opened = await town.she.http.get(f"{door}/hidden-address")
    assert sings("the one answer that holds it", opened.content), "the control: whoever may ask is told"


async def test_with_sealing_off_it_is_found_at_rest(town: Town, samples: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(FileVault, "seal_house", lambda self, plain, *, at: plain)
    door, its = await town.its("swd-punjab", "Shelter for women")
    await town.admin.patch(door, {"hidden_address": CANARY}, its["version"])
    assert sings("the database", at_rest(samples))
