"""What is written in a plan."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictInt

from domain.consent import ConsentForm
from domain.errors import Invalid
from domain.plans.content import (
    MOST_ACTIONS,
    MOST_GOALS,
    MOST_LINES,
    MOST_NEEDS,
    MOST_RUPEES,
    NEW,
    Action,
    ActionStep,
    Agreed,
    BudgetLine,
    Goal,
    Need,
    NeedKind,
    Owner,
)
from domain.plans.record import PlanStep
from service.api.bodies import Body, Day, Line, Needed, Prose


class ActionBody(Body):
    id: UUID | None = None
    title: Needed
    owner: Owner
    who: UUID | None = None
    due_on: Day

    def read(self) -> Action:
        return Action(self.id or NEW, self.title, self.owner, self.due_on, self.who)


class GoalBody(Body):
    id: UUID | None = None
    title: Needed
    actions: Annotated[list[ActionBody], Field(max_length=MOST_ACTIONS)] = []

    def read(self) -> Goal:
        return Goal(self.id or NEW, self.title, tuple(one.read() for one in self.actions))


class NeedBody(Body):
    id: UUID | None = None
    kind: NeedKind
    words: Prose = ""
    goals: Annotated[list[GoalBody], Field(max_length=MOST_GOALS)] = []

    def read(self) -> Need:
        return Need(self.id or NEW, self.kind, self.words, tuple(one.read() for one in self.goals))


class BudgetBody(Body):
    id: UUID | None = None
    purpose: Needed
    rupees: Annotated[StrictInt, Field(ge=0, le=MOST_RUPEES)]
    source: Needed

    def read(self) -> BudgetLine:
        return BudgetLine(self.id or NEW, self.purpose, self.rupees, self.source)


class AgreedBody(Body):
    on: Day
    how: ConsentForm


class PlanBody(Body):
    """Rows that stay name their `id`; a row without one is new, a row left out is taken out. A list left out stays as it is."""

    needs: Annotated[list[NeedBody], Field(max_length=MOST_NEEDS)] | None = None
    budget: Annotated[list[BudgetBody], Field(max_length=MOST_LINES)] | None = None
    agreed: AgreedBody | None = None

    def read(self) -> dict[str, object]:
        """Raises Invalid for null where there has to be a list."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if missing := next((name for name, value in given.items() if value is None and name != "agreed"), None):
            raise Invalid("This cannot be empty.", field=missing)
        read: dict[str, object] = {name: tuple(one.read() for one in rows) for name, rows in given.items() if name != "agreed"}
        if "agreed" in given:
            read["agreed"] = Agreed(self.agreed.on, self.agreed.how) if self.agreed else None
        return read


class PlanStepBody(Body):
    step: PlanStep
    comment: Prose = ""


class ActionStepBody(Body):
    step: ActionStep
    reason: Line = ""
