"""Where records stand in the figures of what waits or ends: consents, answers of ours, and what a second person is asked for; and which
answers of ours those were.

A transfer is not among them: it waits in a centre whose figures the centre that asked cannot write.
"""

from collections.abc import Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from adapters.database.answers import came_cell
from adapters.database.cells import asked_cells, decided_cell, wait_cells
from adapters.database.tally import Tally
from adapters.database.weeks import Cell
from domain.consent import Consent
from domain.disclosures import Disclosure, DisclosureState
from domain.evidence.request import RequestState, Research
from domain.figures.approvals import Approval
from domain.figures.quality import Ending
from domain.incoming.record import Incoming
from domain.incoming.steps import CLOCKED
from domain.plans.record import Plan, PlanState
from domain.values import day_of

OWED = "owed"
"""Answers of ours, by the day on which their time ends."""
OF_CONSENT = ("centre", "valid_to", "withdrawn_at")
OF_INCOMING = ("centre", "state", "answer_by", "came_at", "decline_code")
OF_PLAN = ("centre", "state", "submitted_at", "approved_at")
OF_DISCLOSURE = OF_RESEARCH = ("centre", "state", "asked_at", "decided_at")
"""The columns that say where each is counted, as the functions below take them."""


def consent_cells(centre: str, until: date | None, withdrawn: datetime | None) -> Iterator[Cell]:
    if until and withdrawn is None:
        yield from wait_cells(centre, Ending.ending.value, until)


def incoming_cells(centre: str, state: str, answer_by: datetime | None, came: datetime, declined: str | None) -> Iterator[Cell]:
    yield came_cell(centre, state, came, declined)
    if answer_by and state in CLOCKED:
        yield from wait_cells(centre, OWED, day_of(answer_by))


def plan_cells(centre: str, state: str, submitted: datetime | None, approved: datetime | None) -> Iterator[Cell]:
    return _asked(Approval.plan, centre, state == PlanState.submitted, submitted, approved)


def disclosure_cells(centre: str, state: str, asked: datetime, decided: datetime | None) -> Iterator[Cell]:
    return _asked(Approval.disclosure, centre, state == DisclosureState.asked, asked, decided)


def research_cells(centre: str, state: str, asked: datetime, decided: datetime | None) -> Iterator[Cell]:
    return _asked(Approval.evidence, centre, state == RequestState.asked, asked, decided)


def _asked(what: Approval, centre: str, waits: bool, asked: datetime | None, decided: datetime | None) -> Iterator[Cell]:
    if asked and waits:
        yield from asked_cells(centre, what, asked)
    if asked and decided:
        yield decided_cell(centre, what, asked, decided)


_of: dict[type, Any] = {
    Consent: (attrgetter(*OF_CONSENT), consent_cells),
    Incoming: (attrgetter(*OF_INCOMING), incoming_cells),
    Plan: (attrgetter(*OF_PLAN), plan_cells),
    Disclosure: (attrgetter(*OF_DISCLOSURE), disclosure_cells),
    Research: (attrgetter(*OF_RESEARCH), research_cells),
}


def cells_of_waiting(record: Any) -> tuple[Cell, ...]:
    """Where one of these stands."""
    its, counted = _of[type(record)]
    return tuple(counted(*its(record)))


class Waits:
    """Where records stood as they were read, so that a change moves them from there."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._seen: dict[UUID, tuple[Cell, ...]] = {}

    def met(self, record: Any) -> None:
        self._seen[record.id] = cells_of_waiting(record)

    def move(self, record: Any) -> None:
        now = cells_of_waiting(record)
        self._tally.move(self._seen.get(record.id, ()), now)
        self._seen[record.id] = now
