"""Figures of cases and referrals, kept with the writes: a dashboard reads a few rows and never scans the records (PERFORMANCE.md).

Price: a case that moves changes two or three of these small rows, a referral two; writers of one counsellor's records take turns at them,
for as long as the end of a transaction takes.
"""

from uuid import UUID

from sqlalchemy import Index, Integer, Uuid, text
from sqlmodel import SQLModel

from adapters.database.answers import CAME
from adapters.database.codec import table_of
from adapters.database.schema import CENTRE, WORD, column
from adapters.database.weeks import USED, WEEKLY


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
    """Cases opened and closed in each month, and those closed by how long they were open."""

    __tablename__ = "case_flow"
    centre: str = column(CENTRE, primary_key=True)
    month: str = column(WORD, primary_key=True)
    happened: str = column(WORD, primary_key=True)
    n: int = column(Integer())


_STILL = text("n > 0")


class WorkDueRow(SQLModel, table=True):
    """Open cases and open tasks by whose they are, their kind, and the spans of the day on which they are due (`periods.spans`)."""

    __tablename__ = "due_figure"
    # Days past are emptied one after the other and never read again.
    __table_args__ = (Index("ix_due_figure_still", "centre", "span", postgresql_where=_STILL, sqlite_where=_STILL),)
    centre: str = column(CENTRE, primary_key=True)
    holder_id: UUID = column(Uuid(), primary_key=True)
    what: str = column(WORD, primary_key=True)
    span: int = column(Integer(), primary_key=True)
    n: int = column(Integer())


class WatchFigureRow(SQLModel, table=True):
    """What waits or ends, by what it is, and the spans of the day since which it is so or on which it ends: open cases by what they are
    watched for, consents, answers of ours, what waits for a second person. `span` is 0 where no day is asked for."""

    __tablename__ = "wait_figure"
    __table_args__ = (Index("ix_wait_figure_still", "centre", "what", "span", postgresql_where=_STILL, sqlite_where=_STILL),)
    centre: str = column(CENTRE, primary_key=True)
    what: str = column(WORD, primary_key=True)
    span: int = column(Integer(), primary_key=True)
    n: int = column(Integer())


class ReferralFigureRow(SQLModel, table=True):
    """How many referrals are in each state, by whose they are."""

    __tablename__ = "referral_figure"
    centre: str = column(CENTRE, primary_key=True)
    counsellor_id: UUID = column(Uuid(), primary_key=True)
    state: str = column(WORD, primary_key=True)
    n: int = column(Integer())


class LateFigureRow(SQLModel, table=True):
    """Referrals whose partner's time runs, by partner, service and the spans of the day on which it ends. `service_id` as below."""

    __tablename__ = "late_figure"
    __table_args__ = (Index("ix_late_figure_still", "centre", "span", postgresql_where=_STILL, sqlite_where=_STILL),)
    centre: str = column(CENTRE, primary_key=True)
    partner_id: UUID = column(Uuid(), primary_key=True)
    service_id: UUID = column(Uuid(), primary_key=True)
    span: int = column(Integer(), primary_key=True)
    n: int = column(Integer())


class DecisionFigureRow(SQLModel, table=True):
    """What a second person decided in each month, by the rung of how long it had waited."""

    __tablename__ = "decision_figure"
    centre: str = column(CENTRE, primary_key=True)
    month: str = column(WORD, primary_key=True)
    what: str = column(WORD, primary_key=True)
    took: str = column(WORD, primary_key=True)
    n: int = column(Integer())


class PartnerFigureRow(SQLModel, table=True):
    """Referrals that have left, by partner, service and the quarter they were sent in: what became of them, and how long it took.
    `service_id` is all noughts for a referral to the partner as a whole."""

    __tablename__ = "partner_figure"
    centre: str = column(CENTRE, primary_key=True)
    quarter: str = column(WORD, primary_key=True)
    partner_id: UUID = column(Uuid(), primary_key=True)
    service_id: UUID = column(Uuid(), primary_key=True)
    fact: str = column(WORD, primary_key=True)
    detail: str = column(WORD, primary_key=True)
    n: int = column(Integer())


class FunnelFigureRow(SQLModel, table=True):
    """Contacts, people and cases by the month they began in and what they have come to; `detail` is the rung of how long that took."""

    __tablename__ = "funnel_figure"
    centre: str = column(CENTRE, primary_key=True)
    month: str = column(WORD, primary_key=True)
    reached: str = column(WORD, primary_key=True)
    detail: str = column(WORD, primary_key=True)
    n: int = column(Integer())


CASELOAD, FLOW, DUE = table_of(CaseloadFigureRow), table_of(CaseFlowRow), table_of(WorkDueRow)
REFERRED, ANSWERED = table_of(ReferralFigureRow), table_of(PartnerFigureRow)
FUNNEL, WATCHED = table_of(FunnelFigureRow), table_of(WatchFigureRow)
RUNNING, DECIDED = table_of(LateFigureRow), table_of(DecisionFigureRow)
KEPT = (CASELOAD, FLOW, DUE, REFERRED, ANSWERED, FUNNEL, WATCHED, RUNNING, DECIDED, USED, WEEKLY, CAME)
