"""What is sent to a partner, and what comes back."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.partners.channels import HeardBy
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep
from domain.referrals.answered import Answered
from domain.referrals.feedback import Helped
from domain.referrals.group import MOST, GroupAsked
from domain.referrals.record import Said
from domain.referrals.sandbox import CentreStep
from domain.referrals.steps import StaffStep, Urgency
from domain.values import CaseId, FieldGroup
from service.api.bodies import Body, Line, Moment, Prose, Story


class ReferralBody(Body):
    partner: Annotated[str, Field(min_length=1, max_length=60)]
    service: UUID | None = None
    reason: Story
    urgency: Urgency = Urgency.medium
    field_groups: Annotated[list[FieldGroup], Field(max_length=7)] = []
    replaces: Annotated[UUID | None, Field(description="A referral of this case that ended without a service")] = None


class GroupBody(Body):
    """The same asked for several cases; at most 200 of them."""

    cases: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]
    partner: Annotated[str, Field(min_length=1, max_length=60)]
    service: UUID | None = None
    reason: Story
    urgency: Urgency = Urgency.medium
    field_groups: Annotated[list[FieldGroup], Field(max_length=7)] = []

    def asked(self) -> GroupAsked:
        return GroupAsked(
            cases=tuple(map(CaseId, self.cases)),
            partner=self.partner,
            service=self.service,
            reason=self.reason,
            urgency=self.urgency,
            field_groups=tuple(dict.fromkeys(self.field_groups)),
        )


class ReferralStepBody(Body):
    step: StaffStep
    note: Prose = ""
    reason: Line = ""
    outcome: Line = ""
    partner: Annotated[str, Field(max_length=60)] | None = None
    field_groups: Annotated[list[FieldGroup], Field(max_length=7)] | None = None


class FeedbackBody(Body):
    helped: Helped
    note: Prose = ""


class AnswerBody(Body):
    step: AnswerStep
    note: Prose = ""
    reason: Line = ""
    outcome: Line = ""
    appointment_at: Moment | None = None
    decline_code: Annotated[DeclineCode | None, Field(description="Why, in a word: with `decline` alone, beside the `reason`")] = None

    def answered(self) -> Answered:
        return Answered(self.step, Said(self.note, self.reason, self.outcome), self.appointment_at, self.decline_code)


class ReportBody(AnswerBody):
    """What the partner said, and how it was heard."""

    heard: HeardBy


class EndpointBody(Body):
    url: Annotated[str, Field(min_length=8, max_length=500)]


class SandboxBody(Body):
    urgency: Urgency = Urgency.medium


class SandboxStepBody(Body):
    step: CentreStep
