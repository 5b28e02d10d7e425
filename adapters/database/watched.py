"""What each open case is watched for, one row a case, kept at the end of every transaction that touched it.

Decision. Context: that a case is open and has no counselling is told by two tables, which two people write at once; and the longest
waiting must be found without reading every case. Choice: a row a case says since when each thing is so, along indexes that hold nothing
else. It is held, then computed from the records by the one statement that a fresh count uses too, so whoever comes second sees what the
first wrote. It is held after everything else and in order: nobody waits in a circle. Price: three statements more in such a transaction.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Index, Integer, Uuid, bindparam, delete, func, or_, select, text
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.cells import wait_cells
from adapters.database.codec import table_of
from adapters.database.counselling import SESSION
from adapters.database.lanes import Lane
from adapters.database.plans import PLAN
from adapters.database.referrals import REFERRAL, STEP
from adapters.database.schema import CENTRE, Shows, column, of_centre
from adapters.database.screening import SCREENING
from adapters.database.statements import Prepared
from adapters.database.tally import Tally
from adapters.database.weeks import Cell
from domain.cases import Stage
from domain.figures.funnel import BY_WORD
from domain.figures.quality import Standing, Watched, standing
from domain.plans.record import PlanState
from domain.screening import IndicationOutcome


def _along(name: str) -> Index:
    still = text(f"{name} IS NOT NULL")
    return Index(f"ix_case_watch_{name}", "centre", name, postgresql_where=still, sqlite_where=still)


class CaseWatchRow(SQLModel, table=True):
    """Since when each of `Watched` is so of a case; empty where it is not, and of a closed one. `undecided` are its screenings with strong
    signs on which nobody decided."""

    __tablename__ = "case_watch"
    __table_args__ = (of_centre("client", "client_id"), of_centre("case", "case_id"), *(_along(one.value) for one in Watched))
    case_id: UUID = column(Uuid(), primary_key=True)
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid(), index=True)
    untouched: date | None = column(Date(), nullable=True)
    uncounselled: date | None = column(Date(), nullable=True)
    unplanned: date | None = column(Date(), nullable=True)
    unreviewed: date | None = column(Date(), nullable=True)
    undecided: int = column(Integer(), Shows.sensitive)


WATCH = table_of(CaseWatchRow)
UNDECIDED = "undecided"
OF_WATCH = ("centre", *(one.value for one in Watched), UNDECIDED)
"""The columns that say where a case is counted, as `watch_cells` takes them."""
_pk = bindparam("pk", type_=Uuid())


def _last(at: Any, *where: Any, of: Any = None) -> Any:
    statement = select(func.max(at)).where(*where)
    return (statement.select_from(of) if of is not None else statement).correlate(CASE).scalar_subquery()


_records = select(
    CASE.c.id,
    CASE.c.centre,
    CASE.c.client_id,
    CASE.c.stage,
    CASE.c.opened_at,
    CASE.c.touched_at,
    _last(SESSION.c.held_at, SESSION.c.case_id == CASE.c.id),
    _last(SCREENING.c.screened_at, SCREENING.c.case_id == CASE.c.id),
    _last(PLAN.c.approved_at, PLAN.c.case_id == CASE.c.id, PLAN.c.state == PlanState.approved.value),
    _last(
        STEP.c.at,
        REFERRAL.c.case_id == CASE.c.id,
        or_(*(STEP.c.step == word for word in sorted(BY_WORD))),
        of=STEP.join(REFERRAL, REFERRAL.c.id == STEP.c.referral_id),
    ),
    select(func.count())
    .where(SCREENING.c.case_id == CASE.c.id, SCREENING.c.outcome == IndicationOutcome.strong.value, SCREENING.c.decided_at.is_(None))
    .correlate(CASE)
    .scalar_subquery(),
)
_ONE, _ALL = Prepared(_records.where(CASE.c.id == _pk)), Prepared(_records)
_HOLD = Prepared(select(*WATCH.columns).where(WATCH.c.case_id == _pk).with_for_update(of=WATCH))
_KEPT = Prepared(select(*WATCH.columns))
_DROP = Prepared(delete(WATCH).where(WATCH.c.case_id == _pk))


def _putting(insert: Any) -> Any:
    put = insert(WATCH).values({c.name: bindparam(c.name, type_=c.type) for c in WATCH.columns})
    return put.on_conflict_do_update(index_elements=["case_id"], set_={name: put.excluded[name] for name in OF_WATCH})


PUT = Prepared.upsert(_putting)
Row = tuple[UUID, str, UUID, date | None, date | None, date | None, date | None, int]


def watch_cells(
    centre: str, untouched: date | None, uncounselled: date | None, unplanned: date | None, unreviewed: date | None, undecided: int
) -> Iterator[Cell]:
    for what, day in zip(Watched, (untouched, uncounselled, unplanned, unreviewed), strict=True):
        if day is not None:
            yield from wait_cells(centre, what.value, day)
    yield from repeat(("wait_figure", centre, UNDECIDED, 0), undecided)


def _row(raw: Sequence[Any]) -> Row:
    id, centre, client, stage, opened, touched, counselled, screened, planned, stepped, strong = raw
    moved: list[datetime] = [at for at in (touched, counselled, screened, planned, stepped) if at is not None]
    its: Standing = standing(Stage(stage), opened, max(moved), counselled, planned)
    return id, centre, client, *its, 0 if stage == Stage.closed else strong


def values(row: Row) -> dict[str, Any]:
    return dict(zip((c.name for c in WATCH.columns), row, strict=True))


async def watch(lane: Lane, tally: Tally) -> None:
    """For each case that a transaction touched."""
    for case in sorted(tally.touched):
        was = await lane.rows(_HOLD, {"pk": case})
        for now in map(_row, await lane.rows(_ONE, {"pk": case})):
            if [now] != was:
                await lane.rows(PUT, values(now))
                tally.move(watch_cells(was[0][1], *was[0][3:]) if was else (), watch_cells(now[1], *now[3:]))


async def _differing(lane: Lane) -> tuple[dict[UUID, Row], dict[UUID, Row]]:
    """What is kept and what the records say, of the cases where they differ."""
    kept = {row[0]: row for row in await lane.rows(_KEPT, {})}
    found = {row[0]: row for row in map(_row, await lane.rows(_ALL, {}))}
    apart = {id for id in kept.keys() | found.keys() if kept.get(id) != found.get(id)}
    return {id: kept[id] for id in apart & kept.keys()}, {id: found[id] for id in apart & found.keys()}


async def astray(lane: Lane) -> list[tuple[str, int, int]]:
    """Rows that differ from the records, each as a figure that does."""
    kept, found = await _differing(lane)
    return [(f"case_watch {id}", int(id in kept), int(id in found)) for id in sorted(kept.keys() | found.keys())]


async def mend(lane: Lane) -> int:
    """How many were put right."""
    kept, found = await _differing(lane)
    for row in found.values():
        await lane.rows(PUT, values(row))
    for id in kept.keys() - found.keys():
        await lane.change(_DROP, {"pk": id})
    return len(kept.keys() | found.keys())
