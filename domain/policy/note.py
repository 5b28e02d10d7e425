"""A policy note: what a centre observed, the frozen figures that show it, what it advises, and to whom.

Decision. Context: the agreement with the NCHR asks for advice on policy, and advice outlives whoever wrote it. Choice: whoever answers for
a centre and analysts write, and each of them may go on with a draft; one of them or the data-protection officer approves who has not
written a word of it. Only what is approved is shared, and after that nothing in it changes. There is no field for a person and no link to a
case, and what looks like a number of one is refused. Price: a slip found after approval needs a new note.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.cases import OutOfStep, ReasonNeeded
from domain.errors import Conflict, Invalid
from domain.events import Event, Tell
from domain.identity import Actor, TwoPeople
from domain.policy.figure import MOST_FIGURES, Figure, TooManyFigures
from domain.policy.impersonal import impersonal
from domain.values import CentreCode, PartnerId, PolicyNoteId, StaffId, day_of, prose, required


class Topic(StrEnum):
    """What a centre may have to say on, each by an objective of the Global Compact for Migration (A/RES/73/195)."""

    data = "data"
    information = "information"
    documents = "documents"
    pathways = "pathways"
    recruitment = "recruitment"
    vulnerability = "vulnerability"
    smuggling = "smuggling"
    trafficking = "trafficking"
    detention = "detention"
    consular = "consular"
    services = "services"
    inclusion = "inclusion"
    skills = "skills"
    remittances = "remittances"
    return_reintegration = "return_reintegration"


OBJECTIVES: dict[Topic, int] = {
    Topic.data: 1,
    Topic.information: 3,
    Topic.documents: 4,
    Topic.pathways: 5,
    Topic.recruitment: 6,
    Topic.vulnerability: 7,
    Topic.smuggling: 9,
    Topic.trafficking: 10,
    Topic.detention: 13,
    Topic.consular: 14,
    Topic.services: 15,
    Topic.inclusion: 16,
    Topic.skills: 18,
    Topic.remittances: 20,
    Topic.return_reintegration: 21,
}


class NoteState(StrEnum):
    draft = "draft"
    submitted = "submitted"
    approved = "approved"
    shared = "shared"
    answered = "answered"
    adopted = "adopted"
    not_adopted = "not_adopted"


class NoteStep(StrEnum):
    submit = "submit"
    send_back = "send_back"
    approve = "approve"
    share = "share"
    answer = "answer"
    adopt = "adopt"
    turn_down = "turn_down"


_S = NoteState
STEPS: dict[NoteStep, tuple[frozenset[NoteState], NoteState]] = {
    NoteStep.submit: (frozenset({_S.draft}), _S.submitted),
    NoteStep.send_back: (frozenset({_S.submitted, _S.approved}), _S.draft),
    NoteStep.approve: (frozenset({_S.submitted}), _S.approved),
    NoteStep.share: (frozenset({_S.approved}), _S.shared),
    NoteStep.answer: (frozenset({_S.shared}), _S.answered),
    NoteStep.adopt: (frozenset({_S.shared, _S.answered}), _S.adopted),
    NoteStep.turn_down: (frozenset({_S.shared, _S.answered}), _S.not_adopted),
}
WORDLESS = frozenset({NoteStep.submit, NoteStep.approve})
"""Every other step says something: why, to which office, what was answered."""
REVIEWING = frozenset({NoteStep.send_back, NoteStep.approve})
"""What the data-protection officer does too, who writes none."""


class SharedBy(StrEnum):
    """How a note reached whom it advises."""

    letter = "letter"
    mail = "mail"
    meeting = "meeting"
    publication = "publication"


class NotADraft(Conflict):
    """Only a draft is changed: what was submitted stays as somebody else reads it."""

    next = "Have it sent back first, or write a new note."


class NoteNotReady(Invalid):
    """A note says what was observed, what is advised and to whom, and rests on a figure."""

    next = "Fill in what is missing, then submit it."


class HowNeeded(Invalid):
    """A note is shared in some way, on a day that is not to come."""

    next = "Say how it was shared, and when."


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNoteWritten(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNoteChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNoteMoved(Event):
    pass


@dataclass(frozen=True, slots=True)
class Advice:
    """What is said in a note. It is addressed to `partner` of the directory, or to `addressee`, an office that is in none."""

    heading: str
    topic: Topic
    observed: str = ""
    advised: str = ""
    addressee: str = ""
    partner: PartnerId | None = None

    def checked(self) -> "Advice":
        """Raises Invalid for no heading, NamesSomebody."""
        said = replace(self, heading=required(self.heading, field="heading"))
        for name in ("heading", "observed", "advised", "addressee"):
            impersonal(getattr(said, name), field=name)
        return said


@dataclass(frozen=True, slots=True)
class Moving:
    """What is said with a step; `on` and `how` are for sharing."""

    said: str = ""
    on: date | None = None
    how: SharedBy | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    step: NoteStep
    at: datetime
    by: StaffId
    its: Moving


@dataclass(frozen=True, slots=True)
class Content:
    """All that is written or counted in a note. `hands` have written in it."""

    advice: Advice
    figures: tuple[Figure, ...] = ()
    moves: tuple[Moved, ...] = ()
    hands: tuple[StaffId, ...] = ()


@dataclass(slots=True)
class PolicyNote:
    id: PolicyNoteId
    centre: CentreCode
    number: str
    state: NoteState
    topic: Topic
    content: Content
    written_by: StaffId
    written_at: datetime
    version: int = 1

    @classmethod
    def write(
        cls, id: PolicyNoteId, centre: CentreCode, number: str, advice: Advice, figures: Sequence[Figure], *, by: Actor, at: datetime
    ) -> tuple["PolicyNote", PolicyNoteWritten]:
        """Raises what `Advice.checked` raises; TooManyFigures."""
        who, its = StaffId(by.id), advice.checked()
        made = cls(id, centre, number, NoteState.draft, its.topic, Content(its, _few(figures), (), (who,)), who, at)
        return made, PolicyNoteWritten(at=at, by=by.id, centre=centre, subject=id, note=its.topic.value)

    def change(self, advice: Advice, figures: Sequence[Figure], *, by: Actor, at: datetime) -> PolicyNoteChanged:
        """Raises NotADraft, and as `write` does."""
        if self.state is not NoteState.draft:
            raise NotADraft()
        before, its = self.content, advice.checked()
        hands = tuple(dict.fromkeys((*before.hands, StaffId(by.id))))
        changed = [name for name in Advice.__slots__ if getattr(before.advice, name) != getattr(its, name)]
        if before.figures != (kept := _few(figures)):
            changed.append("figures")
        self.topic, self.content = its.topic, replace(before, advice=its, figures=kept, hands=hands)
        return PolicyNoteChanged(at=at, by=by.id, centre=self.centre, subject=self.id, fields=tuple(changed))

    def step(self, step: NoteStep, its: Moving, *, by: Actor, at: datetime, told: Sequence[StaffId]) -> PolicyNoteMoved:
        """`told` are those who may approve. Raises OutOfStep, TwoPeople, NoteNotReady, ReasonNeeded, HowNeeded, NamesSomebody."""
        stands, to = STEPS[step]
        if self.state not in stands:
            raise OutOfStep(self.state, step)
        if step is NoteStep.submit:
            self._check_ready()
        if step is NoteStep.approve and by.id in self.content.hands:
            raise TwoPeople("Whoever wrote in a note cannot approve it.")
        said = _said(step, its, day_of(at))
        before, self.state = self.state, to
        self.content = replace(self.content, moves=(*self.content.moves, Moved(step, at, StaffId(by.id), said)))
        whom = told if step is NoteStep.submit else self.content.hands if step in REVIEWING else ()
        tells = tuple(Tell(staff=one, kind=f"policy_{step}", subject=self.id) for one in dict.fromkeys(whom) if one != by.id)
        return PolicyNoteMoved(at=at, by=by.id, centre=self.centre, subject=self.id, note=f"{before} -> {to}", tells=tells)

    def _check_ready(self) -> None:
        its = self.content.advice
        for name in ("observed", "advised"):
            if not getattr(its, name):
                raise NoteNotReady(field=name)
        if not its.partner and not its.addressee:
            raise NoteNotReady(field="addressee")
        if not self.content.figures:
            raise NoteNotReady(field="questions")


def _few(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    if len(figures) > MOST_FIGURES:
        raise TooManyFigures(field="questions")
    return tuple(figures)


def _said(step: NoteStep, its: Moving, today: date) -> Moving:
    """What goes with this step, and nothing that does not."""
    said = impersonal(prose(its.said, field="said", longest=2000), field="said")
    if not said and step not in WORDLESS:
        raise ReasonNeeded("This cannot be empty.", field="said")
    if step is not NoteStep.share:
        return Moving(said)
    if its.how is None:
        raise HowNeeded(field="how")
    if its.on is None or its.on > today:
        raise HowNeeded(field="on")
    return Moving(said, its.on, its.how)


def kept(figures: Sequence[Figure], ids: Sequence[UUID] | None) -> tuple[Figure, ...]:
    """Those that stay; none said is all."""
    return tuple(one for one in figures if ids is None or one.id in ids)
