"""The preview of what leaves: the domain's own packet rules over what the sheet shows, so that nothing is promised that is not kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain import reference
from domain.clients import Client, ClientView, MigrationStage, Names, Particulars
from domain.consent import Consent, ConsentView, shared_with
from domain.partners.directory import Agreement, agreed
from domain.referrals.packet import FIELDS, Behind
from domain.referrals.record import Allowed
from domain.reporting import CaseSheet
from domain.screening import Finding, Screened, Screening, ScreeningView
from domain.values import Birth, Cnic, FieldGroup, Gender, Language, PartnerId, Passport, StaffId
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
    """One group of fields: whether the client consents, whether an agreement covers it, and what it holds now."""

    group: FieldGroup
    consented: bool
    agreed: bool
    fields: tuple[Field, ...]
    asked: bool

    @property
    def leaves(self) -> bool:
        return self.asked and self.consented and self.agreed


@dataclass(frozen=True, slots=True)
class Preview:
    groups: tuple[Group, ...]

    @property
    def leaving(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.leaves)

    @property
    def staying(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if not group.leaves)


def preview(
    sheet: CaseSheet, partner: PartnerId, agreements: tuple[Agreement, ...], asked: tuple[FieldGroup, ...], at: datetime, words: Words
) -> Preview:
    """What this partner would see now of the groups `asked` for."""
    consents = [_consent(one, sheet) for one in sheet.consents]
    may = Allowed(shared_with(partner, consents, at), agreed(list(agreements), at.date()))
    behind = Behind(_client(sheet.client), sheet.case.summary, tuple(_screening(one, sheet) for one in sheet.screenings))
    return Preview(
        tuple(
            Group(group, group in may.consented, group in may.agreed, fields_said(FIELDS[group](behind), words), group in asked)
            for group in FieldGroup
        )
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


def _consent(it: ConsentView, sheet: CaseSheet) -> Consent:
    return Consent(
        id=it.id,
        centre=sheet.case.centre,
        client_id=it.client_id,
        purpose=it.purpose,
        partner_id=it.partner,
        field_groups=it.field_groups,
        form=it.form,
        language=it.language,
        text_version=it.text_version,
        given_at=it.given_at,
        taken_by=StaffId(sheet.case.counsellor),
        valid_to=it.valid_to,
        withdrawn_at=it.withdrawn_at,
    )


def _client(it: ClientView) -> Client:
    birth = Birth.on(it.birth_date) if it.birth_date else Birth(it.birth_year) if it.birth_year else None
    particulars = Particulars(
        father_or_husband_name=it.father_or_husband_name,
        birth=birth,
        cnic=Cnic.parse(it.cnic) if it.cnic else None,
        passport=Passport.parse(it.passport) if it.passport else None,
        phones=it.phones,
        languages=it.languages,
        safe_contact=it.safe_contact,
    )
    return Client(
        id=it.id,
        centre=it.centre,
        number=it.number,
        names=Names(it.name, it.name_urdu),
        particulars=particulars,
        gender=it.gender,
        migration_stage=it.migration_stage,
        district=it.district,
        birth_year=it.birth_year,
        sensitivity=it.sensitivity,
        registered_at=it.registered_at,
        registered_by=StaffId(it.id),
    )


def _screening(it: ScreeningView, sheet: CaseSheet) -> Screening:
    return Screening(
        id=it.id,
        centre=sheet.case.centre,
        client_id=sheet.client.id,
        case_id=it.case_id,
        instrument=it.instrument,
        instrument_version=it.instrument_version,
        result=Screened(it.answers, it.indication),
        outcome=it.indication.outcome,
        screened_at=it.screened_at,
        screened_by=it.screened_by,
        decision=it.decision,
    )
