"""Which services fit what a counsellor looks for, the best first: a plain rule over plain data."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import chain

from rapidfuzz import fuzz

from domain import reference
from domain.clients import MigrationStage
from domain.partners.directory import Partner, PartnerKind, Service
from domain.values import Gender, Language


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. An empty field asks for nothing; what a service does not say counts for it, only less: unknown is not no."""

    need: str = ""
    area: str = ""
    """P-code of a district or a province."""
    gender: Gender | None = None
    age: int | None = None
    stage: MigrationStage | None = None
    language: Language | None = None
    with_room: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with what else is known of it: whose it is, how many of ours it has, until when an agreement is in force."""

    partner: Partner
    service: Service
    ours: int = 0
    agreement: bool = False
    agreement_to: date | None = None


class Near(IntEnum):
    """How a service's areas lie to the area asked for."""

    elsewhere = 0
    same_province = 1
    everywhere = 2
    """The service names no area: it serves the whole country."""
    here = 3


@dataclass(frozen=True, slots=True)
class Match:
    """`fits` is None where the service does not say for whom it is; `room` where its places are not known."""

    offer: Offer
    said: float
    near: Near | None
    fits: bool | None
    speaks: bool | None
    room: int | None


_ONE_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ہ": "ه", "ة": "ه"})
"""Keyboards of neighbouring languages write one letter in several ways."""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold().translate(_ONE_LETTER))


# Words that mean one need. Counsellors type the shortest of them, in the script of the page.
_SAME: tuple[frozenset[str], ...] = tuple(
    frozenset(_words(words))
    for words in (
        "shelter refuge aman darulaman پناہ پناه دارالامان",
        "legal lawyer law advice court قانونی قانوني وکیل وکيل",
        "trafficking smuggling agent fraud cheated fia انسانی سمگلنگ اسمگلنگ قاچاق",
        "psychosocial counselling trauma mental نفسیاتی رواني اروايي",
        "health medical doctor hospital علاج طبی صحت روغتیا",
        "reintegration business livelihood return بحالی بیاځای کاروبار",
        "child children minor بچہ بچے بچوں ماشوم ماشومان",
        "women woman gbv violence تشدد عورت خواتین ښځې ښځو تاوتریخوالی",
        "document documents cnic passport nadra identity شناختی کارڈ پاسپورٹ پېژندپاڼه پاسپورټ",
        "skills training test trade certificate ہنر تربیت مهارت روزنه",
        "work labour wages employer مزدور مزدوری اجرت کار مزد",
    )
)


def needs(*texts: str) -> str:
    """What these words ask for, as one of the words for each need; empty where they name none."""
    haystack = frozenset(chain.from_iterable(map(_words, texts)))
    return " ".join(min(words) for words in _SAME if any(_hears(word, haystack) for word in words))


def _same(word: str) -> frozenset[str]:
    return next((words for words in _SAME if word in words), frozenset()) | {word}


def _hears(word: str, haystack: frozenset[str]) -> bool:
    """The beginning of a word is enough, and one slip of the pen in a longer one."""
    return any(_means(word, one) for one in haystack)


def _means(word: str, one: str) -> bool:
    return one.startswith(word) or (len(word) > 4 and fuzz.ratio(word, one) >= 85)


def words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(chain.from_iterable(map(_words, texts)))


def meant(need: str, vocabulary: Iterable[str]) -> tuple[frozenset[str], ...]:
    """For each word asked for, the first twelve, those of a vocabulary that mean it: looked for once, however many texts have them."""
    known = tuple(vocabulary)
    asked = tuple(dict.fromkeys(_words(need)))[:12]
    return tuple(frozenset(one for one in known if any(_means(same, one) for same in _same(word))) for word in asked)


def heard(need: str, texts: Iterable[str]) -> float:
    """The share of the words asked for that stand in these texts, 1 where none was asked for."""
    asked = _words(need)
    if not asked:
        return 1.0
    haystack = words_of(texts)
    return sum(any(_hears(one, haystack) for one in _same(word)) for word in asked) / len(asked)


def of_itself(name: str, kind: PartnerKind, service: Service | None = None) -> tuple[str, ...]:
    """What a partner of this name, or one of its services, says of itself."""
    its = (service.name, service.offers, service.eligibility, service.city) if service else ()
    return (*its, name, kind.value.replace("_", " "))


def said(need: str, offer: Offer) -> float:
    """The share of the words asked for that the service says of itself, 1 where none was asked for."""
    return heard(need, of_itself(offer.partner.name, offer.partner.kind, offer.service))


def near(areas: tuple[str, ...], wanted: str) -> Near:
    if not areas:
        return Near.everywhere
    provinces = {code: code for code in reference.provinces()} | {code: one.province for code, one in reference.districts().items()}
    province = provinces.get(wanted, "")
    if wanted in areas or province in areas or (wanted == province and any(provinces.get(area) == wanted for area in areas)):
        return Near.here
    return Near.same_province if any(provinces.get(area) == province for area in areas) else Near.elsewhere


def fits(service: Service, wanted: Wanted) -> bool | None:
    """Whether the service is for such a person, as far as both sides say."""
    ages = range(service.age_from or 0, (service.age_to if service.age_to is not None else 150) + 1)
    gender = None if wanted.gender is Gender.undisclosed else wanted.gender
    asked = (
        (gender, service.genders, gender in service.genders),
        (wanted.age, service.age_from is not None or service.age_to is not None, wanted.age in ages),
        (wanted.stage, service.stages, wanted.stage in service.stages),
    )
    told = [its for about, says, its in asked if about is not None and says]
    if not all(told):
        return False
    return True if told else None


def room(service: Service, ours: int) -> int | None:
    """Places left: what the partner says is waiting may hold ours already, so the larger of the two is taken."""
    return None if service.capacity is None else max(0, service.capacity - max(ours, service.waiting or 0))


def _match(offer: Offer, wanted: Wanted) -> Match | None:
    its = offer.service
    match = Match(
        offer,
        said(wanted.need, offer),
        near(its.districts, wanted.area) if wanted.area else None,
        fits(its, wanted),
        None if wanted.language is None or not its.languages else wanted.language in its.languages,
        room(its, offer.ours),
    )
    apart = match.said == 0 or match.near is Near.elsewhere or match.fits is False or match.speaks is False
    return None if apart or (wanted.with_room and match.room == 0) else match


def _rank(match: Match) -> tuple[object, ...]:
    return (
        -match.said,
        match.fits is None,
        -(match.near or 0),
        match.room == 0,
        match.speaks is None,
        match.room is None,
        not match.offer.agreement,
        not match.offer.service.verified,
        match.offer.partner.name,
        match.offer.service.name,
    )


def search(offers: Iterable[Offer], wanted: Wanted) -> tuple[Match, ...]:
    """The services that may fit: what was asked for and fits first, then near, then with room, language, an agreement, checked facts."""
    found = (_match(offer, wanted) for offer in offers if offer.service.offered and offer.partner.active)
    return tuple(sorted((one for one in found if one is not None), key=_rank))
