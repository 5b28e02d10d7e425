"""What each case has come to, and when it first did: one row a step, written with the record that brought it there.

Decision. Context: a case is to be counted once at each step, however often it is screened or referred, by two writers at once or after a
crash. Choice: a row for case and step, and who writes it first counts it; the second finds it there and counts nothing. They are written
at the end of a transaction, in order, before the figures: nobody waits in a circle. Price: one more statement in the transactions that
bring a case somewhere.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, delete, func, literal, or_, select, type_coerce, union_all
from sqlmodel import SQLModel

from adapters.database import lapses
from adapters.database.cases import CASE
from adapters.database.cells import reached_cells
from adapters.database.codec import table_of
from adapters.database.counselling import SESSION
from adapters.database.lanes import Lane
from adapters.database.plans import PLAN
from adapters.database.referrals import REFERRAL, STEP
from adapters.database.schema import CENTRE, WORD, UTCDateTime, column, of_centre
from adapters.database.screening import SCREENING
from adapters.database.statements import Prepared
from adapters.database.tally import Tally
from adapters.database.watched import watch
from adapters.database.weeks import Cell
from domain.figures.funnel import BY_WORD, Reached


class CaseStepRow(SQLModel, table=True):
    """A case that came to something of the funnel: counselled, screened, planned, referred, accepted, served."""

    __tablename__ = "case_step"
    __table_args__ = (of_centre("client", "client_id"), of_centre("case", "case_id"))
    case_id: UUID = column(Uuid(), primary_key=True)
    step: str = column(WORD, primary_key=True)
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid(), index=True)
    opened_at: datetime = column(UTCDateTime())
    at: datetime = column(UTCDateTime())


CASE_STEP = table_of(CaseStepRow)
OF_STEP = ("centre", "step", "opened_at", "at")
"""The columns that say where a step of a case is counted, as `step_cells` takes them."""


def _marking(insert: Any) -> Any:
    step, at = bindparam("step", type_=WORD), bindparam("at", type_=UTCDateTime())
    found = select(CASE.c.id, step, CASE.c.centre, CASE.c.client_id, CASE.c.opened_at, at).where(CASE.c.id == bindparam("pk", type_=Uuid()))
    names = ["case_id", "step", "centre", "client_id", "opened_at", "at"]
    made = insert(CASE_STEP).from_select(names, found)
    return made.on_conflict_do_nothing(index_elements=["case_id", "step"]).returning(*(CASE_STEP.c[name] for name in OF_STEP))


MARK = Prepared.upsert(_marking)


# What each case has come to by the records themselves, to hold the rows against.
_SOURCES = (
    *(
        select(table.c.case_id, literal(step.value, WORD).label("step"), func.min(at).label("at"))
        .where(at.is_not(None))
        .group_by(table.c.case_id)
        for step, table, at in (
            (Reached.counselled, SESSION, SESSION.c.held_at),
            (Reached.screened, SCREENING, SCREENING.c.screened_at),
            (Reached.planned, PLAN, PLAN.c.approved_at),
        )
    ),
    *(
        select(REFERRAL.c.case_id, literal(reached.value, WORD).label("step"), func.min(STEP.c.at).label("at"))
        .select_from(STEP.join(REFERRAL, REFERRAL.c.id == STEP.c.referral_id))
        .where(or_(*(STEP.c.step == word for word, its in BY_WORD.items() if its is reached)))
        .group_by(REFERRAL.c.case_id)
        for reached in (Reached.referred, Reached.accepted, Reached.served)
    ),
)
_found = union_all(*_SOURCES).subquery("found")
_both = and_(CASE_STEP.c.case_id == _found.c.case_id, CASE_STEP.c.step == _found.c.step)
MISSING = Prepared(
    select(_found.c.case_id, _found.c.step, type_coerce(_found.c.at, UTCDateTime()))
    .select_from(_found.outerjoin(CASE_STEP, _both))
    .where(CASE_STEP.c.case_id.is_(None))
)
UNFOUNDED = Prepared(
    select(CASE_STEP.c.case_id, CASE_STEP.c.step).select_from(CASE_STEP.outerjoin(_found, _both)).where(_found.c.case_id.is_(None))
)
_DROP = Prepared(delete(CASE_STEP).where(CASE_STEP.c.case_id == bindparam("pk", type_=Uuid()), CASE_STEP.c.step == bindparam("which")))


async def astray(lane: Lane) -> list[tuple[str, int, int]]:
    """Rows that lack, and rows that nothing stands behind: each as a figure that differs."""
    lacking = [(f"case_step {case} {step}", 0, 1) for case, step, _ in await lane.rows(MISSING, {})]
    return lacking + [(f"case_step {case} {step}", 1, 0) for case, step in await lane.rows(UNFOUNDED, {})]


async def mend(lane: Lane) -> int:
    """How many were put right."""
    lacking, unfounded = await lane.rows(MISSING, {}), await lane.rows(UNFOUNDED, {})
    for case, step, at in lacking:
        await lane.rows(MARK, {"pk": case, "step": step, "at": at})
    for case, step in unfounded:
        await lane.change(_DROP, {"pk": case, "which": step})
    return len(lacking) + len(unfounded)


def step_cells(centre: str, step: str, opened: datetime, at: datetime) -> Iterator[Cell]:
    return reached_cells(centre, step, opened, at)


async def settle(lane: Lane, tally: Tally) -> None:
    """At the end of a transaction: which consents leave nothing behind, what cases came to, what they are watched for, then the figures."""
    await lapses.settle(lane, tally)
    for (case, step), at in sorted(tally.reached.items()):
        for row in await lane.rows(MARK, {"pk": case, "step": step, "at": at}):
            tally.move((), step_cells(*row))
    await watch(lane, tally)
    tally.write(lane)
