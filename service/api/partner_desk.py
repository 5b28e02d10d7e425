"""The partner's own people: their queue, in whose hands each referral is, and who works at the desk."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, StrictBool
from starlette.responses import Response

from domain.account import Reset
from domain.identity import Act, Role
from domain.referrals.queue import Held, QueueLine, Share
from domain.values import PartnerId, StaffId
from service.api.bodies import Body, Line, Needed
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.usecases.identity import Hired, StaffDetail, StaffLine

router = APIRouter(tags=["partner"], route_class=LeanRoute)
Ref = Annotated[str, Path(min_length=1, max_length=60)]


class QueueQuery(Wanted):
    share: Share = Share.all
    limit: Annotated[int, Field(ge=1, le=100, description="At most so many items")] = 50
    cursor: Annotated[UUID | None, Field(description="The `next` of the page before")] = None


class HolderBody(Body):
    """Without `holder` it waits in the queue again. Only whoever leads the desk names somebody else."""

    holder: UUID | None = None


class PersonBody(Body):
    """A password is made and told once, in the answer; it has to be changed at the first sign-in."""

    username: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    name: Needed
    role: Literal[Role.partner_lead, Role.partner_worker]


class ActiveBody(Body):
    active: StrictBool


class PersonResetBody(Body):
    """`factors` are the second factor and the passkeys; they need a reason."""

    what: Reset
    reason: Line = ""


@router.get("/partner/v1/queue", response_model=Page[QueueLine], **acts(Act.see_partner_queue))
async def queue(ask: Ask, request: Request, q: Annotated[QueueQuery, Query()]) -> Response:
    """The first hundred: late ones first, then by urgency and the time left. A worker sees what nobody holds and what they hold."""
    found, following = await ask.use.partner_desk.queue(ask.actor, q.share, q.limit, q.cursor)
    return listed(found, request, following)


@router.post("/partner/v1/referrals/{ref}/holder", response_model=Held, **acts(Act.hold_referral))
async def hold(ask: Ask, ref: Ref, body: HolderBody) -> Response:
    """Takes it, gives it to somebody, or puts it back. Of two who take the same one the second gets 409 with who has it."""
    holder = StaffId(body.holder) if body.holder else None
    return answer(await ask.use.partner_desk.hold(ask.actor, ask.once, ref, holder))


@router.get("/partner/v1/staff", response_model=Page[StaffLine], **acts(Act.run_partner_staff))
async def people(ask: Ask, request: Request) -> Response:
    return listed(await ask.use.partner_staff.people(ask.actor), request)


@router.post("/partner/v1/staff", status_code=201, response_model=Hired, **acts(Act.run_partner_staff))
async def add(ask: Ask, body: PersonBody) -> Response:
    view = await ask.use.partner_staff.add_person(ask.actor, ask.once, None, body.username, body.name, Role(body.role))
    return made(view, "/partner/v1/staff")


@router.patch("/partner/v1/staff/{id}", response_model=StaffDetail, **acts(Act.run_partner_staff))
async def change(ask: Ask, id: UUID, body: ActiveBody) -> Response:
    """`active: false` ends every session at once and puts what they held back into the queue. For administrators too."""
    return answer(await ask.use.partner_staff.set_active(ask.actor, StaffId(id), ask.seen_version(), active=body.active))


@router.post("/partner/v1/staff/{id}/reset", response_model=StaffDetail, **acts(Act.run_partner_staff))
async def reset(ask: Ask, id: UUID, body: PersonResetBody) -> Response:
    """A new password, told once in the answer, or no more second factor and passkeys. Every session of theirs ends."""
    return answer(await ask.use.partner_staff.reset(ask.actor, StaffId(id), ask.seen_version(), body.what, body.reason))


@router.get("/api/v1/partners/{id}/staff", response_model=Page[StaffLine], **acts(Act.run_partner_staff))
async def people_of(ask: Ask, id: UUID, request: Request) -> Response:
    """A partner's people, for administrators."""
    return listed(await ask.use.partner_staff.people(ask.actor, PartnerId(id)), request)


@router.post("/api/v1/partners/{id}/staff", status_code=201, response_model=Hired, **acts(Act.run_partner_staff))
async def add_to(ask: Ask, id: UUID, body: PersonBody) -> Response:
    """The first who leads a partner's desk comes in by an administrator."""
    view = await ask.use.partner_staff.add_person(ask.actor, ask.once, PartnerId(id), body.username, body.name, Role(body.role))
    return made(view, f"/api/v1/partners/{id}/staff")
