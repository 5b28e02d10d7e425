"""Incoming referrals: sealed under a key of their own, seen within a centre, and by reference by the partner that sent them."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlmodel import SQLModel

from adapters.database.clients import CLIENT
from adapters.database.codec import Codec, table_of
from adapters.database.keys import _ADD as ADD_KEY
from adapters.database.keys import KEY
from adapters.database.lanes import Lane
from adapters.database.partners import PARTNER
from adapters.database.schema import CENTRE, WORD, Sealed, Several, Shows, UTCDateTime, among, column, identity, of_centre, one_of
from adapters.database.scope import bound, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Waiting, by_id, keyed
from domain.identity import Scope
from domain.incoming.doors import IncomingFilter, IncomingWaits, SentLine
from domain.incoming.record import Incoming, Talk, Told
from domain.incoming.steps import CLOCKED, IncomingState
from domain.partners.declining import DeclineCode
from domain.partners.times import Urgency
from domain.secrecy import KeyVault
from domain.values import CentreCode, IncomingId, PartnerId

_CLOCKED = text(f"state IN ({', '.join(repr(str(state)) for state in sorted(CLOCKED))})")


class IncomingRow(SQLModel, table=True):
    __tablename__ = "incoming"
    __table_args__ = (
        of_centre("client", "client_id"),
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        one_of("urgency", Urgency),
        one_of("state", IncomingState),
        one_of("decline_code", DeclineCode, nullable=True),
        Index(None, "centre", "state", "id"),
        Index(None, "partner_id", "id"),
        Index(None, "client_id"),
        Index("ix_incoming_rests", "rests_at", postgresql_where=text("cleared_at IS NULL"), sqlite_where=text("cleared_at IS NULL")),
        Index("ix_incoming_owed", "centre", "answer_by", postgresql_where=_CLOCKED, sqlite_where=_CLOCKED),
        Index("ix_incoming_clock", "clock_at", postgresql_where=text("clock_at IS NOT NULL"), sqlite_where=text("clock_at IS NOT NULL")),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    partner_id: UUID = column(Uuid())
    ref: str = column(String(60), unique=True)
    urgency: str = column(WORD)
    state: str = column(WORD)
    told: bytes = column(String(), Shows.personal, sealed=Sealed.subject)
    came_at: datetime = column(UTCDateTime())
    talk: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    answer_by: datetime | None = column(UTCDateTime(), nullable=True)
    clock_at: datetime | None = column(UTCDateTime(), nullable=True)
    working_time: bool = column(Boolean())
    handled_by: UUID | None = column(Uuid(), nullable=True)
    client_id: UUID | None = column(Uuid(), nullable=True)
    sequence: int = column(Integer())
    rests_at: datetime | None = column(UTCDateTime(), nullable=True)
    cleared_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())
    decline_code: str | None = column(WORD, nullable=True)


INCOMING = table_of(IncomingRow)
INCOMINGS: Codec[Incoming] = Codec(Incoming, IncomingRow)

_pk = bindparam("pk", type_=Uuid())
_n = bindparam("n", type_=Integer())
_after = bindparam("after", type_=Uuid())
_states = among(INCOMING.c.state, bindparam("states", type_=Several(String())))
_whose = INCOMING.c.partner_id == bindparam("whose", type_=Uuid())
_bare = keyed(INCOMINGS, "id")
# Whoever was sent to us is as restricted as the client they became.
_became = select(CLIENT.c.id).where(CLIENT.c.id == INCOMING.c.client_id).correlate(INCOMING)
_seen = and_(in_centres(INCOMING), or_(INCOMING.c.client_id.is_(None), exists(_became.where(client_in_scope(CLIENT)))))
_scoped = _bare.where(_seen)
# As it stands in the index.
LATE_OF_OURS = and_(
    INCOMING.c.answer_by.between(bindparam("day_began", type_=UTCDateTime()), bindparam("late_at", type_=UTCDateTime())),
    or_(*(INCOMING.c.state == literal_column(f"'{state}'") for state in sorted(CLOCKED))),
)
"""Answers of ours whose time has ended since the day began."""
_SEE = Prepared(_scoped.where(INCOMING.c.id == _pk))
_HOLD = Prepared(_scoped.where(INCOMING.c.id == _pk).with_for_update(of=INCOMING))
_WAITING = Prepared(_scoped.where(_states).order_by(INCOMING.c.answer_by, INCOMING.c.id).limit(_n))
OWED = Prepared(
    select(
        *(INCOMING.c[name] for name in ("id", "centre", "client_id")),
        PARTNER.c.name,
        *(INCOMING.c[name] for name in ("urgency", "state", "answer_by")),
        func.count().over(),
    )
    .select_from(INCOMING.join(PARTNER, PARTNER.c.id == INCOMING.c.partner_id))
    .where(_seen, _states)
    .order_by(INCOMING.c.answer_by, INCOMING.c.id)
    .limit(_n)
)
_declined = INCOMING.c.state == IncomingState.declined.value
_NARROWED: dict[str, ColumnElement[Any]] = {
    "states": _states,
    "decline_code": and_(_declined, INCOMING.c.decline_code == bindparam("decline_code")),
    "code_unsaid": and_(_declined, INCOMING.c.decline_code.is_(None)),
    "came_from": INCOMING.c.came_at >= bindparam("came_from", type_=UTCDateTime()),
    "came_before": INCOMING.c.came_at < bindparam("came_before", type_=UTCDateTime()),
    "after": INCOMING.c.id < _after,
}


@cache
def _page(names: tuple[str, ...]) -> Prepared:
    """One statement for each way of narrowing, made when it is first asked for."""
    return Prepared(_scoped.where(*(_NARROWED[name] for name in names)).order_by(INCOMING.c.id.desc()).limit(_n))


_FOR_PARTNER = Prepared(_bare.where(INCOMING.c.ref == bindparam("ref"), _whose).with_for_update(of=INCOMING))
_OF_SENDER = Prepared(_bare.where(INCOMING.c.id == _pk, _whose))
_DUE = Prepared(
    _bare.where(INCOMING.c.clock_at <= bindparam("at", type_=UTCDateTime()))
    .order_by(INCOMING.c.clock_at)
    .limit(_n)
    .with_for_update(of=INCOMING, skip_locked=True)
)
_RESTING = Prepared(
    _bare.where(INCOMING.c.rests_at < bindparam("before", type_=UTCDateTime()), INCOMING.c.cleared_at.is_(None))
    .order_by(INCOMING.c.rests_at)
    .limit(_n)
    .with_for_update(of=INCOMING, skip_locked=True)
)
_line = select(
    *(INCOMING.c[name] for name in ("id", "ref", "centre", "urgency", "state", "answer_by", "sequence")),
).where(_whose)
_OF_PARTNER = {
    paged: Prepared(_line.where(*([INCOMING.c.id < _after] if paged else [])).order_by(INCOMING.c.id.desc()).limit(_n))
    for paged in (False, True)
}
OF_CLIENT = Prepared(select(INCOMING.c.id).where(INCOMING.c.client_id == _pk))
_CENTRE_OF = Prepared(select(INCOMING.c.centre).where(INCOMING.c.id == _pk))
_DROP_KEY = Prepared(delete(KEY).where(KEY.c.id == _pk))
_SILENCE = Prepared(
    update(INCOMING)
    .where(INCOMING.c.id == _pk)
    .values(told=bindparam("nothing"), talk=bindparam("no_talk"), version=INCOMING.c.version + 1)
)


def owed_line(row: tuple[Any, ...], at: datetime) -> IncomingWaits:
    id, centre, client, partner, urgency, state, by, _ = row
    return IncomingWaits(id, centre, client, partner, Urgency(urgency), IncomingState(state), by, by is not None and by < at)


class SqlIncoming(Waiting[Incoming]):
    codec = INCOMINGS
    subject = "id"

    async def get(self, scope: Scope, id: IncomingId) -> Incoming:
        return await self._one(_HOLD, by_id(bound(scope), id))

    async def for_partner(self, partner: PartnerId, ref: str) -> Incoming:
        return await self._one(_FOR_PARTNER, {"ref": ref, "whose": partner})

    async def of_sender(self, partner: PartnerId, id: IncomingId) -> Incoming:
        return await self._one(_OF_SENDER, {"pk": id, "whose": partner})

    async def add(self, record: Incoming) -> None:
        wrapped = self._keys.make(record.id, record.centre)
        self._lane.later(self.codec.insert, self.codec.values(record, self._vault, wrapped))
        self._waits.move(record)

    async def due(self, at: datetime, limit: int) -> list[Incoming]:
        return await self._all(_DUE, {"at": at, "n": limit})

    async def resting(self, before: datetime, limit: int) -> list[Incoming]:
        return await self._all(_RESTING, {"before": before, "n": limit})

    async def shred(self, id: IncomingId) -> None:
        await shred_incoming(self._lane, self._vault, id)


class SqlIncomingViews(Reader):
    async def one(self, scope: Scope, id: IncomingId) -> Incoming:
        return await self._record(INCOMINGS, _SEE, scope, pk=id)

    async def waiting(self, scope: Scope, limit: int) -> list[Incoming]:
        return await self._records(INCOMINGS, _WAITING, scope, states=sorted(CLOCKED), n=limit)

    async def page(self, scope: Scope, wanted: IncomingFilter, limit: int, after: UUID | None) -> list[Incoming]:
        asked: dict[str, Any] = {
            "decline_code": wanted.decline_code,
            "code_unsaid": wanted.code_unsaid or None,
            "came_from": wanted.came_from,
            "came_before": wanted.came_before,
            "after": after,
        }
        values = {name: value for name, value in asked.items() if value is not None}
        values["states"] = sorted(IncomingState) if wanted.state is None else [wanted.state]
        statement = _page(tuple(name for name in _NARROWED if name in values))
        return await self._records(INCOMINGS, statement, scope, **values, n=limit)

    async def of_partner(self, partner: PartnerId, limit: int, after: UUID | None) -> list[tuple[UUID, SentLine]]:
        values: dict[str, Any] = {"whose": partner, "n": limit, "after": after}
        async with self._driver.reading("*") as lane:
            rows = await lane.rows(_OF_PARTNER[after is not None], values)
        return [(row[0], SentLine(row[1], CentreCode(row[2]), Urgency(row[3]), IncomingState(row[4]), row[5], row[6])) for row in rows]


async def shred_incoming(lane: Lane, vault: KeyVault, id: UUID) -> bool:
    """It stays as one about nobody, under a new key: what was said went with the old key."""
    rows = await lane.rows(_CENTRE_OF, {"pk": id})
    if not rows:
        return False
    wrapped = vault.new_key()
    await lane.change(_DROP_KEY, {"pk": id})
    await lane.change(ADD_KEY, {"id": id, "centre": rows[0][0], "wrapped": wrapped})
    seals = INCOMINGS.seals
    said = {"nothing": seals["told"].close(vault, wrapped, id, Told()), "no_talk": seals["talk"].close(vault, wrapped, id, Talk())}
    await lane.change(_SILENCE, {"pk": id, **said})
    return True
