"""What waits for a second person and what was decided, from kept figures; transfers alone from their own table, few as they are."""

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, String, bindparam, case, cast, func, literal, or_, select, text, union_all

from adapters.database.cells import ASKED
from adapters.database.figures import DECIDED, WATCHED
from adapters.database.lanes import centres_setting
from adapters.database.parts import parted
from adapters.database.schema import Several, UTCDateTime, among
from adapters.database.scope import bound, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader
from adapters.database.transfers import TRANSFER
from domain.figures.approvals import AGES, Approval, ApprovalDashboard, decided, waiting
from domain.figures.durations import rung
from domain.identity import Scope
from domain.periods import begin_of, begin_of_day, end_of, number_of, years_until
from domain.transfers.steps import TransferState
from domain.values import day_of

_ours = among(TRANSFER.c.to_centre, bindparam("scope_centres", type_=Several(String())))
_since = [TRANSFER.c.asked_at >= bindparam(f"day_{age}", type_=UTCDateTime()) for age in AGES]
_age = case(*((since, literal(age)) for since, age in zip(_since, AGES, strict=True)), else_=AGES[-1] + 1)


class _Part(StrEnum):
    """What is asked at once; of transfers, how many were answered stands for whether to look at each."""

    waits = "waits"
    took = "took"
    aged = "aged"
    answers = "answers"


def _waiting(what: Approval) -> Any:
    return (
        select(literal(_Part.waits.value), literal(what.value), cast(WATCHED.c.span, String()), func.sum(WATCHED.c.n))
        .where(
            in_centres(WATCHED),
            WATCHED.c.n > 0,
            WATCHED.c.what == f"{ASKED}{what}",
            among(WATCHED.c.span, bindparam("spans", type_=Several(Integer()))),
        )
        .group_by(WATCHED.c.span)
    )


_answered = or_(*(TRANSFER.c.state == one.value for one in (TransferState.accepted, TransferState.refused)))
_in_time = (
    _ours,
    _answered,
    TRANSFER.c.answered_at >= bindparam("begins", type_=UTCDateTime()),
    TRANSFER.c.answered_at < bindparam("ends", type_=UTCDateTime()),
)
_FIGURES = Prepared(
    union_all(
        *map(_waiting, (what for what in Approval if what is not Approval.transfer)),
        select(literal(_Part.took.value), DECIDED.c.what, DECIDED.c.took, func.sum(DECIDED.c.n))
        .where(in_centres(DECIDED), DECIDED.c.month.between(bindparam("first"), bindparam("last")), DECIDED.c.n > 0)
        .group_by(DECIDED.c.what, DECIDED.c.took),
        select(literal(_Part.aged.value), literal(Approval.transfer.value), cast(_age, String()), func.count())
        .where(_ours, TRANSFER.c.state == TransferState.requested.value)
        .group_by(text("3")),
        select(literal(_Part.answers.value), literal(Approval.transfer.value), literal("0"), func.count()).where(*_in_time),
    ),
    once=True,
)
_TRANSFERS = Prepared(select(TRANSFER.c.asked_at, TRANSFER.c.answered_at).where(*_in_time), once=True)


class SqlApprovalViews(Reader):
    async def approvals(self, scope: Scope, at: datetime, first: str, last: str) -> ApprovalDashboard:
        today = day_of(at)
        days = {number_of(today - timedelta(days=age)): age for age in range(AGES[-1] + 1)}
        values = {**bound(scope), "first": first, "last": last, "begins": begin_of(first), "ends": end_of(last)}
        values |= {"spans": [*years_until(today), *days]}
        values |= {f"day_{age}": begin_of_day(today - timedelta(days=age)) for age in AGES}
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            found = parted(await lane.rows(_FIGURES, values), _Part)
            answers = await lane.rows(_TRANSFERS, values) if any(n for *_, n in found[_Part.answers]) else []
        waits, ages, took = _told(found, days)
        took[Approval.transfer].update(rung(answered - asked) for asked, answered in answers)
        its = tuple(waiting(what, waits[what], ages[what]) for what in Approval)
        return ApprovalDashboard(scope.centres, at, first, last, its, tuple(decided(what, took[what]) for what in Approval))


Counts = dict[Approval, Counter[int]]


def _told(found: dict[_Part, list[tuple[Any, ...]]], days: dict[int, int]) -> tuple[Counter[Approval], Counts, Counts]:
    """How many wait, how many of them are how old, and by rung how many were decided."""
    waits: Counter[Approval] = Counter()
    ages, took = ({what: Counter[int]() for what in Approval} for _ in range(2))
    for word, took_for, n in found[_Part.took]:
        took[Approval(word)][int(took_for)] += n
    for word, age, n in found[_Part.aged]:
        ages[Approval(word)][int(age)] += n
        waits[Approval(word)] += n
    for word, span, n in found[_Part.waits]:
        if int(span) in days:
            ages[Approval(word)][days[int(span)]] += n
        else:
            waits[Approval(word)] += n
    return waits, ages, took
