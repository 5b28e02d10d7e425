"""The small values everything else is made of: read once at the edge, correct by construction afterwards."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import NewType, Self
from uuid import UUID

import phonenumbers

from domain.errors import Invalid

StaffId = NewType("StaffId", UUID)
PartnerId = NewType("PartnerId", UUID)
ContactId = NewType("ContactId", UUID)
OutreachId = NewType("OutreachId", UUID)
ClientId = NewType("ClientId", UUID)
ConsentId = NewType("ConsentId", UUID)
CaseId = NewType("CaseId", UUID)
PlanId = NewType("PlanId", UUID)
ReferralId = NewType("ReferralId", UUID)
DisclosureId = NewType("DisclosureId", UUID)
IncomingId = NewType("IncomingId", UUID)
TransferId = NewType("TransferId", UUID)
ResearchId = NewType("ResearchId", UUID)
ReleaseId = NewType("ReleaseId", UUID)
PolicyNoteId = NewType("PolicyNoteId", UUID)
CentreCode = NewType("CentreCode", str)
"""Three capital letters, the key of a centre's row (ISB, LHE, PEW): short enough to be read in every number a client is given."""

KARACHI = timezone(timedelta(hours=5), "Asia/Karachi")
"""The clock on the wall of every centre and partner; Pakistan keeps no summer time."""


def day_of(at: datetime) -> date:
    """The day on that wall: whatever is valid to a day ends at midnight there, not five hours later."""
    return at.astimezone(KARACHI).date()


DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
# Overrides, embeddings and isolates turn "ab" into "ba" on the screen; zero-width characters make two equal names look different.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")


class Gender(StrEnum):
    female = "female"
    male = "male"
    transgender = "transgender"
    undisclosed = "undisclosed"


class Language(StrEnum):
    """BCP 47 tags of the languages a counsellor is asked for (reference/languages_pk.json)."""

    urdu = "ur"
    pashto = "ps"
    english = "en"
    punjabi = "pa"
    sindhi = "sd"
    saraiki = "skr"
    balochi = "bal"
    hindko = "hno"
    dari = "prs"


class FieldGroup(StrEnum):
    """What a client consents to share and an agreement allows to leave, group by group."""

    identity = "identity"
    contact = "contact"
    migration = "migration"
    screening = "screening"
    health = "health"
    narrative = "narrative"
    documents = "documents"


def line(text: str, *, field: str = "text", longest: int = 200) -> str:
    """One line of text as a person meant it: NFC, single spaces, no control or direction-changing characters. Raises Invalid."""
    clean = prose(text, field=field, longest=longest)
    return " ".join(clean.split())


def hundredths(text: str, digits: int) -> int | None:
    """A number as it is typed, of at most so many digits and two decimals, in hundredths; None where it is none."""
    whole, _, part = text.translate(DIGITS).replace("٫", ".").strip().partition(".")
    its = (whole or "0") + part.ljust(2, "0")
    return int(its) if len(whole) <= digits and len(part) <= 2 and its.isascii() and its.isdigit() else None


def prose(text: str, *, field: str = "text", longest: int = 20_000) -> str:
    """Text of several lines, NFC, without control or direction-changing characters other than line ends and tabs. Raises Invalid."""
    if len(text) > longest:
        raise Invalid(f"At most {longest} characters fit here.", field=field)
    if _DIRECTION.search(text):
        text = _DIRECTION.sub("", text)
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t" for char in text):
        raise Invalid("Control characters are not text.", field=field)
    return unicodedata.normalize("NFC", text).strip()


def required(text: str, *, field: str, longest: int = 200) -> str:
    """`line`, but an empty one is refused."""
    if not (clean := line(text, field=field, longest=longest)):
        raise Invalid("This cannot be empty.", field=field)
    return clean


@dataclass(frozen=True, slots=True)
class Cnic:
    """A CNIC, NICOP or B-form number: 13 digits. No check digit exists, so form is all that can be refused (identifiers_pk)."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        digits = re.sub(r"[\s\-–—_.]", "", text.translate(DIGITS))
        if not digits.isascii() or not digits.isdigit():
            raise Invalid("A CNIC is written with digits and dashes only.", field="cnic")
        if len(digits) != 13:
            raise Invalid(f"This number has {len(digits)} digits; a CNIC has 13.", field="cnic")
        return cls(digits)

    def __str__(self) -> str:
        return f"{self.digits[:5]}-{self.digits[5:12]}-{self.digits[12]}"

    def doubts(self, gender: Gender) -> list[str]:
        """Hints for the counsellor, never a reason to refuse: the last digit is odd for men and even for women when first issued."""
        doubts = []
        if self.digits[0] not in "1234567":
            doubts.append("The first digit names no province we know; check it on the card.")
        odd = int(self.digits[-1]) % 2 == 1
        if (gender is Gender.female and odd) or (gender is Gender.male and not odd):
            doubts.append("The last digit does not fit the gender recorded; check both.")
        return doubts


@dataclass(frozen=True, slots=True)
class Passport:
    """6 to 12 letters and digits: foreign and old passports come too, so the Pakistani pattern is not forced."""

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        number = re.sub(r"[\s\-]", "", text.translate(DIGITS)).upper()
        if not re.fullmatch(r"[A-Z0-9]{6,12}", number):
            raise Invalid("A passport number has 6 to 12 letters and digits.", field="passport")
        return cls(number)

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164, and whether it is safe to ring it."""

    number: str
    safe: bool = False

    @classmethod
    def parse(cls, text: str, *, safe: bool = False) -> Self:
        """National Pakistani, international and Urdu-digit spellings. Raises Invalid; a short helpline is no client's phone."""
        try:
            parsed = phonenumbers.parse(text.translate(DIGITS), "PK")
        except phonenumbers.NumberParseException:
            raise Invalid("This is not a telephone number.", field="phones") from None
        if not phonenumbers.is_possible_number(parsed):
            raise Invalid("This telephone number has too few or too many digits.", field="phones")
        return cls(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), safe)

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth as far as it is known: the day, or only the year."""

    year: int
    day: date | None = None

    @classmethod
    def on(cls, day: date) -> Self:
        return cls(day.year, day)

    def age(self, today: date) -> int:
        """Whole years; where only the year is known, the younger of the two possible ages, so that a child is never taken for an adult."""
        if self.day is None:
            return today.year - self.year - 1
        return today.year - self.year - ((today.month, today.day) < (self.day.month, self.day.day))


HOUSE = CentreCode("MRC")
"""The house itself: the row that owns what belongs to no centre (partners, staff, sign-ins)."""


FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def no_formula(text: str) -> str:
    """A cell of a text file that no spreadsheet takes for a formula, whatever it begins with; `'` in front is how they write words."""
    return f"'{text}" if text.lstrip(" \u00a0\u200b").startswith(FORMULAS) else text
