"""The supervisor's figures: each in a table with its drawing, and the way to the list behind it for those who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from domain.cases import CaseKind, Risk, Stage
from domain.figures.caseload import CaseloadDashboard
from domain.identity import Act
from domain.periods import month_of, months_until
from domain.referrals.steps import State
from domain.reporting import ReferralDashboard
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.reports.question import COUNTS_ONLY
from domain.values import CentreCode
from domain.weeks import Happened
from service.web.catalogue import mark
from service.web.charts import KINDS, Bar, Lines, Spark, bars, lines, spark, stacked
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.figure_pages import ways
from service.web.figure_period import MONTHS, Choice, Span, choice, months_ready, status, within
from service.web.labels import label
from service.web.news import Unread, news
from service.web.times import day_said

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Row:
    """`href` leads to those who are counted; empty where there is nobody, or no list for this reader."""

    name: str
    n: int
    bar: tuple[Bar, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    title: str
    head: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases somebody holds, and how many of them are at high risk."""

    name: str
    open: int
    high: int
    bar: tuple[Bar, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Month:
    month: str
    opened: int
    closed: int


WEEKS = {
    Happened.opened: mark("Cases opened"),
    Happened.closed: mark("Cases closed"),
    Happened.counselled: mark("Counselling sessions"),
}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """`before` is the average of four weeks: whole, or with its quarters."""

    name: str
    this: int
    last: int
    before: str


@dataclass(frozen=True, slots=True)
class Figures:
    """`districts` asks the report builder for cases opened by home district in the same months. `flow` and `spark` are drawn from `months`,
    oldest first; none are where there is but one month, and `spark` only where the last of them is this one."""

    caseload: CaseloadDashboard
    referrals: ReferralDashboard
    tables: tuple[Table, ...]
    loads: tuple[Load, ...]
    months: tuple[Month, ...]
    flow: Lines | None
    spark: Spark | None
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    period: Choice
    first: str
    last: str
    ways: tuple[tuple[str, str], ...]
    weeks: tuple[WeekRow, ...]
    since: str
    districts: str
    news: Unread
    load_kinds: tuple[tuple[str, str], ...] = ((KINDS[0], mark("Other risk")), (KINDS[1], mark("High risk")))
    flow_kinds: tuple[tuple[str, str], ...] = ((KINDS[0], mark("Opened")), (KINDS[1], mark("Closed")))


def _rows(codes: type[StrEnum], counts: Mapping[str, int], way: str, *, only_filled: bool = False) -> tuple[Row, ...]:
    shown = [code for code in codes if counts.get(code.value, 0) or not only_filled]
    numbers = [counts.get(code.value, 0) for code in shown]
    return tuple(
        Row(label(code), n, (bar,), way + code.value if way and n else "")
        for code, n, bar in zip(shown, numbers, bars(numbers), strict=True)
    )


def _tables(caseload: CaseloadDashboard, sent: ReferralDashboard, *, lists: bool) -> tuple[Table, ...]:
    cases, referrals = ("/my-cases?whose=centre&", "/referrals?state=") if lists else ("", "")
    return (
        Table("stages", mark("Cases by stage"), mark("Stage"), _rows(Stage, caseload.by_stage, cases and cases + "stage=")),
        Table("risks", mark("Open cases by risk"), mark("Risk"), _rows(Risk, caseload.by_risk, cases and cases + "risk=")),
        Table("kinds", mark("Open cases by kind"), mark("Kind"), _rows(CaseKind, caseload.by_kind, cases and cases + "kind=")),
        Table("states", mark("Referrals by state"), mark("State"), _rows(State, sent.by_state, referrals, only_filled=True)),
    )


def _loads(caseload: CaseloadDashboard, *, lists: bool) -> tuple[Load, ...]:
    held = caseload.counsellors
    drawn = stacked([(one.open - one.high_risk, one.high_risk) for one in held])
    return tuple(
        Load(one.name, one.open, one.high_risk, bar, f"/my-cases?whose={one.counsellor}" if lists else "")
        for one, bar in zip(held, drawn, strict=True)
    )


def _districts(visit: Visit, shown: Span, centre: CentreCode | None) -> str:
    """Whoever sees counts alone asks for whole quarters: their builder names them."""
    if not visit.actor.may(Act.build_report):
        return ""
    months = {} if visit.actor.role in COUNTS_ONLY else dict(zip(("begin", "end"), shown, strict=True))
    its = {"measure": Measure.cases_opened.value, "first": Dimension.district.value, **months, **({"centre": centre} if centre else {})}
    return "/reports/build?" + urlencode(its)


@router.get("/figures", **acts(Act.see_dashboards))
async def figures(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None

    async def tell(first: str | None, last: str | None) -> tuple[CaseloadDashboard, Span]:
        found = await visit.use.reporting.caseload(visit.actor, wanted, first, last)
        return found, months_until(found.as_of, first, last)

    (caseload, shown), again = await within(visit, MONTHS, tell)
    sent = await visit.use.reporting.referrals(visit.actor, wanted)
    lists = visit.actor.may(Act.see_cases)
    months = tuple(Month(flow.month, flow.opened, flow.closed) for flow in caseload.months)
    opened, closed = [one.opened for one in months], [one.closed for one in months]
    several, this = len(months) > 1, month_of(caseload.as_of)
    view = Figures(
        caseload=caseload,
        referrals=sent,
        tables=_tables(caseload, sent, lists=lists),
        loads=_loads(caseload, lists=lists),
        months=months,
        flow=lines([one.month for one in months], {"opened": opened, "closed": closed}) if several else None,
        spark=spark(opened) if several and months[-1].month == this else None,
        centres=visit.actor.centres,
        centre=wanted,
        period=choice(visit, MONTHS, shown, again, months_ready(caseload.as_of), wanted),
        first=shown[0],
        last=shown[1],
        ways=ways(visit),
        weeks=tuple(WeekRow(WEEKS[its.what], its.this, its.last, f"{its.before:g}") for its in caseload.weeks.lines),
        since=day_said(visit.frame.words, caseload.weeks.begins),
        districts=_districts(visit, shown, wanted),
        news=await news(visit, "/figures"),
    )
    return visit.show("figures", view, again=again, status=status(again))
