"""What comes after a service: whether it helped, in the client's words, and the task that somebody asks.

Decision. Context: partners report an end, not whether it was any good; nobody asks unless it stands among their tasks. Choice: a completed
referral makes a task for its counsellor in the same transaction, two weeks on; the answer is one sealed record on the referral, said anew
as often as it changes, and finishes the task. The task does not hold up the closing of the case: the
question comes after the work is done. Price: figures of what helped need their own column one day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.cases import Case, Stage
from domain.counselling import Task
from domain.errors import Conflict
from domain.events import Event
from domain.referrals.steps import State
from domain.values import CaseId, Language, ReferralId, StaffId, day_of

FOLLOW_UP: dict[State, timedelta] = {State.completed: timedelta(days=14)}
"""How long after which end of a referral its counsellor asks the client."""

ASK = {
    Language.english: "Ask whether the referral helped",
    Language.urdu: "پوچھیں کہ جہاں بھیجا گیا، وہاں سے مدد ملی یا نہیں",
    Language.pashto: "وپوښتئ چې چېرته ولېږل شو، هلته مرسته ورسره وشوه که نه",
}
"""A task is a person's words, so it is written in their language, once."""


class Helped(StrEnum):
    yes = "yes"
    partly = "partly"
    no = "no"
    not_reached = "not_reached"


class NotServed(Conflict):
    """Only a referral that was completed or ended without a service is asked about."""

    next = "Wait until the partner reports how it ended."


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven(Event):
    pass


@dataclass(frozen=True, slots=True)
class Feedback:
    helped: Helped
    note: str
    at: datetime
    by: StaffId


def follow_up(
    id: UUID, case: Case, referral: ReferralId, state: State, counsellor: StaffId, language: Language, at: datetime
) -> Task | None:
    """None where nothing is asked after, or nobody works on the case any more."""
    wait = FOLLOW_UP.get(state)
    if wait is None or case.stage is Stage.closed:
        return None
    title = ASK.get(language, ASK[Language.english])
    return Task(id, case.centre, case.client_id, CaseId(case.id), title, day_of(at + wait), counsellor, at, asks_after=referral)
