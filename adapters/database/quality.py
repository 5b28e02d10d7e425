"""What is looked after in good time: figures of what open cases are watched for, and the lists behind them, each along its index."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, String, bindparam, cast, exists, func, select

from adapters.database.cases import CASE, LINES, line
from adapters.database.cells import TOOK
from adapters.database.clients import CLIENT
from adapters.database.consent import CONSENT
from adapters.database.figures import FLOW, WATCHED
from adapters.database.lanes import centres_setting
from adapters.database.lapses import LAPSE
from adapters.database.partners import PARTNER
from adapters.database.schema import Several, among, listed
from adapters.database.scope import bound, case_in_scope, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from adapters.database.watched import UNDECIDED, WATCH
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
    closing,
    too_short,
    watched,
)
from domain.identity import Scope
from domain.periods import number_of, spans_before
from domain.values import day_of

_n = bindparam("n", type_=Integer())
_since, _until = bindparam("since", type_=Date()), bindparam("until", type_=Date())


def _kept(what: str, *where: Any) -> Any:
    its = select(func.coalesce(func.sum(WATCHED.c.n), 0))
    return its.where(in_centres(WATCHED), WATCHED.c.n > 0, WATCHED.c.what == what, *where).scalar_subquery()


def _between(first: str, last: str) -> Any:
    """Days alone: spans of more are numbers of another length."""
    return WATCHED.c.span.between(bindparam(first, type_=Integer()), bindparam(last, type_=Integer()))


_took = (
    select(FLOW.c.happened, func.sum(FLOW.c.n).label("n"))
    .where(in_centres(FLOW), FLOW.c.happened.like(f"{TOOK}%"), FLOW.c.month.between(bindparam("first"), bindparam("last")))
    .group_by(FLOW.c.happened)
    .subquery()
)
_words = func.replace(_took.c.happened, TOOK, "") + " " + cast(_took.c.n, String())
_QUALITY = Prepared(
    select(
        select(func.coalesce(listed(_words), "")).select_from(_took).scalar_subquery(),
        _kept(UNDECIDED),
        _kept(Ending.ending.value, _between("ending_first", "ending_last")),
        _kept(Ending.ended.value, _between("ended_first", "ended_last")),
        *(_kept(what.value, among(WATCHED.c.span, bindparam(what.value, type_=Several(Integer())))) for what in Watched),
    ),
    once=True,
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
_WHICH: dict[Ending, tuple[Any, ...]] = {
    Ending.ending: (in_centres(CONSENT), CONSENT.c.withdrawn_at.is_(None)),
    Ending.ended: (in_centres(CONSENT), exists().where(LAPSE.c.consent_id == CONSENT.c.id)),
}
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
        .where(*its, CONSENT.c.valid_to.between(_since, _until), client_in_scope(CLIENT))
        .order_by(CONSENT.c.valid_to, CONSENT.c.id)
        .limit(_n)
    )
    for which, its in _WHICH.items()
}


def _days(which: Ending, today: date) -> tuple[date, date]:
    """The first and the last day of those that count."""
    return (today, today + ENDING) if which is Ending.ending else (today - ENDED, today - timedelta(days=1))


def _asked(today: date) -> dict[str, Any]:
    within = {which: _days(which, today) for which in Ending}
    ends = {f"{which}_{name}": number_of(day) for which, days in within.items() for name, day in zip(("first", "last"), days, strict=True)}
    return ends | {what.value: spans_before(day) for what, day in too_short(today).items()}


class SqlQualityViews(Reader):
    async def quality(self, scope: Scope, at: datetime, first: str, last: str) -> QualityDashboard:
        values = {**bound(scope), **_asked(day_of(at)), "first": first, "last": last}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            ((packed, undecided, ending, ended, *watches),) = await lane.rows(_QUALITY, values)
        took = {int(rung): int(n) for rung, n in (word.split(" ") for word in packed.split(";") if word)}
        counts = watched(dict(zip(Watched, watches, strict=True)))
        return QualityDashboard(scope.centres, at, first, last, counts, undecided, ending, ended, *closing(took))

    async def watched(self, scope: Scope, what: Watched, at: datetime, limit: int, *, all: bool) -> list[WatchedCase]:
        until = day_of(at) if all else day_of(at) - AFTER[what]
        # Centre by centre: PostgreSQL reads an index in its order for one of them, and sorts all it finds for several.
        found = [row for one in scope.centres for row in await self._rows(_LIST[what], scope, {"centre": one, "until": until, "n": limit})]
        return [WatchedCase(line(row[:-1], self._vault), row[-1]) for row in sorted(found, key=lambda row: row[-1])[:limit]]

    async def consents_ending(self, scope: Scope, which: Ending, at: datetime, limit: int) -> list[ConsentEnds]:
        since, until = _days(which, day_of(at))
        rows = await self._rows(_ENDS[which], scope, {"since": since, "until": until, "n": limit})
        return [ConsentEnds(id, centre, client, number, Purpose(purpose), *rest) for id, centre, client, number, purpose, *rest in rows]
