"""Our directory in the words of HSDS 3.0.

Decisions. *Mark and source*: HSDS has a date and a mailbox for who vouches and none for whether anything was checked, so each entry
carries an attribute of the type `assurance`: its term is checked or not checked, its value the source; `assured_date` is the day
somebody last asked the partner, `assurer_email` stays away (a mailbox). *Ids*: rows keep theirs; parts that have no row get one derived
from the row's and what they say. *Areas*: P-codes as `extent` of the type `text`; a service that names no area has no area, which is
not the whole country. *Places*: from the open address alone, in lists too, since a place without one says nothing; `region` is the
district, `state_province` the province by its name; services of one partner at one address share a location. *Hours*: days with the
same hours are one weekly rule; the end of the day is written 23:59, since 24:00 is no time here. *Not published*: capacity and waiting
(a part of 3.1), history (`metadata`), coordinates (we keep none), hidden addresses, contacts (we keep none that is public).
"""

from collections.abc import Sequence
from typing import Any, Literal

from domain import reference
from domain.errors import NotFound
from domain.partners import directory
from domain.partners.hours import DAYS, ENDS, Opening
from domain.partners.published import Listed, Organisation, Place
from domain.partners.terms import Taxonomy as OurTaxonomy
from domain.partners.terms import Term, audience, derived, sort_of_body, standing
from domain.values import Language, PartnerId
from service.api.bodies.hsds import (
    Address,
    Attribute,
    FullOrganization,
    FullService,
    Location,
    MinimalService,
    Organization,
    PlaceOfService,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceInFull,
    ServiceOfOrganization,
    ServiceReference,
    SpokenIn,
    Taxonomy,
    TaxonomyTerm,
)

LinkType = Literal["organization_type", "eligibility", "assurance"]
Entity = Literal["organization", "service"]
_BYDAY = {day: day.value[:2].upper() for day in DAYS}
_MIDNIGHT = "23:59"


def taxonomy(its: OurTaxonomy) -> Taxonomy:
    return Taxonomy(id=its.id, name=its.name, description=its.description)


def term(its: Term) -> TaxonomyTerm:
    return TaxonomyTerm(
        id=its.id, code=its.code, name=its.name, description=its.description, taxonomy=its.taxonomy.name, taxonomy_id=its.taxonomy.id
    )


def organization(its: Organisation) -> Organization:
    """The standard wants a sentence on each; ours says which sort of body it is, which is all we keep."""
    sort = sort_of_body(its.kind)
    attributes = [_attribute(its, "organization", "organization_type", sort), _assurance(its, "organization")]
    return Organization(id=its.id, name=its.name, description=sort.description, attributes=attributes)


def organization_with_services(its: Organisation, offers: Sequence[Listed], *, whole: bool) -> FullOrganization:
    services = [full(one) for one in offers] if whole else [_reference(one.service) for one in offers]
    places = {place.location: location(its.id, place) for one in offers if (place := one.place)}
    return FullOrganization(**dict(organization(its)), locations=list(places.values()), services=services)


def _reference(its: directory.Service) -> ServiceReference:
    return ServiceReference(id=its.id, name=its.name, status="active")


def minimal(listed: Listed) -> MinimalService:
    return MinimalService(id=listed.service.id, last_modified=listed.service.changed_at)


def _service(its: directory.Service) -> Service:
    for_whom = audience(its)
    return Service(
        id=its.id,
        organization_id=its.partner_id,
        name=its.name,
        description=its.offers or None,
        status="active",
        eligibility_description=its.eligibility or " ".join(one.description for one in for_whom) or None,
        minimum_age=its.age_from,
        maximum_age=its.age_to,
        assured_date=its.confirmed_on,
        last_modified=its.changed_at,
        attributes=[*(_attribute(its, "service", "eligibility", one) for one in for_whom), _assurance(its, "service")],
    )


def in_a_list(listed: Listed) -> ServiceOfOrganization:
    return ServiceOfOrganization(**dict(_service(listed.service)), organization=organization(listed.organisation))


def full(listed: Listed) -> FullService:
    place = listed.place
    places = [PlaceOfService(**_joined(listed, place))] if place else []
    return FullService(**dict(in_full(listed)), service_at_locations=places)


def at_location(listed: Listed, *, whole: bool) -> ServiceAtLocation:
    """Raises NotFound for a service that has no open address."""
    if listed.place is None:
        raise NotFound()
    return ServiceAtLocation(**_joined(listed, listed.place), service=in_full(listed) if whole else in_a_list(listed))


def _joined(listed: Listed, place: Place) -> dict[str, Any]:
    its = {"id": place.id, "service_id": listed.service.id, "location_id": place.location}
    return {**its, "location": location(listed.organisation.id, place)}


def location(whose: PartnerId, place: Place) -> Location:
    its, districts = place.address, reference.districts()
    address = Address(
        id=derived(place.location, "address"),
        location_id=place.location,
        address_1=its.street,
        city=its.city,
        region=districts[its.district].name if its.district else None,
        state_province=reference.provinces()[its.province].name,
        postal_code=its.postcode,
    )
    return Location(id=place.location, organization_id=whose, addresses=[address])


def in_full(listed: Listed) -> ServiceInFull:
    its = listed.service
    return ServiceInFull(
        **dict(in_a_list(listed)),
        schedules=_schedules(its),
        service_areas=[_area(its, code) for code in its.districts],
        languages=[_spoken(its, one) for one in its.languages],
        required_documents=[
            RequiredDocument(id=derived(its.id, "document", one), service_id=its.id, document=one) for one in dict.fromkeys(its.documents)
        ],
    )


def _attribute(of: directory.Service | Organisation, entity: Entity, kind: LinkType, its: Term, value: str | None = None) -> Attribute:
    id = derived(of.id, kind, its.id)
    return Attribute(
        id=id, link_id=of.id, link_entity=entity, link_type=kind, taxonomy_term_id=its.id, taxonomy_term=term(its), value=value
    )


def _assurance(of: directory.Service | Organisation, entity: Entity) -> Attribute:
    return _attribute(of, entity, "assurance", standing(of.verified), of.source or None)


def _schedules(its: directory.Service) -> list[Schedule]:
    stretches: dict[tuple[str, str], list[Opening]] = {}
    for one in sorted(its.hours, key=lambda one: (one.opens, one.closes, DAYS.index(one.day))):
        stretches.setdefault((one.opens, one.closes), []).append(one)
    return [
        _schedule(its, opens, closes, list(dict.fromkeys(_BYDAY[one.day] for one in days))) for (opens, closes), days in stretches.items()
    ]


def _schedule(its: directory.Service, opens: str, closes: str, days: list[str]) -> Schedule:
    to_the_end = closes == ENDS
    return Schedule(
        id=derived(its.id, "hours", opens, closes),
        service_id=its.id,
        byday=",".join(days),
        opens_at=f"{opens}+05:00",
        closes_at=f"{_MIDNIGHT if to_the_end else closes}+05:00",
        notes="Open to the end of the day." if to_the_end else None,
    )


def _area(its: directory.Service, code: str) -> ServiceArea:
    district, provinces = reference.districts().get(code), reference.provinces()
    name, province = (district.name, provinces[district.province].name) if district else (provinces[code].name, "")
    says = f"District of {province}, P-code {code}" if province else f"Province or territory of Pakistan, P-code {code}"
    return ServiceArea(id=derived(its.id, "area", code), service_id=its.id, name=name, description=says, extent=code)


def _spoken(its: directory.Service, language: Language) -> SpokenIn:
    return SpokenIn(
        id=derived(its.id, "language", language), service_id=its.id, name=reference.languages()[language].name, code=language.value
    )
