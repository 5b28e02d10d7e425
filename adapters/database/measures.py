"""Questions to the figures, each one statement over the records, put together from where a measure is counted and where a dimension stands.

Decision. Context: no dashboard can keep every measure by every pair of dimensions, and a report of eight years must cost what its plain
SQL costs. Choice: the database groups, and nothing but the cells of the table comes back; parameters are bound, and only the tables that a
split needs are joined. A count is about nobody, so files of every sensitivity are in it. Price: it reads the records of its period, which
is a second or so for all there are; pages that open often read kept figures (`figures.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, case, func, literal, literal_column, select

from adapters.database.cases import CASE
from adapters.database.clients import CLIENT
from adapters.database.lanes import ANYWHERE, Driver, centres_setting
from adapters.database.partners import SERVICES
from adapters.database.schema import moment
from adapters.database.scope import bound, in_centres
from adapters.database.sources import OF_CASE, OF_CLIENT, SOURCES, Source
from adapters.database.statements import Prepared
from domain.identity import Scope
from domain.reports import dimensions
from domain.reports.dimensions import UNKNOWN, Dimension, band_names, number_of, time_name
from domain.reports.measures import Measure
from domain.reports.question import MOST_BANDS, Answer, Keys, Question, answered
from domain.values import day_of

_BANDS = tuple(bindparam(f"band{place}", type_=Integer()) for place in range(1, MOST_BANDS))

_SERVICES = Prepared(select(SERVICES.table.c.id, SERVICES.table.c.name))


def _column(source: Source, by: Dimension) -> Any:
    if by in dimensions.TIMES:
        return source.month // literal_column(str(dimensions.TIMES[by]), Integer())
    if by is Dimension.centre:
        return source.table.c.centre
    if by is Dimension.age:
        return _band(source.month // literal_column("12", Integer()) - CLIENT.c.birth_year - literal_column("1", Integer()))
    return next(its[by] for its in (source.own, OF_CASE, OF_CLIENT) if by in its)


def _band(age: Any) -> Any:
    """Its place among the bands. Bounds that are not asked for are null, which no age reaches."""
    reached = [(age >= low, literal_column(str(place), Integer())) for place, low in reversed(list(enumerate(_BANDS, 1)))]
    return case((CLIENT.c.birth_year.is_(None), literal_column("NULL", Integer())), *reached, else_=literal_column("0", Integer()))


def _joined(source: Source, splits: tuple[Dimension, ...]) -> Any:
    """Only what the splits need beside the records that are counted."""
    its = source.table if source.joined is None else source.joined
    elsewhere = [by for by in splits if by not in source.own]
    if source.table is not CASE and any(by in dimensions.CASE for by in elsewhere):
        its = its.join(CASE, CASE.c.id == (source.table.c.case_id if source.case is None else source.case))
    if source.table is not CLIENT and any(by in dimensions.PERSON for by in elsewhere):
        its = its.join(CLIENT, CLIENT.c.id == source.table.c.client_id)
    return its


@lru_cache(maxsize=512)
def statement(measure: Measure, splits: tuple[Dimension, ...]) -> Prepared:
    """The cells are made within, grouped without: so the database is given each expression once."""
    source = SOURCES[measure]
    keys = [_column(source, by).label(f"key{place}") for place, by in enumerate(splits)]
    made = [*keys, literal(1).label("one") if source.n is None else source.n.label("one")]
    if source.once is not None:
        made.append(func.row_number().over(partition_by=source.once, order_by=(source.at, source.table.c.id)).label("nth"))
    within = select(*made).select_from(_joined(source, splits)).where(in_centres(source.table), *source.period, *source.where).subquery()
    n = func.count() if source.n is None else func.sum(within.c.one)
    whole = select(*(within.c[key.name] for key in keys), n).select_from(within).group_by(*(within.c[key.name] for key in keys))
    return Prepared(whole if source.once is None else whole.where(within.c.nth == 1))


def _values(question: Question, as_of: datetime) -> dict[str, Any]:
    bands = dict.fromkeys((bind.key for bind in _BANDS), None) | {f"band{place}": low for place, low in enumerate(question.bands) if place}
    period = {"first": question.begins, "until": question.until, "last_month": number_of(question.last)}
    days = {"first_day": day_of(question.begins), "until_day": day_of(question.until), "today": day_of(as_of)}
    return {**bands, **period, **days}


def _named(question: Question, keys: tuple[Any, ...]) -> Keys:
    return tuple(_name(by, key, question) for by, key in zip(question.splits, keys, strict=True))


def _name(by: Dimension, key: Any, question: Question) -> str:
    if key is None:
        return UNKNOWN
    if by in dimensions.TIMES:
        return time_name(by, key)
    return band_names(question.bands)[key] if by is Dimension.age else str(key)


_NOW = Prepared(select(moment()))


class SqlMeasureViews:
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def ask(self, scope: Scope, question: Question) -> Answer:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            as_of: datetime = (await lane.rows(_NOW, {}))[0][0]
            values = {**bound(scope), **_values(question, as_of)}
            rows = await lane.rows(statement(question.measure, question.splits), values)
        counts = [(_named(question, row[:-1]), int(row[-1] or 0)) for row in rows]
        return answered(question, scope.centres, as_of, counts)

    async def services(self) -> Mapping[str, str]:
        async with self._driver.reading(ANYWHERE) as lane:
            return {str(id): name for id, name in await lane.rows(_SERVICES, {})}
