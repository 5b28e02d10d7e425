"""What one row of a register comes to: who it may be about, when it was, and the words no field of a record takes."""

from dataclasses import replace
from datetime import UTC, datetime, time

from domain import reference
from domain.clients import Candidate, Particulars
from domain.countries import HERE, country_name
from domain.names import likeness
from domain.registers import Entry, Kind, Reasons
from domain.values import KARACHI

LIKE = 0.8
"""How like two names are that share a telephone, to be taken for one person: families share telephones, so the number alone says little."""
NOON = time(12)
"""The hour of a visit whose register names only the day: the day is then the same in every zone that reads it."""

Known = dict[tuple[str, str], list[Candidate]]


def exact_keys(particulars: Particulars) -> list[tuple[str, str]]:
    """The numbers that may say who somebody is, the surest first, as they are looked up."""
    keys = [("cnic", particulars.cnic.digits)] if particulars.cnic else []
    keys += [("passport", particulars.passport.number)] if particulars.passport else []
    return keys + [("phone", phone.number) for phone in particulars.phones]


def same(known: Known, entry: Entry) -> tuple[Candidate | None, Reasons]:
    """The client this row is about, when a number says so, and what to look at again. An identity number decides; a telephone only with
    a like name and no other identity number."""
    its = particulars_of(entry)
    for candidate in (one for key in exact_keys(its) if key[0] != "phone" for one in known.get(key, ())):
        unlike = likeness(entry.name, candidate.names.name, candidate.names.name_urdu) < LIKE / 2
        return candidate, (("name", "This identity number belongs to a client of another name; check both."),) if unlike else ()
    for candidate in (one for phone in its.phones for one in known.get(("phone", phone.number), ())):
        alike = likeness(entry.name, candidate.names.name, candidate.names.name_urdu) >= LIKE
        if alike and not contradicts(its, candidate.particulars):
            return candidate, ()
    return None, ()


def filled(its: Particulars, more: Particulars) -> Particulars:
    numbers = {phone.number for phone in its.phones}
    return replace(
        its,
        father_or_husband_name=its.father_or_husband_name or more.father_or_husband_name,
        birth=its.birth or more.birth,
        cnic=its.cnic or more.cnic,
        passport=its.passport or more.passport,
        phones=(*its.phones, *[phone for phone in more.phones if phone.number not in numbers]),
        languages=its.languages or more.languages,
    )


def contradicts(one: Particulars, other: Particulars) -> bool:
    return bool(one.cnic and other.cnic and one.cnic != other.cnic)


def moment(entry: Entry) -> datetime:
    return datetime.combine(entry.on, entry.clock or NOON, KARACHI).astimezone(UTC)


def particulars_of(entry: Entry) -> Particulars:
    return Particulars(
        father_or_husband_name=entry.father_or_husband_name,
        birth=entry.birth,
        cnic=entry.cnic,
        passport=entry.passport,
        phones=entry.phones,
        languages=(entry.language,) if entry.language else (),
    )


def words(entry: Entry) -> str:
    """What the register says that has no field of its own, in the register's words where no table knew them."""
    lines = [entry.purpose, entry.remarks]
    if entry.category:
        lines.append(f"Category: {entry.category}")
    if entry.country and (entry.kind is Kind.hotline or entry.country == HERE):
        lines.append(f"Destination: {country_name(entry.country)}")
    if entry.kind is Kind.hotline and entry.district:
        lines.append(f"District: {reference.districts()[entry.district].name}")
    lines += [f"{which} (as written): {word}" for which, word in entry.said]
    return "\n".join(line for line in lines if line)
