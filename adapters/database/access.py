"""The rows that visibility is made of: who is assigned to what, and whose glass is broken until when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, Text, Uuid
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, Sealed, Shows, UTCDateTime, column, identity, of_centre
from domain.audit import BreakGlass
from domain.cases import Assignment


class AssignmentRow(SQLModel, table=True):
    __tablename__ = "assignment"
    __table_args__ = (of_centre("case", "case_id"), Index(None, "case_id", "staff_id"), Index(None, "client_id", "staff_id"))
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    staff_id: UUID = column(Uuid())
    since: datetime = column(UTCDateTime())
    until: datetime | None = column(UTCDateTime(), nullable=True)
    reason: str = column(Text())


class BreakGlassRow(SQLModel, table=True):
    __tablename__ = "break_glass"
    __table_args__ = (of_centre("client", "client_id"), Index(None, "client_id", "staff_id"))
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    staff_id: UUID = column(Uuid())
    reason: bytes = column(Text(), Shows.sensitive, sealed=Sealed.subject)
    broken_at: datetime = column(UTCDateTime())
    ends_at: datetime = column(UTCDateTime())
    review_by: datetime = column(UTCDateTime())
    reviewed_at: datetime | None = column(UTCDateTime(), nullable=True)
    reviewed_by: UUID | None = column(Uuid(), nullable=True)
    finding: bytes = column(Text(), Shows.sensitive, sealed=Sealed.subject)
    version: int = column(Integer())


ASSIGNMENT = table_of(AssignmentRow)
GRANT = table_of(BreakGlassRow)
ASSIGNMENTS = Codec(Assignment, AssignmentRow)
GRANTS = Codec(BreakGlass, BreakGlassRow)
