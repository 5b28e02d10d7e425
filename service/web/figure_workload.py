"""Who carries how much, and what somebody who leaves hands over."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.cases import Risk
from domain.figures.workload import WorkloadDashboard
from domain.identity import Act
from domain.values import CentreCode
from service.web.charts import Bar, bars
from service.web.edge import PageRoute, Visiting, acts
from service.web.figure_pages import Number, ways
from service.web.labels import label

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """`full` where it is more than one person is meant to carry. Cases by risk stand in the order of `WorkloadPage.risks`."""

    name: str
    active: bool
    href: str
    open: Number
    by_risk: tuple[tuple[str, Number], ...]
    points: int
    of_capacity: int
    full: bool
    referrals: Number
    bar: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class WorkloadPage:
    told: WorkloadDashboard
    rows: tuple[LoadRow, ...]
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    risks: tuple[str, ...]


def _rows(told: WorkloadDashboard, centre: str, *, lists: bool, hands_over: bool) -> tuple[LoadRow, ...]:
    at = f"&centre={centre}" if centre else ""

    def way(n: int, href: str) -> Number:
        return Number(n, href + at if n and lists else "")

    return tuple(
        LoadRow(
            name=one.name,
            active=one.active,
            href=f"/figures/held?whose={one.counsellor}" if hands_over else "",
            open=way(one.open, f"/my-cases?whose={one.counsellor}"),
            by_risk=tuple((label(Risk(risk)), way(n, f"/my-cases?whose={one.counsellor}&risk={risk}")) for risk, n in one.by_risk.items()),
            points=one.points,
            of_capacity=one.of_capacity,
            full=one.points > told.capacity,
            referrals=way(one.referrals, f"/referrals?whose={one.counsellor}"),
            bar=(bar,),
        )
        for one, bar in zip(told.loads, bars([one.points for one in told.loads]), strict=True)
    )


@router.get("/figures/workload", **acts(Act.see_dashboards))
async def workload(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    told = await visit.use.reporting.workload(visit.actor, wanted)
    rows = _rows(told, wanted or "", lists=visit.actor.may(Act.see_cases), hands_over=visit.actor.may(Act.approve_referral))
    risks = tuple(label(Risk(risk)) for risk in told.weights)
    return visit.show("figures_workload", WorkloadPage(told, rows, ways(visit), visit.actor.centres, wanted, risks))
