"""What is said in a policy note, and with each of its steps."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.policy.figure import MOST_FIGURES
from domain.policy.note import Advice, Moving, NoteStep, SharedBy, Topic
from domain.values import PartnerId
from service.api.bodies import Body, Day, Line, Needed, Prose

Ids = Annotated[list[UUID], Field(max_length=MOST_FIGURES)]


class PolicyNoteBody(Body):
    """`partner` is one of the directory, `addressee` an office that is in none; `questions` are saved ones, frozen with the note."""

    centre: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    heading: Needed
    topic: Topic
    observed: Prose = ""
    advised: Prose = ""
    addressee: Line = ""
    partner: UUID | None = None
    questions: Ids = []

    def advice(self) -> Advice:
        partner = PartnerId(self.partner) if self.partner else None
        return Advice(self.heading, self.topic, self.observed, self.advised, self.addressee, partner)


class PolicyNoteChangeBody(Body):
    """What is left out stays. `figures` are those of the note that remain; `questions` are frozen besides."""

    heading: Needed | None = None
    topic: Topic | None = None
    observed: Prose | None = None
    advised: Prose | None = None
    addressee: Line | None = None
    partner: UUID | None = None
    figures: Ids | None = None
    questions: Ids = []


class PolicyNoteStepBody(Body):
    """All but `submit` and `approve` say something; `share` says to which office, on which day and how."""

    step: NoteStep
    said: Annotated[Prose, Field(max_length=2000)] = ""
    on: Day | None = None
    how: SharedBy | None = None

    def its(self) -> Moving:
        return Moving(self.said, self.on, self.how)
