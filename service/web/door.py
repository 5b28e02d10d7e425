"""Somebody who is not signed in: the sign-in page, and what they were typing kept, sealed, until they are back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from domain.secrecy import KeyVault, Unreadable
from service.settings import Settings
from service.usecases import UseCases
from service.web import guard
from service.web.forms import CARRIED, NOTHING, SECRETS, Again
from service.web.frame import Frame, render, tongue

KEPT_FOR = timedelta(hours=12)
CODE_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignIn:
    """`kept` is typed work, `tried` a name and password that were right, each sealed so that the page source tells nothing."""

    next: str = "/"
    kept: str = ""
    tried: str = ""
    ended: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that arrived after its session had ended."""

    path: str
    fields: tuple[tuple[str, str], ...]
    key: str


def seal(vault: KeyVault, what: str, at: datetime, value: dict[str, Any]) -> str:
    return vault.seal_house(orjson.dumps({**value, "at": at.timestamp()}), at=f"pages.{what}").hex()


def unseal(vault: KeyVault, what: str, text: str, now: datetime, lasts: timedelta) -> dict[str, Any]:
    """Empty for what was not sealed here, or too long ago."""
    try:
        value: dict[str, Any] = orjson.loads(vault.open_house(bytes.fromhex(text), at=f"pages.{what}"))
    except (ValueError, Unreadable):
        return {}
    return value if now.timestamp() - value["at"] <= lasts.total_seconds() else {}


def keep(vault: KeyVault, at: datetime, subject: UUID, path: str, fields: dict[str, tuple[str, ...]]) -> str:
    """Only for whoever typed it: another person who signs in at this desk does not get it."""
    pairs = [(name, value) for name, values in fields.items() if name not in ("form_token", *SECRETS) for value in values]
    return seal(vault, "kept", at, {"subject": subject.hex, "path": path, "fields": pairs})


def kept(vault: KeyVault, now: datetime, subject: UUID, text: str) -> Kept | None:
    found = unseal(vault, "kept", text, now, KEPT_FOR)
    if not found or found["subject"] != subject.hex:
        return None
    pairs = [(name, value) for name, value in found["fields"]]
    typed = tuple((name, value) for name, value in pairs if name not in CARRIED)
    return Kept(found["path"], typed, next((value for name, value in pairs if name == "key"), ""))


def show(request: Request, view: SignIn, *, again: Again = NOTHING, status: int = 200) -> Response:
    """The sign-in page, with the passing name that its form is bound to."""
    use: UseCases = request.app.state.use
    settings: Settings = request.app.state.settings
    door = guard.held(request, settings, guard.DOOR)
    fresh = use.identity.fresh()
    words = tongue(request, settings, None)
    frame = Frame(words, use.identity.now(), "/sign-in", None, use.identity.form_token(door or fresh), fresh)
    response = render(frame, "sign_in", view, again=again, status=status)
    if not door:
        guard.give(response, settings, guard.DOOR, fresh)
    return response
