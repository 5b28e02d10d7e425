"""The funnel: how many came to each step, and where people are lost."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from domain.figures.funnel import LASTING, FunnelDashboard, FunnelStep, Reached
from domain.identity import Act
from domain.values import CentreCode
from service.web.catalogue import mark
from service.web.charts import Bar, bars
from service.web.edge import PageRoute, Visiting, acts
from service.web.figure_pages import Number, lasted, shared, ways

router = APIRouter(route_class=PageRoute)
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
class FunnelPage:
    told: FunnelDashboard
    rows: tuple[StepRow, ...]
    median: str
    most: str
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None


def _way(told: FunnelDashboard, step: FunnelStep, centre: str, *, lists: bool) -> Number:
    its = {"whose": "centre", "opened": f"{told.first}.{told.last}"}
    if step.step in (*LASTING, Reached.outcome):
        its["reached"] = step.step.value
    if centre:
        its["centre"] = centre
    return Number(step.n, f"/my-cases?{urlencode(its)}#cases" if step.n and lists else "")


@router.get("/figures/funnel", **acts(Act.see_dashboards))
async def funnel(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    told = await visit.use.reporting.funnel(visit.actor, wanted, None, None)
    lists = visit.actor.may(Act.see_cases)
    drawn = bars([one.n for one in told.steps])
    rows = tuple(
        StepRow(STEPS[one.step], _way(told, one, wanted or "", lists=lists), shared(one.of_opened), shared(one.of_previous), (bar,))
        for one, bar in zip(told.steps, drawn, strict=True)
    )
    half, most = (lasted(visit.frame.words, took) for took in (told.to_counselling_median, told.to_counselling_most))
    return visit.show("figures_funnel", FunnelPage(told, rows, half, most, ways(visit), visit.actor.centres, wanted))
