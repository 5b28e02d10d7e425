"""The table of made-up referrals, and how everything that counts messages leaves theirs out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, Integer, String, Uuid, exists, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.schema import WORD, Sealed, Shows, UTCDateTime, column, identity
from domain.referrals.sandbox import SandboxReferral


class SandboxRow(SQLModel, table=True):
    __tablename__ = "sandbox_referral"
    __table_args__ = (ForeignKeyConstraint(["partner_id"], ["partner.id"]), Index(None, "partner_id", "id"))
    id: UUID = identity()
    partner_id: UUID = column(Uuid())
    ref: str = column(String(60), unique=True)
    person: int = column(Integer())
    made_at: datetime = column(UTCDateTime())
    state: str = column(WORD)
    clock_at: datetime | None = column(UTCDateTime(), nullable=True)
    # The person is invented, but what a partner types into a note may not be.
    referral: bytes = column(String(), Shows.sensitive, sealed=Sealed.house)
    version: int = column(Integer())


SANDBOX = table_of(SandboxRow)
SANDBOXES: Codec[SandboxReferral] = Codec(SandboxReferral, SandboxRow)


def made_up(subject: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a message is about a made-up referral: no figure counts it."""
    return exists(select(SANDBOX.c.id).where(SANDBOX.c.id == subject))
