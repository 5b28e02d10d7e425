"""What HSDS 3.0 asks of each object we publish, as a list of our own, so that the product's models are held to it too."""

from typing import Any
from uuid import UUID

REQUIRED: dict[str, set[str]] = {
    "service": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "schedule": {"id"},
    "service_area": {"id"},
    "language": {"id"},
    "required_document": {"id"},
    "attribute": {"id"},
    "service_at_location": {"id"},
    "location": {"id", "location_type"},
    "address": {"id", "address_1", "city", "state_province", "postal_code", "country", "address_type"},
    "taxonomy": {"id", "name", "description"},
    "taxonomy_term": {"id", "name", "description"},
}
KNOWN: dict[str, set[str]] = {
    "service": REQUIRED["service"]
    | {"organization_id", "description", "eligibility_description", "minimum_age", "maximum_age", "assured_date", "last_modified"}
    | {"schedules", "service_areas", "languages", "required_documents", "organization", "attributes", "service_at_locations"},
    "organization": REQUIRED["organization"] | {"attributes", "services", "locations"},
    "service_at_location": {"id", "service_id", "location_id", "location", "service"},
    "location": REQUIRED["location"] | {"organization_id", "addresses"},
    "address": REQUIRED["address"] | {"location_id", "region"},
    "schedule": {"id", "service_id", "timezone", "wkst", "freq", "interval", "byday", "opens_at", "closes_at", "notes"},
    "service_area": {"id", "service_id", "name", "description", "extent", "extent_type"},
    "language": {"id", "service_id", "name", "code"},
    "required_document": {"id", "service_id", "document"},
    "attribute": {"id", "link_id", "taxonomy_term_id", "link_type", "link_entity", "value", "taxonomy_term"},
    "taxonomy": {"id", "name", "description"},
    "taxonomy_term": {"id", "code", "name", "description", "taxonomy", "taxonomy_id", "language"},
}
ONE_OF = {
    ("service", "status"): {"active", "inactive", "defunct", "temporarily closed"},
    ("schedule", "freq"): {"WEEKLY", "MONTHLY"},
    ("schedule", "wkst"): {"MO", "TU", "WE", "TH", "FR", "SA", "SU"},
    ("location", "location_type"): {"physical", "postal", "virtual"},
    ("address", "address_type"): {"physical", "postal", "virtual"},
    ("service_area", "extent_type"): {"geojson", "topojson", "kml", "text"},
}
NUMBERS = {("service", "minimum_age"), ("service", "maximum_age"), ("schedule", "timezone"), ("schedule", "interval")}
PARTS = {
    "schedules": "schedule",
    "service_areas": "service_area",
    "languages": "language",
    "required_documents": "required_document",
    "attributes": "attribute",
    "services": "service",
    "service": "service",
    "service_at_locations": "service_at_location",
    "location": "location",
    "locations": "location",
    "addresses": "address",
    "organization": "organization",
    "taxonomy_term": "taxonomy_term",
}
PAGE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}


def faults(kind: str, told: dict[str, Any], at: str = "") -> list[str]:
    """What is wrong with one object, and with all that hangs on it."""
    where = f"{at}/{kind}"
    said = [f"{where} lacks {name}" for name in sorted(REQUIRED[kind] - told.keys())]
    said += [f"{where} has {name}, which the standard does not know" for name in sorted(told.keys() - KNOWN[kind])]
    for name, value in told.items():
        said += _of_field(kind, name, value, where)
    return said


TWO_LETTERS = {("address", "country")}
"""The codes of countries, ISO 3166-1."""
NOT_WITHIN = {("service_at_location", "service"): {"service_at_locations"}}
"""What the standard leaves out of an object where it hangs on another, or the two would hold each other."""


def _of_field(kind: str, name: str, value: Any, where: str) -> list[str]:
    if name in PARTS:
        parts = value if isinstance(value, list) else [value]
        within = [f"{where}.{name} has {one}" for part in parts for one in sorted(NOT_WITHIN.get((kind, name), set()) & part.keys())]
        return within + [fault for part in parts for fault in faults(PARTS[name], part, where)]
    if (kind, name) in NUMBERS:
        return [] if type(value) in (int, float) else [f"{where}.{name} is no number"]
    if not isinstance(value, str):
        return [f"{where}.{name} is no text"]
    if name == "id" or name.endswith("_id"):
        return [] if str(UUID(value)) == value else [f"{where}.{name} is no UUID"]
    no_country = (kind, name) in TWO_LETTERS and not (len(value) == 2 and value.isascii() and value.isupper())
    if no_country or value not in ONE_OF.get((kind, name), {value}):
        return [f"{where}.{name} is {value}"]
    return [] if value else [f"{where}.{name} is empty"]


def page_faults(told: dict[str, Any]) -> list[str]:
    said = [f"the page lacks {name}" for name in sorted(PAGE - told.keys())]
    if told["size"] != len(told["contents"]) or told["empty"] is not (told["contents"] == []):
        said.append("the page miscounts itself")
    return said
