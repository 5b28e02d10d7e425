"""What is said when evidence is asked for, decided on and released."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictInt

from domain.evidence.columns import Column, Period
from domain.evidence.release import Shape
from domain.evidence.request import RequestStep, Scopes, Study
from domain.evidence.synthetic import BUDGET
from service.api.bodies import Body, Day, Line, Needed, Prose


class ResearchBody(Body):
    """`first` and `last` are quarters like 2026-Q1, both over; `ground` is the agreement or the law on which the study rests."""

    centre: Annotated[str, Field(min_length=3, max_length=3)]
    who: Needed
    organisation: Needed
    purpose: Prose
    ground: Prose
    columns: Annotated[list[Column], Field(min_length=1, max_length=len(Column))]
    first: Annotated[str, Field(max_length=7)]
    last: Annotated[str, Field(max_length=7)]
    expires_on: Day

    def study(self) -> Study:
        return Study(self.who, self.organisation, self.purpose, self.ground)

    def wanted(self, today: date) -> Scopes:
        """Raises BadPeriod."""
        return Scopes(tuple(self.columns), Period.of(self.first, self.last, today), self.expires_on)


class ResearchStepBody(Body):
    """`refuse` and `end` give a `reason`."""

    step: RequestStep
    reason: Line = ""


class ReleaseBody(Body):
    """`lines` is an extract of all columns of the request; a `table` takes one to three of them; `synthetic` data take `epsilon`."""

    shape: Shape
    columns: Annotated[list[Column], Field(max_length=3)] = []
    epsilon: Annotated[StrictInt, Field(ge=1, le=BUDGET)] | None = None
