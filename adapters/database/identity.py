"""Centres, staff and their sign-ins."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel

from adapters.database.account import PASSKEY
from adapters.database.codec import Codec, table_of
from adapters.database.lanes import ANYWHERE, Driver
from adapters.database.partners import PARTNER
from adapters.database.schema import CENTRE, WORD, Sealed, Several, Shows, UTCDateTime, Words, among, column, identity, moment, one_of
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore
from domain.errors import NotFound
from domain.identity import PARTNER_PEOPLE, Actor, Role, Staff
from domain.partners.hours import Opening
from domain.ports import Centre
from domain.sessions import Live, SignIn
from domain.values import CentreCode, Language, PartnerId, StaffId


class CentreRow(SQLModel, table=True):
    __tablename__ = "centre"
    code: str = column(CENTRE, Shows.public, primary_key=True)
    name: str = column(String(200), Shows.public)
    phone: str = column(String(40), Shows.public)
    serves: bool = column(Boolean())
    hours: str = column(Words(), Shows.public)


_people = ", ".join(f"'{role.value}'" for role in PARTNER_PEOPLE)


class StaffRow(SQLModel, table=True):
    __tablename__ = "staff"
    __table_args__ = (
        one_of("role", Role),
        one_of("language", Language),
        # A partner's people belong to one partner, and nobody else does.
        CheckConstraint(f"(role IN ({_people})) = (partner_id IS NOT NULL)", name="of_partner"),
        ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        Index(None, "partner_id"),
    )
    id: UUID = identity()
    username: str = column(String(100), Shows.internal, unique=True)
    name: str = column(String(200), Shows.internal)
    role: str = column(WORD)
    centres: str = column(Words())
    password: str = column(String(200), Shows.secret)
    language: str = column(WORD)
    totp: bytes | None = column(Text(), Shows.secret, sealed=Sealed.house, nullable=True)
    totp_step: int = column(Integer())
    active: bool = column(Boolean())
    must_change_password: bool = column(Boolean())
    password_until: datetime | None = column(UTCDateTime(), nullable=True)
    epoch: int = column(Integer())
    sample: bool = column(Boolean())
    version: int = column(Integer())
    partner_id: UUID | None = column(Uuid(), nullable=True)
    placed_at: datetime | None = column(UTCDateTime(), nullable=True)


class SignInRow(SQLModel, table=True):
    __tablename__ = "sign_in"
    __table_args__ = (one_of("role", Role), Index(None, "family"), Index(None, "principal", "started_at"))
    id: UUID = identity()
    principal: UUID = column(Uuid())
    role: str = column(WORD)
    family: UUID = column(Uuid())
    refresh: bytes = column(LargeBinary(), Shows.secret)
    refreshed: int = column(Integer())
    started_at: datetime = column(UTCDateTime())
    ends_at: datetime = column(UTCDateTime())
    ended_at: datetime | None = column(UTCDateTime(), nullable=True)
    seen_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


CENTRES = table_of(CentreRow)
STAFF = table_of(StaffRow)
SIGN_IN = table_of(SignInRow)
_STAFF: Codec[Staff] = Codec(Staff, StaffRow)
_SIGN_INS: Codec[SignIn] = Codec(SignIn, SignInRow)

_CENTRE_COLUMNS = (CENTRES.c.code, CENTRES.c.name, CENTRES.c.phone, CENTRES.c.serves, CENTRES.c.hours)
_ALL_CENTRES = Prepared(select(*_CENTRE_COLUMNS).order_by(CENTRES.c.code))
_CENTRE = Prepared(select(*_CENTRE_COLUMNS).where(CENTRES.c.code == bindparam("code")))
_SET_HOURS = Prepared(
    update(CENTRES).where(CENTRES.c.code == bindparam("which")).values(hours=bindparam("its", type_=CENTRES.c.hours.type))
)
_ADD_CENTRE = Prepared(insert(CENTRES).values({c.name: bindparam(c.name, type_=c.type) for c in _CENTRE_COLUMNS}))
_ONE_STAFF = _STAFF.find(STAFF.c.id == bindparam("pk", type_=Uuid()), lock=True)
_BY_NAME = _STAFF.find(STAFF.c.username == bindparam("username"), lock=True)
_ALL_STAFF = Prepared(select(*_STAFF.columns).order_by(STAFF.c.username))
_CALLED = Prepared(select(STAFF.c.name).where(STAFF.c.id == bindparam("pk", type_=Uuid())))
_OF_PARTNER = Prepared(select(*_STAFF.columns).where(STAFF.c.partner_id == bindparam("partner", type_=Uuid())).order_by(STAFF.c.username))
_ADMINS = Prepared(
    select(*_STAFF.columns).where(STAFF.c.role == Role.admin.value, STAFF.c.active).order_by(STAFF.c.id).with_for_update(of=STAFF)
)
_WITH_ROLE = Prepared(
    select(STAFF.c.id, STAFF.c.centres).where(among(STAFF.c.role, bindparam("roles", type_=Several(String()))), STAFF.c.active)
)
_whose = bindparam("whose", type_=Uuid())
_ONE_SIGN_IN = _SIGN_INS.find(SIGN_IN.c.id == bindparam("pk", type_=Uuid()), lock=True)
_END = update(SIGN_IN).where(SIGN_IN.c.ended_at.is_(None)).values(ended_at=bindparam("at", type_=UTCDateTime()))
_END_FAMILY = Prepared(_END.where(SIGN_IN.c.family == bindparam("family_id", type_=Uuid())))
_END_ALL = Prepared(_END.where(SIGN_IN.c.principal == _whose))
_END_ONE = Prepared(_END.where(SIGN_IN.c.id == bindparam("pk", type_=Uuid()), SIGN_IN.c.principal == _whose))
_END_OTHERS = Prepared(_END.where(SIGN_IN.c.principal == _whose, SIGN_IN.c.id != bindparam("but", type_=Uuid())))
_SEEN = Prepared(update(SIGN_IN).where(SIGN_IN.c.id == bindparam("pk", type_=Uuid())).values(seen_at=bindparam("at", type_=UTCDateTime())))
_OPEN_OF = Prepared(
    select(*_SIGN_INS.columns)
    .where(SIGN_IN.c.principal == _whose, SIGN_IN.c.ended_at.is_(None), SIGN_IN.c.ends_at > moment())
    .order_by(SIGN_IN.c.started_at.desc())
)
# One step of the index for each: whoever signs in every day has thousands of rows.
_LATEST = Prepared(
    select(
        STAFF.c.id,
        select(func.max(SIGN_IN.c.started_at)).where(SIGN_IN.c.principal == STAFF.c.id).correlate(STAFF).scalar_subquery(),
    )
)
_LAST_TWO = Prepared(select(SIGN_IN.c.started_at).where(SIGN_IN.c.principal == _whose).order_by(SIGN_IN.c.started_at.desc()).limit(2))
# Whoever belongs to a partner is out as soon as the partner is.
_theirs = PARTNER.alias("theirs")
_OPEN = or_(STAFF.c.partner_id.is_(None), exists().where(and_(_theirs.c.id == STAFF.c.partner_id, _theirs.c.active)))
_LIVE = Prepared(
    select(
        SIGN_IN.c.id,
        SIGN_IN.c.principal,
        STAFF.c.role,
        STAFF.c.centres,
        STAFF.c.name,
        STAFF.c.language,
        STAFF.c.must_change_password,
        STAFF.c.epoch,
        PARTNER.c.id,
        func.coalesce(SIGN_IN.c.seen_at, SIGN_IN.c.started_at, type_=UTCDateTime()),
        or_(STAFF.c.totp.is_not(None), exists().where(PASSKEY.c.staff_id == STAFF.c.id)),
        SIGN_IN.c.ends_at,
        STAFF.c.partner_id,
    )
    .select_from(
        SIGN_IN.outerjoin(STAFF, (STAFF.c.id == SIGN_IN.c.principal) & STAFF.c.active & _OPEN).outerjoin(
            PARTNER, (PARTNER.c.id == SIGN_IN.c.principal) & PARTNER.c.active
        )
    )
    .where(
        among(SIGN_IN.c.id, bindparam("sessions", type_=Several(Uuid()))),
        SIGN_IN.c.ended_at.is_(None),
        SIGN_IN.c.ends_at > moment(),
        or_(STAFF.c.id.is_not(None), PARTNER.c.id.is_not(None)),
    )
)


class SqlStaff(PlainStore[Staff]):
    codec = _STAFF

    async def get(self, id: StaffId) -> Staff:
        return await self._one(_ONE_STAFF, {"pk": id})

    async def by_username(self, username: str) -> Staff | None:
        found = await self._all(_BY_NAME, {"username": username})
        return found[0] if found else None

    async def all(self) -> list[Staff]:
        return await self._all(_ALL_STAFF, {})

    async def admins(self) -> list[Staff]:
        return await self._all(_ADMINS, {})

    async def of_partner(self, partner: PartnerId) -> list[Staff]:
        return await self._all(_OF_PARTNER, {"partner": partner})

    async def called(self, id: StaffId) -> str:
        return next((str(name) for (name,) in await self._lane.rows(_CALLED, {"pk": id})), "")

    async def with_role(self, centre: CentreCode, *roles: Role) -> tuple[StaffId, ...]:
        rows = await self._lane.rows(_WITH_ROLE, {"roles": roles})
        return tuple(id for id, centres in rows if centre in centres)

    async def add_centre(self, centre: Centre) -> None:
        its = {"code": centre.code, "name": centre.name, "phone": centre.phone, "serves": centre.serves, "hours": centre.hours}
        self._lane.later(_ADD_CENTRE, its)

    async def set_hours(self, centre: CentreCode, hours: tuple[Opening, ...]) -> None:
        if not await self._lane.change(_SET_HOURS, {"which": centre, "its": hours}):
            raise NotFound()

    async def centres(self) -> list[Centre]:
        return [_centre(row) for row in await self._lane.rows(_ALL_CENTRES, {})]

    async def centre(self, code: CentreCode) -> Centre:
        rows = await self._lane.rows(_CENTRE, {"code": code})
        if not rows:
            raise NotFound()
        return _centre(rows[0])


def _centre(row: tuple[Any, ...]) -> Centre:
    return Centre(row[0], row[1], row[2], bool(row[3]), tuple(map(Opening.parse, row[4])))


class SqlSignIns(PlainStore[SignIn]):
    codec = _SIGN_INS

    async def get(self, id: UUID) -> SignIn:
        return await self._one(_ONE_SIGN_IN, {"pk": id})

    async def end_family(self, family: UUID, at: datetime) -> None:
        await self._lane.change(_END_FAMILY, {"family_id": family, "at": at})

    async def end_all(self, principal: UUID, at: datetime) -> None:
        await self._lane.change(_END_ALL, {"whose": principal, "at": at})

    async def end_one(self, principal: UUID, id: UUID, at: datetime) -> bool:
        return await self._lane.change(_END_ONE, {"whose": principal, "pk": id, "at": at}) == 1

    async def end_others(self, principal: UUID, but: UUID, at: datetime) -> None:
        await self._lane.change(_END_OTHERS, {"whose": principal, "but": but, "at": at})

    async def seen(self, id: UUID, at: datetime) -> None:
        await self._lane.change(_SEEN, {"pk": id, "at": at})

    async def open_of(self, principal: UUID) -> list[SignIn]:
        return await self._all(_OPEN_OF, {"whose": principal})

    async def latest(self) -> dict[UUID, datetime]:
        return {id: at for id, at in await self._lane.rows(_LATEST, {}) if at is not None}

    async def last_two(self, principal: UUID) -> tuple[datetime, ...]:
        return tuple(at for (at,) in await self._lane.rows(_LAST_TWO, {"whose": principal}))


class SqlSessionViews:
    """Asked on every request: those that arrive together are answered by one statement, over primary keys, that opens nothing sealed."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._asked: set[UUID] = set()
        self._round: asyncio.Task[dict[UUID, Live]] | None = None

    async def live(self, session: UUID) -> Live | None:
        self._asked.add(session)
        if self._round is None:
            self._round = asyncio.create_task(self._look())
        return (await asyncio.shield(self._round)).get(session)

    async def _look(self) -> dict[UUID, Live]:
        """Whoever asks after this has begun waits for the next round: nobody is told of a moment before they asked."""
        asked, self._asked, self._round = self._asked, set(), None
        async with self._driver.reading(ANYWHERE) as lane:
            rows = await lane.rows(_LIVE, {"sessions": list(asked)})
        return {row[0]: _live(row) for row in rows}


def _live(row: tuple[Any, ...]) -> Live:
    session, principal, role, centres, name, language, must_change, epoch, partner, seen_at, factor, until, of = row
    if partner is not None:
        return Live(Actor(partner, Role.partner, (), session, partner), 1, seen_at, False)
    actor = Actor(principal, Role(role), centres, session, of, name, Language(language), bool(must_change), until=until)
    return Live(actor, epoch, seen_at, bool(factor))
