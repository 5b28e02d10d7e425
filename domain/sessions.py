"""Signed in: the session, what a request learns from it, how a sign-in fails, and what signs, hashes and counts codes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, NotAllowed
from domain.identity import Actor, Role


@dataclass(slots=True)
class SignIn:
    """One signed-in session: checked on every request, so that ending it takes effect with the next one. `seen_at` is kept to five
    minutes; none until the session is that old."""

    id: UUID
    principal: UUID
    role: Role
    family: UUID
    refresh: bytes
    refreshed: int
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    seen_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Live:
    """A session that has not ended, with as much of its principal as each request needs; `epoch` is the present one, `second_factor`
    whether they have a code or a passkey."""

    actor: Actor
    epoch: int
    seen_at: datetime
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says."""

    subject: UUID
    session: UUID
    epoch: int
    kind: str
    expires: datetime


class SignInFailed(NotAllowed):
    """The name, the password or the code is not right."""

    next = "Try again; after five wrong tries the account rests for fifteen minutes."


class OneTimePasswordOver(SignInFailed):
    """This password was handed to you for 72 hours, and they are over."""

    next = "Ask an administrator to make a new one."


class PasskeyNeeded(SignInFailed):
    """Your role needs a second factor, and yours is a passkey: the password alone opens nothing."""

    next = "Use the passkey on the sign-in page. If it is lost, ask an administrator to remove it."


class SignedOut(NotAllowed):
    """You are not signed in, or your session has ended."""

    next = "Sign in again; what you were typing is kept."


class SecondFactorNeeded(Conflict):
    """The six-digit code of your authenticator is needed too."""

    next = "Send it as `totp`."


class Tokens(Protocol):
    """Signed access tokens. Standard claims are all required and all checked by us (TRUST 17)."""

    def issue(self, claims: Claims) -> str: ...

    def read(self, token: str) -> Claims:
        """Raises SignedOut for anything but a live token of ours."""
        ...


class Passwords(Protocol):
    """Argon2id, off the event loop, few at once."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, hashed: str) -> bool:
        """Takes as long for a wrong or empty hash as for a right one."""
        ...


class OneTimeCodes(Protocol):
    def secret(self) -> str: ...

    def step(self, code: str, secret: str, at: datetime) -> int | None:
        """The step of time this code belongs to, one step of clock drift either way; None for a wrong code."""
        ...

    def uri(self, secret: str, username: str) -> str:
        """What an authenticator reads as a QR code."""
        ...
