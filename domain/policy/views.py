"""What is shown of a policy note."""

from dataclasses import dataclass
from datetime import datetime

from domain.policy.figure import Figure
from domain.policy.note import OBJECTIVES, STEPS, Advice, Moved, NoteState, NoteStep, PolicyNote, Topic
from domain.values import CentreCode, PartnerId, PolicyNoteId, StaffId


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One of a list: without what it says and counts."""

    id: PolicyNoteId
    centre: CentreCode
    number: str
    state: NoteState
    topic: Topic
    objective: int
    heading: str
    addressee: str
    partner: PartnerId | None
    written_by: StaffId
    written_at: datetime

    @classmethod
    def of(cls, it: PolicyNote) -> "NoteLine":
        its = it.content.advice
        said = (its.heading, its.addressee, its.partner)
        return cls(it.id, it.centre, it.number, it.state, it.topic, OBJECTIVES[it.topic], *said, it.written_by, it.written_at)


@dataclass(frozen=True, slots=True)
class NoteView:
    """`steps` are those that fit now; `objective` is the topic's in the Global Compact for Migration."""

    id: PolicyNoteId
    centre: CentreCode
    number: str
    state: NoteState
    objective: int
    advice: Advice
    figures: tuple[Figure, ...]
    moves: tuple[Moved, ...]
    hands: tuple[StaffId, ...]
    written_by: StaffId
    written_at: datetime
    steps: tuple[NoteStep, ...]
    version: int

    @classmethod
    def of(cls, it: PolicyNote) -> "NoteView":
        its, fits = it.content, tuple(step for step, (stands, _) in STEPS.items() if it.state in stands)
        parts = (its.advice, its.figures, its.moves, its.hands)
        return cls(it.id, it.centre, it.number, it.state, OBJECTIVES[it.topic], *parts, it.written_by, it.written_at, fits, it.version)
