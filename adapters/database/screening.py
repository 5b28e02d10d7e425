"""Screenings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, String, Uuid, bindparam, text
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import CountingStore, Reader, by_id, keyed
from adapters.database.weeks import cells_of_screening
from domain.figures.funnel import Reached
from domain.identity import Scope
from domain.screening import IndicationOutcome, Screening
from domain.values import CaseId

_UNDECIDED = text(f"outcome = '{IndicationOutcome.strong}' AND decided_at IS NULL")


class ScreeningRow(SQLModel, table=True):
    __tablename__ = "screening"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        one_of("outcome", IndicationOutcome),
        Index(None, "case_id"),
        Index(None, "client_id"),
        Index("ix_screening_undecided", "centre", "screened_at", postgresql_where=_UNDECIDED, sqlite_where=_UNDECIDED),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    instrument: str = column(WORD)
    instrument_version: str = column(WORD)
    result: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    outcome: str = column(WORD, Shows.sensitive)
    screened_at: datetime = column(UTCDateTime())
    screened_by: UUID = column(Uuid())
    decision: bytes | None = column(String(), Shows.sensitive, sealed=Sealed.subject, nullable=True)
    decided_by: UUID | None = column(Uuid(), nullable=True)
    decided_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


SCREENING = table_of(ScreeningRow)
SCREENINGS: Codec[Screening] = Codec(Screening, ScreeningRow)
_pk = bindparam("pk", type_=Uuid())
_base = keyed(SCREENINGS, "client_id").join(CASE, CASE.c.id == SCREENING.c.case_id).where(case_in_scope(CASE))
_SEE = Prepared(_base.where(SCREENING.c.id == _pk))
_HOLD = Prepared(_base.where(SCREENING.c.id == _pk).with_for_update(of=SCREENING))
OF_CASE = Prepared(_base.where(SCREENING.c.case_id == _pk).order_by(SCREENING.c.id.desc()))


class SqlScreenings(CountingStore[Screening]):
    codec = SCREENINGS

    async def add(self, record: Screening) -> None:
        await super().add(record)
        self._tally.reach(record.case_id, Reached.screened, record.screened_at)
        self._tally.move((), cells_of_screening(record))

    async def save(self, record: Screening) -> None:
        await super().save(record)
        self._tally.touched.add(record.case_id)

    async def get(self, scope: Scope, id: UUID) -> Screening:
        return await self._one(_HOLD, by_id(bound(scope), id))

    async def of_case(self, scope: Scope, case: CaseId) -> list[Screening]:
        return await self._all(OF_CASE, by_id(bound(scope), case))


class SqlScreeningViews(Reader):
    async def screening(self, scope: Scope, id: UUID) -> Screening:
        return await self._record(SCREENINGS, _SEE, scope, pk=id)

    async def of_case(self, scope: Scope, case: CaseId) -> list[Screening]:
        return await self._records(SCREENINGS, OF_CASE, scope, pk=case)
