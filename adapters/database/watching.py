"""What is due, read from kept figures; and the lists of what waits, each along an index that holds nothing else."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, String, Uuid, bindparam, case, exists, func, not_, or_, select, type_coerce

from adapters.database.access import ASSIGNMENT
from adapters.database.approvals import SqlApprovalViews
from adapters.database.board import STRANGERS, counsels
from adapters.database.cases import CASE, LINES, line
from adapters.database.counselling import TASK, TASKS
from adapters.database.figures import DUE
from adapters.database.identity import STAFF
from adapters.database.incoming import INCOMING
from adapters.database.keys import KEY
from adapters.database.lanes import Lane, centres_setting
from adapters.database.quality import SqlQualityViews
from adapters.database.referrals import LATE, REFERRAL
from adapters.database.schema import Several, UTCDateTime, among
from adapters.database.scope import bound, case_in_scope, in_centres
from adapters.database.statements import Prepared
from domain.cases import HANDED_OVER, Risk, Stage
from domain.counselling import COUNSELS
from domain.figures.due import WEEK, Due, DueDashboard, DueTask, Kept, TaskFilter, Unheld, holders, lines, unheld
from domain.figures.handover import Held
from domain.identity import Scope
from domain.incoming.steps import CLOCKED
from domain.values import StaffId, day_of

_n = bindparam("n", type_=Integer())
DAY = timedelta(days=1)
_today, _yesterday, _tomorrow = (bindparam(name, type_=Date()) for name in ("today", "yesterday", "tomorrow"))
# One day for all that `due.when` tells no apart: a few rows instead of one for every day on which something is due.
_stands_for = case((DUE.c.due_on < _today, _yesterday), (DUE.c.due_on > _today, _tomorrow), else_=_today)
_days = (
    select(DUE.c.holder_id, DUE.c.what, _stands_for.label("day"), DUE.c.n)
    .where(in_centres(DUE), DUE.c.n > 0, DUE.c.due_on <= bindparam("until", type_=Date()))
    .subquery()
)
_sums = select(_days.c.holder_id, _days.c.what, _days.c.day, func.sum(_days.c.n).label("n")).group_by(*_days.c[:3]).subquery()
_DUE = Prepared(
    select(_sums.c.holder_id, STAFF.c.name, STAFF.c.active, _sums.c.what, _sums.c.day, _sums.c.n).select_from(
        _sums.outerjoin(STAFF, STAFF.c.id == _sums.c.holder_id)
    )
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
_BOTH_LATE = Prepared(
    select(
        select(func.count()).where(in_centres(REFERRAL), LATE).scalar_subquery(),
        select(func.count())
        .where(
            in_centres(INCOMING),
            among(INCOMING.c.state, bindparam("states", type_=Several(String()))),
            INCOMING.c.answer_by < bindparam("late_at", type_=UTCDateTime()),
        )
        .scalar_subquery(),
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


async def no_ones(lane: Lane, values: dict[str, Any]) -> list[Unheld]:
    """Every open case that nobody holds."""
    values = {**values, "counselling": [role.value for role in COUNSELS]}
    strangers = [id for (id,) in await lane.rows(STRANGERS, values)]
    rows = await lane.rows(_UNHELD, {**values, "strangers": strangers}) if strangers else []
    return [Unheld(Risk(risk), given, left) for risk, given, left in rows]


class SqlWatchViews(SqlQualityViews, SqlApprovalViews):
    async def due(self, scope: Scope, at: datetime) -> DueDashboard:
        today = day_of(at)
        values = {**bound(scope), "states": sorted(CLOCKED), "late_at": at}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            around = {"yesterday": today - DAY, "today": today, "tomorrow": today + DAY, "until": today + WEEK}
            rows = await lane.rows(_DUE, {**values, **around})
            waiting = await no_ones(lane, values)
            ((sent, came),) = await lane.rows(_BOTH_LATE, values)
        kept = [Kept(StaffId(whose), name or "", bool(active), Due(what), day, int(n)) for whose, name, active, what, day, n in rows]
        return DueDashboard(scope.centres, at, today, lines(kept, today), holders(kept, today), unheld(waiting, at), sent, came)

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
