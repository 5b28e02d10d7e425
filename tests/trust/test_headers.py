"""What every answer carries, whatever the door and whatever the method; and the tricks that are played with both."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.trust.doors import PUBLIC, Door, every_door
from tests.trust.world import ABSENT, World

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
NEVER = ("server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials")
STATIC = "/static/"
OPEN = "/hsds"
"""The public directory: any site may read it, and none as somebody."""


def faults(door: str, answer: httpx.Response) -> list[str]:
    said = []
    names = [name.lower() for name, _ in answer.headers.multi_items()]
    for name, value in ALWAYS.items():
        if answer.headers.get(name) != value or names.count(name) != 1:
            said.append(f"{door}: {name} is {answer.headers.get(name)!r}, {names.count(name)} times")
    policy = answer.headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "unsafe" in policy or "*" in policy:
        said.append(f"{door}: content-security-policy is {policy!r}")
    if answer.headers.get("referrer-policy") not in ("no-referrer", "same-origin"):
        said.append(f"{door}: referrer-policy is {answer.headers.get('referrer-policy')!r}")
    if not answer.headers.get("x-request-id"):
        said.append(f"{door}: no request id")
    anybody = OPEN in door and answer.headers.get("access-control-allow-origin") == "*"
    never = [name for name in NEVER if name != "access-control-allow-origin" or not anybody]
    said += [f"{door}: {name} is sent" for name in never if name in answer.headers]
    cookies = answer.headers.get_list("set-cookie")
    said += [f"{door}: {cookie.split('=')[0]} is within a script's reach" for cookie in cookies if "httponly" not in cookie.lower()]
    said += [f"{door}: {cookie.split('=')[0]} travels between sites" for cookie in cookies if "samesite=strict" not in cookie.lower()]
    return said


def _path(door: Door) -> str:
    path = door.path
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + str(ABSENT) + path[end + 1 :]
    return path


async def test_every_answer_carries_them(world: World) -> None:
    found, answers = [], 0
    for door in sorted(every_door(world.service.app), key=lambda door: door.path.endswith("/logout")):
        for who in (None, "supervisor.isb", "fia"):
            answer = await world.ask(who, door.method, _path(door))
            answers += 1
            found += faults(str(door), answer)
            personal = door.act != PUBLIC and answer.is_success and answer.content
            if personal and "no-store" not in answer.headers.get("cache-control", ""):
                found.append(f"{door}: may be kept by a cache")
    others = [
        await world.http.get("/nowhere"),
        await world.http.get("/api/v1/nowhere"),
        await world.http.request("DELETE", "/api/v1/me"),
        await world.http.post("/api/v1/clients", content=b"x" * 1_100_000),
        await world.http.post("/api/v1/auth/token", data={"grant_type": "password"}),
    ]
    for other in others:
        found += faults(f"{other.request.method} {other.request.url.path} {other.status_code}", other)
    assert not found, "\n".join(sorted(set(found)))
    assert answers > 150


async def test_a_fault_of_ours_carries_them_too(world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """And tells neither the caller nor the log what it was about."""

    async def broken(*_: object) -> None:
        raise ValueError("Zulekha7f3aqx")

    monkeypatch.setattr(type(world.service.house.usecases.account), "me", broken)
    answer = await world.ask("supervisor.isb", "GET", "/api/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/fault")
    assert faults("fault", answer) == []
    out, err = capfd.readouterr()
    assert "Zulekha" not in answer.text + out + err
    assert "ValueError" in out + err


async def test_methods_are_what_they_say(world: World) -> None:
    """No method does another's work, however it is asked for; and a made-up one leaves no trace in the figures."""
    its = world.sets["own"]
    path = f"/api/v1/clients/{its.client}"
    before = (await world.ask("counsellor.isb", "GET", path)).json()
    for method in ("HEAD", "OPTIONS", "TRACE", "DELETE", "PUT", "PROPFIND", "ZULEKHA"):
        answer = await world.ask("counsellor.isb", method, path, json={"name": "Taken Over"}, headers={"If-Match": '"1"'})
        assert answer.status_code in (404, 405), method
        assert its.words[0] not in answer.text
        if answer.status_code == 405:
            assert set(answer.headers["allow"].replace(" ", "").split(",")) <= {"GET", "PATCH"}
    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        answer = await world.ask("counsellor.isb", "POST", path, json={"name": "Taken Over"}, headers={header: "PATCH", "If-Match": '"1"'})
        assert answer.status_code == 405
        answer = await world.ask("counsellor.isb", "GET", path, params={"_method": "PATCH"}, headers={header: "DELETE"})
        assert answer.json() == before
    figures = (await world.http.get("/metrics")).text
    assert "ZULEKHA" not in figures
    assert "PROPFIND" not in figures
    assert its.client not in figures


async def test_a_hole_can_be_reported(world: World) -> None:
    answer = await world.http.get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = dict(line.split(": ", 1) for line in answer.text.strip().split("\n"))
    assert lines.keys() >= {"Contact", "Expires", "Canonical"}
    assert datetime.fromisoformat(lines["Expires"]) > datetime.now(UTC)


def test_a_missing_header_would_be_seen() -> None:
    """The control."""
    good = {
        **ALWAYS,
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "x-request-id": "1",
    }
    assert faults("good", httpx.Response(200, headers=good)) == []
    for name in good:
        assert faults(name, httpx.Response(200, headers={key: value for key, value in good.items() if key != name}))
    for name, value in (("server", "x"), ("set-cookie", "a=b"), ("access-control-allow-origin", "*"), ("x-frame-options", "SAMEORIGIN")):
        assert faults(name, httpx.Response(200, headers=[*good.items(), (name, value)]))
