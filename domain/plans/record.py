"""The versions of a plan: their steps as a table, who may approve, what is worked on, and how a version is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.cases import Case, OutOfStep, ReasonNeeded
from domain.errors import Conflict, Invalid
from domain.events import Event, Tell
from domain.identity import Actor, Role, Scope, TwoPeople
from domain.plans.content import NEXT as NEXT_OF_ACTION
from domain.plans.content import OPEN, ActionState, ActionStep, Agreed, BudgetLine, Content, Need, Progress, settled
from domain.values import CaseId, CentreCode, ClientId, PlanId, StaffId, day_of


class PlanState(StrEnum):
    draft = "draft"
    submitted = "submitted"
    approved = "approved"
    replaced = "replaced"


class PlanStep(StrEnum):
    submit = "submit"
    approve = "approve"
    send_back = "send_back"


# `replaced` is no step of anybody's: a version is replaced when the next one is approved.
STEPS: dict[PlanStep, tuple[PlanState, PlanState]] = {
    PlanStep.submit: (PlanState.draft, PlanState.submitted),
    PlanStep.approve: (PlanState.submitted, PlanState.approved),
    PlanStep.send_back: (PlanState.submitted, PlanState.draft),
}
UNDER_WAY = (PlanState.draft, PlanState.submitted)
APPROVERS = (Role.supervisor, Role.centre_manager)


class PlanUnderWay(Conflict):
    """The next version of this plan is under way already."""

    next = "Change that one, or wait until it is approved."


class PlanStands(Conflict):
    """This version waits for approval or was approved, so it stays as it is."""

    next = "Write the next version, or have it sent back."


class NotInForce(Conflict):
    """Only the version that is approved is worked on."""

    next = "Have the plan approved first, or look for its present version."


class ReturneesOnly(Invalid):
    """Only the plan of somebody who returned has a budget."""

    next = "Take the budget out, or correct the stage of migration in the client's record."


class AgreedTooLate(Invalid):
    """The client cannot have agreed on a day to come."""

    next = "Write the day on which they agreed."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWritten(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMoved(Event):
    to: PlanState


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionMoved(Event):
    to: ActionState


def in_force(versions: Sequence["Plan"]) -> "Plan | None":
    """The one that is worked on."""
    return next((one for one in versions if one.state is PlanState.approved), None)


@dataclass(slots=True)
class Plan:
    """One version, numbered from 1. `writers` is everybody who wrote in it, `comment` what a supervisor sent it back with.

    What was approved stays as it was; how far each action has come is written beside it, in the version in force.
    """

    id: PlanId
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    number: int
    state: PlanState
    content: Content
    writers: tuple[StaffId, ...]
    written_by: StaffId
    written_at: datetime
    submitted_at: datetime | None = None
    approved_by: StaffId | None = None
    approved_at: datetime | None = None
    comment: str = ""
    version: int = 1

    @classmethod
    def write(
        cls, id: PlanId, case: Case, live: Sequence["Plan"], wanted: Content | None, new: Callable[[], UUID], *, by: Actor, at: datetime
    ) -> tuple["Plan", PlanWritten]:
        """The first version, or the next: a copy of the one in force, changed to `wanted`. `live` are those not replaced.

        The client has to agree to each version anew. Raises PlanUnderWay, AgreedTooLate and what `settled` raises.
        """
        if any(one.state in UNDER_WAY for one in live):
            raise PlanUnderWay()
        before = in_force(live)
        copy = replace(before.content, agreed=None) if before else Content()
        content = settled(wanted, copy, new) if wanted else copy
        _check_day(content, at)
        writer, number = StaffId(by.id), before.number + 1 if before else 1
        made = cls(id, case.centre, case.client_id, case.id, number, PlanState.draft, content, (writer,), writer, at)
        return made, PlanWritten(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id, note=str(number))

    def change(self, wanted: Content, new: Callable[[], UUID], *, by: Actor, at: datetime) -> PlanChanged:
        """Raises PlanStands, AgreedTooLate and what `settled` raises."""
        if self.state is not PlanState.draft:
            raise PlanStands()
        _check_day(wanted, at)
        before, self.content = self.content, settled(wanted, self.content, new)
        self.writers = tuple(dict.fromkeys((*self.writers, StaffId(by.id))))
        fields = tuple(name for name in Content.__slots__ if getattr(before, name) != getattr(self.content, name))
        return PlanChanged(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, fields=fields)

    def submit(self, *, by: Actor, at: datetime, approvers: Sequence[StaffId]) -> PlanMoved:
        """Raises OutOfStep, PlanIncomplete, ClientNotAgreed."""
        self._fits(PlanStep.submit)
        self.content.check_whole()
        self.submitted_at, self.comment = at, ""
        self.writers = tuple(dict.fromkeys((*self.writers, StaffId(by.id))))
        tells = tuple(Tell(staff=one, kind="plan_submitted", subject=self.case_id) for one in approvers if one not in self.writers)
        return self._moved(PlanState.submitted, by, at, tells)

    def approve(self, *, before: "Plan | None", by: Actor, at: datetime) -> PlanMoved:
        """From now on this version is worked on, each action as far as it came in the one `before`. Raises OutOfStep, TwoPeople."""
        self._fits(PlanStep.approve)
        if by.id in self.writers:
            raise TwoPeople("Whoever wrote a plan cannot approve it.")
        if before is not None:
            self.content, before.state = self.content.carried(before.content), PlanState.replaced
        self.approved_by, self.approved_at = StaffId(by.id), at
        return self._moved(PlanState.approved, by, at, (Tell(staff=self.written_by, kind="plan_approved", subject=self.case_id),))

    def send_back(self, comment: str, *, by: Actor, at: datetime) -> PlanMoved:
        """Raises OutOfStep, ReasonNeeded."""
        self._fits(PlanStep.send_back)
        if not comment:
            raise ReasonNeeded(field="comment")
        self.comment = comment
        tells = (Tell(staff=self.written_by, kind="plan_sent_back", subject=self.case_id),) if self.written_by != by.id else ()
        return self._moved(PlanState.draft, by, at, tells)

    def _fits(self, step: PlanStep) -> None:
        if self.state is not STEPS[step][0]:
            raise OutOfStep(self.state, step)

    def _moved(self, to: PlanState, by: Actor, at: datetime, tells: tuple[Tell, ...]) -> PlanMoved:
        before, self.state = self.state, to
        note = f"{before} -> {to}"
        return PlanMoved(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, to=to, note=note, tells=tells)

    def act(self, id: UUID, step: ActionStep, reason: str = "", *, by: Actor, at: datetime) -> ActionMoved:
        """How far an action has come. Raises NotInForce, NotFound, OutOfStep, ReasonNeeded."""
        if self.state is not PlanState.approved:
            raise NotInForce()
        action, (states, to) = self.content.action(id), NEXT_OF_ACTION[step]
        if action.state not in states:
            raise OutOfStep(action.state, step)
        if step is ActionStep.drop and not reason:
            raise ReasonNeeded(field="reason")
        moved = replace(action, state=to, reason=reason if step is ActionStep.drop else "")
        self.content = self.content.with_actions(lambda one: moved if one.id == id else one)
        note = f"{action.state} -> {to}"
        return ActionMoved(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, to=to, note=note)

    def waits_for(self, task: UUID) -> bool:
        """Whether finishing this task finishes an action of the version that is worked on."""
        return self.state is PlanState.approved and any(one.id == task and one.state in OPEN for one in self.content.actions())

    def steps(self) -> tuple[PlanStep, ...]:
        """The steps that fit now."""
        return tuple(step for step, (stands, _) in STEPS.items() if stands is self.state)


def _check_day(content: Content, at: datetime) -> None:
    if content.agreed is not None and content.agreed.on > day_of(at):
        raise AgreedTooLate(field="agreed_on")


@dataclass(frozen=True, slots=True)
class PlanView:
    """`progress` is the share of actions done, in percent; `actions_done` of `actions` that were not dropped."""

    id: PlanId
    case_id: CaseId
    number: int
    state: PlanState
    needs: tuple[Need, ...]
    budget: tuple[BudgetLine, ...]
    rupees: int
    agreed: Agreed | None
    progress: int
    actions_done: int
    actions: int
    written_by: StaffId
    written_at: datetime
    submitted_at: datetime | None
    approved_by: StaffId | None
    approved_at: datetime | None
    comment: str
    steps: tuple[PlanStep, ...]
    version: int

    @classmethod
    def of(cls, plan: Plan, worked_on: Plan | None = None) -> "PlanView":
        """A version under way shows how far the actions have come in the one that is `worked_on`."""
        content = plan.content.carried(worked_on.content) if worked_on and plan.state in UNDER_WAY else plan.content
        progress = Progress.of_actions(content)
        return cls(
            id=plan.id,
            case_id=plan.case_id,
            number=plan.number,
            state=plan.state,
            needs=content.needs,
            budget=content.budget,
            rupees=content.rupees,
            agreed=content.agreed,
            progress=progress.percent,
            actions_done=progress.done,
            actions=progress.of,
            written_by=plan.written_by,
            written_at=plan.written_at,
            submitted_at=plan.submitted_at,
            approved_by=plan.approved_by,
            approved_at=plan.approved_at,
            comment=plan.comment,
            steps=plan.steps(),
            version=plan.version,
        )

    @property
    def content(self) -> Content:
        return Content(self.needs, self.budget, self.agreed)


def shown(versions: Sequence[Plan]) -> tuple[PlanView, ...]:
    """Versions of one case, newest first."""
    worked_on = in_force(versions)
    return tuple(PlanView.of(one, worked_on) for one in sorted(versions, key=lambda one: -one.number))


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan that waits for a second person, since it was submitted."""

    id: PlanId
    case_id: CaseId
    case_number: str
    centre: CentreCode
    client_id: ClientId
    number: int
    written_by: StaffId
    since: datetime


class PlanRecords(Protocol):
    async def look(self, scope: Scope, id: PlanId) -> Plan:
        """Without holding it."""
        ...

    async def live(self, case: CaseId) -> list[Plan]:
        """The versions not replaced, at most two, held until the transaction ends."""
        ...

    async def approved(self, case: CaseId) -> bool:
        """Whether the case has a version in force."""
        ...

    async def add(self, plan: Plan) -> None: ...
    async def save(self, plan: Plan) -> None: ...


class PlanViews(Protocol):
    async def of_case(self, scope: Scope, case: CaseId) -> list[Plan]: ...

    async def beside(self, scope: Scope, id: PlanId) -> list[Plan]:
        """Every version of the plan that this one belongs to. Raises NotFound."""
        ...

    async def waiting(self, scope: Scope, limit: int) -> list[PlanLine]:
        """Those that wait for approval, the longest waiting first."""
        ...
