"""The data key of each client and contact, wrapped: one row whose destruction erases everything sealed under it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, delete, insert, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, Shows, column, identity
from adapters.database.statements import Prepared
from domain.secrecy import KeyVault


class SubjectKeyRow(SQLModel, table=True):
    __tablename__ = "subject_key"
    id: UUID = identity()
    centre: str = column(CENTRE)
    wrapped: bytes = column(LargeBinary(), Shows.secret)


@dataclass(frozen=True, slots=True)
class SubjectKey:
    id: UUID
    centre: str
    wrapped: bytes


KEY = table_of(SubjectKeyRow)
KEYS: Codec[SubjectKey] = Codec(SubjectKey, SubjectKeyRow)
_FIND = Prepared(select(KEY.c.wrapped).where(KEY.c.id == bindparam("pk", type_=Uuid())))
_ADD = Prepared(insert(KEY).values({name: bindparam(name, type_=KEY.c[name].type) for name in ("id", "centre", "wrapped")}))
_DROP = Prepared(delete(KEY).where(KEY.c.id == bindparam("pk", type_=Uuid())))


class Keys:
    """The keys one transaction has met, so that none is asked for twice."""

    def __init__(self, lane: Lane, vault: KeyVault) -> None:
        self._lane, self._vault = lane, vault
        self._known: dict[UUID, bytes] = {}

    def met(self, subject: UUID, wrapped: bytes | None) -> bytes:
        """Remembers a key that came with a row; an erased subject has the empty key, under which nothing opens."""
        self._known[subject] = found = wrapped or b""
        return found

    async def of(self, subject: UUID) -> bytes:
        if (known := self._known.get(subject)) is not None:
            return known
        rows = await self._lane.rows(_FIND, {"pk": subject})
        return self.met(subject, rows[0][0] if rows else None)

    def make(self, subject: UUID, centre: str) -> bytes:
        wrapped = self._vault.new_key()
        self._lane.later(_ADD, {"id": subject, "centre": centre, "wrapped": wrapped})
        return self.met(subject, wrapped)

    async def destroy(self, subject: UUID) -> None:
        self._vault.forget(await self.of(subject))
        await self._lane.change(_DROP, {"pk": subject})
        self._known[subject] = b""
