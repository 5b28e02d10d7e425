"""The caseload's dashboard and that of referrals, each one statement over kept figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, Uuid, bindparam, case, cast, func, literal, null, or_, select, union_all

from adapters.database.dashboards import GONE, LATE_TODAY, until
from adapters.database.figures import CASELOAD, DUE, FLOW, REFERRED, RUNNING
from adapters.database.identity import STAFF
from adapters.database.lanes import Lane
from adapters.database.outbox import WAITS
from adapters.database.referrals import REFERRAL
from adapters.database.schema import among
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.weeks import WEEKLY
from domain.cases import Risk, Stage
from domain.figures.due import Due
from domain.identity import Scope
from domain.periods import week_of
from domain.reporting import CaseloadDashboard, CounsellorLoad, MonthFlow, ReferralDashboard
from domain.values import StaffId
from domain.weeks import Happened, earliest, weeks

_nobody = cast(null(), Uuid())
_its = (
    select(CASELOAD.c.counsellor_id, CASELOAD.c.kind, CASELOAD.c.risk, CASELOAD.c.stage, CASELOAD.c.n)
    .where(in_centres(CASELOAD), CASELOAD.c.n > 0)
    .cte("its")
)
_open = _its.c.stage != Stage.closed.value
_grave = or_(*(_its.c.risk == risk.value for risk in (Risk.high, Risk.critical)))
_CASELOAD = Prepared(
    union_all(
        select(literal("stage"), _its.c.stage, _nobody, func.sum(_its.c.n), literal(0)).group_by(_its.c.stage),
        *(
            select(literal(word), by, _nobody, func.sum(_its.c.n), literal(0)).where(_open).group_by(by)
            for word, by in (("risk", _its.c.risk), ("kind", _its.c.kind))
        ),
        select(
            literal("held"),
            func.coalesce(STAFF.c.name, ""),
            _its.c.counsellor_id,
            func.sum(_its.c.n),
            func.sum(case((_grave, _its.c.n), else_=0)),
        )
        .select_from(_its.outerjoin(STAFF, STAFF.c.id == _its.c.counsellor_id))
        .where(_open)
        .group_by(_its.c.counsellor_id, STAFF.c.name),
        select(
            literal("month"),
            FLOW.c.month,
            _nobody,
            *(func.sum(case((FLOW.c.happened == word, FLOW.c.n), else_=0)) for word in ("opened", "closed")),
        )
        .where(
            in_centres(FLOW),
            FLOW.c.month.between(bindparam("first"), bindparam("last")),
            or_(FLOW.c.happened == "opened", FLOW.c.happened == "closed"),
        )
        .group_by(FLOW.c.month),
        select(literal("overdue"), literal(""), _nobody, func.coalesce(func.sum(DUE.c.n), 0), literal(0)).where(
            in_centres(DUE), DUE.c.n > 0, DUE.c.what == Due.case.value, among(DUE.c.span, GONE)
        ),
        select(literal("week"), WEEKLY.c.happened + literal(" ") + cast(WEEKLY.c.week, String()), _nobody, func.sum(WEEKLY.c.n), literal(0))
        .where(in_centres(WEEKLY), WEEKLY.c.week >= bindparam("since", type_=Date()))
        .group_by(WEEKLY.c.week, WEEKLY.c.happened),
    ),
    once=True,
)


async def caseload(lane: Lane, scope: Scope, at: datetime, first: str, last: str) -> CaseloadDashboard:
    parts: dict[str, list[tuple[Any, ...]]] = {part: [] for part in ("stage", "risk", "kind", "held", "month", "overdue", "week")}
    since = {"since": earliest(week_of(at))}
    for part, *its in await lane.rows(_CASELOAD, {**bound(scope), "first": first, "last": last, **since, **until(at)}):
        parts[part].append(tuple(its))
    held = [CounsellorLoad(StaffId(whose), name, n, grave) for name, whose, n, grave in parts["held"]]
    return CaseloadDashboard(
        centres=scope.centres,
        as_of=at,
        open=sum(load.open for load in held),
        overdue=parts["overdue"][0][2],
        by_stage={word: n for word, _, n, _ in parts["stage"]},
        by_risk={word: n for word, _, n, _ in parts["risk"]},
        by_kind={word: n for word, _, n, _ in parts["kind"]},
        counsellors=tuple(sorted(held, key=lambda load: (-load.open, load.name))),
        weeks=weeks(week_of(at), (_of_week(word, n) for word, _, n, _ in parts["week"])),
        months=tuple(MonthFlow(month, opened, closed) for month, _, opened, closed in sorted(parts["month"])),
    )


def _of_week(word: str, n: int) -> tuple[date, Happened, int]:
    what, _, day = word.partition(" ")
    return date.fromisoformat(day), Happened(what), int(n)


RUNNING_LATE = select(func.coalesce(func.sum(RUNNING.c.n), 0)).where(in_centres(RUNNING), RUNNING.c.n > 0, among(RUNNING.c.span, GONE))
LATE_SINCE = select(func.count()).select_from(REFERRAL).where(*LATE_TODAY)
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
