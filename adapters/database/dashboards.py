"""Dashboards read from kept figures: how partners answer, and the funnel."""

from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, func, null, select, type_coerce, union_all

from adapters.database.figures import ANSWERED, FUNNEL
from adapters.database.lanes import Driver, centres_setting
from adapters.database.partners import PARTNER, SERVICES
from adapters.database.referrals import LATE, REFERRAL
from adapters.database.schema import moment
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from domain.figures.funnel import FunnelDashboard, Reached, funnel
from domain.figures.partners import NO_SERVICE, Called, Fact, PartnerDashboard, Told, lines
from domain.identity import Scope
from domain.values import PartnerId

NOW = Prepared(select(moment()))
_ANSWERED = Prepared(
    select(ANSWERED.c.partner_id, ANSWERED.c.service_id, ANSWERED.c.fact, ANSWERED.c.detail, func.sum(ANSWERED.c.n))
    .where(in_centres(ANSWERED), ANSWERED.c.quarter.between(bindparam("first"), bindparam("last")), ANSWERED.c.n != 0)
    .group_by(ANSWERED.c.partner_id, ANSWERED.c.service_id, ANSWERED.c.fact, ANSWERED.c.detail)
)
_CALLED = Prepared(
    union_all(
        select(PARTNER.c.id, type_coerce(null(), Uuid()).label("service"), PARTNER.c.name),
        select(*(SERVICES.table.c[name] for name in ("partner_id", "id", "name"))),
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


class SqlFigureViews:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def funnel(self, scope: Scope, first: str, last: str) -> FunnelDashboard:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            as_of: datetime = (await lane.rows(NOW, {}))[0][0]
            rows = await lane.rows(_FUNNEL, {**bound(scope), "first": first, "last": last})
        kept = [(month, Reached(reached), detail, int(n)) for month, reached, detail, n in rows]
        return funnel(scope.centres, as_of, first, last, kept)

    async def partners(self, scope: Scope, first: str, last: str) -> PartnerDashboard:
        values = {**bound(scope), "first": first, "last": last}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            as_of: datetime = (await lane.rows(NOW, {}))[0][0]
            counted = await lane.rows(_ANSWERED, values)
            called = await lane.rows(_CALLED, {})
            late = await lane.rows(_LATE, {**values, "late_at": as_of})
        told = [Told(partner, service, Fact(fact), detail, int(n)) for partner, service, fact, detail, n in counted]
        return PartnerDashboard(scope.centres, as_of, first, last, lines(told, _called(called, late)))


def _called(rows: list[tuple[Any, ...]], late: list[tuple[Any, ...]]) -> dict[PartnerId, Called]:
    found = {PartnerId(partner): Called(name, {}, {}) for partner, service, name in rows if service is None}
    for partner, service, name in rows:
        if service is not None:
            found[partner].services[service] = name
    for partner, service, n in late:
        found[partner].late[service or NO_SERVICE] = int(n)
    return found
