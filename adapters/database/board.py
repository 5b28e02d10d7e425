"""The supervisor's board: what waits in a centre, the longest waiting first, a handful of statements in one look."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)

from adapters.database.cases import CASE, LINES, line
from adapters.database.exports import WAITING as EXPORTS_WAIT
from adapters.database.figures import CASELOAD
from adapters.database.identity import STAFF
from adapters.database.incoming import OWED, owed_line
from adapters.database.lanes import centres_setting
from adapters.database.partners import PARTNER
from adapters.database.plans import WAITING, plan_line
from adapters.database.referrals import LATE, REFERRAL, STEP
from adapters.database.schema import Several, among
from adapters.database.scope import bound, case_in_scope, in_centres
from adapters.database.screening import SCREENING
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from adapters.database.transfers import TRANSFER
from adapters.database.transfers import WAITING as WAITS_FOR_US
from domain.cases import Stage
from domain.counselling import COUNSELS
from domain.exports.record import DECIDED_WITHIN
from domain.identity import Scope
from domain.incoming.steps import CLOCKED
from domain.referrals.steps import StaffStep, State, Urgency
from domain.reporting import ApprovalLine, Board, ExportWaits, LateLine, OverdueLine, Section, UndecidedLine
from domain.screening import IndicationOutcome
from domain.transfers.doors import TransferLine

OF_ONE = 5
"""So many of one counsellor's overdue cases are named."""

_n = bindparam("n", type_=Integer())
_today = bindparam("today", type_=Date())
_all = func.count().over()
_since = (
    select(func.max(STEP.c.at)).where(STEP.c.referral_id == REFERRAL.c.id, STEP.c.step == StaffStep.submit.value).correlate(REFERRAL)
).scalar_subquery()
WAITS = func.coalesce(_since, REFERRAL.c.made_at)
_APPROVALS = Prepared(
    select(
        REFERRAL.c.id,
        REFERRAL.c.case_id,
        CASE.c.number,
        REFERRAL.c.centre,
        REFERRAL.c.client_id,
        PARTNER.c.name,
        REFERRAL.c.urgency,
        REFERRAL.c.made_by,
        type_coerce(WAITS, REFERRAL.c.made_at.type),
        _all,
    )
    .select_from(REFERRAL.join(CASE, CASE.c.id == REFERRAL.c.case_id).join(PARTNER, PARTNER.c.id == REFERRAL.c.partner_id))
    .where(REFERRAL.c.state == State.awaiting_approval.value, case_in_scope(CASE))
    .order_by(WAITS, REFERRAL.c.id)
    .limit(_n)
)
_open = CASE.c.stage != Stage.closed.value


def counsels(of: Table) -> ColumnElement[bool]:
    """Codes of centres are three letters, so looking for one in the list of them finds no other."""
    return and_(
        STAFF.c.active,
        among(STAFF.c.role, bindparam("counselling", type_=Several(String()))),
        type_coerce(STAFF.c.centres, Text()).contains(of.c.centre),
    )


# Who holds open cases is known from the figures; hardly ever is one among them who does not counsel there.
_strangers = (
    select(CASELOAD.c.counsellor_id)
    .select_from(CASELOAD.outerjoin(STAFF, STAFF.c.id == CASELOAD.c.counsellor_id))
    .where(
        in_centres(CASELOAD), CASELOAD.c.n > 0, CASELOAD.c.stage != Stage.closed.value, or_(STAFF.c.id.is_(None), not_(counsels(CASELOAD)))
    )
    .distinct()
)
STRANGERS = _strangers.subquery("strangers_of_centres")
_STRANGERS = Prepared(_strangers)
_theirs = among(CASE.c.counsellor_id, bindparam("strangers", type_=Several(Uuid())))
_UNHELD = Prepared(
    LINES.add_columns(_all)
    .where(_theirs, _open, or_(STAFF.c.id.is_(None), not_(counsels(CASE))), case_in_scope(CASE))
    .order_by(CASE.c.opened_at, CASE.c.id)
    .limit(_n)
)
_of_counsellor = func.row_number().over(partition_by=CASE.c.counsellor_id, order_by=(CASE.c.next_due, CASE.c.id)).label("place")
_held = func.count().over(partition_by=CASE.c.counsellor_id).label("held")
_overdue = (
    select(CASE.c.id, CASE.c.counsellor_id, _held, _all.label("n"), _of_counsellor)
    .where(_open, CASE.c.next_due < _today, case_in_scope(CASE))
    .subquery()
)
# Counted over all, but read and opened only as far as they are named.
_OVERDUE = Prepared(
    LINES.add_columns(_overdue.c.held, _overdue.c.n, _overdue.c.place)
    .join(_overdue, _overdue.c.id == CASE.c.id)
    .where(_overdue.c.place <= OF_ONE)
    .order_by(_overdue.c.held.desc(), _overdue.c.counsellor_id, _overdue.c.place)
)
_late = (
    select(REFERRAL.c.partner_id, func.count().label("n"), func.min(REFERRAL.c.answer_by).label("oldest"))
    .select_from(REFERRAL.join(CASE, CASE.c.id == REFERRAL.c.case_id))
    .where(in_centres(REFERRAL), LATE, case_in_scope(CASE))
    .group_by(REFERRAL.c.partner_id)
    .subquery()
)
_LATE = Prepared(
    select(PARTNER.c.id, PARTNER.c.name, _late.c.n, type_coerce(_late.c.oldest, REFERRAL.c.answer_by.type), func.sum(_late.c.n).over())
    .select_from(_late.join(PARTNER, PARTNER.c.id == _late.c.partner_id))
    .order_by(_late.c.oldest)
    .limit(_n)
)
# In the statement itself, as it stands in the index.
_strong = SCREENING.c.outcome == literal_column(f"'{IndicationOutcome.strong}'")
_UNDECIDED = Prepared(
    select(
        SCREENING.c.id,
        SCREENING.c.case_id,
        CASE.c.number,
        SCREENING.c.centre,
        SCREENING.c.client_id,
        SCREENING.c.instrument,
        SCREENING.c.screened_by,
        SCREENING.c.screened_at,
        _all,
    )
    .select_from(SCREENING.join(CASE, CASE.c.id == SCREENING.c.case_id))
    .where(_strong, SCREENING.c.decided_at.is_(None), _open, case_in_scope(CASE))
    .order_by(SCREENING.c.screened_at, SCREENING.c.id)
    .limit(_n)
)
_TRANSFERS = Prepared(
    select(*(TRANSFER.c[name] for name in ("id", "number", "centre", "to_centre", "urgency", "answer_by")), _all)
    .where(WAITS_FOR_US)
    .order_by(TRANSFER.c.answer_by, TRANSFER.c.id)
    .limit(_n)
)


def _length(rows: list[tuple[Any, ...]], place: int = -1) -> int:
    return int(rows[0][place]) if rows else 0


def _approval(row: tuple[Any, ...]) -> ApprovalLine:
    id, case, number, centre, client, partner, urgency, writer, since, _ = row
    return ApprovalLine(id, case, number, centre, client, partner, Urgency(urgency), writer, since)


class SqlBoardViews(Reader):
    async def board(self, scope: Scope, at: datetime, today: date, limit: int) -> Board:
        values = {
            **bound(scope),
            "n": limit,
            "today": today,
            "late_at": at,
            "counselling": [role.value for role in COUNSELS],
        }
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            approvals = await lane.rows(_APPROVALS, values)
            strangers = [id for (id,) in await lane.rows(_STRANGERS, values)]
            unheld = await lane.rows(_UNHELD, {**values, "strangers": strangers}) if strangers else []
            overdue = await lane.rows(_OVERDUE, values)
            late = await lane.rows(_LATE, values)
            undecided = await lane.rows(_UNDECIDED, values)
            plans = await lane.rows(WAITING, values)
            transfers = await lane.rows(_TRANSFERS, values)
            exports = await lane.rows(EXPORTS_WAIT, {**values, "asked_since": at - DECIDED_WITHIN})
            incoming = await lane.rows(OWED, {**values, "states": sorted(CLOCKED)})
        return Board(
            as_of=at,
            approvals=Section(tuple(map(_approval, approvals)), _length(approvals)),
            unheld=Section(tuple(line(row[:-1], self._vault) for row in unheld), _length(unheld)),
            overdue=Section(self._by_counsellor(overdue)[:limit], _length(overdue, -2)),
            late=Section(tuple(LateLine(row[0], row[1], int(row[2]), row[3]) for row in late), _length(late)),
            undecided=Section(tuple(UndecidedLine(*row[:-1]) for row in undecided), _length(undecided)),
            plans=Section(tuple(map(plan_line, plans)), _length(plans)),
            transfers=Section(tuple(TransferLine(*row[:-1]) for row in transfers), _length(transfers)),
            incoming=Section(tuple(owed_line(row, at) for row in incoming), _length(incoming)),
            exports=Section(tuple(ExportWaits(*row[:-1]) for row in exports), _length(exports)),
        )

    def _by_counsellor(self, rows: list[tuple[Any, ...]]) -> tuple[OverdueLine, ...]:
        """Rows come counsellor by counsellor, each with how many they hold as the third from the end."""
        found: dict[Any, list[tuple[Any, ...]]] = {}
        for row in rows:
            found.setdefault(line(row[:-3], self._vault).counsellor_id, []).append(row)
        return tuple(
            OverdueLine(holder, cases[0].counsellor, int(its[0][-3]), cases)
            for holder, its in found.items()
            for cases in (tuple(line(row[:-3], self._vault) for row in its),)
        )
