"""Dashboards read from kept figures, each by one statement: how partners answer, the funnel, who carries how much."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, case, cast, func, literal, select, union_all

from adapters.database.figures import ANSWERED, CASELOAD, FUNNEL, REFERRED, RUNNING
from adapters.database.identity import STAFF
from adapters.database.lanes import Driver, centres_setting
from adapters.database.partners import PARTNER, SERVICES
from adapters.database.referrals import LATE, REFERRAL
from adapters.database.schema import Several, UTCDateTime, among, listed
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from domain.cases import Risk, Stage
from domain.figures.funnel import FunnelDashboard, Reached, funnel
from domain.figures.partners import NO_SERVICE, Called, Fact, PartnerDashboard, lines
from domain.figures.workload import Held, WorkloadDashboard, workload
from domain.identity import Scope
from domain.periods import begin_of_day, spans_before
from domain.referrals.steps import OPEN
from domain.values import PartnerId, StaffId, day_of

_SERVICE = SERVICES.table
GONE = bindparam("gone", type_=Several(Integer()))
"""Spans of all days before today."""
_LATE = "late"
LATE_TODAY = (in_centres(REFERRAL), LATE, REFERRAL.c.answer_by >= bindparam("day_began", type_=UTCDateTime()))
"""Those whose time has ended since the day began: the only late ones that no figure holds."""
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
_keys = (_told.c.partner_id, _told.c.service_id, _told.c.fact, _told.c.detail)
_sums = select(*_keys, func.sum(_told.c.n).label("n")).group_by(*_keys).subquery()
# A row for each service: what it is told of as words, for a row costs more than what stands in it.
_word = _sums.c.fact + " " + _sums.c.detail + " " + cast(_sums.c.n, String())
_packed = (
    select(_sums.c.partner_id, _sums.c.service_id, listed(_word).label("told")).group_by(_sums.c.partner_id, _sums.c.service_id).subquery()
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


def until(at: datetime) -> dict[str, Any]:
    """What is late at this moment: the days gone by, and what there is of this one."""
    today = day_of(at)
    return {"gone": spans_before(today), "day_began": begin_of_day(today), "late_at": at}


class SqlFigureViews:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

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
        told: dict[PartnerId, dict[UUID, Counter[tuple[Fact, str]]]] = {}
        called: dict[PartnerId, Called] = {}
        for partner, service, packed, name, its in rows:
            found = called.setdefault(PartnerId(partner), Called(name, {}, {}))
            found.services[service] = its
            told.setdefault(PartnerId(partner), {})[service] = _counts(packed, found.late, service)
        return PartnerDashboard(scope.centres, at, first, last, lines(told, called))


_FACTS = {one.value: one for one in Fact}


def _counts(packed: str, late: dict[UUID, int], service: UUID) -> Counter[tuple[Fact, str]]:
    """What a service is told of; those that are late are put beside it."""
    counts: Counter[tuple[Fact, str]] = Counter()
    for word in packed.split(";"):
        fact, detail, n = word.split(" ")
        if fact == _LATE:
            late[service] = int(n)
        else:
            counts[_FACTS[fact], detail] = int(n)
    return counts
