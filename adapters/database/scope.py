"""A Scope as the where-clause of every statement: centre first, then sensitivity, assignment, and the broken glass."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, Table, Uuid, and_, bindparam, exists, not_, or_, select

from adapters.database.access import ASSIGNMENT, GRANT
from adapters.database.schema import Several, among, moment
from domain.identity import Scope


def bound(scope: Scope) -> dict[str, Any]:
    """The parameters that every scoped statement shares."""
    return {
        "scope_centres": scope.centres,
        "scope_staff": scope.staff,
        "scope_assigned": scope.assigned_only,
        "scope_clears": scope.clears,
    }


def in_centres(table: Table) -> ColumnElement[Any]:
    return among(table.c.centre, bindparam("scope_centres", type_=Several(String())))


def _staff() -> Any:
    return bindparam("scope_staff", type_=Uuid())


def _clear(sensitive: Table, client: ColumnElement[Any]) -> ColumnElement[Any]:
    """Visible without being assigned: the act reaches beyond one's own, and the sensitivity is cleared or the glass is broken.

    Broken glass shows a restricted file like any other of the centre; it does not hand over what is for those who answer for the case.
    """
    cleared = among(sensitive.c.sensitivity, bindparam("scope_clears", type_=Several(String())))
    return and_(not_(bindparam("scope_assigned", type_=Boolean())), or_(cleared, _glass(client)))


def _glass(client: ColumnElement[Any]) -> ColumnElement[Any]:
    return exists(select(GRANT.c.id).where(GRANT.c.client_id == client, GRANT.c.staff_id == _staff(), GRANT.c.ends_at > moment()))


def case_in_scope(case: Table) -> ColumnElement[Any]:
    """For the case table itself, or joined to what hangs on it."""
    assigned = exists(
        select(ASSIGNMENT.c.id).where(ASSIGNMENT.c.case_id == case.c.id, ASSIGNMENT.c.staff_id == _staff(), ASSIGNMENT.c.until.is_(None))
    )
    return and_(in_centres(case), or_(_clear(case, case.c.client_id), assigned))


def client_in_scope(client: Table) -> ColumnElement[Any]:
    assigned = exists(
        select(ASSIGNMENT.c.id).where(
            ASSIGNMENT.c.client_id == client.c.id, ASSIGNMENT.c.staff_id == _staff(), ASSIGNMENT.c.until.is_(None)
        )
    )
    # Whoever registered somebody restricted goes on to open their case; until then no assignment exists.
    registered = client.c.registered_by == _staff()
    return and_(in_centres(client), or_(_clear(client, client.c.id), assigned, registered))
