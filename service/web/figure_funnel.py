"""The funnel: how many came to each step, where people are lost, and the lists of those who came first."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.arrivals import Arrived, ClientLine
from domain.contacts import ContactView
from domain.figures.funnel import LASTING, FunnelDashboard, FunnelMonth, FunnelStep, Reached
from domain.identity import Act
from domain.periods import begin_of, end_of, months_until
from domain.values import CentreCode
from service.web.cases import OPENED
from service.web.catalogue import mark
from service.web.charts import Bar, bars
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.figure_pages import Number, lasted, shared, ways
from service.web.figure_period import MONTHS, Choice, choice, months_ready, status, within
from service.web.forms import uuid_of

router = APIRouter(route_class=PageRoute)
CONTACTS, REGISTERED = "/figures/funnel/contacts", "/figures/funnel/registered"
LINES = 50
STEPS = {
    Reached.opened: mark("Case opened"),
    Reached.counselled: mark("Counselled"),
    Reached.screened: mark("Screened"),
    Reached.planned: mark("Plan approved"),
    Reached.referred: mark("Referred"),
    Reached.accepted: mark("Accepted by a partner"),
    Reached.served: mark("Served"),
    Reached.outcome: mark("Closed with an outcome"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    name: str
    n: Number
    of_opened: str
    of_previous: str
    bar: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    month: str
    contacts: Number
    registered: Number
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FunnelPage:
    told: FunnelDashboard
    contacts: Number
    promoted: Number
    registered: Number
    months: tuple[MonthRow, ...]
    rows: tuple[StepRow, ...]
    median: str
    most: str
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    period: Choice


def _way(told: FunnelDashboard, step: FunnelStep, centre: str, *, lists: bool) -> Number:
    its = {"whose": "centre", "opened": f"{told.first}.{told.last}"}
    if step.step in (*LASTING, Reached.outcome):
        its["reached"] = step.step.value
    if centre:
        its["centre"] = centre
    return Number(step.n, f"/my-cases?{urlencode(its)}#cases" if step.n and lists else "")


@dataclass(frozen=True, slots=True)
class _Lists:
    """The ways to contacts and to people registered, for whoever may see such lists."""

    visit: Visit
    centre: str

    def contacts(self, n: int, first: str, last: str, **only: str) -> Number:
        return self._number(n, Act.add_contact, CONTACTS, first, last, only)

    def registered(self, n: int, first: str, last: str) -> Number:
        return self._number(n, Act.see_client, REGISTERED, first, last, {})

    def _number(self, n: int, act: Act, path: str, first: str, last: str, only: dict[str, str]) -> Number:
        its = {"months": f"{first}.{last}", **only, **({"centre": self.centre} if self.centre else {})}
        return Number(n, f"{path}?{urlencode(its)}" if n and self.visit.actor.may(act) else "")


def _month(way: _Lists, its: FunnelMonth) -> MonthRow:
    month, n = its.month, its.n
    contacts, registered = way.contacts(n[Reached.contact], month, month), way.registered(n[Reached.registered], month, month)
    return MonthRow(month, contacts, registered, tuple(n[step] for step in STEPS))


@router.get("/figures/funnel", **acts(Act.see_dashboards))
async def funnel(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    told, again = await within(visit, MONTHS, lambda first, last: visit.use.reporting.funnel(visit.actor, wanted, first, last))
    lists = visit.actor.may(Act.see_cases)
    drawn = bars([one.n for one in told.steps])
    rows = tuple(
        StepRow(STEPS[one.step], _way(told, one, wanted or "", lists=lists), shared(one.of_opened), shared(one.of_previous), (bar,))
        for one, bar in zip(told.steps, drawn, strict=True)
    )
    half, most = (lasted(visit.frame.words, took) for took in (told.to_counselling_median, told.to_counselling_most))
    way = _Lists(visit, wanted or "")
    page = FunnelPage(
        told=told,
        contacts=way.contacts(told.contacts, told.first, told.last),
        promoted=way.contacts(told.promoted, told.first, told.last, promoted="1"),
        registered=way.registered(told.registered, told.first, told.last),
        months=tuple(_month(way, one) for one in told.months),
        rows=rows,
        median=half,
        most=most,
        ways=ways(visit),
        centres=visit.actor.centres,
        centre=wanted,
        period=choice(visit, MONTHS, (told.first, told.last), again, months_ready(told.as_of), wanted),
    )
    return visit.show("figures_funnel", page, again=again, status=status(again))


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list behind a number; `more` is the address of the next."""

    lines: tuple[ContactView, ...] | tuple[ClientLine, ...]
    first: str
    last: str
    more: str


def _arrived(visit: Visit, months: str, promoted: str = "") -> tuple[str, str, Arrived]:
    """The months of the funnel where none are said."""
    usual = months_until(visit.use.identity.now(), None, None)
    first, last = months.split(".") if OPENED.fullmatch(months) else usual
    return first, last, Arrived(begin_of(first), end_of(last), promoted=promoted == "1")


def _more(path: str, following: UUID | None, **asked: str) -> str:
    return f"{path}?{urlencode({**{name: value for name, value in asked.items() if value}, 'after': following})}" if following else ""


@router.get(CONTACTS, **acts(Act.add_contact))
async def contacts(visit: Visiting, months: str = "", promoted: str = "", centre: str = "", after: str = "") -> Response:
    at, (first, last, wanted) = CentreCode(centre) if centre in visit.actor.centres else None, _arrived(visit, months, promoted)
    found, following = await visit.use.arrivals.contacts(visit.actor, at, wanted, LINES, uuid_of(after))
    more = _more(CONTACTS, following, months=months, promoted=promoted, centre=at or "")
    return visit.show("figures_funnel_contacts", Listed(found, first, last, more))


@router.get(REGISTERED, **acts(Act.see_client))
async def registered(visit: Visiting, months: str = "", centre: str = "", after: str = "") -> Response:
    at, (first, last, wanted) = CentreCode(centre) if centre in visit.actor.centres else None, _arrived(visit, months)
    found, following = await visit.use.arrivals.registered(visit.actor, at, wanted, LINES, uuid_of(after))
    return visit.show("figures_funnel_registered", Listed(found, first, last, _more(REGISTERED, following, months=months, centre=at or "")))
