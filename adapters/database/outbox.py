"""The post room: messages for partners, with every attempt. What comes in is in `inbox.py`."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    true,
    type_coerce,
    update,
)
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.identity import STAFF
from adapters.database.lanes import EVERYWHERE, Driver, Lane
from adapters.database.partners import ENDPOINTS, MAILBOXES, PARTNER
from adapters.database.sandbox import made_up
from adapters.database.schema import CENTRE, WORD, Sealed, Several, Shows, UTCDateTime, among, column, identity, moment, one_of
from adapters.database.statements import Prepared
from domain.chance import Ids
from domain.delivery import PER_PARTNER, Claimed, MessageState, NotReplayable, Schedule, Settled
from domain.errors import NotFound
from domain.events import Event, Outgoing
from domain.identity import Role
from domain.referrals.waiting import LATE
from domain.secrecy import KeyVault
from domain.values import PartnerId


class MessageRow(SQLModel, table=True):
    __tablename__ = "message"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        one_of("state", MessageState),
        Index(
            "ix_message_open",
            "partner_id",
            "due_at",
            "id",
            postgresql_where=text("state IN ('waiting', 'claimed')"),
            sqlite_where=text("state IN ('waiting', 'claimed')"),
        ),
        Index(None, "subject", "sequence"),
        Index(None, "partner_id", "id"),
        Index(None, "partner_id", "made_at"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    partner_id: UUID = column(Uuid())
    kind: str = column(WORD)
    subject: UUID = column(Uuid())
    sequence: int = column(Integer())
    body: bytes = column(Text(), Shows.internal, sealed=Sealed.house)
    state: str = column(WORD)
    due_at: datetime = column(UTCDateTime())
    token: UUID | None = column(Uuid(), nullable=True)
    lease_until: datetime | None = column(UTCDateTime(), nullable=True)
    attempts: int = column(Integer())
    made_at: datetime = column(UTCDateTime())
    settled_at: datetime | None = column(UTCDateTime(), nullable=True)
    detail: str = column(String(200))


class AttemptRow(SQLModel, table=True):
    __tablename__ = "attempt"
    __table_args__ = (ForeignKeyConstraint(["message_id"], ["message.id"]), Index(None, "message_id"))
    id: UUID = identity()
    centre: str = column(CENTRE)
    message_id: UUID = column(Uuid())
    at: datetime = column(UTCDateTime())
    state: str = column(WORD)
    detail: str = column(String(200))


MESSAGE, ATTEMPT = table_of(MessageRow), table_of(AttemptRow)

_ADD = Prepared(
    insert(MESSAGE).values(
        {
            **{
                name: bindparam(name, type_=MESSAGE.c[name].type)
                for name in ("id", "centre", "partner_id", "kind", "subject", "sequence", "body", "made_at")
            },
            "state": MessageState.waiting.value,
            "due_at": moment(),
            "attempts": 0,
            "detail": "",
        }
    )
)

_earlier = MESSAGE.alias("earlier")
# The states stand in the statement itself, as they do in the index of what is open: given as values, they might be any.
_WAITS: ColumnElement[str] = literal_column("'waiting'")
_HELD: ColumnElement[str] = literal_column("'claimed'")
_open = or_(MESSAGE.c.state == _WAITS, MESSAGE.c.state == _HELD)
_ready = or_(
    and_(MESSAGE.c.state == _WAITS, MESSAGE.c.due_at <= moment()), and_(MESSAGE.c.state == _HELD, MESSAGE.c.lease_until < moment())
)
_first_of_its_referral = ~exists(
    select(_earlier.c.id).where(
        _earlier.c.subject == MESSAGE.c.subject,
        _earlier.c.sequence < MESSAGE.c.sequence,
        or_(_earlier.c.state == _WAITS, _earlier.c.state == _HELD),
    )
)
_place = func.row_number().over(partition_by=MESSAGE.c.partner_id, order_by=(MESSAGE.c.due_at, MESSAGE.c.id))
_paused = select(ENDPOINTS.table.c.partner_id).where(ENDPOINTS.table.c.paused_at.is_not(None))
_ranked = select(MESSAGE.c.id, _place.label("place")).where(_ready, _first_of_its_referral, MESSAGE.c.partner_id.not_in(_paused)).subquery()
_n = bindparam("n", type_=Integer())
# What is due later is not walked past: a message that is held keeps the time it was due at, which has come.
_of_one = (
    select(MESSAGE.c.id, MESSAGE.c.due_at)
    .where(MESSAGE.c.partner_id == PARTNER.c.id, _open, MESSAGE.c.due_at <= moment(), _ready, _first_of_its_referral)
    .order_by(MESSAGE.c.due_at, MESSAGE.c.id)
    .limit(PER_PARTNER)
    .lateral("its")
)
_held = MESSAGE.alias("held")
# A partner with a thousand messages waiting shows its first few only, so that others are seen behind it. PostgreSQL looks up each
# partner's first few in the index of what is open; SQLite, which knows no such join and has few of them, counts them out.
_DUE = Prepared(
    select(_held.c.id, _held.c.partner_id)
    .select_from(PARTNER.join(_of_one, true()).join(_held, _held.c.id == _of_one.c.id))
    .where(PARTNER.c.id.not_in(_paused))
    .order_by(_of_one.c.due_at)
    .limit(_n)
    .with_for_update(skip_locked=True, of=_held),
    on_sqlite=select(MESSAGE.c.id, MESSAGE.c.partner_id)
    .where(MESSAGE.c.id.in_(select(_ranked.c.id).where(_ranked.c.place <= PER_PARTNER)), _ready)
    .order_by(MESSAGE.c.due_at)
    .limit(_n),
)
_CLAIM = Prepared(
    update(MESSAGE)
    .where(among(MESSAGE.c.id, bindparam("ids", type_=Several(Uuid()))), _ready)
    .values(
        state=MessageState.claimed.value,
        token=bindparam("lease", type_=Uuid()),
        lease_until=moment(bindparam("seconds", type_=Float())),
        attempts=MESSAGE.c.attempts + 1,
    )
    .returning(
        MESSAGE.c.id,
        MESSAGE.c.partner_id,
        MESSAGE.c.kind,
        MESSAGE.c.subject,
        MESSAGE.c.body,
        MESSAGE.c.made_at,
        MESSAGE.c.attempts,
        MESSAGE.c.token,
    )
)
_SETTLE = Prepared(
    update(MESSAGE)
    .where(
        among(MESSAGE.c.id, bindparam("ids", type_=Several(Uuid()))),
        MESSAGE.c.token == bindparam("lease", type_=Uuid()),
        MESSAGE.c.state == "claimed",
    )
    .values(
        state=bindparam("to"),
        detail=bindparam("said"),
        token=None,
        lease_until=None,
        due_at=moment(bindparam("seconds", type_=Float())),
        settled_at=moment(),
    )
    .returning(MESSAGE.c.id, MESSAGE.c.centre)
)
_ATTEMPT = Prepared(
    insert(ATTEMPT).values(
        {
            **{name: bindparam(name, type_=ATTEMPT.c[name].type) for name in ("id", "centre", "message_id", "state", "detail")},
            "at": moment(),
        }
    )
)
_REPLAY = Prepared(
    update(MESSAGE)
    .where(
        MESSAGE.c.id == bindparam("pk", type_=Uuid()),
        MESSAGE.c.partner_id == bindparam("whose", type_=Uuid()),
        or_(MESSAGE.c.state == "delivered", MESSAGE.c.state == "given_up"),
    )
    .values(state="waiting", attempts=0, due_at=moment(), settled_at=None)
)
EXISTS = Prepared(
    select(MESSAGE.c.id).where(MESSAGE.c.id == bindparam("pk", type_=Uuid()), MESSAGE.c.partner_id == bindparam("whose", type_=Uuid()))
)
_TROUBLED = Prepared(
    select(MESSAGE.c.partner_id, func.count())
    .where(
        MESSAGE.c.made_at > moment(bindparam("seconds", type_=Float())),
        or_(MESSAGE.c.state == "given_up", and_(MESSAGE.c.state == "waiting", MESSAGE.c.attempts > 0)),
        ~made_up(MESSAGE.c.subject),
    )
    .group_by(MESSAGE.c.partner_id)
)
WAITS = select(func.count()).select_from(MESSAGE).where(_open, ~made_up(MESSAGE.c.subject))
_WAITING = Prepared(WAITS)


_no_mail_first = ~type_coerce(PARTNER.c.channels, Text()).like('["email"%')
_DESK_ASKS = Prepared(
    select(MAILBOXES.table.c.id)
    .select_from(MAILBOXES.table.join(PARTNER, PARTNER.c.id == MAILBOXES.table.c.partner_id))
    .where(
        PARTNER.c.id == bindparam("whose", type_=Uuid()),
        PARTNER.c.active,
        or_(bindparam("late", type_=Boolean()), _no_mail_first),
        exists(select(STAFF.c.id).where(STAFF.c.partner_id == PARTNER.c.id, STAFF.c.role == Role.partner_lead.value, STAFF.c.active)),
        ~exists(select(MESSAGE.c.id).where(MESSAGE.c.partner_id == PARTNER.c.id, MESSAGE.c.kind == bindparam("word"), _open)),
    )
)


async def desk_asks(lane: Lane, partner: PartnerId, word: str) -> bool:
    """Whether there is a desk to be mailed this, and no such mail waits for it."""
    return bool(await lane.rows(_DESK_ASKS, {"whose": partner, "word": word, "late": word == LATE}))


def lay(lane: Lane, vault: KeyVault, ids: Ids, event: Event, out: Outgoing) -> None:
    """Puts the event's message into the outbox, in the transaction that made it happen."""
    id = out.id or ids.new()
    sequence = out.body.get("sequence", 0)
    lane.later(
        _ADD,
        {
            "id": id,
            "centre": event.centre,
            "partner_id": out.partner,
            "kind": out.kind,
            "subject": out.subject,
            "sequence": sequence,
            "body": vault.seal_house(json.dumps(out.body).encode(), at=f"message.body:{id.hex}"),
            "made_at": event.at,
        },
    )


class SqlMessages:
    def __init__(self, lane: Lane, ids: Ids) -> None:
        self._lane, self._ids = lane, ids

    async def settle(self, results: Sequence[tuple[Claimed, Settled]]) -> set[UUID]:
        """One statement for all that were claimed together and came to the same, as most of a round do."""
        alike: dict[tuple[UUID, Settled], list[UUID]] = defaultdict(list)
        for claimed, settled in results:
            alike[claimed.token, settled].append(claimed.id)
        ours = set()
        for (lease, settled), ids in alike.items():
            result = {"to": settled.state, "said": settled.detail[:200]}
            seconds = settled.wait.total_seconds() if settled.wait else 0.0
            for id, centre in await self._lane.rows(_SETTLE, {"ids": ids, "lease": lease, "seconds": seconds, **result}):
                attempt = {"id": self._ids.new(), "centre": centre, "message_id": id, "state": settled.state, "detail": result["said"]}
                self._lane.later(_ATTEMPT, attempt)
                ours.add(id)
        return ours


class SqlOutbox:
    def __init__(self, driver: Driver, vault: KeyVault, ids: Ids, schedule: Schedule) -> None:
        self._driver, self._vault, self._ids, self._schedule = driver, vault, ids, schedule

    async def claim(self, limit: int, full: Collection[PartnerId] = ()) -> list[Claimed]:
        claimed: list[tuple[Any, ...]] = []
        async with self._driver.writing(EVERYWHERE) as lane:
            due = await lane.rows(_DUE, {"n": limit + PER_PARTNER * len(full)})
            ids = [id for id, partner in due if partner not in full][:limit]
            if ids:
                lease = {"ids": ids, "lease": self._ids.new(), "seconds": self._schedule.lease.total_seconds()}
                claimed = await lane.rows(_CLAIM, lease)
        return [
            Claimed(id, partner, kind, subject, self._body(id, body), made_at, attempts, token)
            for id, partner, kind, subject, body, made_at, attempts, token in claimed
        ]

    def _body(self, id: UUID, sealed: bytes) -> dict[str, object]:
        opened: dict[str, object] = json.loads(self._vault.open_house(sealed, at=f"message.body:{id.hex}"))
        return opened

    async def replay(self, partner: PartnerId, id: UUID) -> None:
        which = {"pk": id, "whose": partner}
        async with self._driver.writing(EVERYWHERE) as lane:
            if not await lane.rows(EXISTS, which):
                raise NotFound()
            if not await lane.change(_REPLAY, which):
                raise NotReplayable()

    async def troubled(self) -> dict[PartnerId, int]:
        async with self._driver.reading(EVERYWHERE) as lane:
            rows = await lane.rows(_TROUBLED, {"seconds": -7 * 86400.0})
        return {row[0]: int(row[1]) for row in rows}

    async def waiting(self) -> int:
        async with self._driver.reading(EVERYWHERE) as lane:
            return int((await lane.rows(_WAITING, {}))[0][0])
