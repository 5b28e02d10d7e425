"""The screens that draw on several tables: the case sheet, the timeline, my day, and the dashboards from kept figures."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, Text, Uuid, bindparam, func, literal, null, select, type_coerce, union_all

from adapters.database.audit import ENTRY
from adapters.database.cases import CASE, LINES, line
from adapters.database.counselling import TASK, SqlCounsellingViews
from adapters.database.desk import NOTICES
from adapters.database.figures import REFERRED
from adapters.database.identity import STAFF
from adapters.database.lanes import ANYWHERE, EVERYWHERE, Driver, Lane, centres_setting
from adapters.database.partners import PARTNER
from adapters.database.referrals import REFERRAL
from adapters.database.schema import Several, among
from adapters.database.scope import bound, case_in_scope, in_centres, mostly
from adapters.database.screening import SCREENING
from adapters.database.sheets import SqlSheets
from adapters.database.statements import Prepared
from adapters.database.together import Together
from domain.cases import Loose
from domain.counselling import MOST_COUNTED
from domain.identity import Scope
from domain.partners.directory import PartnerKind
from domain.referrals.steps import LIVE, OPEN, State
from domain.reporting import Directory, Happening, Known, MyDay, Notice
from domain.screening import IndicationOutcome
from domain.secrecy import KeyVault
from domain.values import CaseId, StaffId

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
            due=tuple(due),
            due_count=of_today,
            overdue=tuple(overdue),
            overdue_count=late,
            cases_due=tuple(line(row, self._vault) for row in cases),
            cases_due_count=cases_due,
            waiting_for_partner=sum(n for state, n in states.items() if State(state) in LIVE and state != State.needs_information),
            waiting_for_supervisor=states.get(State.awaiting_approval, 0),
            needs_my_answer=states.get(State.needs_information, 0),
            notices=tuple(notices),
        )


def _known(row: tuple[Any, ...]) -> Known:
    id, name, active, centres, kind, of = row
    return Known(id, name, bool(active), tuple(json.loads(centres)), PartnerKind(kind) if kind else None, of)
