"""Where each record is counted: the cells of the figures it stands in, from the columns that say so."""

from collections.abc import Iterator
from datetime import date, datetime
from operator import attrgetter
from uuid import UUID

from adapters.database.weeks import Cell, happened, used
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

ASKED = "asked "
"""Before what waits for a second person, among what waits."""
TOOK = "took "
"""Before the rung of how long a case was open that was closed in a month."""


OF_CASE = ("centre", "counsellor_id", "kind", "risk", "stage", "opened_at", "closed_at", "next_due", "outcome")
"""The columns that say where a case is counted, as `case_cells` takes them."""


def case_cells(
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


_of_case = attrgetter(*OF_CASE)


def cells_of_case(case: Case) -> tuple[Cell, ...]:
    return tuple(case_cells(*_of_case(case)))


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


_of_task = attrgetter(*OF_TASK)


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


_of_referral = attrgetter(*OF_REFERRAL)


def cells_of_referral(referral: Referral) -> tuple[Cell, ...]:
    return tuple(referral_cells(*_of_referral(referral)))
