"""One's own account and the staff's: what a password must be, how often it may be guessed at, and what an administrator may not undo."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, Invalid, NotAllowed
from domain.events import Event
from domain.identity import PARTNER_PEOPLE, PEOPLE, STAFF_ROLES, Role, Staff
from domain.values import HOUSE, CentreCode, line

SHORTEST = 12
TRIES = 5
REST = timedelta(minutes=15)
TWO_FACTORS = (Role.supervisor, Role.centre_manager, Role.dpo, Role.admin, Role.analyst)
"""Who comes in by two factors unless the operators say otherwise: those who see a whole centre or all of them, or run the house."""
_OBVIOUS = frozenset(
    "password passphrase parola secret letmein welcome qwerty qwertyuiop asdfghjkl iloveyou administrator admin counsellor supervisor "
    "demopassword changeme pakistan islamabad lahore peshawar karachi quetta migrantresourcecentre mrc mrccasework casework "
    "bismillah allahuakbar pakistanzindabad".split()
)
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")
# As people write letters to please a rule.
_SIGNS = str.maketrans("@$0135", "asoies")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
# Without i, l, o, u, 0 and 1: it is read out, and copied from paper.
_HANDED = "23456789abcdefghjkmnpqrstvwxyz"


class WeakPassword(Invalid):
    """This password is among the first that somebody would guess."""

    next = "Take four or five words that do not belong together."


class WrongPassword(Invalid):
    """This is not your present password."""

    next = "Try again; after five wrong tries the account rests for fifteen minutes."


class WrongCode(Invalid):
    """This code does not belong to the secret."""

    next = "Check the time on your telephone and give the next code."


class NameTaken(Conflict):
    """Somebody signs in by this name already."""

    next = "Choose another name to sign in with."
    field = "username"


class LastAdministrator(Conflict):
    """This is the last administrator who can sign in."""

    next = "Add another administrator first."


class OwnAccount(NotAllowed):
    """This is your own account."""

    next = "Change it on your account page, or ask another administrator."


def check_password(password: str, *about: str) -> None:
    """Raises Invalid, WeakPassword. `about` are the words that everybody knows of this person: the name they sign in with, their name."""
    if len(unicodedata.normalize("NFKC", password)) < SHORTEST:
        raise Invalid("A password has at least 12 characters.", field="password", next="Use a few words.")
    plain = rest = _folded(password)
    for word in sorted(_words(about), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(password)) < 5 or (rest != plain and len(rest) < 8) or _guessable(password):
        raise WeakPassword(field="password")


def _words(about: tuple[str, ...]) -> set[str]:
    """Each text whole and in its parts, without what is too short to be a hint."""
    parts = {_folded(part) for text in about for part in (text, *re.split(r"[\s._-]+", text))}
    return {part for part in parts if len(part) > 2}


def _folded(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _guessable(password: str) -> bool:
    """Runs of the keyboard, and words of the list with nothing but figures and signs about them."""
    plain = _folded(password)
    if any(plain in run * 2 or plain[::-1] in run * 2 for run in _RUNS):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password).translate(_SIGNS)
    return any(_words_gone(re.sub(r"\d", "", text)) for text in (plain, _folded(core)))


def _words_gone(text: str) -> bool:
    for word in sorted(_OBVIOUS, key=len, reverse=True):
        text = text.replace(word, "")
    return not text


def handed_over(chance: bytes) -> str:
    """A password to be read out and written down, from at least 16 random bytes: 16 letters and figures in fours, some 78 bits."""
    letters = "".join(_HANDED[byte % len(_HANDED)] for byte in chance[:16])
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def username_of(text: str) -> str:
    """Raises Invalid."""
    name = line(text, field="username", longest=100)
    if not _USERNAME.fullmatch(name):
        raise Invalid(
            "The name to sign in with has small letters, figures, dots and hyphens.", field="username", next="For example gul.isb."
        )
    return name


def centres_of(role: Role, wanted: tuple[CentreCode, ...], known: frozenset[CentreCode]) -> tuple[CentreCode, ...]:
    """Where somebody of this role works. An administrator belongs to the house. Raises Invalid."""
    if role not in STAFF_ROLES:
        raise Invalid("A partner's system is no member of staff.", field="role", next="Choose another role.")
    centres = tuple(dict.fromkeys(wanted)) or ((HOUSE,) if role is Role.admin else ())
    if not centres:
        raise Invalid("Say at which centre this person works.", field="centres", next="Choose one centre or more.")
    if not set(centres) <= known | {HOUSE}:
        raise Invalid("There is no such centre.", field="centres", next=f"Choose among {', '.join(sorted(known | {HOUSE}))}.")
    return centres


def partner_role(role: Role) -> Role:
    """One that somebody of a partner may have. Raises Invalid."""
    if role not in PARTNER_PEOPLE:
        raise Invalid("Somebody of a partner leads its desk or works at it.", field="role", next="Choose another role.")
    return role


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Which roles come in by two factors: a password with a code, or a passkey, which is both."""

    roles: frozenset[Role] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "SecondFactors":
        """Roles with commas between them, or `none`. Raises ValueError."""
        words = {word.strip() for word in text.split(",")}
        if words == {"none"}:
            return cls()
        if not words <= set(PEOPLE):
            raise ValueError(text)
        return cls(frozenset(map(Role, words)))

    def owed(self, role: Role, *, has_one: bool) -> bool:
        """Whether somebody of this role has to set one up before anything but their own account opens."""
        return role in self.roles and not has_one

    def passkey_only(self, role: Role, *, code: bool, passkey: bool) -> bool:
        """Whether a password alone, which no code is asked with, would be one factor where two are needed."""
        return role in self.roles and passkey and not code


def keep_one_administrator(staff: Staff, admins: list[Staff], *, stays: bool) -> None:
    """`admins` are those who can sign in now, `stays` whether this one will be among them. Raises LastAdministrator."""
    if not stays and [one.id for one in admins] == [staff.id]:
        raise LastAdministrator()


@dataclass(slots=True)
class Guesses:
    """Wrong guesses at one secret, somebody's password or a partner's. They stand apart from the record that is guessed at, so that a
    stranger who guesses changes nothing in it."""

    id: UUID
    failures: int = 0
    rests_until: datetime | None = None
    version: int = 1

    def resting(self, now: datetime) -> bool:
        """While it rests a right secret is refused too, and in the same words."""
        return self.rests_until is not None and self.rests_until > now

    def missed(self, now: datetime) -> bool:
        """Counts one more; whether it rests now."""
        self.failures += 1
        if self.failures >= TRIES:
            self.failures, self.rests_until = 0, now + REST
        return self.resting(now)


class GuessRecords(Protocol):
    async def of(self, id: UUID) -> Guesses:
        """None so far where there is no row."""
        ...

    async def held(self, id: UUID) -> Guesses:
        """The same for counting one more: those sent together wait for each other here."""
        ...

    async def save(self, guesses: Guesses) -> None: ...
    async def forget(self, id: UUID) -> None: ...


class Reset(StrEnum):
    """What an administrator can set back for somebody who is locked out."""

    password = "password"
    factors = "factors"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorTaken(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorDropped(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRead(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDeactivated(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffReactivated(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsReset(Event):
    pass
