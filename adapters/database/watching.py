"""What is due, read from kept figures; and the lists of what waits, each along an index that holds nothing else."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from adapters.database.access import ASSIGNMENT
from adapters.database.answers import CAME
from adapters.database.approvals import SqlApprovalViews
from adapters.database.board import STRANGERS, counsels
from adapters.database.cases import CASE, LINES, line
from adapters.database.counselling import TASK, TASKS
from adapters.database.figures import DUE, WATCHED
from adapters.database.identity import STAFF
from adapters.database.incoming import INCOMING, LATE_OF_OURS
from adapters.database.keys import KEY
from adapters.database.lanes import centres_setting
from adapters.database.late import GONE, LATE_SINCE, RUNNING_LATE, until
from adapters.database.parts import parted
from adapters.database.quality import SqlQualityViews
from adapters.database.schema import Several, UTCDateTime, among
from adapters.database.scope import bound, case_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.waits import OWED
from domain.cases import HANDED_OVER, Risk, Stage
from domain.counselling import COUNSELS
from domain.figures.answers import own_answers
from domain.figures.due import Due, DueDashboard, DueTask, Kept, TaskFilter, Unheld, holders, lines, unheld
from domain.figures.handover import Held
from domain.identity import Scope
from domain.periods import number_of
from domain.values import StaffId, day_of
from domain.weeks import WEEK

_n = bindparam("n", type_=Integer())
_today = bindparam("today", type_=Integer())
_WHEN = ((DUE.c.span < _today, "overdue"), (DUE.c.span == _today, "due"), (DUE.c.span > _today, "week"))


class _Part(StrEnum):
    """What is asked at once: what is due by whose it is, what is late between us and partners, who holds cases without counselling, and how
    we answered."""

    due = "due"
    between = "between"
    stranger = "stranger"
    answers = "answers"


# A day is greater than every span of days gone by (`periods.spans`).
_sums = (
    select(DUE.c.holder_id, DUE.c.what, *(func.sum(case((its, DUE.c.n), else_=0)).label(name) for its, name in _WHEN))
    .where(in_centres(DUE), DUE.c.n > 0, among(DUE.c.span, bindparam("spans", type_=Several(Integer()))))
    .group_by(DUE.c.holder_id, DUE.c.what)
    .subquery()
)
_nobody, _false = cast(null(), Uuid()), literal(False, type_=Boolean())
_OWED = select(func.coalesce(func.sum(WATCHED.c.n), 0)).where(
    in_centres(WATCHED), WATCHED.c.n > 0, WATCHED.c.what == OWED, among(WATCHED.c.span, GONE)
)
_owed_since = select(func.count()).select_from(INCOMING).where(in_centres(INCOMING), LATE_OF_OURS)
_DUE = Prepared(
    union_all(
        select(
            literal(_Part.due.value), _sums.c.holder_id, STAFF.c.name, STAFF.c.active, _sums.c.what, *(_sums.c[name] for _, name in _WHEN)
        ).select_from(_sums.outerjoin(STAFF, STAFF.c.id == _sums.c.holder_id)),
        select(
            literal(_Part.between.value),
            _nobody,
            literal(""),
            _false,
            literal(""),
            RUNNING_LATE.scalar_subquery() + LATE_SINCE.scalar_subquery(),
            _OWED.scalar_subquery() + _owed_since.scalar_subquery(),
            literal(0),
        ),
        select(
            literal(_Part.stranger.value), STRANGERS.c.counsellor_id, literal(""), _false, literal(""), literal(0), literal(0), literal(0)
        ),
        select(
            literal(_Part.answers.value),
            _nobody,
            CAME.c.state,
            _false,
            CAME.c.code,
            func.sum(CAME.c.n),
            literal(0),
            literal(0),
        )
        .where(in_centres(CAME), CAME.c.n != 0, CAME.c.quarter.between(bindparam("came_first"), bindparam("came_last")))
        .group_by(CAME.c.state, CAME.c.code),
    ),
    once=True,
)
_given = (
    select(func.max(ASSIGNMENT.c.since))
    .where(ASSIGNMENT.c.case_id == CASE.c.id, ASSIGNMENT.c.until.is_(None))
    .correlate(CASE)
    .scalar_subquery()
)
_UNHELD = Prepared(
    select(CASE.c.risk, type_coerce(func.coalesce(_given, CASE.c.opened_at), UTCDateTime()), STAFF.c.placed_at)
    .select_from(CASE.outerjoin(STAFF, STAFF.c.id == CASE.c.counsellor_id))
    .where(
        in_centres(CASE),
        among(CASE.c.counsellor_id, bindparam("strangers", type_=Several(Uuid()))),
        CASE.c.stage != Stage.closed.value,
        or_(STAFF.c.id.is_(None), not_(counsels(CASE))),
    )
)
_tasks = (
    select(*TASKS.columns, KEY.c.wrapped, CASE.c.number, STAFF.c.name)
    .select_from(
        TASK.join(CASE, CASE.c.id == TASK.c.case_id)
        .outerjoin(KEY, KEY.c.id == TASK.c.client_id)
        .outerjoin(STAFF, STAFF.c.id == TASK.c.assignee_id)
    )
    .where(
        in_centres(TASK),
        TASK.c.done_at.is_(None),
        TASK.c.due_on.between(bindparam("first", type_=Date()), bindparam("last", type_=Date())),
        case_in_scope(CASE),
    )
    .order_by(TASK.c.due_on, TASK.c.id)
    .limit(_n)
)
_KIND: dict[Due | None, tuple[Any, ...]] = {
    None: (),
    Due.planned: (TASK.c.asks_after.is_(None), TASK.c.planned),
    Due.asks_after: (TASK.c.asks_after.is_not(None),),
    Due.other: (TASK.c.asks_after.is_(None), not_(TASK.c.planned)),
}
_holder = TASK.c.assignee_id == bindparam("holder", type_=Uuid())
_TASKS = {(what, one): Prepared(_tasks.where(*its, *((_holder,) if one else ()))) for what, its in _KIND.items() for one in (False, True)}


_whose, _giver = bindparam("whose", type_=Uuid()), bindparam("giver", type_=Uuid())
_now: Any = ASSIGNMENT.alias()
_before: Any = ASSIGNMENT.alias()
_given_by = exists().where(
    _now.c.case_id == CASE.c.id,
    _now.c.until.is_(None),
    _now.c.reason == HANDED_OVER,
    _before.c.case_id == CASE.c.id,
    _before.c.staff_id == _giver,
    _before.c.until == _now.c.since,
)
_HELD = {
    given: Prepared(
        LINES.where(
            CASE.c.counsellor_id == _whose, CASE.c.stage != Stage.closed.value, *([_given_by] if given else []), case_in_scope(CASE)
        )
        .order_by(CASE.c.opened_at, CASE.c.id)
        .limit(_n)
    )
    for given in (False, True)
}
_SINGLE = Prepared(_tasks.where(TASK.c.assignee_id == _whose, CASE.c.counsellor_id != _whose))


class SqlWatchViews(SqlQualityViews, SqlApprovalViews):
    async def due(self, scope: Scope, at: datetime, first: str, last: str) -> DueDashboard:
        today = day_of(at)
        values = {**bound(scope), **until(at), "today": number_of(today), "counselling": [role.value for role in COUNSELS]}
        values |= {"came_first": first, "came_last": last}
        values["spans"] = [*values["gone"], *(number_of(today + timedelta(days=n)) for n in range(WEEK.days + 1))]
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            found = parted(await lane.rows(_DUE, values), _Part)
            strangers = [row[0] for row in found[_Part.stranger]]
            unknown = await lane.rows(_UNHELD, {**values, "strangers": strangers}) if strangers else []
        waiting = [Unheld(Risk(risk), given, left) for risk, given, left in unknown]
        kept = [Kept(StaffId(row[0]), row[1] or "", bool(row[2]), Due(row[3]), row[4:]) for row in found[_Part.due]]
        ((sent, came),) = [row[4:6] for row in found[_Part.between]]
        answers = own_answers(first, last, {(state, code): n for _, state, _, code, n, *_ in found[_Part.answers]})
        return DueDashboard(scope.centres, at, today, lines(kept), holders(kept), unheld(waiting, at), sent, came, answers)

    async def tasks(self, scope: Scope, wanted: TaskFilter, limit: int) -> list[DueTask]:
        values: dict[str, date | Any] = {"first": wanted.first, "last": wanted.last, "holder": wanted.holder, "n": limit}
        rows = await self._rows(_TASKS[wanted.what, wanted.holder is not None], scope, values)
        return [self._task(row) for row in rows if row[-3]]

    async def held(self, scope: Scope, whose: StaffId, given_by: StaffId | None, limit: int) -> Held:
        ever = {"first": date.min, "last": date.max}
        cases = await self._rows(_HELD[given_by is not None], scope, {"whose": whose, "giver": given_by, "n": limit})
        tasks = await self._rows(_SINGLE, scope, {"whose": whose, "n": limit, **ever}) if given_by is None else []
        return Held(tuple(line(row, self._vault) for row in cases), tuple(self._task(row) for row in tasks if row[-3]))

    def _task(self, row: tuple[Any, ...]) -> DueTask:
        return DueTask.of(TASKS.record(row[:-3], self._vault, row[-3]), row[-2], row[-1] or "")
