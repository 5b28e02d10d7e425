"""Partners with their services, agreements and endpoints."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Text, Uuid, bindparam, select, update
from sqlmodel import SQLModel

from adapters.database.codec import Codec, Seal, table_of
from adapters.database.schema import WORD, Sealed, Several, Shows, UTCDateTime, Words, among, column, identity, one_of
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, put
from domain.errors import NotFound
from domain.partners.agreements import Agreement
from domain.partners.channels import CodesBy, Mailbox
from domain.partners.directory import Endpoint, Partner, PartnerKind, Reached, Service
from domain.partners.places import HIDDEN
from domain.values import Language, PartnerId


class PartnerRow(SQLModel, table=True):
    __tablename__ = "partner"
    __table_args__ = (one_of("kind", PartnerKind),)
    id: UUID = identity()
    key: str = column(String(60), Shows.public, unique=True)
    name: str = column(String(200), Shows.public)
    kind: str = column(WORD, Shows.public)
    adapter: str = column(String(60))
    credential: str | None = column(String(200), Shows.secret, nullable=True)
    active: bool = column(Boolean())
    verified: bool = column(Boolean(), Shows.public)
    source: str = column(Text(), Shows.public)
    channels: str = column(Words())
    hours: str = column(Words(), Shows.public)
    version: int = column(Integer())


def _of_partner() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["partner_id"], ["partner.id"])


class ServiceRow(SQLModel, table=True):
    __tablename__ = "service"
    __table_args__ = (_of_partner(), Index(None, "partner_id"))
    id: UUID = identity()
    partner_id: UUID = column(Uuid(), Shows.public)
    name: str = column(String(200), Shows.public)
    districts: str = column(Words(), Shows.public)
    capacity: int | None = column(Integer(), Shows.public, nullable=True)
    verified: bool = column(Boolean(), Shows.public)
    offers: str = column(String(500), Shows.public)
    eligibility: str = column(String(500), Shows.public)
    genders: str = column(Words(), Shows.public)
    age_from: int | None = column(Integer(), Shows.public, nullable=True)
    age_to: int | None = column(Integer(), Shows.public, nullable=True)
    stages: str = column(Words(), Shows.public)
    hours: str = column(Words(), Shows.public)
    languages: str = column(Words(), Shows.public)
    documents: str = column(Words(), Shows.public)
    waiting: int | None = column(Integer(), Shows.public, nullable=True)
    confirmed_on: date | None = column(Date(), Shows.public, nullable=True)
    source: str = column(String(200), Shows.public)
    offered: bool = column(Boolean(), Shows.public)
    street: str = column(String(200), Shows.public)
    city: str = column(String(100), Shows.public)
    postcode: str = column(String(5), Shows.public)
    province: str = column(String(20), Shows.public)
    district: str = column(String(20), Shows.public)
    hides_address: bool = column(Boolean(), Shows.public)
    hidden_address: bytes | None = column(Text(), Shows.secret, sealed=Sealed.house, nullable=True)
    changed_at: datetime | None = column(UTCDateTime(), Shows.public, nullable=True)
    version: int = column(Integer())


class AgreementRow(SQLModel, table=True):
    __tablename__ = "agreement"
    __table_args__ = (_of_partner(), Index(None, "partner_id"))
    id: UUID = identity()
    partner_id: UUID = column(Uuid())
    title: str = column(String(200))
    field_groups: str = column(Words())
    signed_on: date = column(Date())
    valid_to: date | None = column(Date(), nullable=True)
    ended_on: date | None = column(Date(), nullable=True)
    purposes: str = column(String(500))
    times: str = column(Words())
    expiry_days: int | None = column(Integer(), nullable=True)
    purpose_codes: str = column(Words())
    predecessor: UUID | None = column(Uuid(), nullable=True)
    approval: bool = column(Boolean())
    reminded: int = column(Integer())
    version: int = column(Integer())


class EndpointRow(SQLModel, table=True):
    __tablename__ = "endpoint"
    __table_args__ = (_of_partner(),)
    id: UUID = identity()
    partner_id: UUID = column(Uuid(), unique=True)
    url: str = column(String(500))
    secret: bytes = column(Text(), Shows.secret, sealed=Sealed.house)
    retiring: bytes | None = column(Text(), Shows.secret, sealed=Sealed.house, nullable=True)
    retiring_until: datetime | None = column(UTCDateTime(), nullable=True)
    disabled_at: datetime | None = column(UTCDateTime(), nullable=True)
    paused_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


class MailboxRow(SQLModel, table=True):
    __tablename__ = "mailbox"
    __table_args__ = (_of_partner(), one_of("codes_by", CodesBy), one_of("language", Language))
    id: UUID = identity()
    partner_id: UUID = column(Uuid(), unique=True)
    address: bytes = column(Text(), Shows.internal, sealed=Sealed.house)
    codes_by: str = column(WORD)
    codes_to: bytes = column(Text(), Shows.internal, sealed=Sealed.house)
    language: str = column(WORD)
    version: int = column(Integer())


PARTNER = table_of(PartnerRow)

PARTNERS: Codec[Partner] = Codec(Partner, PartnerRow)
SERVICES: Codec[Service] = Codec(Service, ServiceRow, extra=frozenset({HIDDEN}))
AGREEMENTS: Codec[Agreement] = Codec(Agreement, AgreementRow)
ENDPOINTS: Codec[Endpoint] = Codec(Endpoint, EndpointRow)
MAILBOXES: Codec[Mailbox] = Codec(Mailbox, MailboxRow)

_whose = bindparam("whose", type_=Uuid())
_GET = PARTNERS.find(PARTNER.c.id == _whose)
_BY_KEY = PARTNERS.find(PARTNER.c.key == bindparam("key"))
_ALL = Prepared(select(*PARTNERS.columns).order_by(PARTNER.c.name))
_one = bindparam("one", type_=Uuid())
_EVERY_SERVICE, _EVERY_AGREEMENT = Prepared(select(*SERVICES.columns)), Prepared(select(*AGREEMENTS.columns))
_EVERY_ENDPOINT = Prepared(select(*ENDPOINTS.columns))
_SERVICE = SERVICES.find(SERVICES.table.c.partner_id == _whose, SERVICES.table.c.id == _one, lock=True)
_AGREEMENT = AGREEMENTS.find(AGREEMENTS.table.c.partner_id == _whose, AGREEMENTS.table.c.id == _one, lock=True)
_ITS_SERVICES = SERVICES.find(SERVICES.table.c.partner_id == _whose)
_ITS_AGREEMENTS = AGREEMENTS.find(AGREEMENTS.table.c.partner_id == _whose)
_ITS_ENDPOINT = ENDPOINTS.find(ENDPOINTS.table.c.partner_id == _whose)
_these = bindparam("these", type_=Several(Uuid()))
_REACHED = Prepared(select(*PARTNERS.columns).where(among(PARTNER.c.id, _these)))
_THEIR_ENDPOINTS = Prepared(select(*ENDPOINTS.columns).where(among(ENDPOINTS.table.c.partner_id, _these)))
_THEIR_MAILBOXES = Prepared(select(*MAILBOXES.columns).where(among(MAILBOXES.table.c.partner_id, _these)))
_SEAL = Seal(SERVICES.table.name, HIDDEN, str, Sealed.house)
_HIDE = Prepared(update(SERVICES.table).where(SERVICES.table.c.id == _one).values({HIDDEN: bindparam("sealed", type_=LargeBinary())}))
_HIDDEN = Prepared(
    select(SERVICES.table.c[HIDDEN]).where(
        SERVICES.table.c.partner_id == _whose, SERVICES.table.c.id == _one, SERVICES.table.c[HIDDEN].is_not(None)
    )
)
_ITS_MAILBOX = MAILBOXES.find(MAILBOXES.table.c.partner_id == _whose)


R = TypeVar("R")


def _only(found: list[R]) -> R:
    if not found:
        raise NotFound()
    return found[0]


class SqlPartners(PlainStore[Partner]):
    codec = PARTNERS

    async def get(self, id: PartnerId) -> Partner:
        return await self._one(_GET, {"whose": id})

    async def by_key(self, key: str) -> Partner:
        return await self._one(_BY_KEY, {"key": key})

    async def named(self, text: str) -> Partner:
        try:
            return await self.get(PartnerId(UUID(text)))
        except ValueError:
            return await self.by_key(text)

    async def all(self) -> list[Partner]:
        return await self._all(_ALL, {})

    async def services(self, id: PartnerId) -> list[Service]:
        return await self._found(SERVICES, _ITS_SERVICES, whose=id)

    async def every_service(self) -> list[Service]:
        return await self._found(SERVICES, _EVERY_SERVICE)

    async def service(self, id: PartnerId, service: UUID) -> Service:
        return _only(await self._found(SERVICES, _SERVICE, whose=id, one=service))

    async def add_service(self, service: Service) -> None:
        self._lane.later(SERVICES.insert, SERVICES.values(service, self._vault))

    async def save_service(self, service: Service) -> None:
        await put(self._lane, SERVICES, service, SERVICES.values(service, self._vault))

    async def hide_address(self, service: UUID, address: str) -> None:
        """Beside the codec: whatever reads services reads nothing of it."""
        await self._lane.change(_HIDE, {"one": service, "sealed": _SEAL.close(self._vault, b"", service, address or None)})

    async def hidden_address(self, id: PartnerId, service: UUID) -> str:
        sealed = _only(await self._lane.rows(_HIDDEN, {"whose": id, "one": service}))[0]
        return str(_SEAL.open(self._vault, b"", service, sealed))

    async def agreements(self, id: PartnerId) -> list[Agreement]:
        return await self._found(AGREEMENTS, _ITS_AGREEMENTS, whose=id)

    async def every_agreement(self) -> list[Agreement]:
        return await self._found(AGREEMENTS, _EVERY_AGREEMENT)

    async def agreement(self, id: PartnerId, agreement: UUID) -> Agreement:
        return _only(await self._found(AGREEMENTS, _AGREEMENT, whose=id, one=agreement))

    async def add_agreement(self, agreement: Agreement) -> None:
        self._lane.later(AGREEMENTS.insert, AGREEMENTS.values(agreement, self._vault))

    async def save_agreement(self, agreement: Agreement) -> None:
        await put(self._lane, AGREEMENTS, agreement, AGREEMENTS.values(agreement, self._vault))

    async def _found(self, codec: Codec[R], statement: Prepared, **values: UUID) -> list[R]:
        return [codec.record(row, self._vault) for row in await self._lane.rows(statement, values)]

    async def endpoint(self, id: PartnerId) -> Endpoint | None:
        rows = await self._lane.rows(_ITS_ENDPOINT, {"whose": id})
        return ENDPOINTS.record(rows[0], self._vault) if rows else None

    async def every_endpoint(self) -> list[Endpoint]:
        return await self._found(ENDPOINTS, _EVERY_ENDPOINT)

    async def add_endpoint(self, endpoint: Endpoint) -> None:
        self._lane.later(ENDPOINTS.insert, ENDPOINTS.values(endpoint, self._vault))

    async def save_endpoint(self, endpoint: Endpoint) -> None:
        await put(self._lane, ENDPOINTS, endpoint, ENDPOINTS.values(endpoint, self._vault))

    async def mailbox(self, id: PartnerId) -> Mailbox | None:
        found = await self._found(MAILBOXES, _ITS_MAILBOX, whose=id)
        return found[0] if found else None

    async def add_mailbox(self, mailbox: Mailbox) -> None:
        self._lane.later(MAILBOXES.insert, MAILBOXES.values(mailbox, self._vault))

    async def save_mailbox(self, mailbox: Mailbox) -> None:
        await put(self._lane, MAILBOXES, mailbox, MAILBOXES.values(mailbox, self._vault))

    async def reached(self, ids: Collection[PartnerId]) -> dict[PartnerId, Reached]:
        """Three questions, however many partners."""
        these = {"these": list(ids)}
        endpoints = {one.partner_id: one for one in await self._these(ENDPOINTS, _THEIR_ENDPOINTS, these)}
        boxes = {one.partner_id: one for one in await self._these(MAILBOXES, _THEIR_MAILBOXES, these)}
        partners = await self._these(PARTNERS, _REACHED, these)
        return {one.id: Reached(one, endpoints.get(one.id), boxes.get(one.id)) for one in partners}

    async def _these(self, codec: Codec[R], statement: Prepared, values: dict[str, Any]) -> list[R]:
        return [codec.record(row, self._vault) for row in await self._lane.rows(statement, values)]
