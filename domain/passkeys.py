"""Passkeys: a key that a telephone or a computer keeps and opens by finger, face or PIN, and so both factors in one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, NotAllowed
from domain.events import Event
from domain.values import StaffId

MOST = 10


class PasskeyRefused(NotAllowed):
    """This passkey was not accepted."""

    next = "Try once more, or sign in with your name and password."


class PasskeyThere(Conflict):
    """This device has a passkey here already."""

    next = "Remove the old one first, or take another device."


class TooManyPasskeys(Conflict):
    """An account has ten passkeys at most."""

    next = "Remove those of devices that you no longer use."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRemoved(Event):
    pass


@dataclass(slots=True)
class Passkey:
    """`counter` is what the authenticator counted last, 0 where it does not count. `challenged_at` is when the last challenge that it
    answered was made: an answer to that one or to an older one is a repetition."""

    id: UUID
    staff_id: StaffId
    credential: bytes
    public_key: bytes
    counter: int
    name: str
    added_at: datetime
    challenged_at: datetime
    used_at: datetime | None = None
    version: int = 1

    def take(self, challenged_at: datetime, counter: int, at: datetime) -> None:
        """Raises PasskeyRefused for a repetition."""
        if challenged_at <= self.challenged_at:
            raise PasskeyRefused()
        self.challenged_at, self.counter, self.used_at = challenged_at, counter, at


@dataclass(frozen=True, slots=True)
class Site:
    """The address that a passkey belongs to: the host alone, and as a browser says it."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who registers, as their device is told. `handle` is opaque: devices leave the house."""

    handle: bytes
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    credential: bytes
    public_key: bytes
    counter: int


class PasskeyRecords(Protocol):
    async def of(self, staff: StaffId) -> list[Passkey]: ...
    async def by_credential(self, credential: bytes) -> Passkey | None: ...
    async def counts(self) -> dict[StaffId, int]: ...
    async def add(self, passkey: Passkey) -> None: ...
    async def save(self, passkey: Passkey) -> None: ...
    async def remove(self, staff: StaffId, id: UUID) -> bool: ...
    async def remove_all(self, staff: StaffId) -> None: ...


class Ceremony(Protocol):
    """WebAuthn. Options and answers are JSON texts as browsers take and give them. What does not verify raises PasskeyRefused."""

    def to_register(self, site: Site, challenge: bytes, holder: Holder, known: tuple[bytes, ...]) -> str: ...

    def registered(self, site: Site, challenge: bytes, answer: str) -> NewKey: ...

    def to_sign_in(self, site: Site, challenge: bytes) -> str: ...

    def named(self, answer: str) -> tuple[bytes, bytes]:
        """The credential and the handle that an answer claims, not yet verified."""
        ...

    def signed(self, site: Site, challenge: bytes, answer: str, public_key: bytes, counter: int) -> int:
        """The counter after it."""
        ...
