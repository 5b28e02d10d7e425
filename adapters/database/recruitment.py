"""Jobs abroad, coded and plain but for the words, so that months of earnings are counted without opening a file."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Uuid, bindparam, cast, func, select
from sqlmodel import SQLModel

from adapters.database.clients import CLIENT
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Store, by_id, keyed
from domain.identity import Scope
from domain.recruitment import PAISA, PARTS, Destination, Job, Paid, by_destination
from domain.values import ClientId


class JobRow(SQLModel, table=True):
    __tablename__ = "job_abroad"
    __table_args__ = (
        of_centre("client", "client_id"),
        one_of("paid", Paid),
        *(CheckConstraint(f"{name} BETWEEN 0 AND 100000000", name=name) for name in (*PARTS, "income")),
        Index(None, "client_id"),
        Index(None, "centre", "year"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    country: str = column(String(3), Shows.personal)
    year: int = column(Integer(), Shows.personal)
    agent: int | None = column(Integer(), Shows.sensitive, nullable=True)
    visa: int | None = column(Integer(), Shows.sensitive, nullable=True)
    ticket: int | None = column(Integer(), Shows.sensitive, nullable=True)
    medical: int | None = column(Integer(), Shows.sensitive, nullable=True)
    other: int | None = column(Integer(), Shows.sensitive, nullable=True)
    paid: str = column(WORD, Shows.sensitive)
    income: int | None = column(Integer(), Shows.sensitive, nullable=True)
    currency: str = column(String(3))
    rate: int = column(Integer())
    words: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    written_by: UUID = column(Uuid())
    written_at: datetime = column(UTCDateTime())
    version: int = column(Integer())


JOB = table_of(JobRow)
JOBS: Codec[Job] = Codec(Job, JobRow)

_pk = bindparam("pk", type_=Uuid())
_base = keyed(JOBS, "client_id").join(CLIENT, CLIENT.c.id == JOB.c.client_id).where(client_in_scope(CLIENT))
_ONE = Prepared(_base.where(JOB.c.id == _pk))
_HOLD = Prepared(_base.where(JOB.c.id == _pk).with_for_update(of=JOB))
_OF_CLIENT = Prepared(_base.where(JOB.c.client_id == _pk).order_by(JOB.c.year.desc(), JOB.c.id.desc()))
# `rupees`, `cost` and `months` as the database reckons them, so that no job need leave it: a test holds each against the other.
_monthly = func.nullif((cast(JOB.c.income, BigInteger()) * JOB.c.rate + PAISA // 2) // PAISA, 0)
_cost = sum((func.coalesce(JOB.c[name], 0) for name in PARTS), cast(0, BigInteger()))
_told = (
    select(JOB.c.country, ((200 * _cost + _monthly) // (2 * _monthly)).label("months"))
    .where(
        in_centres(JOB),
        JOB.c.year.between(bindparam("begins", type_=Integer()), bindparam("ends", type_=Integer())),
        func.coalesce(*(JOB.c[name] for name in PARTS)).is_not(None),
    )
    .subquery()
)
_ranked = (
    select(
        _told,
        func.row_number().over(partition_by=_told.c.country, order_by=_told.c.months).label("place"),
        func.count().over(partition_by=_told.c.country).label("n"),
    )
    .where(_told.c.months.is_not(None))
    .subquery()
)
_MIDDLE = Prepared(
    select(_ranked.c.country, _ranked.c.n, func.min(_ranked.c.months), func.max(_ranked.c.months))
    .where(_ranked.c.place.in_(((_ranked.c.n + 1) // 2, (_ranked.c.n + 2) // 2)))
    .group_by(_ranked.c.country, _ranked.c.n)
)


class SqlJobs(Store[Job]):
    codec = JOBS

    async def get(self, scope: Scope, id: UUID) -> Job:
        return await self._one(_HOLD, by_id(bound(scope), id))


class SqlJobViews(Reader):
    async def of_client(self, scope: Scope, client: ClientId) -> list[Job]:
        return await self._records(JOBS, _OF_CLIENT, scope, pk=client)

    async def one(self, scope: Scope, id: UUID) -> Job:
        return await self._record(JOBS, _ONE, scope, pk=id)

    async def costs(self, scope: Scope, first: date, last: date) -> tuple[Destination, ...]:
        found: Any = await self._rows(_MIDDLE, scope, {"begins": first.year, "ends": last.year})
        return by_destination(found)
