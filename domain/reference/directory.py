"""Partners, services, helplines and legal notes as a new centre finds them before anyone has edited anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from domain.reference.store import Mark, load


@dataclass(frozen=True, slots=True)
class PartnerSeed:
    code: str
    name: str
    kind: str
    scope: str
    typical_referral: str
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
            r["code"]: PartnerSeed(r["code"], r["name"], r["kind"], r["scope"], r["typical_referral"], Mark.of(r, file))
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
