"""The tests' own way to ask is httpx's: the same comes to the application, and the same is heard of it."""

import json
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.asking import Client

HERE = "https://mrc.test"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells what came; breaks where it is asked to, before or after it began to answer."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    if scope["path"] == "/breaks":
        raise RuntimeError
    heads = sorted((name.decode(), value.decode()) for name, value in scope["headers"])
    said = {name: str(scope[name]) for name in ("method", "scheme", "path", "raw_path", "query_string", "server", "client")}
    headers = [(b"content-type", b"application/json"), (b"x-two", b"1"), (b"x-two", b"2")]
    if scope["path"].startswith("/cookie"):
        headers += [
            (b"set-cookie", b"kept=a1; Path=/"),
            (b"set-cookie", b"below=b2; Path=/below; Secure"),
            (b"set-cookie", b"old=; Max-Age=0"),
        ]
    status = 303 if scope["path"] == "/away" else 200
    headers += [(b"location", b"/elsewhere")] if status == 303 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if scope["path"] == "/breaks-later":
        raise RuntimeError
    answer = json.dumps([said, heads, body.decode()]).encode()
    await send({"type": "http.response.body", "body": answer[:10], "more_body": True})
    await send({"type": "http.response.body", "body": answer[10:]})


ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/", {}),
    ("get", "/a/b-c_d.e~f", {}),
    ("GET", "/a?b=c&d=%D8%A7+e", {}),
    ("GET", "/a", {"params": {"b": "ا c"}}),
    ("GET", "/ا ب/%2e", {}),
    ("HEAD", "/a", {}),
    ("POST", "/a", {}),
    ("POST", "/a", {"json": {"name": "یوسف", "n": 1.5, "none": None}}),
    ("POST", "/a", {"json": []}),
    ("POST", "/a", {"data": {"a": "ا b&c", "many": ["1", "2"], "none": [], "empty": ""}}),
    ("POST", "/a", {"data": {"n": 1, "yes": True, "none": None}}),
    ("POST", "/a", {"content": b"\x00bytes", "headers": {"Content-Type": "application/json"}}),
    ("POST", "/a", {"content": "text"}),
    ("PUT", "/a", {"json": 1, "headers": {"content-type": "text/plain", "X-More": "1"}}),
    ("DELETE", "/a", {"headers": {"Authorization": "other", "Accept": "text/html"}}),
    ("GET", "/a", {"headers": {b"X-Bytes": b"\xe9"}}),
    ("GET", "/a", {"headers": [("X-Twice", "1"), ("X-Twice", "2")]}),
    ("POST", "/a", {"files": {"f": ("a.txt", b"1")}, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}),
    ("GET", "/away", {}),
    ("GET", "/away", {"follow_redirects": True}),
    ("GET", "/breaks", {}),
    ("GET", "/breaks-later", {}),
]


def usual() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(echo, raise_app_exceptions=False), base_url=HERE)


def heard(answer: httpx.Response) -> object:
    return answer.status_code, answer.headers.multi_items(), answer.content, str(answer.url), answer.request.method


@pytest.mark.parametrize("method,url,asked", ASKED)
async def test_the_same_is_asked_and_heard(method: str, url: str, asked: dict[str, Any]) -> None:
    answers = []
    for client in (usual(), Client(echo, HERE)):
        client.headers["Authorization"] = "Bearer x"
        client.cookies.set("mine", "c3")
        answers.append(heard(await client.request(method, url, **asked)))
    assert answers[0] == answers[1]


async def test_cookies_are_kept_and_sent_as_by_httpx() -> None:
    said: list[list[object]] = []
    for client in (usual(), Client(echo, HERE)):
        client.cookies.set("old", "gone")
        answers = [await client.get(path) for path in ("/a", "/cookie", "/a", "/below", "/below/a", "/belowed")]
        said.append([sorted(dict(answer.json()[1]).get("cookie", "").split("; ")) for answer in answers])
    assert said[0] == said[1]
    assert {"below=b2", "kept=a1"} <= set(map(str, said[0][3]))
    assert "below=b2" not in said[0][5]


async def test_what_goes_plainly_does_not_go_by_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: else the two above would compare httpx with itself."""

    async def refused(*_: object, **__: object) -> httpx.Response:
        raise AssertionError

    monkeypatch.setattr(httpx.AsyncClient, "request", refused)
    client = Client(echo, HERE)
    for method, url, asked in (one for one in ASKED if one[2].keys() <= {"json"} and one[1].isascii()):
        await client.request(method, url, **asked)
    with pytest.raises(AssertionError):
        await client.get("/a", params={"b": "c"})
