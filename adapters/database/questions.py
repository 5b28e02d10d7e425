"""Saved questions: a short list of each person, and what others of their centre share."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, Integer, String, Uuid, and_, bindparam, delete, or_, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, Words, column, identity
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, by_id
from domain.identity import Scope
from domain.reports.saved import SavedQuestion


class SavedQuestionRow(SQLModel, table=True):
    """No CHECK on measures: they grow with the releases, and a table made anew for each would be a migration for each."""

    __tablename__ = "saved_question"
    __table_args__ = (ForeignKeyConstraint(["centre"], ["centre.code"]), Index(None, "centre", "id"))
    id: UUID = identity()
    centre: str = column(CENTRE)
    owner: UUID = column(Uuid())
    name: bytes = column(String(), Shows.internal, sealed=Sealed.house)
    measure: str = column(WORD)
    splits: str = column(Words())
    first: str = column(String(7))
    last: str = column(String(7))
    bands: str = column(Words())
    of_centres: str = column(Words())
    shared: bool = column(Boolean())
    saved_at: datetime = column(UTCDateTime())
    version: int = column(Integer())


SAVED = table_of(SavedQuestionRow)
SAVEDS: Codec[SavedQuestion] = Codec(SavedQuestion, SavedQuestionRow)
_pk = bindparam("pk", type_=Uuid())
_seen = and_(in_centres(SAVED), or_(SAVED.c.shared, SAVED.c.owner == bindparam("scope_staff", type_=Uuid())))
_ONE = SAVEDS.find(SAVED.c.id == _pk, _seen, lock=True)
_ALL = Prepared(select(*SAVEDS.columns).where(_seen).order_by(SAVED.c.id.desc()))
_REMOVE = Prepared(delete(SAVED).where(SAVED.c.id == _pk))


class SqlSavedQuestions(PlainStore[SavedQuestion]):
    codec = SAVEDS

    async def get(self, scope: Scope, id: UUID) -> SavedQuestion:
        return await self._one(_ONE, by_id(bound(scope), id))

    async def all(self, scope: Scope) -> list[SavedQuestion]:
        return await self._all(_ALL, bound(scope))

    async def remove(self, question: SavedQuestion) -> None:
        await self._lane.change(_REMOVE, {"pk": question.id})
