"""What is done in a case: counselling sessions, notes, tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.cases import Case
from domain.clients import Names
from domain.errors import Conflict, Invalid
from domain.events import Event, Tell
from domain.identity import Actor, Role, Scope
from domain.values import CaseId, CentreCode, ClientId, StaffId

COUNSELS = (Role.counsellor, Role.supervisor, Role.centre_manager)
"""Whom work in a case can be given to."""


class SessionChannel(StrEnum):
    in_person = "in_person"
    phone = "phone"
    whatsapp = "whatsapp"
    video = "video"
    outreach = "outreach"


class AlreadyDone(Conflict):
    """This task is done already."""

    next = "Nothing more is needed."


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHeld(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHandedOver(Event):
    to: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTakenBack(Event):
    pass


@dataclass(slots=True)
class Session:
    """One counselling meeting, `written_at` when it was recorded. `minutes` 0 to 600; the note is the counsellor's and leaves the centre in
    no packet but `narrative`."""

    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    channel: SessionChannel
    minutes: int
    topics: tuple[str, ...]
    note: str
    held_at: datetime
    held_by: StaffId
    written_at: datetime
    follow_up_on: date | None = None
    version: int = 1

    def held(self, by: Actor, at: datetime) -> SessionHeld:
        if not 0 <= self.minutes <= 600:
            raise Invalid("A session lasts from 0 to 600 minutes.", field="minutes")
        return SessionHeld(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)


@dataclass(slots=True)
class Note:
    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    text: str
    written_at: datetime
    written_by: StaffId
    version: int = 1

    @classmethod
    def write(cls, id: UUID, case: Case, text: str, *, by: Actor, at: datetime) -> tuple["Note", NoteAdded]:
        note = cls(id, case.centre, case.client_id, case.id, text, at, StaffId(by.id))
        return note, NoteAdded(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id)


@dataclass(slots=True)
class Task:
    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    title: str
    due_on: date
    assignee_id: StaffId
    added_at: datetime
    done_at: datetime | None = None
    asks_after: UUID | None = None
    """What the client is to be asked about: the ended referral, or the case itself for a review of reintegration. Done when they were
    asked; it holds up no closing of the case."""
    planned: bool = False
    """An action of the plan in force, under the same id."""
    version: int = 1

    def added(self, by: Actor, at: datetime) -> TaskAdded:
        tells = (Tell(staff=self.assignee_id, kind="task_assigned", subject=self.case_id),) if self.assignee_id != by.id else ()
        return TaskAdded(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, tells=tells)

    def change(self, title: str, due_on: date, assignee: StaffId, *, by: Actor, at: datetime) -> TaskChanged:
        told = assignee not in (self.assignee_id, by.id)
        self.title, self.due_on, self.assignee_id = title, due_on, assignee
        tells = (Tell(staff=assignee, kind="task_assigned", subject=self.case_id),) if told else ()
        return TaskChanged(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, tells=tells)

    def hand_over(self, to: StaffId, *, by: Actor, at: datetime, told: bool) -> TaskHandedOver:
        """`told` where its case does not go along, of which they are told."""
        self.assignee_id = to
        tells = (Tell(staff=to, kind="task_assigned", subject=self.case_id),) if told and to != by.id else ()
        return TaskHandedOver(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, to=to, tells=tells)

    def taken_back(self, *, by: Actor, at: datetime) -> TaskTakenBack:
        return TaskTakenBack(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)

    def finish(self, *, by: Actor, at: datetime) -> TaskDone:
        """Raises AlreadyDone."""
        if self.done_at is not None:
            raise AlreadyDone()
        self.done_at = at
        return TaskDone(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)


@dataclass(frozen=True, slots=True)
class SessionView:
    id: UUID
    case_id: CaseId
    channel: SessionChannel
    minutes: int
    topics: tuple[str, ...]
    note: str
    held_at: datetime
    held_by: StaffId
    follow_up_on: date | None
    version: int

    @classmethod
    def of(cls, it: Session) -> "SessionView":
        return cls(it.id, it.case_id, it.channel, it.minutes, it.topics, it.note, it.held_at, it.held_by, it.follow_up_on, it.version)


@dataclass(frozen=True, slots=True)
class NoteView:
    id: UUID
    case_id: CaseId
    text: str
    written_at: datetime
    written_by: StaffId
    version: int

    @classmethod
    def of(cls, it: Note) -> "NoteView":
        return cls(it.id, it.case_id, it.text, it.written_at, it.written_by, it.version)


MOST_COUNTED = 200
"""What is due is counted so far: somebody with more has too much to do, whatever the number."""


@dataclass(frozen=True, slots=True)
class TaskView:
    id: UUID
    case_id: CaseId
    title: str
    due_on: date
    assignee: StaffId
    done_at: datetime | None
    version: int

    @classmethod
    def of(cls, it: Task) -> "TaskView":
        return cls(it.id, it.case_id, it.title, it.due_on, it.assignee_id, it.done_at, it.version)


@dataclass(frozen=True, slots=True)
class MyTask(TaskView):
    """One open task of the day, with the case and the person it is about."""

    centre: CentreCode
    client_id: ClientId
    case_number: str
    name: str
    name_urdu: str

    @classmethod
    def about(cls, it: Task, case_number: str, names: Names) -> "MyTask":
        its = (it.id, it.case_id, it.title, it.due_on, it.assignee_id, it.done_at, it.version)
        return cls(*its, it.centre, it.client_id, case_number, names.name, names.name_urdu)


class CounsellingRecords(Protocol):
    async def add_session(self, session: Session) -> None: ...
    async def add_note(self, note: Note) -> None: ...
    async def add_task(self, task: Task) -> None: ...
    async def task(self, scope: Scope, id: UUID) -> Task: ...
    async def save_task(self, task: Task) -> None: ...
    async def open_tasks(self, case: CaseId) -> list[Task]:
        """Of a case in reach, held until the transaction ends."""
        ...

    async def take_back(self, task: Task) -> None:
        """Removes a task that nobody is asked for any more."""
        ...


class CounsellingViews(Protocol):
    async def sessions(self, scope: Scope, case: CaseId) -> list[Session]: ...
    async def notes(self, scope: Scope, case: CaseId) -> list[Note]: ...
    async def tasks(self, scope: Scope, case: CaseId) -> list[Task]: ...
    async def session(self, scope: Scope, id: UUID) -> Session: ...
    async def note(self, scope: Scope, id: UUID) -> Note: ...
    async def task(self, scope: Scope, id: UUID) -> Task: ...
    async def due(self, scope: Scope, staff: StaffId, today: date, limit: int, *, late: bool) -> list[MyTask]:
        """Open tasks of this member of staff, the oldest first: those whose day has passed, or those of today."""
        ...

    async def due_count(self, scope: Scope, staff: StaffId, today: date) -> tuple[int, int]:
        """How many are late, and how many are of today; counting stops at `MOST_COUNTED`."""
        ...
