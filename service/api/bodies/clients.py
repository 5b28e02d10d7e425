"""What is said of a client, a contact and a consent."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from domain.clients import MigrationStage, Names, Particulars, SafeContact
from domain.consent import ConsentForm, Purpose
from domain.contacts import Channel, Said
from domain.errors import Invalid
from domain.identity import Sensitivity
from domain.values import Birth, Cnic, FieldGroup, Gender, Language, Passport, Phone
from service.api.bodies import Body, Day, Line, Needed, Prose


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
