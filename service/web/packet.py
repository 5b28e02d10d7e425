"""What leaves and what stays, in the reader's words: the use case decides, a page only says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain import reference
from domain.clients import MigrationStage
from domain.consent import ConsentForm
from domain.referrals.packet import Stays
from domain.referrals.preview import Preview
from domain.screening import Finding
from domain.values import FieldGroup, Gender, Language
from service.web.catalogue import Words, mark
from service.web.labels import label

NAMES: Mapping[str, str] = {
    "name": mark("Name"),
    "name_urdu": mark("Name in Urdu script"),
    "father_or_husband_name": mark("Father's or husband's name"),
    "gender": mark("Gender"),
    "birth_year": mark("Year of birth"),
    "cnic": mark("CNIC"),
    "passport": mark("Passport"),
    "phones": mark("Telephones marked safe"),
    "languages": mark("Languages"),
    "migration_stage": mark("Stage of migration"),
    "district": mark("District"),
    "screening": mark("Decision after screening"),
    "summary": mark("Summary of the case"),
}
"""What each field of a packet is called."""

NUMBERS = frozenset({"birth_year", "cnic", "passport", "phones"})


@dataclass(frozen=True, slots=True)
class Field:
    """`ltr` for numbers, which must not turn around in a page that runs the other way."""

    name: str
    value: str
    ltr: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One group of fields with what it holds now; `stays` says why it does not leave."""

    group: FieldGroup
    stays: Stays | None
    fields: tuple[Field, ...]

    @property
    def agreed(self) -> bool:
        return self.stays is not Stays.no_agreement


@dataclass(frozen=True, slots=True)
class Under:
    """A consent something leaves under: when and how it was given, for which groups, until when."""

    given_at: datetime
    form: ConsentForm
    groups: tuple[FieldGroup, ...]
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Agreed:
    title: str
    signed_on: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Packet:
    groups: tuple[Group, ...]
    consents: tuple[Under, ...]
    agreements: tuple[Agreed, ...]
    approval_needed: bool

    @property
    def leaving(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.stays is None)

    @property
    def staying(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.stays is not None)


def packet_page(preview: Preview, words: Words) -> Packet:
    return Packet(
        tuple(Group(part.group, part.stays, fields_said(part.fields, words)) for part in preview.parts),
        tuple(Under(one.given_at, one.form, one.field_groups, one.valid_to) for one in preview.consents),
        tuple(Agreed(one.title, one.signed_on, one.valid_to) for one in preview.agreements),
        preview.approval_needed,
    )


def fields_said(found: Mapping[str, object], words: Words) -> tuple[Field, ...]:
    """Empty ones are left out: there is nothing in them to read aloud."""
    said = ((name, _said(name, value, words)) for name, value in found.items())
    return tuple(Field(words(NAMES[name]), value, name in NUMBERS) for name, value in said if value)


_CODES: Mapping[str, type[StrEnum]] = {"gender": Gender, "migration_stage": MigrationStage}


def _said(name: str, value: object, words: Words) -> str:
    if name in _CODES:
        return words(label(_CODES[name](str(value))))
    if name == "district" and value in reference.districts():
        return reference.districts()[str(value)].name
    if name == "screening" and isinstance(value, list):
        return words.comma.join(words(label(Finding(one["finding"]))) for one in value)
    if isinstance(value, list):
        return words.comma.join(reference.languages()[Language(one)].own_name if name == "languages" else str(one) for one in value)
    return str(value) if value else ""
