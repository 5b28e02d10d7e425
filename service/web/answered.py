"""An answer of the figures as a page shows it: a table of at most so many columns, its names in the reader's language, and a drawing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from domain import reference
from domain.cases import CaseKind, Outcome, Risk, Stage
from domain.clients import MigrationStage
from domain.contacts import Channel
from domain.counselling import SessionChannel
from domain.countries import country_name
from domain.evidence.columns import ANY
from domain.incoming.steps import IncomingState
from domain.outreach import OutreachKind
from domain.partners.declining import DeclineCode
from domain.partners.times import Urgency
from domain.referrals.steps import State
from domain.reintegration.reviews import Round
from domain.reporting import Names
from domain.reports.dimensions import TIMES, UNKNOWN, Dimension
from domain.reports.question import Answer
from domain.topics import SessionTopic
from domain.values import Gender
from service.web.catalogue import Words, mark
from service.web.charts import KINDS, Bar, Lines, bars, lines
from service.web.labels import LABELS

COLUMNS = 10
"""More do not fit on a page; then the table runs down."""
ROWS = 500
"""A file holds them all."""
NOT_KNOWN = mark("not known")
HELD_BACK = mark("held back")
_D = Dimension
_CODES: Mapping[Dimension, tuple[type[StrEnum], ...]] = {
    _D.sex: (Gender,),
    _D.migration_stage: (MigrationStage,),
    _D.case_kind: (CaseKind,),
    _D.risk: (Risk,),
    _D.stage: (Stage,),
    _D.outcome: (Outcome,),
    _D.channel: (Channel, SessionChannel),
    _D.round: (Round,),
    _D.topic: (SessionTopic,),
    _D.urgency: (Urgency,),
    _D.state: (State, IncomingState),
    _D.event: (OutreachKind,),
    _D.decline_code: (DeclineCode,),
}


@cache
def _code_names(by: Dimension) -> Mapping[str, str]:
    return {code: name for kind in reversed(_CODES.get(by, ())) for code, name in LABELS[kind].items()}


@dataclass(frozen=True, slots=True)
class Row:
    """`drawn` is the bar of its sum."""

    names: tuple[str, ...]
    cells: tuple[str, ...]
    total: str
    drawn: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are empty where the table runs down; `left_out` rows are in the file alone."""

    heads: tuple[Dimension, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: tuple[str, ...]
    total: str
    left_out: int
    flow: Lines | None
    flow_kinds: tuple[tuple[str, str], ...]


class Namer:
    """What the value of a split is called."""

    def __init__(self, words: Words, names: Names, named: Mapping[str, str]) -> None:
        self._words, self._named = words, named
        self._people = {str(id): one.name for id, one in names.staff.items()}
        self._partners = {str(id): one.name for id, one in names.partners.items()}

    def __call__(self, by: Dimension, key: str) -> str:
        if key == UNKNOWN:
            return self._words(NOT_KNOWN)
        if by in _CODES:
            return self._words(_code_names(by).get(key, key))
        named: dict[Dimension, Callable[[], str | None]] = {
            _D.counsellor: lambda: self._people.get(key),
            _D.partner: lambda: self._partners.get(key),
            _D.country: lambda: country_name(key),
            _D.service: lambda: self._named.get(key),
            _D.project: lambda: self._named.get(key),
            _D.province: lambda: next((self._words(one.name) for code, one in reference.provinces().items() if code == key), None),
            _D.district: lambda: found.name if (found := reference.districts().get(key)) else None,
            _D.instrument: lambda: self._words(found.title) if (found := reference.instruments().get(key)) else None,
        }
        if by not in named:
            return key
        return named[by]() or self._words(NOT_KNOWN)


def table(answer: Answer, words: Words, name: Namer) -> Table:
    """The longer of two splits runs down, the shorter across; where both are long, each cell is a line."""
    cells, splits, axes = answer.table(), answer.question.splits, answer.axes
    held = words(HELD_BACK)

    def said(keys: tuple[str, ...]) -> str:
        n = cells.get(keys, 0)
        return held if n is None else str(n)

    total = said((ANY,) * len(splits))
    if len(splits) < 2:
        keys = [(key,) for key in axes[0]] if splits else []
        drawn = bars([cells.get(key, 0) or 0 for key in keys])
        rows = tuple(Row((name(splits[0], key[0]),), (), said(key), (bar,)) for key, bar in zip(keys, drawn, strict=True))
        return Table(splits, (), rows[:ROWS], (), total, max(0, len(rows) - ROWS), *_flow(answer, name))
    turned = len(axes[0]) < len(axes[1]) and splits[0] not in TIMES
    down, across = (axes[1], axes[0]) if turned else (axes[0], axes[1])
    heads = (splits[1], splits[0]) if turned else splits

    def key(one: str, other: str) -> tuple[str, str]:
        return (other, one) if turned else (one, other)

    if len(across) > COLUMNS:
        lines_ = tuple(cell.keys for cell in answer.rows)
        drawn = bars([cells[keys] or 0 for keys in lines_])
        named = [tuple(name(by, part) for by, part in zip(splits, keys, strict=True)) for keys in lines_]
        rows = tuple(Row(its, (), said(keys), (bar,)) for its, keys, bar in zip(named, lines_, drawn, strict=True))
        return Table(splits, (), rows[:ROWS], (), total, max(0, len(rows) - ROWS), *_flow(answer, name))
    drawn = bars([cells.get(key(one, ANY), 0) or 0 for one in down])
    rows = tuple(
        Row((name(heads[0], one),), tuple(said(key(one, other)) for other in across), said(key(one, ANY)), (bar,))
        for one, bar in zip(down, drawn, strict=True)
    )
    columns = tuple(name(heads[1], other) for other in across)
    sums = tuple(said(key(ANY, other)) for other in across)
    return Table(heads, columns, rows[:ROWS], sums, total, max(0, len(rows) - ROWS), *_flow(answer, name))


def _flow(answer: Answer, name: Namer) -> tuple[Lines | None, tuple[tuple[str, str], ...]]:
    """Lines over time, the largest few of the other split. None where something is held back: a gap would be drawn as nothing."""
    splits, cells = answer.question.splits, answer.table()
    place = next((at for at, by in enumerate(splits) if by in TIMES), None)
    if place is None or len(answer.axes[place]) < 2 or answer.held or not answer.rows:
        return None, ()
    times = answer.axes[place]
    if len(splits) == 1:
        return lines(times, {"": [cells.get((at,), 0) or 0 for at in times]}), ()
    other = splits[1 - place]
    largest = answer.axes[1 - place][: len(KINDS)]

    def counted(at: str, one: str) -> int:
        return cells.get((at, one) if place == 0 else (one, at), 0) or 0

    series = {one: [counted(at, one) for at in times] for one in largest}
    return lines(times, series), tuple((kind, name(other, one)) for one, kind in zip(largest, KINDS, strict=False))
