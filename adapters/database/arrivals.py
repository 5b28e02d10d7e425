"""Contacts and registered people of a period, page by page along the index of a centre and a time."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Table, Uuid, bindparam, select, tuple_

from adapters.database.clients import CLIENT, CONTACT, CONTACTS, CONTACTS_SEEN, names_of
from adapters.database.keys import KEY
from adapters.database.schema import UTCDateTime
from adapters.database.scope import client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from domain.arrivals import Arrived, ClientLine
from domain.clients import MigrationStage
from domain.contacts import Contact
from domain.identity import Scope

_after = bindparam("after", type_=Uuid())


def _pages(seen: Select[Any], table: Table, at: ColumnElement[Any]) -> dict[bool, Prepared]:
    """The first page, and the one after a record."""
    its: Any = table.alias()
    last = select(its.c[at.name]).where(its.c.id == _after, in_centres(its)).scalar_subquery()
    first = (
        seen.where(table.c.centre == bindparam("centre"))
        .where(at >= bindparam("begins", type_=UTCDateTime()), at < bindparam("ends", type_=UTCDateTime()))
        .order_by(at.desc(), table.c.id.desc())
        .limit(bindparam("n", type_=Integer()))
    )
    return {False: Prepared(first), True: Prepared(first.where(tuple_(at, table.c.id) < tuple_(last, _after)))}


_CONTACTS = {
    promoted: _pages(CONTACTS_SEEN.where(CONTACT.c.client_id.is_not(None)) if promoted else CONTACTS_SEEN, CONTACT, CONTACT.c.at)
    for promoted in (False, True)
}
_line = (
    CLIENT.c.id,
    CLIENT.c.number,
    CLIENT.c.centre,
    CLIENT.c.names,
    KEY.c.wrapped,
    CLIENT.c.migration_stage,
    CLIENT.c.registered_at,
)
_people = select(*_line).select_from(CLIENT.outerjoin(KEY, KEY.c.id == CLIENT.c.id)).where(client_in_scope(CLIENT))
_REGISTERED = _pages(_people, CLIENT, CLIENT.c.registered_at)


class SqlArrivalViews(Reader):
    async def contacts(self, scope: Scope, wanted: Arrived, limit: int, after: UUID | None) -> list[Contact]:
        pages, asked = _CONTACTS[wanted.promoted][after is not None], _asked(wanted, limit, after)
        # Centre by centre: PostgreSQL reads an index in its order for one of them, and sorts all it finds for several.
        found = [one for code in scope.centres for one in await self._records(CONTACTS, pages, scope, centre=code, **asked)]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    async def registered(self, scope: Scope, wanted: Arrived, limit: int, after: UUID | None) -> list[ClientLine]:
        pages, asked = _REGISTERED[after is not None], _asked(wanted, limit, after)
        found = [row for code in scope.centres for row in await self._rows(pages, scope, {**asked, "centre": code})]
        return [self._line(*row) for row in sorted(found, key=lambda row: (row[-1], row[0]), reverse=True)[:limit]]

    def _line(self, id: Any, number: str, centre: Any, names: bytes, wrapped: bytes | None, stage: str, at: Any) -> ClientLine:
        its = names_of(self._vault, id, names, wrapped)
        return ClientLine(id, number, centre, its.name, its.name_urdu, MigrationStage(stage), at)


def _asked(wanted: Arrived, limit: int, after: UUID | None) -> dict[str, Any]:
    return {"begins": wanted.begins, "ends": wanted.ends, "n": limit, "after": after}
