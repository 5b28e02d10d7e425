"""What may be sent: strict bodies that know every field, and words read into values at the edge."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from domain.cases import CaseKind, CaseStep, Outcome, Risk
from domain.clients import Channel, MigrationStage, Names, Particulars, SafeContact, Said
from domain.consent import ConsentForm, Purpose
from domain.counselling import SessionChannel
from domain.errors import Invalid
from domain.identity import Sensitivity
from domain.partners.directory import PartnerKind
from domain.partners.exchange import AnswerStep
from domain.partners.hours import Opening, Weekday
from domain.referrals.steps import StaffStep, Urgency
from domain.screening import Answer, Finding
from domain.values import Birth, CentreCode, Cnic, FieldGroup, Gender, Language, Passport, Phone, line, prose


def _read(reader: Any) -> Any:
    """A domain reader as a validator: its refusal becomes the field's message, never with the value."""

    def validate(text: str) -> Any:
        try:
            return reader(text)
        except Invalid as refusal:
            raise ValueError(str(refusal)) from None

    return AfterValidator(validate)


def _text_only(value: object) -> object:
    """Dates come as text; a bare number would be taken for seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("a text like 2026-11-21 is expected")
    return value


def _zoned(moment: datetime) -> datetime:
    """A moment without a zone is five hours off for one of two readers; one out of all reason fits no database."""
    if moment.tzinfo is None:
        raise ValueError("the time zone is missing")
    if not 1900 <= moment.year <= 2200:
        raise ValueError("this is not in our time")
    return moment


Line = Annotated[str, Field(max_length=200), _read(line)]
Needed = Annotated[str, Field(min_length=1, max_length=200), _read(line), Field(min_length=1)]
Prose = Annotated[str, Field(max_length=20_000), _read(prose)]
Story = Annotated[str, Field(min_length=1, max_length=20_000), _read(prose), Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_text_only)]
Moment = Annotated[datetime, BeforeValidator(_text_only), AfterValidator(_zoned)]
Key = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Body(BaseModel):
    """Unknown fields are refused: a slip of the pen must not be lost silently, nor an extra field set what it should not."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class PhoneBody(Body):
    number: Annotated[str, Field(max_length=40)]
    safe: StrictBool = False

    def value(self) -> Phone:
        return Phone.parse(self.number, safe=self.safe)


class SafeContactBody(Body):
    never: StrictBool = False
    note: Line = ""


class ParticularsBody(Body):
    father_or_husband_name: Line = ""
    birth_date: Day | None = None
    birth_year: Annotated[StrictInt, Field(ge=1850, le=2200)] | None = None
    cnic: Annotated[str, Field(max_length=40)] | None = None
    passport: Annotated[str, Field(max_length=40)] | None = None
    phones: Annotated[list[PhoneBody], Field(max_length=10)] = []
    languages: Annotated[list[Language], Field(max_length=10)] = []
    safe_contact: SafeContactBody = SafeContactBody()

    def birth(self) -> Birth | None:
        if self.birth_date:
            return Birth.on(self.birth_date)
        return Birth(self.birth_year) if self.birth_year else None

    def particulars(self) -> Particulars:
        """Raises Invalid with the field."""
        return Particulars(
            father_or_husband_name=self.father_or_husband_name,
            birth=self.birth(),
            cnic=Cnic.parse(self.cnic) if self.cnic else None,
            passport=Passport.parse(self.passport) if self.passport else None,
            phones=tuple(phone.value() for phone in self.phones),
            languages=tuple(self.languages),
            safe_contact=SafeContact(self.safe_contact.never, self.safe_contact.note),
        )


class ClientBody(ParticularsBody):
    name: Needed
    name_urdu: Line = ""
    gender: Gender
    migration_stage: MigrationStage
    district: Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]*$")] | None = None
    sensitivity: Sensitivity = Sensitivity.normal
    centre: Annotated[str, Field(min_length=3, max_length=3)] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Yousaf Khan",
                    "name_urdu": "یوسف خان",
                    "father_or_husband_name": "Aslam Khan",
                    "gender": "male",
                    "birth_year": 1994,
                    "cnic": "34201-0891231-8",
                    "phones": [{"number": "0300 1234567", "safe": True}],
                    "migration_stage": "prospective",
                    "languages": ["ur", "ps"],
                }
            ]
        }
    )

    def names(self) -> Names:
        return Names.of(self.name, self.name_urdu)


class ClientChange(Body):
    """Only what is named is changed; null empties a field that may be empty."""

    name: Needed | None = None
    name_urdu: Line | None = None
    father_or_husband_name: Line | None = None
    gender: Gender | None = None
    birth_date: Day | None = None
    birth_year: Annotated[StrictInt, Field(ge=1850, le=2200)] | None = None
    cnic: Annotated[str, Field(max_length=40)] | None = None
    passport: Annotated[str, Field(max_length=40)] | None = None
    phones: Annotated[list[PhoneBody], Field(max_length=10)] | None = None
    languages: Annotated[list[Language], Field(max_length=10)] | None = None
    safe_contact: SafeContactBody | None = None
    district: Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]*$")] | None = None
    migration_stage: MigrationStage | None = None
    sensitivity: Sensitivity | None = None

    def changes(self) -> dict[str, object]:
        """Values in the domain's terms, by field. Raises Invalid."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if {"birth_date", "birth_year"} & given.keys():
            birth_date, birth_year = given.pop("birth_date", None), given.pop("birth_year", None)
            given["birth"] = Birth.on(birth_date) if birth_date else Birth(birth_year) if birth_year else None
        reads: dict[str, Any] = {
            "cnic": Cnic.parse,
            "passport": Passport.parse,
            "phones": lambda phones: tuple(phone.value() for phone in phones),
            "languages": tuple,
            "safe_contact": lambda its: SafeContact(its.never, its.note),
        }
        for name, read in reads.items():
            if given.get(name) is not None:
                given[name] = read(given[name])
        empties = {"phones": (), "languages": (), "safe_contact": SafeContact(), "name_urdu": "", "father_or_husband_name": ""}
        for name in [name for name, value in given.items() if value is None]:
            if name in ("name", "gender", "migration_stage", "sensitivity"):
                raise Invalid("This cannot be empty.", field=name)
            given[name] = empties.get(name)
        return given


class CandidateBody(ParticularsBody):
    name: Line = ""
    name_urdu: Line = ""


class MatchesBody(Body):
    candidate: CandidateBody


class SearchBody(Body):
    q: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[StrictInt, Field(ge=1, le=100)] = 20


class ContactBody(Body):
    channel: Channel
    name: Line = ""
    phone: Annotated[str, Field(max_length=40)] | None = None
    question: Prose = ""
    language: Language | None = None
    minutes: Annotated[StrictInt, Field(ge=0, le=600)] = 0
    centre: Annotated[str, Field(min_length=3, max_length=3)] | None = None

    def said(self) -> Said:
        return Said(self.name, Phone.parse(self.phone) if self.phone else None, self.question, self.language)


class ConsentBody(Body):
    purpose: Purpose
    partner: Annotated[str, Field(max_length=60)] | None = None
    field_groups: Annotated[list[FieldGroup], Field(max_length=7)] = []
    form: ConsentForm
    language: Language
    text_version: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")] = "2026.1"
    valid_to: Day | None = None


class CaseBody(Body):
    client_id: UUID
    kind: CaseKind
    risk: Risk
    summary: Prose = ""
    sensitivity: Sensitivity = Sensitivity.normal
    next_due: Day | None = None
    counsellor: UUID | None = None


class CaseChange(Body):
    risk: Risk | None = None
    summary: Prose | None = None
    sensitivity: Sensitivity | None = None
    next_due: Day | None = None
    counsellor: UUID | None = None

    def changes(self) -> dict[str, object]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if "counsellor" in given:
            given["counsellor_id"] = given.pop("counsellor")
        if missing := next((name for name, value in given.items() if value is None and name != "next_due"), None):
            raise Invalid("This cannot be empty.", field=missing)
        return given


class CaseStepBody(Body):
    step: CaseStep
    reason: Line = ""
    note: Line = ""
    outcome: Outcome | None = None


class SessionBody(Body):
    channel: SessionChannel
    minutes: Annotated[StrictInt, Field(ge=0, le=600)]
    topics: Annotated[list[Line], Field(max_length=30)] = []
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


class ReferralBody(Body):
    partner: Annotated[str, Field(min_length=1, max_length=60)]
    service: UUID | None = None
    reason: Story
    urgency: Urgency = Urgency.medium
    field_groups: Annotated[list[FieldGroup], Field(max_length=7)] = []


class ReferralStepBody(Body):
    step: StaffStep
    note: Prose = ""
    reason: Line = ""
    outcome: Line = ""
    partner: Annotated[str, Field(max_length=60)] | None = None
    field_groups: Annotated[list[FieldGroup], Field(max_length=7)] | None = None


class AnswerBody(Body):
    step: AnswerStep
    note: Prose = ""
    reason: Line = ""
    outcome: Line = ""
    appointment_at: Moment | None = None


class EndpointBody(Body):
    url: Annotated[str, Field(min_length=8, max_length=500)]


class PartnerBody(Body):
    key: Key
    name: Needed
    kind: PartnerKind
    adapter: Key = "standard"
    secret: Annotated[str, Field(min_length=12, max_length=200)] | None = None
    source: Line = ""


def _named(body: Body, *may_be_empty: str, but: str = "") -> dict[str, object]:
    """What was sent, lists as tuples. Raises Invalid for null where a field cannot be empty."""
    given = {name: getattr(body, name) for name in body.model_fields_set - {but}}
    if missing := next((name for name, value in given.items() if value is None and name not in may_be_empty), None):
        raise Invalid("This cannot be empty.", field=missing)
    return {name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in given.items()}


class PartnerChange(Body):
    """Only what is named is changed."""

    name: Needed | None = None
    kind: PartnerKind | None = None
    active: StrictBool | None = None
    verified: StrictBool | None = None
    source: Line | None = None

    def changes(self) -> dict[str, object]:
        return _named(self)


class OpeningBody(Body):
    """One stretch of one weekday on Pakistan's clock; closing at 24:00 is the end of the day."""

    day: Weekday
    opens: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


Place = Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9]+$", description="P-code of a district or a province")]
Age = Annotated[StrictInt, Field(ge=0, le=120)]
Places = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Told = Annotated[str, Field(max_length=500), _read(lambda text: line(text, longest=500))]


class ServiceChange(Body):
    """Only what is named is changed; null empties a number or a day that may be unknown."""

    name: Needed | None = None
    districts: Annotated[list[Place], Field(max_length=200)] | None = None
    offers: Told | None = None
    eligibility: Told | None = None
    genders: Annotated[list[Gender], Field(max_length=4)] | None = None
    age_from: Age | None = None
    age_to: Age | None = None
    stages: Annotated[list[MigrationStage], Field(max_length=4)] | None = None
    hours: Annotated[list[OpeningBody], Field(max_length=40)] | None = None
    languages: Annotated[list[Language], Field(max_length=10)] | None = None
    documents: Annotated[list[Needed], Field(max_length=20)] | None = None
    capacity: Places | None = None
    waiting: Places | None = None
    confirmed_on: Day | None = None
    verified: StrictBool | None = None
    source: Line | None = None
    offered: StrictBool | None = None

    def changes(self) -> dict[str, object]:
        """Raises NotHours."""
        given = _named(self, *_UNKNOWN, but="hours")
        if "hours" in self.model_fields_set:
            given["hours"] = tuple(Opening(one.day, one.opens, one.closes) for one in self.hours or ())
        return given


_UNKNOWN = ("age_from", "age_to", "capacity", "waiting", "confirmed_on")


class ServiceBody(ServiceChange):
    name: Needed


class AgreementBody(Body):
    title: Needed
    field_groups: Annotated[list[FieldGroup], Field(min_length=1, max_length=7)]
    signed_on: Day
    valid_to: Day | None = None
    purposes: Told = ""


class EndpointChange(Body):
    disabled: StrictBool


class BreakGlassBody(Body):
    client_number: Annotated[str, Field(min_length=1, max_length=20)]
    reason: Needed


class ReviewBody(Body):
    finding: Needed


def centre(code: str | None) -> CentreCode | None:
    return CentreCode(code) if code else None
