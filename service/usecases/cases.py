"""Opening, changing, moving, assigning cases; the caseload list, the sheet, the timeline, my day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.audit import Look, Trail, looks
from domain.case_doors import CaseFilter, CaseLine, CaseView
from domain.cases import HANDED_OVER, Assignment, Case, CaseKind, CaseStep, Outcome, Risk, Stage
from domain.chance import Clock, Ids
from domain.clients import Client
from domain.counselling import Note, Task
from domain.errors import Invalid, NotFound, Stale
from domain.identity import Act, Actor, Role, Scope, Sensitivity
from domain.plans.tasks import handed_over
from domain.ports import Once, Views, Work, Works
from domain.projects import Basis, by_default
from domain.reintegration.reviews import task_for
from domain.reporting import CaseSheet, Happening, MyDay
from domain.values import CaseId, ClientId, StaffId, day_of


class NotAColleague(Invalid):
    """This person does not counsel at the centre of the case."""

    next = "Choose a counsellor or supervisor of the same centre."


class NothingToHandOver(Invalid):
    """Nothing was chosen to be handed over."""

    next = "Tick at least one case or task."


class Cases:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def open(
        self,
        actor: Actor,
        once: Once | None,
        client_id: ClientId,
        *,
        kind: CaseKind,
        risk: Risk,
        summary: str = "",
        sensitivity: Sensitivity = Sensitivity.normal,
        next_due: date | None = None,
        counsellor: StaffId | None = None,
        country: str | None = None,
    ) -> CaseView:
        """The opener holds the case unless a colleague is named. A restricted case restricts its client too. Raises NoSuchCountry."""
        at = self._clock.now()
        id = CaseId(self._ids.new())
        async with self._work(actor) as work:
            if made := await work.once(once, id):
                return CaseView.of(await work.cases.look(actor.scope(Act.see_case), CaseId(made)))
            client = await work.clients.get(actor.scope(Act.open_case), client_id)
            holder = counsellor or StaffId(actor.id)
            if holder != actor.id:
                await self._colleague(await work.staff.with_role(client.centre, Role.counsellor, Role.supervisor), holder)
            case = Case(
                id=id,
                centre=client.centre,
                client_id=client.id,
                number=await work.clients.next_number(client.centre, "K"),
                kind=kind,
                risk=risk,
                sensitivity=sensitivity,
                stage=Stage.open,
                counsellor_id=holder,
                summary=summary,
                opened_at=at,
                touched_at=at,
                next_due=next_due,
                country=country,
            )
            await self._guard(work, actor, client, sensitivity)
            await work.cases.add(case)
            standing = await work.projects.standing(case.centre, Basis(case.kind))
            if shares := by_default(standing, day_of(at)):
                await work.projects.share_case(case, shares)
            await work.cases.assign(self._assignment(case, holder, "opened"))
            work.announce(case.opened(actor, at))
            if task := task_for(self._ids.new(), case, (), actor.language, at):
                await work.counselling.add_task(task)
                work.announce(task.added(actor, at))
        return CaseView.of(case)

    async def _guard(self, work: Work, actor: Actor, client: Client, sensitivity: Sensitivity) -> None:
        """A restricted case restricts its client too, or the person's card would tell what the case hides."""
        if sensitivity is not Sensitivity.normal and client.sensitivity is Sensitivity.normal:
            work.announce(client.change(by=actor, at=self._clock.now(), sensitivity=sensitivity))
            await work.clients.save(client)

    def _assignment(self, case: Case, to: StaffId, reason: str) -> Assignment:
        return Assignment(self._ids.new(), case.centre, case.client_id, case.id, to, self._clock.now(), None, reason)

    @staticmethod
    async def _colleague(known: tuple[StaffId, ...], wanted: StaffId) -> None:
        if wanted not in known:
            raise NotAColleague(field="counsellor")

    async def get(self, actor: Actor, id: CaseId) -> CaseView:
        case = await self._views.cases.case(actor.scope(Act.see_case), id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_case", id, case.client_id))
        return CaseView.of(case)

    async def may(self, actor: Actor, id: CaseId, *acts: Act) -> frozenset[Act]:
        """Those of the acts that would be let through on this case, each by the scope that the act itself asks: for what a page offers."""
        return await self._let_through(actor, id, acts, {})

    async def _let_through(self, actor: Actor, id: CaseId, acts: tuple[Act, ...], known: Mapping[Scope, bool]) -> frozenset[Act]:
        """`known` says of some scopes already whether they reach the case."""
        scopes = {act: actor.scope(act) for act in acts if actor.may(act)}
        reached = {**known, **{scope: await self._reached(scope, id) for scope in set(scopes.values()) - known.keys()}}
        return frozenset(act for act, scope in scopes.items() if reached[scope])

    async def _reached(self, scope: Scope, id: CaseId) -> bool:
        try:
            await self._views.cases.case(scope, id)
        except NotFound:
            return False
        return True

    async def change(self, actor: Actor, id: CaseId, seen: int, changes: dict[str, object]) -> CaseView:
        """Sets risk, summary, next_due, sensitivity, country or counsellor. Raises NoSuchCountry, Stale with the present view."""
        at = self._clock.now()
        async with self._work(actor) as work:
            case = await work.cases.get(actor.scope(Act.change_case), id)
            if case.version == seen:
                if (to := changes.pop("counsellor_id", None)) is not None:
                    actor.check(Act.assign_case)
                    holder = StaffId(to)  # type: ignore[arg-type]
                    await self._colleague(await work.staff.with_role(case.centre, Role.counsellor, Role.supervisor), holder)
                    await self._hand(work, actor, case, holder, "reassigned")
                if changes or to is None:
                    work.announce(case.change(by=actor, at=at, **changes))
                    await self._guard(work, actor, await work.clients.get(actor.scope(Act.see_client), case.client_id), case.sensitivity)
                await work.cases.save(case)
                return CaseView.of(case)
        await self._trail.saw(Look(actor.id, case.centre, "saw_case", id, case.client_id))
        raise Stale(CaseView.of(case))

    async def _hand(self, work: Work, actor: Actor, case: Case, to: StaffId, reason: str) -> None:
        """The case with its referrals, and the open tasks of whoever held it. What a third colleague has to do in it stays theirs."""
        before = case.counsellor_id
        work.announce(case.assign(to, by=actor, at=self._clock.now()))
        await work.cases.assign(self._assignment(case, to, reason))
        await work.referrals.hand_over(case.id, to)
        tasks = [one for one in await work.counselling.open_tasks(case.id) if one.assignee_id == before]
        await self._pass_on(work, actor, case.id, tasks, to, told=False)

    async def _pass_on(self, work: Work, actor: Actor, case: CaseId, tasks: Sequence[Task], to: StaffId, *, told: bool) -> None:
        """Tasks first and then the plan, as finishing a task takes them."""
        for task in tasks:
            work.announce(task.hand_over(to, by=actor, at=self._clock.now(), told=told))
            await work.counselling.save_task(task)
        planned = {task.id for task in tasks if task.planned}
        for plan in await work.plans.live(case) if planned else ():
            content = handed_over(plan.content, planned, to)
            if content != plan.content:
                plan.content = content
                await work.plans.save(plan)

    async def hand_over(self, actor: Actor, once: Once | None, to: StaffId, cases: Sequence[CaseId], tasks: Sequence[UUID]) -> int:
        """All of these cases and single tasks to one colleague, or none. How many cases moved; what they have already stays as it is.
        Raises NothingToHandOver, NotAColleague."""
        if not cases and not tasks:
            raise NothingToHandOver()
        scope = actor.scope(Act.assign_case)
        async with self._work(actor) as work:
            if await work.once(once, self._ids.new()):
                return 0
            held = [case for id in sorted(set(cases)) if (case := await work.cases.get(scope, id)).counsellor_id != to]
            single = [task for id in sorted(set(tasks)) if (task := await work.counselling.task(scope, id)).assignee_id != to]
            for centre in {one.centre for one in held} | {one.centre for one in single}:
                await self._colleague(await work.staff.with_role(centre, Role.counsellor, Role.supervisor), to)
            for case in held:
                await self._hand(work, actor, case, to, HANDED_OVER)
                await work.cases.save(case)
            for task in single:
                if task.done_at is None and task.assignee_id != to and task.case_id not in {case.id for case in held}:
                    await self._pass_on(work, actor, task.case_id, [task], to, told=True)
        return len(held)

    async def step(
        self, actor: Actor, once: Once | None, id: CaseId, step: CaseStep, *, reason: str = "", outcome: Outcome | None = None
    ) -> CaseView:
        """One step of the table. Raises OutOfStep, PlanNeeded, StillOpen, OutcomeNeeded, ReasonNeeded."""
        at = self._clock.now()
        scope = actor.scope(Act.change_case)
        async with self._work(actor) as work:
            case = await work.cases.get(scope, id)
            if await work.once(once, id):
                return CaseView.of(case)
            moved = case.move(
                step,
                by=actor,
                at=at,
                reason=reason,
                outcome=outcome,
                loose=await work.loose(id),
                planned=step is CaseStep.agree_plan and await work.plans.approved(id),
                may_close_over=actor.role in (Role.supervisor, Role.centre_manager),
            )
            await work.cases.save(case)
            work.announce(moved)
            if reason:
                await self._keep_reason(work, actor, case, step, reason)
        return CaseView.of(case)

    async def _keep_reason(self, work: Work, actor: Actor, case: Case, step: CaseStep, reason: str) -> None:
        """As a note of the case: the trail may hold no words about a person."""
        note, added = Note.write(self._ids.new(), case, f"{step}: {reason}", by=actor, at=self._clock.now())
        await work.counselling.add_note(note)
        work.announce(added)

    async def page(
        self, actor: Actor, wanted: CaseFilter, limit: int, after: UUID | None, *, mine: bool = False
    ) -> tuple[tuple[CaseLine, ...], UUID | None]:
        """At most `limit` lines and the place to go on from."""
        scope = actor.scope(Act.see_cases)
        if mine:
            wanted = replace(wanted, counsellor=StaffId(actor.id))
        lines = await self._views.cases.page(scope, wanted, limit + 1, after)
        shown = lines[:limit]
        await self._trail.saw(*looks(actor.id, "saw_cases", shown))
        return tuple(shown), shown[-1].id if len(lines) > limit else None

    async def sheet(self, actor: Actor, id: CaseId) -> CaseSheet:
        sheet = await self._views.reporting.sheet(actor.scope(Act.see_case), id)
        await self._trail.saw(Look(actor.id, sheet.case.centre, "saw_sheet", id, sheet.client.id))
        return sheet

    async def opened(self, actor: Actor, id: CaseId, *acts: Act) -> tuple[CaseSheet, frozenset[Act]]:
        """The sheet, with what `may` would answer: most of it is known when the sheet was read."""
        seen = actor.scope(Act.see_case)
        sheet, assigned = await self._views.reporting.opened(seen, id)
        await self._trail.saw(Look(actor.id, sheet.case.centre, "saw_sheet", id, sheet.client.id))
        known = {seen: True, replace(seen, assigned_only=True): assigned}
        return sheet, await self._let_through(actor, id, acts, known)

    async def timeline(self, actor: Actor, id: CaseId) -> tuple[Happening, ...]:
        scope = actor.scope(Act.see_case)
        case = await self._views.cases.case(scope, id)
        found = await self._views.reporting.timeline(scope, id, 200)
        await self._trail.saw(Look(actor.id, case.centre, "saw_timeline", id, case.client_id))
        return tuple(found)

    async def my_day(self, actor: Actor, most: int) -> MyDay:
        """`most` of each list; the counts are whole."""
        scope = actor.scope(Act.see_cases)
        day = await self._views.reporting.my_day(scope, StaffId(actor.id), day_of(self._clock.now()), most)
        tasks = looks(actor.id, "saw_tasks_due", (*day.due, *day.overdue))
        await self._trail.saw(*tasks, *looks(actor.id, "saw_cases", day.cases_due))
        return day
