"""What is written in a case."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictInt

from domain.cases import CaseKind, CaseStep, Outcome, Risk
from domain.counselling import SessionChannel
from domain.errors import Invalid
from domain.identity import Sensitivity
from domain.screening import Answer, Finding
from domain.topics import SessionTopic
from service.api.bodies import Body, Day, Line, Moment, Needed, Prose, Story

CLEARED = ("next_due", "country")
"""What may be emptied."""


class CaseBody(Body):
    client_id: UUID
    kind: CaseKind
    risk: Risk
    summary: Prose = ""
    sensitivity: Sensitivity = Sensitivity.normal
    next_due: Day | None = None
    counsellor: UUID | None = None
    country: Line | None = None


class CaseChange(Body):
    risk: Risk | None = None
    summary: Prose | None = None
    sensitivity: Sensitivity | None = None
    next_due: Day | None = None
    counsellor: UUID | None = None
    country: Line | None = None

    def changes(self) -> dict[str, object]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if "counsellor" in given:
            given["counsellor_id"] = given.pop("counsellor")
        if missing := next((name for name, value in given.items() if value is None and name not in CLEARED), None):
            raise Invalid("This cannot be empty.", field=missing)
        return given


class CaseStepBody(Body):
    step: CaseStep
    reason: Line = ""
    note: Line = ""
    outcome: Outcome | None = None


COUNTED = f"Counted are these: {', '.join(SessionTopic)}. Other words are kept as they are."


class SessionBody(Body):
    channel: SessionChannel
    minutes: Annotated[StrictInt, Field(ge=0, le=600)]
    topics: Annotated[list[Line], Field(max_length=30, description=COUNTED)] = []
    note: Prose = ""
    follow_up_on: Day | None = None
    held_at: Moment | None = None


class NoteBody(Body):
    text: Story


class TaskBody(Body):
    title: Needed
    due_on: Day
    assignee: UUID | None = None


class ScreeningBody(Body):
    instrument: Annotated[str, Field(max_length=40)]
    answers: Annotated[dict[Annotated[str, Field(max_length=60)], Answer], Field(max_length=200)]


class DecisionBody(Body):
    finding: Finding
    why: Story
