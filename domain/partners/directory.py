"""Who the partners are, what they offer, under which agreement, and where their notices go."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.events import Event
from domain.values import FieldGroup, PartnerId


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


@dataclass(slots=True)
class Partner:
    """An agency. `adapter` names its translator; `verified` and `source` say whether what stands here may be shown as fact."""

    id: PartnerId
    key: str
    name: str
    kind: PartnerKind
    adapter: str
    credential: str | None = None
    active: bool = True
    verified: bool = False
    source: str = ""
    version: int = 1


@dataclass(slots=True)
class Service:
    """What a partner offers (Open Referral words): where, as district P-codes, and how many places it has."""

    id: UUID
    partner_id: PartnerId
    name: str
    districts: tuple[str, ...] = ()
    capacity: int | None = None
    verified: bool = False
    version: int = 1


@dataclass(slots=True)
class Agreement:
    """The memorandum under which data may leave: while it is in force, for these groups of fields and no others."""

    id: UUID
    partner_id: PartnerId
    title: str
    field_groups: tuple[FieldGroup, ...]
    signed_on: date
    valid_to: date | None = None
    ended_on: date | None = None
    version: int = 1

    def in_force(self, on: date) -> bool:
        return self.signed_on <= on and not (self.valid_to and on > self.valid_to) and not (self.ended_on and on >= self.ended_on)


def agreed(agreements: list[Agreement], on: date) -> frozenset[FieldGroup]:
    """The groups of fields that agreements in force on this day allow to leave. None in force: nothing leaves."""
    return frozenset(group for agreement in agreements if agreement.in_force(on) for group in agreement.field_groups)


@dataclass(slots=True)
class Endpoint:
    """Where a partner's notices are posted. While a secret is being changed, both sign: the old one until `retiring_until`."""

    id: UUID
    partner_id: PartnerId
    url: str
    secret: str
    retiring: str | None = None
    retiring_until: datetime | None = None
    disabled_at: datetime | None = None
    version: int = 1

    def secrets(self, at: datetime) -> tuple[str, ...]:
        if self.retiring and self.retiring_until and at < self.retiring_until:
            return (self.secret, self.retiring)
        return (self.secret,)


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
    async def add_service(self, service: Service) -> None: ...
    async def agreements(self, id: PartnerId) -> list[Agreement]: ...
    async def add_agreement(self, agreement: Agreement) -> None: ...
    async def endpoint(self, id: PartnerId) -> Endpoint | None: ...
    async def add_endpoint(self, endpoint: Endpoint) -> None: ...
    async def save_endpoint(self, endpoint: Endpoint) -> None: ...
