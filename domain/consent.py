"""What a client allowed, to whom, until when; withdrawn at any time, with effect at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.identity import Actor, Scope
from domain.values import CentreCode, ClientId, ConsentId, FieldGroup, Language, PartnerId, StaffId, day_of


class Purpose(StrEnum):
    service = "service"
    share = "share"
    research = "research"
    story = "story"


class ConsentForm(StrEnum):
    written = "written"
    verbal = "verbal"
    recording = "recording"
    thumb_mark = "thumb_mark"
    guardian = "guardian"


class ShareNeedsPartner(Invalid):
    """A consent to share names the partner and at least one group of fields."""

    next = "Say with whom, and what."


class AlreadyWithdrawn(Conflict):
    """This consent was withdrawn before."""

    next = "Nothing more is needed; a new consent can be recorded."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    pass


@dataclass(slots=True)
class Consent:
    """A dated record; `text_version` says which wording was read out in which language."""

    id: ConsentId
    centre: CentreCode
    client_id: ClientId
    purpose: Purpose
    partner_id: PartnerId | None
    field_groups: tuple[FieldGroup, ...]
    form: ConsentForm
    language: Language
    text_version: str
    given_at: datetime
    taken_by: StaffId
    valid_to: date | None = None
    withdrawn_at: datetime | None = None
    version: int = 1

    def given(self, by: Actor, at: datetime) -> ConsentGiven:
        """Raises ShareNeedsPartner."""
        if self.purpose is Purpose.share and (self.partner_id is None or not self.field_groups):
            raise ShareNeedsPartner(field="partner")
        if self.valid_to and self.valid_to < day_of(at):
            raise Invalid("This consent would have ended before it began.", field="valid_to")
        return ConsentGiven(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)

    def live(self, at: datetime) -> bool:
        return self.withdrawn_at is None and (self.valid_to is None or day_of(at) <= self.valid_to)

    def withdraw(self, *, by: Actor, at: datetime) -> ConsentWithdrawn:
        """Raises AlreadyWithdrawn. Whoever calls this recalls, in the same transaction, what left under it."""
        if self.withdrawn_at is not None:
            raise AlreadyWithdrawn()
        self.withdrawn_at = at
        return ConsentWithdrawn(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)


def sharing(partner: PartnerId, consents: Iterable[Consent], at: datetime) -> tuple[Consent, ...]:
    """The live consents under which this partner may be told something."""
    return tuple(one for one in consents if one.purpose is Purpose.share and one.partner_id == partner and one.live(at))


def shared_with(partner: PartnerId, consents: Iterable[Consent], at: datetime) -> frozenset[FieldGroup]:
    """The groups of fields that live consents allow this partner to see."""
    return frozenset(group for consent in sharing(partner, consents, at) for group in consent.field_groups)


@dataclass(frozen=True, slots=True)
class ConsentView:
    id: ConsentId
    client_id: ClientId
    purpose: Purpose
    partner: PartnerId | None
    field_groups: tuple[FieldGroup, ...]
    form: ConsentForm
    language: Language
    text_version: str
    given_at: datetime
    valid_to: date | None
    withdrawn_at: datetime | None
    version: int

    @classmethod
    def of(cls, it: Consent) -> "ConsentView":
        return cls(
            id=it.id,
            client_id=it.client_id,
            purpose=it.purpose,
            partner=it.partner_id,
            field_groups=it.field_groups,
            form=it.form,
            language=it.language,
            text_version=it.text_version,
            given_at=it.given_at,
            valid_to=it.valid_to,
            withdrawn_at=it.withdrawn_at,
            version=it.version,
        )


class ConsentRecords(Protocol):
    async def get(self, scope: Scope, id: ConsentId) -> Consent: ...
    async def add(self, consent: Consent) -> None: ...
    async def save(self, consent: Consent) -> None: ...

    async def of_client(self, scope: Scope, client: ClientId) -> list[Consent]:
        """All consents of a client, oldest first. Inside a transaction they are held until it ends, so that sending and withdrawing
        cannot pass each other."""
        ...
