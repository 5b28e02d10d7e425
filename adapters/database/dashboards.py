"""Dashboards read from kept figures, each by one statement: how partners answer, the funnel, who carries how much."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, case, func, literal, select, union_all

from adapters.database.caseload import caseload, referrals
from adapters.database.figures import ANSWERED, CASELOAD, FUNNEL, REFERRED, RUNNING
from adapters.database.identity import STAFF
from adapters.database.lanes import Driver, centres_setting
from adapters.database.late import GONE, LATE_TODAY, until
from adapters.database.partners import PARTNER, SERVICES
from adapters.database.referrals import REFERRAL
from adapters.database.schema import Several, among, gathered
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from domain.cases import Risk, Stage
from domain.figures.caseload import CaseloadDashboard
from domain.figures.funnel import FunnelDashboard, Reached, funnel
from domain.figures.partners import NO_SERVICE, Called, Counts, PartnerDashboard, lines
from domain.figures.workload import Held, WorkloadDashboard, workload
from domain.identity import Scope
from domain.referrals.steps import OPEN
from domain.reporting import ReferralDashboard
from domain.values import PartnerId, StaffId

_SERVICE = SERVICES.table
_LATE = "late"
_service = func.coalesce(REFERRAL.c.service_id, literal(NO_SERVICE, type_=Uuid()))
_told = union_all(
    select(
        ANSWERED.c.partner_id.label("partner_id"),
        ANSWERED.c.service_id.label("service_id"),
        ANSWERED.c.fact.label("fact"),
        ANSWERED.c.detail.label("detail"),
        ANSWERED.c.n.label("n"),
    ).where(in_centres(ANSWERED), ANSWERED.c.quarter.between(bindparam("first"), bindparam("last")), ANSWERED.c.n != 0),
    select(RUNNING.c.partner_id, RUNNING.c.service_id, literal(_LATE), literal(""), RUNNING.c.n).where(
        in_centres(RUNNING), RUNNING.c.n > 0, among(RUNNING.c.span, GONE)
    ),
    select(REFERRAL.c.partner_id, _service, literal(_LATE), literal(""), literal(1)).where(*LATE_TODAY),
).subquery()
# A row for each service, with what it is told of in each quarter side by side: a row costs more than what stands in it, and to add up the
# quarters costs the database three times what it costs Python.
_packed = (
    select(_told.c.partner_id, _told.c.service_id, *(gathered(_told.c[name]).label(name) for name in ("fact", "detail", "n")))
    .group_by(_told.c.partner_id, _told.c.service_id)
    .subquery()
)
_ANSWERED = Prepared(
    select(_packed, func.coalesce(PARTNER.c.name, ""), func.coalesce(_SERVICE.c.name, "")).select_from(
        _packed.outerjoin(PARTNER, PARTNER.c.id == _packed.c.partner_id).outerjoin(_SERVICE, _SERVICE.c.id == _packed.c.service_id)
    ),
    once=True,
)


_TOOK = "took"
_begun = (in_centres(FUNNEL), FUNNEL.c.month.between(bindparam("first"), bindparam("last")))
_FUNNEL = Prepared(
    union_all(
        select(
            FUNNEL.c.month,
            literal("").label("took"),
            *(func.sum(case((FUNNEL.c.reached == one.value, FUNNEL.c.n), else_=0)) for one in Reached),
        )
        .where(*_begun, FUNNEL.c.n != 0)
        .group_by(FUNNEL.c.month),
        select(literal(_TOOK), FUNNEL.c.detail, func.sum(FUNNEL.c.n), *(literal(0) for _ in tuple(Reached)[1:]))
        .where(*_begun, FUNNEL.c.n != 0, FUNNEL.c.reached == Reached.counselled.value)
        .group_by(FUNNEL.c.detail),
    ),
    once=True,
)


_HELD = Prepared(
    union_all(
        select(CASELOAD.c.counsellor_id, STAFF.c.name, STAFF.c.active, CASELOAD.c.risk, func.sum(CASELOAD.c.n))
        .select_from(CASELOAD.outerjoin(STAFF, STAFF.c.id == CASELOAD.c.counsellor_id))
        .where(in_centres(CASELOAD), CASELOAD.c.n > 0, CASELOAD.c.stage != Stage.closed.value)
        .group_by(CASELOAD.c.counsellor_id, STAFF.c.name, STAFF.c.active, CASELOAD.c.risk),
        select(REFERRED.c.counsellor_id, STAFF.c.name, STAFF.c.active, literal(""), func.sum(REFERRED.c.n))
        .select_from(REFERRED.outerjoin(STAFF, STAFF.c.id == REFERRED.c.counsellor_id))
        .where(in_centres(REFERRED), REFERRED.c.n > 0, among(REFERRED.c.state, bindparam("states", type_=Several(String()))))
        .group_by(REFERRED.c.counsellor_id, STAFF.c.name, STAFF.c.active),
    ),
    once=True,
)
_STATES = {"states": sorted(OPEN)}


class SqlFigureViews:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def caseload(self, scope: Scope, at: datetime, first: str, last: str) -> CaseloadDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            return await caseload(lane, scope, at, first, last)

    async def referrals(self, scope: Scope, at: datetime) -> ReferralDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            return await referrals(lane, scope, at)

    async def funnel(self, scope: Scope, at: datetime, first: str, last: str) -> FunnelDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(_FUNNEL, {**bound(scope), "first": first, "last": last})
        kept = [(month, counts) for month, _, *counts in rows if month != _TOOK]
        return funnel(scope.centres, at, first, last, kept, {int(row[1]): row[2] for row in rows if row[0] == _TOOK})

    async def workload(self, scope: Scope, at: datetime) -> WorkloadDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(_HELD, {**bound(scope), **_STATES})
        found = [Held(StaffId(whose), name or "", bool(active), Risk(risk), n) for whose, name, active, risk, n in rows if risk]
        referrals = {StaffId(whose): (name or "", bool(active), n) for whose, name, active, risk, n in rows if not risk}
        return workload(scope.centres, at, found, referrals)

    async def partners(self, scope: Scope, at: datetime, first: str, last: str) -> PartnerDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(_ANSWERED, {**bound(scope), "first": first, "last": last, **until(at)})
        told: dict[PartnerId, dict[UUID, Counts]] = {}
        called: dict[PartnerId, Called] = {}
        for partner, service, facts, details, ns, name, its in rows:
            found = called.setdefault(PartnerId(partner), Called(name, {}, {}))
            found.services[service] = its
            counts: Counts = {}
            for fact, detail, n in zip(facts, details, ns, strict=True):
                sums = counts.setdefault(fact, {})
                sums[detail] = sums.get(detail, 0) + n
            found.late[service] = counts.pop(_LATE, {}).get("", 0)
            told.setdefault(PartnerId(partner), {})[service] = counts
        return PartnerDashboard(scope.centres, at, first, last, lines(told, called))
