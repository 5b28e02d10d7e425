"""The directory that everybody may read: what is in it, what never is, and that it is what the standard says."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.database.publication import NOT_SHOWN, columns_read
from adapters.database.schema import Shows
from domain import reference
from domain.partners.centres import NAME, SOURCE
from domain.partners.published import Publication, State
from service.api.bodies import hsds
from service.usecases.publication import Published
from tests.databases import Database
from tests.directory.standard import faults, page_faults
from tests.service import Person, Service, running, settings_for


@dataclass
class Square:
    """Where anybody may ask; `admin` runs the directory from inside."""

    service: Service
    http: httpx.AsyncClient
    admin: Person
    partners: dict[str, str]

    async def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        answer = await self.http.get(f"/hsds{path}", params=query)
        assert answer.status_code == expect, (answer.status_code, answer.text[:300])
        return answer.json()

    async def every(self, path: str, **query: Any) -> list[dict[str, Any]]:
        items, page = [], 1
        while True:
            told = await self.get(path, page=page, **query)
            assert page_faults(told) == []
            items += told["contents"]
            if told["last_page"]:
                assert len(items) == told["total_items"]
                return items
            page += 1

    async def named(self, name: str, **query: Any) -> dict[str, Any]:
        return next(one for one in await self.every("/services", full=True, **query) if one["name"] == name)


@pytest.fixture
async def square(samples: Database, tmp_path: Path) -> AsyncIterator[Square]:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        admin = await service.sign_in("admin")
        partners = {one["key"]: one["id"] for one in (await admin.get("/api/v1/partners"))["items"]}
        yield Square(service, service.http(), admin, partners)


async def test_every_answer_is_what_the_standard_says(square: Square) -> None:
    services, whole = await square.every("/services", per_page=20), await square.every("/services", per_page=100, full=True)
    assert len(services) == len(whole) > 40
    organisations = await square.every("/organizations", full=True)
    said = [fault for one in (*services, *whole) for fault in faults("service", one)]
    said += [fault for one in (await square.every("/organizations")) for fault in faults("organization", one)]
    said += [fault for one in organisations for fault in faults("organization", one)]
    for one in whole[:5]:
        assert await square.get(f"/services/{one['id']}") == one
        hsds.FullService.model_validate_json(json.dumps(one), strict=True)
    its = await square.get(f"/organizations/{square.partners['swd-punjab']}", full_service=True)
    assert {one["name"] for one in its["services"]} == {"Shelter for women", "Legal aid and family mediation"}
    said += faults("organization", its)
    places = [*await square.every("/service_at_locations"), *await square.every("/service_at_locations", full=True)]
    said += [fault for one in places for fault in faults("service_at_location", one)]
    assert len(places) == 4, "the control: there are places to look at"
    for kind, path in (("taxonomy", "/taxonomies"), ("taxonomy_term", "/taxonomy_terms")):
        found = await square.every(path, per_page=5)
        assert found
        said += [fault for one in found for fault in faults(kind, one)]
        assert await square.get(f"{path}/{found[0]['id']}") == found[0]
    assert said == []


def test_the_list_of_the_standard_sees_faults() -> None:
    """The control."""
    assert faults("service", {"id": str(uuid4()), "name": "x", "status": "open"}) == ["/service.status is open"]
    assert faults("organization", {"id": str(uuid4()), "name": "x", "mailbox": "y"})[0] == "/organization lacks description"
    assert page_faults({"size": 1, "empty": False, "contents": []})
    half = {"id": str(uuid4()), "address_1": "x", "city": "y", "state_province": "z", "country": "Pakistan", "address_type": "open"}
    assert faults("location", {"id": str(uuid4()), "location_type": "physical", "addresses": [half]}) == [
        "/location/address lacks postal_code",
        "/location/address.country is Pakistan",
        "/location/address.address_type is open",
    ]
    circle = {"id": str(uuid4()), "service": {"id": str(uuid4()), "name": "x", "status": "active", "service_at_locations": []}}
    assert faults("service_at_location", circle) == ["/service_at_location.service has service_at_locations"]


async def test_a_service_says_all_that_the_standard_has_a_place_for(square: Square) -> None:
    shelter = await square.named("Shelter for women")
    assert (shelter["status"], shelter["assured_date"]) == ("active", "2026-10-05")
    assert shelter["eligibility_description"] == "Women and their children; boys up to 12 years."
    (area,) = shelter["service_areas"]
    assert (area["name"], area["extent"], area["extent_type"]) == ("Punjab", "PK6", "text")
    (hours,) = shelter["schedules"]
    assert (hours["byday"], hours["opens_at"], hours["closes_at"]) == ("MO,TU,WE,TH,FR,SA,SU", "00:00+05:00", "23:59+05:00")
    assert [one["code"] for one in shelter["languages"]] == ["ur", "pa"]
    assert [one["document"] for one in shelter["required_documents"]] == ["Letter of the centre"]
    terms = {one["link_type"]: one for one in shelter["attributes"]}
    assert terms["eligibility"]["taxonomy_term"]["code"] == "female"
    assert (terms["assurance"]["taxonomy_term"]["code"], terms["assurance"]["value"]) == ("unchecked", "sample")
    package = await square.named("Reintegration package")
    assert package["minimum_age"] == 18
    assert "maximum_age" not in package
    (desk,) = package["schedules"]
    assert (desk["byday"], desk["opens_at"], desk["closes_at"]) == ("MO,TU,WE,TH,FR", "09:00+05:00", "17:00+05:00")


async def test_the_mark_and_the_source_stand_on_every_entry(square: Square) -> None:
    """As they stand in the directory itself, in lists too."""
    inside = {one["id"]: one for one in (await square.admin.get("/api/v1/partners"))["items"]}
    for one in await square.every("/organizations"):
        mark = next(its for its in one["attributes"] if its["link_type"] == "assurance")
        if one["name"] == NAME:
            assert mark["value"] == SOURCE
            continue
        its = inside[one["id"]]
        assert (mark["taxonomy_term"]["code"] == "checked", mark["value"]) == (its["verified"], its["source"])
    listed = await square.every("/services")
    assert {len([its for its in one["attributes"] if its["link_type"] == "assurance"]) for one in listed} == {1}
    assert {one["organization"]["id"] for one in listed if one["organization"]["name"] != NAME} <= inside.keys()


async def test_what_the_centres_offer_stands_beside_it_and_not_at_the_referral_desk(square: Square) -> None:
    its = next(one for one in await square.every("/organizations", full_service=True) if one["name"] == NAME)
    told = {one["name"]: one["attributes"][-1] for one in its["services"]}
    assert {name: (mark["taxonomy_term"]["code"] == "checked", mark["value"]) for name, mark in told.items()} == {
        one.name: (one.mark.verified, one.mark.source) for one in reference.services().values()
    }
    counsellor = await square.service.sign_in("counsellor.isb")
    found = (await counsellor.get("/api/v1/services?limit=100"))["items"]
    assert not {one["service"]["name"] for one in found} & told.keys()


async def test_what_is_between_us_and_a_partner_is_not_in_it(square: Square) -> None:
    """Keys, adapters, addresses of systems, agreements and figures; paused partners and services no longer offered."""
    fia = square.partners["fia"]
    partner = await square.service.partner("fia", "demo-fia-2026")
    set_up = await partner.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/canary-address"})
    assert set_up.status_code == 201, set_up.text
    await square.admin.post(
        f"/api/v1/partners/{fia}/agreements",
        {"title": "canary-title", "field_groups": ["identity"], "signed_on": "2026-01-01", "purposes": "canary-purpose"},
    )
    seen = json.dumps([await square.every("/services", full=True), await square.every("/organizations", full_service=True)])
    assert '"Report of trafficking or smuggling"' in seen, "the control: the partner is in it"
    keys = ("capacity", "waiting", 'address"', "hid", "email", "phones", "contacts", "version", "adapter", "key", "credential")
    for word in ("canary", "swd-punjab", "argon2", "whsec", "127.0.0.1", *(f'"{key}' for key in keys)):
        assert word not in seen, word
    base = f"/api/v1/partners/{square.partners['swd-punjab']}"
    legal = next(one for one in (await square.admin.get(f"{base}/services"))["items"] if one["name"].startswith("Legal"))
    await square.admin.patch(f"{base}/services/{legal['id']}", {"offered": False}, legal["version"])
    await square.get(f"/services/{legal['id']}", 404)
    await square.admin.patch(f"/api/v1/partners/{fia}", {"active": False}, 1)
    await square.get(f"/organizations/{fia}", 404)
    after = {one["name"] for one in await square.every("/services")}
    assert not after & {"Report of trafficking or smuggling", legal["name"]}
    assert "Shelter for women" in after, "the control"


def test_only_public_columns_are_read() -> None:
    assert {name for name, shows in columns_read() if shows is not Shows.public} <= NOT_SHOWN


async def test_it_is_searched_and_narrowed(square: Square) -> None:
    best = (await square.get("/services", search="shelter women", per_page=8))["contents"]
    assert "Shelter for women" in {one["name"] for one in best}
    assert all("job matching" not in one["name"].lower() for one in await square.every("/services", search="shelter"))
    assert "Shelter for women" in {one["name"] for one in await square.every("/services", search="پناہ")}
    assert (await square.get("/services", search="zzzz"))["empty"]
    female = next(one for one in await square.every("/taxonomy_terms") if one["code"] == "female")
    for query in ({"taxonomy_term_id": female["id"]}, {"taxonomy_id": female["taxonomy_id"]}):
        assert "Shelter for women" in {one["name"] for one in await square.every("/services", **query)}
    assert {one["taxonomy"] for one in await square.every("/taxonomy_terms", taxonomy_id=female["taxonomy_id"])} == {"For whom"}
    its = await square.every("/services", organization_id=square.partners["reintegration"])
    assert [one["name"] for one in its] == ["Reintegration package"]
    assert (await square.get("/organizations", search="social welfare"))["contents"][0]["attributes"]
    await square.get(f"/services/{uuid4()}", 404)


async def test_a_harvester_takes_what_changed_since(square: Square) -> None:
    every = await square.get("/services", minimal=True)
    assert every["last_page"]
    assert every["total_items"] == len(every["contents"])
    assert {frozenset(one) for one in every["contents"]} == {frozenset({"id"}), frozenset({"id", "last_modified"})}
    timeless = {one["id"] for one in every["contents"] if "last_modified" not in one}
    assert len(timeless) == len(reference.services()), "the centres' own, whose times nobody keeps"
    base = f"/api/v1/partners/{square.partners['swd-punjab']}/services"
    its = (await square.admin.get(base))["items"][0]
    changed = await square.admin.patch(f"{base}/{its['id']}", {"waiting": 9}, its["version"])
    after = await square.every("/services", modified_after=changed["changed_at"])
    assert {one["id"] for one in after} == {its["id"]} | timeless, "unknown is not unchanged"
    assert len(await square.every("/services", modified_after="2020-01-01", per_page=100)) == every["total_items"]
    later = await square.every("/services", modified_after="2199-01-01T00:00:00Z")
    assert {one["id"] for one in later} == timeless


REFUSED = (
    "page=0",
    "per_page=0",
    "per_page=101",
    "minimal=true&per_page=1001",
    "format=ndjson",
    "colour=red",
    "minimal=true&full=true",
    "modified_after=2026-01-01T00:00:00",
    "modified_after=soon",
    "taxonomy_id=x",
    f"search={'x' * 201}",
)


async def test_what_cannot_be_asked_is_refused_aloud(square: Square) -> None:
    for query in REFUSED:
        answer = await square.http.get(f"/hsds/services?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), query
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "etag" not in answer.headers


async def test_answers_are_kept_and_asked_again_cheaply(square: Square) -> None:
    first = await square.http.get("/hsds/services")
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers
    for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}', "*"):
        again = await square.http.get("/hsds/services", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await square.http.get("/hsds/services", headers={"If-None-Match": '"x"'})).status_code == 200
    await square.admin.patch(f"/api/v1/partners/{square.partners['fia']}", {"name": "A Newer Name"}, 1)
    changed = await square.http.get("/hsds/services", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert "A Newer Name" in changed.text
    asks = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    preflight = await square.http.options("/hsds/services", headers=asks)
    assert (preflight.status_code, preflight.headers["access-control-allow-headers"]) == (204, "If-None-Match")
    assert "access-control-allow-credentials" not in first.headers.keys() | preflight.headers.keys()


async def test_the_root_leads_on(square: Square) -> None:
    root = await square.get("/")
    assert root["version"] == "3.0"
    assert root == await square.get("")
    assert root["openapi_url"].endswith("/hsds/openapi.json")
    its = await square.get("/openapi.json")
    assert {"/hsds/services", "/hsds/organizations/{id}", "/hsds/taxonomy_terms"} <= its["paths"].keys()
    assert all(path.startswith("/hsds/") for path in its["paths"])


class Counting:
    """A directory that never changes, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now: State = (1, 1, 1, 1)

    async def state(self) -> State:
        self.asked.append("state")
        return self.now

    async def read(self) -> Publication:
        self.asked.append("read")
        return Publication((), ())


async def test_a_page_costs_one_small_question_while_nothing_changes() -> None:
    views = Counting()
    published = Published(views)
    for _ in range(3):
        await published.organisations("", 1, 50)
    assert views.asked == ["state", "read", "state", "state"]
    views.now = (1, 2, 1, 1)
    await published.organisations("", 1, 50)
    assert views.asked[4:] == ["state", "read"]


async def test_ids_are_the_records_and_stay(square: Square) -> None:
    """Parts that have no row of their own keep their id from answer to answer."""
    inside = {one["id"] for one in (await square.admin.get(f"/api/v1/partners/{square.partners['fia']}/services"))["items"]}
    its = await square.every("/services", organization_id=square.partners["fia"], full=True)
    assert {one["id"] for one in its} == inside
    assert its == await square.every("/services", organization_id=square.partners["fia"], full=True)
    ids = [part["id"] for one in await square.every("/services", full=True) for part in (*one["schedules"], *one["required_documents"])]
    assert len(ids) == len(set(ids))
    assert all(UUID(one).version == 5 for one in ids)
