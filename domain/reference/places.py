"""Provinces, districts and countries under the codes that leave the house: P-codes and ISO 3166-1."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from domain.reference.store import Mark, load


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str
    iso_3166_2: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """A district of the P-code list; `division` is None where no source named it."""

    code: str
    name: str
    province: str
    division: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewerDistrict:
    """Created after the code list: no P-code of its own, reported under the districts it was cut from (one, seldom two)."""

    name: str
    province: str
    folds_into: tuple[str, ...]
    reported_since: str | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Country:
    """`spellings` are only such as name this country without doubt (Dubai is in it, Gulf is not)."""

    iso3: str
    name: str
    spellings: tuple[str, ...]


@cache
def provinces() -> Mapping[str, Province]:
    rows = load("districts")["provinces"]
    return MappingProxyType({r["code"]: Province(r["code"], r["name"], r["iso_3166_2"], tuple(r["aliases"])) for r in rows})


@cache
def districts() -> Mapping[str, District]:
    """By P-code."""
    rows = load("districts")["districts"]
    return MappingProxyType({r["code"]: District(r["code"], r["name"], r["province"], r["division"], tuple(r["aliases"])) for r in rows})


@cache
def newer_districts() -> tuple[NewerDistrict, ...]:
    file = load("districts")
    return tuple(
        NewerDistrict(r["name"], r["province"], tuple(r["folds_into"]), r["reported_since"], Mark.of(r, file)) for r in file["newer"]
    )


@cache
def countries() -> Mapping[str, Country]:
    """By ISO 3166-1 alpha-3."""
    rows = load("countries")["countries"]
    return MappingProxyType({r["iso3"]: Country(r["iso3"], r["name"], tuple(r["spellings"])) for r in rows})
