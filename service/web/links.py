"""The page of a link: nothing before the code, then the partner's side of one referral, for people of an agency without software."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import Refusal
from domain.outreach import time_of_day
from domain.partners.exchange import AnswerStep
from domain.referrals.links import CodeWrong, NotByCode
from domain.referrals.packet import Packet, Recalled
from domain.referrals.record import Said
from domain.values import DIGITS, KARACHI, Language
from service.settings import Settings
from service.usecases import UseCases
from service.usecases.links import Door, Guest
from service.usecases.partner_side import Standing
from service.web import guard, packing
from service.web.catalogue import LANGUAGES, Words, mark
from service.web.edge import PageRoute, acts, sent_form, status_of
from service.web.forms import NOTHING, Again, Form
from service.web.frame import Frame, done_said, render, tongue
from service.web.packet import Field, fields_said

router = APIRouter(route_class=PageRoute)
COOKIE = "mrc-link"
CHANNEL = "link"
ENTRANCE = "enter"
DEEDS: Mapping[AnswerStep, str] = {
    AnswerStep.seen: mark("We have seen it"),
    AnswerStep.accept: mark("We accept it"),
    AnswerStep.set_appointment: mark("Set an appointment"),
    AnswerStep.start_service: mark("We have begun"),
    AnswerStep.complete: mark("It is completed"),
    AnswerStep.need_information: mark("Ask for more information"),
    AnswerStep.not_complete: mark("It could not be completed"),
    AnswerStep.decline: mark("We cannot take it"),
    AnswerStep.confirm_deletion: mark("We have deleted what we held"),
}
"""The partner's steps as it says them itself, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """`sent` when a code is on its way, `renewed` when a new link is."""

    door: Door
    sent: bool = False
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class LinkPage:
    """`packet` is None where the referral is no longer open to them; what they may still do stands in `steps`."""

    token: str
    standing: Standing
    packet: Packet | None
    fields: tuple[Field, ...]
    steps: tuple[AnswerStep, ...]
    deeds: Mapping[AnswerStep, str]
    phone: str


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

    def show(self, template: str, view: object, again: Again = NOTHING, status: int = 200) -> Response:
        response = render(self.frame, template, view, again=again, status=status)
        guard.give(response, self.settings, COOKIE, self.secret)
        return response

    def go(self, done: str = "") -> Response:
        return RedirectResponse(f"/r/{self.token}" + (f"?done={done}" if done else ""), 303, guard.HEADERS)


async def _called(request: Request, token: str) -> Call:
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
    return Call(request, token, use, settings, door, frame, secret, form)


def _spoken(door: Door) -> Language:
    return door.language if door.language in LANGUAGES else Language.urdu


async def _page(call: Call, again: Again = NOTHING, status: int = 200) -> Response:
    """Inside, what the partner may see; before the code, the way in."""
    try:
        guest = await call.use.links.guest(call.token, call.secret)
    except NotByCode:
        return call.show("link_door", Entrance(call.door), again, status)
    return await _inside(call, guest, again, status)


async def _inside(call: Call, guest: Guest, again: Again, status: int) -> Response:
    side = call.use.partner_side
    try:
        packet: Packet | None = await side.open(guest.actor, guest.ref, channel=CHANNEL)
    except Recalled:
        packet = None
    standing = await side.stands(guest.actor, guest.ref)
    steps = tuple(step for step in DEEDS if step.value in standing.steps and step is not AnswerStep.seen)
    fields = fields_said(packet.client, call.frame.words) if packet else ()
    view = LinkPage(call.token, standing, packet, fields, steps, DEEDS, packet.centre.phone if packet else call.door.phone)
    return call.show("link", view, again, status)


@router.get("/r/{token}", **acts(None))
async def link(request: Request, token: str) -> Response:
    call = await _called(request, token)
    if not call.door.alive:
        return call.show("link_door", Entrance(call.door))
    return await _page(call)


@router.post("/r/{token}/code", **acts(None))
async def send_code(request: Request, token: str) -> Response:
    call = await _called(request, token)
    try:
        await call.use.links.send_code(token)
    except Refusal as refusal:
        return call.show("link_door", Entrance(call.door), call.form.again("code", refusal), status_of(refusal))
    return call.show("link_door", Entrance(call.door, sent=True))


@router.post("/r/{token}/new", **acts(None))
async def renew(request: Request, token: str) -> Response:
    call = await _called(request, token)
    try:
        await call.use.links.renew(token)
    except Refusal as refusal:
        return call.show("link_door", Entrance(call.door), call.form.again("new", refusal), status_of(refusal))
    return call.show("link_door", Entrance(call.door, renewed=True))


@router.post("/r/{token}/enter", **acts(None))
async def enter(request: Request, token: str) -> Response:
    """Whoever typed the code has seen that there is a referral: the centre is told."""
    call = await _called(request, token)
    try:
        secret = await call.use.links.enter(token, call.form.raw("code").translate(DIGITS))
    except CodeWrong as refusal:
        return call.show("link_door", Entrance(call.door, sent=True), call.form.again(ENTRANCE, refusal), status_of(refusal))
    guest = await call.use.links.guest(token, secret)
    if AnswerStep.seen.value in (await call.use.partner_side.stands(guest.actor, guest.ref)).steps:
        await call.use.partner_side.step(guest.actor, None, guest.ref, AnswerStep.seen, Said(), channel=CHANNEL)
    response = call.go()
    guard.give(response, call.settings, COOKIE, secret)
    return response


@router.post("/r/{token}/steps", **acts(None))
async def step(request: Request, token: str) -> Response:
    call = await _called(request, token)
    form = call.form
    wanted = form.chosen("step", AnswerStep)
    said = Said(form.prose("note"), form.line("reason"), form.line("outcome"))
    at = appointment(form) if wanted is AnswerStep.set_appointment else None
    try:
        guest = await call.use.links.guest(token, call.secret)
        form.check()
        await call.use.partner_side.step(guest.actor, None, guest.ref, wanted, said, at, channel=CHANNEL)
    except NotByCode as refusal:
        return call.show("link_door", Entrance(call.door), form.again(ENTRANCE, refusal), status_of(refusal))
    except Refusal as refusal:
        return await _page(call, form.again(f"step-{wanted}", refusal), status_of(refusal))
    return call.go("told")


@router.post("/r/{token}/leave", **acts(None))
async def leave(request: Request, token: str) -> Response:
    call = await _called(request, token)
    response = call.go()
    guard.take_back(response, call.settings, COOKIE)
    return response


def appointment(form: Form) -> datetime | None:
    """A day and a time of day, on the clock of Pakistan."""
    day, clock = form.day("day"), form.read("begins", time_of_day, "")
    for field, found in (("day", day), ("begins", clock)):
        if not found and not form.raw(field):
            form.wrong(field, mark("This cannot be empty."))
    return datetime.combine(day, time.fromisoformat(clock), KARACHI) if day and clock else None
