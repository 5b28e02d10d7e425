"""The caseload's dashboard and that of referrals, each one statement over kept figures."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, String, Uuid, bindparam, case, cast, func, literal, null, or_, select, union_all

from adapters.database.figures import CASELOAD, DUE, FLOW, REFERRED
from adapters.database.identity import STAFF
from adapters.database.lanes import Lane
from adapters.database.late import GONE, LATE_SINCE, RUNNING_LATE, until
from adapters.database.outbox import WAITS
from adapters.database.parts import parted
from adapters.database.schema import among, gathered
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.weeks import WEEKLY
from domain.figures.caseload import CaseloadDashboard, MonthFlow
from domain.figures.caseload import caseload as standing
from domain.figures.due import Due
from domain.identity import Scope
from domain.periods import week_of
from domain.reporting import ReferralDashboard
from domain.values import StaffId
from domain.weeks import Happened, earliest, weeks


class _Part(StrEnum):
    held = "held"
    month = "month"
    overdue = "overdue"
    week = "week"


_nobody, _nothing, _none = cast(null(), Uuid()), literal(""), literal(0)
_no_cases = (null(),) * 4
# A row for each counsellor, with all kinds of cases side by side: to sum them up by stage, risk and kind here would read them four times.
_HELD = (CASELOAD.c.stage, CASELOAD.c.risk, CASELOAD.c.kind, CASELOAD.c.n)
_held = (
    select(CASELOAD.c.counsellor_id, *(gathered(one).label(one.name) for one in _HELD))
    .where(in_centres(CASELOAD), CASELOAD.c.n > 0)
    .group_by(CASELOAD.c.counsellor_id)
    .subquery()
)
_CASELOAD = Prepared(
    union_all(
        select(
            literal(_Part.held.value),
            _nothing,
            func.coalesce(STAFF.c.name, ""),
            _held.c.counsellor_id,
            _none,
            _none,
            *(_held.c[one.name] for one in _HELD),
        ).select_from(_held.outerjoin(STAFF, STAFF.c.id == _held.c.counsellor_id)),
        select(
            literal(_Part.month.value),
            FLOW.c.month,
            _nothing,
            _nobody,
            *(func.sum(case((FLOW.c.happened == word, FLOW.c.n), else_=0)) for word in ("opened", "closed")),
            *_no_cases,
        )
        .where(
            in_centres(FLOW),
            FLOW.c.month.between(bindparam("first"), bindparam("last")),
            or_(FLOW.c.happened == "opened", FLOW.c.happened == "closed"),
        )
        .group_by(FLOW.c.month),
        select(literal(_Part.overdue.value), _nothing, _nothing, _nobody, func.coalesce(func.sum(DUE.c.n), 0), _none, *_no_cases).where(
            in_centres(DUE), DUE.c.n > 0, DUE.c.what == Due.case.value, among(DUE.c.span, GONE)
        ),
        select(
            literal(_Part.week.value), WEEKLY.c.happened, cast(WEEKLY.c.week, String()), _nobody, func.sum(WEEKLY.c.n), _none, *_no_cases
        )
        # Both ends, though nothing is later: with one the database reckons to read a third of the table, and reads all of it.
        .where(in_centres(WEEKLY), WEEKLY.c.week.between(bindparam("since", type_=Date()), bindparam("this", type_=Date())))
        .group_by(WEEKLY.c.week, WEEKLY.c.happened),
    ),
    once=True,
)


async def caseload(lane: Lane, scope: Scope, at: datetime, first: str, last: str) -> CaseloadDashboard:
    this = week_of(at)
    asked = {**bound(scope), "first": first, "last": last, "since": earliest(this), "this": this, **until(at)}
    found = parted(await lane.rows(_CASELOAD, asked), _Part)
    return standing(
        scope.centres,
        at,
        [(StaffId(whose), name, zip(*cases, strict=True)) for _, name, whose, _, _, *cases in found[_Part.held]],
        overdue=found[_Part.overdue][0][3],
        months=(MonthFlow(month, opened, closed) for month, _, _, opened, closed, *_ in found[_Part.month]),
        weeks=weeks(this, ((date.fromisoformat(day), Happened(what), n) for what, day, _, n, *_ in found[_Part.week])),
    )


_REFERRALS = Prepared(
    union_all(
        select(REFERRED.c.state, func.sum(REFERRED.c.n)).where(in_centres(REFERRED), REFERRED.c.n > 0).group_by(REFERRED.c.state),
        select(literal("late"), RUNNING_LATE.scalar_subquery() + LATE_SINCE.scalar_subquery()),
        select(literal("posts"), WAITS.scalar_subquery()),
    ),
    once=True,
)


async def referrals(lane: Lane, scope: Scope, at: datetime) -> ReferralDashboard:
    found = dict(await lane.rows(_REFERRALS, {**bound(scope), **until(at)}))
    late, posts = found.pop("late"), found.pop("posts")
    return ReferralDashboard(scope.centres, at, found, late, posts)
