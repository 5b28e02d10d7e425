"""Seeded dice, asked through a door like clock and ids, and what is thrown with them."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Generic, Protocol, TypeVar
from uuid import UUID

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Dice(Protocol):
    """`random.Random(seed)` is one. Both calls give the same numbers for the same seed on every version of Python."""

    def random(self) -> float: ...

    def getrandbits(self, k: int, /) -> int: ...


class Weighted(Generic[T]):
    """A choice among things of different weight."""

    def __init__(self, weights: Mapping[T, float] | Iterable[tuple[T, float]]) -> None:
        pairs = list(weights.items() if isinstance(weights, Mapping) else weights)
        self._things: list[T] = [thing for thing, _ in pairs]
        self._sums: list[float] = list(accumulate(weight for _, weight in pairs))
        self._whole = self._sums[-1]

    def pick(self, dice: Dice) -> T:
        return self._things[bisect(self._sums, dice.random() * self._whole)]


def pick(dice: Dice, things: Sequence[T]) -> T:
    return things[int(dice.random() * len(things))]


def between(dice: Dice, low: int, high: int) -> int:
    """Both ends can come."""
    return low + int(dice.random() * (high - low + 1))


def chance(dice: Dice, share: float) -> bool:
    return dice.random() < share


def about(dice: Dice, mean: float, most: int) -> int:
    """A small count around `mean`: the whole part for certain, one more for the rest, then spread one either way."""
    whole = int(mean)
    count = whole + (dice.random() < mean - whole) + int(dice.random() * 3) - 1
    return min(max(count, 0), most)


def moment(dice: Dice, first: datetime, last: datetime) -> datetime:
    """Somewhere between the two, to the second."""
    seconds = int((last - first).total_seconds())
    return first + timedelta(seconds=int(dice.random() * seconds)) if seconds > 0 else first


def moments(dice: Dice, first: datetime, last: datetime, count: int) -> list[datetime]:
    """In order, each later than the one before."""
    return [at + timedelta(seconds=place) for place, at in enumerate(sorted(moment(dice, first, last) for _ in range(count)))]


_LEFT_UNDONE = timedelta(days=21)


def may_lie(due: date, horizon: datetime) -> bool:
    """Whether work of that day may still be undone: in the made-up world none is left for longer than three weeks past its day."""
    return due >= horizon.date() - _LEFT_UNDONE


def at_work(day: date, dice: Dice) -> datetime:
    """A moment of that day while a centre is open: 9 to 17 in Pakistan."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(seconds=int(dice.random() * 8 * 3600))


def new_id(dice: Dice, at: datetime) -> UUID:
    """A UUIDv7 as if made at that moment, so that made-up rows lie in order of time as real ones do."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    chance = dice.getrandbits(74)
    return UUID(int=(milliseconds & 0xFFFFFFFFFFFF) << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & (1 << 62) - 1)


def reference(dice: Dice) -> str:
    """In the form of a real partner's reference; the seed tells it, so it guards nothing."""
    bits = dice.getrandbits(144)
    return "".join(_WORDS[bits >> shift & 63] for shift in range(0, 144, 6))
