"""Built-in reports on pages: the list, one for a period, its file, and those that the worker makes after each period.

A report is made when a period has been chosen and not before, for it reads all the records of that period.
"""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.reports.built_in import REPORTS, ReportCode
from domain.reports.made import Figure, Report, Wanted
from domain.reports.period import Cycle, period_of
from domain.reports.question import COUNTS_ONLY
from domain.reports.schedule import Asked, Subscription
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language
from service.usecases.reports import ProjectChoice, ReportLine
from service.web import guard
from service.web.answered import HELD_BACK, Table, table
from service.web.catalogue import LANGUAGES
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.figure_pages import ways
from service.web.forms import NOTHING, Again, Form, known, uuid_of
from service.web.report_said import about, meanings, named, namer, share_said, time_said, titled, value_said
from service.web.times import when

router = APIRouter(route_class=PageRoute)
FORM = "report"
Ways = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    reports: tuple[ReportLine, ...]
    ways: Ways


@dataclass(frozen=True, slots=True)
class FigureShown:
    """`share` is the project's part of the whole, empty where no project was asked for."""

    its: Figure
    name: str
    total: str
    share: str
    table: Table | None


@dataclass(frozen=True, slots=True)
class PartShown:
    title: str
    figures: tuple[FigureShown, ...]
    times: tuple[tuple[str, str, str], ...]
    values: tuple[tuple[str, str, str], ...]
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """No `report` where nothing was chosen yet, or it was refused."""

    its: ReportLine
    typed: dict[str, str]
    projects: tuple[ProjectChoice, ...]
    centres: tuple[CentreCode, ...]
    counts_only: bool
    report: Report | None
    about: tuple[str, ...]
    parts: tuple[PartShown, ...]
    ways: Ways

    @property
    def periods(self) -> tuple[str, ...]:
        """Those offered, and the one in the address where it is none of them."""
        typed = self.typed["period"]
        return (typed, *self.its.periods) if typed and typed not in self.its.periods else self.its.periods

    @property
    def file(self) -> str:
        return f"/reports/{self.its.code}/file?" + urlencode({name: value for name, value in self.typed.items() if value})


@dataclass(frozen=True, slots=True)
class ScheduledPage:
    mine: tuple[Subscription, ...]
    reports: tuple[ReportLine, ...]
    projects: tuple[ProjectChoice, ...]
    centres: tuple[CentreCode, ...]
    counts_only: bool
    ways: Ways
    cycles: tuple[Cycle, ...] = tuple(Cycle)
    kinds: tuple[FileKind, ...] = tuple(FileKind)
    languages: tuple[Language, ...] = tuple(LANGUAGES)

    def project(self, id: UUID | None) -> str:
        return next((one.code for one in self.projects if one.id == id), "")


@router.get("/reports", **acts(Act.build_report))
async def every(visit: Visiting) -> Response:
    return visit.show("reports", ListPage(visit.use.reports.all(visit.actor), ways(visit)))


async def _scheduled(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    use, actor = visit.use, visit.actor
    mine, projects = await use.scheduled_reports.mine(actor), await use.reports.projects(actor)
    view = ScheduledPage(mine, use.reports.all(actor), projects, actor.centres, actor.role in COUNTS_ONLY, ways(visit))
    return visit.show("reports_scheduled", view, again=again, status=status)


@router.get("/reports/scheduled", **acts(Act.build_report))
async def scheduled(visit: Visiting) -> Response:
    return await _scheduled(visit)


def _asked(form: Form, *, counts_only: bool) -> Asked:
    """Raises NotComplete."""
    language = next((one for one in LANGUAGES if one.value == form.raw("language")), next(iter(LANGUAGES)))
    report, cycle, kind = form.chosen("report", ReportCode), form.chosen("cycle", Cycle), form.chosen("kind", FileKind)
    mail_to, outside = form.line("mail_to"), form.ticked("outside") or counts_only
    form.check()
    project = uuid_of(form.raw("project")) if REPORTS[report].of_project else None
    return Asked(report=report, cycle=cycle, outside=outside, project=project, kind=kind, language=language, mail_to=mail_to)


@router.post("/reports/scheduled", **acts(Act.build_report))
async def subscribe(visit: Visiting) -> Response:
    form, centre = visit.form, CentreCode(visit.form.raw("centre") or visit.actor.centres[0])
    try:
        asked = _asked(form, counts_only=visit.actor.role in COUNTS_ONLY)
        await visit.use.scheduled_reports.begin(visit.actor, visit.once(), centre, asked)
    except Refusal as refusal:
        return await _scheduled(visit, form.again("subscribe", refusal, {"period": "cycle"}), status_of(refusal))
    return visit.go("/reports/scheduled", "report-subscribed")


@router.post("/reports/scheduled/{id}/end", **acts(Act.build_report))
async def end(visit: Visiting, id: UUID) -> Response:
    await visit.use.scheduled_reports.end(visit.actor, visit.once(), id)
    return visit.go("/reports/scheduled", "report-ended")


@router.get("/reports/scheduled/files/{id}", **acts(Act.build_report))
async def scheduled_file(visit: Visiting, id: UUID) -> Response:
    its = await visit.use.scheduled_reports.file(visit.actor, id)
    head = {**guard.HEADERS, "Content-Disposition": f'attachment; filename="{its.name}"'}
    return visit.hand(Response(its.content, 200, head, its.media_type))


def _code(text: str) -> ReportCode:
    found = known(text, ReportCode)
    if found is None:
        raise NotFound()
    return found


def _wanted(code: ReportCode, typed: dict[str, str]) -> Wanted:
    """Raises NoPeriod."""
    centres = (CentreCode(typed["centre"]),) if typed["centre"] else ()
    return Wanted(code, period_of(typed["period"]), bool(typed["outside"]), uuid_of(typed["project"]), centres)


@router.get("/reports/{code}", **acts(Act.build_report))
async def one(visit: Visiting, code: str, period: str = "", outside: str = "", project: str = "", centre: str = "") -> Response:
    its, use = _code(code), visit.use.reports
    typed = {"period": period, "outside": outside, "project": project, "centre": centre}
    report, again, status = None, NOTHING, 200
    if period:
        try:
            report = await use.make(visit.actor, _wanted(its, typed))
        except Refusal as refusal:
            form = Form({name: (value,) for name, value in typed.items()})
            again, status = form.again(FORM, refusal), status_of(refusal)
    projects = await use.projects(visit.actor) if REPORTS[its].of_project else ()
    above, parts = _shown(visit, report) if report else ((), ())
    only = visit.actor.role in COUNTS_ONLY
    view = ReportPage(use.one(visit.actor, its), typed, projects, visit.actor.centres, only, report, above, parts, ways(visit))
    return visit.show("reports_one", view, again=again, status=status)


def _shown(visit: Visit, report: Report) -> tuple[tuple[str, ...], tuple[PartShown, ...]]:
    words = visit.frame.words
    name = namer(report, words)

    def figure(one: Figure) -> FigureShown:
        answer = one.answer
        said = words(HELD_BACK) if answer.total is None else str(answer.total)
        whole = next((its.hundredths for its in one.shares if set(its.keys) <= {"*"}), 0) if report.project else 0
        share = share_said(whole, words) if report.project else ""
        drawn = table(answer, words, name) if answer.question.splits and answer.rows else None
        return FigureShown(one, named(one, words, name), said, share, drawn)

    parts = tuple(
        PartShown(
            titled(part, words),
            tuple(map(figure, part.figures)),
            tuple(time_said(one, words) for one in part.times),
            tuple(value_said(one, words) for one in part.values),
            tuple(meanings(part, words)),
        )
        for part in report.parts
    )
    return tuple(about(report, words, when(words, report.as_of, report.as_of).full)), parts


@router.get("/reports/{code}/file", **acts(Act.build_report))
async def file(
    visit: Visiting, code: str, period: str = "", outside: str = "", project: str = "", centre: str = "", kind: str = ""
) -> Response:
    its, wanted = _code(code), known(kind, FileKind) or FileKind.excel
    typed = {"period": period, "outside": outside, "project": project, "centre": centre}
    report = await visit.use.reports.make(visit.actor, _wanted(its, typed), note=wanted)
    made = await visit.use.sheets.made(visit.use.reports.book(report, wanted, visit.frame.words.language), wanted)
    return visit.hand_table(made)
