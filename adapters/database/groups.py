"""What became of each case of a group that was referred in one act."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Uuid, bindparam, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, UTCDateTime, column, identity, one_of
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore
from domain.referrals.group import Became, GroupLine
from domain.values import StaffId


class GroupLineRow(SQLModel, table=True):
    """A case that its writer could not reach stands here by the number they gave, so nothing points to it."""

    __tablename__ = "group_line"
    __table_args__ = (ForeignKeyConstraint(["partner_id"], ["partner.id"]), one_of("became", Became), Index(None, "group_id"))
    id: UUID = identity()
    group_id: UUID = column(Uuid())
    centre: str = column(CENTRE)
    case_id: UUID = column(Uuid())
    partner_id: UUID = column(Uuid())
    made_by: UUID = column(Uuid())
    made_at: datetime = column(UTCDateTime())
    became: str = column(WORD)
    referral_id: UUID | None = column(Uuid(), nullable=True)
    rule: str = column(WORD)
    says: str = column(String(300))
    next: str = column(String(300))


LINE = table_of(GroupLineRow)
LINES: Codec[GroupLine] = Codec(GroupLine, GroupLineRow)
_OF = Prepared(
    select(*LINES.columns)
    .where(LINE.c.group_id == bindparam("group", type_=Uuid()), LINE.c.made_by == bindparam("whose", type_=Uuid()))
    .order_by(LINE.c.id)
)


class SqlGroups(PlainStore[GroupLine]):
    codec = LINES

    async def lines(self, group: UUID, made_by: StaffId) -> list[GroupLine]:
        return await self._all(_OF, {"group": group, "whose": made_by})
