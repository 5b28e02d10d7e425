"""What is shown of who works here and how they came in, and what the trail is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.errors import Invalid
from domain.events import Event
from domain.identity import Act, Actor, Role
from domain.values import CentreCode, Language, StaffId

HOUSE_ACTOR = Actor(UUID(int=0), Role.admin, ())
"""The service itself: the worker and the commands. It has no session and signs no token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorTaken(Event):
    pass


class WrongCode(Invalid):
    """This code does not belong to the secret."""

    next = "Check the time on your telephone and give the next code."


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """For the authenticator: the secret by hand, or the same as a QR code's text."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What the token route answers, in OAuth's words. `refresh_token` is new at each use; an old one ends the session."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | None


@dataclass(frozen=True, slots=True)
class Me:
    id: UUID
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    language: Language
    may: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class StaffView:
    id: StaffId
    username: str
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Pass:
    """What the cookie of the pages says, before anybody asks whether it still holds. It rests on the session row, so it needs no rotation,
    and two tabs never take each other for a thief."""

    subject: UUID
    session: UUID
    epoch: int
    seen: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page, now; `cookie` is their pass with the time of this visit in it."""

    actor: Actor
    at: datetime
    cookie: str
