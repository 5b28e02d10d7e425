"""One row of a register understood: an entry with its warnings, or a refusal that names every reason.

What cannot be right (a 31 February, a CNIC of eleven digits) refuses the row, because a corrected file brings it again; what cannot
be read (an unreadable telephone, a place we do not know) is left empty and told as a warning, because the person came all the same.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time

from domain.cases import CaseKind
from domain.clients import Channel, MigrationStage
from domain.errors import Invalid
from domain.registers import dates, numbers
from domain.registers.headings import Headings, Kind
from domain.registers.sheets import Cell, Row, text
from domain.registers.words import (
    CATEGORY_OF,
    CHANNEL_OF,
    GENDER_OF,
    STAGES,
    Field,
    country_of,
    district_of,
    key,
    known,
    language_of,
    squeezed,
)
from domain.values import Birth, Cnic, Gender, Language, Passport, Phone, line, prose

EARLIEST = date(2000, 1, 1)
"""No centre kept a register before."""
DEFAULT_CHANNEL = {Kind.walk_in: Channel.walk_in, Kind.hotline: Channel.phone}
LONGEST_CALL = 24 * 60

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


@dataclass(slots=True)
class _Reading:
    """One row being read: its cells by field, and what was found wrong on the way."""

    row: Row
    headings: Headings
    reasons: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)

    def cells(self, which: Field) -> list[Cell]:
        return [cell for cell in self.headings.cells(self.row, which) if known(text(cell))]

    def first(self, which: Field) -> Cell:
        return next(iter(self.cells(which)), None)

    def refuse(self, which: Field, message: str) -> None:
        self.reasons.append((which.value, message))

    def warn(self, which: Field, message: str) -> None:
        self.warnings.append((which.value, message))

    def words(self, which: Field, longest: int) -> str:
        """The cells of a field as one text; too long or unprintable text refuses the row."""
        try:
            return prose("; ".join(text(cell) for cell in self.cells(which)), field=which, longest=longest)
        except Invalid as wrong:
            self.refuse(which, str(wrong))
            return ""

    def looked_up(self, which: Field, find: Callable[[str], str | None], message: str) -> str | None:
        """The code a table has for this cell; a word it does not know is kept and told."""
        try:
            word = line(text(self.first(which)), field=which)
        except Invalid as wrong:
            self.refuse(which, str(wrong))
            return None
        if not word:
            return None
        if (code := find(word)) is None:
            self.warn(which, message)
            self.said.append((which.value, word))
        return code


def read_row(row: Row, headings: Headings, *, sheet: str = "", today: date) -> Entry | RefusedRow:
    """Every rule is asked, so that one report names everything to be put right."""
    reading = _Reading(row, headings)
    on = _visit(reading, today)
    name, name_urdu = _names(reading)
    latest = on.day if on else today
    gender = _gender(reading)
    entry = Entry(
        sheet=sheet,
        row=row.number,
        kind=headings.kind,
        on=latest,
        clock=on.clock if on else None,
        name=name,
        name_urdu=name_urdu,
        father_or_husband_name=_person(reading.words(Field.guardian, 200)),
        gender=gender,
        birth=_birth(reading, latest),
        cnic=_cnic(reading, gender),
        passport=_passport(reading),
        phones=_phones(reading),
        district=reading.looked_up(Field.district, lambda word: district_of().get(squeezed(word)), "No district of this name is known."),
        category=reading.looked_up(Field.category, lambda word: CATEGORY_OF.get(key(word)), "No category of this name is known.") or "",
        country=reading.looked_up(Field.country, lambda word: country_of().get(key(word)), "This names no one country for certain."),
        purpose=reading.words(Field.purpose, 2_000),
        remarks=reading.words(Field.remarks, 2_000),
        channel=_channel(reading),
        language=_language(reading),
        minutes=_minutes(reading),
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


def _visit(reading: _Reading, today: date) -> dates.Day | None:
    cell = reading.first(Field.date)
    if cell is None:
        reading.refuse(Field.date, "The date is missing.")
        return None
    try:
        found = dates.day(cell, latest=today)
    except Invalid as wrong:
        reading.refuse(Field.date, _formula(cell) or str(wrong))
        return None
    if not EARLIEST <= found.day <= today:
        reading.refuse(Field.date, "This day lies in the future." if found.day > today else "No register is as old as that.")
    if found.precision is not dates.Precision.day:
        reading.warn(Field.date, "Only the month or the year is written; its first day was taken.")
    if found.doubt:
        reading.warn(Field.date, found.doubt)
    return found


def _names(reading: _Reading) -> tuple[str, str]:
    """The Latin and the Urdu name, whichever column they stand in."""
    written = [_person(text(cell)) for which in (Field.name, Field.name_urdu) for cell in reading.cells(which)]
    latin = next((name for name in written if not _arabic(name)), "")
    urdu = next((name for name in written if _arabic(name)), "")
    name = latin or urdu
    if not name and reading.headings.kind is Kind.walk_in:
        reading.refuse(Field.name, "The name is missing.")
    if name and (name.startswith("=") or sum(char.isalpha() for char in name) < 2):
        reading.refuse(Field.name, _formula(name) or "This is not a name.")
    for one in (name, urdu):
        try:
            line(one, field="name")
        except Invalid as wrong:
            reading.refuse(Field.name, str(wrong))
            return "", ""
    return line(name), line(urdu)


def _person(name: str) -> str:
    """Names all in capitals or all in small letters are written as names are."""
    return " ".join(word.capitalize() for word in name.split()) if name.isupper() or name.islower() else name


def _arabic(name: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" for char in name)


def _formula(cell: Cell) -> str:
    return "A formula stands here; write its value." if isinstance(cell, str) and cell.startswith("=") else ""


def _gender(reading: _Reading) -> Gender:
    if not (word := text(reading.first(Field.gender))):
        return Gender.undisclosed
    if (found := GENDER_OF.get(key(word))) is None:
        reading.warn(Field.gender, "This word for the gender is not known.")
        return Gender.undisclosed
    return found


def _birth(reading: _Reading, latest: date) -> Birth | None:
    """The birth column goes before the age."""
    for which, read in ((Field.birth, dates.birth), (Field.age, dates.birth_by_age)):
        if (cell := reading.first(which)) is not None:
            try:
                return read(cell, latest=latest)
            except Invalid as wrong:
                impossible = any(char.isdigit() for char in text(cell)) and not _formula(cell)
                (reading.refuse if impossible else reading.warn)(which, _formula(cell) or str(wrong))
    return None


def _cnic(reading: _Reading, gender: Gender) -> Cnic | None:
    if (cell := reading.first(Field.cnic)) is None:
        return None
    try:
        found = numbers.cnic(cell)
    except numbers.DigitsLost as lost:
        reading.warn(Field.cnic, str(lost))
        return None
    except Invalid as wrong:
        wordy = not any(char.isdigit() for char in text(cell))
        (reading.warn if wordy else reading.refuse)(Field.cnic, "No number stands here." if wordy else _formula(cell) or str(wrong))
        return None
    for doubt in found.doubts(gender):
        reading.warn(Field.cnic, doubt)
    return found


def _passport(reading: _Reading) -> Passport | None:
    if (cell := reading.first(Field.passport)) is None:
        return None
    try:
        return Passport.parse(text(cell))
    except Invalid as wrong:
        reading.warn(Field.passport, _formula(cell) or str(wrong))
        return None


def _phones(reading: _Reading) -> tuple[Phone, ...]:
    found: dict[Phone, None] = {}
    for cell in reading.cells(Field.phone):
        numbers_read, unread = numbers.phones(cell)
        found.update(dict.fromkeys(numbers_read))
        if unread:
            reading.warn(Field.phone, "A telephone number here cannot be read and was left out.")
    return tuple(found)


def _channel(reading: _Reading) -> Channel:
    usual = DEFAULT_CHANNEL[reading.headings.kind]
    code = reading.looked_up(Field.channel, lambda word: CHANNEL_OF.get(key(word)), "This channel is not known; the usual one was taken.")
    return Channel(code) if code else usual


def _language(reading: _Reading) -> Language | None:
    code = reading.looked_up(Field.language, lambda word: language_of().get(key(word)), "This language is not among those of the centres.")
    return Language(code) if code else None


def _minutes(reading: _Reading) -> int:
    if not (written := _minutes_alone(reading.first(Field.minutes))):
        return 0
    if written.isdigit() and int(written) <= LONGEST_CALL:
        return int(written)
    reading.warn(Field.minutes, "This is not a number of minutes.")
    return 0


def _minutes_alone(cell: Cell) -> str:
    """Digits of a number that may carry its unit: `12`, `12 min`, `۱۲ منٹ`."""
    return key(text(cell)).removesuffix("minutes").removesuffix("mins").removesuffix("min").removesuffix(key("منٹ")).strip()
