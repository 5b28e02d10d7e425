"""Work that is due: how much, with whom, and what nobody holds; each number leads to the list of those who are counted."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from domain.cases import Risk
from domain.figures.answers import OwnAnswers
from domain.figures.due import Due, DueDashboard, DueTask, When
from domain.identity import Act
from domain.incoming.steps import IncomingState
from domain.values import CentreCode, StaffId
from service.usecases.watching import MOST
from service.web.edge import PageRoute, Visiting, acts
from service.web.figure_pages import Number, lasted, shared, ways
from service.web.figure_partners import Reason
from service.web.figure_period import QUARTERS, Choice, choice, quarters_ready, status, within
from service.web.forms import known, uuid_of
from service.web.labels import label
from service.web.labels_watch import DUE, WHEN
from service.web.referrals import UNSAID

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class KindRow:
    name: str
    overdue: Number
    today: Number
    week: Number


@dataclass(frozen=True, slots=True)
class HolderRow:
    name: str
    active: bool
    overdue: Number
    today: Number
    week: Number
    cases: Number


@dataclass(frozen=True, slots=True)
class UnheldRow:
    """`late` of them have waited longer than `within`."""

    risk: str
    n: Number
    late: int
    within: str


@dataclass(frozen=True, slots=True)
class AnswersRow:
    """What we said to partners that sent us somebody, and why we declined."""

    declined: Number
    declined_share: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DuePage:
    told: DueDashboard
    kinds: tuple[KindRow, ...]
    holders: tuple[HolderRow, ...]
    unheld: tuple[UnheldRow, ...]
    referrals: Number
    incoming: Number
    answers: AnswersRow
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    period: Choice


@dataclass(frozen=True, slots=True)
class TasksPage:
    """`which` says what these tasks are; `whose` by whom they are to be done, where one person was chosen."""

    tasks: tuple[DueTask, ...]
    which: str
    kind: str
    whose: str
    most: int = MOST


@dataclass(frozen=True, slots=True)
class _Ways:
    centre: str
    lists: bool

    def _number(self, n: int, path: str, **asked: str) -> Number:
        its = {**asked, "centre": self.centre} if self.centre else asked
        return Number(n, path + ("?" + urlencode(its) if its else "") if n and self.lists else "")

    def tasks(self, n: int, when: When, **only: str) -> Number:
        return self._number(n, "/figures/due/tasks", when=when.value, **only)

    def past(self, n: int, whose: str = "centre") -> Number:
        return self._number(n, "/my-cases", whose=whose, past="1")

    def plain(self, n: int, path: str) -> Number:
        return Number(n, path if n and self.lists else "")

    def referrals(self, n: int) -> Number:
        return self._number(n, "/referrals", late="1")

    def declined(self, n: int, came: str, **why: str) -> Number:
        return self._number(n, "/incoming", state=IncomingState.declined.value, came=came, **why)


def _kinds(told: DueDashboard, way: _Ways) -> tuple[KindRow, ...]:
    """Of cases only what is past its day is work left lying; a day to come is a plan."""
    return tuple(
        KindRow(
            DUE[one.what],
            way.past(one.overdue) if one.what is Due.case else way.tasks(one.overdue, When.overdue, what=one.what),
            Number(one.today, "") if one.what is Due.case else way.tasks(one.today, When.today, what=one.what),
            Number(one.week, "") if one.what is Due.case else way.tasks(one.week, When.week, what=one.what),
        )
        for one in told.lines
    )


def _holders(told: DueDashboard, way: _Ways) -> tuple[HolderRow, ...]:
    return tuple(
        HolderRow(
            one.name,
            one.active,
            way.tasks(one.overdue, When.overdue, holder=str(one.holder)),
            way.tasks(one.today, When.today, holder=str(one.holder)),
            way.tasks(one.week, When.week, holder=str(one.holder)),
            way.past(one.cases_overdue, str(one.holder)),
        )
        for one in told.holders
    )


def _answers(its: OwnAnswers, way: _Ways) -> AnswersRow:
    came = f"{its.first}.{its.last}"
    reasons = tuple(Reason(one.code, way.declined(one.n, came, declined=one.code.value if one.code else UNSAID)) for one in its.reasons)
    return AnswersRow(way.declined(its.declined, came), shared(its.declined_share), reasons)


@router.get("/figures/due", **acts(Act.see_dashboards))
async def due(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    told, again = await within(visit, QUARTERS, lambda first, last: visit.use.watching.due(visit.actor, wanted, first, last))
    way = _Ways(wanted or "", visit.actor.may(Act.approve_referral))
    words = visit.frame.words
    unheld = tuple(
        UnheldRow(label(Risk(one.risk)), way.plain(one.n, "/board?all=1#unheld"), one.late, lasted(words, one.within))
        for one in told.unheld
    )
    late = way.referrals(told.referrals_late), way.plain(told.incoming_late, "/incoming")
    counts = _kinds(told, way), _holders(told, way), unheld, *late, _answers(told.answers, way)
    chosen = choice(visit, QUARTERS, (told.answers.first, told.answers.last), again, quarters_ready(told.as_of), wanted)
    page = DuePage(told, *counts, ways(visit), visit.actor.centres, wanted, chosen)
    return visit.show("figures_due", page, again=again, status=status(again))


@router.get("/figures/due/tasks", **acts(Act.approve_referral))
async def tasks(visit: Visiting, when: str = "", what: str = "", holder: str = "", centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    which, kind, whose = known(when, When) or When.overdue, known(what, Due), uuid_of(holder)
    found = await visit.use.watching.tasks(visit.actor, wanted, which, kind, StaffId(whose) if whose else None)
    person = found[0].name if whose and found else ""
    return visit.show("figures_due_tasks", TasksPage(found, WHEN[which], DUE[kind] if kind else "", person))
