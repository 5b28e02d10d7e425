"""Charts from plain numbers, as frozen views that a template draws: bars, stacked bars, lines, a spark beside a figure.

A chart says nothing that the table beside it does not. Widths and points are in the units of its drawing; which way it runs is the page's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDE, HIGH = 600, 180
"""The box that lines are drawn in."""
BAR = 200
"""The longest bar."""
SPARK_WIDE, SPARK_HIGH = 80, 20
NAMED = 6
"""Places that have room for their name under the drawing."""
KINDS = ("one", "two", "three", "four")
"""How series are told apart, in this order: by their dashes or pattern, with the colour only as help."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`part` tells which series it is of; `start` is where in the row it begins."""

    start: int
    width: int
    part: str = KINDS[0]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the drawing, its number, and what it is of."""

    x: float
    y: float
    n: int
    at: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series. `way` are its points as a drawing takes them."""

    name: str
    kind: str
    points: tuple[Point, ...]

    @property
    def way(self) -> str:
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Tick:
    """One step of the scale."""

    y: float
    n: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Several series over the same places."""

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    wide: int = WIDE
    high: int = HIGH

    @property
    def named(self) -> tuple[Point, ...]:
        """The places that are named under the drawing: not more than fit, the last among them."""
        points = self.lines[0].points
        every = max(1, -(-len(points) // NAMED))
        return tuple(reversed(points[::-1][::every]))


@dataclass(frozen=True, slots=True)
class Spark:
    way: str
    wide: int = SPARK_WIDE
    high: int = SPARK_HIGH


def bars(counts: Sequence[int]) -> tuple[Bar, ...]:
    """One bar for each number, the longest filling the row. What is not nothing is seen."""
    most = max(counts, default=0)
    return tuple(Bar(0, _long(n, most)) for n in counts)


def stacked(rows: Sequence[Sequence[int]]) -> tuple[tuple[Bar, ...], ...]:
    """In each row the parts follow one another; the fullest row fills its room. At most as many parts as there are kinds."""
    most = max((sum(row) for row in rows), default=0)
    made = []
    for row in rows:
        places = [_long(sum(row[:end]), most) for end in range(len(row) + 1)]
        made.append(tuple(Bar(start, end - start, kind) for start, end, kind in zip(places, places[1:], KINDS, strict=False)))
    return tuple(made)


def lines(places: Sequence[str], series: Mapping[str, Sequence[int]]) -> Lines:
    """`places` in the order of time; each series has one number for each."""
    top = _top(max((n for numbers in series.values() for n in numbers), default=0))
    step = WIDE / max(len(places) - 1, 1)
    drawn = tuple(
        Line(name, kind, tuple(Point(round(step * i, 1), _height(n, top), n, places[i]) for i, n in enumerate(its)))
        for (name, its), kind in zip(series.items(), KINDS, strict=False)
    )
    ticks = tuple(Tick(_height(n, top), n) for n in (0, top // 2, top))
    return Lines(drawn, ticks)


def spark(numbers: Sequence[int]) -> Spark:
    """The shape of a series, without scale or words: beside a figure that says what it is. Its least and most fill the height."""
    least, most = min(numbers, default=0), max(numbers, default=0)
    step, room = SPARK_WIDE / max(len(numbers) - 1, 1), max(most - least, 1)
    points = ((round(i * step, 1), round((SPARK_HIGH - 2) * (1 - (n - least) / room) + 1, 1)) for i, n in enumerate(numbers))
    return Spark(" ".join(f"{x:g},{y:g}" for x, y in points))


def _long(n: int, most: int) -> int:
    return max(round(BAR * n / most), 1) if n and most else 0


def _height(n: int, top: int) -> float:
    return round(HIGH * (1 - n / top), 1)


def _top(most: int) -> int:
    """The end of the scale: an even number that people count in, at least as high as the highest."""
    size = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if most <= step * size:
                return step * size
        size *= 10
