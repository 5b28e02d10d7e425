"""Several questions asked of the database as one: rows of a union, told apart by the word in their first column."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

P = TypeVar("P", bound=StrEnum)


def parted(rows: Iterable[tuple[Any, ...]], parts: type[P]) -> dict[P, list[tuple[Any, ...]]]:
    """The rows of each part without the word, in their order; empty where a part has none."""
    found: dict[Any, list[tuple[Any, ...]]] = {part: [] for part in parts}
    for row in rows:
        found[row[0]].append(row[1:])  # a part is its word
    return found
