"""What is shown of who works here and how they came in, and what the trail is told of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events import Event
from domain.identity import Act, Actor, Role, Staff
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
class SignInRefused(Event):
    pass


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
    """A colleague, as everybody here sees one."""

    id: StaffId
    username: str
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    active: bool

    @classmethod
    def of(cls, it: Staff) -> "StaffView":
        return cls(it.id, it.username, it.name, it.role, it.centres, it.active)


@dataclass(frozen=True, slots=True)
class Hired(StaffView):
    """`one_time_password` is told this once, where none was given; whoever comes in by it chooses another first."""

    one_time_password: str | None = None


@dataclass(frozen=True, slots=True)
class StaffLine(StaffView):
    """A member of staff, as the administrator sees one. `password_until` is when a password that was handed over stops working."""

    language: Language
    second_factor: bool
    passkeys: int
    must_change_password: bool
    password_until: datetime | None
    last_sign_in: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class StaffDetail(StaffLine):
    """`open_cases` is how many they answer for: a number, whoever's they are."""

    open_cases: int
    one_time_password: str | None = None


@dataclass(frozen=True, slots=True)
class PasskeyView:
    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """`seen_at` is kept to five minutes."""

    id: UUID
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    this: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """One's own account. `last_sign_in` is the time before this one: a stranger's would show here."""

    username: str
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    language: Language
    last_sign_in: datetime | None
    second_factor: bool
    passkeys: tuple[PasskeyView, ...]
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Options for a browser's passkeys, and the sealed challenge that has to come back with the answer."""

    options: str
    ticket: str


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
    """Somebody at a page, now; `cookie` is their pass with the time of this visit in it, or nothing while the one they have is fresh."""

    actor: Actor
    at: datetime
    cookie: str
