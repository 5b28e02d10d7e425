"""Reports that the worker makes after each period: who wants which, and the files that were made."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKeyConstraint, Index, Integer, String, UniqueConstraint, Uuid, and_, bindparam, delete, select
from sqlmodel import SQLModel

from adapters.database.codec import Codec, table_of
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, by_id, put
from domain.errors import NotFound
from domain.identity import Scope
from domain.reports.built_in import ReportCode
from domain.reports.schedule import FileLine, ReportFile, ReportSchedule
from domain.secrecy import KeyVault
from domain.values import Language


class ReportScheduleRow(SQLModel, table=True):
    """No CHECK on reports: they grow with the releases."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        ForeignKeyConstraint(["project"], ["project.id"]),
        Index(None, "centre", "owner"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    owner: UUID = column(Uuid())
    report: str = column(WORD)
    cycle: str = column(WORD)
    outside: bool = column(Boolean())
    project: UUID | None = column(Uuid(), nullable=True)
    kind: str = column(WORD)
    language: str = column(String(8))
    mail_to: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    begun_at: datetime = column(UTCDateTime())
    made_for: str = column(String(20))
    version: int = column(Integer())


class ReportFileRow(SQLModel, table=True):
    """Each once for a subscription and a period, whoever makes it; it outlives its subscription until it expires."""

    __tablename__ = "report_file"
    __table_args__ = (
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        UniqueConstraint("schedule_id", "period"),
        Index(None, "centre", "owner"),
        Index(None, "expires_on"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    schedule_id: UUID = column(Uuid())
    owner: UUID = column(Uuid())
    report: str = column(WORD)
    period: str = column(String(20))
    name: str = column(String(60))
    media_type: str = column(String(80))
    language: str = column(String(8))
    made_at: datetime = column(UTCDateTime())
    expires_on: date = column(Date())
    mail_to: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    content: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    version: int = column(Integer())


SCHEDULE, FILE = table_of(ReportScheduleRow), table_of(ReportFileRow)
SCHEDULES: Codec[ReportSchedule] = Codec(ReportSchedule, ReportScheduleRow)
FILES: Codec[ReportFile] = Codec(ReportFile, ReportFileRow)

_pk = bindparam("pk", type_=Uuid())
_staff = bindparam("scope_staff", type_=Uuid())
_mine = and_(in_centres(SCHEDULE), SCHEDULE.c.owner == _staff)
_its = and_(in_centres(FILE), FILE.c.owner == _staff)
_MINE = Prepared(select(*SCHEDULES.columns).where(_mine).order_by(SCHEDULE.c.id.desc()))
_ONE = SCHEDULES.find(SCHEDULE.c.id == _pk, _mine, lock=True)
_EVERY = Prepared(select(*SCHEDULES.columns).order_by(SCHEDULE.c.id))
_HOLD = SCHEDULES.find(SCHEDULE.c.id == _pk, lock=True)
_REMOVE = Prepared(delete(SCHEDULE).where(SCHEDULE.c.id == _pk))
_said = [FILE.c[name] for name in ("schedule_id", "report", "id", "period", "name", "made_at", "expires_on")]
_LINES = Prepared(select(*_said).where(_its).order_by(FILE.c.id.desc()))
_FILE = FILES.find(FILE.c.id == _pk, _its)
_WAITING = Prepared(
    select(*(FILE.c[name] for name in ("id", "report", "language", "mail_to", "made_at")))
    .where(FILE.c.made_at > bindparam("since", type_=UTCDateTime()))
    .order_by(FILE.c.id)
)
_BY_ID = FILES.find(FILE.c.id == _pk, lock=True)
_CLEAR = Prepared(delete(FILE).where(FILE.c.expires_on < bindparam("today", type_=Date())))


class SqlSchedules(PlainStore[ReportSchedule]):
    codec = SCHEDULES

    def __init__(self, lane: Lane, vault: KeyVault) -> None:
        super().__init__(lane, vault)

    async def mine(self, scope: Scope) -> list[ReportSchedule]:
        return await self._all(_MINE, bound(scope))

    async def one(self, scope: Scope, id: UUID) -> ReportSchedule:
        return await self._one(_ONE, by_id(bound(scope), id))

    async def every(self) -> list[ReportSchedule]:
        return await self._all(_EVERY, {})

    async def hold(self, id: UUID) -> ReportSchedule | None:
        found = await self._all(_HOLD, {"pk": id})
        return found[0] if found else None

    async def remove(self, schedule: ReportSchedule) -> None:
        await self._lane.change(_REMOVE, {"pk": schedule.id})

    async def lines(self, scope: Scope) -> list[tuple[UUID, ReportCode, FileLine]]:
        rows = await self._lane.rows(_LINES, bound(scope))
        return [(schedule, ReportCode(report), FileLine(*rest)) for schedule, report, *rest in rows]

    async def file(self, scope: Scope, id: UUID) -> ReportFile:
        return self._file(await self._lane.rows(_FILE, by_id(bound(scope), id)))

    async def put(self, file: ReportFile) -> None:
        self._lane.later(FILES.insert, FILES.values(file, self._vault))

    async def to_mail(self, since: datetime) -> list[tuple[UUID, ReportCode, Language, str, datetime]]:
        rows = await self._lane.rows(_WAITING, {"since": since})
        opened = [(id, ReportCode(report), Language(language), self._address(id, sealed), at) for id, report, language, sealed, at in rows]
        return [one for one in opened if one[3]]

    def _address(self, id: UUID, sealed: Any) -> str:
        found: str = FILES.seals["mail_to"].open(self._vault, b"", id, sealed)
        return found

    async def mailed(self, id: UUID) -> None:
        rows = await self._lane.rows(_BY_ID, {"pk": id})
        if rows:
            file = self._file(rows)
            file.mail_to = ""
            await put(self._lane, FILES, file, FILES.values(file, self._vault))

    async def clear(self, today: date) -> int:
        return await self._lane.change(_CLEAR, {"today": today})

    def _file(self, rows: list[tuple[Any, ...]]) -> ReportFile:
        if not rows:
            raise NotFound()
        return FILES.record(rows[0], self._vault)
