"""What waits for a second person and what was decided, read from the records themselves: few wait, and a period has an end."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, or_, select, type_coerce

from adapters.database.board import WAITS
from adapters.database.disclosures import DISCLOSURE
from adapters.database.evidence import RESEARCH
from adapters.database.lanes import centres_setting
from adapters.database.plans import PLAN
from adapters.database.referrals import REFERRAL, STEP
from adapters.database.schema import Several, UTCDateTime, among
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from adapters.database.transfers import TRANSFER
from domain.disclosures import DisclosureState
from domain.evidence.request import RequestState
from domain.figures.approvals import Approval, ApprovalDashboard, decided, waiting
from domain.identity import Scope
from domain.periods import begin_of, end_of
from domain.plans.record import PlanState
from domain.referrals.steps import StaffStep, State
from domain.transfers.steps import TransferState

_A = Approval
_ours = among(TRANSFER.c.to_centre, bindparam("scope_centres", type_=Several(String())))
_WAITING: dict[Approval, Prepared] = {
    _A.referral: Prepared(
        select(type_coerce(WAITS, REFERRAL.c.made_at.type)).where(in_centres(REFERRAL), REFERRAL.c.state == State.awaiting_approval.value)
    ),
    _A.plan: Prepared(select(PLAN.c.submitted_at).where(in_centres(PLAN), PLAN.c.state == PlanState.submitted.value)),
    _A.disclosure: Prepared(select(DISCLOSURE.c.asked_at).where(in_centres(DISCLOSURE), DISCLOSURE.c.state == DisclosureState.asked.value)),
    _A.transfer: Prepared(select(TRANSFER.c.asked_at).where(_ours, TRANSFER.c.state == TransferState.requested.value)),
    _A.evidence: Prepared(select(RESEARCH.c.asked_at).where(in_centres(RESEARCH), RESEARCH.c.state == RequestState.asked.value)),
}


def _within(at: Any) -> tuple[Any, Any]:
    return at >= bindparam("begins", type_=UTCDateTime()), at < bindparam("ends", type_=UTCDateTime())


_asked: Any = STEP.alias("asked")
_submitted = (
    select(func.max(_asked.c.at))
    .where(_asked.c.referral_id == STEP.c.referral_id, _asked.c.step == StaffStep.submit.value, _asked.c.at <= STEP.c.at)
    .scalar_subquery()
)
_answered = or_(*(TRANSFER.c.state == one.value for one in (TransferState.accepted, TransferState.refused)))
_DECIDED: dict[Approval, Prepared] = {
    _A.referral: Prepared(
        select(type_coerce(_submitted, STEP.c.at.type), STEP.c.at).where(
            in_centres(STEP), STEP.c.step == StaffStep.approve.value, *_within(STEP.c.at)
        )
    ),
    _A.plan: Prepared(select(PLAN.c.submitted_at, PLAN.c.approved_at).where(in_centres(PLAN), *_within(PLAN.c.approved_at))),
    _A.disclosure: Prepared(
        select(DISCLOSURE.c.asked_at, DISCLOSURE.c.decided_at).where(in_centres(DISCLOSURE), *_within(DISCLOSURE.c.decided_at))
    ),
    _A.transfer: Prepared(select(TRANSFER.c.asked_at, TRANSFER.c.answered_at).where(_ours, _answered, *_within(TRANSFER.c.answered_at))),
    _A.evidence: Prepared(select(RESEARCH.c.asked_at, RESEARCH.c.decided_at).where(in_centres(RESEARCH), *_within(RESEARCH.c.decided_at))),
}


class SqlApprovalViews(Reader):
    async def approvals(self, scope: Scope, at: datetime, first: str, last: str) -> ApprovalDashboard:
        values = {**bound(scope), "begins": begin_of(first), "ends": end_of(last)}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            waits = {what: [since for (since,) in await lane.rows(_WAITING[what], values)] for what in Approval}
            took = {what: [end - asked for asked, end in await lane.rows(_DECIDED[what], values) if asked] for what in Approval}
        return ApprovalDashboard(
            scope.centres,
            at,
            first,
            last,
            tuple(waiting(what, its, at) for what, its in waits.items()),
            tuple(decided(what, its) for what, its in took.items()),
        )
