"""Who the partners are, what they offer, and where their notices go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain import reference
from domain.clients import MigrationStage
from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.partners.agreements import Agreement
from domain.partners.channels import ChannelKind, Mailbox, NoChannel
from domain.partners.hours import Opening
from domain.partners.places import Address, UnknownPlace
from domain.values import Gender, Language, PartnerId


class PartnerKind(StrEnum):
    """What sort of body it is; law enforcement needs a second person's approval for each referral."""

    law_enforcement = "law_enforcement"
    government = "government"
    nhri = "nhri"
    un = "un"
    ngo = "ngo"
    helpline = "helpline"
    training = "training"
    committee = "committee"
    other = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerChanged(Event):
    pass


class KeyTaken(Conflict):
    """Another partner has this key already."""

    next = "Choose another key."

    def __init__(self, *, field: str = "") -> None:
        super().__init__()
        self.field = field


class UnsourcedFact(Invalid):
    """What is marked as verified names where it was checked."""

    next = "Write the source, or leave the mark away."


@dataclass(slots=True)
class Partner:
    """An agency. `adapter` names its translator; `verified` and `source` say whether what stands here may be shown as fact; `channels` are
    the ways by which notices reach it, the first one first; `hours` are those of its desk, where a service has none of its own."""

    id: PartnerId
    key: str
    name: str
    kind: PartnerKind
    adapter: str
    credential: str | None = None
    active: bool = True
    verified: bool = False
    source: str = ""
    channels: tuple[ChannelKind, ...] = (ChannelKind.webhook,)
    hours: tuple[Opening, ...] = ()
    version: int = 1

    def change(self, fields: Mapping[str, object]) -> None:
        """Raises UnsourcedFact, NoChannel."""
        for name, value in fields.items():
            setattr(self, name, value)
        if self.verified and not self.source:
            raise UnsourcedFact(field="source")
        if not self.channels:
            raise NoChannel(field="channels")


class AgesTurned(Invalid):
    """The youngest age comes before the oldest."""

    next = "Write the ages again, or leave one empty."


@dataclass(slots=True)
class Service:
    """What a partner offers (Open Referral words): where, as P-codes of districts or provinces, for whom, when, and how many places it has.

    `eligibility` is the partner's own sentence; the codes beside it are what a search can compare. An empty code says nothing about it.
    `waiting` is what the partner told us; `confirmed_on` the day when somebody last asked whether all this still holds. `changed_at` is
    when it was last written; None for what has not been written since we keep it. `street` to `district` are its open address;
    `hides_address` says that there is another, which is kept apart (domain/partners/places).
    """

    id: UUID
    partner_id: PartnerId
    name: str
    districts: tuple[str, ...] = ()
    capacity: int | None = None
    verified: bool = False
    offers: str = ""
    eligibility: str = ""
    genders: tuple[Gender, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    stages: tuple[MigrationStage, ...] = ()
    hours: tuple[Opening, ...] = ()
    languages: tuple[Language, ...] = ()
    documents: tuple[str, ...] = ()
    waiting: int | None = None
    confirmed_on: date | None = None
    source: str = ""
    offered: bool = True
    street: str = ""
    city: str = ""
    postcode: str = ""
    province: str = ""
    district: str = ""
    hides_address: bool = False
    changed_at: datetime | None = None
    version: int = 1

    @property
    def address(self) -> Address | None:
        """Where everybody may go; None where none is written down."""
        return Address(self.street, self.city, self.postcode, self.province, self.district) if self.street else None

    def change(self, fields: Mapping[str, object], at: datetime) -> None:
        """Raises AgesTurned, UnknownPlace, UnsourcedFact, and what `Address.check` raises."""
        self.changed_at = at
        for name, value in fields.items():
            setattr(self, name, value)
        if any(code not in reference.districts() and code not in reference.provinces() for code in self.districts):
            raise UnknownPlace(field="districts")
        if self.verified and not self.source:
            raise UnsourcedFact(field="source")
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise AgesTurned(field="age_to")
        Address(self.street, self.city, self.postcode, self.province, self.district).check()


@dataclass(slots=True)
class Endpoint:
    """Where a partner's notices are posted. While a secret is being changed, both sign: the old one until `retiring_until`.

    Paused and disabled differ. Paused (by the partner or the administrator, for an evening's work on their system): notices wait,
    nothing is tried and no attempt is lost, and on resuming they leave in their order. Disabled (by a 410, or for good): each notice is
    tried until it is given up aloud, so that somebody looks at it; setting an address switches it on again.
    """

    id: UUID
    partner_id: PartnerId
    url: str
    secret: str
    retiring: str | None = None
    retiring_until: datetime | None = None
    disabled_at: datetime | None = None
    paused_at: datetime | None = None
    version: int = 1

    def secrets(self, at: datetime) -> tuple[str, ...]:
        if self.retiring and self.retiring_until and at < self.retiring_until:
            return (self.secret, self.retiring)
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class Reached:
    """A partner with the ways that are set up."""

    partner: Partner
    endpoint: Endpoint | None
    mailbox: Mailbox | None


class PartnerRecords(Protocol):
    async def get(self, id: PartnerId) -> Partner: ...
    async def by_key(self, key: str) -> Partner: ...

    async def named(self, text: str) -> Partner:
        """By id or by key: people write `fia`, programmes the id. Raises NotFound."""
        ...

    async def all(self) -> list[Partner]: ...
    async def add(self, partner: Partner) -> None: ...
    async def save(self, partner: Partner) -> None: ...
    async def services(self, id: PartnerId) -> list[Service]: ...
    async def every_service(self) -> list[Service]: ...

    async def service(self, id: PartnerId, service: UUID) -> Service:
        """Raises NotFound, alike for another partner's service and none."""
        ...

    async def add_service(self, service: Service) -> None: ...
    async def save_service(self, service: Service) -> None: ...

    async def hide_address(self, service: UUID, address: str) -> None:
        """Kept sealed beside the service; an empty one takes it out."""
        ...

    async def hidden_address(self, id: PartnerId, service: UUID) -> str:
        """Raises NotFound, alike for another partner's service, none, and one that hides nothing."""
        ...

    async def agreements(self, id: PartnerId) -> list[Agreement]: ...
    async def every_agreement(self) -> list[Agreement]: ...

    async def agreement(self, id: PartnerId, agreement: UUID) -> Agreement:
        """Raises NotFound, alike for another partner's agreement and none."""
        ...

    async def add_agreement(self, agreement: Agreement) -> None: ...
    async def save_agreement(self, agreement: Agreement) -> None: ...
    async def endpoint(self, id: PartnerId) -> Endpoint | None: ...
    async def every_endpoint(self) -> list[Endpoint]: ...
    async def add_endpoint(self, endpoint: Endpoint) -> None: ...
    async def save_endpoint(self, endpoint: Endpoint) -> None: ...
    async def mailbox(self, id: PartnerId) -> Mailbox | None: ...
    async def reached(self, ids: Collection[PartnerId]) -> dict[PartnerId, Reached]: ...
    async def add_mailbox(self, mailbox: Mailbox) -> None: ...
    async def save_mailbox(self, mailbox: Mailbox) -> None: ...
