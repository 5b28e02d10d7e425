"""The register of research requests and what was released, and the few plain columns of which evidence is made."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, Index, Integer, String, UniqueConstraint, Uuid, and_, bindparam, exists, or_, select
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.clients import CLIENT
from adapters.database.codec import Codec, table_of
from adapters.database.consent import CONSENT
from adapters.database.keys import KEY
from adapters.database.lanes import Lane, centres_setting
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, Words, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, Reader, by_id
from adapters.database.tally import Tally
from adapters.database.waits import Waits
from domain.consent import Purpose
from domain.errors import NotFound
from domain.evidence.columns import Person
from domain.evidence.release import Release, Shape
from domain.evidence.request import RequestState, Research
from domain.evidence.source import Source
from domain.identity import Scope
from domain.secrecy import KeyVault
from domain.values import KARACHI, CentreCode, ReleaseId, ResearchId


class ResearchRow(SQLModel, table=True):
    __tablename__ = "research"
    __table_args__ = (
        UniqueConstraint("centre", "id"),
        UniqueConstraint("centre", "number"),
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        one_of("state", RequestState),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    number: str = column(String(20))
    state: str = column(WORD)
    words: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    columns: str = column(Words())
    first: str = column(String(7))
    last: str = column(String(7))
    expires_on: date = column(Date())
    asked_by: UUID = column(Uuid())
    asked_at: datetime = column(UTCDateTime())
    decided_by: UUID | None = column(Uuid(), nullable=True)
    decided_at: datetime | None = column(UTCDateTime(), nullable=True)
    version: int = column(Integer())


class ReleaseRow(SQLModel, table=True):
    """`counts` and `file` are about nobody in particular, and sealed all the same: beside other releases they might be."""

    __tablename__ = "evidence_release"
    __table_args__ = (
        of_centre("research", "request_id"),
        UniqueConstraint("centre", "number"),
        one_of("shape", Shape),
        Index(None, "request_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    request_id: UUID = column(Uuid())
    number: str = column(String(20))
    shape: str = column(WORD)
    columns: str = column(Words())
    first: str = column(String(7))
    last: str = column(String(7))
    made_by: UUID = column(Uuid())
    made_at: datetime = column(UTCDateTime())
    rows: int = column(Integer())
    suppressed: int = column(Integer())
    withheld: int = column(Integer())
    without_consent: int = column(Integer())
    fingerprint: str = column(String(64))
    counts: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    file: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    epsilon: int | None = column(Integer(), nullable=True)
    utility: bytes | None = column(String(), Shows.personal, sealed=Sealed.house, nullable=True)


RESEARCH, RELEASE = table_of(ResearchRow), table_of(ReleaseRow)
RESEARCHES: Codec[Research] = Codec(Research, ResearchRow)
RELEASES: Codec[Release] = Codec(Release, ReleaseRow)

_pk = bindparam("pk", type_=Uuid())
_after = bindparam("after", type_=Uuid())
_base = select(*RESEARCHES.columns).where(in_centres(RESEARCH))
_ONE = Prepared(_base.where(RESEARCH.c.id == _pk))
_HOLD = Prepared(_base.where(RESEARCH.c.id == _pk).with_for_update(of=RESEARCH))
_PAGES = {
    paged: Prepared(
        _base.where(*([RESEARCH.c.id < _after] if paged else [])).order_by(RESEARCH.c.id.desc()).limit(bindparam("n", type_=Integer()))
    )
    for paged in (False, True)
}
_released = select(*RELEASES.columns).where(in_centres(RELEASE))
_RELEASE = Prepared(_released.where(RELEASE.c.id == _pk))
_OF_REQUEST = Prepared(_released.where(RELEASE.c.request_id == _pk).order_by(RELEASE.c.id.desc()))
_OF_CENTRE = Prepared(select(*RELEASES.columns).where(RELEASE.c.centre == bindparam("of_centre")).order_by(RELEASE.c.id))

_today = bindparam("today", type_=Date())
_live = and_(
    CONSENT.c.client_id == CLIENT.c.id,
    CONSENT.c.purpose == Purpose.research.value,
    CONSENT.c.withdrawn_at.is_(None),
    or_(CONSENT.c.valid_to.is_(None), CONSENT.c.valid_to >= _today),
)
_one: Any = CASE.alias("its_case")
_hidden = exists(select(_one.c.id).where(_one.c.client_id == CLIENT.c.id, ~case_in_scope(_one)).correlate(CLIENT))
_newest = select(_one.c.id).where(_one.c.client_id == CLIENT.c.id).order_by(_one.c.opened_at.desc(), _one.c.id.desc()).limit(1)
_latest = _newest.correlate(CLIENT).scalar_subquery()
_SOURCE = Prepared(
    select(
        CLIENT.c.gender,
        CLIENT.c.birth_year,
        CLIENT.c.district,
        CLIENT.c.migration_stage,
        CLIENT.c.registered_at,
        CASE.c.kind,
        CASE.c.risk,
        CASE.c.outcome,
        exists(select(CONSENT.c.id).where(_live)),
    )
    .select_from(CLIENT.join(KEY, KEY.c.id == CLIENT.c.id).outerjoin(CASE, CASE.c.id == _latest))
    .where(
        CLIENT.c.centre == bindparam("of_centre"),
        CLIENT.c.registered_at >= bindparam("first", type_=UTCDateTime()),
        CLIENT.c.registered_at < bindparam("until", type_=UTCDateTime()),
        client_in_scope(CLIENT),
        ~_hidden,
    )
)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), KARACHI)


def _person(row: Sequence[Any]) -> Person:
    gender, birth_year, district, stage, registered_at, kind, risk, outcome, _ = row
    return Person(gender, birth_year, district, stage, registered_at.astimezone(KARACHI).date(), kind, risk, outcome)


class SqlEvidence(PlainStore[Research]):
    codec = RESEARCHES

    def __init__(self, lane: Lane, vault: KeyVault, tally: Tally) -> None:
        super().__init__(lane, vault)
        self._waits = Waits(tally)

    async def _all(self, statement: Prepared, values: Mapping[str, Any]) -> list[Research]:
        found = await super()._all(statement, values)
        for one in found:
            self._waits.met(one)
        return found

    async def add(self, record: Research) -> None:
        await super().add(record)
        self._waits.move(record)

    async def get(self, scope: Scope, id: ResearchId) -> Research:
        return await self._one(_HOLD, by_id(bound(scope), id))

    async def save(self, record: Research) -> None:
        await super().save(record)
        self._waits.move(record)

    async def source(self, scope: Scope, centre: CentreCode, first: date, until: date, today: date) -> Source:
        asked = {"of_centre": centre, "first": _midnight(first), "until": _midnight(until), "today": today}
        rows = await self._lane.rows(_SOURCE, {**bound(scope), **asked})
        agreed = tuple(_person(row) for row in rows if row[-1])
        return Source(agreed, len(rows) - len(agreed))

    async def released(self, centre: CentreCode) -> list[Release]:
        return [RELEASES.record(row, self._vault) for row in await self._lane.rows(_OF_CENTRE, {"of_centre": centre})]

    async def release(self, scope: Scope, id: ReleaseId) -> Release:
        rows = await self._lane.rows(_RELEASE, by_id(bound(scope), id))
        if not rows:
            raise NotFound()
        return RELEASES.record(rows[0], self._vault)

    async def add_release(self, release: Release) -> None:
        self._lane.later(RELEASES.insert, RELEASES.values(release, self._vault))


class SqlEvidenceViews(Reader):
    async def _found(self, codec: Codec[Any], statement: Prepared, scope: Scope, **values: Any) -> list[Any]:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows = await lane.rows(statement, {**bound(scope), **values})
        return [codec.record(row, self._vault) for row in rows]

    async def one(self, scope: Scope, id: ResearchId) -> Research:
        found: list[Research] = await self._found(RESEARCHES, _ONE, scope, pk=id)
        if not found:
            raise NotFound()
        return found[0]

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[Research]:
        return await self._found(RESEARCHES, _PAGES[after is not None], scope, n=limit, after=after)

    async def releases(self, scope: Scope, id: ResearchId) -> list[Release]:
        return await self._found(RELEASES, _OF_REQUEST, scope, pk=id)

    async def release(self, scope: Scope, id: ReleaseId) -> Release:
        found: list[Release] = await self._found(RELEASES, _RELEASE, scope, pk=id)
        if not found:
            raise NotFound()
        return found[0]
