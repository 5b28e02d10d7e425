"""Clients: who somebody is, how they may be reached, and how they are found again."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.contacts import Contact
from domain.errors import Invalid
from domain.events import Event
from domain.identity import Actor, Scope, Sensitivity
from domain.values import (
    Birth,
    CentreCode,
    ClientId,
    Cnic,
    ContactId,
    Gender,
    Language,
    Passport,
    Phone,
    StaffId,
    line,
    required,
)

OLDEST = 120
"""Years: nobody who comes to a centre was born longer ago; a year before that is a slip of the pen."""


class MigrationStage(StrEnum):
    prospective = "prospective"
    departing = "departing"
    abroad = "abroad"
    returnee = "returnee"


class ImpossibleBirth(Invalid):
    """Nobody living was born then."""

    next = "Check the year; leave it empty when it is not known."


@dataclass(frozen=True, slots=True)
class Names:
    """What lists show, in both scripts."""

    name: str
    name_urdu: str = ""

    @classmethod
    def of(cls, name: str, name_urdu: str = "") -> "Names":
        """Raises Invalid for an empty name."""
        return cls(required(name, field="name"), line(name_urdu, field="name_urdu"))


@dataclass(frozen=True, slots=True)
class SafeContact:
    """When and how this person may be reached; `never` means that no message leaves for them at all."""

    never: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Particulars:
    """All else that says who somebody is; encrypted as one piece because it is shown as one."""

    father_or_husband_name: str = ""
    birth: Birth | None = None
    cnic: Cnic | None = None
    passport: Passport | None = None
    phones: tuple[Phone, ...] = ()
    languages: tuple[Language, ...] = ()
    safe_contact: SafeContact = SafeContact()

    def check(self, today: date) -> None:
        """Raises ImpossibleBirth."""
        if self.birth and not today.year - OLDEST <= self.birth.year <= today.year:
            raise ImpossibleBirth(field="birth_year")
        if self.birth and self.birth.day and self.birth.day > today:
            raise ImpossibleBirth(field="birth_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChanged(Event):
    pass


@dataclass(slots=True)
class Client:
    """A person registered. `number` is for people (ISB-C-000123); `birth_year` stands beside the encrypted date for figures."""

    id: ClientId
    centre: CentreCode
    number: str
    names: Names
    particulars: Particulars
    gender: Gender
    migration_stage: MigrationStage
    district: str | None
    birth_year: int | None
    sensitivity: Sensitivity
    registered_at: datetime
    registered_by: StaffId
    version: int = 1

    def registered(self, by: Actor, at: datetime) -> ClientRegistered:
        return ClientRegistered(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.id)

    def change(self, *, by: Actor, at: datetime, **fields: object) -> ClientChanged:
        """Sets the given fields of the record; the trail learns their names, never their values."""
        for name, value in fields.items():
            setattr(self, name, value)
        if self.particulars.birth:
            self.birth_year = self.particulars.birth.year
        return ClientChanged(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.id, fields=tuple(sorted(fields)))

    def age(self, today: date) -> int | None:
        birth = self.particulars.birth or (Birth(self.birth_year) if self.birth_year else None)
        return birth.age(today) if birth else None

    def is_child(self, today: date) -> bool:
        """Under 18 on `today`; where only the year is known, whoever may still be a child is treated as one."""
        age = self.age(today)
        return age is not None and age < 18


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as the API and the pages show it."""

    id: ClientId
    number: str
    centre: CentreCode
    name: str
    name_urdu: str
    father_or_husband_name: str
    gender: Gender
    birth_date: date | None
    birth_year: int | None
    cnic: str | None
    passport: str | None
    phones: tuple[Phone, ...]
    languages: tuple[Language, ...]
    safe_contact: SafeContact
    district: str | None
    migration_stage: MigrationStage
    sensitivity: Sensitivity
    registered_at: datetime
    version: int
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, client: Client) -> "ClientView":
        its = client.particulars
        return cls(
            id=client.id,
            number=client.number,
            centre=client.centre,
            name=client.names.name,
            name_urdu=client.names.name_urdu,
            father_or_husband_name=its.father_or_husband_name,
            gender=client.gender,
            birth_date=its.birth.day if its.birth else None,
            birth_year=client.birth_year,
            cnic=str(its.cnic) if its.cnic else None,
            passport=str(its.passport) if its.passport else None,
            phones=its.phones,
            languages=its.languages,
            safe_contact=its.safe_contact,
            district=client.district,
            migration_stage=client.migration_stage,
            sensitivity=client.sensitivity,
            registered_at=client.registered_at,
            version=client.version,
            warnings=tuple(its.cnic.doubts(client.gender)) if its.cnic else (),
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """One client who may be the person looked for, how likely (0 to 1), and why in words."""

    id: ClientId
    number: str
    name: str
    name_urdu: str
    centre: CentreCode
    score: float
    why: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client found by keyed tokens, unsealed so that its likeness can be judged."""

    id: ClientId
    number: str
    centre: CentreCode
    names: Names
    particulars: Particulars
    birth_year: int | None
    hits: int


class ClientRecords(Protocol):
    async def get(self, scope: Scope, id: ClientId) -> Client:
        """Raises NotFound, alike for a client that is not there and one out of scope."""
        ...

    async def add(self, client: Client, tokens: frozenset[int]) -> None: ...

    async def save(self, client: Client, tokens: frozenset[int] | None = None) -> None:
        """Replaces the search tokens where new ones are given. Raises Stale."""
        ...

    async def numbered(self, scope: Scope, number: str) -> tuple[CentreCode, ClientId]:
        """Whose number this is, restricted clients included: for breaking the glass, which shows nothing yet. Raises NotFound."""
        ...

    async def next_number(self, centre: CentreCode, kind: str) -> str:
        """`ISB-C-000123`: counted for each centre and kind (C client, K case) without gaps being promised."""
        ...


class ClientViews(Protocol):
    async def client(self, scope: Scope, id: ClientId) -> Client: ...

    async def find(self, scope: Scope, tokens: tuple[int, ...], limit: int, alike: int) -> list[Candidate]:
        """For ranking: as `carrying`, but where there is no room for all who carry as few of them, none of those. Where nobody carries more
        than they do, `alike` of them."""
        ...

    async def carrying(self, scope: Scope, tokens: tuple[int, ...], limit: int) -> list[Candidate]:
        """Clients who carry any of these keyed tokens, those with most of them first and of those the newest; at most `limit`."""
        ...

    async def by_number(self, scope: Scope, number: str) -> list[Candidate]: ...

    async def numbers(self, scope: Scope, ids: tuple[UUID, ...]) -> dict[UUID, str]:
        """What these clients are called on their cards; nothing else is read of them."""
        ...

    async def contacts(self, scope: Scope, limit: int) -> list[Contact]: ...

    async def contact(self, scope: Scope, id: ContactId) -> Contact:
        """Raises NotFound, also for one of a client who is not for this reader."""
        ...
