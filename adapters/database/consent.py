"""Consents."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Index, Integer, String, Uuid, bindparam, text
from sqlmodel import SQLModel

from adapters.database.clients import CLIENT
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Shows, UTCDateTime, Words, column, identity, of_centre, one_of
from adapters.database.scope import bound, client_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Waiting, by_id, keyed
from domain.consent import Consent, ConsentForm, Purpose
from domain.identity import Scope
from domain.values import ClientId, ConsentId, Language

_ENDS = text("withdrawn_at IS NULL AND valid_to IS NOT NULL")


class ConsentRow(SQLModel, table=True):
    __tablename__ = "consent"
    __table_args__ = (
        of_centre("client", "client_id"),
        one_of("purpose", Purpose),
        one_of("form", ConsentForm),
        one_of("language", Language),
        Index(None, "client_id"),
        Index("ix_consent_ends", "centre", "valid_to", postgresql_where=_ENDS, sqlite_where=_ENDS),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    purpose: str = column(WORD, Shows.personal)
    partner_id: UUID | None = column(Uuid(), nullable=True)
    field_groups: str = column(Words())
    form: str = column(WORD)
    language: str = column(WORD)
    text_version: str = column(String(40))
    given_at: datetime = column(UTCDateTime())
    taken_by: UUID = column(Uuid())
    valid_to: date | None = column(Date(), nullable=True)
    withdrawn_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


CONSENT = table_of(ConsentRow)
CONSENTS: Codec[Consent] = Codec(Consent, ConsentRow)
_client = CLIENT.c.id == CONSENT.c.client_id
_in_scope = client_in_scope(CLIENT)
_base = keyed(CONSENTS, "client_id").join(CLIENT, _client).where(_in_scope)
_ONE = Prepared(_base.where(CONSENT.c.id == bindparam("pk", type_=Uuid())).with_for_update(of=CONSENT))
_of = _base.where(CONSENT.c.client_id == bindparam("pk", type_=Uuid())).order_by(CONSENT.c.given_at, CONSENT.c.id)
_SEE_OF = Prepared(_of)
_ENDING = Prepared(
    _base.where(
        CONSENT.c.withdrawn_at.is_(None), CONSENT.c.valid_to.between(bindparam("first", type_=Date()), bindparam("last", type_=Date()))
    )
    .order_by(CONSENT.c.valid_to, CONSENT.c.id)
    .limit(bindparam("n", type_=Integer()))
)
_HOLD_OF = Prepared(_of.with_for_update(of=CONSENT))


class SqlConsents(Waiting[Consent]):
    codec = CONSENTS

    async def add(self, record: Consent) -> None:
        await super().add(record)
        self._tally.sharing.add(record.client_id)

    async def save(self, record: Consent) -> None:
        await super().save(record)
        self._tally.sharing.add(record.client_id)

    async def get(self, scope: Scope, id: ConsentId) -> Consent:
        return await self._one(_ONE, by_id(bound(scope), id))

    async def of_client(self, scope: Scope, client: ClientId) -> list[Consent]:
        return await self._all(_HOLD_OF, by_id(bound(scope), client))


class SqlConsentViews(Reader):
    async def of_client(self, scope: Scope, client: ClientId) -> list[Consent]:
        return await self._records(CONSENTS, _SEE_OF, scope, pk=client)

    async def ending(self, scope: Scope, first: date, last: date, limit: int) -> list[Consent]:
        return await self._records(CONSENTS, _ENDING, scope, first=first, last=last, n=limit)
