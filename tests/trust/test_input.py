"""Whatever is sent, the answer is a plain problem: never a fault of ours, never an echo of what was sent."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import openapi as schemathesis_openapi

from service.api.contract import document
from tests.trust.doors import PUBLIC, doors
from tests.trust.test_matrix import EXPECTED, LAST, WHO, path_of, present
from tests.trust.world import ABSENT, World, client_body

CANARY = "Zulekha7f3aqx"
NEEDED = {"type", "title", "status", "detail"}
JSON = {"Content-Type": "application/json"}


def faults(what: str, answer: httpx.Response, *never: str) -> list[str]:
    """What is wrong with an answer to something bad, in words; `never` are texts that must not come back."""
    said = []
    if answer.status_code >= 500:
        return [f"{what}: {answer.status_code} {answer.text[:200]}"]
    if answer.is_success:
        return []
    if answer.headers.get("content-type") != "application/problem+json":
        return [f"{what}: {answer.status_code} is no problem answer"]
    body = answer.json()
    if not body.keys() >= NEEDED or body["status"] != answer.status_code or not body["type"].startswith("/problems/"):
        said.append(f"{what}: a problem without its parts: {body}")
    everything = answer.text + str(answer.headers)
    return said + [f"{what}: {answer.status_code} echoes {one!r}" for one in (CANARY, *never) if one and one in everything]


def deep(depth: int) -> bytes:
    return b'{"name":' * depth + b"1" + b"}" * depth


async def chunks(total: int) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(total // 10_000):
        yield b"x" * 10_000


RAW: dict[str, tuple[bytes, int]] = {
    "not JSON": (b"name=" + CANARY.encode(), 400),
    "cut off": (b'{"name": "' + CANARY.encode(), 400),
    "empty": (b"", 400),
    "invalid UTF-8": (b'{"name": "' + CANARY.encode() + b'\xff\xfe"}', 400),
    "UTF-16 with a wrong mark": (b"\xff\xfe" + CANARY.encode(), 400),
    "deep": (deep(50_000), 400),
    "a number of 10,000 digits": (b'{"birth_year": ' + b"9" * 10_000 + b"}", 400),
    "a list": (f'["{CANARY}"]'.encode(), 422),
    "a text": (f'"{CANARY}"'.encode(), 422),
    "null": (b"null", 422),
    "NaN": (b'{"name": NaN}', 422),
    "a name of 1 MB": (b'{"name": "' + b"x" * 990_000 + b'"}', 422),
    "1.2 MB": (b'{"name": "' + b"x" * 1_200_000 + b'"}', 413),
    "a field of the caller's": (json.dumps({**client_body("A B"), CANARY: 1, "id": str(ABSENT), "is_admin": True}).encode(), 422),
    "a field name of 100,000 letters": (json.dumps({CANARY * 8_000: CANARY}).encode(), 422),
}


async def test_bodies_that_are_none(world: World) -> None:
    found = []
    for what, (raw, status) in RAW.items():
        answer = await world.ask("counsellor.isb", "POST", "/api/v1/clients", content=raw, headers=JSON)
        found += faults(what, answer)
        if answer.status_code != status:
            found.append(f"{what}: {answer.status_code} instead of {status}: {answer.text[:200]}")
    for path in ("/api/v1/clients", "/api/v1/auth/token", "/partner/v1/news"):
        kind = "application/x-www-form-urlencoded" if "token" in path else "application/json"
        answer = await world.ask(
            "counsellor.isb", "POST", path, content=chunks(1_200_000), headers={"Content-Type": kind, "MRC-Partner": "fia"}
        )
        found += faults(f"a body without length to {path}", answer)
        if answer.status_code != 413:
            found.append(f"a body without length to {path}: {answer.status_code} {answer.text}")
    for length in ("9" * 30, "-1", "1e9", "x"):
        answer = await world.ask("counsellor.isb", "POST", "/api/v1/clients", content=b"{}", headers={**JSON, "Content-Length": length})
        found += faults(f"length {length}", answer)
        if answer.status_code != 413:
            found.append(f"length {length}: {answer.status_code}")
    assert not found, "\n".join(found)


BAD = {
    "null": None,
    "true": True,
    "list": [CANARY],
    "object": {CANARY: CANARY},
    "number": 1_790_000_000,
    "huge": 10**25,
    "negative": -1,
    "fraction": 1.5,
    "text": CANARY,
    "nul": f"{CANARY}\0",
    "surrogate": f"{CANARY}\ud800",
    "long": CANARY * 20_000,
    "year 1": "0001-01-01T00:00:00+14:00",
    "no zone": "2026-01-01T00:00:00",
    "last day": "9999-12-31",
}


# What one database takes and the other does not; the rest is decided before either is asked.
ON_POSTGRESQL = ("huge", "nul", "surrogate", "year 1", "last day", "text")


def mutated(body: Any, ways: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """The body with each of its fields spoilt in each way, fields of lists and objects inside it too."""
    for name, value in body.items() if isinstance(body, dict) else ():
        for how, bad in ((how, BAD[how]) for how in ways):
            yield f"{name} {how}", {**body, name: bad}
        yield f"{name} missing", {key: one for key, one in body.items() if key != name}
        inner = value[0] if isinstance(value, list) and value else value
        for what, spoilt in mutated(inner, ways):
            yield f"{name}.{what}", {**body, name: [spoilt] if isinstance(value, list) else spoilt}
    if isinstance(body, dict):
        yield "a field too many", {**body, CANARY: CANARY}


# Every field there is, so that each can be spoilt: the table's bodies have only what is needed.
SERVICE: dict[str, Any] = {
    "districts": ["PK604"],
    "offers": "o",
    "eligibility": "e",
    "genders": ["female"],
    "age_from": 1,
    "age_to": 2,
    "stages": ["returnee"],
    "hours": [{"day": "monday", "opens": "09:00", "closes": "17:00"}],
    "languages": ["ur"],
    "documents": ["d"],
    "capacity": 1,
    "waiting": 1,
    "confirmed_on": "2026-01-01",
    "verified": False,
    "source": "s",
    "offered": True,
    "street": "s",
    "city": "c",
    "postcode": "54000",
    "province": "PK6",
    "district": "PK617",
    "hidden_address": "h",
}
FULL: dict[str, dict[str, Any]] = {
    "POST /api/v1/contacts": {
        "channel": "phone",
        "name": "A",
        "phone": "03001234567",
        "question": "q",
        "language": "ur",
        "minutes": 1,
        "centre": "ISB",
    },
    "POST /api/v1/clients": {
        **client_body("A B"),
        "name_urdu": "یوسف",
        "father_or_husband_name": "C",
        "birth_date": "1990-01-01",
        "cnic": "3420108912317",
        "passport": "AB1234567",
        "phones": [{"number": "03001234567", "safe": True}],
        "languages": ["ur"],
        "safe_contact": {"never": False, "note": "x"},
        "district": "PK604",
        "sensitivity": "normal",
        "centre": "ISB",
    },
    "POST /api/v1/clients/matches": {"candidate": {"name": "A", "name_urdu": "ب", "cnic": "3420108912317", "birth_year": 1990}},
    "POST /api/v1/clients/search": {"q": "A", "limit": 5},
    "POST /api/v1/clients/{id}/consents": {
        "purpose": "share",
        "partner": "fia",
        "field_groups": ["identity"],
        "form": "written",
        "language": "ur",
        "text_version": "2026.1",
        "valid_to": "2030-01-01",
    },
    "POST /api/v1/cases": {"summary": "s", "sensitivity": "normal", "next_due": "2026-12-01", "counsellor": None},
    "PATCH /api/v1/cases/{id}": {"risk": "low", "summary": "s", "sensitivity": "normal", "next_due": "2026-12-01", "counsellor": None},
    "POST /api/v1/cases/{id}/sessions": {
        "channel": "phone",
        "minutes": 1,
        "topics": ["t"],
        "note": "n",
        "follow_up_on": "2026-12-01",
        "held_at": "2026-01-01T10:00:00Z",
    },
    "POST /api/v1/cases/{id}/tasks": {"title": "t", "due_on": "2026-12-01", "assignee": None},
    "POST /api/v1/cases/{id}/steps": {"step": "hold", "reason": "r", "note": "n", "outcome": "other"},
    "POST /api/v1/referrals/{id}/steps": {
        "step": "answer",
        "note": "n",
        "reason": "r",
        "outcome": "o",
        "partner": "fia",
        "field_groups": ["identity"],
    },
    "POST /api/v1/cases/{id}/referrals": {"partner": "fia", "service": None, "reason": "r", "urgency": "low", "field_groups": ["identity"]},
    "POST /partner/v1/referrals/{ref}/steps": {
        "step": "set_appointment",
        "note": "n",
        "reason": "r",
        "outcome": "o",
        "appointment_at": "2026-12-01T10:00:00Z",
    },
    "POST /api/v1/partners": {"key": "k-1", "name": "n", "kind": "ngo", "adapter": "standard", "secret": "s" * 12, "source": "x"},
    "PATCH /api/v1/partners/{id}": {"name": "n", "kind": "ngo", "active": True, "verified": False, "source": "x"},
    "POST /api/v1/partners/{id}/services": {"name": "n", **SERVICE},
    "PATCH /api/v1/partners/{id}/services/{service}": {"name": "n", **SERVICE},
    "POST /api/v1/partners/{id}/agreements": {
        "title": "t",
        "field_groups": ["identity"],
        "signed_on": "2026-01-01",
        "valid_to": "2030-01-01",
        "purposes": "p",
    },
    "POST /api/v1/staff": {"centres": ["ISB"]},
}


async def test_each_field_spoilt_in_each_way(world: World) -> None:
    """Every door that takes a body; as somebody who may use it, so that nothing stops the body earlier."""
    found, sent, refused = [], 0, 0
    its, ways = world.sets["own"], ON_POSTGRESQL if world.service.kind == "postgresql" else tuple(BAD)
    for door in doors(world.service.app):
        rule = EXPECTED.get(str(door))
        if rule is None or rule.body is None:
            continue
        role = next(
            role for role in ("supervisor", "admin", "dpo", "analyst", "partner", "desk lead") if role in rule.reach or role in rule.roles
        )
        for what, body in mutated({**rule.body(its), **FULL.get(str(door), {})}, ways):
            raw = json.dumps(body, allow_nan=True)
            headers = {**JSON, **(await present(rule, its, world) if rule.present else rule.headers)}
            answer = await world.ask(WHO[role], door.method, path_of(door, rule, its, world), content=raw, headers=headers)
            found += faults(f"{door} with {what}", answer)
            sent, refused = sent + 1, refused + (answer.status_code in (400, 422))
    assert not found, "\n".join(found[:60])
    assert sent > 100 * len(ways) // 2
    assert refused > sent * 0.6, "most of what was spoilt should be refused; these bodies test nothing"


async def test_words_that_turn_round_are_straightened(world: World) -> None:
    """Overrides and zero-width letters go; what the person meant stays; control characters are refused."""
    she = world.person("counsellor.isb")
    told = await she.post("/api/v1/clients", client_body("\u202eAmna\u202c Be\u200bgum  \u2066Khan\u2069", name_urdu="آمنہ"))
    assert told["name"] == "Amna Begum Khan"
    assert told["name_urdu"] == "آمنہ"
    for bad in ("A\0B", "A\x1bB", "A\x7fB"):
        await she.post("/api/v1/clients", client_body(bad), expect=422)


async def test_nothing_comes_back_from_path_query_or_header(world: World) -> None:
    found = []
    hidden = f"%22{CANARY}%00%0d%0aX: 1"
    for door in doors(world.service.app):
        path = door.path.replace("{id}", hidden).replace("{ref}", hidden).replace("{message}", hidden)
        headers = {
            "X-Odd": CANARY,
            "Idempotency-Key": CANARY,
            "Origin": f"https://{CANARY}.test",
            "Host": f"{CANARY}.test",
            "Cookie": CANARY,
        }
        answer = await world.ask(WHO["supervisor"], door.method, path, params={"name": CANARY, "limit": CANARY}, headers=headers)
        found += faults(str(door), answer)
        if answer.is_success and CANARY in answer.text + str(answer.headers):
            found.append(f"{door}: echoes what was sent")
        for odd in (f"{path}/", f"{path}/{CANARY}", f"/api/{path}"):
            answer = await world.ask(WHO["supervisor"], door.method, odd)
            found += faults(f"{door.method} {odd}", answer)
            if answer.is_redirect:
                found.append(f"{odd} sends its reader on to {answer.headers['location']}")
    for name, value in [
        ("If-Match", CANARY),
        ("If-Match", '"' + "9" * 40 + '"'),
        ("If-Match", "*"),
        ("Idempotency-Key", "x" * 201),
        ("Idempotency-Key", ""),
        ("Idempotency-Key", "ü".encode()),
        ("Authorization", b"Bearer \xff\xfe"),
        ("Authorization", "Bearer " + "x" * 100_000),
        ("Accept", CANARY),
        ("Content-Type", CANARY),
        ("MRC-Partner", CANARY * 30),
    ]:
        for method, path in (
            ("PATCH", f"/api/v1/clients/{world.sets['own'].client}"),
            ("POST", "/api/v1/contacts"),
            ("POST", "/partner/v1/news"),
        ):
            headers = {"Authorization": f"Bearer {world.tokens[WHO['supervisor']]}", name: value}
            answer = await world.http.request(method, path, content=b'{"channel": "phone"}', headers=headers)
            found += faults(f"{name}: {value[:20]!r} to {path}", answer)
            if answer.is_success and (name == "If-Match" and method == "PATCH"):
                found.append(f"{name}: {value[:20]!r} was taken")
    assert not found, "\n".join(found[:40])


async def test_signing_in_with_rubbish(world: World) -> None:
    found = []
    for form in (
        {},
        {"grant_type": CANARY},
        {"grant_type": "password", "username": CANARY, "password": CANARY},
        {"grant_type": "password", "username": "counsellor.isb\0", "password": CANARY},
        {"grant_type": "password", "username": "counsellor.isb", "password": CANARY * 150},
        {"grant_type": "password", "username": "counsellor.isb", "password": CANARY, "totp": CANARY},
        {"grant_type": "refresh_token", "refresh_token": CANARY},
        {"grant_type": "refresh_token", "refresh_token": f"{uuid4().hex}.{CANARY}"},
        {"grant_type": "client_credentials", "client_id": f"{CANARY}\0", "client_secret": CANARY},
        {"grant_type": "client_credentials", "client_id": "counsellor.isb", "client_secret": "demo-password-2026"},
    ):
        answer = await world.http.post("/api/v1/auth/token", data=form)
        found += faults(str(form)[:80], answer)
        if answer.status_code not in (401, 422):
            found.append(f"{form}: {answer.status_code}")
    raw = b"grant_type=password&username=%ff%fe&password=%ed%a0%80"
    found += faults(
        "percent", await world.http.post("/api/v1/auth/token", content=raw, headers={"Content-Type": "application/x-www-form-urlencoded"})
    )
    parts = {"grant_type": (None, "password"), "username": ("u.txt", CANARY.encode()), "password": (None, "x")}
    found += faults("a file as name", await world.http.post("/api/v1/auth/token", files=parts))
    assert not found, "\n".join(found)


async def test_versions_must_be_said_and_be_the_present_ones(world: World) -> None:
    its, she = world.sets["own"], world.person("counsellor.isb")
    for path in (f"/api/v1/clients/{its.client}", f"/api/v1/cases/{its.case}"):
        now = await she.http.get(path)
        etag, body = now.headers["etag"], {"district": "PK604"} if "clients" in path else {"risk": "high"}
        missing = await she.http.patch(path, json=body)
        assert (missing.status_code, missing.json()["type"]) == (428, "/problems/precondition-needed")
        stale = await she.http.patch(path, json=body, headers={"If-Match": '"999"'})
        assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
        assert stale.json()["current"] == now.json()
        taken = await she.http.patch(path, json=body, headers={"If-Match": etag})
        assert taken.status_code == 200
        assert taken.headers["etag"] != etag
        again = await she.http.patch(path, json=body, headers={"If-Match": etag})
        assert again.status_code == 412
        assert again.json()["current"] == taken.json()


async def test_one_key_one_effect(world: World) -> None:
    """The same key fifty times at once: one effect, fifty equal answers; with another body, 422; for somebody else, their own."""
    its = world.sets["own"]
    for path, body, change in (
        ("/api/v1/clients", client_body("Only Once"), {"name": "Twice"}),
        ("/api/v1/contacts", {"channel": "phone", "name": "Once"}, {"name": "Twice"}),
        (f"/api/v1/cases/{its.case}/notes", {"text": "once"}, {"text": "twice"}),
        ("/api/v1/cases", {"client_id": its.client, "kind": "protection", "risk": "low"}, {"risk": "high"}),
    ):
        key = {"Idempotency-Key": secrets.token_hex(8)}
        answers = await asyncio.gather(*[world.ask("counsellor.isb", "POST", path, json=body, headers=key) for _ in range(50)])
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert len({answer.headers["location"] for answer in answers}) == 1
        other = await world.ask("counsellor.isb", "POST", path, json={**body, **change}, headers=key)
        assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
        colleague = await world.ask("supervisor.isb", "POST", path, json=body, headers=key)
        assert colleague.status_code == 201
        assert colleague.content != answers[0].content
    notes = await world.person("counsellor.isb").get(f"/api/v1/cases/{its.case}/notes")
    assert [note["text"] for note in notes["items"]].count("once") == 2


@cache
def made_up(text: str) -> tuple[Any, list[Any]]:
    """A few hundred requests that the OpenAPI document allows or nearly allows, the same for each database: to make them up takes longer
    than to ask them."""
    schema = schemathesis_openapi.from_dict(json.loads(text))
    cases: list[Any] = []
    for operation in schema.get_all_operations():
        drawn = operation.ok()
        if drawn.method.upper() + " " + drawn.path == LAST:
            continue

        @settings(
            max_examples=3, derandomize=True, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @given(drawn.as_strategy())
        def collect(case: Any) -> None:
            cases.append(case)

        collect()
    return schema, cases


async def test_requests_made_up_from_the_document(world: World) -> None:
    """No fault, and answers as the document promises."""
    schema, cases = made_up(json.dumps(document(world.service.app)))
    acts = {(door.method, door.path): door.act for door in doors(world.service.app)}
    found = []
    for case in cases:
        act = acts[case.method.upper(), case.path]
        who = "reintegration" if case.path.startswith("/partner") else "admin" if act in ("run_partners", "run_staff") else "supervisor.isb"
        kwargs = case.as_transport_kwargs(base_url="http://mrc.test")
        headers = {name: value for name, value in (kwargs.pop("headers", None) or {}).items() if name.lower() != "authorization"}
        kwargs.pop("cookies", None)
        request = httpx.Request(
            kwargs["method"],
            kwargs["url"],
            params=kwargs.get("params"),
            headers={name: value.encode("latin-1", "ignore") for name, value in headers.items()},
            json=kwargs.get("json"),
            data=kwargs.get("data"),
        )
        if act != PUBLIC:
            request.headers["Authorization"] = f"Bearer {world.tokens[who]}"
        answer = await world.http.send(request)
        found += faults(f"{case.method} {case.path}", answer)
        try:
            schema[case.path][case.method].validate_response(answer)
        except Exception as wrong:
            found.append(f"{case.method} {case.path}: {answer.status_code} not as documented: {' '.join(str(wrong).split())[:200]}")
    assert not found, "\n".join(sorted(set(found)))
    assert len(cases) > 150


def test_an_echo_or_a_fault_would_be_seen() -> None:
    """The control."""
    problem = {"type": "/problems/x", "title": "t", "status": 422, "detail": "d"}
    kind = {"content-type": "application/problem+json"}
    assert faults("good", httpx.Response(422, json=problem, headers=kind)) == []
    assert faults("echo", httpx.Response(422, json={**problem, "detail": CANARY}, headers=kind))
    assert faults("fault", httpx.Response(500, json={**problem, "status": 500}, headers=kind))
    assert faults("bare", httpx.Response(422, json={"detail": "d"}, headers=kind))
    assert faults("page", httpx.Response(404, text="<h1>"))


@pytest.fixture(autouse=True)
def the_table_knows_these() -> None:
    assert FULL.keys() <= EXPECTED.keys()
