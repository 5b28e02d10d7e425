"""A client that asks an application in this process.

Decision. Context: a run asks some sixty thousand times, and for each httpx joins and parses addresses, walks through redirects and
authentication and packs its cookies as for a stranger's server: a third of what the answer itself costs. Choice: what is asked plainly (an
address of letters, a body of JSON or a form) goes to the application at once; all else goes httpx's own way, and so does the reading of
every answer and of every cookie that is set. Price: these lines, held against httpx's way by tests/journey/test_asking.py.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from http.cookiejar import Cookie
from typing import Any, cast
from urllib.parse import unquote, urlencode

import httpx
from starlette.types import ASGIApp, Message

PLAIN = re.compile(r"/[\w/.~-]*(?:\?[\w.~=&%+,:-]*)?", re.ASCII)
WITH_A_BODY = frozenset({"POST", "PUT", "PATCH"})
OWN = frozenset({"headers", "json", "data", "content"})


class Answer(httpx.Response):
    """Says what it was the answer to, when somebody asks."""

    def __init__(self, base: httpx.URL, method: str, path: str, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
        self._asked = (base, method, path)
        super().__init__(status, headers=headers, stream=httpx.ByteStream(content))
        self.read()

    @property
    def request(self) -> httpx.Request:
        base, method, path = self._asked
        return httpx.Request(method, base.join(path))

    @request.setter
    def request(self, _: httpx.Request) -> None:
        pass


def _of_texts(headers: object) -> bool:
    return isinstance(headers, Mapping) and all(isinstance(name, str) and isinstance(value, str) for name, value in headers.items())


def _texts(form: dict[str, Any]) -> list[Any]:
    return [one for value in form.values() for one in (value if isinstance(value, list) else [value])]


def _body(**given: Any) -> tuple[bytes, bytes] | None:
    """The body and its kind; None for what is not asked plainly."""
    match given:
        case _ if not given:
            return b"", b""
        case {"json": said, **rest} if not rest:
            return json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), b"application/json"
        case {"data": dict() as form, **rest} if not rest and all(isinstance(one, str) for one in _texts(form)):
            return urlencode(form, doseq=True).encode(), b"application/x-www-form-urlencoded"
        case {"content": bytes() | str() as content, **rest} if not rest:
            return content.encode() if isinstance(content, str) else content, b""
        case _:
            return None


def _goes_with(cookie: Cookie, path: str, scheme: str) -> bool:
    beneath = cookie.path.rstrip("/") + "/"
    return (scheme == "https" or not cookie.secure) and not cookie.is_expired(int(time.time())) and f"{path}/".startswith(beneath)


class Client(httpx.AsyncClient):
    """`app` is asked as by httpx.AsyncClient over its ASGITransport, which turns what it raises into 500."""

    def __init__(self, app: ASGIApp, base_url: str, **more: Any) -> None:
        super().__init__(transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url=base_url, **more)
        self._app = app

    async def request(self, method: str, url: Any, **asked: Any) -> httpx.Response:  # type: ignore[override]
        given = {name: value for name, value in asked.items() if value is not None and value is not httpx.USE_CLIENT_DEFAULT}
        headers, usual = given.get("headers", {}), not any(self.event_hooks.values()) and not self.follow_redirects and self.auth is None
        plain = usual and given.keys() <= OWN and _of_texts(headers) and isinstance(url, str) and PLAIN.fullmatch(url)
        body = _body(**{name: value for name, value in given.items() if name != "headers"}) if plain else None
        if body is None:
            return await super().request(method, url, **asked)
        return await self._ask(method.upper(), url, self._heads(method.upper(), url.partition("?")[0], headers, *body), body[0])

    def _heads(self, method: str, path: str, given: Mapping[str, str], body: bytes, kind: bytes) -> list[tuple[bytes, bytes]]:
        own = {name.lower().encode(): value.encode() for name, value in given.items()}
        heads = {b"host": self.base_url.netloc, **{name.lower(): value for name, value in self.headers.raw}}
        if kind:
            heads[b"content-type"] = kind
        if body or kind or method in WITH_A_BODY:
            heads[b"content-length"] = str(len(body)).encode()
        if kept := [one for one in self.cookies.jar if _goes_with(one, path, self.base_url.scheme)]:
            heads[b"cookie"] = "; ".join(f"{one.name}={one.value}" for one in kept).encode()
        return list({**heads, **own}.items())

    async def _ask(self, method: str, url: str, headers: list[tuple[bytes, bytes]], body: bytes) -> httpx.Response:
        path, _, query = url.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "headers": headers,
            "scheme": self.base_url.scheme,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "server": (self.base_url.host, self.base_url.port),
            "client": ("127.0.0.1", 123),
            "root_path": "",
        }
        told: list[Message] = []
        said, ended = [body], asyncio.Event()

        async def receive() -> Message:
            if said:
                return {"type": "http.request", "body": said.pop(), "more_body": False}
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            told.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                ended.set()

        with suppress(Exception):
            await self._app(scope, receive, send)
        return self._heard(method, url, told or [{"status": 500, "headers": []}])

    def _heard(self, method: str, url: str, told: list[Message]) -> httpx.Response:
        start, *rest = told
        content = b"" if method == "HEAD" else b"".join(one.get("body", b"") for one in rest)
        heads = cast(list[tuple[bytes, bytes]], start["headers"])
        answer = Answer(self.base_url, method, url, start["status"], heads, content)
        if any(name == b"set-cookie" for name, _ in heads):
            self.cookies.extract_cookies(answer)
        return answer
