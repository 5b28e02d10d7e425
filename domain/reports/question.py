"""A question to the figures: a measure, split by at most two dimensions, over whole months; and its answer, a table with its margins.

Decision. Context: whoever sees counts only, without the people behind them, must not be able to work out a single one. Choice: for such
readers each table is protected as an evidence table is (k = 11, with companions), over quarters that are over, in the fixed bands of age,
and each question is a line of the trail. Price: one question is not held against those asked before it, as releases of evidence are: this
is for members of the house, and what leaves for research goes by way of evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise, product
from typing import Protocol
from uuid import UUID

from domain.errors import Invalid
from domain.evidence.columns import ANY
from domain.evidence.tables import Protection, filled, protected
from domain.identity import Role, Scope
from domain.periods import begin_of, end_of
from domain.reports.dimensions import BANDS, TIMES, UNKNOWN, Dimension, band_names, number_of, times
from domain.reports.measures import MEASURES, Measure
from domain.values import CentreCode, day_of

MOST_SPLITS, MOST_BANDS, OLDEST = 2, 12, 120
LONGEST = 240
"""Months in one question."""
FINEST = 600
"""Cells of a table that is protected: beyond that, nearly all of it would be blank."""

COUNTS_ONLY = (Role.analyst,)
"""Who sees counts without the people in them: small cells are held back from them, and reports are as they leave the house."""


class BadMonths(Invalid):
    """A period is whole months, the first before the last, at most twenty years."""

    next = "Write months like 2026-01 and 2026-12."


class TooManySplits(Invalid):
    """A count is split by at most two things, and not twice by the same."""

    next = "Take one of them out; ask the rest as a second question."


class DoesNotFit(Invalid):
    """This count cannot be split by that."""

    next = "Choose one of those that are listed with the count."


class BadBands(Invalid):
    """Bands of age are at most twelve lower bounds in rising order, none over 120."""

    next = "Write the lower bounds, like 0, 18, 25, 35, 60."


class WholeQuarters(Invalid):
    """You see counts without the people in them: these are whole quarters that are over, not split by month."""

    next = "Begin with the first month of a quarter, end with the last one of a quarter that is over."


class BandsFixed(Invalid):
    """You see counts without the people in them: their bands of age are fixed."""

    next = "Leave the bands of age as they are."


class TooFine(Invalid):
    """So fine a table would be blank nearly everywhere, because small numbers are held back."""

    next = "Split by less, or choose a shorter period."


def bands_of(text: str) -> tuple[int, ...]:
    """Lower bounds as people write them, `0, 18, 25`; the usual ones where nothing is written. Raises BadBands."""
    parts = text.replace("،", ",").replace(",", " ").split()
    if not all(part.isdecimal() and len(part) <= len(str(OLDEST)) for part in parts):
        raise BadBands(field="bands")
    return tuple(int(part) for part in parts) or BANDS


@dataclass(frozen=True, slots=True)
class Question:
    """Months are `2026-11`, both counted. `bands` are lower bounds of age; no `centres` are all in reach. Built-in reports ask narrower:
    `only` where these values hold, and what has a share in `project`."""

    measure: Measure
    splits: tuple[Dimension, ...]
    first: str
    last: str
    bands: tuple[int, ...] = BANDS
    centres: tuple[CentreCode, ...] = ()
    only: tuple[tuple[Dimension, tuple[str, ...]], ...] = ()
    project: UUID | None = None

    def check(self) -> "Question":
        """As it is asked: bands begin with nought. Raises BadMonths, TooManySplits, DoesNotFit, BadBands."""
        self._check_months()
        if len(self.splits) > MOST_SPLITS or len(set(self.splits)) < len(self.splits):
            raise TooManySplits(field="splits")
        if not {*self.splits, *(by for by, _ in self.only)} <= set(MEASURES[self.measure].fits):
            raise DoesNotFit(field="splits")
        bands = self.bands if self.bands[:1] == (0,) else (0, *self.bands)
        if len(bands) > MOST_BANDS or any(low >= high for low, high in pairwise(bands)) or bands[-1] > OLDEST:
            raise BadBands(field="bands")
        return replace(self, bands=bands)

    def _check_months(self) -> None:
        for field, month in (("first", self.first), ("last", self.last)):
            year, _, place = month.partition("-")
            if not (len(year) == 4 and len(place) == 2 and month.isascii() and year.isdigit() and place.isdigit()):
                raise BadMonths(field=field)
            if not (year >= "1900" and "01" <= place <= "12"):
                raise BadMonths(field=field)
        if not 0 <= number_of(self.last) - number_of(self.first) < LONGEST:
            raise BadMonths(field="last")

    def check_held(self, today: date) -> None:
        """For whoever is answered with small cells held back. Raises WholeQuarters, BandsFixed."""
        whole = number_of(self.first) % 3 == 0 and number_of(self.last) % 3 == 2
        if not whole or day_of(self.until) > today or Dimension.month in self.splits:
            raise WholeQuarters(field="last")
        if self.bands != BANDS:
            raise BandsFixed(field="bands")

    @property
    def begins(self) -> datetime:
        return begin_of(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return end_of(self.last)


Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """`n` is none where it is held back. In a total, `*` stands for everything of that split."""

    keys: Keys
    n: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`rows` are the cells in which there is something, `totals` their sums, `axes` the values of each split in the order in which they are
    shown. `held` says that small cells are held back."""

    question: Question
    centres: tuple[CentreCode, ...]
    as_of: datetime
    axes: tuple[tuple[str, ...], ...]
    rows: tuple[Cell, ...]
    totals: tuple[Cell, ...]
    held: bool = False

    @property
    def total(self) -> int | None:
        return next((cell.n for cell in self.totals if set(cell.keys) <= {ANY}), 0)

    def table(self) -> dict[Keys, int | None]:
        """Every cell and every sum that is not nought, by its keys."""
        return {cell.keys: cell.n for cell in (*self.rows, *self.totals)}


def hold(answer: Answer) -> Answer:
    """The same for whoever must not learn a small cell: takes up to a second of reckoning. Raises TooFine."""
    counts = [(cell.keys, cell.n or 0) for cell in answer.rows]
    return answered(answer.question, answer.centres, answer.as_of, counts, held=True)


def answered(
    question: Question, centres: tuple[CentreCode, ...], as_of: datetime, counts: Iterable[tuple[Keys, int]], *, held: bool = False
) -> Answer:
    """Raises TooFine where a table that is to be protected is too large for it."""
    found: dict[Keys, int] = {}
    for keys, n in counts:
        found[keys] = found.get(keys, 0) + n
    found = {keys: n for keys, n in found.items() if n}
    axes = tuple(_axis(question, place, found) for place in range(len(question.splits)))
    table = _held(found, axes) if held else {**added(found.items())}
    order = {keys: place for place, keys in enumerate(product(*((*axis, ANY) for axis in axes)))}
    cells = [Cell(keys, table[keys]) for keys in sorted(table, key=order.__getitem__) if table[keys] != 0]
    totals = tuple(cell for cell in cells if not cell.keys or ANY in cell.keys)
    rows = tuple(cell for cell in cells if ANY not in cell.keys)
    return Answer(question, centres, as_of, axes, rows, totals, held)


def added(counts: Iterable[tuple[Keys, int]]) -> dict[Keys, int]:
    """Every cell and every sum."""
    table: dict[Keys, int] = {}
    for keys, n in counts:
        for cell in product(*((key, ANY) for key in keys)):
            table[cell] = table.get(cell, 0) + n
    return table


def _held(found: Mapping[Keys, int], axes: Sequence[Sequence[str]]) -> dict[Keys, int | None]:
    size = 1
    for axis in axes:
        size *= len(axis)
    if size > FINEST:
        raise TooFine(field="splits")
    return protected(filled(found), Protection())


def _axis(question: Question, place: int, found: Mapping[Keys, int]) -> tuple[str, ...]:
    """Times and ages without gaps and in their order; all else the largest first. What is not known stands last."""
    by = question.splits[place]
    sums: dict[str, int] = {}
    for keys, n in found.items():
        sums[keys[place]] = sums.get(keys[place], 0) + n
    if by in TIMES:
        return tuple(times(by, question.first, question.last))
    names = band_names(question.bands) if by is Dimension.age else sorted(sums.keys() - {UNKNOWN}, key=lambda key: (-sums[key], key))
    return (*names, *((UNKNOWN,) if UNKNOWN in sums else ()))


class MeasureViews(Protocol):
    async def ask(self, scope: Scope, question: Question) -> Answer:
        """Exact, of all centres of the scope, in one statement. The question was checked."""
        ...

    async def ask_all(self, scope: Scope, questions: Sequence[Question]) -> list[tuple[Answer, Mapping[Keys, int]]]:
        """One statement each, all as of one moment; of each cell of a project's the sum of its shares, in hundredths."""
        ...

    async def named(self) -> Mapping[str, str]:
        """What each service is called, by its id."""
        ...
