"""What a plan in force asks of staff stands among their tasks: an open action of a colleague is a task under the same id.

So it is due on their day, holds up the closing of the case, and is finished from either side. An action of the client or of a partner is
looked after in the plan alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.counselling import Task
from domain.plans.content import OPEN, Action, Content, Owner
from domain.plans.record import Plan
from domain.values import StaffId


@dataclass(frozen=True, slots=True)
class Given:
    """What becomes of tasks when a version comes into force."""

    added: tuple[Task, ...]
    changed: tuple[tuple[Task, Action], ...]
    taken_back: tuple[Task, ...]


def given(plan: Plan, before: Content, open_tasks: Iterable[Task], at: datetime) -> Given:
    """`open_tasks` are those of the case; of these the plan moves only such as stood in the version before."""
    wanted = {one.id: one for one in plan.content.actions() if one.owner is Owner.staff and one.state in OPEN}
    former = {one.id for one in before.actions()}
    its = {task.id: task for task in open_tasks if task.id in former}
    return Given(
        tuple(_task(plan, action, at) for id, action in wanted.items() if id not in its),
        tuple((task, wanted[id]) for id, task in its.items() if id in wanted and _differ(task, wanted[id])),
        tuple(task for id, task in its.items() if id not in wanted),
    )


def _task(plan: Plan, action: Action, at: datetime) -> Task:
    return Task(action.id, plan.centre, plan.client_id, plan.case_id, action.title, action.due_on, assignee(action), at, planned=True)


def _differ(task: Task, action: Action) -> bool:
    return (task.title, task.due_on, task.assignee_id) != (action.title, action.due_on, action.who)


def assignee(action: Action) -> StaffId:
    if action.who is None:
        raise TypeError("an action of staff without somebody")
    return StaffId(action.who)


def passed_on(content: Content, to: StaffId, keepers: Collection[StaffId]) -> Content:
    """Open actions of staff who are none of `keepers` become this one's; what was done stays theirs who did it."""

    def passed(one: Action) -> Action:
        stays = one.owner is not Owner.staff or one.state not in OPEN or one.who in keepers
        return one if stays else replace(one, who=to)

    return content.with_actions(passed)


def handed_over(content: Content, actions: Collection[UUID], to: StaffId) -> Content:
    """These actions, as far as they are open, become this one's: those whose tasks were handed over."""
    return content.with_actions(lambda one: replace(one, who=to) if one.id in actions and one.state in OPEN else one)
