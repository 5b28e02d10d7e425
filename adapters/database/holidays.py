"""Days on which desks are closed. They are some dozens a year, read whole when a clock starts."""

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKeyConstraint, Index, String, Uuid, bindparam, delete, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.schema import Shows, column, identity
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore
from domain.partners.holidays import Holiday


class HolidayRow(SQLModel, table=True):
    __tablename__ = "holiday"
    __table_args__ = (ForeignKeyConstraint(["partner_id"], ["partner.id"]), Index(None, "day"))
    id: UUID = identity()
    day: date = column(Date(), Shows.public)
    name: str = column(String(200), Shows.public)
    source: str = column(String(200), Shows.public)
    verified: bool = column(Boolean(), Shows.public)
    partner_id: UUID | None = column(Uuid(), nullable=True)


HOLIDAY = table_of(HolidayRow)
HOLIDAYS: Codec[Holiday] = Codec(Holiday, HolidayRow)

_id = bindparam("pk", type_=Uuid())
_ALL = Prepared(select(*HOLIDAYS.columns).order_by(HOLIDAY.c.day, HOLIDAY.c.id))
_ONE = HOLIDAYS.find(HOLIDAY.c.id == _id, lock=True)
_REMOVE = Prepared(delete(HOLIDAY).where(HOLIDAY.c.id == _id))


class SqlHolidays(PlainStore[Holiday]):
    codec = HOLIDAYS

    async def all(self) -> list[Holiday]:
        return await self._all(_ALL, {})

    async def one(self, id: UUID) -> Holiday:
        return await self._one(_ONE, {"pk": id})

    async def remove(self, holiday: Holiday) -> None:
        await self._lane.change(_REMOVE, {"pk": holiday.id})
