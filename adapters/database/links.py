"""Links for agencies without software: found by the fingerprint of what was mailed, never by anything that opens them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, LargeBinary, String, Uuid, bindparam, select
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.referrals import REFERRAL
from adapters.database.schema import CENTRE, Shows, UTCDateTime, column, identity, of_centre
from adapters.database.scope import bound, case_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, by_id
from domain.identity import Scope
from domain.referrals.links import Link
from domain.values import PartnerId, ReferralId


class LinkRow(SQLModel, table=True):
    __tablename__ = "link"
    __table_args__ = (
        of_centre("client", "client_id"),
        ForeignKeyConstraint(["referral_id"], ["referral.id"]),
        ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        Index(None, "referral_id"),
        Index(None, "client_id"),
        ForeignKeyConstraint(["incoming_id"], ["incoming.id"]),
        Index(None, "visit"),
        Index(None, "incoming_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID | None = column(Uuid(), nullable=True)
    referral_id: UUID | None = column(Uuid(), nullable=True)
    partner_id: UUID = column(Uuid())
    ref: str = column(String(60))
    token: bytes = column(LargeBinary(), Shows.secret, unique=True)
    made_at: datetime = column(UTCDateTime())
    ends_at: datetime = column(UTCDateTime())
    code: bytes | None = column(LargeBinary(), Shows.secret, nullable=True)
    code_at: datetime | None = column(UTCDateTime(), nullable=True)
    codes: int = column(Integer())
    tries: int = column(Integer())
    visit: bytes | None = column(LargeBinary(), Shows.secret, nullable=True)
    visit_until: datetime | None = column(UTCDateTime(), nullable=True)
    opened_at: datetime | None = column(UTCDateTime(), nullable=True)
    renewed_at: datetime | None = column(UTCDateTime(), nullable=True)
    revoked_at: datetime | None = column(UTCDateTime(), nullable=True)
    incoming_id: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())


LINK = table_of(LinkRow)
LINKS: Codec[Link] = Codec(Link, LinkRow)

_pk, _at = bindparam("pk", type_=Uuid()), bindparam("at", type_=UTCDateTime())
_token = LINK.c.token == bindparam("token", type_=LargeBinary())
_LOOK, _HOLD = LINKS.find(_token), LINKS.find(_token, lock=True)
_others = (LINK.c.id != bindparam("but", type_=Uuid()), LINK.c.revoked_at.is_(None), LINK.c.ends_at > _at)
_TO_REFERRAL = LINKS.find(LINK.c.referral_id == _pk, *_others, lock=True)
_TO_SENT = LINKS.find(LINK.c.incoming_id == _pk, *_others, lock=True)
_HELD = LINKS.find(LINK.c.id == _pk, lock=True)
_inviting = (LINK.c.referral_id.is_(None), in_centres(LINK))
_INVITATION = LINKS.find(LINK.c.id == _pk, *_inviting, lock=True)
_after = bindparam("after", type_=Uuid())
_INVITATIONS = {
    paged: Prepared(
        select(*LINKS.columns)
        .where(*_inviting, *([LINK.c.id < _after] if paged else []))
        .order_by(LINK.c.id.desc())
        .limit(bindparam("n", type_=Integer()))
    )
    for paged in (False, True)
}
_OF_REFERRAL = Prepared(
    select(*LINKS.columns)
    .select_from(LINK.join(REFERRAL, REFERRAL.c.id == LINK.c.referral_id).join(CASE, CASE.c.id == REFERRAL.c.case_id))
    .where(LINK.c.referral_id == _pk, case_in_scope(CASE))
    .order_by(LINK.c.id.desc())
    .with_for_update(of=LINK)
)
_VISITED = Prepared(
    select(LINK.c.id)
    .where(
        LINK.c.visit == bindparam("visit", type_=LargeBinary()),
        LINK.c.partner_id == bindparam("whose", type_=Uuid()),
        LINK.c.visit_until > _at,
        LINK.c.revoked_at.is_(None),
    )
    .limit(1)
)


class SqlLinks(PlainStore[Link]):
    codec = LINKS

    async def look(self, token: bytes) -> Link:
        return await self._one(_LOOK, {"token": token})

    async def hold(self, token: bytes) -> Link:
        return await self._one(_HOLD, {"token": token})

    async def of_referral(self, scope: Scope, id: ReferralId) -> list[Link]:
        return await self._all(_OF_REFERRAL, by_id(bound(scope), id))

    async def beside(self, link: Link, at: datetime) -> list[Link]:
        to = _TO_REFERRAL if link.referral_id else _TO_SENT
        return await self._all(to, {"pk": link.referral_id or link.incoming_id, "but": link.id, "at": at})

    async def held(self, id: UUID) -> Link:
        return await self._one(_HELD, {"pk": id})

    async def invitation(self, scope: Scope, id: UUID) -> Link:
        return await self._one(_INVITATION, by_id(bound(scope), id))

    async def invitations(self, scope: Scope, limit: int, after: UUID | None) -> list[Link]:
        return await self._all(_INVITATIONS[after is not None], {**bound(scope), "n": limit, "after": after})

    async def visited(self, visit: bytes, partner: PartnerId, at: datetime) -> bool:
        return bool(await self._lane.rows(_VISITED, {"visit": visit, "whose": partner, "at": at}))
