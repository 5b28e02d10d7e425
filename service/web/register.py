"""The registration form: its lists, how it is read into a client, and how a client stands in it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from domain import reference
from domain.clients import ClientView, Likeness, MigrationStage, Names, Particulars, SafeContact
from domain.errors import Invalid
from domain.identity import Sensitivity
from domain.reference import District
from domain.values import Birth, CentreCode, Cnic, Gender, Language, Passport, Phone
from service.usecases.clients import NewClient
from service.web.forms import CARRIED, Form, known
from service.web.labels import label
from service.web.merging import Theirs, apart, flag_said

PHONES = ("phone1", "phone2")
FLAGS = ("never", "phone1_safe", "phone2_safe")


@dataclass(frozen=True, slots=True)
class Register:
    """`client` is the record being changed, None for a new one; `likely` are those who may be the same person."""

    centres: tuple[CentreCode, ...]
    client: ClientView | None
    likely: tuple[Likeness, ...]
    stale: bool
    shown: Mapping[str, tuple[str, ...]]
    theirs: Mapping[str, Theirs]
    contact: str
    districts: tuple[District, ...]
    genders: tuple[Gender, ...] = tuple(Gender)
    stages: tuple[MigrationStage, ...] = tuple(MigrationStage)
    languages: tuple[Language, ...] = tuple(Language)
    sensitivities: tuple[Sensitivity, ...] = tuple(Sensitivity)
    incoming: str = ""


def register_view(
    centres: tuple[CentreCode, ...],
    client: ClientView | None = None,
    *,
    likely: tuple[Likeness, ...] = (),
    typed: Form | None = None,
    contact: str = "",
    incoming: str = "",
) -> Register:
    """`typed` is given where somebody else changed the client meanwhile: both versions are shown then, where they differ."""
    districts = tuple(sorted(reference.districts().values(), key=lambda one: one.name))
    shown = fields_of(client) if client else {}
    theirs = differing(client, typed) if client and typed else {}
    return Register(centres, client, likely, typed is not None, shown, theirs, contact, districts, incoming=incoming)


def differing(present: ClientView, typed: Form) -> dict[str, Theirs]:
    """What the record says now, by field, where what was typed means something else: `0300 1234567` is `+923001234567`."""
    return apart(typed, _as_typed(changes(Form(typed.fields))), fields_of(present), lambda name, values: _own_words(present, name, values))


def _as_typed(wanted: dict[str, object]) -> dict[str, tuple[str, ...]]:
    """The values of a form as `fields_of` writes them; phones are compared as they stand in the form."""
    birth, safe, phones = wanted["birth"], wanted["safe_contact"], their_phones(wanted)
    texts = ("name", "name_urdu", "father_or_husband_name", "gender", "migration_stage", "sensitivity", "cnic", "passport", "district")
    meant: dict[str, tuple[str, ...]] = {name: (str(wanted[name] or ""),) for name in texts}
    if isinstance(birth, Birth):
        meant |= {"birth_date": (birth.day.isoformat() if birth.day else "",), "birth_year": ("" if birth.day else str(birth.year),)}
    if isinstance(safe, SafeContact):
        meant |= {"never": ("1",) if safe.never else (), "contact_note": (safe.note,)}
    if isinstance(wanted["languages"], tuple):
        meant["languages"] = tuple(map(str, wanted["languages"]))
    return meant | _phone_fields(phones)


def _own_words(present: ClientView, name: str, values: tuple[str, ...]) -> str:
    codes: Mapping[str, StrEnum] = {
        "gender": present.gender,
        "migration_stage": present.migration_stage,
        "sensitivity": present.sensitivity,
    }
    if name == "district" and (district := reference.districts().get(present.district or "")):
        return district.name
    if name in codes:
        return label(codes[name])
    if name in FLAGS:
        return flag_said(values)
    if name == "languages":
        return ", ".join(reference.languages()[Language(value)].own_name for value in values)
    return ", ".join(values)


def fields_of(it: ClientView) -> dict[str, tuple[str, ...]]:
    """The record as the form would have typed it."""
    shown = {
        "name": (it.name,),
        "name_urdu": (it.name_urdu,),
        "father_or_husband_name": (it.father_or_husband_name,),
        "gender": (it.gender.value,),
        "birth_date": (it.birth_date.isoformat() if it.birth_date else "",),
        "birth_year": (str(it.birth_year) if it.birth_year and not it.birth_date else "",),
        "cnic": (it.cnic or "",),
        "passport": (it.passport or "",),
        "migration_stage": (it.migration_stage.value,),
        "district": (it.district or "",),
        "languages": tuple(map(str, it.languages)),
        "never": ("1",) if it.safe_contact.never else (),
        "contact_note": (it.safe_contact.note,),
        "sensitivity": (it.sensitivity.value,),
    }
    return shown | _phone_fields(it.phones)


def _phone_fields(phones: tuple[Phone, ...]) -> dict[str, tuple[str, ...]]:
    """Both places of the form, an empty one too: what one person removed and the other kept is a difference."""
    shown: dict[str, tuple[str, ...]] = {}
    for place, phone in zip_longest(PHONES, phones[: len(PHONES)]):
        shown[place] = (phone.number,) if phone else ("",)
        shown[f"{place}_safe"] = ("1",) if phone and phone.safe else ()
    return shown


def typed_of(form: Form) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in form.fields.items() if name not in CARRIED}


def phones_typed(form: Form) -> tuple[Phone, ...]:
    found: list[Phone] = []
    for place in PHONES:
        if not form.raw(place):
            continue
        try:
            found.append(Phone.parse(form.raw(place), safe=form.ticked(f"{place}_safe")))
        except Invalid as refusal:
            form.wrong(place, str(refusal))
    return tuple(found)


def _birth(form: Form) -> Birth | None:
    day, year = form.day("birth_date"), form.number("birth_year", 1850, 2200)
    return Birth.on(day) if day else Birth(year) if year else None


def _particulars(form: Form) -> Particulars:
    return Particulars(
        father_or_husband_name=form.line("father_or_husband_name"),
        birth=_birth(form),
        cnic=form.read("cnic", Cnic.parse, None),
        passport=form.read("passport", Passport.parse, None),
        phones=phones_typed(form),
        languages=form.several("languages", Language),
        safe_contact=SafeContact(form.ticked("never"), form.line("contact_note")),
    )


def district_typed(form: Form) -> str | None:
    code = form.raw("district")
    return code if code in reference.districts() else None


def new_client(form: Form) -> NewClient:
    """Faults stay with the form; whoever calls this checks it before going on."""
    particulars = _particulars(form)
    return NewClient(
        names=Names(form.needed("name"), form.line("name_urdu")),
        particulars=particulars,
        gender=form.chosen("gender", Gender),
        migration_stage=form.chosen("migration_stage", MigrationStage),
        birth_year=particulars.birth.year if particulars.birth else None,
        district=district_typed(form),
        sensitivity=known(form.raw("sensitivity"), Sensitivity) or Sensitivity.normal,
        centre=CentreCode(form.raw("centre")) if form.raw("centre") else None,
    )


def their_phones(wanted: dict[str, object]) -> tuple[Phone, ...]:
    """The form has room for two; whoever saves it keeps the others of the record."""
    phones = wanted["phones"]
    return phones if isinstance(phones, tuple) else ()


def changes(form: Form) -> dict[str, object]:
    """Every field of the form: what was emptied is emptied in the record."""
    new = new_client(form)
    its = new.particulars
    return {
        "name": new.names.name,
        "name_urdu": new.names.name_urdu,
        "gender": new.gender,
        "migration_stage": new.migration_stage,
        "birth_year": new.birth_year,
        "district": new.district,
        "sensitivity": new.sensitivity,
        "father_or_husband_name": its.father_or_husband_name,
        "birth": its.birth,
        "cnic": its.cnic,
        "passport": its.passport,
        "phones": its.phones,
        "languages": its.languages,
        "safe_contact": its.safe_contact,
    }
