"""Partners' news as it came in: kept sealed, worked through once."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, Integer, String, Text, Uuid, and_, bindparam, select, update
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.lanes import Lane
from adapters.database.schema import Sealed, Shows, UTCDateTime, column, moment
from adapters.database.statements import Prepared
from domain.errors import KeyReused
from domain.ports import Delivered, NewsItem
from domain.secrecy import KeyVault


class InboxRow(SQLModel, table=True):
    __tablename__ = "inbox"
    __table_args__ = (ForeignKeyConstraint(["partner_id"], ["partner.id"]), Index(None, "done", "came_at"))
    partner_id: UUID = column(Uuid(), primary_key=True)
    delivery: str = column(String(200), primary_key=True)
    headers: bytes = column(Text(), Shows.sensitive, sealed=Sealed.house)
    body: bytes = column(Text(), Shows.sensitive, sealed=Sealed.house)
    came_at: datetime = column(UTCDateTime())
    done: bool = column(Boolean())
    fault: str = column(String(200))


INBOX = table_of(InboxRow)

_key = and_(INBOX.c.partner_id == bindparam("whose", type_=Uuid()), INBOX.c.delivery == bindparam("which"))
_KNOWN = Prepared(select(INBOX.c.delivery).where(_key))
_TAKE = Prepared.upsert(
    lambda insert: (
        insert(INBOX)
        .values(
            {
                **{name: bindparam(name, type_=INBOX.c[name].type) for name in ("partner_id", "delivery", "headers", "body")},
                "came_at": moment(),
                "done": bindparam("done", type_=Boolean()),
                "fault": "",
            }
        )
        .on_conflict_do_nothing(index_elements=["partner_id", "delivery"])
        .returning(INBOX.c.delivery)
    )
)
_KEPT = Prepared(select(INBOX.c.body).where(_key))
RECORD = b"record "
_RECORD = re.compile(RECORD + rb"([0-9a-f]{32})")
"""What a message that was worked through at the door made, in the place of what it said."""
_OPEN = Prepared(
    select(INBOX.c.partner_id, INBOX.c.delivery, INBOX.c.headers, INBOX.c.body)
    .where(~INBOX.c.done)
    .order_by(INBOX.c.came_at)
    .limit(bindparam("n", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_DONE = Prepared(update(INBOX).where(_key).values(done=True, fault=bindparam("why")))


def _sealed_at(partner: UUID, delivery: str) -> str:
    return f"inbox:{partner.hex}:{delivery}"


class SqlInbox:
    """News is kept sealed, worked through later, and never twice."""

    def __init__(self, lane: Lane, vault: KeyVault) -> None:
        self._lane, self._vault = lane, vault

    async def take(self, item: NewsItem) -> bool:
        return await self._take(item, done=False)

    async def _take(self, item: NewsItem, *, done: bool) -> bool:
        if await self._lane.rows(_KNOWN, {"whose": item.partner, "which": item.delivery}):
            return False
        at = _sealed_at(item.partner, item.delivery)
        values: dict[str, Any] = {
            "partner_id": item.partner,
            "delivery": item.delivery,
            "headers": self._vault.seal_house(json.dumps(item.headers).encode(), at=at),
            "body": self._vault.seal_house(item.body, at=at),
            "done": done,
        }
        # Asked first because sealing costs more than looking; decided by the insert, where parallel repeats wait for each other.
        return bool(await self._lane.rows(_TAKE, values))

    async def made(self, asked: Delivered, id: UUID) -> UUID | None:
        pointer = NewsItem(asked.partner, asked.delivery, dict(asked.headers), RECORD + id.hex.encode())
        if await self._take(pointer, done=True):
            return None
        rows = await self._lane.rows(_KEPT, {"whose": asked.partner, "which": asked.delivery})
        kept = _RECORD.fullmatch(self._vault.open_house(rows[0][0], at=_sealed_at(asked.partner, asked.delivery)))
        if kept is None:
            raise KeyReused("This webhook-id was used before for other news.", next="Use a new webhook-id for a new message.")
        return UUID(kept[1].decode())

    async def open(self, limit: int) -> list[NewsItem]:
        items = []
        for partner, delivery, headers, body in await self._lane.rows(_OPEN, {"n": limit}):
            at = _sealed_at(partner, delivery)
            opened = json.loads(self._vault.open_house(headers, at=at))
            items.append(NewsItem(partner, delivery, opened, self._vault.open_house(body, at=at)))
        return items

    async def done(self, item: NewsItem, *, fault: str = "") -> None:
        await self._lane.change(_DONE, {"whose": item.partner, "which": item.delivery, "why": fault[:200]})
