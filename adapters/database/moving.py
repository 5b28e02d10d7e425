"""Transfers as they are written, and the moving of a client: every row of theirs goes to another centre in one statement.

Decision. Context: rows point to the client and the case by centre and id, so that none can point into another centre; and what belongs to
a client is known already, to whoever erases one. Choice: the tables are found as `erasing.py` finds them, those without the client's id
are named here, and those that stay are named with why: a table of a centre that is in none of the three fails a test. All are changed in
one statement (PostgreSQL) or with foreign keys put off to the commit (SQLite), so the walls between centres stay as they are. Nothing is
sealed anew: a seal is bound to table, column and row, and to no centre. The figures of what is closed go along too, for they are counted
from the rows. Numbers stay: they are on papers that people hold. Price: the figures of the old centre's months past change, and a session
counts one sign-up fewer where somebody who signed up at it has moved.
"""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Table, Uuid, bindparam, exists, func, literal, select, union_all, update

from adapters.database.cases import CASE
from adapters.database.cells import (
    OF_CASE,
    OF_CLIENT,
    OF_CONTACT,
    OF_TASK,
    case_cells,
    client_cells,
    contact_cells,
    referral_cells,
    task_cells,
)
from adapters.database.clients import CLIENT, CONTACT
from adapters.database.consent import CONSENT
from adapters.database.counselling import SESSION, TASK
from adapters.database.disclosures import DISCLOSURE
from adapters.database.erasing import about_clients
from adapters.database.incoming import INCOMING
from adapters.database.journeys import CASE_STEP, OF_STEP, step_cells
from adapters.database.keys import KEY, Keys
from adapters.database.lanes import Lane
from adapters.database.lapses import LAPSE, OF_LAPSE, lapse_cells
from adapters.database.outbox import ATTEMPT, MESSAGE
from adapters.database.plans import PLAN
from adapters.database.referrals import COUNTED, REFERRAL
from adapters.database.schema import CENTRE, UTCDateTime
from adapters.database.scope import bound
from adapters.database.screening import SCREENING
from adapters.database.statements import Prepared
from adapters.database.store import Store, by_id, keyed
from adapters.database.tally import Tally
from adapters.database.transfers import EITHER, TRANSFER, TRANSFERS
from adapters.database.waits import (
    OF_CONSENT,
    OF_DISCLOSURE,
    OF_INCOMING,
    OF_PLAN,
    consent_cells,
    disclosure_cells,
    incoming_cells,
    plan_cells,
)
from adapters.database.watched import OF_WATCH, WATCH, watch_cells
from adapters.database.weeks import OF_SCREENING, OF_SESSION, OF_WRITING, screening_cells, session_cells, writing_cells
from domain.identity import Scope
from domain.secrecy import KeyVault
from domain.transfers.record import Transfer
from domain.transfers.steps import TransferState
from domain.values import CaseId, CentreCode, ClientId, TransferId

PATIENCE = 500
"""Milliseconds to wait for what somebody else is writing: less than PostgreSQL takes to look for a circle, so that of two who wait for each
other it is the moving that gives way."""

STAYS = {
    "audit_entry": "the trail is each centre's own; each side gets its line",
    "transfer": "belongs to both centres, and says where the client was",
    "counter": "numbers that were given out",
    "imported_row": "that a row of this centre's register was taken in",
    "group_line": "what became of a group, for whoever referred it; a case out of reach has no name there",
    "notice": "a line in the day of somebody who works there",
    "outreach_session": "an event of the centre, about nobody",
    "research": "a question about people of the centre, answered by numbers",
    "project_default": "which project stands for what begins there",
    "session_project": "shares of an event of the centre",
    "export": "what left the centre, and by whose word, about nobody by name",
    "evidence_release": "what left, in which nobody stands alone",
    "saved_question": "a question to the figures of the centre, about nobody",
    "policy_note": "what the centre advises, about nobody",
    "report_schedule": "a report that somebody of the centre wants, about nobody",
    "report_file": "a report of the centre, about nobody",
    "due_figure": "a figure, kept with the rows it counts",
    "case_flow": "a figure, kept with the rows it counts",
    "caseload_figure": "a figure, kept with the rows it counts",
    "referral_figure": "a figure, kept with the rows it counts",
    "wait_figure": "a figure, kept with the rows it counts",
    "late_figure": "a figure, kept with the rows it counts",
    "decision_figure": "a figure, kept with the rows it counts",
    "partner_figure": "a figure, kept with the rows it counts",
    "funnel_figure": "a figure, kept with the rows it counts",
    "incoming_figure": "a figure, kept with the rows it counts",
    "use_figure": "a figure, kept with the rows it counts",
    "case_week": "a figure, kept with the rows it counts",
}
"""Tables of a centre whose rows do not go along, each with why."""

_whose = bindparam("whose", type_=Uuid())
_to = bindparam("to", type_=CENTRE)
_n = bindparam("n", type_=Integer())
# One list each, for PostgreSQL reads the whole table where several are joined by OR.
_about = MESSAGE.c.subject.in_(union_all(*(select(table.c.id).where(table.c.client_id == _whose) for table in (REFERRAL, INCOMING))))
_keys = union_all(select(_whose), *(select(table.c.id).where(table.c.client_id == _whose) for table in (CONTACT, INCOMING)))
APART: dict[str, tuple[Table, ColumnElement[Any]]] = {
    "client": (CLIENT, CLIENT.c.id == _whose),
    "subject_key": (KEY, KEY.c.id.in_(_keys)),
    "message": (MESSAGE, _about),
    "attempt": (ATTEMPT, ATTEMPT.c.message_id.in_(select(MESSAGE.c.id).where(_about))),
}
"""Tables whose rows are the client's without bearing the client's id."""


def moved() -> dict[str, tuple[Table, ColumnElement[Any]]]:
    """Every table whose rows go along, with which of them do."""
    hers = [one for one in (*about_clients(), CONTACT, INCOMING) if one.name not in STAYS and one.name not in APART]
    return {**{one.name: (one, one.c.client_id == _whose) for one in hers}, **APART}


@cache
def _moving() -> tuple[Prepared, ...]:
    changes = []
    for table, where in moved().values():
        values: dict[str, Any] = {"centre": _to}
        if "version" in table.c:
            values["version"] = table.c.version + 1
        if table is CONTACT:
            values["outreach_session"] = None
        changes.append(Prepared(update(table).where(where).values(values)))
    return tuple(changes)


_BE_BRIEF = Prepared(select(func.set_config("lock_timeout", f"{PATIENCE}ms", True)), on_sqlite=select(literal(1)))
_HOLD_FIRST = [
    Prepared(select(table.c.id).where(table.c.client_id == _whose).order_by(table.c.id).with_for_update(of=table))
    for table in (CONSENT, REFERRAL)
]
_HOLD_CASES = Prepared(select(CASE.c.id).where(CASE.c.client_id == _whose).order_by(CASE.c.id).with_for_update(of=CASE))
_HOLD_CLIENT = Prepared(select(CLIENT.c.id).where(CLIENT.c.id == _whose).with_for_update(of=CLIENT))
_COUNTED = (
    (Prepared(select(*(CASE.c[name] for name in OF_CASE)).where(CASE.c.client_id == _whose)), case_cells),
    (Prepared(select(*COUNTED).where(REFERRAL.c.client_id == _whose)), referral_cells),
    (Prepared(select(*(TASK.c[name] for name in OF_TASK)).where(TASK.c.client_id == _whose)), task_cells),
    (Prepared(select(*(CASE_STEP.c[name] for name in OF_STEP)).where(CASE_STEP.c.client_id == _whose)), step_cells),
    (Prepared(select(*(WATCH.c[name] for name in OF_WATCH)).where(WATCH.c.client_id == _whose)), watch_cells),
    (Prepared(select(*(LAPSE.c[name] for name in OF_LAPSE)).where(LAPSE.c.client_id == _whose)), lapse_cells),
    (Prepared(select(*(CONSENT.c[name] for name in OF_CONSENT)).where(CONSENT.c.client_id == _whose)), consent_cells),
    (Prepared(select(*(INCOMING.c[name] for name in OF_INCOMING)).where(INCOMING.c.client_id == _whose)), incoming_cells),
    (Prepared(select(*(PLAN.c[name] for name in OF_PLAN)).where(PLAN.c.client_id == _whose)), plan_cells),
    (Prepared(select(*(DISCLOSURE.c[name] for name in OF_DISCLOSURE)).where(DISCLOSURE.c.client_id == _whose)), disclosure_cells),
    (Prepared(select(*(CONTACT.c[name] for name in OF_CONTACT)).where(CONTACT.c.client_id == _whose)), contact_cells),
    (Prepared(select(*(CLIENT.c[name] for name in OF_CLIENT)).where(CLIENT.c.id == _whose)), client_cells),
    (Prepared(select(*(SESSION.c[name] for name in OF_SESSION)).where(SESSION.c.client_id == _whose)), session_cells),
    (Prepared(select(*(SCREENING.c[name] for name in OF_SCREENING)).where(SCREENING.c.client_id == _whose)), screening_cells),
    (Prepared(select(*(PLAN.c[name] for name in OF_WRITING)).where(PLAN.c.client_id == _whose)), writing_cells),
)
"""Every row of a client that is counted, and where."""
_bare = keyed(TRANSFERS, "client_id")
_HOLD = Prepared(_bare.where(TRANSFER.c.id == bindparam("pk", type_=Uuid()), EITHER).with_for_update(of=TRANSFER))
_WAITS = Prepared(select(exists().where(TRANSFER.c.client_id == _whose, TRANSFER.c.state == TransferState.requested.value)))
_DUE = Prepared(
    _bare.where(TRANSFER.c.clock_at <= bindparam("at", type_=UTCDateTime()))
    .order_by(TRANSFER.c.clock_at)
    .limit(_n)
    .with_for_update(of=TRANSFER, skip_locked=True)
)


class SqlTransfers(Store[Transfer]):
    codec = TRANSFERS

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys)
        self._tally = tally

    async def get(self, scope: Scope, id: TransferId) -> Transfer:
        return await self._one(_HOLD, by_id(bound(scope), id))

    async def waits(self, client: ClientId) -> bool:
        return bool((await self._lane.rows(_WAITS, {"whose": client}))[0][0])

    async def due(self, at: Any, limit: int) -> list[Transfer]:
        return await self._all(_DUE, {"at": at, "n": limit})

    async def hold(self, client: ClientId) -> tuple[CaseId, ...]:
        await self._lane.rows(_BE_BRIEF, {})
        for statement in _HOLD_FIRST:
            await self._lane.rows(statement, {"whose": client})
        return tuple(CaseId(id) for (id,) in await self._lane.rows(_HOLD_CASES, {"whose": client}))

    async def move(self, client: ClientId, to: CentreCode) -> None:
        await self._lane.rows(_HOLD_CLIENT, {"whose": client})
        await self._recount(client, to)
        await self._lane.at_once(_moving(), {"whose": client, "to": to})

    async def _recount(self, client: UUID, to: CentreCode) -> None:
        for counted, its_cells in _COUNTED:
            for centre, *rest in await self._lane.rows(counted, {"whose": client}):
                self._tally.move(its_cells(centre, *rest), its_cells(to, *rest))
