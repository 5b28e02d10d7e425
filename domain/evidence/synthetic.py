"""Synthetic data: lines that are nobody's, alike in their shares to those of the people who consented, made with differential privacy.

Decision. Context: CTDC publishes its records so, by the engine taken here (PAC, counts of one and of two columns with noise). Choice: what
people of one centre and overlapping quarters may give away is a budget, epsilon 4 in all, whoever asks under whichever request; delta is
one in a million. How near the lines come is told in the house and not in the file: single columns value by value, small ones held back,
pairs by their mean difference. Price: with few people the noise is louder than they are, so fewer than a hundred are refused; and where it
drowns every line, the release that says so has spent its part of the budget, for that nothing came out says something too.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp
from typing import Protocol

from domain.errors import Conflict, Invalid, Unavailable
from domain.evidence.columns import ANY, Column
from domain.evidence.tables import filled, protected

BUDGET, DELTA = 4, 1e-6
LEAST = 100
"""People, below whom the noise is all that is seen."""
Row = tuple[str, ...]


class NoSynthesizer(Unavailable):
    """Synthetic data cannot be made here: the engine is not installed."""

    next = "Have the extra `synthetic` installed (docs/evidence.md)."


class BadBudget(Invalid):
    """Epsilon is a whole number from 1 to 4: the smaller, the less is given away and the farther the shares are off."""

    next = "Choose 4 for one release, or less to keep some for later."


class BudgetSpent(Conflict):
    """What the people of these quarters may give away is spent by earlier synthetic releases."""

    next = "Hand out an earlier one, or ask for quarters of which none was made."


class Synthesizer(Protocol):
    @property
    def ready(self) -> bool:
        """Whether the engine is there."""
        ...

    def made(self, columns: Sequence[str], rows: Sequence[Row], epsilon: int, delta: float) -> list[Row]:
        """No line where the noise drowns them all; empty where a line says nothing of a column. Raises NoSynthesizer."""
        ...


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a column. `true` is none where it is held back."""

    column: Column
    value: str
    true: float | None
    synthetic: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How far the shares of two columns together are off: the mean over all combinations of values."""

    columns: tuple[Column, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class Utility:
    """For the house, not for the file: true shares are not protected by the noise."""

    shares: tuple[Share, ...]
    pairs: tuple[Fit, ...]
    mean: float


def check_budget(epsilon: int | None, spent: int) -> int:
    """Raises BadBudget, BudgetSpent."""
    if epsilon is None or not 1 <= epsilon <= BUDGET:
        raise BadBudget(field="epsilon")
    if spent + epsilon > BUDGET:
        raise BudgetSpent()
    return epsilon


def in_plain_words(epsilon: int) -> str:
    return f"whether any one person was in the data changes the odds of anything seen here by a factor of {exp(epsilon):.0f} at most"


def utility(columns: tuple[Column, ...], true: Sequence[Row], synthetic: Sequence[Row]) -> Utility:
    """The overall mean is over every single column and every pair."""
    shares: list[Share] = []
    apart: list[float] = []
    pairs: list[Fit] = []
    for at, column in enumerate(columns):
        counts: Counter[Row] = Counter((row[at],) for row in true)
        made = Counter(row[at] for row in synthetic)
        held = protected(filled(counts))
        for value in sorted({*made, *(one[0] for one in counts)}):
            n, its = held.get((value,), 0), made[value] / len(synthetic)
            shares.append(Share(column, value, None if n is None or held[(ANY,)] is None else n / len(true), its))
            apart.append(abs(counts[(value,)] / len(true) - its))
    for one, other in combinations(range(len(columns)), 2):
        both, drawn = [Counter((row[one], row[other]) for row in rows) for rows in (true, synthetic)]
        off = [abs(both[key] / len(true) - drawn[key] / len(synthetic)) for key in both | drawn]
        pairs.append(Fit((columns[one], columns[other]), sum(off) / len(off)))
        apart += off
    return Utility(tuple(shares), tuple(pairs), sum(apart) / len(apart))
