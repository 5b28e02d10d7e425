"""One row of a register understood: an entry with its warnings, or a refusal that names every reason.

What cannot be right (a 31 February, a CNIC of eleven digits) refuses the row, because a corrected file brings it again; what cannot
be read (an unreadable telephone, a place we do not know) is left empty and told as a warning, because the person came all the same.
"""

import json
from dataclasses import dataclass
from datetime import date, time

from domain.cases import CaseKind
from domain.clients import MigrationStage
from domain.contacts import Channel
from domain.registers import fields
from domain.registers.headings import Headings, Kind
from domain.registers.sheets import Row
from domain.registers.words import STAGES, Field
from domain.values import Birth, Cnic, Gender, Language, Passport, Phone

Reasons = tuple[tuple[str, str], ...]
"""Pairs of a field word and what is wrong there. Never a value from the cell: reports travel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One touch. Nothing in it is guessed: what the register does not say, or says in words we do not know, is empty.

    `name` is as written, in Urdu letters where the register gave no Latin ones; `on` and `clock` are Pakistan's.
    """

    sheet: str
    row: int
    kind: Kind
    on: date
    clock: time | None = None
    name: str = ""
    name_urdu: str = ""
    father_or_husband_name: str = ""
    gender: Gender = Gender.undisclosed
    birth: Birth | None = None
    cnic: Cnic | None = None
    passport: Passport | None = None
    phones: tuple[Phone, ...] = ()
    district: str | None = None
    """P-code."""
    category: str = ""
    """A key of `words.STAGES`."""
    country: str | None = None
    """ISO 3166-1 alpha-3 of the destination."""
    purpose: str = ""
    remarks: str = ""
    channel: Channel = Channel.walk_in
    language: Language | None = None
    minutes: int = 0
    said: tuple[tuple[str, str], ...] = ()
    """Words of the register that no table knew, under their field, so that nothing is lost."""
    warnings: Reasons = ()

    @property
    def stage(self) -> MigrationStage | None:
        """None where the category names no stage (a family member)."""
        return STAGES[self.category][0] if self.category else None

    @property
    def case_kind(self) -> CaseKind:
        back = self.stage is MigrationStage.returnee or "reintegration" in self.purpose.casefold()
        return CaseKind.return_reintegration if back else CaseKind.pre_departure


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """`row` is the number that the spreadsheet program shows."""

    row: int
    reasons: Reasons
    sheet: str = ""


def read_row(row: Row, headings: Headings, *, sheet: str = "", today: date) -> Entry | RefusedRow:
    """Every rule is asked, so that one report names everything to be put right."""
    reading = fields.Reading(row, headings)
    on = fields.visit(reading, today)
    latest = on.day if on else today
    name, name_urdu = fields.names(reading)
    gender = fields.gender(reading)
    entry = Entry(
        sheet=sheet,
        row=row.number,
        kind=headings.kind,
        on=latest,
        clock=on.clock if on else None,
        name=name,
        name_urdu=name_urdu,
        father_or_husband_name=fields.person(reading.words(Field.guardian, 200)),
        gender=gender,
        birth=fields.birth(reading, latest),
        cnic=fields.cnic(reading, gender),
        passport=fields.passport(reading),
        phones=fields.phones(reading),
        district=fields.district(reading),
        category=fields.category(reading),
        country=fields.country(reading),
        purpose=reading.words(Field.purpose, 2_000),
        remarks=reading.words(Field.remarks, 2_000),
        channel=fields.channel(reading),
        language=fields.language(reading),
        minutes=fields.minutes(reading),
        said=tuple(reading.said),
        warnings=tuple(reading.warnings),
    )
    return RefusedRow(row.number, tuple(reading.reasons), sheet) if reading.reasons else entry


def fingerprint(entry: Entry) -> bytes:
    """What makes two rows the same touch: all that was understood, not where it stood nor its serial number. Personal: hash with a key."""
    facts = {
        "kind": entry.kind,
        "on": entry.on.isoformat(),
        "clock": entry.clock.isoformat() if entry.clock else None,
        "names": [entry.name.casefold(), entry.name_urdu, entry.father_or_husband_name.casefold()],
        "gender": entry.gender,
        "birth": [entry.birth.year, entry.birth.day.isoformat() if entry.birth.day else None] if entry.birth else None,
        "papers": [entry.cnic.digits if entry.cnic else None, entry.passport.number if entry.passport else None],
        "phones": sorted(phone.number for phone in entry.phones),
        "where": [entry.district, entry.country],
        "category": entry.category,
        "words": [entry.purpose, entry.remarks],
        "how": [entry.channel, entry.language, entry.minutes],
        "said": [[which, word.casefold()] for which, word in entry.said],
    }
    return b"register-row/1\n" + json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
