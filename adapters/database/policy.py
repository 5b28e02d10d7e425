"""The policy log. What is written in a note is about nobody, and sealed for the house all the same until somebody shares it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Integer, String, UniqueConstraint, Uuid, bindparam, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.lanes import centres_setting
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, one_of
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, Reader, by_id
from domain.errors import NotFound
from domain.identity import Scope
from domain.policy.note import NoteState, PolicyNote, Topic
from domain.values import PolicyNoteId


class PolicyNoteRow(SQLModel, table=True):
    __tablename__ = "policy_note"
    __table_args__ = (
        UniqueConstraint("centre", "number"),
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        one_of("state", NoteState),
        one_of("topic", Topic),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    number: str = column(String(20))
    state: str = column(WORD)
    topic: str = column(WORD)
    content: bytes = column(String(), Shows.internal, sealed=Sealed.house)
    written_by: UUID = column(Uuid())
    written_at: datetime = column(UTCDateTime())
    version: int = column(Integer())


NOTE = table_of(PolicyNoteRow)
NOTES: Codec[PolicyNote] = Codec(PolicyNote, PolicyNoteRow)

_pk, _after = bindparam("pk", type_=Uuid()), bindparam("after", type_=Uuid())
_ONE, _HOLD = (NOTES.find(NOTE.c.id == _pk, in_centres(NOTE), lock=lock) for lock in (False, True))
_listed = select(*NOTES.columns).where(in_centres(NOTE)).order_by(NOTE.c.id.desc()).limit(bindparam("n", type_=Integer()))
_PAGES = {False: Prepared(_listed), True: Prepared(_listed.where(NOTE.c.id < _after))}


class SqlPolicyNotes(PlainStore[PolicyNote]):
    codec = NOTES

    async def get(self, scope: Scope, id: PolicyNoteId) -> PolicyNote:
        return await self._one(_HOLD, by_id(bound(scope), id))


class SqlPolicyViews(Reader):
    async def _found(self, statement: Prepared, scope: Scope, **values: object) -> list[PolicyNote]:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(statement, {**bound(scope), **values})
        return [NOTES.record(row, self._vault) for row in rows]

    async def one(self, scope: Scope, id: PolicyNoteId) -> PolicyNote:
        if found := await self._found(_ONE, scope, pk=id):
            return found[0]
        raise NotFound()

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[PolicyNote]:
        return await self._found(_PAGES[after is not None], scope, n=limit, after=after)
