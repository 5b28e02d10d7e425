"""What a device does between two pages: it locks, asks whether the session lives, and goes on without a line."""

import contextlib
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.contacts import Channel
from domain.identity import Act
from domain.sessions import SignedOut
from domain.values import Language
from service.web import guard, packing
from service.web.assets import address, assets, mark
from service.web.catalogue import LANGUAGES, Words
from service.web.edge import PageRoute, Visiting, acts, framed, sent_form
from service.web.forms import Form
from service.web.frame import render

router = APIRouter(route_class=PageRoute)
WORKER = "sw.js"


@router.get("/session", **acts(Act.see_self))
async def session(visit: Visiting) -> Response:
    """Asking is a visit: the hour begins anew. Whoever writes without a line fetches here what its forms must carry, and whether they would
    be taken now: nothing but the account opens before a second factor that is owed."""
    return visit.say({"form_token": visit.frame.form_token, "open": not visit.actor.held_up})


@router.post("/lock", **acts(Act.see_self))
async def lock(request: Request) -> Response:
    """Signs out, but what was typed stays on the device for whoever signs in as the same person. No `Visiting`: a session that ended a
    moment ago in another tab is locked too, and nothing here is typed work to be kept."""
    state = request.app.state
    use, settings = state.use, state.settings
    form = Form(await sent_form(request))
    shown = use.identity.shown(guard.held(request, settings, guard.PASS))
    guard.check(request, settings, form.raw("form_token"), use.identity.form_token(shown.session.hex))
    with contextlib.suppress(SignedOut):
        await use.identity.sign_out((await use.identity.visitor(shown)).actor)
    response = RedirectResponse(f"/sign-in?locked=1&next={quote(guard.own_path(form.raw('next') or '/'))}", 303, guard.HEADERS)
    guard.take_back(response, settings, guard.PASS)
    return response


@dataclass(frozen=True, slots=True)
class Offline:
    channels: tuple[Channel, ...] = tuple(Channel)


@router.get("/offline", **acts(None))
async def offline(request: Request, tongue: str = "") -> Response:
    """The one page that lies on the device: the same for everybody, without a name, a token or a record."""
    frame = framed(request, request.app.state.use, request.app.state.settings, None)
    if tongue in [one.value for one in LANGUAGES]:
        frame = type(frame)(Words(Language(tongue)), frame.at, frame.path, None, "", "", way=frame.way, locks_after=frame.locks_after)
    return render(frame, "offline", Offline())


@router.get("/sw.js", **acts(None))
async def worker(request: Request) -> Response:
    """At the root, because it answers for every page when there is no line. Its text names the release, so that a new one takes the old
    one's place. Browsers ask for it anew at each visit."""
    files = [address(name) for name in assets() if name != WORKER]
    told = orjson.dumps({"mark": mark(), "files": files})
    body = b"self.told = " + told + b";\n" + assets()[WORKER].body
    head = packing.headers(body, packing.way(request.headers.get("accept-encoding", "")))
    return Response(
        packing.packed_once(body, head.get("Content-Encoding", "")), headers={**guard.HEADERS, **head}, media_type="text/javascript"
    )
