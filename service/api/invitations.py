"""Invitations over HTTP: a link by which an agency without software sends one person to a centre."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.identity import Act
from domain.referrals.links import InvitationView
from domain.values import PartnerId
from service.api.bodies import centre
from service.api.bodies.incoming import InvitationBody
from service.api.edge import Ask, Cursor, Limit, Page, acts, answer, listed
from service.api.lean import LeanRoute
from service.usecases.links import Invited, SpokenCode

router = APIRouter(prefix="/api/v1/invitations", tags=["incoming"], route_class=LeanRoute)


@router.get("", response_model=Page[InvitationView], **acts(Act.invite_agency))
async def invitations(ask: Ask, request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """The links that were mailed for your centre, the newest first: how far each got, never what opens it."""
    found, following = await ask.use.links.invitations(ask.actor, limit, cursor)
    return listed(found, request, following)


@router.post("", status_code=202, response_model=Invited, **acts(Act.invite_agency))
async def invite(ask: Ask, body: InvitationBody) -> Response:
    """A link goes to the agency's mailbox. It sends one person, after a code that goes to the agency's registered contact."""
    return answer(await ask.use.links.invite(ask.actor, ask.once, PartnerId(body.partner), centre(body.centre)), 202)


@router.post("/{id}/revocation", response_model=InvitationView, **acts(Act.invite_agency))
async def revoke(ask: Ask, id: UUID) -> Response:
    """It opens nothing any more, at once, for whoever is inside too."""
    return answer(await ask.use.links.revoke_invitation(ask.actor, ask.once, id))


@router.post("/{id}/code", response_model=SpokenCode, **acts(Act.invite_agency))
async def code(ask: Ask, id: UUID) -> Response:
    """To be read out on the agency's registered telephone, and no other; shown once."""
    return answer(await ask.use.links.invitation_code(ask.actor, ask.once, id))
