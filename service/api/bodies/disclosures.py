"""What is said when a disclosure is asked for, decided on and handed over."""

from typing import Annotated

from pydantic import Field, StrictBool

from domain.disclosures import DisclosureStep, Ground, Handing, Handover
from domain.values import FieldGroup
from service.api.bodies import Body, Day, Line, Needed, Prose


class DisclosureBody(Body):
    """`law` is the code of a legal note, or `law_words` name the law; `partner` (id or key) or `authority` is who is told."""

    law: Annotated[str, Field(max_length=60)] = ""
    law_words: Line = ""
    partner: Annotated[str, Field(max_length=60)] | None = None
    authority: Line = ""
    field_groups: Annotated[list[FieldGroup], Field(min_length=1, max_length=7)]
    reason: Prose
    client_told: StrictBool
    client_words: Prose

    def ground(self) -> Ground:
        return Ground(self.reason, self.law, self.law_words, self.authority, self.client_told, self.client_words)


class HandoverBody(Body):
    how: Handing
    to: Needed
    on: Day

    def read(self) -> Handover:
        return Handover(self.how, self.to, self.on)


class DisclosureStepBody(Body):
    """`refuse` gives a `reason`, `hand_over` a `handover`."""

    step: DisclosureStep
    reason: Prose = ""
    handover: HandoverBody | None = None
