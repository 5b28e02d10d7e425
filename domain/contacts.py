"""A light contact: seconds to write down, and one step from the client it may become."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.errors import Conflict
from domain.events import Event
from domain.identity import Actor, Scope
from domain.values import CentreCode, ClientId, ContactId, Language, OutreachId, Phone, StaffId


class Channel(StrEnum):
    """How a person reaches the centre (reference/services.json, channels)."""

    walk_in = "walk_in"
    phone = "phone"
    whatsapp = "whatsapp"
    video = "video"
    outreach_event = "outreach_event"
    social_media = "social_media"
    web_form = "web_form"
    referred_by_partner = "referred_by_partner"


class AlreadyPromoted(Conflict):
    """This contact has become a client already."""

    next = "Open the client it points to."


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPromoted(Event):
    pass


@dataclass(frozen=True, slots=True)
class Said:
    """What a contact left with us; all of it may be empty, for a contact may stay anonymous."""

    name: str = ""
    phone: Phone | None = None
    question: str = ""
    language: Language | None = None


@dataclass(slots=True)
class Contact:
    """One touch: seconds to enter, promoted to a client in one step. A sign-up is one that was made at an outreach session."""

    id: ContactId
    centre: CentreCode
    channel: Channel
    said: Said
    minutes: int
    at: datetime
    taken_by: StaffId
    client_id: ClientId | None = None
    outreach_session: OutreachId | None = None
    version: int = 1

    def added(self, by: Actor, at: datetime) -> ContactAdded:
        return ContactAdded(at=at, by=by.id, centre=self.centre, subject=self.id)

    def promote(self, client: ClientId, *, by: Actor, at: datetime) -> ContactPromoted:
        """Raises AlreadyPromoted."""
        if self.client_id is not None:
            raise AlreadyPromoted()
        self.client_id = client
        return ContactPromoted(at=at, by=by.id, centre=self.centre, subject=self.id, client=client)


@dataclass(frozen=True, slots=True)
class ContactView:
    id: ContactId
    centre: CentreCode
    channel: Channel
    name: str
    phone: str | None
    question: str
    language: Language | None
    minutes: int
    at: datetime
    client_id: ClientId | None
    version: int
    phone_safe: bool = False
    outreach_session: OutreachId | None = None

    @classmethod
    def of(cls, contact: Contact) -> "ContactView":
        said = contact.said
        return cls(
            contact.id,
            contact.centre,
            contact.channel,
            said.name,
            str(said.phone) if said.phone else None,
            said.question,
            said.language,
            contact.minutes,
            contact.at,
            contact.client_id,
            contact.version,
            said.phone is not None and said.phone.safe,
            contact.outreach_session,
        )


class ContactRecords(Protocol):
    async def get(self, scope: Scope, id: ContactId) -> Contact: ...
    async def add(self, contact: Contact) -> None: ...
    async def save(self, contact: Contact) -> None: ...
