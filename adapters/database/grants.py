"""Openings of restricted records: held by whoever reviews them, listed with their reasons."""

from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam

from adapters.database.access import GRANT, GRANTS
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Store, by_id, keyed
from domain.audit import BreakGlass
from domain.identity import Scope

_HOLD_GRANT = Prepared(
    keyed(GRANTS, "client_id").where(GRANT.c.id == bindparam("pk", type_=Uuid()), in_centres(GRANT)).with_for_update(of=GRANT)
)


class SqlGrants(Store[BreakGlass]):
    codec = GRANTS

    async def get(self, scope: Scope, id: UUID) -> BreakGlass:
        return await self._one(_HOLD_GRANT, by_id(bound(scope), id))


_GRANT_PAGES = {
    (reviewed, paged): Prepared(
        keyed(GRANTS, "client_id")
        .where(
            in_centres(GRANT),
            *([GRANT.c.reviewed_at.is_not(None) if reviewed else GRANT.c.reviewed_at.is_(None)] if reviewed is not None else []),
            *([GRANT.c.id < bindparam("after", type_=Uuid())] if paged else []),
        )
        .order_by(GRANT.c.id.desc())
        .limit(bindparam("n", type_=Integer()))
    )
    for reviewed in (None, False, True)
    for paged in (False, True)
}


class SqlGrantViews(Reader):
    async def page(self, scope: Scope, reviewed: bool | None, limit: int, after: UUID | None) -> list[BreakGlass]:
        return await self._records(GRANTS, _GRANT_PAGES[reviewed, after is not None], scope, n=limit, after=after)
