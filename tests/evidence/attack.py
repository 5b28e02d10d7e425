"""An attacker with all that was ever released, and a list of people they know: what can be computed, and who can be singled out.

It reads files and margins only, and is written apart from the rules it attacks: fractions instead of a prime field, every region of the
ladders instead of a list of groups.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations, product
from random import Random

from domain import reference
from domain.evidence.anonymity import Line, Nodes
from domain.evidence.columns import ANY, Column, Person, base, ladder
from domain.evidence.tables import Cells

KNOWN = (Column.gender, Column.age, Column.province, Column.registered)
TOLD = (Column.case_kind,)


def population(number: int, seed: int, years: Sequence[int] = (2024, 2025)) -> tuple[Person, ...]:
    """Made-up people, as unevenly spread as real ones: few transgender people, few elderly, few from small provinces."""
    dice = Random(seed)
    provinces: dict[str, str] = {}
    for code, district in reference.districts().items():
        provinces.setdefault(district.province, code)
    districts = [*provinces.values(), None]
    weights = [2.0**-place for place in range(len(districts))]
    return tuple(
        Person(
            gender=dice.choices(("male", "female", "transgender"), (60, 38, 2))[0],
            birth_year=dice.choices((None, 1950, 1968, 1980, 1990, 2000, 2006, 2012), (3, 2, 8, 17, 30, 25, 10, 5))[0],
            district=dice.choices(districts, weights)[0],
            migration_stage=dice.choices(("prospective", "returnee", "abroad"), (70, 25, 5))[0],
            registered=date(dice.choice(list(years)), dice.randint(1, 12), dice.randint(1, 28)),
            case_kind=dice.choices(("pre_departure", "return_reintegration", "protection", None), (60, 25, 10, 5))[0],
            risk=dice.choices(("low", "medium", "high"), (70, 25, 5))[0],
        )
        for _ in range(number)
    )


def lines_of(people: Iterable[Person], known: tuple[Column, ...] = KNOWN, told: tuple[Column, ...] = TOLD) -> list[Line]:
    return [Line(base(one, known), base(one, told)) for one in people]


def solved(cells: Cells) -> dict[Nodes, Fraction]:
    """Every blank cell that follows from the sums, by elimination over fractions."""
    blank = [cell for cell, n in cells.items() if n is None]
    place = {cell: at for at, cell in enumerate(blank)}
    rows: list[dict[int, Fraction]] = []
    end = len(blank)
    for cell in cells:
        for at in (at for at, node in enumerate(cell) if node == ANY):
            parts = [other for other in cells if other[at] != ANY and other[:at] == cell[:at] and other[at + 1 :] == cell[at + 1 :]]
            row: dict[int, Fraction] = defaultdict(Fraction)
            for other, sign in ((cell, -1), *((part, 1) for part in parts)):
                n = cells[other]
                if n is None:
                    row[place[other]] += sign
                else:
                    row[end] -= sign * n
            rows.append({key: value for key, value in row.items() if value})
    return {blank[key]: row.get(end, Fraction(0)) for key, row in _reduced(rows, end).items() if set(row) <= {key, end}}


def _reduced(rows: Iterable[dict[int, Fraction]], end: int) -> dict[int, dict[int, Fraction]]:
    made: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        for pivot in [key for key in row if key in made]:
            row = _less(row, made[pivot], row[pivot])
        pivots = [key for key in row if key != end]
        if not pivots:
            continue
        pivot = pivots[0]
        row = {key: value / row[pivot] for key, value in row.items()}
        made = {key: _less(other, row, other[pivot]) if pivot in other else other for key, other in made.items()}
        made[pivot] = row
    return made


def _less(row: Mapping[int, Fraction], other: Mapping[int, Fraction], times: Fraction) -> dict[int, Fraction]:
    keys = {**row, **other}
    made = {key: row.get(key, Fraction(0)) - times * other.get(key, Fraction(0)) for key in keys}
    return {key: value for key, value in made.items() if value}


def recovered(cells: Cells, true: Cells) -> dict[Nodes, int]:
    """The suppressed cells whose number the attacker now has."""
    return {cell: int(n) for cell, n in solved(cells).items() if n == true[cell]}


@dataclass(frozen=True, slots=True)
class Handed:
    """One extract, as its reader has it: its columns, the quarters it is about, and how many lines look so."""

    columns: tuple[Column, ...]
    quarters: frozenset[str]
    counts: Mapping[Nodes, int]


def handed(columns: tuple[Column, ...], quarters: Iterable[str], lines: Iterable[Line]) -> Handed:
    return Handed(columns, frozenset(quarters), Counter(line.known for line in lines))


def _filters(one: Handed) -> dict[tuple[tuple[Column, str], ...], int]:
    """Every filter on every column, and how many lines pass it. The quarters are those of the filter, whatever they are called."""
    found: Counter[tuple[tuple[Column, str], ...]] = Counter()
    for nodes, n in one.counts.items():
        passes = set()
        for steps in product(*(ladder(column, node) for column, node in zip(one.columns, nodes, strict=True))):
            its = dict(zip(one.columns, steps, strict=True))
            when = its.pop(Column.registered, ANY)
            inside = sorted(quarter for quarter in one.quarters if when == ANY or quarter.startswith(when))
            passes.add((*((column, node) for column, node in sorted(its.items()) if node != ANY), (Column.registered, " ".join(inside))))
        found.update(dict.fromkeys(passes, n))
    return found


def few_by_differencing(given: Sequence[Handed], k: int) -> list[tuple[tuple[Column, str], ...]]:
    """Every pair of filters of every two extracts whose people are the one's within the other's, and that differ by fewer than k."""
    found = []
    for one, other in combinations([_filters(one) for one in given], 2):
        by_region: dict[tuple[tuple[Column, str], ...], list[tuple[set[str], int]]] = defaultdict(list)
        for region, n in other.items():
            by_region[region[:-1]].append((set(region[-1][1].split()), n))
        for region, n in one.items():
            mine = set(region[-1][1].split())
            found += [region for its, m in by_region[region[:-1]] if (mine <= its or its <= mine) and 0 < abs(n - m) < k]
    return found


def singled_out(people: Iterable[Person], lines: Sequence[Line], columns: tuple[Column, ...], k: int) -> Iterator[tuple[Person, int]]:
    """Whoever on the attacker's list fits some lines but fewer than k; their own is one of them at most."""
    groups = Counter(line.known for line in lines)
    for person in people:
        mine = base(person, columns)
        fits = [
            n
            for nodes, n in groups.items()
            if all(node in ladder(column, own) for column, node, own in zip(columns, nodes, mine, strict=True))
        ]
        if fits and min(fits) < k:
            yield person, min(fits)


def told_of(people: Iterable[Person], lines: Sequence[Line], columns: tuple[Column, ...]) -> list[Person]:
    """Whoever fits lines that all say the same of a sensitive column: they need not be singled out to be known."""
    values: dict[Nodes, set[Nodes]] = defaultdict(set)
    for line in lines:
        values[line.known].add(line.told)
    alike = {nodes for nodes, told in values.items() if len(told) == 1}
    return [
        one for one in people if any(all(n in ladder(c, o) for c, n, o in zip(columns, a, base(one, columns), strict=True)) for a in alike)
    ]
