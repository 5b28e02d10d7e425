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
from adapters.database.schema import among
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.weeks import WEEKLY
from domain.cases import Stage
from domain.figures.caseload import CaseloadDashboard, MonthFlow
from domain.figures.caseload import caseload as standing
from domain.figures.due import Due
from domain.identity import Scope
from domain.periods import week_of
from domain.reporting import ReferralDashboard
from domain.values import StaffId
from domain.weeks import Happened, earliest, weeks


class _Part(StrEnum):
    stage = "stage"
    kind = "kind"
    held = "held"
    month = "month"
    overdue = "overdue"
    week = "week"


MOVED = (Happened.opened.value, Happened.closed.value)
"""What is shown by month; kept is more: how long those were open that closed."""
_nobody, _nothing, _none = cast(null(), Uuid()), literal(""), literal(0)
# Read once and summed up three times, so that a few sums leave the database and not each count of each counsellor.
_stand = select(CASELOAD).where(in_centres(CASELOAD), CASELOAD.c.n > 0).cte("stand")
_open = _stand.c.stage != Stage.closed.value
_held = (
    select(_stand.c.counsellor_id, _stand.c.risk, func.sum(_stand.c.n).label("n"))
    .where(_open)
    .group_by(_stand.c.counsellor_id, _stand.c.risk)
    .subquery()
)
_named = _held.outerjoin(STAFF, STAFF.c.id == _held.c.counsellor_id)
_months = FLOW.c.month.between(bindparam("first"), bindparam("last")), or_(*(FLOW.c.happened == word for word in MOVED))
# Both ends, though nothing is later: with one the database reckons to read a third of the table, and reads all of it.
_weeks = WEEKLY.c.week.between(bindparam("since", type_=Date()), bindparam("this", type_=Date()))
_late = DUE.c.n > 0, DUE.c.what == Due.case.value, among(DUE.c.span, GONE)
_CASELOAD = Prepared(
    union_all(
        select(literal(_Part.stage.value), _stand.c.stage, _nothing, _nobody, func.sum(_stand.c.n), _none).group_by(_stand.c.stage),
        select(literal(_Part.kind.value), _stand.c.kind, _nothing, _nobody, func.sum(_stand.c.n), _none)
        .where(_open)
        .group_by(_stand.c.kind),
        select(
            literal(_Part.held.value), _held.c.risk, func.coalesce(STAFF.c.name, ""), _held.c.counsellor_id, _held.c.n, _none
        ).select_from(_named),
        select(
            literal(_Part.month.value),
            FLOW.c.month,
            _nothing,
            _nobody,
            *(func.sum(case((FLOW.c.happened == word, FLOW.c.n), else_=0)) for word in MOVED),
        )
        .where(in_centres(FLOW), *_months)
        .group_by(FLOW.c.month),
        select(literal(_Part.overdue.value), _nothing, _nothing, _nobody, func.coalesce(func.sum(DUE.c.n), 0), _none).where(
            in_centres(DUE), *_late
        ),
        select(literal(_Part.week.value), WEEKLY.c.happened, cast(WEEKLY.c.week, String()), _nobody, func.sum(WEEKLY.c.n), _none)
        .where(in_centres(WEEKLY), _weeks)
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
        held=((StaffId(whose), name, risk, n) for risk, name, whose, n, _ in found[_Part.held]),
        by_stage={stage: n for stage, _, _, n, _ in found[_Part.stage]},
        by_kind={kind: n for kind, _, _, n, _ in found[_Part.kind]},
        overdue=found[_Part.overdue][0][3],
        months=(MonthFlow(month, opened, closed) for month, _, _, opened, closed in found[_Part.month]),
        weeks=weeks(this, ((date.fromisoformat(day), Happened(what), n) for what, day, _, n, _ in found[_Part.week])),
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
