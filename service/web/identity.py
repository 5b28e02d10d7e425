"""Coming and going: signing in with one or two steps, signing out, leaving in a hurry, the language of the pages."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import NotFound
from domain.identity import Act
from domain.sessions import SecondFactorNeeded, SignedOut, SignInFailed
from service.settings import Settings
from service.usecases import UseCases
from service.web import door, guard, packing
from service.web.assets import FACE, asset, mark
from service.web.catalogue import LANGUAGES
from service.web.edge import PageRoute, Visiting, acts, framed, sent_form
from service.web.forms import Form
from service.web.frame import render
from service.web.news import begins

router = APIRouter(route_class=PageRoute)
ELSEWHERE = "https://www.pmd.gov.pk/"
"""The weather: what a quick exit shows to whoever looks over the shoulder."""


def _signed_in(request: Request, settings: Settings, use: UseCases) -> bool:
    try:
        use.identity.shown(guard.held(request, settings, guard.PASS))
    except SignedOut:
        return False
    return True


@router.get("/", **acts(None))
async def first(request: Request) -> Response:
    state = request.app.state
    place = "/start" if _signed_in(request, state.settings, state.use) else "/sign-in"
    return RedirectResponse(place, 303, guard.HEADERS)


@router.get("/start", **acts(Act.see_self))
async def start(visit: Visiting) -> Response:
    return visit.go(begins(visit.actor))


@router.get("/sign-in", **acts(None))
async def sign_in_page(request: Request, next: str = "/", locked: str = "") -> Response:
    return door.show(request, door.SignIn(next=guard.own_path(next), locked=bool(locked)))


@router.post("/sign-in", **acts(None))
async def sign_in(request: Request) -> Response:
    state = request.app.state
    use: UseCases = state.use
    settings: Settings = state.settings
    form = Form(await sent_form(request))
    guard.check(request, settings, form.raw("form_token"), use.identity.form_token(guard.held(request, settings, guard.DOOR) or "none"))
    view = door.SignIn(guard.own_path(form.raw("next") or "/"), form.raw("kept"))
    tried = door.unseal(state.vault, "tried", form.raw("tried"), use.identity.now(), door.CODE_WITHIN)
    username, password = tried.get("username") or form.raw("username"), tried.get("password") or form.raw("password")
    try:
        cookie = await use.identity.enter(username, password, form.raw("code") or None)
    except SecondFactorNeeded:
        once_more = door.seal(state.vault, "tried", use.identity.now(), {"username": username, "password": password})
        return door.show(request, door.SignIn(view.next, view.kept, once_more), status=401)
    except SignInFailed as refusal:
        known = Form({name: values for name, values in form.fields.items() if name == "username"})
        return door.show(request, view, again=known.again("sign-in", refusal), status=401)
    return let_in(request, view, cookie)


def let_in(request: Request, view: door.SignIn, cookie: str) -> Response:
    """To where they were going; typed work that was kept is shown first, to be sent by hand."""
    state = request.app.state
    its = state.use.identity.shown(cookie)
    if work := door.kept(state.vault, state.use.identity.now(), its.subject, view.kept):
        frame = framed(request, state.use, state.settings, None)
        frame = type(frame)(frame.words, frame.at, "/sign-in", None, state.use.identity.form_token(its.session.hex), frame.fresh)
        response = render(frame, "kept", work)
    else:
        response = RedirectResponse(view.next, 303, guard.HEADERS)
    guard.give(response, state.settings, guard.PASS, cookie)
    guard.give(response, state.settings, guard.DEVICE, guard.device(request, state.settings) or state.use.identity.fresh(), guard.YEAR)
    guard.take_back(response, state.settings, guard.DOOR)
    return response


@router.post("/sign-out", **acts(Act.sign_out))
async def sign_out(visit: Visiting) -> Response:
    await visit.use.identity.sign_out(visit.actor)
    response = RedirectResponse("/sign-in", 303, guard.HEADERS)
    guard.take_back(response, visit.settings, guard.PASS)
    return response


@router.get("/leave", **acts(None))
async def leave(request: Request) -> Response:
    """Quick exit, a plain link so that one key press is enough: the session ends and the weather is shown. Another site cannot end a
    session with it, because the cookie does not come along from there."""
    state = request.app.state
    response = RedirectResponse(ELSEWHERE, 303, {**guard.HEADERS, "Referrer-Policy": "no-referrer", "Clear-Site-Data": '"cache"'})
    try:
        visitor = await state.use.identity.visitor(state.use.identity.shown(guard.held(request, state.settings, guard.PASS)))
        await state.use.identity.sign_out(visitor.actor)
    except SignedOut:
        pass
    guard.take_back(response, state.settings, guard.PASS)
    return response


@router.get("/language/{tag}", **acts(None))
async def language(request: Request, tag: str, back: str = "/") -> Response:
    """A taste, not a secret: no form is needed for it."""
    if tag not in [one.value for one in LANGUAGES]:
        raise NotFound()
    response = RedirectResponse(guard.own_path(back), 303, guard.HEADERS)
    guard.give(response, request.app.state.settings, guard.TONGUE, tag, guard.YEAR)
    return response


@router.get("/static/{release}/{name}", **acts(None))
async def static(request: Request, release: str, name: str) -> Response:
    """Of this release for a year; what another one asks for, a page that stood open meanwhile, is answered and not kept."""
    found = await asyncio.to_thread(asset, name)
    if found is None:
        raise NotFound()
    kept = "public, max-age=31536000, immutable" if release == mark() else "no-store"
    way = packing.way(request.headers.get("accept-encoding", "")) if name != FACE else ""
    head = {"Cache-Control": kept, "Vary": "Accept-Encoding", **packing.headers(found.body, way)}
    return Response(packing.packed_once(found.body, head.get("Content-Encoding", "")), headers=head, media_type=found.type)
