"""What is said of a partner, its services and agreements."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from domain.clients import MigrationStage
from domain.consent import Purpose
from domain.delivery import Range
from domain.partners.channels import ChannelKind, CodesBy
from domain.partners.directory import PartnerKind
from domain.partners.hours import Opening, Weekday
from domain.partners.places import HIDDEN, LONGEST, hidden_address, postcode
from domain.partners.times import MOST_DAYS, TimeToAnswer, Unit, Urgency
from domain.values import FieldGroup, Gender, Language, line
from service.api.bodies import Body, Day, Key, Line, Moment, Needed, read, sent


class PartnerBody(Body):
    key: Key
    name: Needed
    kind: PartnerKind
    adapter: Key = "standard"
    secret: Annotated[str, Field(min_length=12, max_length=200)] | None = None
    source: Line = ""


class OpeningBody(Body):
    """One stretch of one weekday on Pakistan's clock; closing at 24:00 is the end of the day."""

    day: Weekday
    opens: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


Hours = Annotated[list[OpeningBody], Field(max_length=40)]


def openings(hours: Hours | None) -> tuple[Opening, ...]:
    """Raises NotHours."""
    return tuple(Opening(one.day, one.opens, one.closes) for one in hours or ())


class PartnerChange(Body):
    """Only what is named is changed."""

    name: Needed | None = None
    kind: PartnerKind | None = None
    active: StrictBool | None = None
    verified: StrictBool | None = None
    source: Line | None = None
    channels: Annotated[list[ChannelKind], Field(min_length=1, max_length=3, description="The first one first")] | None = None
    hours: Annotated[Hours | None, Field(description="Of the desk; a service's own come first. Empty: around the clock")] = None

    def changes(self) -> dict[str, object]:
        """Raises NotHours."""
        given = sent(self, but="hours")
        return {**given, "hours": openings(self.hours)} if "hours" in self.model_fields_set else given


class MailboxBody(Body):
    address: Annotated[str, Field(max_length=200)]
    codes_by: CodesBy = CodesBy.email
    codes_to: Annotated[str, Field(max_length=200, description="A second address, or a telephone number")]
    language: Language = Language.urdu


Place = Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]+$", description="P-code of a district or a province")]
Age = Annotated[StrictInt, Field(ge=0, le=120)]
Places = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Told = Annotated[str, Field(max_length=500), read(lambda text: line(text, longest=500))]


City = Annotated[str, Field(max_length=100), read(lambda text: line(text, longest=100))]
Postcode = Annotated[str, Field(max_length=20, description="Five digits"), read(postcode)]
NoPlace = Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]*$", description="P-code; empty for none")]
Hidden = Annotated[
    str,
    Field(max_length=LONGEST, description="Of a shelter: sealed, in no answer but that of `hidden-address`; empty or null takes it out"),
    read(hidden_address),
]


class ServiceChange(Body):
    """Only what is named is changed; null empties a number or a day that may be unknown. `street` to `district` are one address that
    everybody may read: all of it or nothing, the district aside."""

    name: Needed | None = None
    districts: Annotated[list[Place], Field(max_length=200)] | None = None
    offers: Told | None = None
    eligibility: Told | None = None
    genders: Annotated[list[Gender], Field(max_length=4)] | None = None
    age_from: Age | None = None
    age_to: Age | None = None
    stages: Annotated[list[MigrationStage], Field(max_length=4)] | None = None
    hours: Hours | None = None
    languages: Annotated[list[Language], Field(max_length=10)] | None = None
    documents: Annotated[list[Needed], Field(max_length=20)] | None = None
    capacity: Places | None = None
    waiting: Places | None = None
    confirmed_on: Day | None = None
    verified: StrictBool | None = None
    source: Line | None = None
    offered: StrictBool | None = None
    street: Line | None = None
    city: City | None = None
    postcode: Postcode | None = None
    province: NoPlace | None = None
    district: NoPlace | None = None
    hidden_address: Hidden | None = None

    def changes(self) -> dict[str, object]:
        """Raises NotHours."""
        given = sent(self, *_UNKNOWN, but="hours")
        if "hours" in self.model_fields_set:
            given["hours"] = openings(self.hours)
        return given


_UNKNOWN = ("age_from", "age_to", "capacity", "waiting", "confirmed_on", HIDDEN)


class ServiceBody(ServiceChange):
    name: Needed


class TimeBody(Body):
    """How long the partner has to answer what is so urgent: hours in which its desk is open, or working days."""

    urgency: Urgency
    number: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)]
    unit: Unit


class AgreementBody(Body):
    title: Needed
    field_groups: Annotated[list[FieldGroup], Field(min_length=1, max_length=7)]
    signed_on: Day
    valid_to: Day | None = None
    purposes: Told = ""
    times: Annotated[list[TimeBody], Field(max_length=4, description="Where they differ from the house's own")] = []
    expiry_days: Annotated[StrictInt | None, Field(ge=1, le=MOST_DAYS, description="Working days; 7 unless agreed otherwise")] = None

    purpose_codes: Annotated[
        list[Purpose], Field(max_length=4, description="Where some are named and `share` is not, nothing leaves under it")
    ] = []
    predecessor: Annotated[UUID | None, Field(description="The agreement of this partner that it follows, which ends as it begins")] = None
    approval: Annotated[StrictBool, Field(description="Each referral under it needs a second person")] = False

    def agreed_times(self) -> tuple[TimeToAnswer, ...]:
        """Raises NotATime."""
        return tuple(TimeToAnswer(one.urgency, one.number, one.unit) for one in self.times)


class EndpointChange(Body):
    disabled: StrictBool


class RangeBody(Body):
    """From a moment or from one delivery on; `until` is the moment before which the messages were made."""

    since: Moment | None = None
    until: Moment | None = None
    first: UUID | None = None
    only_given_up: StrictBool = False

    def value(self) -> Range:
        return Range(self.since, self.until, self.first, self.only_given_up)


class HolidayBody(Body):
    day: Day
    name: Needed
    source: Line = ""
    verified: StrictBool = False
    partner: Annotated[UUID | None, Field(description="The only desk it closes; null is every desk but those open day and night")] = None
