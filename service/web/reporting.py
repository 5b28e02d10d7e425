"""The supervisor's figures: each beside its bar, with the way to the list behind it for those who may see the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import APIRouter
from starlette.responses import Response

from domain.cases import CaseKind, Risk, Stage
from domain.identity import Act
from domain.referrals.steps import State
from domain.reporting import CaseloadDashboard, ReferralDashboard
from domain.values import CentreCode
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visiting, acts
from service.web.labels import label

router = APIRouter(route_class=PageRoute)
WIDTH = 200
"""The longest bar, in the units of its drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    n: int
    width: int
    href: str


@dataclass(frozen=True, slots=True)
class Chart:
    id: str
    title: str
    head: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class MonthBar:
    month: str
    opened: int
    closed: int
    opened_width: int
    closed_width: int


@dataclass(frozen=True, slots=True)
class Figures:
    caseload: CaseloadDashboard
    referrals: ReferralDashboard
    charts: tuple[Chart, ...]
    counsellors: tuple[Bar, ...]
    high: Mapping[str, int]
    months: tuple[MonthBar, ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None


def _wide(n: int, most: int) -> int:
    return round(WIDTH * n / most) if most else 0


def _bars(codes: type[StrEnum], counts: Mapping[str, int], way: str, *, only_filled: bool = False) -> tuple[Bar, ...]:
    most = max(counts.values(), default=0)
    shown = [code for code in codes if counts.get(code.value, 0) or not only_filled]
    return tuple(Bar(label(code), n := counts.get(code.value, 0), _wide(n, most), way + code.value if way else "") for code in shown)


@router.get("/figures", **acts(Act.see_dashboards))
async def figures(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    caseload = await visit.use.reporting.caseload(visit.actor, wanted, None, None)
    sent = await visit.use.reporting.referrals(visit.actor, wanted)
    lists = visit.actor.may(Act.see_cases)
    cases, referrals = ("/my-cases?whose=centre&", "/referrals?state=") if lists else ("", "")
    charts = (
        Chart("stages", mark("Cases by stage"), mark("Stage"), _bars(Stage, caseload.by_stage, cases and cases + "stage=")),
        Chart("risks", mark("Open cases by risk"), mark("Risk"), _bars(Risk, caseload.by_risk, cases and cases + "risk=")),
        Chart("kinds", mark("Open cases by kind"), mark("Kind"), _bars(CaseKind, caseload.by_kind, cases and cases + "kind=")),
        Chart("states", mark("Referrals by state"), mark("State"), _bars(State, sent.by_state, referrals, only_filled=True)),
    )
    most = max((load.open for load in caseload.counsellors), default=0)
    loads = tuple(
        Bar(load.name, load.open, _wide(load.open, most), f"/my-cases?whose={load.counsellor}" if lists else "")
        for load in caseload.counsellors
    )
    peak = max((max(flow.opened, flow.closed) for flow in caseload.months), default=0)
    months = tuple(MonthBar(f.month, f.opened, f.closed, _wide(f.opened, peak), _wide(f.closed, peak)) for f in caseload.months)
    high = {load.name: load.high_risk for load in caseload.counsellors}
    return visit.show("figures", Figures(caseload, sent, charts, loads, high, months, visit.actor.centres, wanted))
