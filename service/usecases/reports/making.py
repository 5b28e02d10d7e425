"""Built-in reports: which there are, one made for a period, and the same as a file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock
from domain.errors import NotAllowed, NotFound
from domain.identity import Act, Actor, Scope
from domain.partners.directory import Partner, PartnerKind
from domain.ports import Views, Works
from domain.projects import Project
from domain.reports.built_in import REPORTS, ReportCode, Times, Values
from domain.reports.made import Report, ReportWriter, Time, Value, Wanted, parts_of
from domain.reports.period import Cycle, before
from domain.reports.question import COUNTS_ONLY
from domain.reports.sheet import Book, FileKind
from domain.values import Language, StaffId, day_of

OFFERED = {Cycle.month: 12, Cycle.quarter: 8, Cycle.year: 5}
"""Periods that a list offers; others can be written."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """`periods` are the latest that are over, `outside_periods` those for which it leaves the house."""

    code: ReportCode
    title: str
    whom: str
    cycles: tuple[Cycle, ...]
    outside: Cycle
    of_project: bool
    periods: tuple[str, ...]
    outside_periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    id: UUID
    code: str
    name: str


class Reports:
    def __init__(self, work: Works, views: Views, trail: Trail, writer: ReportWriter, clock: Clock) -> None:
        self._work, self._views, self._trail, self._writer, self._clock = work, views, trail, writer, clock

    def all(self, actor: Actor) -> tuple[ReportLine, ...]:
        actor.check(Act.build_report)
        return tuple(self._line(code, only_outside=actor.role in COUNTS_ONLY) for code in REPORTS)

    def one(self, actor: Actor, code: ReportCode) -> ReportLine:
        actor.check(Act.build_report)
        return self._line(code, only_outside=actor.role in COUNTS_ONLY)

    def _line(self, code: ReportCode, *, only_outside: bool) -> ReportLine:
        its, today = REPORTS[code], day_of(self._clock.now())
        cycles = (its.outside,) if only_outside else its.cycles
        periods = tuple(one.name for cycle in cycles for one in before(cycle, today, OFFERED[cycle]))
        outside = tuple(one.name for one in before(its.outside, today, OFFERED[its.outside]))
        return ReportLine(code, its.title, its.whom, cycles, its.outside, its.of_project, periods, outside)

    async def projects(self, actor: Actor) -> tuple[ProjectChoice, ...]:
        actor.check(Act.see_projects)
        async with self._work.looking(actor) as work:
            return tuple(ProjectChoice(one.id, one.code, one.name) for one in await work.projects.all())

    async def make(self, actor: Actor, wanted: Wanted, *, note: str = "") -> Report:
        """Each is a line of the trail. An analyst gets it as it leaves the house. Raises NotAllowed for a centre out of reach, NotFound
        for a project that is none, and what `Wanted.check` raises."""
        scope = actor.scope(Act.build_report)
        if not set(wanted.centres) <= set(scope.centres):
            raise NotAllowed("This centre is not one of yours.")
        asked = replace(wanted, outside=wanted.outside or actor.role in COUNTS_ONLY)
        asked.check(day_of(self._clock.now()))
        scope = replace(scope, centres=asked.centres or scope.centres)
        said = " ".join((asked.code, asked.period.name, "outside" if asked.outside else "inside", *((note,) if note else ())))
        await self._trail.saw(*(Look(actor.id, centre, "fetched_report", asked.project, note=said) for centre in scope.centres))
        return await self.counted(actor, scope, asked)

    async def for_house(self, actor: Actor, wanted: Wanted, note: str) -> Report:
        """For a command, whose centres are said with it, all where none is."""
        async with self._work.looking(actor) as work:
            there = tuple(one.code for one in await work.staff.centres() if one.serves)
        if not set(wanted.centres) <= set(there):
            raise NotFound()
        wanted.check(day_of(self._clock.now()))
        scope = Scope(wanted.centres or there, StaffId(actor.id))
        said = " ".join((wanted.code, wanted.period.name, "outside" if wanted.outside else "inside", note))
        await self._trail.saw(*(Look(actor.id, centre, "fetched_report", wanted.project, note=said) for centre in scope.centres))
        return await self.counted(actor, scope, wanted)

    async def counted(self, actor: Actor, scope: Scope, wanted: Wanted) -> Report:
        """Without a look at who asks. One statement for each line, and one for each kind of time."""
        async with self._work.looking(actor) as work:
            partners = await work.partners.all()
            project = _found(await work.projects.all(), wanted.project) if wanted.its.of_project else None
        found = await self._views.measures.ask_all(scope, wanted.questions(_by_kind(partners)))
        times = {kind: await self._times(scope, wanted, kind) for kind in {one.times for one in wanted.its.sections if one.times}}
        values = {kind: await self._values(scope, wanted, kind) for kind in {one.values for one in wanted.its.sections if one.values}}
        # Up to a second of reckoning where small cells are held back: others are answered meanwhile.
        parts = await asyncio.to_thread(parts_of, wanted, found, times, values)
        its, period = wanted.its, wanted.period
        return Report(
            code=wanted.code,
            title=its.title,
            whom=its.whom,
            note=its.note,
            period=period.name,
            first=period.first,
            last=period.last,
            as_of=found[0][0].as_of if found else self._clock.now(),
            centres=scope.centres,
            outside=wanted.outside,
            project=f"{project.code} {project.name}" if project else "",
            parts=parts,
            names={str(one.id): one.name for one in partners},
        )

    async def _times(self, scope: Scope, wanted: Wanted, kind: Times) -> Sequence[Time]:
        period, at = wanted.period, self._clock.now()
        if kind is Times.first_counselling:
            funnel = await self._views.figures.funnel(scope, at, period.first, period.last)
            n = next((step.n for step in funnel.steps if step.step == "counselled"), 0)
            return (Time("first_counselling", "", n, funnel.to_counselling_median, funnel.to_counselling_most),)
        board = await self._views.figures.partners(scope, at, *period.quarters)
        made = []
        for one in (one for one in board.lines if one.whole):
            made.append(Time("first_sign", one.name, one.acknowledged, one.acknowledge_median, one.acknowledge_most))
            made.append(Time("yes_or_no", one.name, one.answered, one.answer_median, one.answer_most))
        return made

    async def _values(self, scope: Scope, wanted: Wanted, kind: Values) -> Sequence[Value]:
        first, last = wanted.period.days
        if kind is Values.earnings:
            return [Value("months_of_earnings", one.country, one.months, one.n) for one in await self._views.jobs.costs(scope, first, last)]
        return [
            Value(what, one.round, number, n)
            for one in await self._views.reviews.outcomes(scope, first, last)
            for what, number, n in (
                ("reviews_due", one.due, one.due),
                ("economic", one.economic, one.economic_n),
                ("social", one.social, one.social_n),
                ("psychosocial", one.psychosocial, one.psychosocial_n),
            )
        ]

    def book(self, report: Report, kind: FileKind, language: Language) -> Book:
        """What the file of this kind holds, in words."""
        return self._writer.book(report, kind, language)


def _by_kind(partners: Sequence[Partner]) -> Mapping[PartnerKind, Sequence[str]]:
    found: dict[PartnerKind, list[str]] = {}
    for one in partners:
        found.setdefault(one.kind, []).append(str(one.id))
    return found


def _found(projects: Sequence[Project], id: UUID | None) -> Project:
    for one in projects:
        if one.id == id:
            return one
    raise NotFound()
