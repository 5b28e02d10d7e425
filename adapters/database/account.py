"""Passkeys of the staff, and wrong guesses at a secret."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, LargeBinary, String, Uuid, bindparam, delete, func, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.schema import INT64, UTCDateTime, column, identity
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore
from domain.account import Guesses
from domain.passkeys import Passkey
from domain.values import StaffId


class PasskeyRow(SQLModel, table=True):
    __tablename__ = "passkey"
    __table_args__ = (ForeignKeyConstraint(["staff_id"], ["staff.id"]), Index(None, "staff_id"))
    id: UUID = identity()
    staff_id: UUID = column(Uuid())
    credential: bytes = column(LargeBinary(), unique=True)
    public_key: bytes = column(LargeBinary())
    counter: int = column(INT64)
    name: str = column(String(60))
    added_at: datetime = column(UTCDateTime())
    challenged_at: datetime = column(UTCDateTime())
    used_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


class GuessesRow(SQLModel, table=True):
    """`id` is whose secret it is: a member of staff or a partner. There is a row only while guesses count."""

    __tablename__ = "guesses"
    id: UUID = identity()
    failures: int = column(Integer())
    rests_until: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


PASSKEY, GUESSES = table_of(PasskeyRow), table_of(GuessesRow)
_PASSKEYS: Codec[Passkey] = Codec(Passkey, PasskeyRow)
_GUESSES: Codec[Guesses] = Codec(Guesses, GuessesRow)

_pk, _whose = bindparam("pk", type_=Uuid()), bindparam("whose", type_=Uuid())
_OF_STAFF = Prepared(select(*_PASSKEYS.columns).where(PASSKEY.c.staff_id == _whose).order_by(PASSKEY.c.id))
_BY_CREDENTIAL = _PASSKEYS.find(PASSKEY.c.credential == bindparam("credential", type_=LargeBinary()), lock=True)
_COUNTS = Prepared(select(PASSKEY.c.staff_id, func.count()).group_by(PASSKEY.c.staff_id))
_REMOVE = Prepared(delete(PASSKEY).where(PASSKEY.c.id == _pk, PASSKEY.c.staff_id == _whose))
_REMOVE_ALL = Prepared(delete(PASSKEY).where(PASSKEY.c.staff_id == _whose))
_GUESSES_AT = _GUESSES.find(GUESSES.c.id == _pk)
_HELD = _GUESSES.find(GUESSES.c.id == _pk, lock=True)
_BEGIN = Prepared.upsert(
    lambda insert: (
        insert(GUESSES)
        .values({name: bindparam(name, type_=GUESSES.c[name].type) for name in _GUESSES.names})
        .on_conflict_do_nothing(index_elements=["id"])
    )
)
_FORGET = Prepared(delete(GUESSES).where(GUESSES.c.id == _pk))


class SqlPasskeys(PlainStore[Passkey]):
    codec = _PASSKEYS

    async def of(self, staff: StaffId) -> list[Passkey]:
        return await self._all(_OF_STAFF, {"whose": staff})

    async def by_credential(self, credential: bytes) -> Passkey | None:
        found = await self._all(_BY_CREDENTIAL, {"credential": credential})
        return found[0] if found else None

    async def counts(self) -> dict[StaffId, int]:
        return {StaffId(staff): n for staff, n in await self._lane.rows(_COUNTS, {})}

    async def remove(self, staff: StaffId, id: UUID) -> bool:
        return await self._lane.change(_REMOVE, {"pk": id, "whose": staff}) == 1

    async def remove_all(self, staff: StaffId) -> None:
        await self._lane.change(_REMOVE_ALL, {"whose": staff})


class SqlGuesses(PlainStore[Guesses]):
    codec = _GUESSES

    async def of(self, id: UUID) -> Guesses:
        return await self._found(_GUESSES_AT, id) or Guesses(id)

    async def held(self, id: UUID) -> Guesses:
        """The row is there before it is held, or two first guesses would both be the first."""
        await self._lane.change(_BEGIN, self.codec.values(Guesses(id), self._vault))
        return await self._found(_HELD, id) or Guesses(id)

    async def _found(self, statement: Prepared, id: UUID) -> Guesses | None:
        found = await self._all(statement, {"pk": id})
        return found[0] if found else None

    async def forget(self, id: UUID) -> None:
        await self._lane.change(_FORGET, {"pk": id})
