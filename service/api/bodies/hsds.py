"""The objects of Open Referral HSDS 3.0 that we publish, written from the standard's names: what it requires is required here, what it
counts up is counted up, and nothing else passes.

The standard: https://github.com/openreferral/specification (CC BY-SA; referred to, not copied).
"""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d\+05:00$")]
_DAY = "(MO|TU|WE|TH|FR|SA|SU)"


class Published(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Root(Published):
    version: Literal["3.0"]
    profile: str
    openapi_url: str


class Pagination(Published, Generic[T]):
    """The standard's page. `size` is how many items this page holds."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[T]


class Taxonomy(Published):
    id: UUID
    name: str
    description: str


class TaxonomyTerm(Published):
    id: UUID
    code: str
    name: str
    description: str
    taxonomy: str
    language: Literal["en"] = "en"
    taxonomy_id: UUID


class Attribute(Published):
    """`link_type` says what the term is about; the value of an `assurance` is its source."""

    id: UUID
    link_id: UUID
    taxonomy_term_id: UUID
    link_type: Literal["organization_type", "eligibility", "assurance"]
    link_entity: Literal["organization", "service"]
    value: str | None = None
    taxonomy_term: TaxonomyTerm


class Schedule(Published):
    """One stretch of the days it holds on, by the clock of Pakistan (UTC+5, no summer time)."""

    id: UUID
    service_id: UUID
    freq: Literal["WEEKLY"] = "WEEKLY"
    interval: Literal[1] = 1
    wkst: Literal["MO"] = "MO"
    byday: Annotated[str, Field(pattern=f"^{_DAY}(,{_DAY})*$")]
    timezone: Literal[5] = 5
    opens_at: Hours
    closes_at: Hours
    notes: str | None = None


class ServiceArea(Published):
    id: UUID
    service_id: UUID
    name: str
    description: str
    extent: str
    extent_type: Literal["text"] = "text"


class SpokenIn(Published):
    id: UUID
    service_id: UUID
    name: str
    code: Annotated[str, Field(pattern="^[a-z]{2,3}$")]


class RequiredDocument(Published):
    id: UUID
    service_id: UUID
    document: str


class Address(Published):
    """One that its partner lets everybody read; that of a shelter is not among them."""

    id: UUID
    location_id: UUID
    address_1: str
    city: str
    region: str | None = None
    state_province: str
    postal_code: Annotated[str, Field(pattern="^[0-9]{5}$")]
    country: Literal["PK"] = "PK"
    address_type: Literal["physical"] = "physical"


class Location(Published):
    id: UUID
    location_type: Literal["physical"] = "physical"
    organization_id: UUID
    addresses: list[Address]


class PlaceOfService(Published):
    """Within its service, which it names and does not repeat."""

    id: UUID
    service_id: UUID
    location_id: UUID
    location: Location


class Organization(Published):
    id: UUID
    name: str
    description: str
    attributes: list[Attribute]


class Service(Published):
    """In a list: what it has one of, with its standing, so that no entry is read without it."""

    id: UUID
    organization_id: UUID
    name: str
    description: str | None = None
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    eligibility_description: str | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_date: date | None = None
    last_modified: datetime | None = None
    attributes: list[Attribute]


class ServiceOfOrganization(Service):
    """In a list, with whose it is."""

    organization: Organization


class ServiceInFull(ServiceOfOrganization):
    """All but where it is: as it stands within its place."""

    schedules: list[Schedule]
    service_areas: list[ServiceArea]
    languages: list[SpokenIn]
    required_documents: list[RequiredDocument]


class FullService(ServiceInFull):
    service_at_locations: list[PlaceOfService]


class MinimalService(Published):
    id: UUID
    last_modified: datetime | None = None


class ServiceReference(Published):
    id: UUID
    name: str
    status: Literal["active"]


class FullOrganization(Organization):
    locations: list[Location]
    services: list[FullService] | list[Service] | list[ServiceReference]


class ServiceAtLocation(PlaceOfService):
    service: ServiceInFull | ServiceOfOrganization
