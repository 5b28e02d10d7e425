"""The directory as everybody may read it: active partners and what they offer, and nothing that is between them and us."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from domain.errors import NotFound
from domain.partners import terms
from domain.partners.directory import PartnerKind, Service
from domain.partners.places import Address
from domain.partners.search import meant, of_itself, words_of
from domain.partners.terms import Term
from domain.values import PartnerId

T = TypeVar("T")
State = tuple[int, ...]
"""How many rows there are and how often they were written: equal while nothing changed, larger ever after."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A partner without what is between it and us: no key, credential, adapter, address for notices or agreement."""

    id: PartnerId
    name: str
    kind: PartnerKind
    verified: bool
    source: str

    def terms(self) -> tuple[Term, ...]:
        return terms.sort_of_body(self.kind), terms.standing(self.verified)


@dataclass(frozen=True, slots=True)
class Listed:
    """A service with whose it is."""

    service: Service
    organisation: Organisation

    def terms(self) -> tuple[Term, ...]:
        return *terms.audience(self.service), terms.standing(self.service.verified)

    @property
    def place(self) -> "Place | None":
        """Only from its open address; the hidden one is not read here."""
        its, address = self.service, self.service.address
        return Place.of(its, address) if address else None


@dataclass(frozen=True, slots=True)
class Place:
    """A service at its open address. Services of one partner at one address share the `location`; `id` is that of the two together."""

    id: UUID
    location: UUID
    address: Address

    @classmethod
    def of(cls, its: Service, address: Address) -> "Place":
        parts = (address.street, address.city, address.postcode, address.province, address.district)
        location = terms.derived(its.partner_id, "location", *parts)
        return cls(terms.derived(its.id, "place", location), location, address)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; what is empty asks for nothing. `modified_after` leaves in what has no time: unknown is not unchanged."""

    search: str = ""
    term: UUID | None = None
    taxonomy: UUID | None = None
    organisation: UUID | None = None
    modified_after: datetime | None = None
    postcode: str = ""
    """Of the open address; what has none is left out."""


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """One page, counted from 1, of `total` items at `size` each."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.size)


def sheet(items: Sequence[T], number: int, size: int) -> Sheet[T]:
    return Sheet(tuple(items[(number - 1) * size : number * size]), number, size, len(items))


@dataclass(frozen=True)
class Publication:
    """The whole directory at one moment, by name. It is some hundreds of rows, so it is read whole."""

    organisations: tuple[Organisation, ...]
    listed: tuple[Listed, ...]

    @classmethod
    def of(cls, organisations: Iterable[Organisation], services: Iterable[Service]) -> "Publication":
        by_id = {one.id: one for one in sorted(organisations, key=lambda one: (one.name, str(one.id)))}
        offered = (Listed(its, by_id[its.partner_id]) for its in services if its.offered and its.partner_id in by_id)
        return cls(tuple(by_id.values()), tuple(sorted(offered, key=lambda one: (one.service.name, str(one.service.id)))))

    @cached_property
    def _services(self) -> Mapping[UUID, Listed]:
        return {one.service.id: one for one in self.listed}

    @cached_property
    def _by_id(self) -> Mapping[UUID, Organisation]:
        return {one.id: one for one in self.organisations}

    @cached_property
    def _offered_by(self) -> Mapping[UUID, list[Listed]]:
        found: dict[UUID, list[Listed]] = {}
        for one in self.listed:
            found.setdefault(one.organisation.id, []).append(one)
        return found

    def service(self, id: UUID) -> Listed:
        """Raises NotFound."""
        return _known(self._services.get(id))

    def organisation(self, id: UUID) -> Organisation:
        """Raises NotFound."""
        return _known(self._by_id.get(id))

    def offered_by(self, id: UUID) -> tuple[Listed, ...]:
        return tuple(self._offered_by.get(id, ()))

    def services(self, sought: Sought) -> Sequence[Listed]:
        """Those that fit, by how much of what was looked for they say, then by name."""
        fitting = [one for one in self.listed if _fits(one, sought)]
        return self._ranked(fitting, sought.search, lambda one: self._said[one.service.id])

    def placed(self, sought: Sought) -> Sequence[Listed]:
        """Those of `services` that have an open address."""
        return [one for one in self.services(sought) if one.place is not None]

    @cached_property
    def _placed(self) -> Mapping[UUID, Listed]:
        return {one.place.id: one for one in self.listed if one.place is not None}

    def at(self, id: UUID) -> Listed:
        """A service by the id of its place. Raises NotFound."""
        return _known(self._placed.get(id))

    def found(self, search: str) -> Sequence[Organisation]:
        return self._ranked(self.organisations, search, lambda one: self._said[one.id])

    @cached_property
    def _said(self) -> Mapping[UUID, frozenset[str]]:
        """The words of each entry, by its id."""
        its: dict[UUID, frozenset[str]] = {one.id: words_of(of_itself(one.name, one.kind)) for one in self.organisations}
        services = ((one.service, one.organisation) for one in self.listed)
        return its | {service.id: words_of(of_itself(whose.name, whose.kind, service)) for service, whose in services}

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset().union(*self._said.values())

    def _ranked(self, items: Sequence[T], search: str, says: Callable[[T], frozenset[str]]) -> Sequence[T]:
        """By how many of the words asked for each of them says; without those that say none."""
        asked = meant(search, self._vocabulary)
        if not asked:
            return items
        told = ((sum(not words.isdisjoint(says(one)) for words in asked), one) for one in items)
        return [one for share, one in sorted((pair for pair in told if pair[0]), key=lambda pair: -pair[0])]


def _known(found: T | None) -> T:
    if found is None:
        raise NotFound()
    return found


def _fits(one: Listed, sought: Sought) -> bool:
    if sought.organisation is not None and one.organisation.id != sought.organisation:
        return False
    if sought.modified_after and one.service.changed_at and one.service.changed_at < sought.modified_after:
        return False
    if sought.postcode and one.service.postcode != sought.postcode:
        return False
    if sought.term is None and sought.taxonomy is None:
        return True
    its = (*one.terms(), *one.organisation.terms())
    term = sought.term is None or any(term.id == sought.term for term in its)
    return term and (sought.taxonomy is None or any(term.taxonomy.id == sought.taxonomy for term in its))


class PublicationViews(Protocol):
    async def state(self) -> State: ...

    async def read(self) -> Publication:
        """Only what may be shown to everybody is asked of the database."""
        ...
