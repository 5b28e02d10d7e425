"""The ways to reach a partner, in the order that was agreed with it, and the mailbox of an agency without software."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.errors import Invalid
from domain.partners.exchange import Package, Receipt
from domain.values import Language, PartnerId, Phone

TRIES = 2
"""Attempts that one channel has before the next is asked: at once, and after the first short wait of the schedule."""
MAIL_LANGUAGES = (Language.urdu, Language.pashto, Language.english)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""What HTML calls a valid e-mail address, with a dot in the domain."""


def mailbox(text: str) -> str:
    """An address, or nothing where nothing is written. Raises NotAnAddress."""
    if text and not _ADDRESS.fullmatch(text):
        raise NotAnAddress(field="mail_to")
    return text


class ChannelKind(StrEnum):
    webhook = "webhook"
    email = "email"
    letter = "letter"


class CodesBy(StrEnum):
    """How the code for a link reaches the agency: to a second address, or read out by the centre on the registered telephone."""

    email = "email"
    phone = "phone"


class HeardBy(StrEnum):
    """How the centre hears of a partner that did not write itself."""

    telephone = "telephone"
    letter = "letter"
    in_person = "in_person"


class NotAnAddress(Invalid):
    """This is not an e-mail address."""

    next = "Write it like desk@agency.example."


class SameContact(Invalid):
    """The code has to go to another address than the link."""

    next = "Name a second address, or a telephone on which the centre reads the code out."


class NoChannel(Invalid):
    """A partner is reached by at least one way."""

    next = "Choose one."


@dataclass(slots=True)
class Mailbox:
    """Where the links for an agency go, and its registered contact, to which the codes that open them go. Two ways on purpose: whoever
    reads over a shoulder in one mailbox has half of what it takes."""

    id: UUID
    partner_id: PartnerId
    address: str
    codes_by: CodesBy
    codes_to: str
    language: Language = Language.urdu
    version: int = 1

    def check(self) -> None:
        """Raises NotAnAddress, SameContact, and Invalid for a telephone number that is none."""
        if not _ADDRESS.fullmatch(self.address):
            raise NotAnAddress(field="address")
        if self.language not in MAIL_LANGUAGES:
            raise Invalid(field="language")
        if self.codes_by is CodesBy.phone:
            self.codes_to = self._phone()
        elif not _ADDRESS.fullmatch(self.codes_to):
            raise NotAnAddress(field="codes_to")
        elif self.codes_to.casefold() == self.address.casefold():
            raise SameContact(field="codes_to")

    def _phone(self) -> str:
        try:
            return Phone.parse(self.codes_to).number
        except Invalid as refusal:
            refusal.field = "codes_to"
            raise


MAILED = frozenset({"incoming.invited", "desk.waits", "desk.reminder", "desk.late"})
"""What only ever goes to a mailbox, whichever ways were agreed for all else."""


def ways(channels: tuple[ChannelKind, ...], notice: str, attempt: int) -> tuple[ChannelKind, ...]:
    return (ChannelKind.email,) if notice in MAILED else turn(channels, attempt)


def turn(channels: tuple[ChannelKind, ...], attempt: int) -> tuple[ChannelKind, ...]:
    """The channels of one attempt, in the order in which they are asked. The first has TRIES attempts, then the next has them, and so round
    again: a system that comes back is used again. One that is closed or not set up is passed over at once."""
    first = (attempt - 1) // TRIES % len(channels)
    return channels[first:] + channels[:first]


def carries(way: ChannelKind, notice: str, *, made_up: bool) -> bool:
    """A test and what a sandbox made up are for a partner's system, never for its people; a letter is only ever about a referral."""
    if way is ChannelKind.webhook:
        return True
    if made_up or notice == "endpoint.test":
        return False
    return way is ChannelKind.email or notice.startswith("referral.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice ready for one channel. `package.url` is the partner's own address, or the link that a person opens."""

    package: Package
    adapter: str
    to: str = ""
    """A mailbox, where the channel is e-mail."""
    language: Language = Language.english
    secrets: tuple[str, ...] = ()


class Channel(Protocol):
    """One way out. Every fault of the way is a receipt, never an error: the next way is asked."""

    async def carry(self, parcel: Parcel, at: datetime) -> Receipt:
        """Once, within seconds. `gone` says that this way is closed and that trying it again cannot help."""
        ...


Channels = Mapping[ChannelKind, Channel]


@dataclass(frozen=True, slots=True)
class Mail:
    """Plain text, for the eyes of an agency: nothing about a person stands in it."""

    to: str
    subject: str
    text: str
    language: Language
    id: str
    """The same at each attempt, so that a mailbox can drop repeats."""


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Raises Unavailable where it may work later, Invalid where the address takes no mail."""
        ...


class MailWriter(Protocol):
    """Says what a mail says, in the agency's language."""

    def notice(self, parcel: Parcel) -> Mail: ...
    def code(self, to: str, code: str, language: Language, id: str) -> Mail: ...
