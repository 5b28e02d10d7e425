"""Transfers between centres: one row that both centres see, its words sealed with the client's key.

Decision. Context: row-level security shows a centre its own rows, and a transfer is two centres'; the client's key stays with the centre
that has the client. Choice: this table's policy lets in either of its two centres (`guards.py`), and the keys to what a reader may see are
fetched by a second question that asks for nothing else. Price: a list of transfers is two questions, and a key leaves its centre's wall
for a client whom the reader knows by number alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, ForeignKeyConstraint, Index, Integer, String, Uuid, and_, bindparam, not_, or_, select, text
from sqlmodel import SQLModel

from adapters.database.clients import CLIENT
from adapters.database.codec import Codec, table_of
from adapters.database.keys import KEY
from adapters.database.lanes import EVERYWHERE, centres_setting
from adapters.database.schema import CENTRE, WORD, Sealed, Several, Shows, UTCDateTime, among, column, identity, one_of
from adapters.database.scope import bound, client_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from domain.errors import NotFound
from domain.identity import Scope
from domain.partners.times import Urgency
from domain.transfers.doors import Direction
from domain.transfers.record import Transfer
from domain.transfers.steps import TransferState
from domain.values import ClientId, TransferId

_requested = text("state = 'requested'")
_ticking = text("clock_at IS NOT NULL")


class TransferRow(SQLModel, table=True):
    """It points to client and case wherever they are, so not by their centre."""

    __tablename__ = "transfer"
    __table_args__ = (
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        ForeignKeyConstraint(["to_centre"], ["centre.code"]),
        ForeignKeyConstraint(["client_id"], ["client.id"]),
        ForeignKeyConstraint(["case_id"], ["case.id"]),
        one_of("urgency", Urgency),
        one_of("state", TransferState),
        Index(None, "centre", "id"),
        Index(None, "to_centre", "state", "id"),
        Index(None, "client_id", "id"),
        Index("ix_transfer_waiting", "client_id", unique=True, postgresql_where=_requested, sqlite_where=_requested),
        Index("ix_transfer_clock", "clock_at", postgresql_where=_ticking, sqlite_where=_ticking),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    to_centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    number: str = column(String(20), Shows.personal)
    urgency: str = column(WORD)
    state: str = column(WORD)
    told: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    asked_by: UUID = column(Uuid())
    holder_id: UUID = column(Uuid())
    asked_at: datetime = column(UTCDateTime())
    answer_by: datetime = column(UTCDateTime())
    expires_at: datetime = column(UTCDateTime())
    working_time: bool = column(Boolean())
    clock_at: datetime | None = column(UTCDateTime(), nullable=True)
    reply: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    answered_by: UUID | None = column(Uuid(), nullable=True)
    answered_at: datetime | None = column(UTCDateTime(), nullable=True)
    taken_by: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())


TRANSFER = table_of(TransferRow)
TRANSFERS: Codec[Transfer] = Codec(Transfer, TransferRow)

_pk = bindparam("pk", type_=Uuid())
_n = bindparam("n", type_=Integer())
_after = bindparam("after", type_=Uuid())
_state = TRANSFER.c.state == bindparam("state", type_=String())
_me = bindparam("scope_staff", type_=Uuid())
_own_only = bindparam("scope_assigned", type_=Boolean())


def _ours(which: str) -> ColumnElement[Any]:
    return among(TRANSFER.c[which], bindparam("scope_centres", type_=Several(String())))


SENT = and_(_ours("centre"), or_(not_(_own_only), TRANSFER.c.asked_by == _me, TRANSFER.c.holder_id == _me))
"""Whoever reaches only their own sees what they asked for, or whose case they held; whoever answers for the centre, all of its."""
RECEIVED = and_(not_(_own_only), _ours("to_centre"))
"""For those who answer for the centre that is asked."""
EITHER = or_(SENT, RECEIVED)
_SIDES = {Direction.sent: SENT, Direction.received: RECEIVED}
_row = select(*TRANSFERS.columns)
_ONE = Prepared(_row.where(TRANSFER.c.id == _pk, EITHER))
WAITING = and_(RECEIVED, TRANSFER.c.state == TransferState.requested.value)
_WAITING = Prepared(_row.where(WAITING).order_by(TRANSFER.c.answer_by, TRANSFER.c.id).limit(_n))
_PAGE = {
    (direction, stated, paged): Prepared(
        _row.where(side, *([_state] if stated else []), *([TRANSFER.c.id < _after] if paged else []))
        .order_by(TRANSFER.c.id.desc())
        .limit(_n)
    )
    for direction, side in _SIDES.items()
    for stated in (False, True)
    for paged in (False, True)
}
_OF_CLIENT = Prepared(
    _row.select_from(TRANSFER.join(CLIENT, CLIENT.c.id == TRANSFER.c.client_id))
    .where(TRANSFER.c.client_id == _pk, client_in_scope(CLIENT))
    .order_by(TRANSFER.c.id.desc())
)
_KEYS = Prepared(select(KEY.c.id, KEY.c.wrapped).where(among(KEY.c.id, bindparam("ids", type_=Several(Uuid())))))
_CLIENT = TRANSFERS.names.index("client_id")


class SqlTransferViews(Reader):
    async def _opened(self, rows: Sequence[Sequence[Any]]) -> list[Transfer]:
        """Without those of erased clients: there is nothing left to show of them."""
        if not rows:
            return []
        async with self._driver.reading(EVERYWHERE) as lane:
            keys = dict(await lane.rows(_KEYS, {"ids": sorted({row[_CLIENT] for row in rows})}))
        return [TRANSFERS.record(row, self._vault, keys[row[_CLIENT]]) for row in rows if row[_CLIENT] in keys]

    async def _found(self, statement: Prepared, scope: Scope, **values: Any) -> list[Transfer]:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(statement, {**bound(scope), **values})
        return await self._opened(rows)

    async def one(self, scope: Scope, id: TransferId) -> Transfer:
        found = await self._found(_ONE, scope, pk=id)
        if not found:
            raise NotFound()
        return found[0]

    async def waiting(self, scope: Scope, limit: int) -> list[Transfer]:
        return await self._found(_WAITING, scope, n=limit)

    async def page(self, scope: Scope, direction: Direction, state: TransferState | None, limit: int, after: UUID | None) -> list[Transfer]:
        statement = _PAGE[direction, state is not None, after is not None]
        return await self._found(statement, scope, state=state, n=limit, after=after)

    async def of_client(self, scope: Scope, client: ClientId) -> list[Transfer]:
        return await self._found(_OF_CLIENT, scope, pk=client)
