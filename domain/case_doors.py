"""Cases as they are listed, shown and kept: what a list is narrowed by, its lines, the view of one, and the doors of their stores."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain.cases import Assignment, Case, CaseKind, CaseStep, Outcome, Risk, Stage
from domain.identity import Scope, Sensitivity
from domain.values import CaseId, CentreCode, ClientId, StaffId


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a caseload list is narrowed by. `counsellor` is a colleague's id; `open_only` leaves closed cases out."""

    centre: CentreCode | None = None
    stage: Stage | None = None
    counsellor: StaffId | None = None
    risk: Risk | None = None
    kind: CaseKind | None = None
    due_before: date | None = None
    open_only: bool = False
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    reached: str | None = None
    """A step of the funnel that lasts (`domain/figures/funnel.py`)."""
    ended: bool = False
    """Closed with an outcome."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a caseload list: the case, and the name of the person it is about."""

    id: CaseId
    number: str
    centre: CentreCode
    client_id: ClientId
    client_number: str
    name: str
    name_urdu: str
    kind: CaseKind
    risk: Risk
    stage: Stage
    sensitivity: Sensitivity
    counsellor_id: StaffId
    counsellor: str
    next_due: date | None
    opened_at: datetime
    touched_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class CaseView:
    id: CaseId
    number: str
    centre: CentreCode
    client_id: ClientId
    kind: CaseKind
    risk: Risk
    sensitivity: Sensitivity
    stage: Stage
    counsellor: StaffId
    summary: str
    opened_at: datetime
    touched_at: datetime
    next_due: date | None
    outcome: Outcome | None
    closed_at: datetime | None
    country: str | None
    steps: tuple[CaseStep, ...]
    version: int

    @classmethod
    def of(cls, case: Case) -> "CaseView":
        return cls(
            id=case.id,
            number=case.number,
            centre=case.centre,
            client_id=case.client_id,
            kind=case.kind,
            risk=case.risk,
            sensitivity=case.sensitivity,
            stage=case.stage,
            counsellor=case.counsellor_id,
            summary=case.summary,
            opened_at=case.opened_at,
            touched_at=case.touched_at,
            next_due=case.next_due,
            outcome=case.outcome,
            closed_at=case.closed_at,
            country=case.country,
            steps=case.steps(),
            version=case.version,
        )


class CaseRecords(Protocol):
    async def get(self, scope: Scope, id: CaseId) -> Case: ...

    async def look(self, scope: Scope, id: CaseId) -> Case:
        """As `get`, without holding the row until the end: for adding to a case, which changes nothing in it."""
        ...

    async def add(self, case: Case) -> None: ...
    async def save(self, case: Case) -> None: ...
    async def assign(self, assignment: Assignment) -> None:
        """Ends the live assignment of the case, if any, and adds this one."""
        ...

    async def open_of(self, staff: StaffId) -> int:
        """How many cases that are not closed this person answers for: a number, no case."""
        ...


class CaseViews(Protocol):
    async def case(self, scope: Scope, id: CaseId) -> Case: ...

    async def page(self, scope: Scope, wanted: CaseFilter, limit: int, after: UUID | None) -> list[CaseLine]:
        """Newest first; at most `limit` lines older than the case `after`."""
        ...
