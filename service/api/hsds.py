"""The directory for everybody: Open Referral HSDS 3.0, read-only, without sign-in. What is published, and why, is in docs/directory.md."""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, BeforeValidator, Field, model_validator
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.partners.published import Sheet, Sought
from domain.partners.search import heard
from domain.partners.terms import taxonomies, terms
from service.api import hsds_words as words
from service.api.bodies import hsds
from service.api.edge import acts
from service.api.lean import LeanRoute, Wanted
from service.api.problems import invalid, refused
from service.usecases.publication import Published

PROFILE = "https://docs.openreferral.org/en/latest/hsds/api_reference.html"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
KEPT = {"Cache-Control": "public, max-age=300"}
"""Five minutes: a directory is corrected seldom, and a correction must not be hidden for a day."""
LARGEST, LARGEST_MINIMAL = 100, 1000
T = TypeVar("T")
R = TypeVar("R")


class PublicRoute(LeanRoute):
    """Any site may read these answers, refusals too; an answer that is as the reader has it already is not sent again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def opened(request: Request) -> Response:
            try:
                found = await handler(request)
            except Refusal as refusal:
                found = refused(refusal)
            except RequestValidationError as error:
                found = invalid(error)
            if found.status_code == 200:
                found = _unless_known(found, request.headers.get("if-none-match", ""))
            found.headers.update(OPEN)
            return found

        return opened


def _unless_known(found: Response, known: str) -> Response:
    tag = f'"{sha256(found.body).hexdigest()[:32]}"'
    found.headers.update({**KEPT, "ETag": tag})
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    return Response(status_code=304, headers={**KEPT, "ETag": tag}) if tag in tags or "*" in tags else found


router = APIRouter(tags=["hsds"], route_class=PublicRoute)


def _day_is_midnight(value: object) -> object:
    """A day alone begins at midnight UTC; a time says its zone."""
    try:
        return datetime.combine(date.fromisoformat(str(value)), time(), UTC)
    except ValueError:
        return value


class PageQuery(Wanted):
    """What every list takes. Only JSON is spoken."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=LARGEST)] = 50
    search: Annotated[str, Field(max_length=200, description="Words that an entry says of itself, in English, Urdu or Pashto")] = ""
    format: Literal["json"] = "json"


class NarrowedQuery(PageQuery):
    """What narrows a list of services, or of the places where they are; all of it holds at once."""

    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    organization_id: UUID | None = None
    modified_after: Annotated[
        Annotated[datetime, Field(json_schema_extra={"format": "date-time"})] | None,
        BeforeValidator(_day_is_midnight),
        Field(description="Written at this moment or later; what was written before we kept the time is in every answer"),
    ] = None
    full: Annotated[bool, Field(description="With hours, areas, languages and papers")] = False

    @model_validator(mode="after")
    def _has_a_zone(self) -> Self:
        if self.modified_after and self.modified_after.tzinfo is None:
            raise ValueError("the time zone of modified_after is missing")
        return self

    def value(self) -> Sought:
        return Sought(self.search, self.taxonomy_term_id, self.taxonomy_id, self.organization_id, self.modified_after)


class ServiceQuery(NarrowedQuery):
    per_page: Annotated[int, Field(ge=1, le=LARGEST_MINIMAL, description="At most 100, and 1000 with `minimal`")] = 50
    minimal: Annotated[bool, Field(description="Only `id` and `last_modified`")] = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.minimal and self.full:
            raise ValueError("minimal and full exclude each other")
        if self.per_page > LARGEST and not self.minimal:
            raise ValueError("per_page is at most 100; 1000 with minimal")
        return self


class OrganizationQuery(PageQuery):
    full: Annotated[bool, Field(description="With what each of them offers")] = False
    full_service: Annotated[bool, Field(description="With all that is known of what each of them offers")] = False


class OneOrganizationQuery(Wanted):
    full_service: bool = False


class TermQuery(PageQuery):
    taxonomy_id: UUID | None = None
    top_only: Annotated[bool, Field(description="All of ours are: none has a parent")] = False
    parent_id: UUID | None = None


class PlaceQuery(NarrowedQuery):
    """`proximity` is not among them and is refused: the directory keeps no coordinates, so nothing is known to be near."""

    postcode: Annotated[str, Field(max_length=20, description="Of the address itself; five digits")] = ""

    def value(self) -> Sought:
        return replace(super().value(), postcode="".join(self.postcode.split()))


def _written(found: BaseModel) -> Response:
    return Response(found.model_dump_json(exclude_none=True), media_type="application/json")


def _page(found: Sheet[T], write: Callable[[T], R]) -> Response:
    return _written(
        hsds.Pagination[Any](
            total_items=found.total,
            total_pages=found.pages,
            page_number=found.number,
            size=len(found.items),
            first_page=found.number == 1,
            last_page=found.number >= found.pages,
            empty=not found.items,
            contents=[write(one) for one in found.items],
        )
    )


def _sheet(items: Iterable[T], q: PageQuery) -> Sheet[T]:
    every = tuple(items)
    return Sheet(every[(q.page - 1) * q.per_page : q.page * q.per_page], q.page, q.per_page, len(every))


def _published(request: Request) -> Published:
    found: Published = request.app.state.use.published
    return found


@router.get("/hsds", response_model=hsds.Root, include_in_schema=False, **acts(None))
@router.get("/hsds/", response_model=hsds.Root, **acts(None))
async def root(request: Request) -> Response:
    """Which standard this is, and where it is described."""
    here = f"{request.app.state.settings.public_url}/hsds/openapi.json"
    return _written(hsds.Root(version="3.0", profile=PROFILE, openapi_url=here))


@router.get("/hsds/openapi.json", include_in_schema=False, **acts(None))
async def description(request: Request) -> Response:
    """This part of the OpenAPI document."""
    its = get_openapi(title="MRC partner directory (HSDS 3.0)", version="3.0", openapi_version="3.1.0", routes=router.routes)
    return Response(orjson.dumps(its), media_type="application/json")


@router.get(
    "/hsds/services", response_model=hsds.Pagination[hsds.FullService | hsds.ServiceOfOrganization | hsds.MinimalService], **acts(None)
)
async def services(request: Request, q: Annotated[ServiceQuery, Query()]) -> Response:
    """What active partners offer, by name; where something is looked for, what says most of it first."""
    size = LARGEST_MINIMAL if q.minimal and "per_page" not in q.model_fields_set else q.per_page
    found = await _published(request).services(q.value(), q.page, size)
    if q.minimal:
        return _page(found, words.minimal)
    return _page(found, words.full) if q.full else _page(found, words.in_a_list)


@router.get("/hsds/services/{id}", response_model=hsds.FullService, **acts(None))
async def service(request: Request, id: UUID) -> Response:
    return _written(words.full(await _published(request).service(id)))


@router.get("/hsds/organizations", response_model=hsds.Pagination[hsds.FullOrganization | hsds.Organization], **acts(None))
async def organizations(request: Request, q: Annotated[OrganizationQuery, Query()]) -> Response:
    """The active partners, by name."""
    found = await _published(request).organisations(q.search, q.page, q.per_page)
    if q.full or q.full_service:
        return _page(found, lambda one: words.organization_with_services(*one, whole=q.full_service))
    return _page(found, lambda one: words.organization(one[0]))


@router.get("/hsds/organizations/{id}", response_model=hsds.FullOrganization, **acts(None))
async def organization(request: Request, id: UUID, q: Annotated[OneOrganizationQuery, Query()]) -> Response:
    its, offers = await _published(request).organisation(id)
    return _written(words.organization_with_services(its, offers, whole=q.full_service))


@router.get("/hsds/service_at_locations", response_model=hsds.Pagination[hsds.ServiceAtLocation], **acts(None))
async def service_at_locations(request: Request, q: Annotated[PlaceQuery, Query()]) -> Response:
    """Services at the addresses that everybody may read; one that has none is found by its `service_areas`."""
    found = await _published(request).placed(q.value(), q.page, q.per_page)
    return _page(found, lambda one: words.at_location(one, whole=q.full))


@router.get("/hsds/service_at_locations/{id}", response_model=hsds.ServiceAtLocation, **acts(None))
async def service_at_location(request: Request, id: UUID) -> Response:
    return _written(words.at_location(await _published(request).at(id), whole=True))


@router.get("/hsds/taxonomies", response_model=hsds.Pagination[hsds.Taxonomy], **acts(None))
async def all_taxonomies(q: Annotated[PageQuery, Query()]) -> Response:
    return _page(_sheet((one for one in taxonomies() if heard(q.search, (one.name, one.description))), q), words.taxonomy)


@router.get("/hsds/taxonomies/{id}", response_model=hsds.Taxonomy, **acts(None))
async def one_taxonomy(id: UUID) -> Response:
    return _written(words.taxonomy(_known(next((one for one in taxonomies() if one.id == id), None))))


@router.get("/hsds/taxonomy_terms", response_model=hsds.Pagination[hsds.TaxonomyTerm], **acts(None))
async def taxonomy_terms(q: Annotated[TermQuery, Query()]) -> Response:
    """The terms that attributes name."""
    fitting = (one for one in terms().values() if q.taxonomy_id in (None, one.taxonomy.id) and q.parent_id is None)
    return _page(_sheet((one for one in fitting if heard(q.search, (one.name, one.description))), q), words.term)


@router.get("/hsds/taxonomy_terms/{id}", response_model=hsds.TaxonomyTerm, **acts(None))
async def taxonomy_term(id: UUID) -> Response:
    return _written(words.term(_known(next((one for one in terms().values() if one.id == id), None))))


def _known(found: T | None) -> T:
    """Raises NotFound."""
    if found is None:
        raise NotFound()
    return found


@router.options("/hsds/{rest:path}", include_in_schema=False, **acts(None))
async def preflight(rest: str) -> Response:
    """What a browser asks before it lets a page of another site ask with If-None-Match."""
    allowed = {"Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "If-None-Match", "Access-Control-Max-Age": "86400"}
    return Response(status_code=204, headers={**allowed, **OPEN})
