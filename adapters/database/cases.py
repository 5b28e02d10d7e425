"""Cases and who is assigned to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Index, Integer, Select, String, UniqueConstraint, Uuid, and_, bindparam, func, select, table, text, update
from sqlalchemy import column as named
from sqlmodel import SQLModel

from adapters.database.access import ASSIGNMENT, ASSIGNMENTS
from adapters.database.cells import cells_of_case
from adapters.database.clients import CLIENT, names_of
from adapters.database.codec import Codec, table_of
from adapters.database.identity import STAFF
from adapters.database.keys import KEY, Keys
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Store, by_id, with_key
from adapters.database.tally import Tally
from adapters.database.weeks import Cell
from domain.case_doors import CaseFilter, CaseLine
from domain.cases import Assignment, Case, CaseKind, Outcome, Risk, Stage
from domain.identity import Scope, Sensitivity
from domain.secrecy import KeyVault
from domain.values import CaseId, StaffId


class CaseRow(SQLModel, table=True):
    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("centre", "id"),
        UniqueConstraint("centre", "number"),
        of_centre("client", "client_id"),
        one_of("kind", CaseKind),
        one_of("risk", Risk),
        one_of("sensitivity", Sensitivity),
        one_of("stage", Stage),
        one_of("held_from", Stage, nullable=True),
        one_of("outcome", Outcome, nullable=True),
        Index(None, "client_id"),
        Index(None, "counsellor_id", "id"),
        Index(
            "ix_case_due", "counsellor_id", "next_due", postgresql_where=text("stage <> 'closed'"), sqlite_where=text("stage <> 'closed'")
        ),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    number: str = column(String(20), Shows.personal)
    kind: str = column(WORD)
    risk: str = column(WORD)
    sensitivity: str = column(WORD)
    stage: str = column(WORD)
    counsellor_id: UUID = column(Uuid())
    summary: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    opened_at: datetime = column(UTCDateTime())
    touched_at: datetime = column(UTCDateTime())
    next_due: date | None = column(Date(), nullable=True)
    held_from: str | None = column(WORD, nullable=True)
    outcome: str | None = column(WORD, nullable=True)
    closed_at: datetime | None = column(UTCDateTime(), nullable=True)
    country: str | None = column(String(3), Shows.personal, nullable=True)
    version: int = column(Integer())


CASE = table_of(CaseRow)
CASES: Codec[Case] = Codec(Case, CaseRow)
_pk = bindparam("pk", type_=Uuid())
_GET = with_key(CASES, "client_id", CASE.c.id == _pk, case_in_scope(CASE), lock=True)
_SEE = with_key(CASES, "client_id", CASE.c.id == _pk, case_in_scope(CASE))
_END_ASSIGNMENT = Prepared(
    update(ASSIGNMENT)
    .where(ASSIGNMENT.c.case_id == bindparam("of_case", type_=Uuid()), ASSIGNMENT.c.until.is_(None))
    .values(until=bindparam("at", type_=UTCDateTime()))
)

_OPEN_OF = Prepared(
    select(func.count())
    .select_from(CASE)
    .where(CASE.c.counsellor_id == bindparam("counsellor", type_=Uuid()), CASE.c.stage != Stage.closed.value)
)

_LINE = (
    CASE.c.id,
    CASE.c.number,
    CASE.c.centre,
    CASE.c.client_id,
    CLIENT.c.number,
    CLIENT.c.names,
    KEY.c.wrapped,
    CASE.c.kind,
    CASE.c.risk,
    CASE.c.stage,
    CASE.c.sensitivity,
    CASE.c.counsellor_id,
    STAFF.c.name,
    CASE.c.next_due,
    CASE.c.opened_at,
    CASE.c.touched_at,
    CASE.c.version,
)
LINES: Select[Any] = select(*_LINE).select_from(
    CASE.join(CLIENT, CLIENT.c.id == CASE.c.client_id)
    .outerjoin(KEY, KEY.c.id == CASE.c.client_id)
    .outerjoin(STAFF, STAFF.c.id == CASE.c.counsellor_id)
)


def line(row: tuple[Any, ...], vault: KeyVault) -> CaseLine:
    id, number, centre, client, client_number, names, wrapped, *rest = row
    its = names_of(vault, client, names, wrapped)
    kind, risk, stage, sensitivity, counsellor, counsellor_name, *times = rest
    return CaseLine(
        id,
        number,
        centre,
        client,
        client_number,
        its.name,
        its.name_urdu,
        kind,
        risk,
        stage,
        sensitivity,
        counsellor,
        counsellor_name or "",
        *times,
    )


_STEPS = table("case_step", named("case_id", Uuid()), named("step", String()))


class Pages:
    """The caseload list narrowed in the ways people ask: one statement for each combination of filters, made when first asked for."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Prepared] = {}

    def statement(self, filters: tuple[str, ...]) -> Prepared:
        if (made := self._made.get(filters)) is None:
            made = self._made[filters] = Prepared(self._write(filters))
        return made

    def _write(self, filters: tuple[str, ...]) -> Select[Any]:
        wheres = {
            "centre": CASE.c.centre == bindparam("centre"),
            "stage": CASE.c.stage == bindparam("stage"),
            "counsellor": CASE.c.counsellor_id == bindparam("counsellor", type_=Uuid()),
            "risk": CASE.c.risk == bindparam("risk"),
            "kind": CASE.c.kind == bindparam("kind"),
            "due_before": CASE.c.next_due < bindparam("due_before", type_=Date()),
            "open_only": CASE.c.stage != Stage.closed.value,
            "opened_from": CASE.c.opened_at >= bindparam("opened_from", type_=UTCDateTime()),
            "opened_before": CASE.c.opened_at < bindparam("opened_before", type_=UTCDateTime()),
            "reached": CASE.c.id.in_(select(_STEPS.c.case_id).where(_STEPS.c.step == bindparam("reached"))),
            "ended": and_(CASE.c.stage == Stage.closed.value, CASE.c.outcome.is_not(None)),
            "after": CASE.c.id < bindparam("after", type_=Uuid()),
        }
        narrowed = LINES.where(case_in_scope(CASE), *(wheres[name] for name in filters))
        return narrowed.order_by(CASE.c.id.desc()).limit(bindparam("n", type_=Integer()))


_PAGES = Pages()


class SqlCases(Store[Case]):
    codec = CASES

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys)
        self._tally = tally
        self._seen: dict[UUID, tuple[Cell, ...]] = {}

    async def get(self, scope: Scope, id: CaseId) -> Case:
        case = await self._one(_GET, by_id(bound(scope), id))
        self._seen[case.id] = cells_of_case(case)
        return case

    async def look(self, scope: Scope, id: CaseId) -> Case:
        """Without holding the row: for adding to a case, which changes nothing in it."""
        return await self._one(_SEE, by_id(bound(scope), id))

    async def add(self, record: Case) -> None:
        await super().add(record)
        self._tally.move((), cells_of_case(record))
        self._tally.touched.add(record.id)

    async def save(self, record: Case) -> None:
        await super().save(record)
        now = cells_of_case(record)
        self._tally.move(self._seen[record.id], now)
        self._seen[record.id] = now
        self._tally.touched.add(record.id)

    async def open_of(self, staff: StaffId) -> int:
        found: int = (await self._lane.rows(_OPEN_OF, {"counsellor": staff}))[0][0]
        return found

    async def assign(self, assignment: Assignment) -> None:
        await self._lane.change(_END_ASSIGNMENT, {"of_case": assignment.case_id, "at": assignment.since})
        self._lane.later(ASSIGNMENTS.insert, ASSIGNMENTS.values(assignment, self._vault))


class SqlCaseViews(Reader):
    async def case(self, scope: Scope, id: CaseId) -> Case:
        return await self._record(CASES, _SEE, scope, pk=id)

    async def page(self, scope: Scope, wanted: CaseFilter, limit: int, after: UUID | None) -> list[CaseLine]:
        asked = {name: getattr(wanted, name) for name in CaseFilter.__slots__}
        asked["after"] = after
        given = {name: value for name, value in asked.items() if value not in (None, False)}
        rows = await self._rows(_PAGES.statement(tuple(given)), scope, {**given, "n": limit})
        return [line(row, self._vault) for row in rows]
