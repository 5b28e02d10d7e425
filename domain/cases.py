"""One piece of work with a client: its steps as a table, and what holds up its closing."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.countries import abroad
from domain.errors import Conflict, Invalid
from domain.events import Event, Tell
from domain.identity import Actor, Sensitivity
from domain.values import CaseId, CentreCode, ClientId, StaffId


class CaseKind(StrEnum):
    pre_departure = "pre_departure"
    return_reintegration = "return_reintegration"
    protection = "protection"


class Risk(StrEnum):
    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"


class Stage(StrEnum):
    open = "open"
    in_counselling = "in_counselling"
    plan_agreed = "plan_agreed"
    in_service = "in_service"
    follow_up = "follow_up"
    on_hold = "on_hold"
    closed = "closed"


class CaseStep(StrEnum):
    start_counselling = "start_counselling"
    agree_plan = "agree_plan"
    start_service = "start_service"
    follow_up = "follow_up"
    hold = "hold"
    resume = "resume"
    close = "close"
    reopen = "reopen"


class Outcome(StrEnum):
    """What became of the person, asked at closing."""

    informed = "informed"
    migrated_safely = "migrated_safely"
    decided_to_stay = "decided_to_stay"
    service_received = "service_received"
    reintegrated = "reintegrated"
    protected = "protected"
    lost_contact = "lost_contact"
    withdrew = "withdrew"
    transferred = "transferred"
    other = "other"


_WORKING = (Stage.open, Stage.in_counselling, Stage.plan_agreed, Stage.in_service, Stage.follow_up)

# Forward steps may leave out the plan and the service: most people come for one talk. `resume` goes back to the stage held from.
NEXT: dict[CaseStep, tuple[frozenset[Stage], Stage]] = {
    CaseStep.start_counselling: (frozenset({Stage.open}), Stage.in_counselling),
    CaseStep.agree_plan: (frozenset({Stage.in_counselling}), Stage.plan_agreed),
    CaseStep.start_service: (frozenset({Stage.in_counselling, Stage.plan_agreed}), Stage.in_service),
    CaseStep.follow_up: (frozenset({Stage.in_counselling, Stage.plan_agreed, Stage.in_service}), Stage.follow_up),
    CaseStep.hold: (frozenset(_WORKING), Stage.on_hold),
    CaseStep.resume: (frozenset({Stage.on_hold}), Stage.open),
    CaseStep.close: (frozenset((*_WORKING, Stage.on_hold)), Stage.closed),
    CaseStep.reopen: (frozenset({Stage.closed}), Stage.in_counselling),
}

NEEDS_REASON = frozenset({CaseStep.hold, CaseStep.reopen})


HANDED_OVER = "handed_over"
"""Why a case is assigned that was given along with others: what was given together can be given back together."""


class OutOfStep(Conflict):
    """This step does not follow from where the record stands."""

    next = "Look at its present state; the steps that fit are listed with it."

    def __init__(self, stands: str, wanted: str) -> None:
        super().__init__(f"From '{stands}' the step '{wanted}' cannot be taken.")


class OutcomeNeeded(Invalid):
    """A case is closed with what became of the person."""

    next = "Choose an outcome."


class ReasonNeeded(Invalid):
    """This step needs a reason."""

    next = "Say why in a sentence."


class PlanNeeded(Conflict):
    """This case has no approved plan yet."""

    next = "Write the plan with the client, and have a supervisor approve it."


class StillOpen(Conflict):
    """Something in this case is still open."""

    next = "Finish it, or ask a supervisor to close over it with a reason."


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved(Event):
    to: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(Event):
    to: StaffId


@dataclass(frozen=True, slots=True)
class Loose:
    """What is still open in a case when somebody wants to close it."""

    tasks: int = 0
    referrals: int = 0
    unreviewed_screenings: int = 0

    def said(self) -> str:
        names = {"tasks": self.tasks, "referrals": self.referrals, "screenings not reviewed": self.unreviewed_screenings}
        return ", ".join(f"{name}: {count}" for name, count in names.items() if count)


@dataclass(slots=True)
class Case:
    """`held_from` is the stage to go back to after a hold; `touched_at` the last time anything moved; `country` (ISO 3166-1 alpha-3) where
    somebody means to go or came back from."""

    id: CaseId
    centre: CentreCode
    client_id: ClientId
    number: str
    kind: CaseKind
    risk: Risk
    sensitivity: Sensitivity
    stage: Stage
    counsellor_id: StaffId
    summary: str
    opened_at: datetime
    touched_at: datetime
    next_due: date | None = None
    held_from: Stage | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    country: str | None = None
    version: int = 1

    def opened(self, by: Actor, at: datetime) -> CaseOpened:
        """Raises NoSuchCountry."""
        if self.country is not None:
            abroad(self.country)
        return CaseOpened(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)

    def change(self, *, by: Actor, at: datetime, **fields: object) -> CaseChanged:
        """Raises NoSuchCountry."""
        if (country := fields.get("country")) is not None:
            abroad(str(country))
        for name, value in fields.items():
            setattr(self, name, value)
        self.touched_at = at
        return CaseChanged(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, fields=tuple(sorted(fields)))

    def move(
        self,
        step: CaseStep,
        *,
        by: Actor,
        at: datetime,
        reason: str = "",
        outcome: Outcome | None = None,
        loose: Loose = Loose(),
        may_close_over: bool = False,
        planned: bool = False,
    ) -> CaseMoved:
        """Takes one step; `planned` says that a plan is approved. Raises OutOfStep, PlanNeeded, ReasonNeeded, OutcomeNeeded, StillOpen (a
        supervisor may close over it with a reason)."""
        stages, to = NEXT[step]
        if self.stage not in stages:
            raise OutOfStep(self.stage, step)
        if step in NEEDS_REASON and not reason:
            raise ReasonNeeded(field="reason")
        if step is CaseStep.agree_plan and not planned:
            raise PlanNeeded()
        if step is CaseStep.close:
            if outcome is None:
                raise OutcomeNeeded(field="outcome")
            if (left := loose.said()) and not (may_close_over and reason):
                raise StillOpen(f"Still open in this case: {left}.")
        if step is CaseStep.hold:
            self.held_from = self.stage
        if step is CaseStep.resume:
            to, self.held_from = self.held_from or Stage.open, None
        self.stage, self.touched_at = to, at
        self.outcome = outcome if step is CaseStep.close else None
        self.closed_at = at if step is CaseStep.close else None
        return CaseMoved(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, to=to, note=f"{step} -> {to}")

    def assign(self, to: StaffId, *, by: Actor, at: datetime) -> CaseAssigned:
        self.counsellor_id, self.touched_at = to, at
        tells = (Tell(staff=to, kind="case_assigned", subject=self.id),) if to != by.id else ()
        return CaseAssigned(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, to=to, tells=tells)

    def steps(self) -> tuple[CaseStep, ...]:
        """The steps that fit now."""
        return tuple(step for step, (stages, _) in NEXT.items() if self.stage in stages)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who worked on a case from when to when: visibility is a live row here, not a habit."""

    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    staff_id: StaffId
    since: datetime
    until: datetime | None
    reason: str
