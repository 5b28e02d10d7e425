"""What may be told of a referral's appointment: to the counsellor's calendar, and to the client in a message that others may read too.

Decision. Context: calendars are shared and synchronised outside the house, and a phone lies on the family's table; many a partner's name
(anti-smuggling, a shelter) tells all by itself. Choice: the calendar has the centre, our reference, and the partner's name only where
nothing is restricted; never the client, the reason or the service. The message has the day, the hour and nothing else, for everybody
alike, and there is none for a client who must not be contacted or has no safe number. No gateway sends it: a counsellor reads it out, or
sends it by hand to a number marked safe. Price: whoever reads either has to remember what it is about.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.clients import SafeContact
from domain.errors import Conflict, Refusal
from domain.identity import Sensitivity
from domain.partners.exchange import AnswerStep
from domain.referrals.history import StepTaken
from domain.referrals.record import Referral
from domain.referrals.steps import State
from domain.values import KARACHI, Language, Phone

WORD = {Language.english: "Appointment", Language.urdu: "ملاقات", Language.pashto: "لیدنه"}
TEXT = {
    Language.english: "Your appointment is on {day} at {time}. If you cannot come, please tell us.",
    Language.urdu: "آپ کی ملاقات {day} کو {time} بجے ہے۔ اگر آپ نہ آ سکیں تو ہمیں بتا دیں۔",
    Language.pashto: "ستاسو لیدنه په {day} د {time} بجو ده. که نه شئ راتلای، مهرباني وکړئ موږ ته ووایئ.",
}
"""Said in the client's language and not in the reader's, so they are no sentences of a page."""


class NoAppointment(Conflict):
    """No appointment is set for this referral."""

    next = "The partner sets it; write it down when they tell you on the telephone."


class AppointmentOver(Conflict):
    """There is no appointment to come."""

    next = "Ask how it went when you speak to the client."


class MustNotContact(Conflict):
    """This client must not be contacted: no message is written."""

    next = "Tell them when they come."


class NoSafeNumber(Conflict):
    """No telephone of this client is marked safe: no message is written."""

    next = "Tell them when they come, and ask which number is safe."


@dataclass(frozen=True, slots=True)
class Appointment:
    """As a calendar has it. `sequence` grows with each change, so that the newest is kept; `partner` is empty where it is unnamed."""

    uid: str
    sequence: int
    cancelled: bool
    starts: datetime
    made_at: datetime
    word: str
    centre: str
    partner: str
    ref: str


GONE = frozenset({State.withdrawn, State.recalled})


def appointment(
    referral: Referral,
    history: tuple[StepTaken, ...],
    sensitivities: tuple[Sensitivity, ...],
    *,
    centre: str,
    partner: str,
    language: Language,
    at: datetime,
) -> Appointment:
    """Raises NoAppointment."""
    if referral.appointment_at is None:
        raise NoAppointment()
    changes = sum(one.step == AnswerStep.set_appointment for one in history)
    cancelled = referral.state in GONE
    return Appointment(
        uid=f"{referral.ref}@mrc-casework",
        sequence=max(0, changes - 1) + cancelled,
        cancelled=cancelled,
        starts=referral.appointment_at,
        made_at=at,
        word=WORD.get(language, WORD[Language.english]),
        centre=centre,
        partner=partner if all(one is Sensitivity.normal for one in sensitivities) else "",
        ref=referral.ref,
    )


def message(
    state: State, starts: datetime, safe: SafeContact, phones: tuple[Phone, ...], spoken: tuple[Language, ...], at: datetime
) -> tuple[str, Language]:
    """The words and their language: the first that the client speaks and that is written here, else Urdu. Raises MustNotContact,
    NoSafeNumber, AppointmentOver."""
    if safe.never:
        raise MustNotContact()
    if not any(phone.safe for phone in phones):
        raise NoSafeNumber()
    if state is not State.appointment_set or starts <= at:
        raise AppointmentOver()
    language = next((one for one in spoken if one in TEXT), Language.urdu)
    there = starts.astimezone(KARACHI)
    return TEXT[language].format(day=there.strftime("%d-%m-%Y"), time=there.strftime("%H:%M")), language


@dataclass(frozen=True, slots=True)
class ForClient:
    """What a page shows: the words, or why there are none."""

    text: str = ""
    language: Language = Language.urdu
    says: str = ""
    next: str = ""

    @classmethod
    def refused(cls, refusal: Refusal) -> "ForClient":
        return cls(says=str(refusal), next=refusal.next)


class Calendars(Protocol):
    def event(self, appointment: Appointment) -> bytes:
        """An iCalendar object (RFC 5545) with the one event, in Pakistan's time."""
        ...
