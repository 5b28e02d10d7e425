"""The queue of a partner: its live referrals as its system pages through them, and as its people share them out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, String, Uuid, bindparam, case, func, or_, select

from adapters.database.identity import STAFF
from adapters.database.referrals import ASKED_OF, LATE, REFERRAL
from adapters.database.schema import Several, among
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from domain.referrals.doors import PartnerLine
from domain.referrals.queue import QueueAsked, QueueLine, Share, late
from domain.referrals.steps import LIVE, State, Urgency
from domain.values import PartnerId, StaffId

_states = bindparam("states", type_=Several(String()))
_n = bindparam("n", type_=Integer())
_after = bindparam("after", type_=Uuid())
_line = select(REFERRAL.c.id, REFERRAL.c.ref, REFERRAL.c.urgency, REFERRAL.c.state, REFERRAL.c.answer_by, REFERRAL.c.sequence).where(
    REFERRAL.c.partner_id == bindparam("whose", type_=Uuid()), among(REFERRAL.c.state, _states)
)
# A worker's part: what nobody holds, and what they hold themselves.
_OWN = or_(REFERRAL.c.partner_holder.is_(None), REFERRAL.c.partner_holder == bindparam("only", type_=Uuid()))
_OF_PARTNER = {
    (paged, own): Prepared(
        _line.where(*([REFERRAL.c.id < _after] if paged else []), *([_OWN] if own else [])).order_by(REFERRAL.c.id.desc()).limit(_n)
    )
    for paged in (False, True)
    for own in (False, True)
}
_SHARES: dict[Share, list[ColumnElement[Any]]] = {
    Share.all: [],
    Share.unheld: [REFERRAL.c.partner_holder.is_(None)],
    Share.mine: [REFERRAL.c.partner_holder == bindparam("me", type_=Uuid())],
}
_urgent = case({urgency.value: place for place, urgency in enumerate(reversed(Urgency))}, value=REFERRAL.c.urgency)
_SHOWN = ("id", "ref", "urgency", "state", "sent_at", "answer_by", "appointment_at", "partner_holder")


def _queue(*its: ColumnElement[Any]) -> Prepared:
    """What follows the referral `after` in the order of the queue; from its head where that one has left it, or none is said."""
    order = (
        case((LATE, 0), else_=1),
        _urgent,
        case((REFERRAL.c.answer_by.is_(None), 1), else_=0),
        REFERRAL.c.answer_by,
        REFERRAL.c.id,
    )
    ranked = (
        select(
            *(REFERRAL.c[name] for name in _SHOWN),
            func.coalesce(STAFF.c.name, "").label("holder_name"),
            func.row_number().over(order_by=order).label("place"),
        )
        .select_from(REFERRAL.outerjoin(STAFF, STAFF.c.id == REFERRAL.c.partner_holder))
        .where(REFERRAL.c.partner_id == bindparam("whose", type_=Uuid()), ASKED_OF, *its)
        .cte("ranked")
    )
    there = ranked.alias("there")
    seen = func.coalesce(select(there.c.place).where(there.c.id == _after).scalar_subquery(), 0)
    return Prepared(
        select(*(ranked.c[name] for name in (*_SHOWN, "holder_name"))).where(ranked.c.place > seen).order_by(ranked.c.place).limit(_n)
    )


_QUEUE = {(share, own): _queue(*its, *([_OWN] if own else [])) for share, its in _SHARES.items() for own in (False, True)}


def _queue_line(row: Sequence[Any], at: datetime) -> QueueLine:
    ref, urgency, state, sent_at, answer_by, appointment_at, holder, name = row
    its = (ref, Urgency(urgency), State(state), sent_at, answer_by, appointment_at, holder, name)
    return QueueLine(*its, late(State(state), answer_by, at))


class SqlPartnerQueueViews(Reader):
    async def of_partner(
        self, partner: PartnerId, limit: int, after: UUID | None, only: StaffId | None = None
    ) -> list[tuple[UUID, PartnerLine]]:
        values: dict[str, Any] = {"whose": partner, "states": sorted(LIVE), "n": limit, "after": after, "only": only}
        async with self._driver.reading("*") as lane:
            rows = await lane.rows(_OF_PARTNER[after is not None, only is not None], values)
        return [(row[0], PartnerLine(row[1], Urgency(row[2]), State(row[3]), row[4], row[5])) for row in rows]

    async def queue(self, asked: QueueAsked, at: datetime, limit: int, after: UUID | None) -> list[tuple[UUID, QueueLine]]:
        values: dict[str, Any] = {"whose": asked.partner, "states": sorted(LIVE), "me": asked.me, "only": asked.only}
        async with self._driver.reading("*") as lane:
            rows = await lane.rows(_QUEUE[asked.share, asked.only is not None], {**values, "late_at": at, "n": limit, "after": after})
        return [(row[0], _queue_line(row[1:], at)) for row in rows]
