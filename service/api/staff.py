"""The staff, as the administrator runs it; and the list of colleagues that everybody sees."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, StrictBool
from starlette.responses import Response

from domain.account import Reset
from domain.identity import Act, Role
from domain.values import CentreCode, Language, StaffId
from service.api.bodies import Body, Line, Needed
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute
from service.usecases.identity import Hired, StaffDetail, StaffView

router = APIRouter(tags=["staff"], route_class=LeanRoute)
Employed = Literal[Role.counsellor, Role.supervisor, Role.centre_manager, Role.analyst, Role.dpo, Role.admin]
Centres = Annotated[list[Annotated[str, Field(min_length=3, max_length=3)]], Field(max_length=20)]


class StaffBody(Body):
    """Without a password one is made and told once, in the answer; it has to be changed at the first sign-in."""

    username: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    name: Needed
    role: Employed
    centres: Centres = Field(default_factory=list)
    password: Annotated[str, Field(min_length=12, max_length=200)] | None = None


class StaffChange(Body):
    name: Needed | None = None
    role: Employed | None = None
    centres: Centres | None = None
    language: Language | None = None
    active: StrictBool | None = None


class ResetBody(Body):
    """`factors` are the second factor and the passkeys; they need a reason."""

    what: Reset
    reason: Line = ""


@router.get("/api/v1/staff", response_model=Page[StaffView], **acts(Act.see_colleagues))
async def colleagues(ask: Ask, request: Request) -> Response:
    return listed(await ask.use.identity.colleagues(ask.actor), request)


@router.post("/api/v1/staff", status_code=201, response_model=Hired, **acts(Act.run_staff))
async def add(ask: Ask, body: StaffBody) -> Response:
    centres = tuple(CentreCode(code) for code in body.centres)
    view = await ask.use.staff.add(ask.actor, ask.once, body.username, body.name, Role(body.role), centres, body.password)
    return made(view, "/api/v1/staff")


@router.get("/api/v1/staff/{id}", response_model=StaffDetail, **acts(Act.run_staff))
async def one(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.staff.get(ask.actor, StaffId(id)))


@router.patch("/api/v1/staff/{id}", response_model=StaffDetail, **acts(Act.run_staff))
async def change(ask: Ask, id: UUID, body: StaffChange) -> Response:
    """What is sent is changed. `active: false` ends every session at once."""
    wants: dict[str, object] = body.model_dump(exclude_none=True)
    if body.centres is not None:
        wants["centres"] = tuple(CentreCode(code) for code in body.centres)
    return answer(await ask.use.staff.change(ask.actor, StaffId(id), ask.seen_version(), wants))


@router.post("/api/v1/staff/{id}/reset", response_model=StaffDetail, **acts(Act.run_staff))
async def reset(ask: Ask, id: UUID, body: ResetBody) -> Response:
    """A new password, told once in the answer, or no more second factor and passkeys. Every session of theirs ends."""
    return answer(await ask.use.staff.reset(ask.actor, StaffId(id), ask.seen_version(), body.what, body.reason))


@router.delete("/api/v1/staff/{id}/sessions", status_code=204, **acts(Act.run_staff))
async def end_sessions(ask: Ask, id: UUID) -> Response:
    await ask.use.staff.end_sessions(ask.actor, StaffId(id))
    return Response(status_code=204)
