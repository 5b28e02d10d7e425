"""A question kept under a name, for its owner or for a whole centre. What is kept is the question, never its answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.errors import Invalid, NotAllowed
from domain.events import Event
from domain.identity import Actor, Role, Scope
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.reports.question import Question
from domain.values import CentreCode, StaffId, required

MOST_SAVED = 200
"""Of one person; a list that nobody reads to its end helps nobody."""
ANSWERS_FOR = (Role.supervisor, Role.centre_manager)


class TooManySaved(Invalid):
    """So many questions of yours are saved that nobody finds one again."""

    next = "Remove some that you no longer ask."


class NotYourQuestion(NotAllowed):
    """This question was saved by somebody else."""

    next = "Ask its owner, or a supervisor of the centre."


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSaved(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRemoved(Event):
    pass


@dataclass(slots=True)
class SavedQuestion:
    """`centre` is whom it is shared with, or where its owner works. `bands` are numbers as text, `of_centres` none for all in reach."""

    id: UUID
    centre: CentreCode
    owner: StaffId
    name: str
    measure: Measure
    splits: tuple[Dimension, ...]
    first: str
    last: str
    bands: tuple[str, ...]
    of_centres: tuple[CentreCode, ...]
    shared: bool
    saved_at: datetime
    version: int = 1

    @classmethod
    def save(
        cls, id: UUID, centre: CentreCode, name: str, question: Question, *, shared: bool, by: Actor, at: datetime
    ) -> tuple["SavedQuestion", QuestionSaved]:
        """Raises Invalid for an empty name."""
        its = question.check()
        called, bands = required(name, field="name", longest=100), tuple(map(str, its.bands))
        asked = (its.measure, its.splits, its.first, its.last, bands, its.centres)
        made = cls(id, centre, StaffId(by.id), called, *asked, shared, at)
        return made, QuestionSaved(at=at, by=by.id, centre=centre, subject=id)

    @property
    def question(self) -> Question:
        return Question(self.measure, self.splits, self.first, self.last, tuple(map(int, self.bands)), self.of_centres)

    def remove(self, *, by: Actor, at: datetime) -> QuestionRemoved:
        """By its owner; a shared one also by whoever answers for the centre, for owners leave. Raises NotYourQuestion."""
        if by.id != self.owner and not (self.shared and by.role in ANSWERS_FOR):
            raise NotYourQuestion()
        return QuestionRemoved(at=at, by=by.id, centre=self.centre, subject=self.id)


@dataclass(frozen=True, slots=True)
class SavedView:
    id: UUID
    centre: CentreCode
    owner: StaffId
    name: str
    question: Question
    shared: bool
    saved_at: datetime

    @classmethod
    def of(cls, it: SavedQuestion) -> "SavedView":
        return cls(it.id, it.centre, it.owner, it.name, it.question, it.shared, it.saved_at)


class SavedRecords(Protocol):
    """All look for one's own questions, and those shared with the centres of the scope."""

    async def get(self, scope: Scope, id: UUID) -> SavedQuestion: ...
    async def all(self, scope: Scope) -> list[SavedQuestion]:
        """The latest first."""
        ...

    async def add(self, question: SavedQuestion) -> None: ...
    async def remove(self, question: SavedQuestion) -> None: ...
