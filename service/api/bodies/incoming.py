"""What a partner sends of somebody, and what either side says of it afterwards."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from pydantic import ConfigDict, Field, StrictInt, TypeAdapter

from domain import reference
from domain.clients import Particulars
from domain.consent import ConsentForm
from domain.errors import Invalid
from domain.incoming.record import Referred, Told, Words
from domain.incoming.steps import DeskStep, SenderStep
from domain.partners.declining import DeclineCode
from domain.partners.times import Urgency
from domain.values import Birth, Cnic, Gender, Language
from service.api.bodies import Body, Day, Line, Moment, Prose, Story
from service.api.bodies.clients import PhoneBody


class ReferredBody(Body):
    """Whom it is about. One of name, telephone or CNIC is enough; `safe` says that it is safe to ring a number."""

    name: Line = ""
    name_urdu: Line = ""
    gender: Gender | None = None
    birth_year: Annotated[StrictInt, Field(ge=1850, le=2200)] | None = None
    cnic: Annotated[str, Field(max_length=40)] | None = None
    phones: Annotated[list[PhoneBody], Field(max_length=10)] = []
    district: Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]*$")] | None = None
    languages: Annotated[list[Language], Field(max_length=10)] = []

    def read(self) -> Referred:
        """Raises Invalid with the field."""
        if self.district and self.district not in reference.districts():
            raise Invalid("This district is not in the list.", field="district", next="Send the P-code of a district.")
        particulars = Particulars(
            birth=Birth(self.birth_year) if self.birth_year else None,
            cnic=Cnic.parse(self.cnic) if self.cnic else None,
            phones=tuple(phone.value() for phone in self.phones),
            languages=tuple(dict.fromkeys(self.languages)),
        )
        return Referred(self.name, self.name_urdu, self.gender, self.district or None, particulars)


class AgreedBody(Body):
    """The person's own agreement to be referred to a centre."""

    how: ConsentForm
    on: Day


class IncomingBody(Body):
    """Without `agreed` it is refused: nobody is referred without having agreed to it."""

    centre: Annotated[str, Field(min_length=3, max_length=3)]
    reason: Story
    urgency: Urgency = Urgency.medium
    person: ReferredBody
    summary: Prose = ""
    agreed: AgreedBody | None = None
    reference: Annotated[Line, Field(description="What you call it")] = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "centre": "LHE",
                    "reason": "Came back on Monday's flight and asks for counselling before he goes home.",
                    "urgency": "high",
                    "person": {
                        "name": "Yousaf Khan",
                        "gender": "male",
                        "birth_year": 1994,
                        "phones": [{"number": "0300 1234567", "safe": True}],
                        "languages": ["ur"],
                    },
                    "agreed": {"how": "written", "on": "2026-01-05"},
                    "reference": "R-2026-118",
                }
            ]
        }
    )

    def told(self) -> Told:
        its = self.agreed
        return Told(self.person.read(), self.reason, self.summary, its.how if its else None, its.on if its else None, self.reference)


class SenderStepBody(Body):
    """`answer` brings its words in `note`; `withdraw` needs none."""

    step: SenderStep
    note: Prose = ""


class SentNews(Body):
    """`data` is what a POST to `/partner/v1/incoming` brings, with the same refusals."""

    type: Literal["incoming.sent"]
    timestamp: Moment
    data: IncomingBody


class RefBody(Body):
    incoming: Annotated[str, Field(min_length=1, max_length=60, description="The `ref` that the answer to `incoming.sent` carried")]


class WithdrawnNews(Body):
    """You take it back, for instance because the person no longer agrees."""

    type: Literal["incoming.withdrawn"]
    timestamp: Moment
    data: RefBody


class ReplyBody(RefBody):
    note: Story


class RepliedNews(Body):
    """Your answer to the centre's question."""

    type: Literal["incoming.replied"]
    timestamp: Moment
    data: ReplyBody


PushedNews = Annotated[SentNews | WithdrawnNews | RepliedNews, Field(discriminator="type")]
PUSHED: TypeAdapter[SentNews | WithdrawnNews | RepliedNews] = TypeAdapter(PushedNews)
PREFIX = "incoming."


def pushed(content: bytes) -> SentNews | WithdrawnNews | RepliedNews | None:
    """None for news that is about a referral, in whichever words. Raises ValidationError for a type of these that there is not, too."""
    try:
        kind = orjson.loads(content).get("type")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return PUSHED.validate_json(content) if isinstance(kind, str) and kind.startswith(PREFIX) else None


class DeskStepBody(Body):
    """`need_information` brings a `note`, `decline` a `reason` and, if you can, a `decline_code`, `complete` an `outcome`; the sender reads
    them."""

    step: DeskStep
    note: Prose = ""
    reason: Line = ""
    outcome: Line = ""
    decline_code: DeclineCode | None = None

    def words(self) -> Words:
        return Words(self.note, self.reason, self.outcome, self.decline_code)


class InvitationBody(Body):
    """`centre` is needed by whoever works for several."""

    partner: UUID
    centre: Annotated[str, Field(min_length=3, max_length=3)] | None = None


class KnownBody(Body):
    client: UUID
