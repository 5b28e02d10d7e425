"""How somebody fares three, six and twelve months after they came for help on return: one review each, reached or not.

Decision. Context: IOM's sustainability survey (RSS) scores three dimensions; its list of questions and its weights are in no source that
could be read. Choice: the house asks none of its questions and computes none of its scores. The survey is done on its own sheet, and what
that sheet gives is written here, from 0 to 1, each score marked as not checked against its source. That somebody was not reached is an
outcome with a reason and no blank. Price: scores are as good as the sheet, and two sheets cannot be told apart.

Decision. Context: a returnee's case may be closed after a month, long before the last review. Choice: a review is due by the day on which
the case was opened, closed or not; only the next one is a task, laid when the case is opened or the one before is written down, and it
holds up no closing. Nothing hinders a review early or late: it counts by its round. Price: cases that were there before, or came by a
register, have no task until their first review is written down; figures and the sheet say what is due.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.cases import Case, CaseKind
from domain.counselling import SessionChannel, Task
from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.identity import Actor
from domain.values import CaseId, CentreCode, ClientId, Language, StaffId, day_of, hundredths


class Round(StrEnum):
    """By how many months after the opening of the case."""

    three = "m3"
    six = "m6"
    twelve = "m12"

    @property
    def months(self) -> int:
        return int(self.value[1:])


class Reached(StrEnum):
    """What came of it."""

    reached = "reached"
    withdrew = "withdrew"
    lost_contact = "lost_contact"
    abroad_again = "abroad_again"


class Known(StrEnum):
    yes = "yes"
    no = "no"
    unknown = "unknown"


TITLES = {
    Language.english: "Reintegration review after {n} months",
    Language.urdu: "واپسی کے {n} ماہ بعد کا جائزہ",
    Language.pashto: "د بېرته راتګ {n} میاشتې وروسته کتنه",
}
"""A task is a person's words, so it is written in their language, once."""
SCORES = ("economic", "social", "psychosocial")
ASKED = ("in_country", "working", "safe")
WHOLE = 100


class NotAReturn(Conflict):
    """Only a case of return and reintegration is reviewed."""

    next = "Open one for this person if they have come back."


class RoundWritten(Conflict):
    """This review is written down already."""

    next = "Change it where something is wrong."


class ReviewedWhen(Invalid):
    """A review is held after its case was opened, and not on a day to come."""

    next = "Write the day on which you spoke, or tried to."


class NothingHeard(Invalid):
    """Whoever was not reached has no scores and no answers."""

    next = "Leave them empty, or say that the person was reached."


class WrongScore(Invalid):
    """A score is a number from 0 to 1 with two decimals at most."""

    next = "Write it like 0.65."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHeld(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChanged(Event):
    pass


def score(text: str) -> int:
    """In hundredths. Raises WrongScore."""
    its = hundredths(text.replace(",", "."), 1)
    if its is None or its > WHOLE:
        raise WrongScore()
    return its


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is written down of a review. Scores are in hundredths of the survey's own, 100 best; `words` are the client's or of them."""

    result: Reached
    channel: SessionChannel
    held_on: date
    economic: int | None = None
    social: int | None = None
    psychosocial: int | None = None
    in_country: Known = Known.unknown
    working: Known = Known.unknown
    safe: Known = Known.unknown
    words: str = ""

    def check(self, case: Case, today: date) -> None:
        """Raises ReviewedWhen, NothingHeard, WrongScore."""
        if not day_of(case.opened_at) <= self.held_on <= today:
            raise ReviewedWhen(field="held_on")
        given = {name: getattr(self, name) for name in SCORES if getattr(self, name) is not None}
        if self.result is not Reached.reached and (given or self.working is not Known.unknown or self.safe is not Known.unknown):
            raise NothingHeard(field="result")
        if wrong := next((name for name, its in given.items() if not 0 <= its <= WHOLE), None):
            raise WrongScore(field=wrong)


def due_on(opened: date, round: Round) -> date:
    """The same day so many months later, or the last of a shorter month."""
    number = opened.year * 12 + opened.month - 1 + round.months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(opened.day, monthrange(year, month)[1]))


def opened_between(first: date, last: date, round: Round) -> tuple[date, date]:
    """Between which days, both counted, cases were opened whose review is due between these. The days follow one another as the due
    ones do, so a search through a few of them finds both ends."""
    return _first_due(first, round), _first_due(last + timedelta(days=1), round) - timedelta(days=1)


def _first_due(day: date, round: Round) -> date:
    """The first day of opening whose review is due on this day or later."""
    back = day - timedelta(days=31 * round.months + 4)
    return next(it for it in (back + timedelta(days=n) for n in range(31 * round.months + 5)) if due_on(it, round) >= day)


@dataclass(slots=True)
class Review:
    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    round: Round
    result: Reached
    channel: SessionChannel
    held_on: date
    economic: int | None
    social: int | None
    psychosocial: int | None
    in_country: Known
    working: Known
    safe: Known
    words: str
    written_by: StaffId
    written_at: datetime
    version: int = 1

    @classmethod
    def hold(
        cls, id: UUID, case: Case, round: Round, heard: Heard, known: Iterable["Review"], *, by: Actor, at: datetime
    ) -> tuple["Review", ReviewHeld]:
        """Raises NotAReturn, RoundWritten and what `Heard.check` raises."""
        if case.kind is not CaseKind.return_reintegration:
            raise NotAReturn()
        if any(one.round is round for one in known):
            raise RoundWritten()
        heard.check(case, day_of(at))
        made = cls(id, case.centre, case.client_id, case.id, round, **_said(heard), written_by=StaffId(by.id), written_at=at)
        return made, ReviewHeld(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id, note=round.value)

    def change(self, case: Case, heard: Heard, *, by: Actor, at: datetime) -> ReviewChanged:
        """Raises what `Heard.check` raises."""
        heard.check(case, day_of(at))
        said = _said(heard)
        fields = tuple(sorted(name for name, value in said.items() if getattr(self, name) != value))
        for name, value in said.items():
            setattr(self, name, value)
        return ReviewChanged(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, fields=fields)


def _said(heard: Heard) -> dict[str, Any]:
    return {name: getattr(heard, name) for name in Heard.__slots__}


def next_round(known: Sequence[Review]) -> Round | None:
    """The first after all that are written down; none once somebody has withdrawn."""
    if any(one.result is Reached.withdrew for one in known):
        return None
    last = max((one.round.months for one in known), default=0)
    return next((one for one in Round if one.months > last), None)


def task_for(id: UUID, case: Case, known: Sequence[Review], language: Language, at: datetime) -> Task | None:
    """What reminds of the next review; None where none follows. It asks after the case itself."""
    if case.kind is not CaseKind.return_reintegration or (round := next_round(known)) is None:
        return None
    title = TITLES.get(language, TITLES[Language.english]).format(n=round.months)
    day = due_on(day_of(case.opened_at), round)
    return Task(id, case.centre, case.client_id, case.id, title, day, case.counsellor_id, at, asks_after=case.id)
