"""The caseload's figures, kept with the writes: a dashboard reads a few rows and never scans the cases (PERFORMANCE.md)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid, bindparam
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, column
from adapters.database.statements import Prepared
from domain.cases import Case, Stage


class CaseloadFigureRow(SQLModel, table=True):
    """How many cases stand at each stage, by who holds them; closed ones too, so that totals add up."""

    __tablename__ = "caseload_figure"
    centre: str = column(CENTRE, primary_key=True)
    counsellor_id: UUID = column(Uuid(), primary_key=True)
    kind: str = column(WORD, primary_key=True)
    risk: str = column(WORD, primary_key=True)
    stage: str = column(WORD, primary_key=True)
    n: int = column(Integer())


class CaseFlowRow(SQLModel, table=True):
    """Cases opened and closed in each month."""

    __tablename__ = "case_flow"
    centre: str = column(CENTRE, primary_key=True)
    month: str = column(WORD, primary_key=True)
    happened: str = column(WORD, primary_key=True)
    n: int = column(Integer())


class CaseDueRow(SQLModel, table=True):
    """Open cases by the day on which something is due."""

    __tablename__ = "case_due"
    centre: str = column(CENTRE, primary_key=True)
    due_on: Any = column(Date(), primary_key=True)
    n: int = column(Integer())


CASELOAD, FLOW, DUE = table_of(CaseloadFigureRow), table_of(CaseFlowRow), table_of(CaseDueRow)


def _adding(table: Any) -> Prepared:
    keys = [c.name for c in table.primary_key.columns]

    def write(insert: Any) -> Any:
        add = insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns})
        return add.on_conflict_do_update(index_elements=keys, set_={"n": table.c.n + add.excluded.n})

    return Prepared.upsert(write)


_ADD = {table.name: (_adding(table), [c.name for c in table.primary_key.columns]) for table in (CASELOAD, FLOW, DUE)}


Cell = tuple[Any, ...]


def cells(
    centre: str, counsellor: UUID, kind: str, risk: str, stage: str, opened: datetime, closed: datetime | None, due: date | None
) -> Iterator[Cell]:
    """Every cell a case is counted in, as (table, key…)."""
    yield ("caseload_figure", centre, counsellor, str(kind), str(risk), str(stage))
    yield ("case_flow", centre, f"{opened:%Y-%m}", "opened")
    if closed:
        yield ("case_flow", centre, f"{closed:%Y-%m}", "closed")
    if due and stage != Stage.closed:
        yield ("case_due", centre, due)


def cells_of(case: Case) -> tuple[Cell, ...]:
    parts = (case.centre, case.counsellor_id, case.kind, case.risk, case.stage, case.opened_at, case.closed_at, case.next_due)
    return tuple(cells(*parts))


def count(lane: Lane, was: tuple[Cell, ...], now: tuple[Cell, ...]) -> None:
    """Moves the case from the cells it was in to those it is in now. Cells are touched in one order: two writers never wait for each
    other in a circle."""
    change = Counter(now)
    change.subtract(Counter(was))
    for (table, *key), n in sorted(change.items(), key=lambda item: [str(part) for part in item[0]]):
        if n:
            add, names = _ADD[table]
            lane.later(add, {**dict(zip(names, key, strict=True)), "n": n})
