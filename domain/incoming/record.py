"""The incoming referral and its rules: what a partner may say of somebody, how the centre answers, and whom it becomes.

Decision. Context: a partner says more of a person than a contact does, before that person is anybody's client. Choice: all of it is sealed
under a key of the record's own, as a contact's words are, and erased with the client it becomes; it belongs to the centre it was sent to
and is seen there by whoever works at the desk, until a client stands behind it: then it is as restricted as that client is. Without the
person's own agreement it is refused, and a sender that takes it back (for agreement may end) leaves nothing of the person behind. It names
the client and no case: a client may have several, and their page lists them. Price: whether two partners sent the same person is only
seen by looking at the likenesses.

Decision. Context: of those whom the centre declines, who are taken back or of whom a question was never answered, it holds words of a
person who is nobody's client; the sender may ask for some time why. Choice: counted from when the centre had nothing more to do
(`rests_at`), after 90 days (MRC_INCOMING_KEPT) a question without an answer expires, and what was said goes with its key; number, dates,
urgency, state and partner stay for the figures. One whom the centre completed without a client goes the same way. Price: a partner
that answers after three months sends the person anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.cases import OutcomeNeeded, OutOfStep, ReasonNeeded
from domain.clients import Particulars
from domain.consent import ConsentForm
from domain.errors import Conflict, Invalid
from domain.events import Event, Outgoing, Tell
from domain.identity import Actor
from domain.incoming.steps import (
    CLOCKED,
    NEEDS_NOTE,
    NEEDS_OUTCOME,
    NEEDS_REASON,
    NEXT,
    NOTICED,
    RESTING,
    DeskStep,
    IncomingState,
    SenderStep,
    Step,
)
from domain.partners.declining import DeclineCode, OnlyDeclines
from domain.partners.holidays import Holiday
from domain.partners.hours import Opening
from domain.partners.times import Urgency
from domain.partners.worktime import Worktime
from domain.referrals.record import NoteNeeded
from domain.referrals.terms import Terms
from domain.values import CentreCode, ClientId, Gender, IncomingId, PartnerId, StaffId, day_of

ANSWERED = "incoming.answered"
UNKNOWN = Particulars()


class PersonNotAsked(Invalid):
    """Nobody is referred without having agreed to it."""

    next = "Ask the person, and say how and when they agreed."


class AgreedLater(Invalid):
    """The person agreed before they were referred, not on a day to come."""

    next = "Look at the day again."


class NobodyNamed(Invalid):
    """A referral names somebody: by name, telephone or CNIC."""

    next = "One of the three is enough."


class NotAccepted(Conflict):
    """Whoever was referred becomes a client after the referral was accepted."""

    next = "Accept it first."


class ClientNamed(Conflict):
    """This referral has a client already."""

    next = "Open the client it points to."


@dataclass(frozen=True, slots=True)
class Referred:
    """What the partner shares of the person; all but one way to know them may be left out."""

    name: str = ""
    name_urdu: str = ""
    gender: Gender | None = None
    district: str | None = None
    particulars: Particulars = UNKNOWN

    def check(self, today: date) -> None:
        """Raises NobodyNamed, ImpossibleBirth."""
        if not (self.name or self.name_urdu or self.particulars.phones or self.particulars.cnic):
            raise NobodyNamed(field="person")
        self.particulars.check(today)


@dataclass(frozen=True, slots=True)
class Told:
    """All that came with the referral. `agreed_how` and `agreed_on` are the person's own agreement to be referred; `reference` is what the
    partner calls it."""

    person: Referred = Referred()
    reason: str = ""
    summary: str = ""
    agreed_how: ConsentForm | None = None
    agreed_on: date | None = None
    reference: str = ""

    def check(self, today: date) -> None:
        """Raises PersonNotAsked, AgreedLater, NobodyNamed, ImpossibleBirth, ReasonNeeded."""
        if self.agreed_how is None or self.agreed_on is None:
            raise PersonNotAsked(field="agreed")
        if self.agreed_on > today:
            raise AgreedLater(field="agreed")
        if not self.reason:
            raise ReasonNeeded(field="reason")
        self.person.check(today)


@dataclass(frozen=True, slots=True)
class Talk:
    """What centre and partner wrote to each other about it, the latest of each."""

    question: str = ""
    answer: str = ""
    reason: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that come with one step; `decline_code` with a decline alone."""

    note: str = ""
    reason: str = ""
    outcome: str = ""
    decline_code: DeclineCode | None = None


WORDLESS = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCame(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMoved(Event):
    step: Step
    to: IncomingState


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingReminded(Event):
    """Half the centre's time has run; those who work at its desk are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLate(Event):
    """The centre's time has run out; its supervisors are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingRegistered(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCleared(Event):
    """What was said of the person is gone."""


def desk_terms(hours: tuple[Opening, ...], holidays: Iterable[Holiday]) -> Terms:
    """By which clock a centre answers: the house's times in its own hours, around the clock where none are recorded."""
    everybodys = frozenset(one.day for one in holidays if one.partner_id is None)
    return Terms(Worktime.of(hours, everybodys, frozenset()))


@dataclass(slots=True)
class Incoming:
    """`ref` is what the partner asks after it by, random. `clock_at` is when the clock next has something to say, none while nobody waits
    for the centre; `answer_by` when its answer is due. `sequence` counts the notices to the partner. `handled_by` took the last step.
    `decline_code` is why the centre declined, from the table that partners choose from; it says nothing of the person, and stays.
    `rests_at` is since when the centre has nothing to do with somebody who is nobody's client, `cleared_at` when their words went."""

    id: IncomingId
    centre: CentreCode
    partner_id: PartnerId
    ref: str
    urgency: Urgency
    state: IncomingState
    told: Told
    came_at: datetime
    talk: Talk = field(default_factory=Talk)
    answer_by: datetime | None = None
    clock_at: datetime | None = None
    working_time: bool = False
    handled_by: StaffId | None = None
    client_id: ClientId | None = None
    sequence: int = 0
    rests_at: datetime | None = None
    cleared_at: datetime | None = None
    version: int = 1
    decline_code: DeclineCode | None = None

    @classmethod
    def send(
        cls,
        id: IncomingId,
        ref: str,
        centre: CentreCode,
        partner: PartnerId,
        urgency: Urgency,
        told: Told,
        *,
        by: Actor,
        at: datetime,
        terms: Terms,
        people: Sequence[StaffId],
    ) -> tuple["Incoming", IncomingCame]:
        """`people` are those who work at the centre's desk. Raises what `Told.check` raises."""
        told.check(day_of(at))
        made = cls(id, centre, partner, ref, urgency, IncomingState.queued, told, at)
        made._wind(at, terms)
        tells = tuple(Tell(staff=one, kind="incoming_came", subject=id) for one in people)
        return made, IncomingCame(at=at, by=by.id, centre=centre, subject=id, tells=tells)

    def take(
        self, step: Step, *, by: Actor, at: datetime, words: Words = WORDLESS, terms: Terms, people: Sequence[StaffId] = ()
    ) -> IncomingMoved:
        """A step of either side. `people` hear of what the partner does. Raises OutOfStep, ReasonNeeded, NoteNeeded, OutcomeNeeded,
        OnlyDeclines."""
        states, to = NEXT[step]
        if self.state not in states:
            raise OutOfStep(self.state, step)
        _check(step, words)
        was, self.state, self.decline_code = self.state, to, words.decline_code
        self.rests_at = at if to in RESTING and self.client_id is None else None
        self._hear(step, words)
        if step is not DeskStep.seen:
            self._wind(at, terms)
        if isinstance(step, DeskStep):
            self.handled_by = StaffId(by.id)
        told = people if isinstance(step, SenderStep) else ()
        return IncomingMoved(
            at=at,
            by=by.id,
            centre=self.centre,
            subject=self.id,
            client=self.client_id,
            step=step,
            to=to,
            note=f"{was} -> {to}",
            outgoing=self._notice() if step in NOTICED else None,
            tells=tuple(Tell(staff=one, kind=f"incoming_{to}", subject=self.id) for one in told),
        )

    def _hear(self, step: Step, words: Words) -> None:
        if step is DeskStep.need_information:
            self.talk = replace(self.talk, question=words.note, answer="")
        elif step is SenderStep.answer:
            self.talk = replace(self.talk, answer=words.note)
        elif step is SenderStep.withdraw:
            self.told, self.talk = Told(), Talk()
        else:
            self.talk = replace(self.talk, reason=words.reason or self.talk.reason, outcome=words.outcome or self.talk.outcome)

    def promote(self, client: ClientId, *, by: Actor, at: datetime) -> IncomingRegistered:
        """Whom it became: a client registered for it, or one whom the centre knew. Raises NotAccepted, ClientNamed."""
        if self.client_id is not None:
            raise ClientNamed()
        if self.state not in (IncomingState.accepted, IncomingState.completed):
            raise NotAccepted()
        self.client_id, self.rests_at = client, None
        return IncomingRegistered(at=at, by=by.id, centre=self.centre, subject=self.id, client=client)

    def hear_clock(
        self, *, by: Actor, at: datetime, desk: Sequence[StaffId], supervisors: Sequence[StaffId]
    ) -> IncomingReminded | IncomingLate:
        """What the clock says when `clock_at` has come: the desk at half, the supervisors at the end. Each once."""
        what = {"at": at, "by": by.id, "centre": self.centre, "subject": self.id, "client": self.client_id}
        if self.answer_by is not None and at < self.answer_by:
            self.clock_at = self.answer_by
            return IncomingReminded(**what, tells=self._tells("incoming_reminder", desk))  # type: ignore[arg-type]
        self.clock_at = None
        return IncomingLate(**what, tells=self._tells("incoming_late", supervisors))  # type: ignore[arg-type]

    def clear(self, *, by: Actor, at: datetime) -> IncomingCleared:
        """Nothing of the person stays; whoever keeps the record destroys its key."""
        self.told, self.talk, self.cleared_at = Told(), Talk(), at
        return IncomingCleared(at=at, by=by.id, centre=self.centre, subject=self.id)

    def _tells(self, kind: str, people: Sequence[StaffId]) -> tuple[Tell, ...]:
        return tuple(Tell(staff=one, kind=kind, subject=self.id) for one in people)

    def _wind(self, at: datetime, terms: Terms) -> None:
        """It runs while the partner waits for the centre, and starts anew when it was the centre that waited."""
        if self.state in CLOCKED:
            running = terms.start(self.urgency, at)
            self.clock_at, self.answer_by, self.working_time = running.half, running.end, not terms.worktime.always
        else:
            self.clock_at = self.answer_by = None

    def _notice(self) -> Outgoing:
        """Thin: an opaque reference, where it stands, and where to ask (TRUST 19)."""
        self.sequence += 1
        href = f"/partner/v1/incoming/{self.ref}"
        body: dict[str, object] = {"incoming": self.ref, "state": self.state.value, "sequence": self.sequence, "href": href}
        return Outgoing(partner=self.partner_id, kind=ANSWERED, subject=self.id, body=body)


def _check(step: Step, words: Words) -> None:
    if step in NEEDS_REASON and not words.reason:
        raise ReasonNeeded(field="reason")
    if step in NEEDS_NOTE and not words.note:
        raise NoteNeeded(field="note")
    if step in NEEDS_OUTCOME and not words.outcome:
        raise OutcomeNeeded(field="outcome")
    if words.decline_code is not None and step is not DeskStep.decline:
        raise OnlyDeclines(field="decline_code")
