"""The transfer and its rules: what asking for one needs, who answers it and until when, and whose everything is afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.cases import Case, OutOfStep, ReasonNeeded, Stage
from domain.clients import Client
from domain.consent import ConsentForm
from domain.errors import Conflict, Invalid
from domain.events import Event, Tell
from domain.identity import Actor
from domain.partners.times import Urgency
from domain.plans.record import AgreedTooLate
from domain.referrals.steps import State
from domain.referrals.terms import Terms
from domain.transfers.extract import Extract
from domain.transfers.steps import NEXT, Side, TransferState, TransferStep
from domain.values import CaseId, CentreCode, ClientId, StaffId, TransferId, day_of

UNSENT = frozenset({State.draft, State.awaiting_approval})


class NotAnotherCentre(Invalid):
    """A client is handed to another centre that serves."""

    next = "Choose one of the other centres."


class ClientNotAsked(Invalid):
    """Nobody is handed to another centre without having agreed to it."""

    next = "Ask the client, and say how and when they agreed."


class CaseNotOpen(Conflict):
    """Only an open case is handed to another centre."""

    next = "The centre that has the case reopens it first, and then asks for the transfer."


class ReferralUnsent(Conflict):
    """A referral of this client is a draft still, or waits for approval."""

    next = "Send it, have it decided, or withdraw it; then ask for the transfer."


class TransferWaits(Conflict):
    """A transfer of this client waits for an answer already."""

    next = "Wait for the answer, or withdraw it first."


class AnsweredByTheirs(Conflict):
    """The centre that is to take the client answers a transfer, never the one that asked."""

    next = "Wait for their answer, or withdraw the transfer."


class WithdrawnByTheirs(Conflict):
    """The centre that asked for a transfer withdraws it; the other one answers."""

    next = "Accept or refuse it."


class NotOurCounsellor(Invalid):
    """Whoever takes the client has to counsel at the centre that accepts."""

    next = "Choose a counsellor or supervisor of your centre."


_WRONG_SIDE = {Side.receiving: AnsweredByTheirs, Side.sending: WithdrawnByTheirs}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever asks says: why, how urgent it is, and how and when the client agreed."""

    to: CentreCode
    reason: str
    urgency: Urgency
    agreed_how: ConsentForm | None
    agreed_on: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the receiving centre reads of it before it answers."""

    extract: Extract
    reason: str
    agreed_how: ConsentForm
    agreed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAsked(Event):
    """In the trail of the centre that has the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCame(Event):
    """In the trail of the centre that is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferMoved(Event):
    to: TransferState


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReminded(Event):
    """Half the time has run; those who answer are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLate(Event):
    """The time to answer has run out; those who answer are told, and whoever waits for them."""


def check_open(case: Case) -> None:
    """Raises CaseNotOpen."""
    if case.stage is Stage.closed:
        raise CaseNotOpen()


def check_counsels(who: StaffId | None, counsellors: Collection[StaffId]) -> StaffId:
    """Raises NotOurCounsellor, also for nobody."""
    if who is None or who not in counsellors:
        raise NotOurCounsellor(field="counsellor")
    return who


@dataclass(slots=True)
class Transfer:
    """`centre` is where the client was when it was asked, `to_centre` where they are to go; both see it, each in its own words. `holder_id`
    held the case when it was asked. `clock_at` is when the clock next has something to say: at half, at `answer_by`, at `expires_at`.
    `reply` is why it was refused, `taken_by` who took the client."""

    id: TransferId
    centre: CentreCode
    to_centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    number: str
    urgency: Urgency
    state: TransferState
    told: Told
    asked_by: StaffId
    holder_id: StaffId
    asked_at: datetime
    answer_by: datetime
    expires_at: datetime
    working_time: bool
    clock_at: datetime | None
    reply: str = ""
    answered_by: StaffId | None = None
    answered_at: datetime | None = None
    taken_by: StaffId | None = None
    version: int = 1

    @classmethod
    def ask(
        cls,
        id: TransferId,
        case: Case,
        client: Client,
        wanted: Wanted,
        *,
        by: Actor,
        at: datetime,
        terms: Terms,
        centres: Collection[CentreCode],
        referrals: Collection[State],
        people: Sequence[StaffId],
    ) -> tuple["Transfer", tuple[Event, ...]]:
        """`centres` are those that serve, `referrals` the states of the client's open ones, `people` those who answer there. Raises
        NotAnotherCentre, ClientNotAsked, AgreedTooLate, ReasonNeeded, CaseNotOpen, ReferralUnsent."""
        told = _told(wanted, case, client, at)
        if wanted.to == case.centre or wanted.to not in centres:
            raise NotAnotherCentre(field="centre")
        check_open(case)
        if UNSENT & set(referrals):
            raise ReferralUnsent()
        running = terms.start(wanted.urgency, at)
        made = cls(
            id,
            case.centre,
            wanted.to,
            case.client_id,
            case.id,
            case.number,
            wanted.urgency,
            TransferState.requested,
            told,
            StaffId(by.id),
            case.counsellor_id,
            at,
            running.end,
            max(terms.expires(at), running.end),
            not terms.worktime.always,
            running.half,
        )
        what = {"at": at, "by": by.id, "subject": id, "client": case.client_id}
        asked = TransferAsked(**what, centre=case.centre, note=wanted.to)  # type: ignore[arg-type]
        came = TransferCame(**what, centre=wanted.to, note=case.centre, tells=made._tells("transfer_came", people))  # type: ignore[arg-type]
        return made, (asked, came)

    def side(self, actor: Actor) -> Side:
        """By the centres somebody works at; whoever works at both asked, as it were."""
        if not actor.centres:
            return Side.clock
        if self.centre in actor.centres:
            return Side.sending if self.to_centre not in actor.centres else Side.watching
        return Side.receiving

    def take(self, step: TransferStep, *, by: Actor, at: datetime, reason: str = "", taken_by: StaffId | None = None) -> tuple[Event, ...]:
        """One step of the table, a line for each centre's trail. Raises AnsweredByTheirs, WithdrawnByTheirs, OutOfStep, ReasonNeeded."""
        whose, states, to = NEXT[step]
        if self.side(by) is not whose:
            raise _WRONG_SIDE.get(whose, AnsweredByTheirs)()
        if self.state not in states:
            raise OutOfStep(self.state, step)
        if step is TransferStep.refuse and not reason:
            raise ReasonNeeded(field="reason")
        was, self.state, self.clock_at = self.state, to, None
        if whose is Side.receiving:
            self.reply, self.taken_by = reason, taken_by
            self.answered_by, self.answered_at = StaffId(by.id), at
        sender = self._askers(by) if whose is not Side.sending else ()
        what = {"at": at, "by": by.id, "subject": self.id, "client": self.client_id, "to": to, "note": f"{was} -> {to}"}
        ours = TransferMoved(**what, centre=self.centre, tells=self._tells(f"transfer_{to}", sender))  # type: ignore[arg-type]
        return ours, TransferMoved(**what, centre=self.to_centre)  # type: ignore[arg-type]

    def hear_clock(self, *, by: Actor, at: datetime, people: Sequence[StaffId]) -> tuple[Event, ...]:
        """What the clock says when `clock_at` has come: `people` at half, they and the sender at the end, expiry last. Each once."""
        what = {"at": at, "by": by.id, "subject": self.id, "client": self.client_id}
        if at >= self.expires_at:
            return self.take(TransferStep.expire, by=by, at=at)
        if at >= self.answer_by:
            self.clock_at = self.expires_at
            told = TransferLate(**what, centre=self.to_centre, tells=self._tells("transfer_late", people))  # type: ignore[arg-type]
            waits = self._tells("transfer_unanswered", self._askers(by))
            return told, TransferLate(**what, centre=self.centre, tells=waits)  # type: ignore[arg-type]
        self.clock_at = self.answer_by
        tells = self._tells("transfer_reminder", people)
        return (TransferReminded(**what, centre=self.to_centre, tells=tells),)  # type: ignore[arg-type]

    def _askers(self, by: Actor) -> tuple[StaffId, ...]:
        return tuple(sorted({self.asked_by, self.holder_id} - {by.id}))

    def _tells(self, kind: str, people: Sequence[StaffId]) -> tuple[Tell, ...]:
        return tuple(Tell(staff=one, kind=kind, subject=self.id) for one in people)


def _told(wanted: Wanted, case: Case, client: Client, at: datetime) -> Told:
    if wanted.agreed_how is None or wanted.agreed_on is None:
        raise ClientNotAsked(field="agreed_on" if wanted.agreed_how else "agreed_how")
    if wanted.agreed_on > day_of(at):
        raise AgreedTooLate(field="agreed_on")
    if not wanted.reason:
        raise ReasonNeeded(field="reason")
    return Told(Extract.of(case, client, day_of(at)), wanted.reason, wanted.agreed_how, wanted.agreed_on)
