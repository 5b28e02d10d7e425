"""The words by which the published directory classifies: which sort of body, for whom a service is, whether an entry was checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.clients import MigrationStage
from domain.partners.directory import PartnerKind, Service
from domain.values import Gender


def derived(*parts: object) -> UUID:
    """An id for what has no row of its own: the same parts give the same id, on every day and in every house."""
    return uuid5(NAMESPACE_URL, "/".join(("urn:mrc-casework:hsds", *map(str, parts))))


@dataclass(frozen=True, slots=True)
class Taxonomy:
    id: UUID
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Term:
    id: UUID
    code: str
    name: str
    description: str
    taxonomy: Taxonomy


class Standing(StrEnum):
    """Whether what is written was checked at its source."""

    checked = "checked"
    unchecked = "unchecked"


_WORDS: dict[str, tuple[str, dict[StrEnum, tuple[str, str]]]] = {
    "Sort of body": (
        "Which sort of body an organisation is.",
        {
            PartnerKind.law_enforcement: ("Law enforcement", "Police and investigating agencies."),
            PartnerKind.government: ("Government", "A department, a bureau or an office of the state."),
            PartnerKind.nhri: ("Human-rights institution", "A national or provincial human-rights or women's commission."),
            PartnerKind.un: ("United Nations", "An agency of the United Nations."),
            PartnerKind.ngo: ("Non-governmental organisation", "An organisation of civil society."),
            PartnerKind.helpline: ("Helpline", "Help by telephone."),
            PartnerKind.training: ("Training institute", "Teaches or tests skills."),
            PartnerKind.committee: ("Committee", "Brings several bodies together."),
            PartnerKind.other: ("Other body", "Another sort of body."),
        },
    ),
    "For whom": (
        "The gender of those a service is for. Without such a term it says nothing about it.",
        {
            Gender.female: ("Women and girls", "For women and girls."),
            Gender.male: ("Men and boys", "For men and boys."),
            Gender.transgender: ("Transgender people", "For transgender people."),
        },
    ),
    "Stage of migration": (
        "The stage of migration of those a service is for. Without such a term it says nothing about it.",
        {
            MigrationStage.prospective: ("Prospective migrants", "People who think of going."),
            MigrationStage.departing: ("Departing migrants", "People with a job or a visa in hand."),
            MigrationStage.abroad: ("Migrants abroad", "People who are abroad at present."),
            MigrationStage.returnee: ("Returnees", "People who came back."),
        },
    ),
    "Standing of an entry": (
        "Whether what stands here was checked at its source. The value of the attribute names the source.",
        {
            Standing.checked: ("Checked", "Checked at the source that is named."),
            Standing.unchecked: ("Not checked", "Taken from the source that is named and not checked yet: ask before relying on it."),
        },
    ),
}


@cache
def terms() -> Mapping[StrEnum, Term]:
    """Every term, by our own word for it."""
    found: dict[StrEnum, Term] = {}
    for name, (description, words) in _WORDS.items():
        taxonomy = Taxonomy(derived("taxonomy", name), name, description)
        for word, (title, says) in words.items():
            found[word] = Term(derived("term", name, word.value), word.value, title, says, taxonomy)
    return MappingProxyType(found)


@cache
def taxonomies() -> tuple[Taxonomy, ...]:
    return tuple(dict.fromkeys(term.taxonomy for term in terms().values()))


def standing(verified: bool) -> Term:
    return terms()[Standing.checked if verified else Standing.unchecked]


def audience(service: Service) -> tuple[Term, ...]:
    """Whom it is for, as far as it says so in codes."""
    words: Iterable[StrEnum] = (*service.genders, *service.stages)
    return tuple(terms()[word] for word in words if word in terms())


def sort_of_body(kind: PartnerKind) -> Term:
    return terms()[kind]
