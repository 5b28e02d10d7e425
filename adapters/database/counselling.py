"""Counselling sessions, notes and tasks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKeyConstraint, Index, Integer, String, Uuid, bindparam, delete, func, insert, select, text
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.cells import cells_of_task
from adapters.database.clients import CLIENT, names_of
from adapters.database.codec import Codec, table_of
from adapters.database.keys import Keys
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import CountingStore, Reader, by_id, keyed
from adapters.database.tally import Tally
from adapters.database.weeks import Cell, cells_of_session
from domain.counselling import MOST_COUNTED, MyTask, Note, Session, SessionChannel, Task
from domain.figures.funnel import Reached
from domain.identity import Scope
from domain.secrecy import KeyVault
from domain.topics import SessionTopic, coded
from domain.values import CaseId, StaffId


class SessionRow(SQLModel, table=True):
    __tablename__ = "session"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        one_of("channel", SessionChannel),
        Index(None, "case_id"),
        Index(None, "client_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    channel: str = column(WORD)
    minutes: int = column(Integer())
    topics: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    note: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    held_at: datetime = column(UTCDateTime())
    held_by: UUID = column(Uuid())
    written_at: datetime = column(UTCDateTime())
    follow_up_on: date | None = column(Date(), nullable=True)
    version: int = column(Integer())


class NoteRow(SQLModel, table=True):
    __tablename__ = "note"
    __table_args__ = (of_centre("client", "client_id"), of_centre("case", "case_id"), Index(None, "case_id"), Index(None, "client_id"))
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    text: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    written_at: datetime = column(UTCDateTime())
    written_by: UUID = column(Uuid())
    version: int = column(Integer())


_STILL = text("done_at IS NULL")


class TaskRow(SQLModel, table=True):
    __tablename__ = "task"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        Index(None, "case_id"),
        Index(None, "client_id"),
        Index(None, "assignee_id", "due_on"),
        # The oldest that is still open, without reading all that were ever done.
        Index("ix_task_open", "assignee_id", "due_on", postgresql_where=_STILL, sqlite_where=_STILL),
        Index("ix_task_due", "centre", "due_on", "id", postgresql_where=_STILL, sqlite_where=_STILL),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    title: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    due_on: date = column(Date())
    assignee_id: UUID = column(Uuid())
    added_at: datetime = column(UTCDateTime())
    done_at: datetime | None = column(UTCDateTime(), nullable=True)
    asks_after: UUID | None = column(Uuid(), nullable=True)
    planned: bool = column(Boolean())
    version: int = column(Integer())


class SessionTopicRow(SQLModel, table=True):
    """Those of a session's topics that are of the list (`domain/topics.py`): plain, so that they can be counted."""

    __tablename__ = "session_topic"
    __table_args__ = (
        of_centre("client", "client_id"),
        ForeignKeyConstraint(["session_id"], ["session.id"]),
        one_of("topic", SessionTopic),
    )
    session_id: UUID = column(Uuid(), primary_key=True)
    topic: str = column(WORD, primary_key=True)
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid(), index=True)


SESSION, NOTE, TASK = table_of(SessionRow), table_of(NoteRow), table_of(TaskRow)
TOPIC = table_of(SessionTopicRow)
SESSIONS: Codec[Session] = Codec(Session, SessionRow)
NOTES: Codec[Note] = Codec(Note, NoteRow)
TASKS: Codec[Task] = Codec(Task, TaskRow)

_pk = bindparam("pk", type_=Uuid())


def _hanging(codec: Codec[Any]) -> Any:
    """Rows that hang on a case, as far as the case is in scope."""
    return keyed(codec, "client_id").join(CASE, CASE.c.id == codec.table.c.case_id).where(case_in_scope(CASE))


OF_CASE = {
    codec.table.name: Prepared(_hanging(codec).where(codec.table.c.case_id == _pk).order_by(codec.table.c.id.desc()))
    for codec in (SESSIONS, NOTES, TASKS)
}
_ONE = {codec.table.name: Prepared(_hanging(codec).where(codec.table.c.id == _pk)) for codec in (SESSIONS, NOTES, TASKS)}
_HOLD_TASK = Prepared(_hanging(TASKS).where(TASK.c.id == _pk).with_for_update(of=TASK))
_OPEN_TASKS = Prepared(
    keyed(TASKS, "client_id").where(TASK.c.case_id == _pk, TASK.c.done_at.is_(None)).order_by(TASK.c.id).with_for_update(of=TASK)
)
_TAKE_BACK = Prepared(delete(TASK).where(TASK.c.id == _pk))
_today = bindparam("today", type_=Date())
_open_of = (TASK.c.assignee_id == bindparam("whose", type_=Uuid()), TASK.c.done_at.is_(None))
_DUE = {
    late: Prepared(
        _hanging(TASKS)
        .join(CLIENT, CLIENT.c.id == TASK.c.client_id)
        .add_columns(CASE.c.number, CLIENT.c.names)
        .where(*_open_of, TASK.c.due_on < _today if late else TASK.c.due_on == _today)
        .order_by(TASK.c.due_on, TASK.c.id)
        .limit(bindparam("n", type_=Integer()))
    )
    for late in (True, False)
}
_counted = (
    select((TASK.c.due_on < _today).label("late"))
    .select_from(TASK.join(CASE, CASE.c.id == TASK.c.case_id))
    .where(*_open_of, TASK.c.due_on <= _today, case_in_scope(CASE))
    .order_by(TASK.c.due_on.desc())
    .limit(MOST_COUNTED)
    .subquery()
)
_DUE_COUNT = Prepared(select(_counted.c.late, func.count()).group_by(_counted.c.late))


_ADD_TOPIC = Prepared(insert(TOPIC))


def topics_of(session: Session) -> list[dict[str, Any]]:
    its = {"session_id": session.id, "centre": session.centre, "client_id": session.client_id}
    return [{**its, "topic": topic.value} for topic in coded(session.topics)]


class SqlCounselling:
    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        self._lane, self._vault, self._keys, self._tally = lane, vault, keys, tally
        self._tasks = _Tasks(lane, vault, keys, tally)

    async def _add(self, codec: Codec[Any], record: Any) -> None:
        wrapped = await self._keys.of(record.client_id)
        self._lane.later(codec.insert, codec.values(record, self._vault, wrapped))

    async def add_session(self, session: Session) -> None:
        await self._add(SESSIONS, session)
        for row in topics_of(session):
            self._lane.later(_ADD_TOPIC, row)
        self._tally.reach(session.case_id, Reached.counselled, session.held_at)
        self._tally.move((), cells_of_session(session))

    async def add_note(self, note: Note) -> None:
        await self._add(NOTES, note)

    async def add_task(self, task: Task) -> None:
        await self._tasks.add(task)

    async def task(self, scope: Scope, id: UUID) -> Task:
        return await self._tasks.get(scope, id)

    async def save_task(self, task: Task) -> None:
        await self._tasks.save(task)

    async def open_tasks(self, case: CaseId) -> list[Task]:
        return await self._tasks.open_of(case)

    async def take_back(self, task: Task) -> None:
        await self._tasks.take_back(task)


class _Tasks(CountingStore[Task]):
    codec = TASKS

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys, tally)
        self._seen: dict[UUID, tuple[Cell, ...]] = {}

    def _read(self, row: Sequence[Any]) -> Task:
        task = super()._read(row)
        self._seen[task.id] = cells_of_task(task)
        return task

    async def add(self, record: Task) -> None:
        await super().add(record)
        self._count(record.id, cells_of_task(record))

    async def save(self, record: Task) -> None:
        await super().save(record)
        self._count(record.id, cells_of_task(record))

    async def take_back(self, task: Task) -> None:
        await self._lane.change(_TAKE_BACK, {"pk": task.id})
        self._count(task.id, ())

    def _count(self, id: UUID, now: tuple[Cell, ...]) -> None:
        self._tally.move(self._seen.get(id, ()), now)
        self._seen[id] = now

    async def get(self, scope: Scope, id: UUID) -> Task:
        return await self._one(_HOLD_TASK, by_id(bound(scope), id))

    async def open_of(self, case: CaseId) -> list[Task]:
        return await self._all(_OPEN_TASKS, {"pk": case})


class SqlCounsellingViews(Reader):
    async def sessions(self, scope: Scope, case: CaseId) -> list[Session]:
        return await self._records(SESSIONS, OF_CASE["session"], scope, pk=case)

    async def notes(self, scope: Scope, case: CaseId) -> list[Note]:
        return await self._records(NOTES, OF_CASE["note"], scope, pk=case)

    async def tasks(self, scope: Scope, case: CaseId) -> list[Task]:
        return await self._records(TASKS, OF_CASE["task"], scope, pk=case)

    async def session(self, scope: Scope, id: UUID) -> Session:
        return await self._record(SESSIONS, _ONE["session"], scope, pk=id)

    async def note(self, scope: Scope, id: UUID) -> Note:
        return await self._record(NOTES, _ONE["note"], scope, pk=id)

    async def task(self, scope: Scope, id: UUID) -> Task:
        return await self._record(TASKS, _ONE["task"], scope, pk=id)

    async def due(self, scope: Scope, staff: StaffId, today: date, limit: int, *, late: bool) -> list[MyTask]:
        """Without those of erased clients."""
        rows = await self._rows(_DUE[late], scope, {"whose": staff, "today": today, "n": limit})
        return [self._mine(row) for row in rows if row[-3]]

    def _mine(self, row: tuple[Any, ...]) -> MyTask:
        *its, wrapped, number, sealed = row
        task = TASKS.record(its, self._vault, wrapped)
        return MyTask.about(task, number, names_of(self._vault, task.client_id, sealed, wrapped))

    async def due_count(self, scope: Scope, staff: StaffId, today: date) -> tuple[int, int]:
        found = {bool(late): int(n) for late, n in await self._rows(_DUE_COUNT, scope, {"whose": staff, "today": today})}
        return found.get(True, 0), found.get(False, 0)
