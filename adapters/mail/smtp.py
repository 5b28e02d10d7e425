"""Mail over SMTP, in ten seconds or not at all; where no server is set, a folder stands in for it while developing."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import aiosmtplib

from domain.errors import Invalid, Unavailable
from domain.partners.channels import Mail

WITHIN = 10.0
Security = Literal["starttls", "tls", "none"]


class MailServerAway(Unavailable):
    """The mail server does not take the mail at the moment."""


class NoMailServer(Invalid):
    """This house has no mail server."""

    next = "Set MRC_SMTP_HOST, or reach the partner by another way."


class MailRefused(Invalid):
    """The mail server says that this address takes no mail."""

    next = "Ask the agency for its address."


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: Security
    user: str
    password: str


def message_of(mail: Mail, sender: str, at: datetime, *, plainly: bool = False) -> EmailMessage:
    """Marked as made by a machine, so that holiday answers do not come back. `plainly` leaves the text as it is read."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="8bit" if plainly else None)
    message["Content-Language"] = mail.language.value
    return message


class SmtpMailer:
    """`domain.partners.channels.Mailer`. A connection for each mail: they are few, and none is kept open to fail later."""

    def __init__(self, server: Server, sender: str, now: Callable[[], datetime], trust: ssl.SSLContext | None = None) -> None:
        self._server, self._sender, self._now, self._trust = server, sender, now, trust

    async def send(self, mail: Mail) -> None:
        """Raises MailServerAway, MailRefused."""
        its = self._server
        try:
            async with asyncio.timeout(WITHIN):
                await aiosmtplib.send(
                    message_of(mail, self._sender, self._now()),
                    hostname=its.host,
                    port=its.port,
                    username=its.user or None,
                    password=its.password or None,
                    use_tls=its.security == "tls",
                    start_tls=its.security == "starttls",
                    tls_context=self._trust,
                    timeout=WITHIN,
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(500 <= one.code < 600 for one in refused.recipients):
                raise MailRefused() from None
            raise MailServerAway() from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            # Their texts repeat addresses and what the server said.
            raise MailServerAway() from None


class FolderMailer:
    """`domain.partners.channels.Mailer` for a laptop: each mail is a file that its owner alone reads, and opens in any mail program."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now

    async def send(self, mail: Mail) -> None:
        at = self._now()
        content = bytes(message_of(mail, "mrc@localhost", at, plainly=True))
        await asyncio.to_thread(self._keep, f"{at:%Y%m%dT%H%M%S%f}-{mail.id}.eml", content)

    def _keep(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)


class NoMailer:
    """`domain.partners.channels.Mailer` of a house without a mail server: the next way to the partner is asked at once."""

    async def send(self, mail: Mail) -> None:
        raise NoMailServer()
