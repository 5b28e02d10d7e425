"""The plan's rules as tables, without a database: steps, four eyes, what is whole, what changed, and the tasks it gives."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.cases import Case, CaseKind, OutOfStep, Risk, Stage
from domain.consent import ConsentForm
from domain.counselling import Task
from domain.errors import Refusal
from domain.identity import Actor, Role, Sensitivity, TwoPeople
from domain.plans.content import (
    MOST_ACTIONS,
    NEW,
    NEXT,
    Action,
    ActionState,
    ActionStep,
    Agreed,
    Became,
    BudgetLine,
    ClientNotAgreed,
    Content,
    Goal,
    Need,
    NeedKind,
    Owner,
    OwnerMissing,
    PlanIncomplete,
    Progress,
    TooMuchPlanned,
    UnknownRow,
    changes,
    due_next,
    settled,
)
from domain.plans.record import STEPS, AgreedTooLate, NotInForce, Plan, PlanStands, PlanState, PlanStep, PlanUnderWay, PlanView, shown
from domain.plans.tasks import given
from domain.values import CaseId, CentreCode, ClientId, PlanId, StaffId

AT, TODAY = datetime(2026, 11, 20, 9, tzinfo=UTC), date(2026, 11, 20)
WRITER, BOSS = (Actor(UUID(int=n), role, (CentreCode("ISB"),)) for n, role in ((1, Role.counsellor), (2, Role.supervisor)))
CASE = Case(
    CaseId(UUID(int=9)),
    CentreCode("ISB"),
    ClientId(UUID(int=8)),
    "ISB-K-000001",
    CaseKind.protection,
    Risk.low,
    Sensitivity.normal,
    Stage.in_counselling,
    StaffId(WRITER.id),
    "",
    AT,
    AT,
)
_ids = iter(range(100, 10_000))


def new() -> UUID:
    return UUID(int=next(_ids))


def action(owner: Owner = Owner.client, who: UUID | None = None, due: date = TODAY, **more: object) -> Action:
    return replace(Action(NEW, "Ring", owner, due, who), **more)  # type: ignore[arg-type]


AGREED = Agreed(TODAY, ConsentForm.written)


def content(*actions: Action, agreed: Agreed | None = AGREED) -> Content:
    return Content((Need(NEW, NeedKind.legal, "x", (Goal(NEW, "y", actions or (action(),)),)),), (), agreed)


def draft(wanted: Content | None = None, *live: Plan) -> Plan:
    return Plan.write(PlanId(new()), CASE, live, wanted or content(), new, by=WRITER, at=AT)[0]


def approved(wanted: Content | None = None, before: Plan | None = None) -> Plan:
    plan = draft(wanted, *([before] if before else []))
    plan.submit(by=WRITER, at=AT, approvers=())
    plan.approve(before=before, by=BOSS, at=AT)
    return plan


def take(plan: Plan, step: PlanStep) -> None:
    if step is PlanStep.submit:
        plan.submit(by=WRITER, at=AT, approvers=())
    elif step is PlanStep.approve:
        plan.approve(before=None, by=BOSS, at=AT)
    else:
        plan.send_back("Why?", by=BOSS, at=AT)


@pytest.mark.parametrize("state", PlanState)
@pytest.mark.parametrize("step", PlanStep)
def test_every_step_from_every_state(state: PlanState, step: PlanStep) -> None:
    plan = draft()
    plan.state = state
    stands, to = STEPS[step]
    assert (step in plan.steps()) == (state is stands)
    if state is stands:
        take(plan, step)
        assert plan.state is to
    else:
        with pytest.raises(OutOfStep):
            take(plan, step)
        assert plan.state is state


@pytest.mark.parametrize("state", ActionState)
@pytest.mark.parametrize("step", ActionStep)
def test_every_step_of_an_action(state: ActionState, step: ActionStep) -> None:
    plan = approved()
    [one] = plan.content.actions()
    plan.content = plan.content.with_actions(lambda it: replace(it, state=state))
    states, to = NEXT[step]
    if state in states:
        plan.act(one.id, step, "why", by=WRITER, at=AT)
        [now] = plan.content.actions()
        assert (now.state, now.reason) == (to, "why" if step is ActionStep.drop else "")
    else:
        with pytest.raises(OutOfStep):
            plan.act(one.id, step, "why", by=WRITER, at=AT)


WHOLE = content()
HALF: tuple[tuple[Content, type[Refusal]], ...] = (
    (Content(), PlanIncomplete),
    (replace(WHOLE, needs=(replace(WHOLE.needs[0], goals=()),)), PlanIncomplete),
    (replace(WHOLE, needs=(*WHOLE.needs, Need(NEW, NeedKind.work))), PlanIncomplete),
    (replace(WHOLE, needs=(replace(WHOLE.needs[0], goals=(Goal(NEW, "y"),)),)), PlanIncomplete),
    (replace(WHOLE, agreed=None), ClientNotAgreed),
)


@pytest.mark.parametrize("half,why", HALF)
def test_half_a_plan_is_not_submitted(half: Content, why: type[Refusal]) -> None:
    plan = draft()
    plan.change(settled(half, Content(), new) if not half.needs else half, new, by=WRITER, at=AT)
    with pytest.raises(why):
        plan.submit(by=WRITER, at=AT, approvers=())
    assert plan.state is PlanState.draft


MANY = tuple(action() for _ in range(MOST_ACTIONS + 1))
WRONG: tuple[tuple[Content, type[Refusal]], ...] = (
    (content(action(Owner.staff)), OwnerMissing),
    (content(action(Owner.client, UUID(int=5))), OwnerMissing),
    (content(action(id=UUID(int=77))), UnknownRow),
    (content(*MANY), TooMuchPlanned),
    (Content(budget=tuple(BudgetLine(NEW, "x", 1, "y") for _ in range(16))), TooMuchPlanned),
    (content(agreed=Agreed(date(2026, 11, 21), ConsentForm.verbal)), AgreedTooLate),
)


@pytest.mark.parametrize("wrong,why", WRONG)
def test_what_cannot_be_planned(wrong: Content, why: type[Refusal]) -> None:
    with pytest.raises(why):
        draft(wrong)


def test_a_row_named_twice_is_none_of_the_plans() -> None:
    plan = draft()
    twice = replace(plan.content, needs=plan.content.needs * 2)
    with pytest.raises(UnknownRow):
        plan.change(twice, new, by=WRITER, at=AT)


def test_whoever_wrote_a_word_does_not_approve() -> None:
    plan = draft()
    plan.change(plan.content, new, by=BOSS, at=AT)
    plan.change(plan.content, new, by=WRITER, at=AT)
    plan.submit(by=WRITER, at=AT, approvers=())
    with pytest.raises(TwoPeople):
        plan.approve(before=None, by=BOSS, at=AT)
    other = Actor(UUID(int=3), Role.centre_manager, (CentreCode("ISB"),))
    plan.approve(before=None, by=other, at=AT)
    assert plan.state is PlanState.approved


def test_one_version_at_a_time() -> None:
    first = approved()
    second = draft(None, first)
    assert (second.number, second.content.agreed is None) == (2, False), "the writer of this one says that the client agreed"
    with pytest.raises(PlanUnderWay):
        draft(None, first, second)
    copied = Plan.write(PlanId(new()), CASE, (first,), None, new, by=WRITER, at=AT)[0]
    assert copied.content == replace(first.content, agreed=None)
    with pytest.raises(PlanStands):
        first.change(Content(), new, by=WRITER, at=AT)
    with pytest.raises(NotInForce):
        second.act(next(second.content.actions()).id, ActionStep.start, by=WRITER, at=AT)


def test_what_was_done_meanwhile_is_done_in_the_next_version() -> None:
    first = approved(content(action(), action()))
    one, two = first.content.actions()
    second = Plan.write(PlanId(new()), CASE, (first,), None, new, by=WRITER, at=AT)[0]
    first.act(one.id, ActionStep.finish, by=WRITER, at=AT)
    assert [view.progress for view in shown((first, second))] == [50, 50]
    assert PlanView.of(second).progress == 0, "the control: by itself it knows nothing of it"
    second.change(replace(second.content, agreed=Agreed(TODAY, ConsentForm.written)), new, by=WRITER, at=AT)
    second.submit(by=WRITER, at=AT, approvers=())
    second.approve(before=first, by=BOSS, at=AT)
    assert [it.state for it in second.content.actions()] == [ActionState.done, ActionState.to_do]
    assert first.state is PlanState.replaced
    assert two.id == list(second.content.actions())[1].id


STATES = ActionState.done, ActionState.done, ActionState.doing, ActionState.dropped


@pytest.mark.parametrize(
    "states,percent", [((), 0), (STATES[:1], 100), (STATES, 66), (STATES[3:], 0), ((ActionState.to_do,) * 3 + STATES[:1], 25)]
)
def test_progress_is_counted(states: tuple[ActionState, ...], percent: int) -> None:
    goal = Goal(NEW, "y", tuple(action(state=state) for state in states))
    assert Progress.of_actions(Content((Need(NEW, NeedKind.legal, "", (goal,)),))).percent == percent


def test_what_changed_from_version_to_version() -> None:
    before = settled(content(action(), action(title="Gone")), Content(), new)
    need, goal = before.needs[0], before.needs[0].goals[0]
    kept = replace(goal.actions[0], title="Ring twice", state=ActionState.done)
    now = replace(before, needs=(replace(need, goals=(replace(goal, actions=(kept, action(title="Fresh"))),)),))
    found = [(one.became, one.what) for one in changes(before, settled(now, before, new))]
    assert found == [(Became.added, "action"), (Became.changed, "action"), (Became.removed, "action")]
    far = before.with_actions(lambda it: replace(it, state=ActionState.done))
    assert changes(before, far) == (), "how far an action has come is no change of the plan"


def test_the_next_due_stand_first() -> None:
    late, done = date(2026, 1, 1), action(due=date(2025, 1, 1), state=ActionState.done)
    assert [one.due_on for _, one in due_next(content(action(due=TODAY), done, action(due=late)))] == [late, TODAY]


def test_tasks_follow_the_version_in_force() -> None:
    hers = UUID(int=1)
    first = approved(content(action(Owner.staff, hers), action(Owner.staff, hers, title="Drop me"), action(), action(Owner.staff, hers)))
    tasks = list(given(first, Content(), (), AT).added)
    stays, goes, _, moves = first.content.actions()
    assert [task.id for task in tasks] == [stays.id, goes.id, moves.id]
    foreign = Task(new(), CASE.centre, CASE.client_id, CASE.id, "Not of the plan", TODAY, StaffId(hers), AT)
    goal = first.content.needs[0].goals[0]
    later = replace(moves, due_on=date(2027, 1, 1))
    wanted = replace(first.content, needs=(replace(first.content.needs[0], goals=(replace(goal, actions=(stays, later)),)),))
    second = approved(wanted, first)
    its = given(second, first.content, [*tasks, foreign], AT)
    assert its.added == ()
    assert [(task.id, one.due_on) for task, one in its.changed] == [(moves.id, date(2027, 1, 1))]
    assert [task.id for task in its.taken_back] == [goes.id]
