"""Plans, a row for each version.

Decision. Context: the sheet shows the plan on every opening, and what a version says is only ever read and written whole. Choice: needs,
goals, actions and budget are one sealed column of the version's row, so that the sheet reads one row and opens one seal; what staff have
to do stands among the tasks, where it is found by day. Price: no statement looks into a plan; figures of actions would need a table.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, UniqueConstraint, Uuid, bindparam, func, literal, select, text
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Waiting, by_id, keyed
from adapters.database.weeks import cells_of_plan
from domain.errors import NotFound
from domain.figures.funnel import Reached
from domain.identity import Scope
from domain.plans.record import Plan, PlanLine, PlanState
from domain.values import CaseId, PlanId

_waits = "state = 'submitted'"


class PlanRow(SQLModel, table=True):
    __tablename__ = "plan"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        one_of("state", PlanState),
        UniqueConstraint("case_id", "number"),
        Index(None, "client_id"),
        # The few that wait for a supervisor, without reading all there are.
        Index("ix_plan_waiting", "centre", "submitted_at", postgresql_where=text(_waits), sqlite_where=text(_waits)),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    number: int = column(Integer())
    state: str = column(WORD)
    content: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    writers: bytes = column(String(), Shows.internal, sealed=Sealed.subject)
    written_by: UUID = column(Uuid())
    written_at: datetime = column(UTCDateTime())
    submitted_at: datetime | None = column(UTCDateTime(), nullable=True)
    approved_by: UUID | None = column(Uuid(), nullable=True)
    approved_at: datetime | None = column(UTCDateTime(), nullable=True)
    comment: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    version: int = column(Integer())


PLAN = table_of(PlanRow)
PLANS: Codec[Plan] = Codec(Plan, PlanRow)

_pk = bindparam("pk", type_=Uuid())
_n = bindparam("n", type_=Integer())
_base = keyed(PLANS, "client_id").join(CASE, CASE.c.id == PLAN.c.case_id).where(case_in_scope(CASE))
_LOOK = Prepared(_base.where(PLAN.c.id == _pk))
_OF_CASE = Prepared(_base.where(PLAN.c.case_id == _pk).order_by(PLAN.c.number.desc()))
_one: Any = PLAN.alias()
_BESIDE = Prepared(_base.where(PLAN.c.case_id == select(_one.c.case_id).where(_one.c.id == _pk).scalar_subquery()))
_LIVE = Prepared(
    keyed(PLANS, "client_id")
    .where(PLAN.c.case_id == _pk, PLAN.c.state != PlanState.replaced.value)
    .order_by(PLAN.c.number)
    .with_for_update(of=PLAN)
)
_APPROVED = Prepared(select(literal(1)).where(PLAN.c.case_id == _pk, PLAN.c.state == PlanState.approved.value))
WAITING = Prepared(
    select(
        PLAN.c.id,
        PLAN.c.case_id,
        CASE.c.number,
        PLAN.c.centre,
        PLAN.c.client_id,
        PLAN.c.number.label("nth"),
        PLAN.c.written_by,
        PLAN.c.submitted_at,
        func.count().over(),
    )
    .select_from(PLAN.join(CASE, CASE.c.id == PLAN.c.case_id))
    .where(PLAN.c.state == PlanState.submitted.value, case_in_scope(CASE))
    .order_by(PLAN.c.submitted_at, PLAN.c.id)
    .limit(_n)
)


def plan_line(row: tuple[Any, ...]) -> PlanLine:
    return PlanLine(*row[:-1])


class SqlPlans(Waiting[Plan]):
    codec = PLANS

    async def add(self, record: Plan) -> None:
        await super().add(record)
        self._count(record)
        self._tally.move((), cells_of_plan(record))

    async def save(self, record: Plan) -> None:
        await super().save(record)
        self._count(record)

    def _count(self, record: Plan) -> None:
        if record.approved_at is not None:
            self._tally.reach(record.case_id, Reached.planned, record.approved_at)

    async def look(self, scope: Scope, id: PlanId) -> Plan:
        return await self._one(_LOOK, by_id(bound(scope), id))

    async def live(self, case: CaseId) -> list[Plan]:
        return await self._all(_LIVE, {"pk": case})

    async def approved(self, case: CaseId) -> bool:
        return bool(await self._lane.rows(_APPROVED, {"pk": case}))


class SqlPlanViews(Reader):
    async def of_case(self, scope: Scope, case: CaseId) -> list[Plan]:
        return await self._records(PLANS, _OF_CASE, scope, pk=case)

    async def beside(self, scope: Scope, id: PlanId) -> list[Plan]:
        found = await self._records(PLANS, _BESIDE, scope, pk=id)
        if not found:
            raise NotFound()
        return found

    async def waiting(self, scope: Scope, limit: int) -> list[PlanLine]:
        return [plan_line(row) for row in await self._rows(WAITING, scope, {"n": limit})]
