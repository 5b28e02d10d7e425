"""Projects: donors and programmes, and in what shares a case or an outreach session is theirs.

Decision. Context: a donor pays for part of what a centre does, and a counsellor has no time to say of each case which. Choice: whole
percents that make a hundred, or none at all; one table in the database says which project stands for a centre and a kind of work, and what
begins from then on is that project's until somebody says otherwise. What began before is left as it was. Shares count as a change of their
case or session, so of two who write at once the second is told. Price: thirds are 33, 33 and 34.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.cases import Case
from domain.errors import Invalid
from domain.events import Event
from domain.identity import Actor, Scope
from domain.outreach import OutreachSession
from domain.values import CaseId, CentreCode, OutreachId

WHOLE = 100
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")


class Basis(StrEnum):
    """What a project can stand for at a centre: each kind of case, and outreach."""

    pre_departure = "pre_departure"
    return_reintegration = "return_reintegration"
    protection = "protection"
    outreach = "outreach"


class WrongCode(Invalid):
    """A project's code is 2 to 20 capital letters, digits and hyphens."""

    next = "Write it as the donor's papers do, like EU-RMP-2."


class CodeTaken(Invalid):
    """Another project has this code."""

    next = "Choose another one, or change the project that has it."


class EndsTooEarly(Invalid):
    """A project ends after it begins."""

    next = "Check the two days."


class NotAHundred(Invalid):
    """Shares are whole percents that make a hundred, or there are none."""

    next = "Make them add up to 100, or leave all of them empty."


class NoSuchProject(Invalid):
    """This project is none of the list, or it takes nothing any more."""

    next = "Choose one that is active."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultProjectSet(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShared(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShared(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of a project. `first` and `last` are its days, either may be open."""

    code: str
    name: str
    donor: str = ""
    first: date | None = None
    last: date | None = None
    active: bool = True


@dataclass(slots=True)
class Project:
    id: UUID
    code: str
    name: str
    donor: str
    first: date | None
    last: date | None
    active: bool = True
    version: int = 1

    @classmethod
    def begin(cls, id: UUID, about: About, others: Sequence["Project"], *, by: Actor, at: datetime) -> tuple["Project", ProjectAdded]:
        """Raises WrongCode, CodeTaken, EndsTooEarly."""
        made = cls(id, about.code, about.name, about.donor, about.first, about.last, about.active)
        made._check(others)
        return made, ProjectAdded(at=at, by=by.id, centre=by.centres[0], subject=id)

    def change(self, about: About, others: Sequence["Project"], *, by: Actor, at: datetime) -> ProjectChanged:
        """Raises as `begin` does."""
        changed = tuple(name for name in About.__slots__ if getattr(self, name) != getattr(about, name))
        for name in changed:
            setattr(self, name, getattr(about, name))
        self._check(others)
        return ProjectChanged(at=at, by=by.id, centre=by.centres[0], subject=self.id, fields=changed)

    def _check(self, others: Sequence["Project"]) -> None:
        if not CODE.fullmatch(self.code):
            raise WrongCode(field="code")
        if any(one.code == self.code and one.id != self.id for one in others):
            raise CodeTaken(field="code")
        if self.first and self.last and self.last < self.first:
            raise EndsTooEarly(field="last")

    def takes(self, day: date) -> bool:
        """Whether work of this day can be its."""
        return self.active and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Share:
    """`percent` from 1 to 100."""

    project: UUID
    percent: int


def settled(wanted: Sequence[Share], before: Sequence[Share], projects: Sequence[Project]) -> tuple[Share, ...]:
    """The largest first. A project that ended may keep its share and gets no new one. Raises NotAHundred, NoSuchProject."""
    takes = {one.id for one in projects if one.active} | {one.project for one in before}
    if any(one.project not in takes for one in wanted):
        raise NoSuchProject()
    once = len({one.project for one in wanted}) == len(wanted)
    if wanted and not (once and all(1 <= one.percent <= WHOLE for one in wanted) and sum(one.percent for one in wanted) == WHOLE):
        raise NotAHundred()
    return tuple(sorted(wanted, key=lambda one: (-one.percent, one.project)))


def by_default(standing: Project | None, day: date) -> tuple[Share, ...]:
    """What begins on this day is the project's that stands for it, if that takes it."""
    return (Share(standing.id, WHOLE),) if standing is not None and standing.takes(day) else ()


def case_shared(case: Case, by: Actor, at: datetime) -> CaseShared:
    return CaseShared(at=at, by=by.id, centre=case.centre, subject=case.id, client=case.client_id)


def session_shared(session: OutreachSession, by: Actor, at: datetime) -> SessionShared:
    return SessionShared(at=at, by=by.id, centre=session.centre, subject=session.id)


@dataclass(frozen=True, slots=True)
class Standing:
    """Which project stands for this work at this centre."""

    centre: CentreCode
    basis: Basis
    project: UUID


@dataclass(frozen=True, slots=True)
class Counted:
    """At one centre: how many have any share in the project, and the sum of their shares, in hundredths."""

    centre: CentreCode
    cases: int
    case_percent: int
    sessions: int
    session_percent: int

    @property
    def case_shares(self) -> Decimal:
        return Decimal(self.case_percent) / WHOLE

    @property
    def session_shares(self) -> Decimal:
        return Decimal(self.session_percent) / WHOLE


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one case or session, with its version."""

    shares: tuple[Share, ...]
    version: int


class ProjectRecords(Protocol):
    async def all(self) -> list[Project]: ...
    async def get(self, id: UUID) -> Project:
        """Holds the row. Raises NotFound."""
        ...

    async def add(self, project: Project) -> None: ...
    async def save(self, project: Project) -> None: ...
    async def standing(self, centre: CentreCode, basis: Basis) -> Project | None: ...
    async def stand(self, centre: CentreCode, basis: Basis, project: UUID | None) -> None: ...
    async def defaults(self, centres: Sequence[CentreCode]) -> list[Standing]: ...
    async def of_case(self, id: CaseId) -> tuple[Share, ...]: ...
    async def share_case(self, case: Case, shares: Sequence[Share]) -> None:
        """Instead of those it had."""
        ...

    async def of_session(self, id: OutreachId) -> tuple[Share, ...]: ...
    async def share_session(self, session: OutreachSession, shares: Sequence[Share]) -> None: ...


class ProjectViews(Protocol):
    async def counted(self, scope: Scope, project: UUID) -> list[Counted]:
        """By centre, those in reach."""
        ...
