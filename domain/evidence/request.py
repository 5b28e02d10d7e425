"""The register of research requests: who asks for which columns of which quarters, what for and on what ground; asked by one, decided by
another, and over on a day that is said beforehand.

Decision. Context: the same figures serve a whole programme, and a row of the house belongs to one centre at a time. Choice: a request is
about one centre, and its extract about that centre's people; k holds in each centre by itself, and the walls of the database stand around
requests as around files. Price: who studies three centres asks three times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.cases import OutOfStep, ReasonNeeded
from domain.errors import Conflict, Invalid
from domain.events import Event, Tell
from domain.evidence.columns import KNOWN_TO_OTHERS, Column, Period
from domain.identity import Actor, TwoPeople
from domain.values import CentreCode, ResearchId, StaffId, day_of

LONGEST = timedelta(days=366)
"""An approval does not outlive what was true when it was given."""


class RequestState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"
    ended = "ended"


class RequestStep(StrEnum):
    approve = "approve"
    refuse = "refuse"
    end = "end"


STEPS: dict[RequestStep, tuple[RequestState, RequestState]] = {
    RequestStep.approve: (RequestState.asked, RequestState.approved),
    RequestStep.refuse: (RequestState.asked, RequestState.refused),
    RequestStep.end: (RequestState.approved, RequestState.ended),
}


class NotApproved(Conflict):
    """Nothing is released but under an approved request."""

    next = "Wait until the data-protection officer has decided, or ask again."


class RequestOver(Conflict):
    """The approval of this request is over."""

    next = "Ask again; the register shows what was released before."


class ColumnsNeeded(Invalid):
    """A request names at least one column that people are told apart by: gender, age, province, stage or quarter."""

    next = "Choose the columns that the study needs, and no more."


class BadExpiry(Invalid):
    """An approval ends on a day to come, within a year."""

    next = "Write the day after which nothing more is released."


@dataclass(frozen=True, slots=True)
class Study:
    """Who wants to know, what for, and the agreement or the law on which it rests."""

    who: str
    organisation: str
    purpose: str
    ground: str


@dataclass(frozen=True, slots=True)
class Scopes:
    """What may be released, and until when."""

    columns: tuple[Column, ...]
    period: Period
    expires_on: date


@dataclass(frozen=True, slots=True)
class Words:
    """All that is written in a request by hand."""

    study: Study
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchAsked(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchMoved(Event):
    pass


@dataclass(slots=True)
class Research:
    id: ResearchId
    centre: CentreCode
    number: str
    state: RequestState
    words: Words
    columns: tuple[Column, ...]
    first: str
    last: str
    expires_on: date
    asked_by: StaffId
    asked_at: datetime
    decided_by: StaffId | None = None
    decided_at: datetime | None = None
    version: int = 1

    @classmethod
    def ask(
        cls,
        id: ResearchId,
        number: str,
        centre: CentreCode,
        study: Study,
        wanted: Scopes,
        *,
        by: Actor,
        at: datetime,
        told: Sequence[StaffId],
    ) -> tuple["Research", ResearchAsked]:
        """`told` are the data-protection officers. Raises ReasonNeeded, ColumnsNeeded, BadExpiry."""
        for name in ("who", "organisation", "purpose", "ground"):
            if not getattr(study, name):
                raise ReasonNeeded("This cannot be empty.", field=name)
        if not set(wanted.columns) & set(KNOWN_TO_OTHERS):
            raise ColumnsNeeded(field="columns")
        if not timedelta() <= wanted.expires_on - day_of(at) <= LONGEST:
            raise BadExpiry(field="expires_on")
        columns = tuple(column for column in Column if column in wanted.columns)
        first, last = str(wanted.period.first), str(wanted.period.last)
        words, asker = Words(study), StaffId(by.id)
        made = cls(id, centre, number, RequestState.asked, words, columns, first, last, wanted.expires_on, asker, at)
        tells = tuple(Tell(staff=one, kind="research_asked", subject=id) for one in dict.fromkeys(told) if one != asker)
        return made, ResearchAsked(at=at, by=by.id, centre=centre, subject=id, fields=tuple(columns), tells=tells)

    @property
    def period(self) -> Period:
        return Period.of(self.first, self.last, date.max)

    def step(self, step: RequestStep, reason: str, *, by: Actor, at: datetime) -> ResearchMoved:
        """Raises OutOfStep, TwoPeople, ReasonNeeded."""
        if self.state is not STEPS[step][0]:
            raise OutOfStep(self.state, step)
        if by.id == self.asked_by:
            raise TwoPeople("Whoever asked for evidence cannot decide on it.")
        if not reason and step is not RequestStep.approve:
            raise ReasonNeeded(field="reason")
        before, self.state = self.state, STEPS[step][1]
        self.words = replace(self.words, reason=reason)
        self.decided_by, self.decided_at = StaffId(by.id), at
        tells = (Tell(staff=self.asked_by, kind=f"research_{self.state}", subject=self.id),)
        note = f"{before} -> {self.state}"
        return ResearchMoved(at=at, by=by.id, centre=self.centre, subject=self.id, note=note, tells=tells)

    def check_open(self, today: date) -> None:
        """Raises NotApproved, RequestOver."""
        if self.state is not RequestState.approved:
            raise NotApproved()
        if today > self.expires_on:
            raise RequestOver()


@dataclass(frozen=True, slots=True)
class ResearchView:
    """`steps` are those that fit now; `over` is whether the day of its end has passed."""

    id: ResearchId
    centre: CentreCode
    number: str
    state: RequestState
    over: bool
    study: Study
    reason: str
    columns: tuple[Column, ...]
    first: str
    last: str
    expires_on: date
    asked_by: StaffId
    asked_at: datetime
    decided_by: StaffId | None
    decided_at: datetime | None
    steps: tuple[RequestStep, ...]
    version: int

    @classmethod
    def of(cls, it: Research, today: date) -> "ResearchView":
        return cls(
            id=it.id,
            centre=it.centre,
            number=it.number,
            state=it.state,
            over=today > it.expires_on,
            study=it.words.study,
            reason=it.words.reason,
            columns=it.columns,
            first=it.first,
            last=it.last,
            expires_on=it.expires_on,
            asked_by=it.asked_by,
            asked_at=it.asked_at,
            decided_by=it.decided_by,
            decided_at=it.decided_at,
            steps=tuple(step for step, (stands, _) in STEPS.items() if stands is it.state),
            version=it.version,
        )
