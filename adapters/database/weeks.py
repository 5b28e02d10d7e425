"""Figures by week, kept with the writes: what each person of a centre recorded, and cases opened, closed and counselled.

Decision. Context: this week beside last needs weeks, the caseload keeps months; and the use of the system is asked for by person. Choice:
two tables of their own beside the months, a week by its Monday; who recorded something is counted at the centre where the record is, so a
client who moves takes it along as all other figures do. Notes and tasks are left out: they are written all day long, and each would change
one more row. Price: a session changes two more small rows, a case, a contact, a client, a screening, a plan and a referral that leaves one.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.schema import CENTRE, WORD, column
from domain.counselling import Session
from domain.figures.use import Used, counselled
from domain.outreach import OutreachSession
from domain.periods import week_of
from domain.plans.record import Plan
from domain.screening import Screening
from domain.weeks import Happened


class UseFigureRow(SQLModel, table=True):
    """What each person recorded, by the week in which they did."""

    __tablename__ = "use_figure"
    centre: str = column(CENTRE, primary_key=True)
    week: date = column(Date(), primary_key=True)
    staff_id: UUID = column(Uuid(), primary_key=True)
    what: str = column(WORD, primary_key=True)
    n: int = column(Integer())


class CaseWeekRow(SQLModel, table=True):
    """Cases opened and closed, and sessions held, in each week."""

    __tablename__ = "case_week"
    centre: str = column(CENTRE, primary_key=True)
    week: date = column(Date(), primary_key=True)
    happened: str = column(WORD, primary_key=True)
    n: int = column(Integer())


USED, WEEKLY = table_of(UseFigureRow), table_of(CaseWeekRow)
Cell = tuple[Any, ...]


def used(centre: str, at: datetime, by: UUID, what: Used) -> Cell:
    return ("use_figure", centre, week_of(at), by, what.value)


def happened(centre: str, at: datetime, what: Happened) -> Cell:
    return ("case_week", centre, week_of(at), what.value)


OF_SESSION = ("centre", "held_at", "held_by", "written_at")
"""The columns that say where a session is counted, as `session_cells` takes them."""


def session_cells(centre: str, held: datetime, by: UUID, written: datetime) -> Iterator[Cell]:
    yield happened(centre, held, Happened.counselled)
    yield used(centre, written, by, counselled(held, written))


def cells_of_session(session: Session) -> Iterator[Cell]:
    return session_cells(session.centre, session.held_at, session.held_by, session.written_at)


OF_SCREENING = ("centre", "screened_at", "screened_by")


def screening_cells(centre: str, at: datetime, by: UUID) -> Iterator[Cell]:
    yield used(centre, at, by, Used.screening)


def cells_of_screening(screening: Screening) -> Iterator[Cell]:
    return screening_cells(screening.centre, screening.screened_at, screening.screened_by)


OF_WRITING = ("centre", "written_at", "written_by")


def writing_cells(centre: str, at: datetime, by: UUID) -> Iterator[Cell]:
    yield used(centre, at, by, Used.plan)


def cells_of_plan(plan: Plan) -> Iterator[Cell]:
    return writing_cells(plan.centre, plan.written_at, plan.written_by)


OF_OUTREACH = ("centre", "added_at", "added_by")


def outreach_cells(centre: str, at: datetime, by: UUID) -> Iterator[Cell]:
    yield used(centre, at, by, Used.outreach)


def cells_of_outreach(session: OutreachSession) -> Iterator[Cell]:
    return outreach_cells(session.centre, session.added_at, session.added_by)
