"""What going abroad for a job cost the worker, and what the job paid: how many months of earnings the costs are (SDG indicator 10.7.1).

Decision. Context: people remember sums by part or not at all, wages in the money of the country. Choice: each part in whole rupees, empty
where it is not known; the first monthly income in its own money with the rate of that time, which makes rupees of it. The months are
computed from the parts that are known, and only where one is and the income too. Price: who forgot a part counts as having paid less;
a rate is what the client or the counsellor says, looked up nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from domain.clients import Client
from domain.countries import abroad
from domain.errors import Invalid
from domain.events import Event
from domain.identity import Actor, Scope
from domain.values import CentreCode, ClientId, StaffId, day_of, hundredths

PKR = "PKR"
PAISA = 100
MOST = 100_000_000
MOST_RATE = 1_000_000
PARTS = ("agent", "visa", "ticket", "medical", "other")
EARLIEST = 1950


class Paid(StrEnum):
    """How the costs were paid, for the greater part."""

    savings = "savings"
    family_loan = "family_loan"
    lender = "lender"
    sold_assets = "sold_assets"
    wage_advance = "wage_advance"
    employer = "employer"
    not_known = "not_known"


class WentWhen(Invalid):
    """The year of going is from 1950 to this one."""

    next = "Write the year in which they left, or about when."


class SumTooLarge(Invalid):
    """A sum is from 0 to 100 million."""

    next = "Write whole rupees, without commas."


class RateNeeded(Invalid):
    """Money of another country needs the rate: how many rupees one of it was."""

    next = "Write the currency as three letters, like SAR, and the rate, like 74.25."


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChanged(Event):
    pass


def paisa(text: str) -> int:
    """A rate as it is typed, in hundredths of a rupee. Raises RateNeeded."""
    its = hundredths(text, 7)
    if its is None:
        raise RateNeeded()
    return its


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of one job. Parts in whole rupees; `income` whole, a month, in `currency`, of which one was `rate` paisa."""

    country: str
    year: int
    agent: int | None = None
    visa: int | None = None
    ticket: int | None = None
    medical: int | None = None
    other: int | None = None
    paid: Paid = Paid.not_known
    income: int | None = None
    currency: str = PKR
    rate: int = PAISA
    words: str = ""

    def check(self, today: date) -> None:
        """Raises NoSuchCountry, WentWhen, SumTooLarge, RateNeeded."""
        abroad(self.country)
        if not EARLIEST <= self.year <= today.year:
            raise WentWhen(field="year")
        for name in (*PARTS, "income"):
            if (its := getattr(self, name)) is not None and not 0 <= its <= MOST:
                raise SumTooLarge(field=name)
        letters = len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()
        if not letters or not 0 < self.rate <= MOST_RATE or (self.currency == PKR) != (self.rate == PAISA):
            raise RateNeeded(field="rate")


def cost(parts: tuple[int | None, ...]) -> int | None:
    """Of those that are known; None where none is."""
    known = [one for one in parts if one is not None]
    return sum(known) if known else None


def rupees(income: int | None, rate: int) -> int | None:
    """A half upwards."""
    return None if income is None else (income * rate + PAISA // 2) // PAISA


def months(cost: int | None, income: int | None) -> float | None:
    """So many monthly incomes the costs are, to two decimals, a half upwards; None where either is not known, or nothing was earned."""
    return None if cost is None or not income else (200 * cost + income) // (2 * income) / 100


@dataclass(slots=True)
class Job:
    id: UUID
    centre: CentreCode
    client_id: ClientId
    country: str
    year: int
    agent: int | None
    visa: int | None
    ticket: int | None
    medical: int | None
    other: int | None
    paid: Paid
    income: int | None
    currency: str
    rate: int
    words: str
    written_by: StaffId
    written_at: datetime
    version: int = 1

    @classmethod
    def add(cls, id: UUID, client: Client, told: Told, *, by: Actor, at: datetime) -> tuple["Job", JobAdded]:
        """Raises what `Told.check` raises."""
        told.check(day_of(at))
        made = cls(id, client.centre, client.id, **_said(told), written_by=StaffId(by.id), written_at=at)
        return made, JobAdded(at=at, by=by.id, centre=client.centre, subject=id, client=client.id)

    def change(self, told: Told, *, by: Actor, at: datetime) -> JobChanged:
        """Raises what `Told.check` raises."""
        told.check(day_of(at))
        said = _said(told)
        fields = tuple(sorted(name for name, value in said.items() if getattr(self, name) != value))
        for name, value in said.items():
            setattr(self, name, value)
        return JobChanged(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, fields=fields)

    @property
    def cost(self) -> int | None:
        return cost((self.agent, self.visa, self.ticket, self.medical, self.other))


def _said(told: Told) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Told.__slots__}


@dataclass(frozen=True, slots=True)
class JobView:
    """`cost` and `monthly` in whole rupees, `months` of earnings computed from them. `rate` in paisa for one of the currency."""

    id: UUID
    client_id: ClientId
    country: str
    year: int
    agent: int | None
    visa: int | None
    ticket: int | None
    medical: int | None
    other: int | None
    paid: Paid
    income: int | None
    currency: str
    rate: int
    words: str
    cost: int | None
    monthly: int | None
    months: float | None
    written_by: StaffId
    written_at: datetime
    version: int

    @classmethod
    def of(cls, it: Job) -> "JobView":
        monthly = rupees(it.income, it.rate)
        computed: dict[str, Any] = {"monthly": monthly, "months": months(it.cost, monthly)}
        return cls(**{name: getattr(it, name) for name in cls.__slots__ if name not in computed}, **computed)


@dataclass(frozen=True, slots=True)
class Destination:
    """Jobs of which both the costs and the income are known: how many, and the median of their months of earnings."""

    country: str
    n: int
    months: float


def by_destination(found: Iterable[tuple[str, int, int, int]]) -> tuple[Destination, ...]:
    """Those with the most jobs first. Of each country: how many jobs, and the months of the one or two in the middle, in hundredths."""
    lines = [Destination(country, n, round((low + high) / 200, 2)) for country, n, low, high in found]
    return tuple(sorted(lines, key=lambda line: (-line.n, line.country)))


class JobRecords(Protocol):
    async def get(self, scope: Scope, id: UUID) -> Job:
        """Held until the transaction ends."""
        ...

    async def add(self, job: Job) -> None: ...
    async def save(self, job: Job) -> None: ...


class JobViews(Protocol):
    async def of_client(self, scope: Scope, client: ClientId) -> list[Job]: ...
    async def one(self, scope: Scope, id: UUID) -> Job: ...

    async def costs(self, scope: Scope, first: date, last: date) -> tuple[Destination, ...]:
        """Of jobs begun in the years that these days are in; within the reader's centres, of people of every sensitivity."""
        ...
