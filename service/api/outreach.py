"""Outreach sessions, and the people who sign up at them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field, StrictBool, StrictInt
from starlette.responses import Response

from domain.contacts import ContactView, Said
from domain.errors import Invalid
from domain.identity import Act
from domain.outreach import OutreachKind, OutreachView, Plan
from domain.values import Language, OutreachId, Phone, StaffId
from service.api.bodies import Body, Day, Line, Needed, Prose, centre
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted

router = APIRouter(tags=["outreach"], route_class=LeanRoute)
BASE = "/api/v1/outreach/sessions"

District = Annotated[str, Field(max_length=20, description="P-code")]
Begins = Annotated[str, Field(max_length=5, description="Time of day in Pakistan, `14:30`; empty when it is not known")]
Count = Annotated[StrictInt, Field(ge=0, le=100_000)]
NEVER_EMPTY = ("title", "kind", "day", "begins", "place", "note", "held_by")


class OutreachBody(Body):
    """`held_by` is the asker unless a colleague of the centre is named."""

    title: Needed
    kind: OutreachKind
    day: Day
    begins: Begins = ""
    place: Line = ""
    district: District | None = None
    language: Language | None = None
    note: Line = ""
    held_by: UUID | None = None
    centre: Annotated[str, Field(min_length=3, max_length=3)] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Safe and legal ways to work abroad",
                    "kind": "institute_visit",
                    "day": "2026-11-21",
                    "begins": "10:30",
                    "place": "Government vocational institute, main hall",
                    "district": "PK604",
                    "language": "ur",
                }
            ]
        }
    )

    def plan(self) -> Plan:
        return Plan(
            title=self.title,
            kind=self.kind,
            day=self.day,
            begins=self.begins,
            place=self.place,
            district=self.district,
            language=self.language,
            note=self.note,
        )


class OutreachChange(Body):
    """Only what is named is changed. The counts are of people: women, men and transgender people together, those under 18 among them."""

    title: Needed | None = None
    kind: OutreachKind | None = None
    day: Day | None = None
    begins: Begins | None = None
    place: Line | None = None
    district: District | None = None
    language: Language | None = None
    note: Line | None = None
    held_by: UUID | None = None
    female: Count | None = None
    male: Count | None = None
    transgender: Count | None = None
    under_18: Count | None = None

    def changes(self) -> dict[str, object]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if missing := next((name for name in NEVER_EMPTY if name in given and given[name] is None), None):
            raise Invalid("This cannot be empty.", field=missing)
        return given


class SignUpBody(Body):
    """Any one of name, telephone and question is enough."""

    name: Line = ""
    phone: Annotated[str, Field(max_length=40)] | None = None
    phone_safe: StrictBool = False
    question: Prose = ""
    language: Language | None = None
    minutes: Annotated[StrictInt, Field(ge=0, le=600)] = 0

    def said(self) -> Said:
        """Raises Invalid."""
        phone = Phone.parse(self.phone, safe=self.phone_safe) if self.phone else None
        return Said(self.name, phone, self.question, self.language)


class SessionsQuery(Wanted):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get(BASE, response_model=Page[OutreachView], **acts(Act.see_outreach))
async def sessions(ask: Ask, request: Request, q: Annotated[SessionsQuery, Query()]) -> Response:
    """The latest day first, those to come before all."""
    found, following = await ask.use.outreach.page(ask.actor, q.limit, q.cursor)
    return listed(found, request, following)


@router.post(BASE, status_code=201, response_model=OutreachView, **acts(Act.hold_outreach))
async def plan(ask: Ask, body: OutreachBody) -> Response:
    holder = StaffId(body.held_by) if body.held_by else None
    return made(await ask.use.outreach.plan(ask.actor, ask.once, body.plan(), holder, centre(body.centre)), BASE)


@router.get(BASE + "/{id}", response_model=OutreachView, **acts(Act.see_outreach))
async def session(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.outreach.get(ask.actor, OutreachId(id)))


@router.patch(BASE + "/{id}", response_model=OutreachView, **acts(Act.hold_outreach))
async def change(ask: Ask, id: UUID, body: OutreachChange) -> Response:
    return answer(await ask.use.outreach.change(ask.actor, OutreachId(id), ask.seen_version(), body.changes()))


@router.get(BASE + "/{id}/sign-ups", response_model=Page[ContactView], **acts(Act.add_contact))
async def sign_ups(ask: Ask, id: UUID, request: Request) -> Response:
    """Who they are is for those who may add contacts."""
    return listed(await ask.use.outreach.sign_ups(ask.actor, OutreachId(id)), request)


@router.post(BASE + "/{id}/sign-ups", status_code=201, response_model=ContactView, **acts(Act.add_contact))
async def sign_up(ask: Ask, id: UUID, body: SignUpBody) -> Response:
    return made(await ask.use.outreach.sign_up(ask.actor, ask.once, OutreachId(id), body.said(), body.minutes), "/api/v1/contacts")
