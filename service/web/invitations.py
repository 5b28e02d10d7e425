"""Agencies without software are invited to send somebody: a link to the mailbox, how far each got, and the centre's hand on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.referrals.links import InvitationView
from domain.values import CentreCode, PartnerId
from service.usecases.links import SpokenCode
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, uuid_of
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)
LINES = 30


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """`spoken` where the centre reads the code out."""

    it: InvitationView
    says: str
    open: bool
    spoken: bool


@dataclass(frozen=True, slots=True)
class Invitations:
    agencies: tuple[PartnerId, ...]
    lines: tuple[InvitationLine, ...]
    names: Names
    centres: tuple[CentreCode, ...]
    more: UUID | None
    code: SpokenCode | None


def _line(it: InvitationView, at: datetime, spoken: frozenset[PartnerId]) -> InvitationLine:
    alive = it.revoked_at is None and at < it.ends_at
    if it.incoming is not None:
        says = mark("Somebody was sent by it")
    elif not alive:
        says = mark("It opens nothing any more")
    else:
        says = mark("It was opened") if it.opened_at else mark("It was not opened yet")
    return InvitationLine(it, says, alive, it.partner in spoken)


async def _page(visit: Visit, again: Again = NOTHING, status: int = 200, code: SpokenCode | None = None, after: str = "") -> Response:
    found, following = await visit.use.links.invitations(visit.actor, LINES, uuid_of(after))
    agencies, at = await visit.use.links.agencies(visit.actor), visit.frame.at
    spoken = frozenset(one.partner for one in agencies if one.spoken)
    lines = tuple(_line(one, at, spoken) for one in found)
    view = Invitations(tuple(one.partner for one in agencies), lines, await names(visit), visit.actor.centres, following, code)
    return visit.show("invitations", view, again=again, status=status)


@router.get("/invitations", **acts(Act.invite_agency))
async def invitations(visit: Visiting, after: str = "") -> Response:
    return await _page(visit, after=after)


@router.post("/invitations", **acts(Act.invite_agency))
async def invite(visit: Visiting) -> Response:
    form = visit.form
    partner, centre = uuid_of(form.raw("partner")), form.raw("centre")
    if partner is None:
        form.wrong("partner", mark("Choose an agency."))
    try:
        form.check()
        to = CentreCode(centre) if centre else None
        await visit.use.links.invite(visit.actor, visit.once(), PartnerId(partner or UUID(int=0)), to)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(visit, form.again("invite", refusal), status_of(refusal))
    return visit.go("/invitations", "invited")


@router.post("/invitations/{id}/code", **acts(Act.invite_agency))
async def code(visit: Visiting, id: UUID) -> Response:
    """The answer is the page itself: the code is shown here and nowhere again."""
    try:
        spoken = await visit.use.links.invitation_code(visit.actor, visit.once(), id)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(visit, visit.form.again(f"code-{id}", refusal), status_of(refusal))
    return await _page(visit, code=spoken)


@router.post("/invitations/{id}/end", **acts(Act.invite_agency))
async def end(visit: Visiting, id: UUID) -> Response:
    try:
        await visit.use.links.revoke_invitation(visit.actor, visit.once(), id)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(visit, visit.form.again(f"end-{id}", refusal), status_of(refusal))
    return visit.go("/invitations", "link-revoked")
