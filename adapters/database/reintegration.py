"""Reviews of reintegration, coded and plain but for the words, so that outcomes are counted without opening a file."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, UniqueConstraint, Uuid, bindparam, case, func, select
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.lanes import centres_setting
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Store, by_id, keyed
from domain.cases import CaseKind
from domain.counselling import SessionChannel
from domain.identity import Scope
from domain.reintegration.doors import Outcome
from domain.reintegration.reviews import SCORES, WHOLE, Known, Reached, Review, Round, opened_between
from domain.values import KARACHI, CaseId


class ReviewRow(SQLModel, table=True):
    __tablename__ = "review"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        one_of("round", Round),
        one_of("result", Reached),
        one_of("channel", SessionChannel),
        one_of("in_country", Known),
        one_of("working", Known),
        one_of("safe", Known),
        *(CheckConstraint(f"{name} BETWEEN 0 AND 100", name=name) for name in SCORES),
        UniqueConstraint("case_id", "round"),
        Index(None, "client_id"),
        Index(None, "centre", "held_on"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    round: str = column(WORD)
    result: str = column(WORD)
    channel: str = column(WORD)
    held_on: date = column(Date())
    economic: int | None = column(Integer(), Shows.sensitive, nullable=True)
    social: int | None = column(Integer(), Shows.sensitive, nullable=True)
    psychosocial: int | None = column(Integer(), Shows.sensitive, nullable=True)
    in_country: str = column(WORD, Shows.sensitive)
    working: str = column(WORD, Shows.sensitive)
    safe: str = column(WORD, Shows.sensitive)
    words: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    written_by: UUID = column(Uuid())
    written_at: datetime = column(UTCDateTime())
    version: int = column(Integer())


REVIEW = table_of(ReviewRow)
REVIEWS: Codec[Review] = Codec(Review, ReviewRow)

_pk = bindparam("pk", type_=Uuid())
_base = keyed(REVIEWS, "client_id").join(CASE, CASE.c.id == REVIEW.c.case_id).where(case_in_scope(CASE))
_ONE = Prepared(_base.where(REVIEW.c.id == _pk))
_HOLD = Prepared(_base.where(REVIEW.c.id == _pk).with_for_update(of=REVIEW))
_OF_CASE = Prepared(_base.where(REVIEW.c.case_id == _pk))
_KNOWN = Prepared(keyed(REVIEWS, "client_id").where(REVIEW.c.case_id == _pk))


def _when(result: Reached) -> Any:
    return func.sum(case((REVIEW.c.result == result.value, 1), else_=0))


_HELD = Prepared(
    select(
        REVIEW.c.round,
        func.count(),
        _when(Reached.reached),
        _when(Reached.lost_contact),
        *(its for name in SCORES for its in (func.sum(REVIEW.c[name]), func.count(REVIEW.c[name]))),
    )
    .where(in_centres(REVIEW), REVIEW.c.held_on.between(bindparam("first", type_=Date()), bindparam("last", type_=Date())))
    .group_by(REVIEW.c.round)
)
_DUE = Prepared(
    select(func.count()).where(
        in_centres(CASE),
        CASE.c.kind == CaseKind.return_reintegration.value,
        CASE.c.opened_at >= bindparam("begins", type_=UTCDateTime()),
        CASE.c.opened_at < bindparam("ends", type_=UTCDateTime()),
    )
)


class SqlReviews(Store[Review]):
    codec = REVIEWS

    async def get(self, scope: Scope, id: UUID) -> Review:
        return await self._one(_HOLD, by_id(bound(scope), id))

    async def of_case(self, case: CaseId) -> list[Review]:
        return await self._all(_KNOWN, {"pk": case})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), KARACHI)


def _outcome(round: Round, due: int, row: tuple[Any, ...]) -> Outcome:
    held, reached, lost, *scores = (int(its or 0) for its in row)
    means: list[Any] = []
    for total, n in zip(scores[::2], scores[1::2], strict=True):
        means += [total / n / WHOLE if n else None, n]
    return Outcome(round, due, held, reached, lost, *means)


class SqlReviewViews(Reader):
    async def of_case(self, scope: Scope, case: CaseId) -> list[Review]:
        return await self._records(REVIEWS, _OF_CASE, scope, pk=case)

    async def one(self, scope: Scope, id: UUID) -> Review:
        return await self._record(REVIEWS, _ONE, scope, pk=id)

    async def outcomes(self, scope: Scope, first: date, last: date) -> tuple[Outcome, ...]:
        nothing = (0,) * (3 + 2 * len(SCORES))
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            held = {row[0]: row[1:] for row in await lane.rows(_HELD, {**bound(scope), "first": first, "last": last})}
            found = []
            for one in Round:
                begins, ends = opened_between(first, last, one)
                between = {"begins": _midnight(begins), "ends": _midnight(ends + timedelta(days=1))}
                due = int((await lane.rows(_DUE, {**bound(scope), **between}))[0][0])
                found.append(_outcome(one, due, held.get(one.value, nothing)))
        return tuple(found)
