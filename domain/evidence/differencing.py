"""What a new release gives away beside the earlier ones: two sums that should be alike and differ by a few are those few.

Decision. Context: each release holds by itself, and yet this year's extract less last year's may be one person; whoever gets one may get
the other. Choice: all that was ever released for a centre is kept as counts, whoever got it, and a new release is compared with each in
every region of the ladders, where one's quarters lie within the other's, and with earlier ones laid side by side. What differs by 1 to
k - 1 is withheld from the new one; where half of it would go it is refused, and says which earlier release stands against it. Where lines
came or went, the sensitive values among them are at least two. Price: the same months are seldom released twice in different shapes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from domain.errors import Conflict
from domain.evidence.anonymity import Line, Nodes
from domain.evidence.columns import ANY, SENSITIVE, Column, Interval, Period, ladder
from domain.evidence.tables import Around, Cells, Protection, Sum, protected, sums

TILES = 8
"""So many earlier releases laid side by side at most."""
ROUNDS = 8
"""Withholding that has not come to rest after so many is not going to."""


class EarlierReleaseTells(Conflict):
    """Beside an earlier release this one would show a few people by themselves."""

    next = "Ask for quarters that were not released before, or hand out the earlier release as it is."


class ShapesMixed(Conflict):
    """Lines and counts over the same column and the same quarters would fill each other's gaps."""

    next = "Leave that column out, or take quarters of which nothing was released."


@dataclass(frozen=True, slots=True)
class Published:
    """The numbers of one release. In an extract (`lines`) each is how many lines look so; in a table it is a cell or a margin, and None
    where that is blank."""

    number: str
    period: Period
    columns: tuple[Column, ...]
    lines: bool
    cells: tuple[tuple[Nodes, int | None], ...]


Place = tuple[tuple[tuple[Column, str], ...], Interval]
"""A region of the ladders, without the columns where anything goes, and its quarters."""
Told = Counter[Nodes]


def _places(published: Published, nodes: Nodes, *, wider: bool) -> Iterator[Place]:
    """The region of this number, and with `wider` all that contain it."""
    ways = [ladder(column, node) if wider else (node,) for column, node in zip(published.columns, nodes, strict=True)]
    seen: dict[Place, None] = {}
    for steps in product(*ways):
        its = dict(zip(published.columns, steps, strict=True))
        when = published.period.within(its.pop(Column.registered, ANY))
        seen[tuple((column, node) for column, node in sorted(its.items()) if node != ANY), when] = None
    yield from seen  # a year and `*` may be the same quarters


def known(published: Published) -> dict[Place, list[Told]]:
    """All that its reader can add up, region by region, told apart by the sensitive values of an extract. A table's margins are numbers
    of their own beside what its cells add up to; over a blank they add up to nothing."""
    hidden = [at for at, column in enumerate(published.columns) if published.lines and column in SENSITIVE]
    added: dict[Place, Told] = defaultdict(Counter)
    found: dict[Place, list[Told]] = defaultdict(list)
    holes: set[Place] = set()
    for nodes, n in published.cells:
        if n is None:
            holes.update(_places(published, nodes, wider=ANY not in nodes))
            continue
        if not published.lines and ANY in nodes:
            found[next(_places(published, nodes, wider=False))].append(Counter({(): n}))
            continue
        told = tuple(nodes[at] for at in hidden)
        shown = tuple(ANY if at in hidden else node for at, node in enumerate(nodes))
        for place in _places(published, shown, wider=True):
            added[place][told] += n
    for place, total in added.items():
        if place not in holes:
            found[place].append(total)
    return found


def _inside(one: Interval, other: Interval) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]


def meet(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last


def _few(one: Told, other: Told, k: int, *, alike: bool) -> bool:
    """Whether the difference of two numbers is a few people, or a group that shares a sensitive value. `alike` is whether both tell the
    same sensitive columns."""
    apart = one.total() - other.total()
    if not alike:
        return 0 < abs(apart) < k
    moved = [value for value in {*one, *other} if one[value] != other[value]]
    several = all(len({value[at] for value in moved}) > 1 for at in range(len(moved[0]))) if moved else True
    return bool(moved) and (abs(apart) < k or not several)


@dataclass(frozen=True, slots=True)
class Leak:
    """A region of a new release where it gives something away, and the earlier releases that help."""

    place: Place
    beside: tuple[str, ...]


def leaks(new: Published, earlier: Sequence[Published], k: int) -> list[Leak]:
    """The smallest regions first."""
    mine = known(new)
    pool: dict[tuple[tuple[Column, str], ...], list[tuple[Interval, Told, str]]] = defaultdict(list)
    found: dict[Place, tuple[str, ...]] = {}
    for one in (one for one in earlier if meet(one.period, new.period)):
        alike = _told_columns(one) == _told_columns(new)
        theirs = known(one)
        for place, numbers in theirs.items():
            pool[place[0]] += [(place[1], told, one.number) for told in numbers]
        found |= dict.fromkeys(_beside(mine, theirs, k, alike=alike), (one.number,))
    for place, beside in _tiled(mine, pool, k):
        found.setdefault(place, beside)
    return [Leak(place, beside) for place, beside in sorted(found.items(), key=lambda it: (-len(it[0][0]), it[0][1][1] - it[0][1][0]))]


def _told_columns(published: Published) -> tuple[Column, ...]:
    return tuple(column for column in published.columns if published.lines and column in SENSITIVE)


def _beside(mine: Mapping[Place, list[Told]], theirs: Mapping[Place, list[Told]], k: int, *, alike: bool) -> Iterator[Place]:
    by_region: dict[tuple[tuple[Column, str], ...], list[tuple[Interval, Told]]] = defaultdict(list)
    for (region, when), numbers in theirs.items():
        by_region[region] += [(when, told) for told in numbers]
    for (region, when), numbers in mine.items():
        for other, told in by_region.get(region, ()):
            near = _inside(when, other) or _inside(other, when)
            if near and any(_few(number, told, k, alike=alike) for number in numbers):
                yield region, when


def _tiled(
    mine: Mapping[Place, list[Told]], pool: Mapping[tuple[tuple[Column, str], ...], list[tuple[Interval, Told, str]]], k: int
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Regions whose quarters several earlier releases cover without a gap between them."""
    for (region, when), numbers in mine.items():
        pieces = [(its[0], its[1], told.total(), name) for its, told, name in pool.get(region, ()) if _inside(its, when) and its != when]
        for total, names in _tilings(when[0], when[1], tuple(pieces), TILES):
            if len(names) > 1 and any(0 < abs(number.total() - total) < k for number in numbers):
                yield (region, when), tuple(sorted(set(names)))


def _tilings(first: int, last: int, pieces: tuple[tuple[int, int, int, str], ...], left: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    if first > last:
        yield 0, ()
    elif left:
        for begins, ends, n, name in dict.fromkeys(pieces):
            if begins == first:
                for total, names in _tilings(ends + 1, last, pieces, left - 1):
                    yield total + n, (name, *names)


def _within(one: Place, other: Place) -> bool:
    """Whether a region lies inside another."""
    its = dict(one[0])
    return _inside(one[1], other[1]) and all(column in its and node in ladder(column, its[column]) for column, node in other[0])


def smallest(places: Sequence[Place]) -> list[Place]:
    """Those that hold no other of them: whoever is withheld there is withheld everywhere."""
    return [one for one in places if not any(other != one and _within(other, one) for other in places)]


def _within_any(places: Sequence[Place], published: Published, nodes: Nodes) -> bool:
    return not set(places).isdisjoint(_places(published, nodes, wider=True))


def check_shapes(new: Published, earlier: Iterable[Published]) -> None:
    """Raises ShapesMixed."""
    for one in earlier:
        shared = set(new.columns) & set(one.columns)
        if shared and meet(one.period, new.period) and one.lines != new.lines:
            raise ShapesMixed()


def settled_lines(lines: Sequence[Line], new: Published, earlier: Sequence[Published], k: int) -> tuple[Line, ...]:
    """The lines that may leave beside what has left. Raises ShapesMixed, EarlierReleaseTells where fewer than half could."""
    check_shapes(new, earlier)
    kept, found = tuple(lines), list[Leak]()
    for _ in range(ROUNDS):
        found = leaks(published_lines(new.number, new.period, new.columns, kept), earlier, k)
        if not found:
            return kept
        places = smallest([one.place for one in found])
        gone = {nodes for nodes in {(*line.known, *line.told) for line in kept} if _within_any(places, new, nodes)}
        kept = tuple(line for line in kept if (*line.known, *line.told) not in gone)
        if len(kept) * 2 < len(lines) or not gone:
            break
    names = _named(found)
    raise EarlierReleaseTells(f"Beside the earlier release {names} this one would show a few people by themselves.")


def settled_cells(cells: Cells, new: Published, earlier: Sequence[Published], protection: Protection) -> Cells:
    """The same for a table: what must not be told is suppressed, and whatever would give it away again."""
    check_shapes(new, earlier)
    around = _around(cells, new, earlier)
    made, found = protected(cells, protection, around), list[Leak]()
    before = sum(n is not None for n in made.values())
    for _ in range(ROUNDS):
        found = leaks(published_cells(new.number, new.period, new.columns, made), earlier, protection.k)
        if not found:
            return made
        places = [one.place for one in found]
        gone = {cell for cell, n in made.items() if n is not None and next(_places(new, cell, wider=False)) in places}
        gone = gone or {cell for cell, n in made.items() if n and ANY not in cell and _within_any(places, new, cell)}
        made = protected({cell: None if cell in gone or made[cell] is None else n for cell, n in cells.items()}, protection, around)
        if not gone or sum(n is not None for n in made.values()) * 2 < before:
            break
    names = _named(found)
    raise EarlierReleaseTells(f"Beside the earlier release {names} this one would show a few people by themselves.")


def _around(cells: Cells, new: Published, earlier: Sequence[Published]) -> Around:
    """All tables about the same quarters as one system: a cell that two of them have is one unknown."""
    mine = {next(_places(new, cell, wider=False)): cell for cell in cells}
    found: dict[Nodes, int | None] = {}
    lines: list[Sum] = []
    for one in earlier:
        if one.lines or one.period != new.period:
            continue
        names = {nodes: mine.get(place, _name(place)) for nodes, _ in one.cells for place in _places(one, nodes, wider=False)}
        for nodes, n in one.cells:
            found[names[nodes]] = n if n is not None else found.get(names[nodes])
        lines += [(names[whole], tuple(names[part] for part in parts)) for whole, parts in sums(dict(one.cells))]
    return Around(found, tuple(lines))


def _name(place: Place) -> Nodes:
    """A region that the new table does not have, by a name that none of its cells bears."""
    return (str(place),)


def _named(found: Sequence[Leak]) -> str:
    return ", ".join(sorted({name for one in found for name in one.beside}))


def published_lines(number: str, period: Period, columns: tuple[Column, ...], lines: Iterable[Line]) -> Published:
    counts = Counter((*line.known, *line.told) for line in lines)
    return Published(number, period, columns, True, tuple(sorted(counts.items())))


def published_cells(number: str, period: Period, columns: tuple[Column, ...], cells: Cells) -> Published:
    return Published(number, period, columns, False, tuple(sorted(cells.items())))
