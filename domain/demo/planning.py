"""The plan of one made-up case: written with the client, approved by the supervisor, and worked on by all who have a part in it."""

from datetime import datetime, timedelta

from domain.cases import CaseKind
from domain.clients import MigrationStage
from domain.consent import ConsentForm
from domain.demo import words
from domain.demo.dice import Dice, between, chance, may_lie, moments, new_id, pick
from domain.demo.scene import Scene
from domain.plans.content import NEW, OPEN, Action, ActionStep, Agreed, BudgetLine, Content, Goal, Need, NeedKind, Owner
from domain.plans.record import Plan
from domain.plans.tasks import given
from domain.values import PlanId, day_of

_PARTNER = {CaseKind.pre_departure: "swd-punjab", CaseKind.return_reintegration: "reintegration", CaseKind.protection: "swd-punjab"}


def begun(scene: Scene) -> None:
    """A draft, or one that waits for the supervisor."""
    plan = _written(scene, *moments(scene.dice, max(scene.case.opened_at, scene.last - timedelta(days=9)), scene.last, 1))
    if chance(scene.dice, 0.5):
        plan.submit(by=scene.holder, at=moments(scene.dice, plan.written_at, scene.last, 1)[0], approvers=())
        plan.version += 1
    scene.dossier.plans.append(plan)


def agreed(scene: Scene, by_then: datetime) -> None:
    """In force before the case is moved on to it; some of its actions are under way."""
    written, submitted, approved = moments(scene.dice, scene.case.opened_at, by_then - timedelta(seconds=3), 3)
    plan = _written(scene, written)
    plan.submit(by=scene.holder, at=submitted, approvers=())
    plan.approve(before=None, by=scene.colleagues.supervisor, at=approved)
    plan.version += 2
    _work(scene, plan, approved)
    scene.dossier.plans.append(plan)


def _written(scene: Scene, at: datetime) -> Plan:
    dice, content = scene.dice, _content(scene, at)
    plan, _ = Plan.write(PlanId(new_id(dice, at)), scene.case, (), content, lambda: new_id(dice, at), by=scene.holder, at=at)
    return plan


def _content(scene: Scene, at: datetime) -> Content:
    dice, kind = scene.dice, scene.case.kind
    chosen = dict.fromkeys(pick(dice, words.NEEDS[kind]) for _ in range(between(dice, 1, 2)))
    child = scene.dossier.client.is_child(at.date())
    how = ConsentForm.guardian if child else pick(dice, (ConsentForm.written, ConsentForm.verbal, ConsentForm.thumb_mark))
    return Content(tuple(_need(scene, one, at) for one in chosen), _budget(scene), Agreed(day_of(at), how))


def _need(scene: Scene, need: words.NeedWords, at: datetime) -> Need:
    actions = tuple(_action(scene, owner, title, at) for owner, title in need.actions)
    return Need(NEW, NeedKind(need.kind), need.said, (Goal(NEW, need.goal, actions),))


def _action(scene: Scene, owner: str, title: str, at: datetime) -> Action:
    dice, its = scene.dice, Owner(owner)
    who = {Owner.staff: scene.case.counsellor_id, Owner.client: None, Owner.partner: scene.cast.partners[_PARTNER[scene.case.kind]].id}[its]
    return Action(NEW, title, its, at.date() + timedelta(days=between(dice, 5, 60)), who)


def _budget(scene: Scene) -> tuple[BudgetLine, ...]:
    if scene.dossier.client.migration_stage is not MigrationStage.returnee:
        return ()
    return tuple(
        BudgetLine(NEW, purpose, between(scene.dice, 4, 60) * 5_000, source) for purpose, source in words.BUDGET if chance(scene.dice, 0.7)
    )


def _work(scene: Scene, plan: Plan, since: datetime) -> None:
    tasks = {task.id: task for task in given(plan, Content(), (), since).added}
    for action in [one for one in plan.content.actions() if one.state in OPEN]:
        step, at = _step(scene.dice), moments(scene.dice, since, scene.last, 1)[0]
        if step is not ActionStep.drop and not may_lie(action.due_on, scene.horizon):
            step = ActionStep.finish
        if step is None:
            continue
        plan.act(action.id, step, words.DROPPED if step is ActionStep.drop else "", by=scene.holder, at=at)
        plan.version += 1
        if step is ActionStep.drop:
            tasks.pop(action.id, None)
        elif step is ActionStep.finish and action.id in tasks:
            tasks[action.id].finish(by=scene.holder, at=at)
            tasks[action.id].version += 1
    scene.dossier.tasks += tasks.values()


def _step(dice: Dice) -> ActionStep | None:
    thrown = dice.random()
    return ActionStep.finish if thrown < 0.35 else ActionStep.start if thrown < 0.6 else ActionStep.drop if thrown < 0.65 else None
