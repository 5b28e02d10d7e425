"""Dashboards read from kept figures: how partners answer, the funnel, who carries how much."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, select

from adapters.database.figures import ANSWERED, CASELOAD, FUNNEL, REFERRED
from adapters.database.identity import STAFF
from adapters.database.lanes import Driver, centres_setting
from adapters.database.partners import PARTNER, SERVICES
from adapters.database.referrals import LATE, REFERRAL
from adapters.database.schema import Several, among
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from domain.cases import Risk, Stage
from domain.figures.funnel import FunnelDashboard, Reached, funnel
from domain.figures.partners import NO_SERVICE, Called, Fact, PartnerDashboard, Told, lines
from domain.figures.workload import Held, WorkloadDashboard, workload
from domain.identity import Scope
from domain.referrals.steps import OPEN
from domain.values import PartnerId, StaffId

_SERVICE = SERVICES.table
_counted = (
    select(ANSWERED.c.partner_id, ANSWERED.c.service_id, ANSWERED.c.fact, ANSWERED.c.detail, func.sum(ANSWERED.c.n).label("n"))
    .where(in_centres(ANSWERED), ANSWERED.c.quarter.between(bindparam("first"), bindparam("last")), ANSWERED.c.n != 0)
    .group_by(ANSWERED.c.partner_id, ANSWERED.c.service_id, ANSWERED.c.fact, ANSWERED.c.detail)
    .subquery()
)
_ANSWERED = Prepared(
    select(_counted, PARTNER.c.name, _SERVICE.c.name.label("service")).select_from(
        _counted.outerjoin(PARTNER, PARTNER.c.id == _counted.c.partner_id).outerjoin(_SERVICE, _SERVICE.c.id == _counted.c.service_id)
    )
)
_LATE = Prepared(
    select(REFERRAL.c.partner_id, REFERRAL.c.service_id, func.count())
    .where(in_centres(REFERRAL), LATE)
    .group_by(REFERRAL.c.partner_id, REFERRAL.c.service_id)
)


_FUNNEL = Prepared(
    select(FUNNEL.c.month, FUNNEL.c.reached, FUNNEL.c.detail, func.sum(FUNNEL.c.n))
    .where(in_centres(FUNNEL), FUNNEL.c.month.between(bindparam("first"), bindparam("last")), FUNNEL.c.n != 0)
    .group_by(FUNNEL.c.month, FUNNEL.c.reached, FUNNEL.c.detail)
)


_HELD = Prepared(
    select(CASELOAD.c.counsellor_id, STAFF.c.name, STAFF.c.active, CASELOAD.c.risk, func.sum(CASELOAD.c.n))
    .select_from(CASELOAD.outerjoin(STAFF, STAFF.c.id == CASELOAD.c.counsellor_id))
    .where(in_centres(CASELOAD), CASELOAD.c.n > 0, CASELOAD.c.stage != Stage.closed.value)
    .group_by(CASELOAD.c.counsellor_id, STAFF.c.name, STAFF.c.active, CASELOAD.c.risk)
)
_SENDING = Prepared(
    select(REFERRED.c.counsellor_id, STAFF.c.name, STAFF.c.active, func.sum(REFERRED.c.n))
    .select_from(REFERRED.outerjoin(STAFF, STAFF.c.id == REFERRED.c.counsellor_id))
    .where(in_centres(REFERRED), REFERRED.c.n > 0, among(REFERRED.c.state, bindparam("states", type_=Several(String()))))
    .group_by(REFERRED.c.counsellor_id, STAFF.c.name, STAFF.c.active)
)


class SqlFigureViews:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def funnel(self, scope: Scope, at: datetime, first: str, last: str) -> FunnelDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(_FUNNEL, {**bound(scope), "first": first, "last": last})
        return funnel(scope.centres, at, first, last, [(month, Reached(reached), detail, int(n)) for month, reached, detail, n in rows])

    async def workload(self, scope: Scope, at: datetime) -> WorkloadDashboard:
        values = {**bound(scope), "states": sorted(OPEN)}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            held = await lane.rows(_HELD, values)
            sending = await lane.rows(_SENDING, values)
        found = [Held(StaffId(whose), name or "", bool(active), Risk(risk), int(n)) for whose, name, active, risk, n in held]
        referrals = {StaffId(whose): (name or "", bool(active), int(n)) for whose, name, active, n in sending}
        return workload(scope.centres, at, found, referrals)

    async def partners(self, scope: Scope, at: datetime, first: str, last: str) -> PartnerDashboard:
        values = {**bound(scope), "first": first, "last": last}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            counted = await lane.rows(_ANSWERED, values)
            late = await lane.rows(_LATE, {**values, "late_at": at})
        told = [Told(partner, service, Fact(fact), detail, int(n)) for partner, service, fact, detail, n, *_ in counted]
        return PartnerDashboard(scope.centres, at, first, last, lines(told, _called(counted, late)))


def _called(counted: list[tuple[Any, ...]], late: list[tuple[Any, ...]]) -> dict[PartnerId, Called]:
    found: dict[PartnerId, Called] = {}
    for partner, service, *_, name, its in counted:
        found.setdefault(PartnerId(partner), Called(name or "", {}, {})).services[service] = its or ""
    for partner, service, n in late:
        if partner in found:
            found[PartnerId(partner)].late[service or NO_SERVICE] = int(n)
    return found
