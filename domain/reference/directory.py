"""Partners, services, helplines and legal notes as a new centre finds them before anyone has edited anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Self

from domain.reference.store import Mark, load


@dataclass(frozen=True, slots=True)
class Serves:
    """For whom and where, in codes, as far as the row's own source says it. Empty says nothing."""

    areas: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    age_to: int | None = None
    stages: tuple[str, ...] = ()
    always_open: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        words = {name: tuple(row.get(name, ())) for name in ("areas", "genders", "stages")}
        return cls(**words, age_to=row.get("age_to"), always_open=bool(row.get("always_open")))


@dataclass(frozen=True, slots=True)
class PartnerSeed:
    code: str
    name: str
    kind: str
    scope: str
    typical_referral: str
    serves: Serves
    mark: Mark


@dataclass(frozen=True, slots=True)
class ServiceSeed:
    """What a centre offers."""

    code: str
    name: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Helpline:
    """`number` as it is dialled, None where no source gave it; `e164` where one exists (short codes have none)."""

    number: str | None
    name: str
    e164: str | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class LegalNote:
    """A note for the counsellor; `penalty` only where a source gave it."""

    code: str
    law: str | None
    section: str | None
    text: str
    penalty: str | None
    mark: Mark


@cache
def partners() -> Mapping[str, PartnerSeed]:
    file = load("partners")
    return MappingProxyType(
        {
            r["code"]: PartnerSeed(
                r["code"], r["name"], r["kind"], r["scope"], r["typical_referral"], Serves.of(r.get("serves", {})), Mark.of(r, file)
            )
            for r in file["partners"]
        }
    )


@cache
def services() -> Mapping[str, ServiceSeed]:
    file = load("services")
    return MappingProxyType({r["code"]: ServiceSeed(r["code"], r["name"], Mark.of(r, file)) for r in file["services"]})


@cache
def helplines() -> tuple[Helpline, ...]:
    file = load("helplines")
    return tuple(Helpline(r["number"], r["name"], r["e164"], Mark.of(r, file)) for r in file["helplines"])


@cache
def legal_notes() -> Mapping[str, LegalNote]:
    file = load("legal_notes")
    return MappingProxyType(
        {r["code"]: LegalNote(r["code"], r["law"], r["section"], r["text"], r["penalty"], Mark.of(r, file)) for r in file["notes"]}
    )
