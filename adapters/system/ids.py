"""New names for things: UUIDv7 (RFC 9562) inside the house, random references outside, and a predictable pair for tests."""

import os
import secrets
import time
from collections.abc import Callable
from threading import Lock
from uuid import UUID

RANDOM_BITS = 74
_LAST = (1 << RANDOM_BITS) - 1


class SystemIds:
    """`milliseconds` since 1970. Within one millisecond, or when the clock steps back, the next id follows the last by a random stride."""

    def __init__(self, milliseconds: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._milliseconds = milliseconds
        self._lock = Lock()
        self._last = 0

    def new(self) -> UUID:
        fresh = int.from_bytes(os.urandom(10), "big")
        with self._lock:
            value = (self._milliseconds() & 0xFFFFFFFFFFFF) << RANDOM_BITS | fresh & _LAST
            if value <= self._last or value >> RANDOM_BITS == self._last >> RANDOM_BITS:
                # 32 bits of stride: a neighbour's id is not to be guessed; a carry runs on into the next millisecond.
                value = self._last + 1 + (fresh & 0xFFFFFFFF)
            self._last = value
        return _uuid7(value)

    def reference(self) -> str:
        return secrets.token_urlsafe(18)

    def digits(self, number: int) -> str:
        return f"{secrets.randbelow(10**number):0{number}d}"


class SequenceIds:
    """The same names in the same order every time; two instances with different `start` do not meet."""

    def __init__(self, start: int = 1) -> None:
        self._next = start

    def new(self) -> UUID:
        value = self._next
        self._next += 1
        return _uuid7(value)

    def reference(self) -> str:
        value = self._next
        self._next += 1
        return f"ref-{value:020d}"

    def digits(self, number: int) -> str:
        value = self._next
        self._next += 1
        return f"{value % 10**number:0{number}d}"


def _uuid7(value: int) -> UUID:
    """48 bits of time and 74 of chance, with the version and the variant put between."""
    high, low = value >> 62, value & (1 << 62) - 1
    return UUID(int=(high >> 12) << 80 | 7 << 76 | (high & 0xFFF) << 64 | 2 << 62 | low)
