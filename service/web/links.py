"""The page of a link: nothing before the code, then what it opens, for people of an agency without software.

What opens is the partner's side of one referral; or, by an invitation, the form that sends one person, and how that person fares.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import Refusal
from domain.incoming.record import NobodyNamed
from domain.incoming.steps import SenderStep
from domain.partners.exchange import AnswerStep
from domain.ports import Once
from domain.referrals.answered import Answered
from domain.referrals.links import CodeWrong, LinkOver, NotByCode
from domain.secrecy import KeyVault
from domain.values import DIGITS, Language
from service.settings import Settings
from service.usecases import UseCases
from service.usecases.links import Door, Guest
from service.web import guard, packing
from service.web.answering import Asked, answer_of, answering
from service.web.catalogue import LANGUAGES, Words
from service.web.edge import PageRoute, acts, once_of, sent_form, status_of
from service.web.forms import NOTHING, Again, Form
from service.web.frame import Frame, done_said, render, tongue
from service.web.sending import PERSON, person_of, sending

router = APIRouter(route_class=PageRoute)
COOKIE = "mrc-link"
CHANNEL = "link"
ENTRANCE = "enter"


@dataclass(frozen=True, slots=True)
class Entrance:
    """`sent` when a code is on its way, `renewed` when a new link is."""

    door: Door
    sent: bool = False
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a link: `secret` is what the browser keeps, at first only so that forms can be told from strangers'."""

    request: Request
    token: str
    use: UseCases
    settings: Settings
    door: Door
    frame: Frame
    secret: str
    form: Form
    vault: KeyVault

    def once(self, what: str) -> Once | None:
        """By the name of the deed and not by the address, which holds what opens the link."""
        return once_of(self.form, f"POST link {what}", self.vault)

    def show(self, template: str, view: object, again: Again = NOTHING, status: int = 200) -> Response:
        response = render(self.frame, template, view, again=again, status=status)
        guard.give(response, self.settings, COOKIE, self.secret)
        return response

    def go(self, done: str = "") -> Response:
        return RedirectResponse(f"/r/{self.token}" + (f"?done={done}" if done else ""), 303, guard.HEADERS)


async def called(request: Request, token: str) -> Call:
    """Raises StrangeForm before anything is looked at, NotFound for what was never a link."""
    use: UseCases = request.app.state.use
    settings: Settings = request.app.state.settings
    held = guard.held(request, settings, COOKIE)
    form = Form({})
    if request.method == "POST":
        form = Form(await sent_form(request))
        guard.check(request, settings, form.raw("form_token"), use.identity.form_token(held or "none"))
    door = await use.links.door(token)
    secret = held or use.identity.fresh()
    words = tongue(request, settings, None) if guard.held(request, settings, guard.TONGUE) else Words(_spoken(door))
    way = packing.way(request.headers.get("accept-encoding", ""))
    frame = Frame(
        words, use.identity.now(), f"/r/{token}", None, use.identity.form_token(secret), use.identity.fresh(), done_said(request), way
    )
    return Call(request, token, use, settings, door, frame, secret, form, request.app.state.vault)


def _spoken(door: Door) -> Language:
    return door.language if door.language in LANGUAGES else Language.urdu


async def page(call: Call, again: Again = NOTHING, status: int = 200) -> Response:
    """Inside, what the partner may see; before the code, the way in."""
    try:
        guest = await call.use.links.guest(call.token, call.secret)
    except NotByCode:
        return call.show("link_door", Entrance(call.door), again, status)
    return await _inside(call, guest, again, status)


async def _inside(call: Call, guest: Guest, again: Again, status: int) -> Response:
    if guest.invites:
        template, view = await sending(call.use, guest, f"/r/{call.token}", call.door.phone)
        return call.show(template, view, again, status)
    asked = Asked(guest.actor, guest.ref, f"/r/{call.token}", CHANNEL, call.door.phone)
    return call.show("link", await answering(call.use, asked, call.frame.words), again, status)


@router.get("/r/{token}", **acts(None))
async def link(request: Request, token: str) -> Response:
    call = await called(request, token)
    if not call.door.alive:
        return call.show("link_door", Entrance(call.door))
    return await page(call)


@router.post("/r/{token}/code", **acts(None))
async def send_code(request: Request, token: str) -> Response:
    call = await called(request, token)
    try:
        await call.use.links.send_code(token)
    except Refusal as refusal:
        return call.show("link_door", Entrance(call.door), call.form.again("code", refusal), status_of(refusal))
    return call.show("link_door", Entrance(call.door, sent=True))


@router.post("/r/{token}/new", **acts(None))
async def renew(request: Request, token: str) -> Response:
    call = await called(request, token)
    try:
        await call.use.links.renew(token)
    except Refusal as refusal:
        return call.show("link_door", Entrance(call.door), call.form.again("new", refusal), status_of(refusal))
    return call.show("link_door", Entrance(call.door, renewed=True))


@router.post("/r/{token}/enter", **acts(None))
async def enter(request: Request, token: str) -> Response:
    """Whoever typed the code has seen that there is a referral: the centre is told."""
    call = await called(request, token)
    try:
        secret = await call.use.links.enter(token, call.form.raw("code").translate(DIGITS))
    except CodeWrong as refusal:
        return call.show("link_door", Entrance(call.door, sent=True), call.form.again(ENTRANCE, refusal), status_of(refusal))
    guest = await call.use.links.guest(token, secret)
    if not guest.invites and AnswerStep.seen.value in (await call.use.partner_side.stands(guest.actor, guest.ref)).steps:
        await call.use.partner_side.answer(guest.actor, None, guest.ref, Answered(AnswerStep.seen), channel=CHANNEL)
    response = call.go()
    guard.give(response, call.settings, COOKIE, secret)
    return response


@router.post("/r/{token}/steps", **acts(None))
async def step(request: Request, token: str) -> Response:
    call = await called(request, token)
    form = call.form
    its = answer_of(form)

    async def send(guest: Guest) -> object:
        form.check()
        return await call.use.partner_side.answer(guest.actor, call.once("step"), guest.ref, its, channel=CHANNEL)

    return await _done(call, f"step-{its.step}", send, "told")


@router.post("/r/{token}/person", **acts(None))
async def send_person(request: Request, token: str) -> Response:
    call = await called(request, token)
    urgency, told = person_of(call.form)

    async def send(guest: Guest) -> object:
        call.form.check()
        try:
            return await call.use.incoming.send(guest.actor, call.once("person"), guest.centre, urgency, told, link=guest.link)
        except NobodyNamed as refusal:
            refusal.field = "name"
            raise

    return await _done(call, PERSON, send, "person-sent")


@router.post("/r/{token}/said", **acts(None))
async def say(request: Request, token: str) -> Response:
    """The answer to the centre's question, or that the person is taken back."""
    call = await called(request, token)
    wanted, note = call.form.chosen("step", SenderStep), call.form.prose("note")

    async def send(guest: Guest) -> object:
        call.form.check()
        return await call.use.incoming.say(guest.actor, call.once("said"), guest.ref, wanted, note)

    return await _done(call, f"said-{wanted}", send, "told")


@router.post("/r/{token}/another", **acts(None))
async def another(request: Request, token: str) -> Response:
    """A new link for the next person goes to the mailbox; whoever is not inside asks for none."""
    call = await called(request, token)

    async def send(_: Guest) -> None:
        await call.use.links.renew(token, another=True)

    return await _done(call, "another", send, "link-mailed")


async def _done(call: Call, form: str, deed: Callable[[Guest], Awaitable[object]], done: str) -> Response:
    """What somebody inside does, and the page again with what stood against it."""
    try:
        await deed(await call.use.links.guest(call.token, call.secret))
    except NotByCode as refusal:
        return call.show("link_door", Entrance(call.door), call.form.again(ENTRANCE, refusal), status_of(refusal))
    except LinkOver:
        return call.go()
    except Refusal as refusal:
        return await page(call, call.form.again(form, refusal), status_of(refusal))
    return call.go(done)


@router.post("/r/{token}/leave", **acts(None))
async def leave(request: Request, token: str) -> Response:
    call = await called(request, token)
    response = call.go()
    guard.take_back(response, call.settings, COOKIE)
    return response
