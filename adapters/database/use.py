"""The use of the system, read from what is kept by week, with what the accounts of a centre's people tell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Text, and_, bindparam, case, distinct, exists, func, or_, select, type_coerce

from adapters.database.account import PASSKEY
from adapters.database.identity import CENTRES, SIGN_IN, STAFF
from adapters.database.lanes import Driver, centres_setting
from adapters.database.schema import Several, among
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.weeks import USED
from domain.counselling import COUNSELS
from domain.figures.use import Kept, Used, UseDashboard, Worker, first_week, use
from domain.identity import Scope
from domain.values import StaffId

_KEPT = Prepared(
    select(
        USED.c.staff_id,
        func.count(distinct(USED.c.week)),
        *(func.sum(case((USED.c.what == what.value, USED.c.n), else_=0)) for what in Used),
    )
    .where(in_centres(USED), USED.c.week >= bindparam("first", type_=Date()), USED.c.n > 0)
    .group_by(USED.c.staff_id)
)
# One step of the index for each: whoever signs in every day has thousands of rows.
_signed_in = select(func.max(SIGN_IN.c.started_at)).where(SIGN_IN.c.principal == STAFF.c.id).correlate(STAFF).scalar_subquery()
# Codes of centres are three letters, so looking for one in the list of them finds no other.
_here = exists().where(
    among(CENTRES.c.code, bindparam("scope_centres", type_=Several(String()))),
    type_coerce(STAFF.c.centres, Text()).contains(CENTRES.c.code),
)
_WORKERS = Prepared(
    select(STAFF.c.id, STAFF.c.name, _signed_in, or_(STAFF.c.totp.is_not(None), exists().where(PASSKEY.c.staff_id == STAFF.c.id))).where(
        and_(STAFF.c.active, among(STAFF.c.role, bindparam("counselling", type_=Several(String()))), _here)
    )
)


class SqlUseViews:
    """`domain.figures.doors.UseViews` over either driver."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def use(self, scope: Scope, at: datetime, weeks: int, *, named: bool) -> UseDashboard:
        first = first_week(at, weeks)
        values = {**bound(scope), "first": first, "counselling": [role.value for role in COUNSELS]}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(_KEPT, values)
            workers = await lane.rows(_WORKERS, values)
        here = [Worker(StaffId(id), name, signed_in, bool(factor)) for id, name, signed_in, factor in workers]
        return use(scope.centres, at, first, weeks, here, dict(map(_kept, rows)), named=named)


def _kept(row: tuple[Any, ...]) -> tuple[UUID, Kept]:
    whose, weeks, *counts = row
    return whose, Kept(int(weeks), dict(zip(Used, map(int, counts), strict=True)))
