"""The post room looked back on: the delivery log, a range sent again, and how an endpoint did.

Decision. Context: a partner asks "are you reaching us?" and expects a middle and a tail of seconds; only one of our two databases knows
percentiles. Choice: one question for both, which ranks the seconds and takes the nearest rank (`(n+1)/2` and `95n/100`, rounded up): each
figure is a time that was really taken. A message counts from its making to the first attempt that was taken, so that sending it again later
spoils no figure; what was put away because its referral had ended was never posted and is left out. Price: the week's attempts of one
partner are read at each asking, by two indexes.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Integer, String, Uuid, bindparam, case, func, or_, select, true, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from adapters.database.lanes import EVERYWHERE
from adapters.database.outbox import ATTEMPT, EXISTS, MESSAGE, SqlMessages, SqlOutbox
from adapters.database.partners import ENDPOINTS
from adapters.database.sandbox import made_up
from adapters.database.schema import Several, UTCDateTime, among, moment
from adapters.database.statements import Prepared
from domain.delivery import (
    HEALTH_DAYS,
    MOST_REPLAYED,
    OVERTAKEN,
    DeliveryView,
    EndpointHealth,
    LastFailure,
    MessageState,
    Range,
    Replayed,
)
from domain.errors import NotFound
from domain.values import PartnerId

_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=2**128 - 1)
_FIRST_TIME, _LAST_TIME = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class seconds_between(FunctionElement[Any]):
    """`seconds_between(earlier, later)`, never below nothing: a message is dated by our clock, an attempt by the database's."""

    type = NullType()  # both drivers give a plain float; SQLAlchemy's own reading of one needs a cursor
    inherit_cache = True


@compiles(seconds_between, "postgresql")
def _between_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    return f"greatest(0.0, extract(epoch FROM {later} - {earlier})::float8)"


@compiles(seconds_between)
def _between(element: Any, compiler: Any, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    return f"max(0.0, (julianday({later}) - julianday({earlier})) * 86400.0)"


_whose = bindparam("whose", type_=Uuid())
_its = MESSAGE.c.partner_id == _whose
_state = bindparam("state", type_=String())
_LOG = Prepared(
    select(
        MESSAGE.c.id,
        MESSAGE.c.kind,
        MESSAGE.c.state,
        MESSAGE.c.attempts,
        MESSAGE.c.made_at,
        MESSAGE.c.due_at,
        MESSAGE.c.settled_at,
        MESSAGE.c.detail,
        made_up(MESSAGE.c.subject),
    )
    .where(_its, MESSAGE.c.id < bindparam("after", type_=Uuid()), or_(_state == "", MESSAGE.c.state == _state))
    .order_by(MESSAGE.c.id.desc())
    .limit(bindparam("n", type_=Integer()))
)


def in_range(most: int) -> Prepared:
    """The messages of a range, oldest first, and one more where there are more."""
    return Prepared(
        select(MESSAGE.c.id)
        .where(
            _its,
            MESSAGE.c.id >= bindparam("first", type_=Uuid()),
            MESSAGE.c.made_at >= bindparam("since", type_=UTCDateTime()),
            MESSAGE.c.made_at < bindparam("until", type_=UTCDateTime()),
        )
        .order_by(MESSAGE.c.id)
        .limit(most + 1)
    )


_RANGE = in_range(MOST_REPLAYED)
_REPLAY = Prepared(
    update(MESSAGE)
    .where(
        _its,
        among(MESSAGE.c.id, bindparam("ids", type_=Several(Uuid()))),
        among(MESSAGE.c.state, bindparam("states", type_=Several(String()))),
    )
    .values(state=MessageState.waiting.value, attempts=0, due_at=moment(), settled_at=None)
)

# In a sub-select, so that PostgreSQL asks its clock once and uses the index.
_lately = select(moment(bindparam("lately", type_=Float()))).scalar_subquery()
_tries = (
    select(MESSAGE.c.id, MESSAGE.c.kind, MESSAGE.c.made_at, ATTEMPT.c.at, ATTEMPT.c.state, ATTEMPT.c.detail)
    .select_from(MESSAGE.join(ATTEMPT, ATTEMPT.c.message_id == MESSAGE.c.id))
    .where(_its, MESSAGE.c.made_at > _lately, ATTEMPT.c.detail != OVERTAKEN.detail, ~made_up(MESSAGE.c.subject))
    .cte("tries")
)
_took = (
    select(seconds_between(_tries.c.made_at, func.min(_tries.c.at)).label("seconds"))
    .where(_tries.c.state == MessageState.delivered.value)
    .group_by(_tries.c.id, _tries.c.made_at)
    .cte("took")
)
_ranked = select(_took.c.seconds, func.row_number().over(order_by=_took.c.seconds).label("place"), func.count().over().label("total")).cte(
    "ranked"
)
_failed = (
    select(_tries.c.at, _tries.c.kind, _tries.c.detail, _tries.c.state)
    .where(_tries.c.state != MessageState.delivered.value)
    .order_by(_tries.c.at.desc())
    .limit(1)
    .cte("failed")
)


def _at(place: Any) -> Any:
    return func.max(case((_ranked.c.place == place, _ranked.c.seconds), else_=None))


_figures = select(
    func.count().label("delivered"),
    _at((_ranked.c.total + 1) // 2).label("median"),
    _at((_ranked.c.total * 95 + 99) // 100).label("p95"),
).cte("figures")
_waits = select(func.count()).where(_its, or_(MESSAGE.c.state == "waiting", MESSAGE.c.state == "claimed"), ~made_up(MESSAGE.c.subject))
_HEALTH = Prepared(
    select(
        select(func.count(_tries.c.id.distinct())).scalar_subquery(),
        _figures.c.delivered,
        _figures.c.median,
        _figures.c.p95,
        _failed.c.at,
        _failed.c.kind,
        _failed.c.detail,
        _failed.c.state,
        _waits.scalar_subquery(),
        ENDPOINTS.table.c.paused_at,
        ENDPOINTS.table.c.disabled_at,
    )
    .select_from(ENDPOINTS.table.join(_figures, true()).outerjoin(_failed, true()))
    .where(ENDPOINTS.table.c.partner_id == _whose)
)


class SqlPost(SqlMessages):
    async def replay_range(self, partner: PartnerId, asked: Range) -> Replayed:
        found, following = await self._window(partner, asked)
        states = [MessageState.given_up.value] if asked.only_given_up else [MessageState.given_up.value, MessageState.delivered.value]
        changed = await self._lane.change(_REPLAY, {"whose": partner, "ids": found, "states": states}) if found else 0
        return Replayed(changed, following)

    async def following(self, partner: PartnerId, asked: Range) -> UUID | None:
        return (await self._window(partner, asked))[1]

    async def _window(self, partner: PartnerId, asked: Range) -> tuple[list[UUID], UUID | None]:
        """The messages of one call, oldest first, and the first one after them."""
        if asked.first is not None and not await self._lane.rows(EXISTS, {"pk": asked.first, "whose": partner}):
            raise NotFound()
        bounds = {"first": asked.first or _FIRST_ID, "since": asked.since or _FIRST_TIME, "until": asked.until or _LAST_TIME}
        found = [row[0] for row in await self._lane.rows(_RANGE, {"whose": partner, **bounds})]
        return found[:MOST_REPLAYED], found[MOST_REPLAYED] if len(found) > MOST_REPLAYED else None


class SqlPostRoom(SqlOutbox):
    async def log(self, partner: PartnerId, limit: int, after: UUID | None = None, state: MessageState | None = None) -> list[DeliveryView]:
        values = {"whose": partner, "n": limit, "after": after or _LAST_ID, "state": state.value if state else ""}
        async with self._driver.reading(EVERYWHERE) as lane:
            rows = await lane.rows(_LOG, values)
        return [DeliveryView(row[0], row[1], MessageState(row[2]), *row[3:]) for row in rows]

    async def health(self, partner: PartnerId) -> EndpointHealth | None:
        async with self._driver.reading(EVERYWHERE) as lane:
            rows = await lane.rows(_HEALTH, {"whose": partner, "lately": -HEALTH_DAYS * 86400.0})
        if not rows:
            return None
        tried, delivered, median, p95, at, notice, kind, state, waiting, paused_at, disabled_at = rows[0]
        failure = LastFailure(at, notice, kind, state == MessageState.given_up) if at is not None else None
        share = delivered / tried if tried else None
        return EndpointHealth(tried, delivered, share, median, p95, failure, waiting, paused_at is not None, disabled_at is not None)
