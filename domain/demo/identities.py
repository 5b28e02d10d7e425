"""Names in both scripts, numbers, origin: who a made-up client says they are."""

from collections import defaultdict
from datetime import date
from functools import cache

from domain import reference
from domain.clients import MigrationStage, Names, Particulars, SafeContact
from domain.demo.dice import Dice, Weighted, between, chance, pick
from domain.reference import load
from domain.values import Birth, Cnic, Gender, Language, Phone

NameTable = tuple[tuple[str, str], ...]

# The province that opens a number issued there. Two provinces have none that is known for sure: their people carry a neighbour's.
_OPENS = {"PK1": "3", "PK2": "5", "PK3": "7", "PK4": "6", "PK5": "1", "PK6": "3", "PK7": "4"}
_OTHER = Weighted({"PK3": 1.0, "PK4": 2.0})
# A centre sees mostly its own province; the rest come from all over.
_OWN_PROVINCE = {"LHE": ("PK6", 0.92), "PEW": ("PK5", 0.85), "ISB": ("PK6", 0.4)}
_LANGUAGES = {
    "PK1": (Language.urdu, Language.hindko),
    "PK2": (Language.balochi, Language.urdu),
    "PK5": (Language.pashto, Language.urdu),
    "PK6": (Language.punjabi, Language.urdu),
    "PK7": (Language.sindhi, Language.urdu),
}
_STAGES = {
    "prospective": MigrationStage.prospective,
    "outgoing": MigrationStage.departing,
    "returnee": MigrationStage.returnee,
    "family": MigrationStage.abroad,
}
_SAFE_NOTES = ("Evenings only.", "Ask for the brother first.", "Messages are read by others; ring instead.", "صرف شام کو فون کریں۔")


@cache
def _table(name: str) -> NameTable:
    return tuple((latin, urdu) for latin, urdu in load("demo_names")[name])


@cache
def _weights() -> tuple[Weighted[str], Weighted[str], Weighted[MigrationStage], float]:
    """Provinces, districts of Punjab, stages, and the share of women."""
    given = load("demo_distributions")
    guesses = given["assumptions"]
    stages = Weighted((_STAGES[code], weight) for code, weight in guesses["client_category"].items())
    return (
        Weighted(given["origin_provinces"]["weights"]),
        Weighted(given["top_districts"]["weights"]),
        stages,
        guesses["female_share_counselling"],
    )


@cache
def _districts() -> dict[str, list[str]]:
    by_province: dict[str, list[str]] = defaultdict(list)
    for code, district in sorted(reference.districts().items()):
        by_province[district.province].append(code)
    return by_province


def origin(dice: Dice, centre: str) -> tuple[str, str]:
    """Province and district."""
    provinces, of_punjab, _, _ = _weights()
    own, share = _OWN_PROVINCE.get(centre, ("PK6", 0.0))
    province = own if chance(dice, share) else provinces.pick(dice)
    if province == "OTHER":
        province = _OTHER.pick(dice)
    if province == "PK6" and chance(dice, 0.35):
        return province, of_punjab.pick(dice)
    return province, pick(dice, _districts()[province])


def gender(dice: Dice) -> Gender:
    rest = dice.random()
    if rest < 0.01:
        return Gender.transgender if rest < 0.006 else Gender.undisclosed
    return Gender.female if chance(dice, _weights()[3]) else Gender.male


def stage(dice: Dice) -> MigrationStage:
    return _weights()[2].pick(dice)


def names(dice: Dice, its: Gender) -> Names:
    woman = its is Gender.female or (its is not Gender.male and chance(dice, 0.5))
    first = pick(dice, _table("female" if woman else "male"))
    second = pick(dice, _table("second_female" if woman else "second_male"))
    parts = [first, second]
    if not woman and chance(dice, 0.3):
        parts = [_many(), first] if chance(dice, 0.5) else [_many(), first, second]
    return Names(" ".join(latin for latin, _ in parts), " ".join(urdu for _, urdu in parts))


def _many() -> tuple[str, str]:
    latin, urdu = load("demo_names")["first_of_many"]
    return latin, urdu


def particulars(dice: Dice, its: Gender, province: str, birth: Birth | None) -> Particulars:
    return Particulars(
        father_or_husband_name=f"{pick(dice, _table('male'))[0]} {pick(dice, _table('second_male'))[0]}",
        birth=birth,
        cnic=_cnic(dice, its, province) if chance(dice, 0.96) else None,
        phones=_phones(dice),
        languages=_LANGUAGES.get(province, (Language.urdu,)),
        safe_contact=SafeContact(never=chance(dice, 0.2), note=pick(dice, _SAFE_NOTES)) if chance(dice, 0.08) else SafeContact(),
    )


def _cnic(dice: Dice, its: Gender, province: str) -> Cnic:
    """Odd for men, even for women, never 0."""
    last = between(dice, 1, 4) * 2 if its is Gender.female else between(dice, 0, 4) * 2 + 1
    return Cnic(f"{_OPENS[province]}{between(dice, 0, 9999):04d}{between(dice, 0, 9_999_999):07d}{last}")


def _phones(dice: Dice) -> tuple[Phone, ...]:
    """Of a range (039…) that no network of Pakistan has: nobody is rung by a demonstration."""
    count = 2 if chance(dice, 0.2) else 1
    return tuple(Phone(f"+9239{between(dice, 0, 99_999_999):08d}", safe=chance(dice, 0.7)) for _ in range(count))


def birth(dice: Dice, registered: date) -> Birth:
    """Most are young; one in forty is a child. Half know the day."""
    age = between(dice, 14, 17) if chance(dice, 0.025) else 18 + int(dice.random() * dice.random() * 45)
    year = registered.year - age - 1
    if chance(dice, 0.5):
        return Birth(year)
    return Birth.on(date(year, between(dice, 1, 12), between(dice, 1, 28)))
