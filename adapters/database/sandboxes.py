"""Made-up referrals as they are kept: found by their partner alone, and deleted with all that was sent of them."""

from datetime import datetime

from sqlalchemy import Integer, String, Uuid, and_, bindparam, delete, exists, or_, select

from adapters.database.outbox import ATTEMPT, MESSAGE
from adapters.database.sandbox import SANDBOX, SANDBOXES
from adapters.database.schema import Several, UTCDateTime, among
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore
from domain.delivery import MessageState
from domain.referrals.sandbox import SandboxReferral
from domain.referrals.steps import State
from domain.values import PartnerId

_whose = SANDBOX.c.partner_id == bindparam("whose", type_=Uuid())
_at, _n = bindparam("at", type_=UTCDateTime()), bindparam("n", type_=Integer())
_FOR_PARTNER = SANDBOXES.find(_whose, SANDBOX.c.ref == bindparam("ref", type_=String()), lock=True)
_OF_PARTNER = Prepared(select(*SANDBOXES.columns).where(_whose).order_by(SANDBOX.c.id.desc()))
_taken = exists(select(MESSAGE.c.id).where(MESSAGE.c.subject == SANDBOX.c.id, MESSAGE.c.state == MessageState.delivered.value))
_DUE = Prepared(
    select(*SANDBOXES.columns)
    .where(or_(SANDBOX.c.clock_at <= _at, and_(SANDBOX.c.state == State.queued.value, _taken)))
    .order_by(SANDBOX.c.id)
    .limit(_n)
    .with_for_update(of=SANDBOX, skip_locked=True)
)
_OLD = Prepared(
    select(SANDBOX.c.id).where(SANDBOX.c.made_at < _at).order_by(SANDBOX.c.id).limit(_n).with_for_update(of=SANDBOX, skip_locked=True)
)
_ids = bindparam("ids", type_=Several(Uuid()))
_GONE = tuple(
    map(
        Prepared,
        (
            delete(ATTEMPT).where(ATTEMPT.c.message_id.in_(select(MESSAGE.c.id).where(among(MESSAGE.c.subject, _ids)))),
            delete(MESSAGE).where(among(MESSAGE.c.subject, _ids)),
            delete(SANDBOX).where(among(SANDBOX.c.id, _ids)),
        ),
    )
)


class SqlSandbox(PlainStore[SandboxReferral]):
    codec = SANDBOXES

    async def for_partner(self, partner: PartnerId, ref: str) -> SandboxReferral:
        return await self._one(_FOR_PARTNER, {"whose": partner, "ref": ref})

    async def of_partner(self, partner: PartnerId) -> list[SandboxReferral]:
        return await self._all(_OF_PARTNER, {"whose": partner})

    async def due(self, at: datetime, limit: int) -> list[SandboxReferral]:
        return await self._all(_DUE, {"at": at, "n": limit})

    async def delete_before(self, at: datetime, limit: int) -> int:
        """A worker that carries one of the messages at this moment finds nothing to settle, and leaves it."""
        ids = [row[0] for row in await self._lane.rows(_OLD, {"at": at, "n": limit})]
        for statement in _GONE if ids else ():
            await self._lane.change(statement, {"ids": ids})
        return len(ids)
