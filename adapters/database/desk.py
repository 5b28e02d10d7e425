"""Small tables beside the work: idempotency keys, notices to staff, rows of registers taken in before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, String, Uuid, bindparam, delete, insert, select, update
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Several, Shows, UTCDateTime, among, column, identity
from adapters.database.statements import Prepared
from domain.chance import Ids
from domain.errors import KeyReused
from domain.events import Event
from domain.ports import Once
from domain.reporting import Notice
from domain.values import CentreCode, StaffId


class OnceRow(SQLModel, table=True):
    """Which record a request made. The answer itself is not kept: a repeat is answered from the record, so nothing personal is held twice
    and erasing a client leaves nothing here."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "made_at"),)
    principal: UUID = column(Uuid(), primary_key=True)
    route: str = column(String(120), primary_key=True)
    key: str = column(String(200), primary_key=True)
    fingerprint: bytes = column(LargeBinary(), Shows.secret)
    record: UUID = column(Uuid())
    made_at: datetime = column(UTCDateTime())


class NoticeRow(SQLModel, table=True):
    __tablename__ = "notice"
    __table_args__ = (Index(None, "staff_id", "read_at"),)
    id: UUID = identity()
    centre: str = column(CENTRE)
    staff_id: UUID = column(Uuid())
    kind: str = column(WORD)
    subject: UUID = column(Uuid())
    at: datetime = column(UTCDateTime())
    read_at: datetime | None = column(UTCDateTime(), nullable=True)


class ImportedRow(SQLModel, table=True):
    """Keyed fingerprints of register rows that were taken in, and what each became."""

    __tablename__ = "imported_row"
    centre: str = column(CENTRE, primary_key=True)
    fingerprint: bytes = column(LargeBinary(), Shows.personal, primary_key=True)
    record: UUID = column(Uuid())


ONCE, NOTICE, IMPORTED = table_of(OnceRow), table_of(NoticeRow), table_of(ImportedRow)

_KEEP = Prepared.upsert(
    lambda insert: (
        insert(ONCE)
        .values({c.name: bindparam(c.name, type_=c.type) for c in ONCE.columns})
        .on_conflict_do_nothing(index_elements=["principal", "route", "key"])
        .returning(ONCE.c.record)
    )
)
_KEPT = Prepared(
    select(ONCE.c.record, ONCE.c.fingerprint).where(
        ONCE.c.principal == bindparam("principal", type_=Uuid()), ONCE.c.route == bindparam("route"), ONCE.c.key == bindparam("key")
    )
)
FORGET = Prepared(delete(ONCE).where(ONCE.c.made_at < bindparam("before", type_=UTCDateTime())))
_TELL = Prepared(insert(NOTICE).values({c.name: bindparam(c.name, type_=c.type) for c in NOTICE.columns if c.name != "read_at"}))
_whose = NOTICE.c.staff_id == bindparam("whose", type_=Uuid())
_NOTICE = select(NOTICE.c.id, NOTICE.c.kind, NOTICE.c.subject, NOTICE.c.at, NOTICE.c.read_at)
NOTICES = Prepared(_NOTICE.where(_whose, NOTICE.c.read_at.is_(None)).order_by(NOTICE.c.id.desc()).limit(50))
_READ_BY = Prepared(
    _NOTICE.where(_whose, NOTICE.c.read_at.is_not(None))
    .order_by(NOTICE.c.read_at.desc(), NOTICE.c.id.desc())
    .limit(bindparam("n", type_=Integer()))
)
_READ = Prepared(
    update(NOTICE)
    .where(_whose, NOTICE.c.read_at.is_(None), among(NOTICE.c.id, bindparam("ids", type_=Several(Uuid()))))
    .values(read_at=bindparam("at", type_=UTCDateTime()))
)
_IMPORT = Prepared.upsert(
    lambda insert: (
        insert(IMPORTED)
        .values({c.name: bindparam(c.name, type_=c.type) for c in IMPORTED.columns})
        .on_conflict_do_nothing(index_elements=["centre", "fingerprint"])
        .returning(IMPORTED.c.fingerprint)
    )
)


async def once(lane: Lane, principal: UUID, asked: Once, record: UUID, at: datetime) -> UUID | None:
    """None when this request is the first under its key. A parallel one waits at the insert until the first has ended."""
    which = {"principal": principal, "route": asked.route, "key": asked.key}
    if await lane.rows(_KEEP, {**which, "fingerprint": asked.fingerprint, "record": record, "made_at": at}):
        return None
    rows = await lane.rows(_KEPT, which)
    made, fingerprint = rows[0]
    if fingerprint != asked.fingerprint:
        raise KeyReused()
    found: UUID = made
    return found


def tell(lane: Lane, ids: Ids, event: Event) -> None:
    for one in event.tells:
        lane.later(
            _TELL,
            {"id": ids.new(), "centre": event.centre, "staff_id": one.staff, "kind": one.kind, "subject": one.subject, "at": event.at},
        )


class SqlNotices:
    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    async def of(self, staff: StaffId, limit: int) -> list[Notice]:
        return [Notice(*row) for row in (await self._lane.rows(NOTICES, {"whose": staff}))[:limit]]

    async def read_by(self, staff: StaffId, limit: int) -> list[Notice]:
        return [Notice(*row) for row in await self._lane.rows(_READ_BY, {"whose": staff, "n": limit})]

    async def read(self, staff: StaffId, ids: Sequence[UUID], at: datetime) -> int:
        return await self._lane.change(_READ, {"whose": staff, "ids": ids, "at": at})


class SqlImported:
    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    async def take(self, centre: CentreCode, fingerprints: dict[bytes, UUID]) -> frozenset[bytes]:
        fresh = []
        for fingerprint, record in fingerprints.items():
            fresh += await self._lane.rows(_IMPORT, {"centre": centre, "fingerprint": fingerprint, "record": record})
        return frozenset(row[0] for row in fresh)
