"""Disclosures under a legal duty. What is said in one is a single sealed column: the law alone would tell what befell somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, Uuid, bindparam, or_
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, Words, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Waiting, by_id, keyed
from domain.disclosures import Disclosure, DisclosureState
from domain.identity import Scope
from domain.values import CaseId, DisclosureId


class DisclosureRow(SQLModel, table=True):
    __tablename__ = "disclosure"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        one_of("state", DisclosureState),
        Index(None, "case_id"),
        Index(None, "client_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    state: str = column(WORD)
    partner_id: UUID | None = column(Uuid(), nullable=True)
    field_groups: str = column(Words())
    words: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    asked_by: UUID = column(Uuid())
    asked_at: datetime = column(UTCDateTime())
    decided_by: UUID | None = column(Uuid(), nullable=True)
    decided_at: datetime | None = column(UTCDateTime(), nullable=True)
    handed_by: UUID | None = column(Uuid(), nullable=True)
    handed_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


DISCLOSURE = table_of(DisclosureRow)
DISCLOSURES: Codec[Disclosure] = Codec(Disclosure, DisclosureRow)

_pk = bindparam("pk", type_=Uuid())
_base = keyed(DISCLOSURES, "client_id").join(CASE, CASE.c.id == DISCLOSURE.c.case_id).where(case_in_scope(CASE))
_ONE = Prepared(_base.where(DISCLOSURE.c.id == _pk))
_HOLD = Prepared(_base.where(DISCLOSURE.c.id == _pk).with_for_update(of=DISCLOSURE))
_OF_CASE = Prepared(_base.where(DISCLOSURE.c.case_id == _pk).order_by(DISCLOSURE.c.id.desc()))
_after: Any = bindparam("after", type_=Uuid())
_PAGE = Prepared(
    _base.where(or_(_after.is_(None), DISCLOSURE.c.id < _after)).order_by(DISCLOSURE.c.id.desc()).limit(bindparam("n", type_=Integer()))
)


class SqlDisclosures(Waiting[Disclosure]):
    codec = DISCLOSURES

    async def get(self, scope: Scope, id: DisclosureId) -> Disclosure:
        return await self._one(_HOLD, by_id(bound(scope), id))


class SqlDisclosureViews(Reader):
    async def one(self, scope: Scope, id: DisclosureId) -> Disclosure:
        return await self._record(DISCLOSURES, _ONE, scope, pk=id)

    async def of_case(self, scope: Scope, case: CaseId) -> list[Disclosure]:
        return await self._records(DISCLOSURES, _OF_CASE, scope, pk=case)

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[Disclosure]:
        return await self._records(DISCLOSURES, _PAGE, scope, n=limit, after=after)
