"""What a plan says: needs with goals and actions under them, a budget for who returned, and the client's word on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from domain.consent import ConsentForm
from domain.errors import Conflict, Invalid, NotFound


class NeedKind(StrEnum):
    """What centres counsel on and partners serve (reference/data/services.json), as short as a form can bear."""

    safety = "safety"
    shelter = "shelter"
    health = "health"
    psychosocial = "psychosocial"
    legal = "legal"
    documents = "documents"
    family = "family"
    skills = "skills"
    work = "work"
    livelihood = "livelihood"
    information = "information"


class Owner(StrEnum):
    """Who does an action: somebody of the centre, the client, or a partner."""

    staff = "staff"
    client = "client"
    partner = "partner"


class ActionState(StrEnum):
    to_do = "to_do"
    doing = "doing"
    done = "done"
    dropped = "dropped"


class ActionStep(StrEnum):
    start = "start"
    finish = "finish"
    drop = "drop"


OPEN = frozenset({ActionState.to_do, ActionState.doing})

NEXT: dict[ActionStep, tuple[frozenset[ActionState], ActionState]] = {
    ActionStep.start: (frozenset({ActionState.to_do}), ActionState.doing),
    ActionStep.finish: (OPEN, ActionState.done),
    ActionStep.drop: (OPEN, ActionState.dropped),
}

NEW = UUID(int=0)
"""The id of a row that has none yet."""
MOST_NEEDS, MOST_GOALS, MOST_ACTIONS, MOST_LINES = 10, 20, 30, 15
MOST_RUPEES = 100_000_000


class TooMuchPlanned(Invalid):
    """A plan has at most 10 needs, 20 goals, 30 actions and 15 lines of budget."""

    next = "Keep what comes first; the rest belongs into the next version."


class UnknownRow(Invalid):
    """A need, goal, action or line of the budget is named that this plan does not have, or one is named twice."""

    next = "Load the plan again; leave the id out for what is new."


class OwnerMissing(Invalid):
    """An action of a colleague or a partner says who."""

    next = "Choose who does it."


class PlanIncomplete(Conflict):
    """A plan needs a need, a goal under each need and an action under each goal."""

    next = "Add what is missing, or take out what stays empty."


class ClientNotAgreed(Conflict):
    """The client has not agreed to this version yet."""

    next = "Go through it together, then write down when and how they agreed."


@dataclass(frozen=True, slots=True)
class Action:
    """`who` is the colleague or the partner, none for the client. `state` and `reason` say how far it has come: no part of a version."""

    id: UUID
    title: str
    owner: Owner
    due_on: date
    who: UUID | None = None
    state: ActionState = ActionState.to_do
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    id: UUID
    title: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """`words` are the client's own."""

    id: UUID
    kind: NeedKind
    words: str = ""
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """`rupees` whole, 0 to 100 million."""

    id: UUID
    purpose: str
    rupees: int
    source: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """When and how the client agreed."""

    on: date
    how: ConsentForm


@dataclass(frozen=True, slots=True)
class Content:
    needs: tuple[Need, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    agreed: Agreed | None = None

    def goals(self) -> Iterator[Goal]:
        return (goal for need in self.needs for goal in need.goals)

    def actions(self) -> Iterator[Action]:
        return (action for goal in self.goals() for action in goal.actions)

    def action(self, id: UUID) -> Action:
        """Raises NotFound."""
        found = next((one for one in self.actions() if one.id == id), None)
        if found is None:
            raise NotFound()
        return found

    def with_actions(self, changed: Callable[[Action], Action]) -> "Content":
        return replace(
            self,
            needs=tuple(
                replace(need, goals=tuple(replace(goal, actions=tuple(map(changed, goal.actions))) for goal in need.goals))
                for need in self.needs
            ),
        )

    def carried(self, worked_on: "Content") -> "Content":
        """Each action as far as it has come in the version that is worked on."""
        far = {one.id: one for one in worked_on.actions()}
        return self.with_actions(lambda one: replace(one, state=far[one.id].state, reason=far[one.id].reason) if one.id in far else one)

    def check_whole(self) -> None:
        """Raises PlanIncomplete, ClientNotAgreed."""
        if not self.needs or not all(need.goals for need in self.needs) or not all(goal.actions for goal in self.goals()):
            raise PlanIncomplete()
        if self.agreed is None:
            raise ClientNotAgreed()

    @property
    def rupees(self) -> int:
        return sum(line.rupees for line in self.budget)


def due_next(content: Content) -> tuple[tuple[Need, Action], ...]:
    """Open actions with the need they serve, the next due first."""
    every = ((need, action) for need in content.needs for goal in need.goals for action in goal.actions)
    return tuple(sorted((it for it in every if it[1].state in OPEN), key=lambda it: it[1].due_on))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many actions are done of those that were not dropped; `percent` whole and rounded down, 0 where there is none."""

    done: int
    of: int

    @classmethod
    def of_actions(cls, content: Content) -> "Progress":
        states = [one.state for one in content.actions() if one.state is not ActionState.dropped]
        return cls(states.count(ActionState.done), len(states))

    @property
    def percent(self) -> int:
        return 100 * self.done // self.of if self.of else 0


class _Rows:
    """Ids of what a plan has, each handed out once."""

    def __init__(self, before: Content, new: Callable[[], UUID]) -> None:
        self._new, self._known = new, {kind: {one.id for one in rows} for kind, rows in _rows(before).items()}

    def id(self, kind: str, id: UUID) -> UUID:
        if id == NEW:
            return self._new()
        if id not in self._known[kind]:
            raise UnknownRow(field=kind)
        self._known[kind].discard(id)
        return id


Row = Need | Goal | Action | BudgetLine


def _rows(content: Content) -> dict[str, tuple[Row, ...]]:
    return {"need": content.needs, "goal": tuple(content.goals()), "action": tuple(content.actions()), "line": content.budget}


def settled(wanted: Content, before: Content, new: Callable[[], UUID]) -> Content:
    """`wanted` with an id for each new row, and each action as far as it has come. Raises TooMuchPlanned, UnknownRow, OwnerMissing."""
    counts = (len(rows) for rows in _rows(wanted).values())
    if any(n > most for n, most in zip(counts, (MOST_NEEDS, MOST_GOALS, MOST_ACTIONS, MOST_LINES), strict=True)):
        raise TooMuchPlanned()
    rows = _Rows(before, new)

    def action(one: Action) -> Action:
        if (one.owner is Owner.client) != (one.who is None):
            raise OwnerMissing(field="owner")
        return replace(one, id=rows.id("action", one.id), state=ActionState.to_do, reason="")

    def goal(one: Goal) -> Goal:
        return replace(one, id=rows.id("goal", one.id), actions=tuple(map(action, one.actions)))

    made = Content(
        tuple(replace(need, id=rows.id("need", need.id), goals=tuple(map(goal, need.goals))) for need in wanted.needs),
        tuple(replace(line, id=rows.id("line", line.id)) for line in wanted.budget),
        wanted.agreed,
    )
    return made.carried(before)


class Became(StrEnum):
    added = "added"
    changed = "changed"
    removed = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs between two versions: `what` is need, goal, action or line; `now` is None for what was taken out."""

    became: Became
    what: str
    before: Row | None
    now: Row | None


R = TypeVar("R", bound=Row)


def _plain(row: Row) -> Row:
    """A row by itself: what hangs under it is told by itself, and how far an action has come is no change of the plan."""
    if isinstance(row, Need):
        return replace(row, goals=())
    if isinstance(row, Goal):
        return replace(row, actions=())
    return replace(row, state=ActionState.to_do, reason="") if isinstance(row, Action) else row


def changes(before: Content, now: Content) -> tuple[Change, ...]:
    """What a version says otherwise than the one before it."""
    found: list[Change] = []
    for what, rows in _rows(now).items():
        old = {row.id: _plain(row) for row in _rows(before)[what]}
        new = {row.id: _plain(row) for row in rows}
        found += [Change(Became.added, what, None, row) for id, row in new.items() if id not in old]
        found += [Change(Became.changed, what, old[id], row) for id, row in new.items() if id in old and old[id] != row]
        found += [Change(Became.removed, what, row, None) for id, row in old.items() if id not in new]
    return tuple(found)
