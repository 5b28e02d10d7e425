"""The caseload with the day's strip above it, and the case itself: opening, changing, moving on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.case_doors import CaseFilter, CaseLine, CaseView
from domain.cases import CaseKind, CaseStep, Outcome, Risk, Stage
from domain.countries import choices, country_name
from domain.errors import NotFound, Refusal
from domain.figures.funnel import LASTING, Reached
from domain.identity import Act, Role, Sensitivity
from domain.periods import begin_of, end_of
from domain.reporting import MyDay
from domain.values import CaseId, CentreCode, ClientId, StaffId, day_of
from service.usecases.identity import StaffView
from service.web.clients import client_page
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, known, uuid_of
from service.web.labels import label
from service.web.merging import Theirs, apart, chosen, overtaken
from service.web.news import Unread, unread
from service.web.people import names
from service.web.sheet import sheet_page, worded
from service.web.times import day_said
from service.web.trail import Told, told

router = APIRouter(route_class=PageRoute)
LINES = 50
OPENED = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])\.[1-9]\d{3}-(0[1-9]|1[0-2])")
DUE, MORE_DUE = 8, 100
"""Of each list of the day: what fits on a screen, and what is shown on request."""


@dataclass(frozen=True, slots=True)
class MyCases:
    day: MyDay
    news: Unread
    lines: tuple[CaseLine, ...]
    wanted: CaseFilter
    whose: str
    holder: str
    more: str
    today_count: int
    hidden: int
    narrowed: tuple[tuple[str, str], ...]
    """Which of those that are counted in a figure these are, beside the filters of the page."""
    stages: tuple[Stage, ...] = tuple(Stage)
    risks: tuple[Risk, ...] = tuple(Risk)


def _counted(wanted: CaseFilter, opened: str, reached: str) -> CaseFilter:
    """Those that a figure of the funnel counts, closed ones too."""
    if not OPENED.fullmatch(opened):
        return wanted
    (first, last), step = opened.split("."), known(reached, Reached)
    return replace(
        wanted,
        open_only=False,
        opened_from=begin_of(first),
        opened_before=end_of(last),
        reached=step if step in LASTING else None,
        ended=step is Reached.outcome,
    )


@router.get("/my-cases", **acts(Act.see_cases))
async def my_cases(
    visit: Visiting,
    whose: str = "mine",
    stage: str = "",
    risk: str = "",
    kind: str = "",
    after: str = "",
    due: str = "",
    centre: str = "",
    opened: str = "",
    reached: str = "",
    past: str = "",
) -> Response:
    """`whose` is mine, centre, or a colleague's id. Closed cases are listed where they are asked for; `due=all` shows more of the day.
    `opened` (months, `2026-01.2026-11`) and `reached` come with the ways from the figures to those who are counted; `past=1` are those
    past their day."""
    colleague = uuid_of(whose)
    whose = whose if whose == "centre" or colleague else "mine"
    only = known(stage, Stage)
    wanted = CaseFilter(
        stage=only,
        risk=known(risk, Risk),
        kind=known(kind, CaseKind),
        counsellor=StaffId(colleague) if colleague else None,
        open_only=only is not Stage.closed,
        centre=CentreCode(centre) if centre in visit.actor.centres else None,
        due_before=day_of(visit.use.identity.now()) if past == "1" else None,
    )
    wanted = _counted(wanted, opened, reached)
    lines, following = await visit.use.cases.page(visit.actor, wanted, LINES, uuid_of(after), mine=whose == "mine")
    day = await visit.use.cases.my_day(visit.actor, MORE_DUE if due == "all" else DUE)
    holder = (await names(visit)).of_staff(colleague) if colleague else ""
    narrowed = {"centre": wanted.centre, "opened": opened, "reached": reached, "past": past and "1"}
    narrowed = narrowed if wanted.opened_from or wanted.centre or wanted.due_before else {}
    asked = {"whose": whose, "stage": only, "risk": wanted.risk, "kind": wanted.kind, **narrowed, "after": following}
    more = "?" + urlencode({name: value for name, value in asked.items() if value}) if following else ""
    kept = tuple((name, str(value)) for name, value in narrowed.items() if value)
    count = day.due_count + day.cases_due_count
    hidden = day.overdue_count + count - len(day.overdue) - len(day.due) - len(day.cases_due)
    return visit.show("my_cases", MyCases(day, unread(visit, day.notices), worded(lines), wanted, whose, holder, more, count, hidden, kept))


@router.post("/clients/{id}/cases", **acts(Act.open_case))
async def open_case(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    kind, risk, summary = form.chosen("kind", CaseKind), form.chosen("risk", Risk), form.prose("summary")
    sensitivity, next_due = form.choice("sensitivity", Sensitivity) or Sensitivity.normal, form.day("next_due")
    try:
        form.check()
        made = await visit.use.cases.open(
            visit.actor,
            visit.once(),
            ClientId(id),
            kind=kind,
            risk=risk,
            summary=summary,
            sensitivity=sensitivity,
            next_due=next_due,
            country=form.raw("country") or None,
        )
    except Refusal as refusal:
        return await client_page(visit, ClientId(id), form.again("case", refusal), status_of(refusal))
    return visit.go(f"/cases/{made.id}", "case")


@router.get("/cases/{id}", **acts(Act.see_case))
async def sheet(visit: Visiting, id: UUID) -> Response:
    return await sheet_page(visit, CaseId(id))


@dataclass(frozen=True, slots=True)
class Timeline:
    case: CaseView
    lines: tuple[Told, ...]


@router.get("/cases/{id}/timeline", **acts(Act.see_case))
async def timeline(visit: Visiting, id: UUID) -> Response:
    found = await visit.use.cases.timeline(visit.actor, CaseId(id))
    case, known_names = await visit.use.cases.get(visit.actor, CaseId(id)), await names(visit)
    return visit.show("timeline", Timeline(case, tuple(told(visit.frame.words, one, known_names) for one in found)))


@router.post("/cases/{id}/steps", **acts(Act.change_case))
async def step(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted, reason, outcome = form.chosen("step", CaseStep), form.line("reason"), form.choice("outcome", Outcome)
    try:
        form.check()
        await visit.use.cases.step(visit.actor, visit.once(), CaseId(id), wanted, reason=reason, outcome=outcome)
    except Refusal as refusal:
        return await sheet_page(visit, CaseId(id), form.again(f"step-{wanted}", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}", "step")


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """`case` is the present record, `shown` as the form would have typed it; where somebody else changed it meanwhile, `stale` says that
    both versions are shown and `theirs` where they differ."""

    case: CaseView
    colleagues: tuple[StaffView, ...]
    shown: Mapping[str, tuple[str, ...]]
    stale: bool
    theirs: Mapping[str, Theirs]
    risks: tuple[Risk, ...] = tuple(Risk)
    sensitivities: tuple[Sensitivity, ...] = tuple(Sensitivity)
    countries: tuple[tuple[str, str], ...] = choices()


def _fields_of(case: CaseView) -> dict[str, tuple[str, ...]]:
    return {
        "risk": (case.risk.value,),
        "summary": (case.summary,),
        "next_due": (case.next_due.isoformat() if case.next_due else "",),
        "sensitivity": (case.sensitivity.value,),
        "country": (case.country or "",),
        "counsellor": (str(case.counsellor),),
    }


def _theirs(visit: Visit, case: CaseView, typed: Form, colleagues: tuple[StaffView, ...]) -> dict[str, Theirs]:
    holder = next((one.name for one in colleagues if one.id == case.counsellor), "")
    until = day_said(visit.frame.words, case.next_due) if case.next_due else ""
    own = {
        "risk": label(case.risk),
        "sensitivity": label(case.sensitivity),
        "next_due": until,
        "country": country_name(case.country),
        "counsellor": holder,
    }
    shown = {name: values for name, values in _fields_of(case).items() if name in typed.fields}
    meant = {name: (Form(typed.fields).prose(name) if name == "summary" else typed.raw(name),) for name in shown}
    return apart(typed, meant, shown, lambda name, values: own.get(name, values[0]))


async def _edit_page(visit: Visit, case: CaseView, again: Again = NOTHING, status: int = 200, *, typed: Form | None = None) -> Response:
    colleagues: tuple[StaffView, ...] = ()
    if visit.actor.may(Act.assign_case):
        near = await visit.use.identity.colleagues(visit.actor)
        colleagues = tuple(one for one in near if one.role in (Role.counsellor, Role.supervisor) and case.centre in one.centres)
    theirs = _theirs(visit, case, typed, colleagues) if typed else {}
    view = CaseEdit(case, colleagues, _fields_of(case), typed is not None, theirs)
    return visit.show("case_edit", view, again=again, status=status)


@router.get("/cases/{id}/edit", **acts(Act.change_case))
async def edit(visit: Visiting, id: UUID) -> Response:
    """The form is for those whose change would be taken."""
    if not await visit.use.cases.may(visit.actor, CaseId(id), Act.change_case):
        raise NotFound()
    return await _edit_page(visit, await visit.use.cases.get(visit.actor, CaseId(id)))


def _changes(form: Form) -> dict[str, object]:
    """Only what the form carries: a field that the reader may not set is not in it."""
    changes: dict[str, object] = {
        "risk": form.chosen("risk", Risk),
        "summary": form.prose("summary"),
        "sensitivity": form.chosen("sensitivity", Sensitivity),
        "next_due": form.day("next_due"),
        "country": form.raw("country") or None,
    }
    if holder := uuid_of(form.raw("counsellor")):
        changes["counsellor_id"] = holder
    return changes


@router.post("/cases/{id}/edit", **acts(Act.change_case))
async def change(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    try:
        present = await visit.use.cases.get(visit.actor, CaseId(id))
        form = chosen(form, _fields_of(present))
        changes, seen = _changes(form), form.number("version", 1, 10**9) or 0
        form.check()
        if changes.get("counsellor_id") == present.counsellor:
            del changes["counsellor_id"]
        await visit.use.cases.change(visit.actor, CaseId(id), seen, changes)
    except Refusal as refusal:
        present = await visit.use.cases.get(visit.actor, CaseId(id))
        typed = form if overtaken(form, present.version) else None
        return await _edit_page(visit, present, form.again("edit", refusal), status_of(refusal), typed=typed)
    return visit.go(f"/cases/{id}", "changed")
