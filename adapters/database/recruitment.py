"""Jobs abroad, coded and plain but for the words, so that months of earnings are counted without opening a file."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, Uuid, bindparam, select
from sqlmodel import SQLModel

from adapters.database.clients import CLIENT
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Store, by_id, keyed
from domain.identity import Scope
from domain.recruitment import PARTS, Destination, Job, Paid, by_destination, cost, months, rupees
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
_COSTS = Prepared(
    select(JOB.c.country, JOB.c.income, JOB.c.rate, *(JOB.c[name] for name in PARTS)).where(
        in_centres(JOB),
        JOB.c.year.between(bindparam("begins", type_=Integer()), bindparam("ends", type_=Integer())),
        JOB.c.income > 0,
    )
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
        found: dict[str, list[float]] = defaultdict(list)
        for row in await self._rows(_COSTS, scope, {"begins": first.year, "ends": last.year}):
            country, income, rate, *parts = row
            its: Any = months(cost(tuple(parts)), rupees(income, rate))
            if its is not None:
                found[country].append(its)
        return by_destination(found)
