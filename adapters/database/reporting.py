"""The screens that draw on several tables: the case sheet, the timeline, my day, and the dashboards from kept figures."""

import json
from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, String, Text, Uuid, bindparam, func, literal, not_, null, select, type_coerce, union_all

from adapters.database.audit import ENTRY
from adapters.database.cases import CASE, LINES, line
from adapters.database.counselling import TASK, SqlCounsellingViews
from adapters.database.desk import NOTICES
from adapters.database.figures import CASELOAD, DUE, FLOW, REFERRED, TOOK
from adapters.database.identity import STAFF
from adapters.database.lanes import ANYWHERE, EVERYWHERE, Driver, Lane, centres_setting
from adapters.database.outbox import WAITING
from adapters.database.partners import PARTNER
from adapters.database.referrals import LATE, REFERRAL
from adapters.database.schema import Several, among
from adapters.database.scope import bound, case_in_scope, in_centres, mostly
from adapters.database.screening import SCREENING
from adapters.database.sheets import SqlSheets
from adapters.database.statements import Prepared
from adapters.database.together import Together
from adapters.database.weeks import WEEKLY
from domain.cases import Loose, Stage
from domain.counselling import MOST_COUNTED, TaskView
from domain.figures.due import Due
from domain.identity import Scope
from domain.partners.directory import PartnerKind
from domain.periods import week_of
from domain.referrals.steps import LIVE, OPEN, State
from domain.reporting import CaseloadDashboard, CounsellorLoad, Directory, Happening, Known, MonthFlow, MyDay, Notice, ReferralDashboard
from domain.screening import IndicationOutcome
from domain.secrecy import KeyVault
from domain.values import CaseId, StaffId, day_of
from domain.weeks import Happened, Weeks, earliest, weeks

_pk = bindparam("pk", type_=Uuid())
_WHOSE = Prepared(select(CASE.c.client_id).where(CASE.c.id == _pk, case_in_scope(CASE)))
_TIMELINE = Prepared(
    select(ENTRY.c.at, ENTRY.c.actor, ENTRY.c.action, ENTRY.c.subject, ENTRY.c.note)
    .where(ENTRY.c.client_id == _pk, ENTRY.c.action.not_like("saw%"))
    .order_by(ENTRY.c.id.desc())
    .limit(bindparam("n", type_=Integer()))
)
_KNOWN = Prepared(
    union_all(
        select(
            STAFF.c.id, STAFF.c.name, STAFF.c.active, type_coerce(STAFF.c.centres, Text()), literal("").label("kind"), STAFF.c.partner_id
        ),
        select(PARTNER.c.id, PARTNER.c.name, PARTNER.c.active, literal("[]"), PARTNER.c.kind, null()),
    )
)
_today = bindparam("today", type_=Date())
_due_of = (CASE.c.counsellor_id == bindparam("whose", type_=Uuid()), CASE.c.next_due <= _today, CASE.c.stage != "closed")
_CASES_DUE = Prepared(
    LINES.where(*_due_of, case_in_scope(CASE)).order_by(CASE.c.next_due, CASE.c.id).limit(bindparam("n", type_=Integer()))
)
_CASES_DUE_COUNT = Prepared(
    select(func.count()).select_from(select(CASE.c.id).where(*_due_of, mostly(case_in_scope(CASE))).limit(MOST_COUNTED).subquery())
)
_MY_REFERRALS = Prepared(
    select(REFERRED.c.state, func.sum(REFERRED.c.n))
    .where(REFERRED.c.counsellor_id == bindparam("whose", type_=Uuid()), in_centres(REFERRED))
    .group_by(REFERRED.c.state)
)
_CASELOAD = Prepared(
    select(CASELOAD.c.counsellor_id, STAFF.c.name, CASELOAD.c.kind, CASELOAD.c.risk, CASELOAD.c.stage, CASELOAD.c.n)
    .select_from(CASELOAD.outerjoin(STAFF, STAFF.c.id == CASELOAD.c.counsellor_id))
    .where(in_centres(CASELOAD), CASELOAD.c.n > 0)
)
_FLOW = Prepared(
    select(FLOW.c.month, FLOW.c.happened, func.sum(FLOW.c.n))
    .where(in_centres(FLOW), FLOW.c.month.between(bindparam("first"), bindparam("last")), not_(FLOW.c.happened.like(f"{TOOK}%")))
    .group_by(FLOW.c.month, FLOW.c.happened)
)
_WEEKS = Prepared(
    select(WEEKLY.c.week, WEEKLY.c.happened, func.sum(WEEKLY.c.n))
    .where(in_centres(WEEKLY), WEEKLY.c.week >= bindparam("since", type_=Date()))
    .group_by(WEEKLY.c.week, WEEKLY.c.happened)
)
_OVERDUE = Prepared(
    select(func.coalesce(func.sum(DUE.c.n), 0)).where(in_centres(DUE), DUE.c.n > 0, DUE.c.what == Due.case.value, DUE.c.due_on < _today)
)
_REFERRALS_BY_STATE = Prepared(
    select(REFERRED.c.state, func.sum(REFERRED.c.n)).where(in_centres(REFERRED), REFERRED.c.n > 0).group_by(REFERRED.c.state)
)
_LATE_ANSWERS = Prepared(select(func.count()).where(in_centres(REFERRAL), LATE))

LOOSE = Prepared(
    select(
        select(func.count()).where(TASK.c.case_id == _pk, TASK.c.done_at.is_(None), TASK.c.asks_after.is_(None)).scalar_subquery(),
        select(func.count())
        .where(REFERRAL.c.case_id == _pk, among(REFERRAL.c.state, bindparam("states", type_=Several(String()))))
        .scalar_subquery(),
        select(func.count())
        .where(SCREENING.c.case_id == _pk, SCREENING.c.outcome == IndicationOutcome.strong.value, SCREENING.c.decided_at.is_(None))
        .scalar_subquery(),
    )
)


async def loose(lane: Lane, case: CaseId) -> Loose:
    rows = await lane.rows(LOOSE, {"pk": case, "states": sorted(OPEN)})
    return Loose(*rows[0])


class SqlReportingViews(SqlSheets):
    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        super().__init__(driver, vault)
        self._known = Together(self._look_who_is_known)
        self._last: tuple[list[tuple[Any, ...]], Directory] = ([], Directory(()))

    async def known(self) -> Directory:
        """Every page asks this and is told the present names; pages that ask together share the question, and rows that are as they were
        the last time are not read anew."""
        return await self._known.answer()

    async def _look_who_is_known(self) -> Directory:
        async with self._driver.reading(ANYWHERE) as lane:
            rows = await lane.rows(_KNOWN, {})
        if rows != self._last[0]:
            self._last = rows, Directory(map(_known, rows))
        return self._last[1]

    async def timeline(self, scope: Scope, case: CaseId, limit: int) -> list[Happening]:
        """Of whoever's case this is, if it is in scope: what happened while another centre had them stands in that centre's trail."""
        if not (whose := await self._rows(_WHOSE, scope, {"pk": case})):
            return []
        async with self._driver.reading(EVERYWHERE) as lane:
            return [Happening(*row) for row in await lane.rows(_TIMELINE, {"pk": whose[0][0], "n": limit})]

    async def my_day(self, scope: Scope, staff: StaffId, today: date, most: int) -> MyDay:
        tasks = SqlCounsellingViews(self._driver, self._vault)
        late, of_today = await tasks.due_count(scope, staff, today)
        overdue = await tasks.due(scope, staff, today, most, late=True) if late else []
        due = await tasks.due(scope, staff, today, most, late=False) if of_today else []
        values = {**bound(scope), "whose": staff, "today": today, "n": most}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            cases_due = int((await lane.rows(_CASES_DUE_COUNT, values))[0][0])
            cases = await lane.rows(_CASES_DUE, values) if cases_due else []
            states = {row[0]: int(row[1]) for row in await lane.rows(_MY_REFERRALS, values)}
            notices = [Notice(*row) for row in await lane.rows(NOTICES, {"whose": staff})]
        return MyDay(
            today=today,
            due=tuple(map(TaskView.of, due)),
            due_count=of_today,
            overdue=tuple(map(TaskView.of, overdue)),
            overdue_count=late,
            cases_due=tuple(line(row, self._vault) for row in cases),
            cases_due_count=cases_due,
            waiting_for_partner=sum(n for state, n in states.items() if State(state) in LIVE and state != State.needs_information),
            waiting_for_supervisor=states.get(State.awaiting_approval, 0),
            needs_my_answer=states.get(State.needs_information, 0),
            notices=tuple(notices),
        )

    async def caseload(self, scope: Scope, at: datetime, first: str, last: str) -> CaseloadDashboard:
        values = {**bound(scope), "first": first, "last": last, "today": day_of(at)}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            figures = await lane.rows(_CASELOAD, values)
            flow = {(month, what): int(n) for month, what, n in await lane.rows(_FLOW, values)}
            overdue = (await lane.rows(_OVERDUE, values))[0][0]
            kept = await lane.rows(_WEEKS, {**values, "since": earliest(week_of(at))})
        its = weeks(week_of(at), [(week, Happened(what), int(n)) for week, what, n in kept])
        return _dashboard(scope, figures, flow, at, int(overdue), its)

    async def referrals(self, scope: Scope, at: datetime) -> ReferralDashboard:
        values = bound(scope)
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            states = {row[0]: int(row[1]) for row in await lane.rows(_REFERRALS_BY_STATE, values)}
            late = int((await lane.rows(_LATE_ANSWERS, {**values, "late_at": at}))[0][0])
            waiting = int((await lane.rows(WAITING, {}))[0][0])
        return ReferralDashboard(scope.centres, at, states, late, waiting)


def _known(row: tuple[Any, ...]) -> Known:
    id, name, active, centres, kind, of = row
    return Known(id, name, bool(active), tuple(json.loads(centres)), PartnerKind(kind) if kind else None, of)


def _dashboard(
    scope: Scope, figures: list[tuple[Any, ...]], flow: dict[tuple[str, str], int], as_of: datetime, overdue: int, its: Weeks
) -> CaseloadDashboard:
    stages: Counter[str] = Counter()
    risks: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    held: dict[UUID, CounsellorLoad] = {}
    for counsellor, name, kind, risk, stage, n in figures:
        stages[stage] += n
        if stage == Stage.closed:
            continue
        risks[risk] += n
        kinds[kind] += n
        load = held.get(counsellor, CounsellorLoad(counsellor, name or "", 0, 0))
        high = n if risk in ("high", "critical") else 0
        held[counsellor] = CounsellorLoad(counsellor, load.name, load.open + n, load.high_risk + high)
    months = sorted({month for month, _ in flow})
    return CaseloadDashboard(
        centres=scope.centres,
        as_of=as_of,
        open=sum(risks.values()),
        overdue=overdue,
        by_stage=dict(stages),
        by_risk=dict(risks),
        by_kind=dict(kinds),
        counsellors=tuple(sorted(held.values(), key=lambda load: (-load.open, load.name))),
        months=tuple(MonthFlow(month, flow.get((month, "opened"), 0), flow.get((month, "closed"), 0)) for month in months),
        weeks=its,
    )
