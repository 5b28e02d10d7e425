"""What is said when a transfer is asked for and when it is answered."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.partners.times import Urgency
from domain.transfers.record import Wanted
from domain.transfers.steps import TransferStep
from domain.values import CentreCode, StaffId
from service.api.bodies import Body, Line, Story
from service.api.bodies.incoming import AgreedBody


class TransferBody(Body):
    """`centre` is the one that is to take the client. Without `agreed`, how and when the client agreed to it, it is refused."""

    centre: Annotated[str, Field(min_length=3, max_length=3)]
    reason: Story
    urgency: Urgency = Urgency.medium
    agreed: AgreedBody | None = None

    def wanted(self) -> Wanted:
        its = self.agreed
        return Wanted(CentreCode(self.centre), self.reason, self.urgency, its.how if its else None, its.on if its else None)


class TransferAnswerBody(Body):
    """`accept` names the `counsellor` of the own centre who takes the client; `refuse` gives a `reason`, which the sender reads."""

    step: Literal["accept", "refuse"]
    counsellor: UUID | None = None
    reason: Line = ""

    def chosen(self) -> TransferStep:
        return TransferStep(self.step)

    def taken_by(self) -> StaffId | None:
        return StaffId(self.counsellor) if self.counsellor else None
