"""The plan of a case: writing it version by version, having it approved, and saying how far each action has come."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.audit import Look, Trail, looks
from domain.chance import Clock, Ids
from domain.clients import MigrationStage
from domain.counselling import COUNSELS, Task
from domain.errors import Invalid, NotFound, Stale
from domain.identity import Act, Actor, Scope
from domain.plans.content import Action, ActionStep, Content, Owner
from domain.plans.record import APPROVERS, Plan, PlanLine, PlanMoved, PlanStep, PlanView, ReturneesOnly, in_force, shown
from domain.plans.tasks import assignee, given
from domain.ports import Once, Views, Work, Works
from domain.values import CaseId, CentreCode, ClientId, PartnerId, PlanId


class NotTheirAction(Invalid):
    """An action is given to somebody of the centre of the case, or to a partner who takes part at present."""

    next = "Choose somebody of the list."


def act_of(step: PlanStep) -> Act:
    return Act.write_plan if step is PlanStep.submit else Act.approve_plan


class Plans:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def write(self, actor: Actor, once: Once | None, case_id: CaseId, wanted: dict[str, object] | None = None) -> PlanView:
        """The first version, or the next: a copy of the one in force with these fields of `Content` instead. Raises what `Plan.write`
        raises, NotTheirAction, ReturneesOnly."""
        at, id = self._clock.now(), PlanId(self._ids.new())
        scope = actor.scope(Act.write_plan)
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is None:
                case = await work.cases.get(scope, case_id)  # held, so that two first versions at once cannot both be the first
                live = await work.plans.live(case_id)
                former = in_force(live)
                before = replace(former.content, agreed=None) if former else Content()
                content = replace(before, **wanted) if wanted else None  # type: ignore[arg-type]
                plan, written = Plan.write(id, case, live, content, self._ids.new, by=actor, at=at)
                await self._check(work, actor, plan, before)
                await work.plans.add(plan)
                work.announce(written)
                return PlanView.of(plan, former)
        return _viewed(await self._views.plans.beside(scope, PlanId(made)), PlanId(made))

    async def _check(self, work: Work, actor: Actor, plan: Plan, before: Content) -> None:
        """What the plan says of others, as far as it says it anew: somebody who left meanwhile holds up nothing."""
        known = {(one.id, one.who) for one in before.actions()}
        fresh = [one for one in plan.content.actions() if one.who is not None and (one.id, one.who) not in known]
        await self._check_owners(work, plan.centre, fresh)
        if plan.content.budget and plan.content.budget != before.budget:
            await self._check_returned(work, actor, plan.client_id)

    @staticmethod
    async def _check_owners(work: Work, centre: CentreCode, fresh: Sequence[Action]) -> None:
        """Raises NotTheirAction."""
        staff = {one.who for one in fresh if one.owner is Owner.staff}
        if staff and not staff <= set(await work.staff.with_role(centre, *COUNSELS)):
            raise NotTheirAction(field="owner")
        for id in sorted({one.who for one in fresh if one.owner is Owner.partner and one.who}):
            try:
                active = (await work.partners.get(PartnerId(id))).active
            except NotFound:
                active = False
            if not active:
                raise NotTheirAction(field="owner")

    @staticmethod
    async def _check_returned(work: Work, actor: Actor, client: ClientId) -> None:
        its = await work.clients.get(actor.scope(Act.see_client), client)
        if its.migration_stage is not MigrationStage.returnee:
            raise ReturneesOnly(field="budget")

    async def change(self, actor: Actor, id: PlanId, seen: int, changes: dict[str, object]) -> PlanView:
        """Sets fields of `Content`. Raises PlanStands, what `Plan.change` raises, NotTheirAction, ReturneesOnly; Stale with the present
        view."""
        at = self._clock.now()
        async with self._work(actor) as work:
            plan, live = await self._held(work, actor.scope(Act.write_plan), id)
            if plan.version == seen:
                before = plan.content
                wanted = replace(before, **changes)  # type: ignore[arg-type]
                changed = plan.change(wanted, self._ids.new, by=actor, at=at)
                await self._check(work, actor, plan, before)
                await work.plans.save(plan)
                work.announce(changed)
                return PlanView.of(plan, in_force(live))
        await self._looked(actor, plan)
        raise Stale(PlanView.of(plan, in_force(live)))

    @staticmethod
    async def _held(work: Work, scope: Scope, id: PlanId) -> tuple[Plan, list[Plan]]:
        """The version and those beside it that live, held; one that was replaced as it stands."""
        found = await work.plans.look(scope, id)
        live = await work.plans.live(found.case_id)
        return next((one for one in live if one.id == id), found), live

    async def step(
        self, actor: Actor, once: Once | None, id: PlanId, step: PlanStep, *, comment: str = "", seen: int | None = None
    ) -> PlanView:
        """One step of the table. Raises what `Plan.submit`, `approve` and `send_back` raise; Stale with the present view."""
        scope = actor.scope(act_of(step))
        async with self._work(actor) as work:
            # Tasks first and then the plan, as finishing a task takes them: else each could wait for what the other holds.
            open_tasks = await work.counselling.open_tasks((await work.plans.look(scope, id)).case_id)
            plan, live = await self._held(work, scope, id)
            if await work.once(once, id):
                return PlanView.of(plan, in_force(live))
            if seen is None or plan.version == seen:
                work.announce(await self._moved(work, actor, plan, live, step, comment, open_tasks))
                await work.plans.save(plan)
                return PlanView.of(plan, in_force(live))
        await self._looked(actor, plan)
        raise Stale(PlanView.of(plan, in_force(live)))

    async def _moved(
        self, work: Work, actor: Actor, plan: Plan, live: list[Plan], step: PlanStep, comment: str, open_tasks: list[Task]
    ) -> PlanMoved:
        at = self._clock.now()
        if step is PlanStep.submit:
            return plan.submit(by=actor, at=at, approvers=await work.staff.with_role(plan.centre, *APPROVERS))
        if step is PlanStep.send_back:
            return plan.send_back(comment, by=actor, at=at)
        before = in_force(live)
        moved = plan.approve(before=before, by=actor, at=at)
        if before is not None:
            await work.plans.save(before)
        await self._give(work, actor, plan, before.content if before else Content(), open_tasks)
        return moved

    async def _give(self, work: Work, actor: Actor, plan: Plan, before: Content, open_tasks: list[Task]) -> None:
        at = self._clock.now()
        its = given(plan, before, open_tasks, at)
        for task in its.taken_back:
            await work.counselling.take_back(task)
            work.announce(task.taken_back(by=actor, at=at))
        for task, action in its.changed:
            work.announce(task.change(action.title, action.due_on, assignee(action), by=actor, at=at))
            await work.counselling.save_task(task)
        for task in its.added:
            await work.counselling.add_task(task)
            work.announce(task.added(actor, at))

    async def act(self, actor: Actor, once: Once | None, id: PlanId, action: UUID, step: ActionStep, reason: str = "") -> PlanView:
        """How far an action has come; its task, where it has one, goes along. Raises what `Plan.act` raises."""
        at, scope = self._clock.now(), actor.scope(Act.write_in_case)
        async with self._work(actor) as work:
            open_tasks = await work.counselling.open_tasks((await work.plans.look(scope, id)).case_id)
            plan, live = await self._held(work, scope, id)
            if await work.once(once, id):
                return PlanView.of(plan, in_force(live))
            work.announce(plan.act(action, step, reason, by=actor, at=at))
            task = next((one for one in open_tasks if one.id == action), None)
            if task is not None and step is ActionStep.finish:
                work.announce(task.finish(by=actor, at=at))
                await work.counselling.save_task(task)
            elif task is not None and step is ActionStep.drop:
                await work.counselling.take_back(task)
                work.announce(task.taken_back(by=actor, at=at))
            await work.plans.save(plan)
        return PlanView.of(plan, in_force(live))

    async def of_case(self, actor: Actor, id: CaseId) -> tuple[PlanView, ...]:
        """Every version, the newest first. Raises NotFound for a case out of scope, so that an empty list never hides one."""
        scope = actor.scope(Act.see_case)
        case = await self._views.cases.case(scope, id)
        found = await self._views.plans.of_case(scope, id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_plans", id, case.client_id))
        return shown(found)

    async def get(self, actor: Actor, id: PlanId) -> PlanView:
        beside = await self._views.plans.beside(actor.scope(Act.see_case), id)
        await self._looked(actor, next(one for one in beside if one.id == id))
        return _viewed(beside, id)

    async def waiting(self, actor: Actor, limit: int) -> tuple[PlanLine, ...]:
        """Those that wait for somebody like this reader, the longest waiting first."""
        found = await self._views.plans.waiting(actor.scope(Act.approve_plan), limit)
        await self._trail.saw(*looks(actor.id, "saw_plans_waiting", found))
        return tuple(found)

    async def _looked(self, actor: Actor, plan: Plan) -> None:
        await self._trail.saw(Look(actor.id, plan.centre, "saw_plan", plan.id, plan.client_id))


def _viewed(versions: Sequence[Plan], id: PlanId) -> PlanView:
    return next(one for one in shown(versions) if one.id == id)
