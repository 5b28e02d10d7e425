"""A report as it was made: its figures with their definitions, and what is held back where it leaves the house.

Decision. Context: each table of a report is protected for itself, yet one count may be a part of another in the same report, and the rest
of the two is a cell that nobody protected. Choice: where a part leaves a rest of one to ten people anywhere, the whole table of the part is
held back; times come without their numbers, and none that rest on fewer than eleven; and a report leaves for one period of one cycle
alone. Price: reports are not held against each other: a quarter of one and a year of another can be subtracted, as questions of the report
builder can (`question.py`). What leaves for research goes by way of evidence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product
from typing import Protocol
from uuid import UUID

from domain.errors import Invalid
from domain.evidence.anonymity import K
from domain.evidence.columns import ANY
from domain.partners.directory import PartnerKind
from domain.reports.built_in import REPORTS, BuiltIn, Line, ReportCode, Times, Values
from domain.reports.dimensions import Dimension
from domain.reports.measures import MEASURES, Counts, Measure, Sure
from domain.reports.period import Period
from domain.reports.question import Answer, Cell, Keys, Question, hold
from domain.reports.sheet import Book, FileKind
from domain.values import CentreCode, Language

PART_OF: Mapping[Measure, Measure] = {
    Measure.returnees_registered: Measure.people_registered,
    Measure.screenings_indicated: Measure.screenings,
    Measure.attendances_under_18: Measure.attendances,
    Measure.reviews_reached: Measure.reviews_held,
}
"""What is counted among what, by the same moment."""


class NotItsPeriod(Invalid):
    """This report is not made for such a period."""

    next = "Choose a month, a quarter or a year, as the report's page says."


class NotOutside(Invalid):
    """For outside the house this report is made for one period of one kind, and when it is over."""

    next = "Choose one of the periods that its page offers for outside."


class WhichProject(Invalid):
    """This report is of one project."""

    next = "Choose the project."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: `outside` holds small numbers back. No `centres` are all in reach."""

    code: ReportCode
    period: Period
    outside: bool
    project: UUID | None = None
    centres: tuple[CentreCode, ...] = ()

    @property
    def its(self) -> BuiltIn:
        return REPORTS[self.code]

    def check(self, today: date) -> None:
        """Raises NotItsPeriod, NotOutside, WhichProject."""
        if self.period.cycle not in self.its.cycles:
            raise NotItsPeriod(field="period")
        if self.outside and not (self.period.cycle is self.its.outside and self.period.one and self.period.over(today)):
            raise NotOutside(field="period")
        if self.its.of_project and self.project is None:
            raise WhichProject(field="project")

    def questions(self, partners: Mapping[PartnerKind, Sequence[str]]) -> tuple[Question, ...]:
        """Those of all sections, in their order. `partners` are the ids of each kind."""
        return tuple(self._question(line, partners) for section in self.its.sections for line in section.lines)

    def _question(self, line: Line, partners: Mapping[PartnerKind, Sequence[str]]) -> Question:
        to = tuple(id for kind in line.kinds for id in partners.get(kind, ()))
        only = (*line.only, *(((Dimension.partner, to),) if line.kinds else ()))
        project = self.project if self.its.of_project else None
        asked = Question(line.measure, line.splits, self.period.first, self.period.last, centres=self.centres, only=only, project=project)
        return asked.check()


@dataclass(frozen=True, slots=True)
class Shared:
    """What of a cell is the project's: the sum of its shares, in hundredths of one. None where the count is held back."""

    keys: Keys
    hundredths: int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One count with what it means. `kinds` are the kinds of partners it is narrowed to; its question says what else."""

    measure: Measure
    name: str
    counts: Counts
    sure: Sure
    means: str
    kinds: tuple[PartnerKind, ...]
    answer: Answer
    shares: tuple[Shared, ...] = ()

    @classmethod
    def of(cls, line: Line, answer: Answer, shares: Mapping[Keys, int]) -> "Figure":
        its = MEASURES[line.measure]
        found = tuple(Shared(keys, shares.get(keys, 0)) for keys in answer.table()) if shares else ()
        return cls(line.measure, its.name, its.counts, its.sure, its.means, line.kinds, answer, found)


@dataclass(frozen=True, slots=True)
class Time:
    """How long something took: half, and nine in ten, took at most so many seconds. `n` is on how many it rests, none outside the house."""

    what: str
    partner: str
    n: int | None
    median: int | None
    most: int | None

    def outside(self) -> "Time":
        few = (self.n or 0) < K
        return replace(self, n=None, median=None if few else self.median, most=None if few else self.most)


@dataclass(frozen=True, slots=True)
class Value:
    """A number that is computed: `what` it is and `of` which round or country, both codes; `n` is on how many people it rests, none outside
    the house."""

    what: str
    of: str
    number: float | int | None
    n: int | None

    def outside(self) -> "Value":
        """Nothing where it rests on a few; that it rests on nobody may be said."""
        return replace(self, n=None, number=None if 0 < (self.n or 0) < K else self.number)


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it was made."""

    title: str
    number: int | None
    figures: tuple[Figure, ...]
    times: tuple[Time, ...]
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`names` are those of the ids in it: partners. `project` is its code and name."""

    code: ReportCode
    title: str
    whom: str
    note: str
    period: str
    first: str
    last: str
    as_of: datetime
    centres: tuple[CentreCode, ...]
    outside: bool
    project: str
    parts: tuple[Part, ...]
    names: Mapping[str, str]


Counted = tuple[Answer, Mapping[Keys, int]]
"""An answer, and of each cell the sum of its shares in hundredths; none where no project was asked for."""


def parts_of(
    wanted: Wanted, counted: Sequence[Counted], times: Mapping[Times, Sequence[Time]], values: Mapping[Values, Sequence[Value]]
) -> tuple[Part, ...]:
    """What was counted, in the order of the report. Takes a second or more of reckoning where small cells are held back."""
    found, made = iter(counted), []
    for section in wanted.its.sections:
        figures = tuple(Figure.of(line, *next(found)) for line in section.lines)
        its = times.get(section.times, ()) if section.times else ()
        computed = values.get(section.values, ()) if section.values else ()
        made.append(Part(section.title, section.number, figures, tuple(its), tuple(computed)))
    return held(tuple(made)) if wanted.outside else tuple(made)


def held(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same for outside the house."""
    every = [figure for part in parts for figure in part.figures]
    return tuple(
        replace(
            part,
            figures=tuple(_held(one, every) for one in part.figures),
            times=tuple(one.outside() for one in part.times),
            values=tuple(one.outside() for one in part.values),
        )
        for part in parts
    )


def _held(figure: Figure, every: Sequence[Figure]) -> Figure:
    answer = figure.answer
    if any(_leaves_few(answer, other.answer) for other in every if other is not figure and _among(answer.question, other.answer.question)):
        answer = replace(answer, rows=_blank(answer.rows), totals=_blank(answer.totals), held=True)
    else:
        answer = hold(answer)
    shown = {cell.keys for cell in (*answer.rows, *answer.totals) if cell.n is not None}
    return replace(
        figure, answer=answer, shares=tuple(one if one.keys in shown else replace(one, hundredths=None) for one in figure.shares)
    )


def _blank(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(Cell(cell.keys, None) for cell in cells)


def _among(part: Question, whole: Question) -> bool:
    """Whether all that the one counts is counted by the other too."""
    wider = dict(whole.only)
    narrowed = all(set(dict(part.only).get(by, ())) <= set(values) and by in dict(part.only) for by, values in wider.items())
    if part.measure is whole.measure:
        return narrowed and part.only != whole.only
    return PART_OF.get(part.measure) is whole.measure and narrowed


def _leaves_few(part: Answer, whole: Answer) -> bool:
    return any(0 < n < K for n in _rests(part, whole))


def _rests(part: Answer, whole: Answer) -> Iterator[int]:
    """The whole without the part, in every cell and sum that both tables have."""
    common = [by for by in part.question.splits if by in whole.question.splits]
    parts, wholes = _by(part, common), _by(whole, common)
    for keys, n in wholes.items():
        yield n - parts.get(keys, 0)


def _by(answer: Answer, common: Sequence[Dimension]) -> dict[Keys, int]:
    """Counts by these splits alone, with their sums."""
    places = [answer.question.splits.index(by) for by in common]
    found: dict[Keys, int] = {}
    for cell in answer.rows:
        for keys in product(*((cell.keys[place], ANY) for place in places)):
            found[keys] = found.get(keys, 0) + (cell.n or 0)
    return found


class ReportWriter(Protocol):
    def book(self, report: Report, kind: FileKind, language: Language) -> Book:
        """In words of the language. A CSV holds one table, so its book is one."""
        ...
