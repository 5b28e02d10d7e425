"""The rules for one field each: what a row's cells come to, what refuses the row, and what is only warned about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from domain.contacts import Channel
from domain.errors import Invalid
from domain.registers import dates, numbers
from domain.registers.headings import Headings, Kind
from domain.registers.sheets import Cell, Row, text
from domain.registers.words import CATEGORY_OF, CHANNEL_OF, GENDER_OF, Field, country_of, district_of, key, known, language_of, squeezed
from domain.values import Birth, Cnic, Gender, Language, Passport, Phone, line, prose

EARLIEST = date(2000, 1, 1)
"""No centre kept a register before."""
DEFAULT_CHANNEL = {Kind.walk_in: Channel.walk_in, Kind.hotline: Channel.phone}
LONGEST_CALL = 24 * 60


@dataclass(slots=True)
class Reading:
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


def visit(reading: Reading, today: date) -> dates.Day | None:
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


def names(reading: Reading) -> tuple[str, str]:
    """The Latin and the Urdu name, whichever column they stand in."""
    written = [person(text(cell)) for which in (Field.name, Field.name_urdu) for cell in reading.cells(which)]
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


def person(name: str) -> str:
    """Names all in capitals or all in small letters are written as names are."""
    return " ".join(word.capitalize() for word in name.split()) if name.isupper() or name.islower() else name


def _arabic(name: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" for char in name)


def _formula(cell: Cell) -> str:
    return "A formula stands here; write its value." if isinstance(cell, str) and cell.startswith("=") else ""


def gender(reading: Reading) -> Gender:
    if not (word := text(reading.first(Field.gender))):
        return Gender.undisclosed
    if (found := GENDER_OF.get(key(word))) is None:
        reading.warn(Field.gender, "This word for the gender is not known.")
        return Gender.undisclosed
    return found


def birth(reading: Reading, latest: date) -> Birth | None:
    """The birth column goes before the age."""
    for which, read in ((Field.birth, dates.birth), (Field.age, dates.birth_by_age)):
        if (cell := reading.first(which)) is not None:
            try:
                return read(cell, latest=latest)
            except Invalid as wrong:
                impossible = any(char.isdigit() for char in text(cell)) and not _formula(cell)
                (reading.refuse if impossible else reading.warn)(which, _formula(cell) or str(wrong))
    return None


def cnic(reading: Reading, gender: Gender) -> Cnic | None:
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


def district(reading: Reading) -> str | None:
    return reading.looked_up(Field.district, lambda word: district_of().get(squeezed(word)), "No district of this name is known.")


def category(reading: Reading) -> str:
    return reading.looked_up(Field.category, lambda word: CATEGORY_OF.get(key(word)), "No category of this name is known.") or ""


def country(reading: Reading) -> str | None:
    return reading.looked_up(Field.country, lambda word: country_of().get(key(word)), "This names no one country for certain.")


def passport(reading: Reading) -> Passport | None:
    if (cell := reading.first(Field.passport)) is None:
        return None
    try:
        return Passport.parse(text(cell))
    except Invalid as wrong:
        reading.warn(Field.passport, _formula(cell) or str(wrong))
        return None


def phones(reading: Reading) -> tuple[Phone, ...]:
    found: dict[Phone, None] = {}
    for cell in reading.cells(Field.phone):
        numbers_read, unread = numbers.phones(cell)
        found.update(dict.fromkeys(numbers_read))
        if unread:
            reading.warn(Field.phone, "A telephone number here cannot be read and was left out.")
    return tuple(found)


def channel(reading: Reading) -> Channel:
    usual = DEFAULT_CHANNEL[reading.headings.kind]
    code = reading.looked_up(Field.channel, lambda word: CHANNEL_OF.get(key(word)), "This channel is not known; the usual one was taken.")
    return Channel(code) if code else usual


def language(reading: Reading) -> Language | None:
    code = reading.looked_up(Field.language, lambda word: language_of().get(key(word)), "This language is not among those of the centres.")
    return Language(code) if code else None


def minutes(reading: Reading) -> int:
    if not (written := _minutes_alone(reading.first(Field.minutes))):
        return 0
    if written.isdecimal() and len(written) <= 4 and int(written) <= LONGEST_CALL:
        return int(written)
    reading.warn(Field.minutes, "This is not a number of minutes.")
    return 0


def _minutes_alone(cell: Cell) -> str:
    """Digits of a number that may carry its unit: `12`, `12 min`, `۱۲ منٹ`."""
    return key(text(cell)).removesuffix("minutes").removesuffix("mins").removesuffix("min").removesuffix(key("منٹ")).strip()
