"""The trail: written with every change, written before anything is shown, sealed into a chain for each centre, checked from outside."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.lanes import EVERYWHERE, Driver, Lane, centres_setting
from adapters.database.schema import CENTRE, WORD, Several, Shows, UTCDateTime, Words, among, column, identity
from adapters.database.statements import Prepared
from domain.audit import Entry, Fault, Head, Look, Sought, Verdict
from domain.chance import Clock, Ids
from domain.errors import Unavailable
from domain.secrecy import KeyVault
from domain.values import CentreCode


class Uids(TypeDecorator[tuple[UUID, ...]]):
    """A list of ids as packed bytes, 16 each: a page of fifty names is one short value."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[UUID] | None, dialect: Any) -> bytes:
        return b"".join(one.bytes for one in value or ())

    def process_result_value(self, value: bytes | None, dialect: Any) -> tuple[UUID, ...]:
        packed = value or b""
        return tuple(UUID(bytes=packed[start : start + 16]) for start in range(0, len(packed), 16))


class includes(FunctionElement[int]):
    """`includes(others, ids)`: whether these ids stand among the packed ones.

    Decision. Context: an officer asks who saw a person; a colleague who only listed or searched for them stands in lines of many people,
    which no index knows. Choice: those lines are read through when somebody asks, which takes 0.4 s for each million lines of the trail
    on PostgreSQL (`python -m benchmarks.trail`) and 0.6 s on SQLite. Price: the question grows with the trail; a table of whom each list
    showed would answer it at once, and would be written fifty times for each list that is looked at.
    """

    type = Integer()
    inherit_cache = True


@compiles(includes, "postgresql")
def _includes_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    others, ids = (compiler.process(one, **kw) for one in element.clauses)
    return f"position({ids} IN {others}) > 0"


@compiles(includes)
def _includes(element: Any, compiler: Any, **kw: Any) -> str:
    others, ids = (compiler.process(one, **kw) for one in element.clauses)
    return f"instr({others}, {ids}) > 0"


class EntryRow(SQLModel, table=True):
    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("centre", "seq"),
        Index("ix_audit_entry_waiting", "centre", "id", postgresql_where=text("seq IS NULL"), sqlite_where=text("seq IS NULL")),
        Index(None, "client_id", "id"),
        Index(None, "subject", "id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    at: datetime = column(UTCDateTime())
    actor: UUID = column(Uuid())
    action: str = column(WORD)
    subject: UUID | None = column(Uuid(), nullable=True)
    client_id: UUID | None = column(Uuid(), nullable=True)
    others: bytes = column(Uids())
    fields: str = column(Words())
    note: str = column(String(200))
    mac: bytes = column(LargeBinary(), Shows.secret)
    seq: int | None = column(BigInteger(), nullable=True)
    seal: bytes | None = column(LargeBinary(), Shows.secret, nullable=True)


ENTRY = table_of(EntryRow)
_COLUMNS = tuple(ENTRY.columns)
_WRITTEN = _COLUMNS[:11]
ADD_ENTRY = Prepared(insert(ENTRY).values({c.name: bindparam(c.name, type_=c.type) for c in _WRITTEN}))
_WAITING = Prepared(
    select(ENTRY.c.id, ENTRY.c.centre, ENTRY.c.mac)
    .where(ENTRY.c.seq.is_(None), ENTRY.c.centre == bindparam("of_centre"))
    .order_by(ENTRY.c.id)
    .limit(bindparam("n", type_=Integer()))
)
_CENTRES_WAITING = Prepared(select(ENTRY.c.centre).where(ENTRY.c.seq.is_(None)).distinct())
_END = Prepared(
    select(ENTRY.c.seq, ENTRY.c.seal, ENTRY.c.at)
    .where(ENTRY.c.centre == bindparam("of_centre"), ENTRY.c.seq.is_not(None))
    .order_by(ENTRY.c.seq.desc())
    .limit(1)
)
_SEAL = Prepared(
    update(ENTRY)
    .where(ENTRY.c.id == bindparam("pk", type_=Uuid()), ENTRY.c.seq.is_(None))
    .values(seq=bindparam("place", type_=BigInteger()), seal=bindparam("link", type_=LargeBinary()))
)
_CENTRES = Prepared(select(ENTRY.c.centre).distinct().order_by(ENTRY.c.centre))
_CHAIN = Prepared(
    select(*_COLUMNS)
    .where(ENTRY.c.centre == bindparam("of_centre"), ENTRY.c.seq > bindparam("from_seq", type_=BigInteger()))
    .order_by(ENTRY.c.seq)
    .limit(bindparam("n", type_=Integer()))
)
_UNSEALED = Prepared(select(*_COLUMNS).where(ENTRY.c.seq.is_(None)).order_by(ENTRY.c.id))
_COUNT = Prepared(select(func.count()).select_from(ENTRY).where(ENTRY.c.seq.is_not(None)))
_SOUGHT: dict[str, ColumnElement[Any]] = {
    "client": or_(ENTRY.c.client_id == bindparam("client", type_=Uuid()), includes(ENTRY.c.others, bindparam("among", type_=Uids()))),
    "actor": ENTRY.c.actor == bindparam("actor", type_=Uuid()),
    "since": ENTRY.c.at >= bindparam("since", type_=UTCDateTime()),
    "until": ENTRY.c.at < bindparam("until", type_=UTCDateTime()),
    "after": ENTRY.c.id < bindparam("after", type_=Uuid()),
}


@cache
def _page(filters: tuple[str, ...]) -> Prepared:
    """One statement for each combination of filters, made when first asked for."""
    of_centres = among(ENTRY.c.centre, bindparam("centres", type_=Several(String())))
    narrowed = select(*_COLUMNS).where(of_centres, *(_SOUGHT[name] for name in filters))
    return Prepared(narrowed.order_by(ENTRY.c.id.desc()).limit(bindparam("n", type_=Integer())))


def marked(entry: Entry, vault: KeyVault) -> dict[str, Any]:
    """The row of an entry, with its own keyed mark."""
    return {
        "id": entry.id,
        "centre": entry.centre,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "client_id": entry.client_id,
        "others": entry.others,
        "fields": entry.fields,
        "note": entry.note,
        "mac": vault.mac(entry.canonical()),
    }


BATCHES = 2
"""Being written at a time: one more than one, so that a reader does not wait for two whole commits."""


class GroupTrail:
    """Reads are written before they are answered; readers who come together share one transaction, so that the wait is shared too."""

    def __init__(self, driver: Driver, vault: KeyVault, clock: Clock, ids: Ids) -> None:
        self._driver, self._vault, self._clock, self._ids = driver, vault, clock, ids
        self._gathered: list[dict[str, Any]] = []
        self._batch: asyncio.Task[None] | None = None
        self._turns = asyncio.Semaphore(BATCHES)

    async def saw(self, *looks: Look) -> None:
        if not looks:
            return
        now = self._clock.now()
        for look in looks:
            entry = Entry(
                self._ids.new(), look.centre, now, look.actor, look.action, look.subject, look.client_id, look.others, (), look.note, b""
            )
            self._gathered.append(marked(entry, self._vault))
        if self._batch is None:
            self._batch = asyncio.create_task(self._write())
        await asyncio.shield(self._batch)

    async def _write(self) -> None:
        """While the batches before it are being written, this one gathers."""
        async with self._turns:
            await self._flush()

    async def _flush(self) -> None:
        rows, self._gathered, self._batch = self._gathered, [], None
        try:
            async with self._driver.writing(centres_setting([row["centre"] for row in rows])) as lane:
                for row in rows:
                    lane.later(ADD_ENTRY, row)
        except Unavailable:
            raise Unavailable("The access log cannot be written, so nothing can be shown.") from None


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(*row)


GENESIS = b"\x00" * 32


def _link(vault: KeyVault, centre: str, seq: int, before: bytes, mac: bytes) -> bytes:
    return vault.mac(b"\x1e".join((before, centre.encode(), str(seq).encode(), mac)))


class SqlLedger:
    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        self._driver, self._vault = driver, vault

    async def seal(self, limit: int) -> int:
        async with self._driver.reading(EVERYWHERE) as lane:
            centres = [row[0] for row in await lane.rows(_CENTRES_WAITING, {})]
        return sum([await self._seal(centre, limit) for centre in centres])

    async def _seal(self, centre: str, limit: int) -> int:
        """One centre's waiting lines. Two workers at once: the second finds its place in the chain taken, and leaves."""
        async with self._driver.writing(EVERYWHERE) as lane:
            end = await lane.rows(_END, {"of_centre": centre})
            seq, link = (end[0][0], end[0][1]) if end else (0, GENESIS)
            updates = []
            for id, _, mac in await lane.rows(_WAITING, {"of_centre": centre, "n": limit}):
                seq, link = seq + 1, _link(self._vault, centre, seq + 1, link, mac)
                updates.append({"pk": id, "place": seq, "link": link})
            if updates:
                await lane.many(_SEAL, updates)
        return len(updates)

    async def heads(self) -> list[Head]:
        heads = []
        async with self._driver.reading(EVERYWHERE) as lane:
            for (centre,) in await lane.rows(_CENTRES, {}):
                for seq, link, at in await lane.rows(_END, {"of_centre": centre}):
                    heads.append(Head(CentreCode(centre), seq, link.hex(), at))
        return heads

    async def verify(self, outside: list[Head]) -> Verdict:
        faults: list[Fault] = []
        async with self._driver.reading(EVERYWHERE) as lane:
            present = {row[0] for row in await lane.rows(_CENTRES, {})}
            for centre in sorted(present | {head.centre for head in outside}):
                faults += await self._walk(lane, centre, {head.seq: head.seal for head in outside if head.centre == centre})
            waiting = [_entry(row) for row in await lane.rows(_UNSEALED, {})]
            sealed = int((await lane.rows(_COUNT, {}))[0][0])
        faults += [
            Fault(entry.centre, None, "a waiting line was changed") for entry in waiting if self._vault.mac(entry.canonical()) != entry.mac
        ]
        return Verdict(sealed, len(waiting), tuple(faults))

    async def _walk(self, lane: Lane, centre: str, outside: dict[int, str]) -> list[Fault]:
        """From the first line to the last: each mark, each link, each place, and every outside head on the way."""
        faults: list[Fault] = []
        seq, link = 0, GENESIS
        code = CentreCode(centre)
        while rows := await lane.rows(_CHAIN, {"of_centre": centre, "from_seq": seq, "n": 2000}):
            for entry in map(_entry, rows):
                if entry.seq != seq + 1:
                    faults.append(Fault(code, seq + 1, "a line is missing"))
                if self._vault.mac(entry.canonical()) != entry.mac:
                    faults.append(Fault(code, entry.seq, "a line was changed"))
                seq = entry.seq or seq + 1
                expected = _link(self._vault, centre, seq, link, entry.mac)
                if entry.seal != expected:
                    faults.append(Fault(code, seq, "the chain is broken here"))
                link = entry.seal or b""
                if seq in outside and outside.pop(seq) != link.hex():
                    faults.append(Fault(code, seq, "the line differs from the head kept outside"))
        faults += [Fault(code, gone, "the chain ends before the head kept outside") for gone in sorted(outside)]
        return faults

    async def page(self, centres: tuple[CentreCode, ...], sought: Sought, limit: int, after: UUID | None) -> list[Entry]:
        asked = {"client": sought.client, "actor": sought.actor, "since": sought.since, "until": sought.until, "after": after}
        given = {name: value for name, value in asked.items() if value is not None}
        values = {**given, "among": (sought.client,), "centres": centres, "n": limit}
        async with self._driver.reading(centres_setting(centres)) as lane:
            rows = await lane.rows(_page(tuple(given)), values)
        return [_entry(row) for row in rows]
