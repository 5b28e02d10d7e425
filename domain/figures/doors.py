"""What a database of figures can be asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.figures.approvals import ApprovalDashboard
from domain.figures.caseload import CaseloadDashboard
from domain.figures.due import DueDashboard, DueTask, TaskFilter
from domain.figures.funnel import FunnelDashboard
from domain.figures.handover import Held
from domain.figures.partners import PartnerDashboard
from domain.figures.quality import ConsentEnds, Ending, QualityDashboard, Watched, WatchedCase
from domain.figures.use import UseDashboard
from domain.figures.workload import WorkloadDashboard
from domain.identity import Scope
from domain.reporting import ReferralDashboard
from domain.values import StaffId


class FigureViews(Protocol):
    """Each costs the same however many records there are: it reads kept figures, and what runs late now along its index."""

    async def caseload(self, scope: Scope, at: datetime, first: str, last: str) -> CaseloadDashboard:
        """Months are `2026-11`."""
        ...

    async def referrals(self, scope: Scope, at: datetime) -> ReferralDashboard: ...

    async def funnel(self, scope: Scope, at: datetime, first: str, last: str) -> FunnelDashboard:
        """Months are `2026-11`."""
        ...

    async def workload(self, scope: Scope, at: datetime) -> WorkloadDashboard: ...

    async def partners(self, scope: Scope, at: datetime, first: str, last: str) -> PartnerDashboard:
        """Quarters are `2026-Q4`."""
        ...


class UseViews(Protocol):
    async def use(self, scope: Scope, at: datetime, weeks: int, *, named: bool) -> UseDashboard:
        """So many weeks, this one the last; people are there where they are to be `named`. Raises BadWeeks."""
        ...


class WatchViews(Protocol):
    """What waits and what is due: kept figures, and lists that an index holds in their order."""

    async def due(self, scope: Scope, at: datetime, first: str, last: str) -> DueDashboard:
        """Quarters are `2026-Q4`, and are of the coming of what partners sent us."""
        ...

    async def tasks(self, scope: Scope, wanted: TaskFilter, limit: int) -> list[DueTask]:
        """Open ones, the first due first."""
        ...

    async def held(self, scope: Scope, whose: StaffId, given_by: StaffId | None, limit: int) -> Held:
        """Open cases of this person, the oldest first, and their open tasks in cases of others; `given_by` narrows the cases to those that
        this one handed over."""
        ...

    async def quality(self, scope: Scope, at: datetime, first: str, last: str) -> QualityDashboard:
        """Months are `2026-11`, and are of the closing."""
        ...

    async def approvals(self, scope: Scope, at: datetime, first: str, last: str) -> ApprovalDashboard:
        """Months are `2026-11`, and are of the deciding."""
        ...

    async def watched(self, scope: Scope, what: Watched, at: datetime, limit: int, *, all: bool) -> list[WatchedCase]:
        """The longest first; those that are counted, or `all` of which it is so."""
        ...

    async def consents_ending(self, scope: Scope, which: Ending, at: datetime, limit: int) -> list[ConsentEnds]:
        """The first to end first."""
        ...


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A table of figures after it was counted anew: how many figures it has, and how many of them had been wrong."""

    table: str
    figures: int
    wrong: int


class FigureKeeper(Protocol):
    async def differing(self) -> tuple[tuple[str, int, int], ...]:
        """Each kept figure that differs from a fresh count: name, kept, counted. Whoever writes meanwhile makes none differ."""
        ...

    async def rebuild(self) -> tuple[Rebuilt, ...]:
        """Counts every figure anew, a table at a time; what is written meanwhile is counted too, once."""
        ...
