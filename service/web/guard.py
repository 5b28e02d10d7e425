"""What a page is let in by and sent out with: the cookies, the proof that a form is ours, the headers."""

import re
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import NotAllowed
from service.settings import Settings

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    # Not `no-referrer`: browsers would then call the origin of our own forms "null".
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language, Accept-Encoding",
}
DOOR, PASS, TONGUE = "mrc-door", "mrc", "mrc-language"
DEVICE, DONE = "mrc-device", "mrc-done"
YEAR = 365 * 24 * 3600
_NAME = re.compile(r"[A-Za-z0-9_-]{16,120}")


class StrangeForm(NotAllowed):
    """This form did not come from a page of this service, or that page is too old."""

    next = "Open the page again and send the form from there."


def name(settings: Settings, cookie: str) -> str:
    """Browsers let nobody but this host, over https, set a cookie whose name begins with `__Host-`."""
    return f"__Host-{cookie}" if settings.production else cookie


def give(response: Response, settings: Settings, cookie: str, value: str, lasts: int | None = None) -> None:
    response.set_cookie(
        name(settings, cookie), value, max_age=lasts, path="/", secure=settings.production, httponly=True, samesite="strict"
    )


def take_back(response: Response, settings: Settings, cookie: str) -> None:
    response.delete_cookie(name(settings, cookie), path="/", secure=settings.production, httponly=True, samesite="strict")


def held(request: Request, settings: Settings, cookie: str) -> str:
    return request.cookies.get(name(settings, cookie), "")


def device(request: Request, settings: Settings) -> str:
    """The random name that this device was given at its first sign-in, or nothing."""
    found = held(request, settings, DEVICE)
    return found if _NAME.fullmatch(found) else ""


def done_forms(request: Request, settings: Settings) -> tuple[str, ...]:
    """The keys of forms that were done since a page last said so, the newest last."""
    return tuple(key for key in held(request, settings, DONE).split(".") if _NAME.fullmatch(key))


def note_done(response: Response, request: Request, settings: Settings, key: str) -> None:
    """The page that comes next tells the device, whichever tab asks for it and however often the line breaks before: only then may
    the device forget what was typed."""
    if _NAME.fullmatch(key):
        give(response, settings, DONE, ".".join((*done_forms(request, settings), key)[-5:]), 12 * 3600)


def own_origin(request: Request, settings: Settings) -> str:
    """In production the address that operators set, whatever Host a request claims; in development where it was sent to."""
    if settings.production:
        return settings.public_url.rstrip("/")
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def from_here(request: Request, settings: Settings) -> bool:
    """Every browser says where a form came from, in one header or both; what says nothing is no browser, and not let in."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and origin in (None, own_origin(request, settings))


def check(request: Request, settings: Settings, sent: str, expected: str) -> None:
    """Raises StrangeForm."""
    if not from_here(request, settings) or not compare_digest(sent.encode(), expected.encode()):
        raise StrangeForm()


def own_path(text: str) -> str:
    """A path of this service to go to, or the first page: never another host, however it is spelled."""
    plain = text.isascii() and text.isprintable() and not set(text) & set("\\ ?#")
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"
