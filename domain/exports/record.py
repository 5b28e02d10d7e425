"""An export: asked for by one, where it names people decided on by another, fetched by the asker alone, a few times within a day.

Decision. Context: the password is shown once and kept nowhere, and yet each file is written while it leaves. Choice: the asker is shown a
password together with a ticket that holds it, sealed for this export and this person; the ticket comes back with the fetching, and the
file is written under what it holds. Nothing of either is kept here. Whoever has lost the page takes a new password; the number of
fetchings stays as it was. Price: two files of one export may have two passwords, and a fetching that broke off half-way counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.cases import OutOfStep, ReasonNeeded
from domain.errors import Conflict, Invalid, NotAllowed
from domain.events import Event, Tell
from domain.exports.columns import ExportColumn, Subject, columns_of, identified
from domain.identity import Actor, Role, Scope, Sensitivity, TwoPeople
from domain.periods import begin_of, end_of
from domain.reports.sheet import FileKind
from domain.values import CentreCode, StaffId

DECIDED_WITHIN = timedelta(days=7)
FETCHED_WITHIN = timedelta(hours=24)
MOST_FETCHES = 3
LONGEST_MONTHS = 120
DECIDES = (Role.supervisor, Role.centre_manager, Role.dpo)
SEES_PEOPLE = (Role.supervisor, Role.centre_manager)
"""Whose export may have columns about people. An analyst's has none."""
KINDS = (FileKind.csv, FileKind.excel)


class ExportState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"


class ExportStep(StrEnum):
    approve = "approve"
    refuse = "refuse"
    withdraw = "withdraw"


STEPS: dict[ExportStep, tuple[tuple[ExportState, ...], ExportState]] = {
    ExportStep.approve: ((ExportState.asked,), ExportState.approved),
    ExportStep.refuse: ((ExportState.asked,), ExportState.refused),
    ExportStep.withdraw: ((ExportState.asked, ExportState.approved), ExportState.withdrawn),
}


class ColumnsMissing(Invalid):
    """An export has at least one column, and only those that its lines have."""

    next = "Choose the columns that are needed, and no more."


class PeopleNotYours(NotAllowed):
    """Your role may have no column that says who somebody is or what befell them."""

    next = "Leave these columns out; for people there are the figures and evidence."


class BadMonths(Invalid):
    """A period is whole months, the first before the last, at most ten years."""

    next = "Write months like 2026-01."


class NotForThisFile(Invalid):
    """An export is an Excel or a CSV file."""

    next = "Choose one of the two."


class NotYourDecision(NotAllowed):
    """Whoever asked may withdraw an export; somebody else who answers for the centre, or the officer, decides on it."""

    next = "Ask a supervisor of the centre or the data-protection officer."


class ExportLapsed(Conflict):
    """Nobody decided on this export within seven days."""

    next = "Ask for it again."


class ExportNotReady(Conflict):
    """Only an approved export can be fetched."""

    next = "Wait until somebody has decided, or ask for it again."


class ExportOver(Conflict):
    """This export can no longer be fetched: it opens for 24 hours and three times."""

    next = "Ask for it again; the register shows when it was fetched."


class NotYourExport(NotAllowed):
    """Only whoever asked for an export fetches it."""

    next = "Ask for one of your own."


class TicketLost(Invalid):
    """This ticket does not belong to this export and to you."""

    next = "Take a new password and fetch the file with it."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: lines about what, of which columns and months, as which file."""

    subject: Subject
    columns: tuple[ExportColumn, ...]
    first: str
    last: str
    kind: FileKind = FileKind.csv

    def check(self, role: Role) -> "Wanted":
        """In the order of the list. Raises ColumnsMissing, PeopleNotYours, BadMonths, NotForThisFile."""
        fit = columns_of(self.subject)
        if not self.columns or not set(self.columns) <= set(fit):
            raise ColumnsMissing(field="columns")
        if self.kind not in KINDS:
            raise NotForThisFile(field="kind")
        check_role(role, self.columns)
        try:
            begins, ends = begin_of(self.first), end_of(self.last)
        except (Invalid, OverflowError):
            raise BadMonths(field="first") from None
        if not 0 < (ends - begins).days <= LONGEST_MONTHS * 31:
            raise BadMonths(field="last")
        return replace(self, columns=tuple(column for column in fit if column in self.columns))


def check_role(role: Role, columns: tuple[ExportColumn, ...]) -> None:
    """Raises PeopleNotYours. Asked again at each fetching: a role may have changed since."""
    if identified(columns) and role not in SEES_PEOPLE:
        raise PeopleNotYours()


@dataclass(frozen=True, slots=True)
class ExportWords:
    """All that is written in an export by hand."""

    purpose: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMoved(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFetched(Event):
    pass


@dataclass(slots=True)
class Export:
    """`restricted` says that whoever approved it let restricted files in. `rows` are those of the latest fetching."""

    id: UUID
    centre: CentreCode
    number: str
    state: ExportState
    subject: Subject
    columns: tuple[ExportColumn, ...]
    first: str
    last: str
    kind: FileKind
    words: ExportWords
    asked_by: StaffId
    asked_at: datetime
    restricted: bool = False
    decided_by: StaffId | None = None
    decided_at: datetime | None = None
    fetches: int = 0
    fetched_at: datetime | None = None
    rows: int | None = None
    version: int = 1

    @classmethod
    def ask(
        cls, id: UUID, number: str, centre: CentreCode, wanted: Wanted, purpose: str, *, by: Actor, at: datetime, told: Sequence[StaffId]
    ) -> tuple["Export", ExportAsked]:
        """Without a column about people nobody has to decide. `told` are those who may. Raises ReasonNeeded and as `Wanted.check`."""
        its = wanted.check(by.role)
        if not purpose:
            raise ReasonNeeded("This cannot be empty.", field="purpose")
        free = not identified(its.columns)
        asker, state = StaffId(by.id), ExportState.approved if free else ExportState.asked
        words = ExportWords(purpose)
        made = cls(id, centre, number, state, its.subject, its.columns, its.first, its.last, its.kind, words, asker, at)
        made.decided_at = at if free else None
        others = () if free else tuple(one for one in dict.fromkeys(told) if one != asker)
        tells = tuple(Tell(staff=one, kind="export_asked", subject=id) for one in others)
        return made, ExportAsked(at=at, by=by.id, centre=centre, subject=id, fields=its.columns, note=its.subject, tells=tells)

    def lapsed(self, at: datetime) -> bool:
        return self.state is ExportState.asked and at >= self.asked_at + DECIDED_WITHIN

    def until(self) -> datetime | None:
        """When it closes: undecided after a week, approved after a day."""
        if self.state is ExportState.asked:
            return self.asked_at + DECIDED_WITHIN
        return self.decided_at + FETCHED_WITHIN if self.state is ExportState.approved and self.decided_at else None

    def over(self, at: datetime) -> bool:
        until = self.until()
        return self.state is ExportState.approved and (self.fetches >= MOST_FETCHES or until is None or at >= until)

    def step(self, step: ExportStep, reason: str, *, restricted: bool = False, by: Actor, at: datetime) -> ExportMoved:
        """Raises OutOfStep, ExportLapsed, TwoPeople, NotYourDecision, ReasonNeeded."""
        if self.state not in STEPS[step][0]:
            raise OutOfStep(self.state, step)
        if step is ExportStep.withdraw:
            if by.id != self.asked_by:
                raise NotYourDecision()
        else:
            self._check_decision(reason, by, at)
        before, self.state = self.state, STEPS[step][1]
        told: tuple[Tell, ...] = ()
        if step is not ExportStep.withdraw:
            self.words = replace(self.words, reason=reason)
            self.decided_by, self.decided_at = StaffId(by.id), at
            self.restricted = restricted and step is ExportStep.approve
            told = (Tell(staff=self.asked_by, kind=f"export_{self.state}", subject=self.id),)
        return ExportMoved(at=at, by=by.id, centre=self.centre, subject=self.id, note=f"{before} -> {self.state}", tells=told)

    def _check_decision(self, reason: str, by: Actor, at: datetime) -> None:
        if by.id == self.asked_by:
            raise TwoPeople("Whoever asked for an export cannot decide on it.")
        if by.role not in DECIDES:
            raise NotYourDecision()
        if self.lapsed(at):
            raise ExportLapsed()
        if not reason:
            raise ReasonNeeded(field="reason")

    def check_fetch(self, *, by: Actor, at: datetime) -> None:
        """Raises NotYourExport, PeopleNotYours, ExportLapsed, ExportNotReady, ExportOver."""
        if by.id != self.asked_by:
            raise NotYourExport()
        check_role(by.role, self.columns)
        if self.lapsed(at):
            raise ExportLapsed()
        if self.state is not ExportState.approved:
            raise ExportNotReady()
        if self.over(at):
            raise ExportOver()

    def fetch(self, rows: int, *, by: Actor, at: datetime) -> ExportFetched:
        """Written before the first byte leaves. Raises what `check_fetch` raises."""
        self.check_fetch(by=by, at=at)
        self.fetches, self.fetched_at, self.rows = self.fetches + 1, at, rows
        return ExportFetched(at=at, by=by.id, centre=self.centre, subject=self.id, fields=self.columns, note=str(rows))

    def reach(self, scope: Scope) -> Scope:
        """Whose files are in it: those of its centre, restricted ones only where they were let in and the asker could see them."""
        its = scope.at(self.centre)
        return its if self.restricted else replace(its, clears=(Sensitivity.normal,))


@dataclass(frozen=True, slots=True)
class ExportView:
    """`steps` are those that fit now; `open` is whether it can be fetched, `until` when that or the deciding ends."""

    id: UUID
    centre: CentreCode
    number: str
    state: ExportState
    lapsed: bool
    over: bool
    open: bool
    until: datetime | None
    subject: Subject
    columns: tuple[ExportColumn, ...]
    identified: tuple[ExportColumn, ...]
    first: str
    last: str
    kind: FileKind
    purpose: str
    reason: str
    restricted: bool
    asked_by: StaffId
    asked_at: datetime
    decided_by: StaffId | None
    decided_at: datetime | None
    fetches: int
    fetched_at: datetime | None
    rows: int | None
    steps: tuple[ExportStep, ...]
    version: int

    @classmethod
    def of(cls, it: Export, at: datetime) -> "ExportView":
        lapsed, over = it.lapsed(at), it.over(at)
        steps = () if over else tuple(step for step, (stands, _) in STEPS.items() if it.state in stands)
        return cls(
            id=it.id,
            centre=it.centre,
            number=it.number,
            state=it.state,
            lapsed=lapsed,
            over=over,
            open=it.state is ExportState.approved and not over,
            until=it.until(),
            subject=it.subject,
            columns=it.columns,
            identified=identified(it.columns),
            first=it.first,
            last=it.last,
            kind=it.kind,
            purpose=it.words.purpose,
            reason=it.words.reason,
            restricted=it.restricted,
            asked_by=it.asked_by,
            asked_at=it.asked_at,
            decided_by=it.decided_by,
            decided_at=it.decided_at,
            fetches=it.fetches,
            fetched_at=it.fetched_at,
            rows=it.rows,
            steps=() if lapsed else steps,
            version=it.version,
        )
