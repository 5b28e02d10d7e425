"""Work that is due: tasks by kind and by whose they are, cases past their day, cases nobody holds, what is late between us and partners."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.cases import Risk
from domain.counselling import Task
from domain.figures.answers import OwnAnswers
from domain.values import CaseId, CentreCode, ClientId, StaffId
from domain.weeks import WEEK

TAKEN_WITHIN: Mapping[Risk, timedelta] = {
    Risk.critical: timedelta(hours=1),
    Risk.high: timedelta(hours=3),
    Risk.medium: timedelta(days=1),
    Risk.low: timedelta(days=3),
}
"""How soon somebody takes a case that nobody holds. Ours: the time that partners have to acknowledge a referral, by risk; day and night."""


class Due(StrEnum):
    """What is due."""

    case = "case"
    """The day that stands in an open case."""
    planned = "planned"
    """A task that is an action of the plan."""
    asks_after = "asks_after"
    """Asking a client how a referral went, or how they fare after their return."""
    other = "other"
    """A task that somebody wrote down."""


TASKS = tuple(one for one in Due if one is not Due.case)


class When(StrEnum):
    """Days of a list, apart from one another."""

    overdue = "overdue"
    today = "today"
    week = "week"
    """After today, within seven days."""


def due_of(asks_after: UUID | None, planned: bool) -> Due:
    """The kind of a task."""
    return Due.asks_after if asks_after else Due.planned if planned else Due.other


def days(wanted: When, today: date) -> tuple[date, date]:
    """The first and the last day of it."""
    spans = {When.overdue: (date.min, today - timedelta(days=1)), When.today: (today, today)}
    return spans.get(wanted, (today + timedelta(days=1), today + WEEK))


@dataclass(frozen=True, slots=True)
class DueLine:
    """How much of one kind is due."""

    what: Due
    overdue: int
    today: int
    week: int


@dataclass(frozen=True, slots=True)
class HolderLine:
    """What is due with one person: tasks, and cases past their day. `active` is whether they still work here."""

    holder: StaffId
    name: str
    active: bool
    overdue: int
    today: int
    week: int
    cases_overdue: int


@dataclass(frozen=True, slots=True)
class UnheldLine:
    """Open cases of one risk that nobody holds: how many, how many of them past `within` seconds, and since when the longest waits."""

    risk: Risk
    n: int
    late: int
    since: datetime | None
    within: int


@dataclass(frozen=True, slots=True)
class DueDashboard:
    """Exact, as of now. Days are those of Karachi; the clocks of cases nobody holds are ours (`TAKEN_WITHIN`)."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    today: date
    lines: tuple[DueLine, ...]
    holders: tuple[HolderLine, ...]
    unheld: tuple[UnheldLine, ...]
    referrals_late: int
    incoming_late: int
    answers: OwnAnswers
    """What we said to partners that sent somebody, by the quarter in which they did."""


@dataclass(frozen=True, slots=True)
class Kept:
    """So much of one kind is due with somebody: by `When`, in its order."""

    holder: StaffId
    name: str
    active: bool
    what: Due
    n: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Unheld:
    """A case that nobody holds: since when it was its holder's, and since when they are not who they were, where that is known."""

    risk: Risk
    given: datetime
    left: datetime | None

    @property
    def since(self) -> datetime:
        return max(self.given, self.left) if self.left else self.given


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of open tasks is narrowed by; None does not narrow."""

    first: date
    last: date
    what: Due | None = None
    holder: StaffId | None = None


@dataclass(frozen=True, slots=True)
class DueTask:
    """One open task of a list, with the case it belongs to."""

    id: UUID
    case_id: CaseId
    case_number: str
    centre: CentreCode
    client_id: ClientId
    title: str
    what: Due
    due_on: date
    holder: StaffId
    name: str

    @classmethod
    def of(cls, task: Task, number: str, name: str) -> "DueTask":
        what = due_of(task.asks_after, task.planned)
        its = (task.id, task.case_id, number, task.centre, task.client_id, task.title)
        return cls(*its, what, task.due_on, task.assignee_id, name)


def lines(kept: Iterable[Kept]) -> tuple[DueLine, ...]:
    """One for each kind, also where nothing is due."""
    found = dict.fromkeys(Due, (0, 0, 0))
    for one in kept:
        found[one.what] = _more(found[one.what], one.n)
    return tuple(DueLine(what, *n) for what, n in found.items())


def holders(kept: Iterable[Kept]) -> tuple[HolderLine, ...]:
    """Whoever has the most behind them first; nobody with nothing due."""
    tasks: dict[StaffId, tuple[int, int, int]] = {}
    cases: dict[StaffId, int] = {}
    known: dict[StaffId, tuple[str, bool]] = {}
    for one in kept:
        known[one.holder] = one.name, one.active
        if one.what is Due.case:
            cases[one.holder] = one.n[0]
        else:
            tasks[one.holder] = _more(tasks.get(one.holder, (0, 0, 0)), one.n)
    made = [HolderLine(whose, *its, *tasks.get(whose, (0, 0, 0)), cases.get(whose, 0)) for whose, its in known.items()]
    made = [line for line in made if line.overdue or line.today or line.week or line.cases_overdue]
    return tuple(sorted(made, key=lambda line: (-line.overdue - line.cases_overdue, line.name)))


def _more(some: tuple[int, int, int], more: tuple[int, int, int]) -> tuple[int, int, int]:
    return some[0] + more[0], some[1] + more[1], some[2] + more[2]


def unheld(cases: Iterable[Unheld], at: datetime) -> tuple[UnheldLine, ...]:
    """By risk, the gravest first; no line where every case of a risk has its counsellor."""
    found: dict[Risk, list[datetime]] = {}
    for one in cases:
        found.setdefault(one.risk, []).append(one.since)
    return tuple(_unheld(risk, found[risk], at) for risk in TAKEN_WITHIN if risk in found)


def _unheld(risk: Risk, since: list[datetime], at: datetime) -> UnheldLine:
    within = TAKEN_WITHIN[risk]
    return UnheldLine(risk, len(since), sum(at - one > within for one in since), min(since), int(within.total_seconds()))
