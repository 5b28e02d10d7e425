"""Every write that changes a kept figure, found in the code of the stores; and which of them a run of acts came to."""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest

from adapters.database import work
from adapters.database.store import CountingStore
from adapters.database.tally import Tally

MOVES = ({"_tally", "move"}, {"_tally", "reach"}, {"_tally", "touched"}, {"_tally", "sharing"}, {"_waits", "move"})
"""The names by which a method changes a figure, alone or through what it calls."""


def stores() -> Iterator[type]:
    """Those that are given the tally: the counting ones, and any other that a transaction has."""
    counting, found = list(CountingStore.__subclasses__()), set[type]()
    while counting:
        one = counting.pop()
        counting += one.__subclasses__()
        found.add(one)
    others = [one for one in vars(work).values() if inspect.isclass(one) and "tally" in inspect.signature(one.__init__).parameters]
    yield from (one for one in found | set(others) if one.__module__.startswith("adapters."))


def writes(kinds: Iterable[type] | None = None) -> dict[str, type]:
    """`Store.method`, with the store, for each method of a store by which somebody outside it changes a figure."""
    return {
        f"{kind.__name__}.{name}": kind
        for kind in (kinds or stores())
        for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)
        if not name.startswith("_") and _moves(kind, name, frozenset()) and kind.__subclasses__() == []
    }


def _moves(kind: type, name: str, seen: frozenset[str]) -> bool:
    for base in kind.__mro__:
        found = vars(base).get(name)
        if inspect.isfunction(found):
            names = set(found.__code__.co_names)
            if any(each <= names for each in MOVES):
                return True
            if any(one not in seen and _moves(kind, one, seen | {name}) for one in names - {name} if hasattr(kind, one)):
                return True
    return False


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """What was called while it lasts; and, as `table` alone, which figures were changed."""
    called: set[str] = set()

    def noting(name: str, its: Any) -> Any:
        @wraps(its)
        async def noted(*arguments: Any, **more: Any) -> Any:
            called.add(name)
            return await its(*arguments, **more)

        return noted

    change = Tally.move

    def moved(self: Tally, was: Any, now: Any) -> None:
        was, now = tuple(was), tuple(now)
        called.update(figure for cell in {*was} ^ {*now} for figure in figures_of(cell))
        change(self, was, now)

    with patch.context() as patched:
        for name, kind in writes().items():
            method = name.rpartition(".")[2]
            patched.setattr(kind, method, noting(name, getattr(kind, method)))
        patched.setattr(Tally, "move", moved)
        yield called


def figures_of(cell: tuple[Any, ...]) -> Iterator[str]:
    """The table, and for what waits or is decided also what that is."""
    yield cell[0]
    if cell[0] == "wait_figure":
        yield f"{cell[0]} {cell[2]}"
    elif cell[0] == "decision_figure":
        yield f"{cell[0]} {cell[3]}"
