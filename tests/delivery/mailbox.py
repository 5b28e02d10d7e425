"""A real mail server on this machine that keeps what it is given, and an agency's people at their browser."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP

from tests.delivery.room import Room
from tests.service import Person

DESK, CODES = "desk@agency.example", "head@agency.example"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/r/[A-Za-z0-9_-]{40,})")
CODE = re.compile(r"\b(\d{6})\b")


@dataclass
class Post:
    """What came in. `answers` is what the server says of a recipient, at each mail anew."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: Callable[[str], str] = lambda _: "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.answers(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]

    def link(self) -> str:
        """The path of the link that was mailed last."""
        return [found[1] for mail in self.to(DESK) if (found := LINK.search(mail.get_content()))][-1]

    def code(self) -> str:
        found = CODE.search(self.to(CODES)[-1].get_content())
        assert found
        return found[1]


@asynccontextmanager
async def mail_server() -> AsyncIterator[Post]:
    post = Post()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, loop=loop), "127.0.0.1", 0)
    try:
        post.port = server.sockets[0].getsockname()[1]
        yield post
    finally:
        server.close()
        await server.wait_closed()


def by_mail(post: Post) -> dict[str, Any]:
    """The settings of a house that mails through this server."""
    return {"smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_security": "none", "mail_from": "mrc@centre.example"}


async def reached_by(it: Room, *channels: str, key: str = "reintegration", **box: str) -> Person:
    """Sets a partner's channels, and its mailbox where one of them is mail; the administrator who did it."""
    admin = await it.service.sign_in("admin")
    partner = await it.partner(key)
    await admin.patch(f"/api/v1/partners/{partner.id}", {"channels": list(channels)}, partner.version)
    if "email" in channels:
        body = {"address": DESK, "codes_to": CODES, "language": "ur", **box}
        answer = await admin.http.put(f"/api/v1/partners/{partner.id}/mailbox", json=body)
        assert answer.status_code == 200, answer.text
    return admin


class Desk:
    """Somebody of the agency with a browser: what forms carry is taken from the page before."""

    def __init__(self, http: httpx.AsyncClient, path: str) -> None:
        self.http, self.path, self.page = http, path, httpx.Response(204)

    async def open(self, expect: int = 200) -> str:
        self.page = await self.http.get(self.path)
        assert self.page.status_code == expect, self.page.text
        return self.page.text

    async def send(self, what: str, expect: int = 200, **fields: str) -> str:
        token = re.search(r'name="form_token" value="([^"]+)"', self.page.text)
        assert token, self.page.text
        headers = {"Origin": "http://mrc.test"}
        data = {"form_token": token[1], **fields}
        self.page = await self.http.post(f"{self.path}/{what}", data=data, headers=headers, follow_redirects=True)
        assert self.page.status_code == expect, (self.page.status_code, self.page.text)
        return self.page.text

    async def enter(self, post: Post) -> str:
        await self.open()
        await self.send("code")
        return await self.send("enter", code=post.code())
