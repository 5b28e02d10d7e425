"""What every page route shares: who visits, the form they sent, and how refusals become pages that say what to do next."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import orjson
from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from domain.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, Stale, Unavailable
from domain.identity import Act, Actor, PasswordToChange, SecondFactorToTake
from domain.ports import Once
from domain.reports.sheet import TableFile
from domain.secrecy import KeyVault
from domain.sessions import SignedOut
from service import files
from service.binding import Bind, PlannedRoute, kind_of
from service.settings import Settings
from service.usecases import UseCases
from service.usecases.identity import Pass, Visitor
from service.web import answers, door, guard, packing
from service.web.catalogue import mark
from service.web.forms import NOTHING, Again, Form
from service.web.frame import Device, Frame, done_said, render, tongue

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Stale, 412),
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
)
FIELDS = 400
"""The longest form, a screening, has far fewer."""
BESIDE_FILE = 8
"""A form with a file carries little else."""


def status_of(refusal: Refusal) -> int:
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def acts(act: Act | None, *, file: bool = False) -> dict[str, Any]:
    """Names the act a page performs, for the policy matrix; None for what anybody may ask. `file` lets its form bring one file.
    Pages are no part of the OpenAPI document."""
    return {"openapi_extra": {"x-act": act.value if act else "public", "x-file": file}, "include_in_schema": False}


def once_of(form: Form, route: str, vault: KeyVault) -> Once | None:
    """The hidden key of the form: sent twice, it is done once. `route` is kept beside it."""
    key = form.raw("key")
    if not key or len(key) > 200 or not key.isascii() or not key.isprintable():
        return None
    typed = {name: values for name, values in form.fields.items() if name != "form_token"}
    return Once(key, route[:120], vault.fingerprint(orjson.dumps(typed, option=orjson.OPT_SORT_KEYS)))


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody signed in: the use cases, who they are, the form they sent, and the file it brought by name and content."""

    request: Request
    use: UseCases
    settings: Settings
    vault: KeyVault
    frame: Frame
    actor: Actor
    form: Form
    renewed: str
    file: tuple[str, bytes] = ("", b"")

    def once(self) -> Once | None:
        return once_of(self.form, f"POST {self.request.url.path}", self.vault)

    def show(self, template: str, view: object, *, again: Again = NOTHING, status: int = 200) -> Response:
        response = render(self.frame, template, view, again=again, status=status)
        if self.frame.device and self.frame.device.done:
            guard.take_back(response, self.settings, guard.DONE)
        return self._with_pass(response)

    def refused(self, template: str, view: object, again: Again, refusal: Refusal) -> Response:
        """The page once more, with what was typed and what stood against it."""
        if answers.wanted(self.request):
            return self._with_pass(answers.problem(self.frame.words, status_of(refusal), refusal, again.faults))
        return self.show(template, view, again=again, status=status_of(refusal))

    def go(self, path: str, done: str = "", place: str = "") -> Response:
        """After a deed comes a page, so that loading it again does nothing again."""
        if answers.wanted(self.request):
            return self._with_pass(answers.done())
        address = path + (f"{'&' if '?' in path else '?'}done={done}" if done else "") + (f"#{place}" if place else "")
        response = RedirectResponse(address, 303, guard.HEADERS)
        guard.note_done(response, self.request, self.settings, self.form.raw("key"))
        return self._with_pass(response)

    def say(self, body: dict[str, object]) -> Response:
        """For a script of ours."""
        return self._with_pass(answers.said(body))

    def hand(self, response: Response) -> Response:
        """What is no page of ours: a paper, a file."""
        return self._with_pass(response)

    def hand_table(self, made: TableFile) -> Response:
        """A table on its way out."""
        head = {**guard.HEADERS, "Content-Security-Policy": made.policy, "Content-Disposition": f'attachment; filename="{made.name}"'}
        return self.hand(StreamingResponse(made.pieces, 200, head, made.media_type))

    def _with_pass(self, response: Response) -> Response:
        if self.renewed:
            guard.give(response, self.settings, guard.PASS, self.renewed)
        return response


async def sent_form(request: Request) -> dict[str, tuple[str, ...]]:
    """Raises Invalid for anything but a plain form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Invalid("This is not a form of ours.")
    try:
        sent = await request.form(max_files=0, max_fields=FIELDS)
    except HTTPException:
        raise Invalid("This is not a form of ours.") from None
    return {name: tuple(value for value in sent.getlist(name) if isinstance(value, str)) for name in sent}


@dataclass(frozen=True, slots=True)
class Sent:
    """A form, and the file that it brought by name and content."""

    fields: dict[str, tuple[str, ...]]
    file: tuple[str, bytes] = ("", b"")


def _named(request: Request, what: str) -> Any:
    """What `acts` said of the route."""
    return (request.scope["route"].openapi_extra or {}).get(what)


async def _proven(request: Request, use: UseCases, settings: Settings, shown: Pass) -> Sent:
    """A form that this session was shown; only a route that says so gets a file. Raises StrangeForm, Invalid."""
    if _named(request, "x-file") and files.is_form(request):
        fields, name, content = await files.sent(request, fields=BESIDE_FILE)
        made = Sent(fields, (name, content))
    else:
        made = Sent(await sent_form(request))
    sent = next(iter(made.fields.get("form_token", ("",))), "")
    guard.check(request, settings, sent, use.identity.form_token(shown.session.hex))
    return made


def _permitted(request: Request, actor: Actor) -> None:
    """A role that may not do what the route names does not get as far as its form. Whose records it touches the use case asks."""
    act = _named(request, "x-act") or ""
    if act != "public":
        actor.check(Act(act))


async def visit(request: Request) -> Visit:
    """Raises SignedOut, and StrangeForm before anything is looked at."""
    state = request.app.state
    use, settings, vault = state.use, state.settings, state.vault
    writing = request.method == "POST"
    if writing and not guard.from_here(request, settings):
        raise guard.StrangeForm()
    shown = use.identity.shown(guard.held(request, settings, guard.PASS))
    sent = await _proven(request, use, settings, shown) if writing else Sent({})
    if writing:
        request.state.kept = door.keep(vault, use.identity.now(), shown.subject, request.url.path, sent.fields)
    visitor: Visitor = await use.identity.visitor(shown)
    _permitted(request, visitor.actor)
    frame = framed(request, use, settings, visitor.actor)
    made = Visit(request, use, settings, vault, frame, visitor.actor, Form(sent.fields), visitor.cookie, sent.file)
    request.state.visit = made
    return made


def framed(request: Request, use: UseCases, settings: Settings, actor: Actor | None) -> Frame:
    token = use.identity.form_token(actor.session.hex) if actor and actor.session else ""
    words = tongue(request, settings, actor)
    way = packing.way(request.headers.get("accept-encoding", ""))
    now, here, device = use.identity.now(), _here(request), _device(request, use, settings, actor)
    return Frame(words, now, here, actor, token, use.identity.fresh(), done_said(request), way, device, settings.idle_lock)


def _device(request: Request, use: UseCases, settings: Settings, actor: Actor | None) -> Device | None:
    """Only for somebody who is in, and who signed in at this device."""
    its = guard.device(request, settings)
    if actor is None or not its:
        return None
    return Device(use.identity.device_key(actor, its), guard.done_forms(request, settings))


def _here(request: Request) -> str:
    """Where a change of language leads back to: a page shown in answer to a form has no address, the page that the form stood on has."""
    if request.method == "GET":
        return guard.own_path(request.scope["path"])
    return guard.own_path(urlsplit(request.headers.get("referer", "")).path or "/")


Visiting = Annotated[Visit, Depends(visit)]


@dataclass(frozen=True, slots=True)
class Refused:
    says: str
    next: str


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """A page that stands alone: nothing of what was asked for is in it."""
    state = request.app.state
    says, status = (str(refusal), status_of(refusal)) if not isinstance(refusal, NotFound) else ("There is no such record.", 404)
    made: Visit | None = getattr(request.state, "visit", None)
    frame = made.frame if made else framed(request, state.use, state.settings, None)
    if answers.wanted(request):
        return answers.problem(frame.words, status, NotFound() if isinstance(refusal, NotFound) else refusal)
    return render(frame, "refused", Refused(says, refusal.next), status=status)


def lost_page(request: Request, status: int) -> Response:
    """An address that leads nowhere."""
    state = request.app.state
    view = Refused(mark("There is no such page."), mark("Open the first page and go on from there."))
    return render(framed(request, state.use, state.settings, None), "refused", view, status=status)


def signed_out_page(request: Request) -> Response:
    """To the sign-in page; what a form brought stays sealed in it."""
    settings: Settings = request.app.state.settings
    if answers.wanted(request):
        return answers.problem(tongue(request, settings, None), 401, SignedOut())
    if request.method == "POST":
        text = getattr(request.state, "kept", "")
        response = door.show(request, door.SignIn(kept=text, ended=True), status=401)
    else:
        path = guard.own_path(request.url.path)
        response = RedirectResponse("/sign-in" + (f"?next={quote(path)}" if path != "/" else ""), 303, guard.HEADERS)
    if guard.held(request, settings, guard.PASS):
        guard.take_back(response, settings, guard.PASS)
    return response


def _led_first(request: Request, refusal: NotAllowed) -> Response:
    """To what has to be done before anything else opens."""
    if answers.wanted(request):
        return refusal_page(request, refusal)
    return RedirectResponse("/me/password" if isinstance(refusal, PasswordToChange) else "/me/second-factor", 303, guard.HEADERS)


async def _visit(request: Request) -> Visit:
    return await visit(request)


def _of_address(name: str, default: str) -> Bind:
    async def bind(request: Request) -> str:
        return request.query_params.get(name, default)

    return bind


class PageRoute(PlannedRoute):
    """A route whose refusals are pages. Besides ids of its path it takes the visit, and words of its address that have a default."""

    @staticmethod
    def bound(name: str, hint: Any, default: Any) -> Bind | None:
        if kind_of(hint) is Visit:
            return _visit
        return _of_address(name, default) if hint is str and isinstance(default, str) else None

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except SignedOut:
                return signed_out_page(request)
            except (PasswordToChange, SecondFactorToTake) as refusal:
                return _led_first(request, refusal)
            except Refusal as refusal:
                return refusal_page(request, refusal)
            except RequestValidationError:
                return refusal_page(request, NotFound())

        return handler
