"""Reading a form: what was typed, read into values, with every fault at its field and nothing typed lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from domain.errors import Invalid, Refusal
from domain.values import DIGITS, line, prose, required
from service.web.catalogue import mark

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
CARRIED = ("form_token", "key")
"""What every form carries and nobody types."""
SECRETS = ("present", "password", "password_again")
"""What somebody types and no page shows again, nor keeps for later."""


class NotComplete(Invalid):
    """Please look at this again."""

    next = "What you typed is still here."


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Again:
    """A form shown again: which one, what was typed, what stood against it and what to do next."""

    form: str = ""
    typed: Mapping[str, tuple[str, ...]] | None = None
    faults: tuple[Fault, ...] = ()
    next: str = ""

    def value(self, form: str, field: str, otherwise: str = "") -> str:
        return next(iter(self._of(form, field)), "") if self._is(form) else otherwise

    def chosen(self, form: str, field: str, value: str, otherwise: bool = False) -> bool:
        return value in self._of(form, field) if self._is(form) else otherwise

    def fault(self, form: str, field: str) -> str:
        return next((fault.says for fault in self.faults if self._is(form) and fault.field == field), "")

    def _is(self, form: str) -> bool:
        return form == self.form and self.typed is not None

    def _of(self, form: str, field: str) -> tuple[str, ...]:
        return (self.typed or {}).get(field, ()) if self._is(form) else ()


NOTHING = Again()


def known(text: str, among: type[E]) -> E | None:
    """A filter from an address: what somebody wrote there by hand and is none of the list is left out rather than refused."""
    return next((one for one in among if one.value == text), None)


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class Form:
    """One form as it was sent. Each reader answers with a value and remembers a fault instead of stopping at the first."""

    def __init__(self, fields: Mapping[str, tuple[str, ...]]) -> None:
        self.fields = fields
        self._faults: list[Fault] = []

    def raw(self, field: str) -> str:
        return next(iter(self.fields.get(field, ())), "").strip()

    def secret(self, field: str) -> str:
        """As it was typed: a blank may be part of a password."""
        return next(iter(self.fields.get(field, ())), "")

    def read(self, field: str, reader: Callable[[str], T], otherwise: T) -> T:
        """`otherwise` for an empty field."""
        if not (text := self.raw(field)):
            return otherwise
        try:
            return reader(text)
        except Invalid as refusal:
            self.wrong(field, str(refusal))
        except ValueError:
            self.wrong(field, mark("Choose one of the list."))
        return otherwise

    def wrong(self, field: str, says: str) -> None:
        self._faults.append(Fault(field, says))

    def line(self, field: str, longest: int = 200) -> str:
        return self.read(field, lambda text: line(text, field=field, longest=longest), "")

    def needed(self, field: str, longest: int = 200) -> str:
        try:
            return required(self.raw(field), field=field, longest=longest)
        except Invalid as refusal:
            self.wrong(field, str(refusal))
            return ""

    def prose(self, field: str, *, needed: bool = False) -> str:
        found = self.read(field, lambda text: prose(text, field=field), "")
        if needed and not self.raw(field):
            self.wrong(field, mark("This cannot be empty."))
        return found

    def choice(self, field: str, among: type[E]) -> E | None:
        return self.read(field, among, None)

    def chosen(self, field: str, among: type[E]) -> E:
        """One of a list that cannot be left open; the first of it stands in until the form is checked."""
        found = self.choice(field, among)
        if found is None and not self.raw(field):
            self.wrong(field, mark("Choose one of the list."))
        return found or next(iter(among))

    def several(self, field: str, among: type[E]) -> tuple[E, ...]:
        known = {one.value for one in among}
        return tuple(among(value) for value in dict.fromkeys(self.fields.get(field, ())) if value in known)

    def ids(self, field: str) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys(one for text in self.fields.get(field, ()) if (one := uuid_of(text))))

    def number(self, field: str, least: int, most: int) -> int | None:
        found = self.read(field, _whole, None)
        if found is not None and not least <= found <= most:
            self.wrong(field, mark("This number cannot be right."))
            return None
        return found

    def day(self, field: str) -> date | None:
        return self.read(field, _day, None)

    def ticked(self, field: str) -> bool:
        return bool(self.raw(field))

    def check(self) -> None:
        """Raises NotComplete when any field was faulty."""
        if self._faults:
            raise NotComplete()

    def again(self, form: str, refusal: Refusal, called: Mapping[str, str] = MappingProxyType({})) -> Again:
        """The form with what stood against it. A refusal that names a field stands there, any other at the top; `called` is what this form
        calls a field that the rule calls otherwise."""
        faults = list(self._faults)
        if not isinstance(refusal, NotComplete):
            field = getattr(refusal, "field", "")
            faults.append(Fault(called.get(field, field), str(refusal)))
        typed = {name: values for name, values in self.fields.items() if name not in (*CARRIED, *SECRETS)}
        return Again(form, typed, tuple(faults), refusal.next)


def _whole(text: str) -> int:
    plain = text.translate(DIGITS)
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise Invalid(mark("A number is needed here."))
    return int(plain)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.translate(DIGITS))
    except ValueError:
        raise Invalid(mark("A day is written like 2026-11-21.")) from None
