"""What a person speaks, does for a living and is called: languages, occupations, spellings of names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from domain.reference.store import load
from domain.values import Language


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    tag: Language
    iso639_3: str
    name: str
    own_name: str
    spellings: tuple[str, ...]
    speakers_2023: int | None


@dataclass(frozen=True, slots=True)
class Occupation:
    """An ISCO-08 unit group."""

    isco08: str
    title: str


@cache
def languages() -> Mapping[Language, SpokenLanguage]:
    rows = load("languages")["languages"]
    spoken = (
        SpokenLanguage(Language(r["tag"]), r["iso639_3"], r["name"], r["own_name"], tuple(r["spellings"]), r["speakers_2023"]) for r in rows
    )
    return MappingProxyType({one.tag: one for one in spoken})


@cache
def occupations() -> Mapping[str, Occupation]:
    """By the four digits of the code."""
    return MappingProxyType({r["isco08"]: Occupation(r["isco08"], r["title"]) for r in load("occupations")["occupations"]})


@cache
def name_variants() -> tuple[frozenset[str], ...]:
    """Groups of spellings of one name: a help for matching, not a fact about a person (unverified)."""
    return tuple(frozenset(group) for group in load("names")["groups"])
