"""Built-in reports over HTTP: which there are, one made for a period, the same as a file, and those that the worker makes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from domain.identity import Act
from domain.reports.built_in import ReportCode
from domain.reports.made import Report, Wanted
from domain.reports.period import period_of
from domain.reports.schedule import Subscription
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language
from service.api.bodies.reports import Code, ScheduleBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute
from service.usecases.reports import ReportLine

router = APIRouter(tags=["reports"], route_class=LeanRoute)
REPORTS, SCHEDULED = "/api/v1/reports", "/api/v1/reports/scheduled"
Months = Annotated[str, Query(max_length=20, description="2026-11, 2026-Q3, 2026, or from one to another: 2019..2026")]
Outside = Annotated[bool, Query(description="As it may leave the house: small numbers held back")]
Of = Annotated[UUID | None, Query(description="The project, where the report is of one")]
At = Annotated[Code | None, Query(description="One centre; all in reach where none is said")]
As = Annotated[FileKind, Query(alias="as")]


def _wanted(code: ReportCode, period: str, outside: bool, project: UUID | None, centre: str | None) -> Wanted:
    return Wanted(code, period_of(period), outside, project, (CentreCode(centre),) if centre else ())


@router.get(REPORTS, response_model=Page[ReportLine], **acts(Act.build_report))
async def every(ask: Ask, request: Request) -> Response:
    """What each is for, and for which periods it is made."""
    return listed(ask.use.reports.all(ask.actor), request)


@router.get(SCHEDULED, response_model=Page[Subscription], **acts(Act.build_report))
async def scheduled(ask: Ask, request: Request) -> Response:
    """One's own, each with the files that are there."""
    return listed(await ask.use.scheduled_reports.mine(ask.actor), request)


@router.post(SCHEDULED, status_code=201, response_model=Subscription, **acts(Act.build_report))
async def subscribe(ask: Ask, body: ScheduleBody) -> Response:
    """The worker makes it after each period, the first time for the last one that is over, and says so by a notice and, where an address
    is given, by a mail without a figure."""
    return made(await ask.use.scheduled_reports.begin(ask.actor, ask.once, CentreCode(body.centre), body.wanted()), SCHEDULED)


@router.delete(f"{SCHEDULED}/{{id}}", status_code=204, **acts(Act.build_report))
async def end(ask: Ask, id: UUID) -> Response:
    """What was made stays until it expires."""
    await ask.use.scheduled_reports.end(ask.actor, ask.once, id)
    return Response(status_code=204)


@router.get(f"{SCHEDULED}/files/{{id}}", response_class=Response, **acts(Act.build_report))
async def scheduled_file(ask: Ask, id: UUID) -> Response:
    its = await ask.use.scheduled_reports.file(ask.actor, id)
    head = {"Content-Disposition": f'attachment; filename="{its.name}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(its.content, 200, head, its.media_type)


@router.get(f"{REPORTS}/{{code}}", response_model=Report, **acts(Act.build_report))
async def one(ask: Ask, code: ReportCode, period: Months, outside: Outside = False, project: Of = None, centre: At = None) -> Response:
    """Each figure with its period, as of when, what one of it is, how sure it is and its definition. Reading it is a line of the trail."""
    return answer(await ask.use.reports.make(ask.actor, _wanted(code, period, outside, project, centre)))


@router.get(f"{REPORTS}/{{code}}/file", response_class=Response, **acts(Act.build_report))
async def file(
    ask: Ask,
    code: ReportCode,
    period: Months,
    kind: As = FileKind.excel,
    outside: Outside = True,
    project: Of = None,
    centre: At = None,
    language: Language = Language.english,
) -> Response:
    """Excel (from right to left where the language runs so), CSV with a row of HXL tags, or PDF; English, Urdu or Pashto."""
    report = await ask.use.reports.make(ask.actor, _wanted(code, period, outside, project, centre), note=kind)
    its = await ask.use.sheets.made(ask.use.reports.book(report, kind, language), kind)
    head = {"Content-Disposition": f'attachment; filename="{its.name}"', "Cache-Control": "no-store", "Content-Security-Policy": its.policy}
    return StreamingResponse(its.pieces, 200, head, its.media_type)
