"""A plan in the words of a page: who does what by when, how far it has come, and what a version says otherwise than the one before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.plans.content import NEXT, Action, ActionStep, Became, BudgetLine, Change, Content, Goal, Need, NeedKind, Owner, due_next
from domain.plans.record import UNDER_WAY, PlanState, PlanView
from domain.values import CaseId
from service.web.catalogue import Words, mark
from service.web.labels import label
from service.web.people import Names
from service.web.times import day_said

NEXT_ACTIONS = 3
"""So many stand on the case sheet."""
# What is looked for at the referral desk for a need: a word that means the same there in every language of the page.
LOOKED_FOR: Mapping[NeedKind, str] = {
    NeedKind.safety: "trafficking",
    NeedKind.shelter: "shelter",
    NeedKind.health: "health",
    NeedKind.psychosocial: "counselling",
    NeedKind.legal: "legal",
    NeedKind.documents: "documents",
    NeedKind.family: "child",
    NeedKind.skills: "training",
    NeedKind.work: "wages",
    NeedKind.livelihood: "reintegration",
    NeedKind.information: "",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """An action as its line shows it: who does it by name, the steps that fit it, and where a referral from it begins."""

    action: Action
    who: str
    steps: tuple[ActionStep, ...]
    refer: str


@dataclass(frozen=True, slots=True)
class PlanPart:
    """The plan on the case sheet: the version in force, or the latest where none is; `latest` beside it while that is another."""

    plan: PlanView
    latest: PlanView | None
    next: tuple[Deed, ...]


def plan_part(latest: PlanView | None, in_force: PlanView | None, known: Names) -> PlanPart | None:
    if latest is None:
        return None
    plan = in_force or latest
    due = due_next(plan.content)[:NEXT_ACTIONS]
    return PlanPart(plan, latest if plan is not latest else None, tuple(deed(need, action, plan, known) for need, action in due))


def deed(need: Need, action: Action, plan: PlanView, known: Names) -> Deed:
    steps = tuple(step for step, (states, _) in NEXT.items() if action.state in states) if plan.state is PlanState.approved else ()
    refer = refer_from(plan.case_id, need) if steps and action.owner is Owner.partner else ""
    return Deed(action, known.of_anybody(action.who) if action.who else "", steps, refer)


def refer_from(case: CaseId, need: Need) -> str:
    """The referral desk, with the kind of the need looked for: nothing that the client said."""
    return f"/cases/{case}/refer?need={LOOKED_FOR[need.kind]}&where=own&fitting=1"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what a version changed."""

    became: Became
    sort: str
    before: str
    now: str


SORTS: Mapping[str, str] = {"need": mark("Need"), "goal": mark("Goal"), "action": mark("Action"), "line": mark("Budget")}


def row_said(words: Words, row: Need | Goal | Action | BudgetLine, known: Names) -> str:
    """A row in one line."""
    if isinstance(row, Need):
        parts = [words(label(row.kind)), " ".join(row.words.split())]
    elif isinstance(row, Action):
        who = known.of_anybody(row.who) if row.who else words(label(row.owner))
        parts = [row.title, who, day_said(words, row.due_on)]
    elif isinstance(row, BudgetLine):
        parts = [row.purpose, words("{n} rupees", n=f"{row.rupees:,}"), row.source]
    else:
        parts = [row.title]
    return " · ".join(part for part in parts if part)


def told(words: Words, change: Change, known: Names) -> Told:
    before, now = (row_said(words, row, known) if row else "" for row in (change.before, change.now))
    return Told(change.became, words(SORTS[change.what]), before, now)


def rows_said(words: Words, content: Content, known: Names) -> dict[str, str]:
    """Every row in one line, by the name that the form has for it; and how the client agreed."""
    rows: list[tuple[str, Need | Goal | Action | BudgetLine]] = [("need", one) for one in content.needs]
    rows += [("goal", one) for one in content.goals()]
    rows += [("action", one) for one in content.actions()]
    rows += [("line", one) for one in content.budget]
    agreed = content.agreed
    said = f"{day_said(words, agreed.on)} · {words(label(agreed.how))}" if agreed else ""
    return {f"{sort}-{row.id}": row_said(words, row, known) for sort, row in rows} | {"agreed": said}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One need with its goals, each with what is done for it."""

    need: Need
    goals: tuple[tuple[Goal, tuple[Deed, ...]], ...] = field(default=())


def chapters(plan: PlanView, known: Names) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(need, tuple((goal, tuple(deed(need, one, plan, known) for one in goal.actions)) for goal in need.goals))
        for need in plan.needs
    )


def chosen(versions: tuple[PlanView, ...], number: int | None) -> PlanView | None:
    """The version asked for, else the one under way, else the newest."""
    asked = next((one for one in versions if one.number == number), None)
    return asked or next((one for one in versions if one.state in UNDER_WAY), None) or next(iter(versions), None)


def numbered(text: str) -> int | None:
    """The number of a version as an address names it."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else None


def known_rows(content: Content) -> frozenset[UUID]:
    """The ids that a form of this content may name."""
    below = {one.id for one in content.goals()} | {one.id for one in content.actions()}
    return frozenset(below | {one.id for one in content.needs} | {one.id for one in content.budget})
