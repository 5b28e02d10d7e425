"""Passkeys: registered on the account page, used on the sign-in page. A browser's answer travels in an ordinary form, so that what
happens next is what happens after any form; only the challenge is fetched."""

from uuid import UUID

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from domain.passkeys import PasskeyRefused
from service.settings import Settings
from service.usecases import UseCases
from service.usecases.identity import Offer
from service.web import door, guard
from service.web.account import account_page
from service.web.edge import PageRoute, Visit, Visiting, acts, sent_form, status_of
from service.web.forms import Form
from service.web.identity import let_in
from service.web.site import site_of
from service.web.told import told

router = APIRouter(route_class=PageRoute)


def _offered(offer: Offer) -> Response:
    body = orjson.dumps({"options": orjson.loads(offer.options), "ticket": offer.ticket})
    return Response(body, headers=guard.HEADERS, media_type="application/json")


def _refused(visit: Visit, form: Form, refusal: Refusal) -> Response:
    """A sentence for the page to show beside the form: sending the form instead would try the password twice."""
    faults = form.again("passkey", refusal).faults
    says = [told(visit.frame.words, fault.says) for fault in faults]
    body = orjson.dumps({"says": " ".join([*says, told(visit.frame.words, refusal.next)])})
    return Response(body, status_of(refusal), guard.HEADERS, "application/json")


@router.post("/me/passkeys/challenge", **acts(Act.keep_account))
async def challenge(visit: Visiting) -> Response:
    """What a device would keep for good is offered only once the rest of the form is right."""
    form = visit.form
    try:
        form.needed("name", 60)
        form.check()
        site = site_of(visit.request, visit.settings).site
        return _offered(await visit.use.passkeys.offer(visit.actor, site, form.secret("present")))
    except Refusal as refusal:
        return _refused(visit, form, refusal)


@router.post("/me/passkeys", **acts(Act.keep_account))
async def register(visit: Visiting) -> Response:
    form = visit.form
    name = form.needed("name", 60)
    try:
        form.check()
        site = site_of(visit.request, visit.settings).site
        await visit.use.passkeys.register(visit.actor, site, name, form.raw("ticket"), form.raw("answer"))
    except Refusal as refusal:
        return await account_page(visit, form.again("passkey", refusal), status_of(refusal))
    return visit.go("/start") if visit.actor.must_take_factor else visit.go("/me", "passkey", "passkeys")


@router.post("/me/passkeys/{passkey}/removal", **acts(Act.keep_account))
async def remove(visit: Visiting, passkey: UUID) -> Response:
    await visit.use.passkeys.remove(visit.actor, passkey)
    return visit.go("/me", "no-passkey", "passkeys")


async def _at_the_door(request: Request) -> tuple[Form, str]:
    """The form and the passing name of a browser that is not signed in. Raises StrangeForm."""
    settings, use = _house(request)
    form = Form(await sent_form(request))
    its = guard.held(request, settings, guard.DOOR)
    guard.check(request, settings, form.raw("form_token"), use.identity.form_token(its or "none"))
    return form, its


def _house(request: Request) -> tuple[Settings, UseCases]:
    return request.app.state.settings, request.app.state.use


@router.post("/sign-in/passkey/challenge", **acts(None))
async def door_challenge(request: Request) -> Response:
    settings, use = _house(request)
    _, its = await _at_the_door(request)
    return _offered(use.passkeys.offer_sign_in(site_of(request, settings).site, its))


@router.post("/sign-in/passkey", **acts(None))
async def enter(request: Request) -> Response:
    settings, use = _house(request)
    form, its = await _at_the_door(request)
    view = door.SignIn(guard.own_path(form.raw("next") or "/"), form.raw("kept"))
    try:
        cookie = await use.passkeys.enter(site_of(request, settings).site, its, form.raw("ticket"), form.raw("answer"))
    except PasskeyRefused as refusal:
        return door.show(request, view, again=Form({}).again("sign-in", refusal), status=401)
    return let_in(request, view, cookie)
