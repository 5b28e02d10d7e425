"""Outreach: an awareness session in a hall or an institute, how many came, and the contacts that sign up there."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain import reference
from domain.contacts import Channel, Contact, Said
from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.identity import Actor, Role, Scope
from domain.values import DIGITS, CentreCode, ContactId, Language, OutreachId, StaffId

FIRST = date(2000, 1, 1)
AHEAD = timedelta(days=730)
"""How far ahead a session is planned; a day beyond that is a slip of the pen."""


HOLDERS = (Role.counsellor, Role.supervisor, Role.centre_manager)
"""Who can hold a session."""


class OutreachKind(StrEnum):
    awareness_session = "awareness_session"
    institute_visit = "institute_visit"
    other = "other"


class ImpossibleDay(Invalid):
    """An outreach session is not on this day."""

    next = "Check the year."


class WrongTime(Invalid):
    """A time of day is written like 14:30."""

    next = "Leave it empty when it is not known."


class UnknownDistrict(Invalid):
    """This district is not in the list."""

    next = "Choose one of the list, or leave it open."


class NotHeldYet(Conflict):
    """This session is still to come, so nobody can be counted yet."""

    next = "Count the people on the day of the session or after it."


class CountNotWhole(Invalid):
    """Women, men and transgender people are counted together: a nought is a number too."""

    next = "Fill in all three, or leave all three empty."


class TooManyChildren(Invalid):
    """More people under 18 than people are counted."""

    next = "The people under 18 are among those counted above."


class NotOfThisCentre(Invalid):
    """This person does not work at the centre of the session."""

    next = "Choose a colleague of the same centre."


class NothingSaid(Invalid):
    """Write a name, a telephone or what they asked."""

    next = "One of the three is enough."


def time_of_day(text: str) -> str:
    """`HH:MM`, or nothing. Raises WrongTime."""
    plain = text.translate(DIGITS).strip()
    if plain and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", plain, re.ASCII):
        raise WrongTime(field="begins")
    return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachPlanned(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known of a session before anybody came. `district` is a P-code, `begins` as `HH:MM`."""

    title: str
    kind: OutreachKind
    day: date
    begins: str = ""
    place: str = ""
    district: str | None = None
    language: Language | None = None
    note: str = ""


@dataclass(slots=True)
class OutreachSession:
    """A group event of a centre. The counts are of people, entered afterwards: None is not counted, which is not nobody.

    Those under 18 are among the others. The note is for colleagues and names nobody; it is sealed because somebody may still do so.
    """

    id: OutreachId
    centre: CentreCode
    title: str
    kind: OutreachKind
    day: date
    begins: str
    place: str
    district: str | None
    language: Language | None
    held_by: StaffId
    note: str
    added_at: datetime
    added_by: StaffId
    female: int | None = None
    male: int | None = None
    transgender: int | None = None
    under_18: int | None = None
    version: int = 1

    @classmethod
    def plan(
        cls, id: OutreachId, centre: CentreCode, plan: Plan, held_by: StaffId, *, by: Actor, at: datetime, today: date
    ) -> tuple["OutreachSession", OutreachPlanned]:
        """Raises what `check` raises."""
        its = {field.name: getattr(plan, field.name) for field in fields(plan)}
        made = cls(id=id, centre=centre, **its, held_by=held_by, added_at=at, added_by=StaffId(by.id))
        made.check(today)
        return made, OutreachPlanned(at=at, by=by.id, centre=centre, subject=id)

    def change(self, changes: dict[str, object], *, by: Actor, at: datetime, today: date) -> OutreachChanged:
        """Sets the given fields. Raises what `check` raises."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.check(today)
        return OutreachChanged(at=at, by=by.id, centre=self.centre, subject=self.id, fields=tuple(sorted(changes)))

    def check(self, today: date) -> None:
        """Raises ImpossibleDay, WrongTime, UnknownDistrict, NotHeldYet, CountNotWhole, TooManyChildren."""
        if not FIRST <= self.day <= today + AHEAD:
            raise ImpossibleDay(field="day")
        self.begins = time_of_day(self.begins)
        if self.district is not None and self.district not in reference.districts():
            raise UnknownDistrict(field="district")
        self._check_counts(today)

    def _check_counts(self, today: date) -> None:
        counted = [number for number in (self.female, self.male, self.transgender) if number is not None]
        if (counted or self.under_18 is not None) and self.day > today:
            raise NotHeldYet()
        if len(counted) not in (0, 3) or (self.under_18 is not None and not counted):
            raise CountNotWhole(field="female")
        if (self.under_18 or 0) > sum(counted):
            raise TooManyChildren(field="under_18")

    def sign_up(self, id: ContactId, said: Said, minutes: int, *, by: Actor, at: datetime) -> Contact:
        """Somebody who asks for more: a contact like any other, of this session. Raises NothingSaid."""
        if not (said.name or said.phone or said.question):
            raise NothingSaid(field="name")
        return Contact(id, self.centre, Channel.outreach_event, said, minutes, at, StaffId(by.id), outreach_session=self.id)


@dataclass(frozen=True, slots=True)
class OutreachView:
    """`sign_ups` is how many people signed up; who they are is for those who may add contacts."""

    id: OutreachId
    centre: CentreCode
    title: str
    kind: OutreachKind
    day: date
    begins: str
    place: str
    district: str | None
    language: Language | None
    held_by: StaffId
    note: str
    female: int | None
    male: int | None
    transgender: int | None
    under_18: int | None
    sign_ups: int
    version: int

    @classmethod
    def of(cls, it: OutreachSession, sign_ups: int) -> "OutreachView":
        shared = {field.name: getattr(it, field.name) for field in fields(cls) if field.name != "sign_ups"}
        return cls(**shared, sign_ups=sign_ups)

    @property
    def people(self) -> int | None:
        """How many came, None while nobody was counted."""
        counted = (self.female, self.male, self.transgender)
        return None if None in counted else sum(number or 0 for number in counted)


class OutreachRecords(Protocol):
    async def get(self, scope: Scope, id: OutreachId) -> OutreachSession:
        """Holds the row. Raises NotFound."""
        ...

    async def look(self, scope: Scope, id: OutreachId) -> OutreachSession:
        """Without holding it: for signing up, which changes nothing in it. Raises NotFound."""
        ...

    async def sign_ups(self, id: OutreachId) -> int: ...
    async def add(self, session: OutreachSession) -> None: ...
    async def save(self, session: OutreachSession) -> None: ...


class OutreachViews(Protocol):
    async def session(self, scope: Scope, id: OutreachId) -> tuple[OutreachSession, int]:
        """With how many signed up. Raises NotFound."""
        ...

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[tuple[OutreachSession, int]]:
        """The latest day first; `after` is the last of the page before."""
        ...

    async def sign_ups(self, scope: Scope, id: OutreachId) -> list[Contact]:
        """The latest first."""
        ...
