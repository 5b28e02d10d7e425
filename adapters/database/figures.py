"""Figures of cases and referrals, kept with the writes: a dashboard reads a few rows and never scans the records (PERFORMANCE.md).

Price: a case that moves changes two or three of these small rows, a referral two; writers of one counsellor's records take turns at them,
for as long as the end of a transaction takes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, Uuid, bindparam, text
from sqlmodel import SQLModel

from adapters.database.answers import CAME
from adapters.database.codec import table_of
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, column
from adapters.database.statements import Prepared
from adapters.database.weeks import USED, WEEKLY, happened, used
from domain.cases import Case, Stage
from domain.contacts import Contact
from domain.counselling import Task
from domain.figures.approvals import Approval
from domain.figures.due import Due, due_of
from domain.figures.durations import rung
from domain.figures.funnel import Reached, counted
from domain.figures.partners import NO_SERVICE, facts
from domain.figures.use import Used
from domain.partners.declining import DeclineCode
from domain.periods import month_of, quarter_of, spans
from domain.referrals.record import Referral
from domain.referrals.steps import DUE as RUNS
from domain.referrals.steps import State
from domain.values import day_of
from domain.weeks import Happened


class CaseloadFigureRow(SQLModel, table=True):
    """How many cases stand at each stage, by who holds them; closed ones too, so that totals add up."""

    __tablename__ = "caseload_figure"
    centre: str = column(CENTRE, primary_key=True)
    counsellor_id: UUID = column(Uuid(), primary_key=True)
    kind: str = column(WORD, primary_key=True)
    risk: str = column(WORD, primary_key=True)
    stage: str = column(WORD, primary_key=True)
    n: int = column(Integer())


ASKED = "asked "
"""Before what waits for a second person, among what waits."""
TOOK = "took "
"""Before the rung of how long a case was open that was closed in a month."""


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


def _adding(table: Any) -> Prepared:
    keys = [c.name for c in table.primary_key.columns]

    def write(insert: Any) -> Any:
        add = insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns})
        return add.on_conflict_do_update(index_elements=keys, set_={"n": table.c.n + add.excluded.n})

    return Prepared.upsert(write)


ADDING = {table.name: (_adding(table), [c.name for c in table.primary_key.columns]) for table in KEPT}


Cell = tuple[Any, ...]
OF_CASE = ("centre", "counsellor_id", "kind", "risk", "stage", "opened_at", "closed_at", "next_due", "outcome")
"""The columns that say where a case is counted, as `cells` takes them."""


def cells(
    centre: str,
    counsellor: UUID,
    kind: str,
    risk: str,
    stage: str,
    opened: datetime,
    closed: datetime | None,
    due: date | None,
    outcome: str | None,
) -> Iterator[Cell]:
    """Every cell a case is counted in, as (table, key…)."""
    yield ("caseload_figure", centre, counsellor, str(kind), str(risk), str(stage))
    yield ("case_flow", centre, month_of(opened), "opened")
    yield happened(centre, opened, Happened.opened)
    if closed:
        yield happened(centre, closed, Happened.closed)
        yield ("case_flow", centre, month_of(closed), "closed")
        yield ("case_flow", centre, month_of(closed), f"{TOOK}{rung(closed - opened)}")
    if due and stage != Stage.closed:
        yield from due_cells(centre, counsellor, Due.case, due)
    yield _funnel(centre, opened, Reached.opened)
    if outcome and stage == Stage.closed:
        yield _funnel(centre, opened, Reached.outcome)


def due_cells(centre: str, holder: UUID, what: Due, day: date) -> Iterator[Cell]:
    for span in spans(day):
        yield ("due_figure", centre, holder, what.value, span)


def wait_cells(centre: str, what: str, day: date) -> Iterator[Cell]:
    """Something that waits since this day, or ends on it."""
    for span in spans(day):
        yield ("wait_figure", centre, what, span)


def decided_cell(centre: str, what: Approval, asked: datetime, at: datetime) -> Cell:
    return ("decision_figure", centre, month_of(at), what.value, str(rung(at - asked)))


def asked_cells(centre: str, what: Approval, asked: datetime) -> Iterator[Cell]:
    """Something that waits for a second person."""
    return wait_cells(centre, f"{ASKED}{what}", day_of(asked))


def _funnel(centre: str, began: datetime, reached: Reached) -> Cell:
    return ("funnel_figure", centre, month_of(began), reached.value, "")


def reached_cells(centre: str, reached: str, opened: datetime, at: datetime) -> Iterator[Cell]:
    """Where a case that came to something is counted."""
    for month, what, detail in counted(Reached(reached), opened, at):
        yield ("funnel_figure", centre, month, what.value, detail)


OF_TASK = ("centre", "assignee_id", "asks_after", "planned", "due_on", "done_at")
"""The columns that say where a task is counted, as `task_cells` takes them."""


def task_cells(centre: str, holder: UUID, asks_after: UUID | None, planned: bool, due: date, done: datetime | None) -> Iterator[Cell]:
    if done is None:
        yield from due_cells(centre, holder, due_of(asks_after, planned), due)


def cells_of_task(task: Task) -> tuple[Cell, ...]:
    return tuple(task_cells(*_of_task(task)))


OF_CONTACT = ("centre", "at", "client_id", "taken_by")
OF_CLIENT = ("centre", "registered_at", "registered_by")


def contact_cells(centre: str, at: datetime, client: UUID | None, by: UUID) -> Iterator[Cell]:
    yield _funnel(centre, at, Reached.contact)
    yield used(centre, at, by, Used.contact)
    if client is not None:
        yield _funnel(centre, at, Reached.promoted)


def cells_of_contact(contact: Contact) -> tuple[Cell, ...]:
    return tuple(contact_cells(contact.centre, contact.at, contact.client_id, contact.taken_by))


def client_cells(centre: str, registered: datetime, by: UUID) -> Iterator[Cell]:
    yield _funnel(centre, registered, Reached.registered)
    yield used(centre, registered, by, Used.client)


def cells_of(case: Case) -> tuple[Cell, ...]:
    return tuple(cells(*_of_case(case)))


OF_REFERRAL = (
    "centre",
    "counsellor_id",
    "state",
    "partner_id",
    "service_id",
    "sent_at",
    "acknowledged_at",
    "answered_at",
    "decline_code",
    "made_by",
    "answer_by",
    "submitted_at",
    "approved_by",
)
"""The columns that say where a referral is counted, as `referral_cells` takes them."""


def referral_cells(
    centre: str,
    counsellor: UUID,
    state: str,
    partner: UUID,
    service: UUID | None,
    sent: datetime | None,
    acknowledged: datetime | None,
    answered: datetime | None,
    declined: str | None,
    by: UUID,
    answer_by: datetime | None,
    submitted: datetime | None,
    approved: UUID | None,
) -> Iterator[Cell]:
    """Every cell a referral is counted in."""
    yield ("referral_figure", centre, counsellor, str(state))
    if sent:
        yield used(centre, sent, by, Used.referral)
        place = ("partner_figure", centre, quarter_of(sent), partner, service or NO_SERVICE)
        for fact, detail in facts(State(state), sent, acknowledged, answered, DeclineCode(declined) if declined else None):
            yield (*place, fact.value, detail)
    if answer_by and state in RUNS:
        for span in spans(day_of(answer_by)):
            yield ("late_figure", centre, partner, service or NO_SERVICE, span)
    if submitted and state == State.awaiting_approval:
        yield from asked_cells(centre, Approval.referral, submitted)
    if submitted and approved and sent:
        yield decided_cell(centre, Approval.referral, submitted, sent)


_of_case, _of_referral, _of_task = attrgetter(*OF_CASE), attrgetter(*OF_REFERRAL), attrgetter(*OF_TASK)


def cells_of_referral(referral: Referral) -> tuple[Cell, ...]:
    return tuple(referral_cells(*_of_referral(referral)))


class Tally:
    """What one transaction changes of the figures. Written at its end, all tables in one order: two writers never wait for each other in
    a circle."""

    def __init__(self) -> None:
        self._change: Counter[Cell] = Counter()
        self.reached: dict[tuple[UUID, str], datetime] = {}
        self.touched: set[UUID] = set()
        """Cases of which something is to be seen anew at the end (`watched.watch`)."""
        self.sharing: set[UUID] = set()
        """Clients of whose consents and open referrals one changed (`lapses.settle`)."""

    def reach(self, case: UUID, step: Reached, at: datetime) -> None:
        """A case came to this; whether it is the first time is known when it is written (`journeys.settle`)."""
        self.reached.setdefault((case, step.value), at)
        self.touched.add(case)

    def move(self, was: Iterable[Cell], now: Iterable[Cell]) -> None:
        """A record goes from the cells it was counted in to those it is in now."""
        self._change.update(now)
        self._change.subtract(was)

    def write(self, lane: Lane) -> None:
        for (table, *key), n in sorted(self._change.items(), key=lambda item: [str(part) for part in item[0]]):
            if n:
                add, names = ADDING[table]
                lane.later(add, {**dict(zip(names, key, strict=True)), "n": n})
