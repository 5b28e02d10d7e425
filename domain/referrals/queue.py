"""The queue inside a partner: what waits there, who of its people has it in hand, and who sees what.

Decision. Context: a referral goes to an organisation; people in it come, go and are ill. Choice: it is nobody's until one of them takes it
or their lead gives it to somebody, and whoever answers what nobody holds has taken it by that. A worker sees what nobody holds and what
they hold; a colleague's is to them as if it were not there, but for the name of who was quicker where two take the same one. Who holds
what is the partner's own matter: it is told to nobody outside, its lines of the trail name no client and so stand in no timeline of a
case. Whoever is let go leaves what is open to the queue. Price: the centre knows the partner, not the person, until the person rings.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import Conflict, NotAllowed
from domain.events import Event
from domain.identity import Actor, Role, Staff
from domain.referrals.record import Referral
from domain.referrals.steps import DUE, LIVE, State, Urgency
from domain.values import PartnerId, StaffId


class Share(StrEnum):
    """Which part of the queue is looked at."""

    all = "all"
    unheld = "unheld"
    mine = "mine"


class HeldAlready(Conflict):
    """Somebody else has this referral in hand."""

    next = "Take another one; whoever leads the desk can give it to you."


class NotInQueue(Conflict):
    """This referral is over; nobody has to hold it any more."""

    next = "Nothing more is needed."


class LeadShares(NotAllowed):
    """Only whoever leads the desk gives a referral to somebody else."""

    next = "Take it yourself, or ask who leads the desk."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralTakenUp(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSharedOut(Event):
    """The note says to whom, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPutBack(Event):
    pass


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One referral in the queue: nothing about the person it is for. `holder_name` is empty while nobody holds it."""

    ref: str
    urgency: Urgency
    state: State
    sent_at: datetime | None
    answer_by: datetime | None
    appointment_at: datetime | None
    holder: StaffId | None
    holder_name: str
    late: bool


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """Who looks at which part of whose queue. `only` is a worker, who is shown what nobody holds and what they hold."""

    partner: PartnerId
    me: StaffId
    share: Share
    only: StaffId | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at the partner's desk, as far as sharing out needs it."""

    id: StaffId
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """Who has it in hand now."""

    ref: str
    holder: StaffId | None
    holder_name: str


def late(state: State, answer_by: datetime | None, at: datetime) -> bool:
    return state in DUE and answer_by is not None and answer_by < at


def queued(it: Referral) -> bool:
    """Something is still asked of the partner: an answer, the service, or word that what was sent is deleted."""
    return it.state in LIVE or it.deletion_open


def open_to(it: Referral, by: Actor) -> bool:
    """Whether this one of the partner's side may see it."""
    return by.role is not Role.partner_worker or it.partner_holder in (None, by.id)


def answered_by(it: Referral, by: Actor) -> None:
    """A worker who answers what nobody holds has it in hand from then on."""
    if by.role is Role.partner_worker and it.partner_holder is None:
        it.partner_holder = StaffId(by.id)


def hold(it: Referral, to: Staff | None, *, by: Actor, at: datetime, holder_name: str) -> Event | None:
    """Puts it into somebody's hands, or back into the queue; nothing where it is so already. `holder_name` is who has it now. Raises
    HeldAlready, LeadShares, NotInQueue."""
    wanted = to.id if to is not None else None
    if it.partner_holder == wanted:
        return None
    if not queued(it):
        raise NotInQueue()
    if by.role is not Role.partner_lead:
        if it.partner_holder not in (None, by.id):
            raise HeldAlready(f"{holder_name} has this referral in hand.")
        if wanted not in (None, by.id):
            raise LeadShares()
    it.partner_holder = wanted
    if wanted is None:
        return ReferralPutBack(at=at, by=by.id, centre=it.centre, subject=it.id)
    if wanted == by.id:
        return ReferralTakenUp(at=at, by=by.id, centre=it.centre, subject=it.id)
    return ReferralSharedOut(at=at, by=by.id, centre=it.centre, subject=it.id, note=str(wanted))
