"""What is looked after in good time: figures of what open cases are watched for, and the lists behind them, each along its index."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, String, and_, bindparam, exists, func, literal_column, or_, select

from adapters.database.cases import CASE, LINES, line
from adapters.database.clients import CLIENT
from adapters.database.consent import CONSENT
from adapters.database.figures import FLOW, TOOK, WATCHED
from adapters.database.lanes import centres_setting
from adapters.database.partners import PARTNER
from adapters.database.referrals import REFERRAL
from adapters.database.schema import Several, among
from adapters.database.scope import bound, case_in_scope, client_in_scope, in_centres
from adapters.database.screening import SCREENING
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from adapters.database.watched import WATCH
from domain.cases import Stage
from domain.consent import Purpose
from domain.figures.quality import (
    AFTER,
    ENDED,
    ENDING,
    ConsentEnds,
    Ending,
    QualityDashboard,
    Watched,
    WatchedCase,
    at_latest,
    closing,
    watched,
)
from domain.identity import Scope
from domain.referrals.steps import LIVE
from domain.screening import IndicationOutcome
from domain.values import day_of

_n = bindparam("n", type_=Integer())
_until = bindparam("until", type_=Date())
_WATCHED = Prepared(
    select(WATCHED.c.what, func.sum(WATCHED.c.n))
    .where(
        in_centres(WATCHED),
        WATCHED.c.n > 0,
        or_(*(and_(WATCHED.c.what == what.value, WATCHED.c.since_on <= bindparam(what.value, type_=Date())) for what in Watched)),
    )
    .group_by(WATCHED.c.what)
)
_TOOK = Prepared(
    select(FLOW.c.happened, func.sum(FLOW.c.n))
    .where(in_centres(FLOW), FLOW.c.happened.like(f"{TOOK}%"), FLOW.c.month.between(bindparam("first"), bindparam("last")))
    .group_by(FLOW.c.happened)
)
# In the statement itself, as it stands in the index.
_undecided = (
    select(func.count())
    .select_from(SCREENING.join(CASE, CASE.c.id == SCREENING.c.case_id))
    .where(
        in_centres(SCREENING),
        SCREENING.c.outcome == literal_column(f"'{IndicationOutcome.strong}'"),
        SCREENING.c.decided_at.is_(None),
        CASE.c.stage != Stage.closed.value,
    )
)
_LIST = {
    what: Prepared(
        LINES.add_columns(WATCH.c[what.value])
        .join(WATCH, WATCH.c.case_id == CASE.c.id)
        .where(WATCH.c.centre == bindparam("centre"), WATCH.c[what.value] <= _until, case_in_scope(CASE))
        .order_by(WATCH.c[what.value], WATCH.c.case_id)
        .limit(_n)
    )
    for what in Watched
}
_later: Any = CONSENT.alias()
_replaced = exists().where(
    _later.c.client_id == CONSENT.c.client_id,
    _later.c.partner_id == CONSENT.c.partner_id,
    _later.c.purpose == Purpose.share.value,
    _later.c.withdrawn_at.is_(None),
    or_(_later.c.valid_to.is_(None), _later.c.valid_to >= bindparam("today", type_=Date())),
)
_packet = exists().where(
    REFERRAL.c.client_id == CONSENT.c.client_id,
    REFERRAL.c.partner_id == CONSENT.c.partner_id,
    among(REFERRAL.c.state, bindparam("states", type_=Several(String()))),
)


def _between(first: str, last: str) -> tuple[Any, ...]:
    its = CONSENT.c.valid_to.between(bindparam(first, type_=Date()), bindparam(last, type_=Date()))
    return in_centres(CONSENT), CONSENT.c.withdrawn_at.is_(None), its


_WHICH: dict[Ending, tuple[Any, ...]] = {
    Ending.ending: _between("today", "ahead"),
    Ending.ended: (*_between("back", "yesterday"), CONSENT.c.purpose == Purpose.share.value, _packet, ~_replaced),
}
_WAITING = Prepared(select(_undecided.scalar_subquery(), *(select(func.count()).where(*its).scalar_subquery() for its in _WHICH.values())))
_ENDS = {
    which: Prepared(
        select(
            CONSENT.c.id,
            CONSENT.c.centre,
            CONSENT.c.client_id,
            CLIENT.c.number,
            CONSENT.c.purpose,
            func.coalesce(PARTNER.c.name, ""),
            CONSENT.c.valid_to,
        )
        .select_from(CONSENT.join(CLIENT, CLIENT.c.id == CONSENT.c.client_id).outerjoin(PARTNER, PARTNER.c.id == CONSENT.c.partner_id))
        .where(*its, client_in_scope(CLIENT))
        .order_by(CONSENT.c.valid_to, CONSENT.c.id)
        .limit(_n)
    )
    for which, its in _WHICH.items()
}


def _days(today: date) -> dict[str, Any]:
    days = {"today": today, "yesterday": today - timedelta(days=1), "ahead": today + ENDING, "back": today - ENDED}
    return {**days, "states": sorted(LIVE)}


class SqlQualityViews(Reader):
    async def quality(self, scope: Scope, at: datetime, first: str, last: str) -> QualityDashboard:
        today, values = day_of(at), bound(scope)
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            kept = {Watched(what): int(n) for what, n in await lane.rows(_WATCHED, {**values, **at_latest(today)})}
            ((undecided, ending, ended),) = await lane.rows(_WAITING, {**values, **_days(today)})
            took = {int(word.removeprefix(TOOK)): int(n) for word, n in await lane.rows(_TOOK, {**values, "first": first, "last": last})}
        return QualityDashboard(scope.centres, at, first, last, watched(kept), undecided, ending, ended, *closing(took))

    async def watched(self, scope: Scope, what: Watched, at: datetime, limit: int, *, all: bool) -> list[WatchedCase]:
        until = day_of(at) if all else day_of(at) - AFTER[what]
        # Centre by centre: PostgreSQL reads an index in its order for one of them, and sorts all it finds for several.
        found = [row for one in scope.centres for row in await self._rows(_LIST[what], scope, {"centre": one, "until": until, "n": limit})]
        return [WatchedCase(line(row[:-1], self._vault), row[-1]) for row in sorted(found, key=lambda row: row[-1])[:limit]]

    async def consents_ending(self, scope: Scope, which: Ending, at: datetime, limit: int) -> list[ConsentEnds]:
        rows = await self._rows(_ENDS[which], scope, {**_days(day_of(at)), "n": limit})
        return [ConsentEnds(id, centre, client, number, Purpose(purpose), *rest) for id, centre, client, number, purpose, *rest in rows]
