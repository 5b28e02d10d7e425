"""Questions to the figures, each one statement over the records, put together from where a measure is counted and where a dimension stands.

Decision. Context: no dashboard can keep every measure by every pair of dimensions, and a report of eight years must cost what its plain
SQL costs. Choice: the database groups, and nothing but the cells of the table comes back; parameters are bound, and only the tables that a
split needs are joined. A count is about nobody, so files of every sensitivity are in it. Price: it reads the records of its period, which
is a second or so for all there are; pages that open often read kept figures (`figures.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, case, func, literal, literal_column, select, union_all

from adapters.database.cases import CASE
from adapters.database.clients import CLIENT
from adapters.database.lanes import ANYWHERE, Driver, centres_setting
from adapters.database.partners import SERVICES
from adapters.database.projects import OF_CASES, OF_SESSIONS, PROJECT
from adapters.database.schema import Several, among, moment
from adapters.database.scope import bound, in_centres
from adapters.database.sources import OF_CASE, OF_CLIENT, SOURCES, Source
from adapters.database.statements import Prepared
from domain.identity import Scope
from domain.reports import dimensions
from domain.reports.dimensions import IDS, UNKNOWN, Dimension, band_names, number_of, time_name
from domain.reports.measures import Measure
from domain.reports.question import MOST_BANDS, Answer, Keys, Question, added, answered
from domain.values import day_of

_BANDS = tuple(bindparam(f"band{place}", type_=Integer()) for place in range(1, MOST_BANDS))

_project = bindparam("project", type_=Uuid())
_NAMED = Prepared(union_all(select(SERVICES.table.c.id, SERVICES.table.c.name), select(PROJECT.c.id, PROJECT.c.code)))


def _column(source: Source, by: Dimension) -> Any:
    if by in dimensions.TIMES:
        return source.month // literal_column(str(dimensions.TIMES[by]), Integer())
    if by is Dimension.centre:
        return source.table.c.centre
    if by is Dimension.project:
        return _greatest(source)
    if by is Dimension.age:
        return _band(source.month // literal_column("12", Integer()) - CLIENT.c.birth_year - literal_column("1", Integer()))
    return next(its[by] for its in (source.own, OF_CASE, OF_CLIENT) if by in its)


def _greatest(source: Source) -> Any:
    """The project with the greatest share; ids grow with time, so of equals the one that was begun first."""
    shares, key = _shares(source)
    its = shares.alias("greatest")
    first = select(its.c.project_id).where(its.c[key.name] == source.shared).order_by(its.c.percent.desc(), its.c.project_id).limit(1)
    return first.correlate_except(its).scalar_subquery()


def _band(age: Any) -> Any:
    """Its place among the bands. Bounds that are not asked for are null, which no age reaches."""
    reached = [(age >= low, literal_column(str(place), Integer())) for place, low in reversed(list(enumerate(_BANDS, 1)))]
    return case((CLIENT.c.birth_year.is_(None), literal_column("NULL", Integer())), *reached, else_=literal_column("0", Integer()))


def _joined(source: Source, wanted: Sequence[Dimension], project: bool) -> Any:
    """Only what the splits and conditions need beside the records that are counted."""
    its = source.table if source.joined is None else source.joined
    elsewhere = [by for by in wanted if by not in source.own]
    if source.table is not CASE and any(by in dimensions.CASE for by in elsewhere):
        its = its.join(CASE, CASE.c.id == source.of_case)
    if source.table is not CLIENT and any(by in dimensions.PERSON for by in elsewhere):
        its = its.join(CLIENT, CLIENT.c.id == source.table.c.client_id)
    if project:
        shares, key = _shares(source)
        its = its.join(shares, (key == source.shared) & (shares.c.project_id == _project))
    return its


def _shares(source: Source) -> tuple[Any, Any]:
    """Where it stands which project this is of: of a case, or of an outreach session."""
    return (OF_SESSIONS, OF_SESSIONS.c.session_id) if source.of_case is None else (OF_CASES, OF_CASES.c.case_id)


def _holds(source: Source, by: Dimension) -> Any:
    kind = Uuid() if by in IDS else String()
    return among(_column(source, by), bindparam(f"only_{by}", type_=Several(kind)))


@lru_cache(maxsize=512)
def statement(measure: Measure, splits: tuple[Dimension, ...], only: tuple[Dimension, ...] = (), project: bool = False) -> Prepared:
    """The cells are made within, grouped without: so the database is given each expression once. Of a project's, its shares come last."""
    source = SOURCES[measure]
    keys = [_column(source, by).label(f"key{place}") for place, by in enumerate(splits)]
    made = [*keys, literal(1).label("one") if source.n is None else source.n.label("one")]
    if source.once is not None:
        made.append(func.row_number().over(partition_by=source.once, order_by=(source.at, source.table.c.id)).label("nth"))
    if project:
        made.append(_shares(source)[0].c.percent.label("percent"))
    where = (in_centres(source.table), *source.period, *source.where, *(_holds(source, by) for by in only))
    within = select(*made).select_from(_joined(source, (*splits, *only), project)).where(*where).subquery()
    sums = [func.count() if source.n is None else func.sum(within.c.one)]
    if project:
        sums.append(func.sum(within.c.percent * within.c.one))
    names = [within.c[key.name] for key in keys]
    whole = select(*names, *sums).select_from(within).group_by(*names)
    return Prepared(whole if source.once is None else whole.where(within.c.nth == 1))


def _asked(question: Question) -> Prepared:
    return statement(question.measure, question.splits, tuple(by for by, _ in question.only), question.project is not None)


def _values(question: Question, as_of: datetime) -> dict[str, Any]:
    bands = dict.fromkeys((bind.key for bind in _BANDS), None) | {f"band{place}": low for place, low in enumerate(question.bands) if place}
    period = {"first": question.begins, "until": question.until, "last_month": number_of(question.last)}
    days = {"first_day": day_of(question.begins), "until_day": day_of(question.until), "today": day_of(as_of)}
    only = {f"only_{by}": tuple(UUID(one) for one in its) if by in IDS else its for by, its in question.only}
    return {**bands, **period, **days, **only, "project": question.project}


def _named(question: Question, keys: tuple[Any, ...]) -> Keys:
    return tuple(_name(by, key, question) for by, key in zip(question.splits, keys, strict=True))


def _name(by: Dimension, key: Any, question: Question) -> str:
    if key is None:
        return UNKNOWN
    if by in dimensions.TIMES:
        return time_name(by, key)
    return band_names(question.bands)[key] if by is Dimension.age else str(key)


_NOW = Prepared(select(moment()))


def _told(question: Question, scope: Scope, as_of: datetime, rows: list[tuple[Any, ...]]) -> tuple[Answer, Mapping[Keys, int]]:
    width = len(question.splits)
    named = [(_named(question, row[:width]), row[width:]) for row in rows]
    answer = answered(question, scope.centres, as_of, [(keys, int(sums[0] or 0)) for keys, sums in named])
    return answer, added([(keys, int(sums[1] or 0)) for keys, sums in named]) if question.project else {}


class SqlMeasureViews:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def ask(self, scope: Scope, question: Question) -> Answer:
        return (await self.ask_all(scope, (question,)))[0][0]

    async def ask_all(self, scope: Scope, questions: Sequence[Question]) -> list[tuple[Answer, Mapping[Keys, int]]]:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            as_of: datetime = (await lane.rows(_NOW, {}))[0][0]
            found = [await lane.rows(_asked(one), {**bound(scope), **_values(one, as_of)}) for one in questions]
        return [_told(one, scope, as_of, rows) for one, rows in zip(questions, found, strict=True)]

    async def named(self) -> Mapping[str, str]:
        async with self._driver.reading(ANYWHERE) as lane:
            return {str(id): name for id, name in await lane.rows(_NAMED, {})}
