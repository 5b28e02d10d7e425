"""The tables of words that registers are written in, English and Urdu, and the one way of comparing a cell with them."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from domain.clients import MigrationStage
from domain.contacts import Channel
from domain.reference import countries, districts, languages, newer_districts
from domain.reference.store import load
from domain.values import DIGITS, Gender, Language

Word = TypeVar("Word")


class Field(StrEnum):
    """What a column may hold; also the words on the right side of a mapping file."""

    serial = "serial"
    date = "date"
    name = "name"
    name_urdu = "name_urdu"
    guardian = "father_or_husband_name"
    cnic = "cnic"
    passport = "passport"
    phone = "phone"
    gender = "gender"
    birth = "birth"
    age = "age"
    district = "district"
    category = "category"
    country = "country"
    purpose = "purpose"
    remarks = "remarks"
    channel = "channel"
    language = "language"
    minutes = "minutes"


HEADINGS: Mapping[Field, str] = {
    Field.serial: "s no|sr no|sr|s #|no|#|serial|serial no|serial number|id|نمبر|نمبر شمار|سیریل نمبر|شمار",
    Field.date: "date|date of visit|visit date|visit|day|time|date and time|date time|call time|call date|timestamp|registration date"
    "|date of registration|تاریخ|تاریخ آمد|وقت|تاریخ اور وقت",
    Field.name: "name|full name|client|client name|name of client|name of visitor|visitor|caller|caller name|name of caller|applicant"
    "|applicant name|beneficiary|beneficiary name|نام|پورا نام|کالر|کال کرنے والا|کال کرنے والے کا نام|درخواست گزار",
    Field.name_urdu: "name urdu|name in urdu|urdu name|نام اردو|اردو نام|نام اردو میں",
    Field.guardian: "father|father name|fathers name|father husband|father husband name|fathers husbands name|father or husband"
    "|father or husband name|husband name|husbands name|guardian|guardian name|s o|s o d o w o|son of|parentage|ولدیت|والد|والد کا نام"
    "|شوہر کا نام|والد شوہر کا نام|ولدیت زوجیت|والد یا شوہر|والد یا شوہر کا نام|سرپرست",
    Field.cnic: "cnic|cnic no|cnic number|cnic nicop|nic|nic no|nicop|id card|id card no|id card number|identity card|national id"
    "|national identity card|b form|شناختی کارڈ|شناختی کارڈ نمبر|قومی شناختی کارڈ|شناختی نمبر",
    Field.passport: "passport|passport no|passport number|پاسپورٹ|پاسپورٹ نمبر",
    Field.phone: "phone|phone no|phone number|phone 1|phone 2|mobile|mobile no|mobile number|mobile 1|mobile 2|cell|cell no|cell number"
    "|contact|contact no|contact number|telephone|tel|number|whatsapp no|whatsapp number|فون|فون نمبر|موبائل|موبائل نمبر|رابطہ|رابطہ نمبر",
    Field.gender: "gender|sex|m f|male female|جنس",
    Field.birth: "dob|date of birth|birth date|birthdate|birth|year of birth|birth year|yob|تاریخ پیدائش|پیدائش|سن پیدائش|سال پیدائش",
    Field.age: "age|age years|age in years|عمر|عمر سال",
    Field.district: "district|home district|district of origin|origin district|city|domicile|ضلع|شہر|آبائی ضلع|ڈومیسائل",
    Field.category: "category|client category|type|client type|type of client|status|migration status|قسم|زمرہ|حیثیت",
    Field.country: "country|destination|destination country|country of destination|intended country|country of interest|ملک|منزل|منزل ملک"
    "|مطلوبہ ملک",
    Field.purpose: "purpose|purpose of visit|reason|reason for visit|question|query|topic|subject|service|service required|issue|مقصد"
    "|آنے کا مقصد|سوال|موضوع|وجہ",
    Field.remarks: "remarks|remark|note|notes|comment|comments|action taken|کیفیت|ریمارکس|نوٹ|تبصرہ",
    Field.channel: "channel|medium|mode|mode of contact|source|contact channel|ذریعہ|رابطے کا ذریعہ",
    Field.language: "language|lang|preferred language|زبان|مادری زبان",
    Field.minutes: "minutes|min|mins|duration|duration minutes|duration min|call minutes|length|منٹ|دورانیہ|دورانیہ منٹ",
}

EMPTY = frozenset({"", "-", "--", "—", "–", "_", ".", "?", "n/a", "na", "n.a.", "n.a", "#n/a", "nil", "none", "null", "nan", "not known",
                   "unknown", "not given", "نامعلوم", "معلوم نہیں", "نہیں"})  # fmt: skip
"""What people write where they know nothing."""

TOTALS = frozenset({"total", "totals", "grand total", "sum", "sub total", "subtotal", "page total", "ٹوٹل", "کل", "میزان", "مجموعہ"})

GENDERS: Mapping[Gender, str] = {
    Gender.female: "f|female|w|woman|girl|lady|fem|عورت|خاتون|خواتین|لڑکی|مونث|زنانہ|ښځه",
    Gender.male: "m|male|man|boy|gent|مرد|آدمی|لڑکا|مذکر|مردانہ|سړی|نر",
    Gender.transgender: "t|tg|trans|transgender|x|khwaja sira|khwajasira|third gender|خواجہ سرا|ٹرانسجینڈر|مخنث",
    Gender.undisclosed: "undisclosed|prefer not to say|not disclosed|ظاہر نہیں",
}

CHANNELS: Mapping[Channel, str] = {
    Channel.walk_in: "walk in|walkin|visit|office|in person|reception|آمد|خود آئے|دفتر",
    Channel.phone: "phone|telephone|tel|call|hotline|helpline|landline|mobile|فون|کال|ہاٹ لائن|ہیلپ لائن",
    Channel.whatsapp: "whatsapp|whats app|wa|واٹس ایپ|وٹس ایپ",
    Channel.video: "video|video call|skype|zoom|teams|ویڈیو|ویڈیو کال",
    Channel.outreach_event: "outreach|outreach event|session|awareness session|seminar|event|آگاہی سیشن",
    Channel.social_media: "social media|facebook|fb|messenger|instagram|tiktok|twitter|فیس بک|سوشل میڈیا",
    Channel.web_form: "web|website|web form|online form|ویب سائٹ",
    Channel.referred_by_partner: "referral|referred|referred by partner|partner",
}

STAGES: Mapping[str, tuple[MigrationStage | None, str]] = {
    "prospective": (MigrationStage.prospective, "prospective|prospective migrant|potential|potential migrant|intending|intending migrant"
                    "|aspirant|متوقع تارک وطن|خواہشمند"),
    "outgoing": (MigrationStage.departing, "outgoing|outgoing migrant|departing|pre departure"),
    "abroad": (MigrationStage.abroad, "abroad|migrant|overseas|overseas pakistani|بیرون ملک"),
    "returnee": (MigrationStage.returnee, "returnee|returned|returned migrant|واپس آنے والا|واپس آئے"),
    "deportee": (MigrationStage.returnee, "deportee|deported|ڈیپورٹ|ملک بدر|ڈی پورٹ"),
    "family": (None, "family|family member|family of migrant|relative|خاندان|اہل خانہ"),
    "student": (MigrationStage.prospective, "student|طالب علم"),
}  # fmt: skip
"""The category a register names, and the stage of migration it means where it means one (reference/services.json, client_categories)."""

MONTHS: Mapping[int, str] = {
    1: "jan|january|جنوری", 2: "feb|february|فروری", 3: "mar|march|مارچ", 4: "apr|april|اپریل", 5: "may|مئی|مئ", 6: "jun|june|جون",
    7: "jul|july|جولائی", 8: "aug|august|اگست", 9: "sep|sept|september|ستمبر", 10: "oct|october|اکتوبر", 11: "nov|november|نومبر",
    12: "dec|december|دسمبر",
}  # fmt: skip

# Arabic keyboards write Urdu with other letters that look the same.
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ه": "ہ", "ۃ": "ہ", "ة": "ہ", "أ": "ا", "إ": "ا", "ؤ": "و", "ۂ": "ہ"})


def key(word: str) -> str:
    """What is left of a word when case, accents, punctuation, digits' script and look-alike letters are put aside."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", word).translate(_LETTERS).translate(DIGITS).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("'", "").replace("’", "").translate(_LETTERS)
    return " ".join(re.sub(r"[^\w#]|_", " ", plain).split())


def known(word: str) -> bool:
    """False where the cell says that nothing is known."""
    return word.casefold() not in EMPTY


def said(table: Mapping[Word, str]) -> dict[str, Word]:
    """A table of spellings turned round: spelling to meaning."""
    return {key(spelling): meaning for meaning, spellings in table.items() for spelling in spellings.split("|")}


FIELD_OF = said(HEADINGS)
GENDER_OF = said(GENDERS)
CHANNEL_OF = said(CHANNELS)
MONTH_OF = said(MONTHS)
CATEGORY_OF = said({category: spellings for category, (_, spellings) in STAGES.items()})


@cache
def language_of() -> Mapping[str, Language]:
    return {key(spelling): tag for tag, spoken in languages().items() for spelling in (tag, spoken.name, *spoken.spellings)}


@cache
def country_of() -> Mapping[str, str]:
    """Spelling to ISO 3166-1 alpha-3, only where one country is meant without doubt."""
    return {key(spelling): code for code, country in countries().items() for spelling in (code, country.name, *country.spellings)}


@cache
def district_of() -> Mapping[str, str]:
    """Spelling without spaces to P-code; a district newer than the code list counts with the one it was cut from."""
    found: dict[str, set[str]] = {}
    names = [(spelling, code) for code, district in districts().items() for spelling in (code, district.name, *district.aliases)]
    names += [(row["spelling"], row["code"]) for row in load("district_spellings")["spellings"]]
    names += [(district.name, code) for district in newer_districts() for code in district.folds_into]
    for spelling, code in names:
        found.setdefault(squeezed(spelling), set()).add(code)
    return {spelling: codes.pop() for spelling, codes in found.items() if len(codes) == 1}


def squeezed(word: str) -> str:
    """`key` without spaces and without the word district: `D.I. Khan`, `DI Khan` and `Distt. D I Khan` are one place."""
    return re.sub(r"^(district|distt|dist|ضلع)|(district|distt)$", "", key(word).replace(" ", ""))
