"""Many made-up clients in few statements: the codecs of normal use, COPY on PostgreSQL, executemany on SQLite.

PostgreSQL refuses COPY into a table under row-level security, so rows are copied into temporary tables and inserted from there, where
the policies hold as for every other insert.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, insert

from adapters.database import lapses, watched
from adapters.database.access import ASSIGNMENTS
from adapters.database.cases import CASES
from adapters.database.cells import cells_of_case, cells_of_referral, cells_of_task, client_cells
from adapters.database.clients import CLIENTS, COUNTER, TOKEN
from adapters.database.codec import Codec
from adapters.database.consent import CONSENTS
from adapters.database.counselling import NOTES, SESSIONS, TASKS, TOPIC, topics_of
from adapters.database.journeys import CASE_STEP, OF_STEP, step_cells
from adapters.database.keys import KEY
from adapters.database.lanes import EVERYWHERE, Driver, Lane
from adapters.database.plans import PLANS
from adapters.database.postgres import PostgresLane
from adapters.database.projects import BY_DEFAULT
from adapters.database.recruitment import JOBS
from adapters.database.referrals import REFERRALS, STEPS
from adapters.database.reintegration import REVIEWS
from adapters.database.screening import SCREENINGS
from adapters.database.statements import POSTGRESQL, Prepared
from adapters.database.tally import ADDING
from adapters.database.waits import cells_of_waiting
from adapters.database.watched import OF_WATCH, WATCH, watch_cells
from adapters.database.weeks import Cell, cells_of_plan, cells_of_screening, cells_of_session
from domain.cases import Stage
from domain.demo import Dossier
from domain.figures.funnel import BY_WORD, Reached
from domain.figures.quality import standing
from domain.plans.record import in_force
from domain.screening import IndicationOutcome
from domain.secrecy import KeyVault
from domain.values import CaseId, CentreCode

Row = dict[str, Any]

_RESERVE = Prepared.upsert(
    lambda insert: (
        insert(COUNTER)
        .values(centre=bindparam("at_centre"), kind=bindparam("of_kind"), last=bindparam("upto"))
        .on_conflict_do_update(index_elements=["centre", "kind"], set_={"last": bindparam("upto")})
    )
)


class Block:
    """One table's way in. `names` is the order of the values in each row."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self.name, self.names, self._staged = table.name, tuple(names), f"bulk_{table.name}"
        self.insert = Prepared(insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names}))
        kinds = [table.c[name].type.dialect_impl(POSTGRESQL) for name in names]
        self._converts = [(place, into) for place, kind in enumerate(kinds) if (into := kind.bind_processor(POSTGRESQL))]

    async def write(self, lane: Lane, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if isinstance(lane, PostgresLane):
            await self._copy(lane._connection, rows)
        else:
            await lane.many(self.insert, rows)

    async def _copy(self, connection: Any, rows: Sequence[Row]) -> None:
        columns = ", ".join(f'"{name}"' for name in self.names)
        await connection.execute(f'CREATE TEMPORARY TABLE IF NOT EXISTS "{self._staged}" (LIKE "{self.name}") ON COMMIT DELETE ROWS')
        await connection.copy_records_to_table(self._staged, records=map(self._record, rows), columns=self.names)
        await connection.execute(f'INSERT INTO "{self.name}" ({columns}) SELECT {columns} FROM "{self._staged}"')  # noqa: S608 - own names

    def _record(self, row: Row) -> list[Any]:
        values = list(row.values())
        for place, into in self._converts:
            values[place] = into(values[place])
        return values


def _of(codec: Codec[Any]) -> Block:
    return Block(codec.table, codec.names)


_CASE_STEPS = Block(CASE_STEP, ("case_id", "step", "centre", "client_id", "opened_at", "at"))
_WATCHES = Block(WATCH, tuple(WATCH.c.keys()))
_TOPICS = Block(TOPIC, ("session_id", "centre", "client_id", "topic"))
_KEYS = Block(KEY, ("id", "centre", "wrapped"))
_CLIENTS = _of(CLIENTS)
_TOKENS = Block(TOKEN, ("centre", "token", "client_id"))
# In the order in which rows point to one another. The dossier's lists have the plural's name.
_PARTS: tuple[tuple[str, Codec[Any], Block], ...] = tuple(
    (name, codec, _of(codec))
    for name, codec in (
        ("cases", CASES),
        ("assignments", ASSIGNMENTS),
        ("sessions", SESSIONS),
        ("notes", NOTES),
        ("tasks", TASKS),
        ("plans", PLANS),
        ("screenings", SCREENINGS),
        ("reviews", REVIEWS),
        ("jobs", JOBS),
        ("consents", CONSENTS),
        ("referrals", REFERRALS),
        ("steps", STEPS),
    )
)


class SqlBulk:
    """`domain.ports.BulkRecords` over either driver."""

    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        self._driver, self._vault = driver, vault

    async def reserve(self, numbers: Mapping[tuple[CentreCode, str], int]) -> None:
        async with self._driver.writing(EVERYWHERE) as lane:
            for (centre, kind), last in numbers.items():
                lane.later(_RESERVE, {"at_centre": centre, "of_kind": kind, "upto": last})

    async def put(self, dossiers: Sequence[Dossier], tokens: Sequence[frozenset[int]]) -> None:
        keys = [self._vault.new_key() for _ in dossiers]
        clients = [one.client for one in dossiers]
        async with self._driver.writing(EVERYWHERE) as lane:
            # Not by COPY: the first statement through the lane's own door opens its transaction.
            await lane.many(
                _KEYS.insert, [{"id": one.id, "centre": one.centre, "wrapped": key} for one, key in zip(clients, keys, strict=True)]
            )
            await _CLIENTS.write(lane, [CLIENTS.values(one, self._vault, key) for one, key in zip(clients, keys, strict=True)])
            await _TOKENS.write(
                lane,
                [
                    {"centre": one.centre, "token": token, "client_id": one.id}
                    for one, its in zip(clients, tokens, strict=True)
                    for token in sorted(its)
                ],
            )
            for name, codec, block in _PARTS:
                await block.write(lane, list(self._sealed(name, codec, dossiers, keys)))
            await _TOPICS.write(lane, [row for one in dossiers for session in one.sessions for row in topics_of(session)])
            await lane.change(BY_DEFAULT, {"whose": [one.id for one in clients]})
            found = Counter(cell for one in dossiers for case in one.cases for cell in cells_of_case(case))
            found.update(cell for one in dossiers for referral in one.referrals for cell in cells_of_referral(referral))
            found.update(cell for one in dossiers for task in one.tasks for cell in cells_of_task(task))
            found.update(cell for one in clients for cell in client_cells(one.centre, one.registered_at, one.registered_by))
            found.update(cell for one in dossiers for cell in _recorded(one))
            came_to = [row for one in dossiers for row in _came_to(one)]
            await _CASE_STEPS.write(lane, came_to)
            found.update(cell for row in came_to for cell in step_cells(*(row[name] for name in OF_STEP)))
            watching = [row for one in dossiers for row in _watched(one)]
            await _WATCHES.write(lane, watching)
            found.update(cell for row in watching for cell in watch_cells(*(row[name] for name in OF_WATCH)))
            found.update(cell for one in dossiers for its in (*one.consents, *one.plans) for cell in cells_of_waiting(its))
            found.update(await lapses.lay(lane, [one.id for one in clients]))
            await _count(lane, found)

    def _sealed(self, name: str, codec: Codec[Any], dossiers: Sequence[Dossier], keys: Sequence[bytes]) -> Iterable[Row]:
        for one, key in zip(dossiers, keys, strict=True):
            for record in getattr(one, name):
                yield codec.values(record, self._vault, key)


def _recorded(one: Dossier) -> Iterable[Cell]:
    """Where what was done in the cases of a dossier is counted by week."""
    yield from (cell for its in one.sessions for cell in cells_of_session(its))
    yield from (cell for its in one.screenings for cell in cells_of_screening(its))
    yield from (cell for its in one.plans for cell in cells_of_plan(its))


def _came_to(one: Dossier) -> Iterable[Row]:
    """What the cases of a dossier have come to, and when they first did."""
    found: dict[tuple[UUID, Reached], datetime] = {}
    case_of = {referral.id: referral.case_id for referral in one.referrals}
    happened = [
        *((its.case_id, Reached.counselled, its.held_at) for its in one.sessions),
        *((its.case_id, Reached.screened, its.screened_at) for its in one.screenings),
        *((its.case_id, Reached.planned, its.approved_at) for its in one.plans if its.approved_at),
        *((case_of[its.referral_id], BY_WORD[its.step], its.at) for its in one.steps if its.step in BY_WORD),
    ]
    for of, step, at in happened:
        found[of, step] = min(at, found.get((of, step), at))
    cases = {case.id: case for case in one.cases}
    for (id, step), at in found.items():
        case = cases[CaseId(id)]
        yield {
            "case_id": id,
            "step": step.value,
            "centre": case.centre,
            "client_id": case.client_id,
            "opened_at": case.opened_at,
            "at": at,
        }


def _watched(one: Dossier) -> Iterable[Row]:
    """What the cases of a dossier are watched for."""
    case_of = {referral.id: referral.case_id for referral in one.referrals}
    for case in one.cases:
        counselled = max((its.held_at for its in one.sessions if its.case_id == case.id), default=None)
        planned = max(
            (its.approved_at for its in one.plans if its.case_id == case.id and its.approved_at and in_force([its])), default=None
        )
        moved = [
            case.touched_at,
            *(at for at in (counselled, planned) if at),
            *(its.screened_at for its in one.screenings if its.case_id == case.id),
            *(its.at for its in one.steps if case_of[its.referral_id] == case.id and its.step in BY_WORD),
        ]
        since = standing(case.stage, case.opened_at, max(moved), counselled, planned)
        strong = (
            0
            if case.stage is Stage.closed
            else sum(
                its.case_id == case.id and its.outcome is IndicationOutcome.strong and its.decided_at is None for its in one.screenings
            )
        )
        yield watched.values((case.id, case.centre, case.client_id, *since, strong))


async def _count(lane: Lane, found: Counter[Cell]) -> None:
    """All the figures of a transaction at its end, in one order, so that two processes wait for each other briefly and in turn."""
    for table, (add, names) in sorted(ADDING.items()):
        rows = [(key, n) for (name, *key), n in found.items() if name == table]
        rows.sort(key=lambda row: [str(part) for part in row[0]])
        await lane.many(add, [{**dict(zip(names, key, strict=True)), "n": n} for key, n in rows])
