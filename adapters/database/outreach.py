"""Outreach sessions, and the contacts that signed up at them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, Index, Integer, String, Text, UniqueConstraint, Uuid, bindparam, func, select, tuple_
from sqlmodel import SQLModel

from adapters.database.clients import CONTACT, CONTACTS, CONTACTS_SEEN
from adapters.database.codec import Codec, table_of
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, one_of
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, Reader, by_id
from adapters.database.tally import Tally
from adapters.database.weeks import cells_of_outreach
from domain.contacts import Contact
from domain.errors import NotFound
from domain.identity import Scope
from domain.outreach import OutreachKind, OutreachSession
from domain.secrecy import KeyVault
from domain.values import OutreachId


class OutreachRow(SQLModel, table=True):
    __tablename__ = "outreach_session"
    __table_args__ = (
        UniqueConstraint("centre", "id"),
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        one_of("kind", OutreachKind),
        Index(None, "centre", "day", "id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    title: str = column(String(200))
    kind: str = column(WORD)
    day: date = column(Date())
    begins: str = column(String(5))
    place: str = column(String(200))
    district: str | None = column(String(20), nullable=True)
    language: str | None = column(WORD, nullable=True)
    held_by: UUID = column(Uuid())
    note: bytes = column(Text(), Shows.internal, sealed=Sealed.house)
    added_at: datetime = column(UTCDateTime())
    added_by: UUID = column(Uuid())
    female: int | None = column(Integer(), nullable=True)
    male: int | None = column(Integer(), nullable=True)
    transgender: int | None = column(Integer(), nullable=True)
    under_18: int | None = column(Integer(), nullable=True)
    version: int = column(Integer())


OUTREACH = table_of(OutreachRow)
SESSIONS: Codec[OutreachSession] = Codec(OutreachSession, OutreachRow)

_pk = bindparam("pk", type_=Uuid())
_LOOK = SESSIONS.find(OUTREACH.c.id == _pk, in_centres(OUTREACH))
_GET = SESSIONS.find(OUTREACH.c.id == _pk, in_centres(OUTREACH), lock=True)
_COUNT = Prepared(select(func.count()).where(CONTACT.c.outreach_session == _pk))
_signed_up = select(func.count()).where(CONTACT.c.outreach_session == OUTREACH.c.id).correlate(OUTREACH).scalar_subquery()
_SEEN = select(*SESSIONS.columns, _signed_up).where(in_centres(OUTREACH))
_ONE = Prepared(_SEEN.where(OUTREACH.c.id == _pk))
_FIRST = _SEEN.order_by(OUTREACH.c.day.desc(), OUTREACH.c.id.desc()).limit(bindparam("n", type_=Integer()))
_PAGE = Prepared(_FIRST)
_last: Any = OUTREACH.alias()
_NEXT = Prepared(
    _FIRST.where(
        tuple_(OUTREACH.c.day, OUTREACH.c.id)
        < tuple_(
            select(_last.c.day).where(_last.c.id == bindparam("after", type_=Uuid()), in_centres(_last)).scalar_subquery(),
            bindparam("after", type_=Uuid()),
        )
    )
)
_SIGN_UPS = Prepared(CONTACTS_SEEN.where(CONTACT.c.outreach_session == _pk).order_by(CONTACT.c.id.desc()))


class SqlOutreach(PlainStore[OutreachSession]):
    codec = SESSIONS

    def __init__(self, lane: Lane, vault: KeyVault, tally: Tally) -> None:
        super().__init__(lane, vault)
        self._tally = tally

    async def add(self, record: OutreachSession) -> None:
        await super().add(record)
        self._tally.move((), cells_of_outreach(record))

    async def get(self, scope: Scope, id: OutreachId) -> OutreachSession:
        return await self._one(_GET, by_id(bound(scope), id))

    async def look(self, scope: Scope, id: OutreachId) -> OutreachSession:
        return await self._one(_LOOK, by_id(bound(scope), id))

    async def sign_ups(self, id: OutreachId) -> int:
        found: int = (await self._lane.rows(_COUNT, {"pk": id}))[0][0]
        return found


class SqlOutreachViews(Reader):
    async def session(self, scope: Scope, id: OutreachId) -> tuple[OutreachSession, int]:
        rows = await self._rows(_ONE, scope, {"pk": id})
        if not rows:
            raise NotFound()
        return self._counted(rows[0])

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[tuple[OutreachSession, int]]:
        statement, values = (_NEXT, {"after": after}) if after else (_PAGE, {})
        return [self._counted(row) for row in await self._rows(statement, scope, {**values, "n": limit})]

    async def sign_ups(self, scope: Scope, id: OutreachId) -> list[Contact]:
        return await self._records(CONTACTS, _SIGN_UPS, scope, pk=id)

    def _counted(self, row: tuple[Any, ...]) -> tuple[OutreachSession, int]:
        return SESSIONS.record(row[:-1], self._vault), int(row[-1])
