"""A table of counts with its margins, from which no suppressed cell can be computed.

Decision. Context: a cell of 1 to 10 is blank, but a row's sum less its other cells fills it in again. Choice: after those cells, further
ones are suppressed until three things hold: in each sum what is blank makes up at least k, no linear combination of the sums yields a
blank (looked for by elimination, in a field of whole numbers), and what the sums leave possible is more than one number. Blank cells all
look alike. Price: some large cells are blank too, and sums of a small table may be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import product

from domain.errors import Conflict
from domain.evidence.anonymity import K, Nodes
from domain.evidence.columns import ANY

PRIME = (1 << 61) - 1
"""Elimination counts in whole numbers below this: exact, and never a fraction."""
ROUNDS = 60
"""Bounds that have not met after so many go on narrowing by ones and twos."""

Cells = dict[Nodes, int | None]
Sum = tuple[Nodes, tuple[Nodes, ...]]
"""A cell and those it is the sum of."""


class GivenAway(Conflict):
    """What earlier tables tell leaves nothing in this one that could be hidden."""

    next = "Ask for quarters that were not released before, or hand out the earlier release as it is."


@dataclass(frozen=True, slots=True)
class Protection:
    """What is done to a table; all of it, but in a test of what each part is for."""

    k: int = K
    complementary: bool = True


def counted(rows: Sequence[Nodes]) -> Cells:
    """Every combination of values that occur, and every margin."""
    return filled(Counter(rows))


def filled(counts: Mapping[Nodes, int]) -> Cells:
    """The same of what was counted already."""
    if not counts:
        return {}
    found: Counter[Nodes] = Counter()
    for row, n in counts.items():
        for cell in product(*((node, ANY) for node in row)):
            found[cell] += n
    width = len(next(iter(counts)))
    values = [sorted({row[at] for row in counts}) for at in range(width)]
    return {cell: found[cell] for cell in product(*((*its, ANY) for its in values))}


def sums(cells: Cells) -> Iterator[Sum]:
    """Every equation that a reader of the table can write down."""
    width = len(next(iter(cells), ()))
    values = [sorted({cell[at] for cell in cells} - {ANY}) for at in range(width)]
    for cell in cells:
        for at in range(width):
            if cell[at] == ANY:
                yield cell, tuple((*cell[:at], value, *cell[at + 1 :]) for value in values[at])


@dataclass(frozen=True, slots=True)
class Around:
    """What earlier tables add to the system: their cells, blank or not, under the names of this table's where the two are the same, and
    their sums."""

    cells: Cells = field(default_factory=dict)
    lines: tuple[Sum, ...] = ()


def protected(cells: Cells, protection: Protection = Protection(), around: Around = Around()) -> Cells:
    """The table as it may leave: None where a cell is suppressed. Cells that come suppressed, or are blank in `around`, stay so; what is
    known from there hides nothing. Raises GivenAway where nothing that could still be blanked would help."""
    blank = {cell for cell, n in around.cells.items() if n is None} | {cell for cell, n in cells.items() if 0 < (n or 0) < protection.k}
    own: Cells = {cell: None if cell in blank else n for cell, n in cells.items()}
    known = {cell: n for cell, n in around.cells.items() if n is not None}
    made, free = {**dict.fromkeys(around.cells), **own, **known}, cells.keys() - known.keys()
    lines = [*sums(own), *around.lines]
    while protection.complementary and (weak := _weak(made, cells, lines, protection.k)):
        more = {found for near in weak if (found := _smallest(near, made, free)) is not None}
        if not more:
            if around.cells:
                raise GivenAway()
            break
        made.update(dict.fromkeys(more))
    return {cell: None if made[cell] is None else n for cell, n in own.items()}


def _weak(made: Cells, true: Cells, lines: Sequence[Sum], k: int) -> list[tuple[Nodes, ...]]:
    """For each sum or blank that gives something away, the cells among which a companion would help."""
    weak = [(whole, *parts) for whole, parts in lines if _light(made, true, whole, parts, k)]
    for cell in computed(made, lines):
        weak.append(tuple(other for whole, parts in lines if cell == whole or cell in parts for other in (whole, *parts)))
    return weak


def _light(made: Cells, true: Cells, whole: Nodes, parts: Sequence[Nodes], k: int) -> bool:
    """Whether what this sum leaves blank is so little that it is itself a small cell."""
    blank = [true.get(part) for part in parts if made[part] is None]
    return bool(blank) and made[whole] is not None and sum(n or 0 for n in blank) < k and None not in blank


def _smallest(near: Sequence[Nodes], made: Cells, free: Set[Nodes]) -> Nodes | None:
    """Parts before wholes, and no zero, which hides nothing."""
    found = [(other.count(ANY), n, other) for other in near if other in free and (n := made[other])]
    return min(found)[2] if found else None


def computed(made: Cells, lines: Sequence[Sum]) -> list[Nodes]:
    """The suppressed cells that the sums give away: by elimination, or because one number alone is possible."""
    blank = [cell for cell, n in made.items() if n is None]
    return list(dict.fromkeys([*_by_elimination(blank, made, lines), *_by_bounds(made, lines)]))


def _by_elimination(blank: Sequence[Nodes], made: Cells, lines: Sequence[Sum]) -> list[Nodes]:
    """A cell is known where its row of the reduced system holds nothing else."""
    reduced: dict[Nodes, dict[Nodes, int]] = {}
    for whole, parts in lines:
        row = {cell: sign for cell, sign in ((whole, PRIME - 1), *((part, 1) for part in parts)) if made[cell] is None}
        for pivot in [cell for cell in row if cell in reduced]:
            _subtract(row, reduced[pivot], row[pivot])
        if not row:
            continue
        pivot = next(iter(row))
        scale = pow(row[pivot], -1, PRIME)
        row = {cell: n * scale % PRIME for cell, n in row.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        reduced[pivot] = row
    return [cell for cell in blank if cell in reduced and len(reduced[cell]) == 1]


def _subtract(row: dict[Nodes, int], other: dict[Nodes, int], times: int) -> None:
    for cell, n in other.items():
        left = (row.get(cell, 0) - times * n) % PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _by_bounds(made: Cells, lines: Sequence[Sum]) -> list[Nodes]:
    """What each sum leaves possible, narrowed until nothing moves. A blank is at least one: nobody blanks a zero."""
    low = {cell: 1 if n is None else n for cell, n in made.items()}
    most = sum(n or 0 for n in made.values()) + len(made) * K * K
    high = {cell: most if n is None else n for cell, n in made.items()}
    for _ in range(ROUNDS):
        moved = False
        for whole, parts in lines:
            least, largest = sum(low[part] for part in parts), sum(high[part] for part in parts)
            bounds = [(whole, least, largest)]
            bounds += [(part, low[whole] - (largest - high[part]), high[whole] - (least - low[part])) for part in parts]
            for cell, lower, upper in bounds:
                if made[cell] is None and (lower > low[cell] or upper < high[cell]):
                    low[cell], high[cell], moved = max(lower, low[cell]), min(upper, high[cell]), True
        if not moved:
            break
    return [cell for cell, n in made.items() if n is None and low[cell] == high[cell]]
