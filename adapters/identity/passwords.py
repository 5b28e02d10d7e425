"""Passwords: Argon2id at OWASP's minimum (19 MiB, two passes), two at once in threads of their own."""

import asyncio
import base64
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from domain.errors import Invalid, Unavailable

# OWASP Password Storage Cheat Sheet: m=19456 (19 MiB), t=2, p=1.
MEMORY, PASSES, LANES = 19_456, 2, 1
AT_ONCE = 2
LONGEST = 1024

T = TypeVar("T")


class TooManySignIns(Unavailable):
    """Many people are signing in at this moment."""


class ArgonPasswords:
    """`domain.identity.Passwords`. `waiting` bounds the queue: a flood of sign-ins is refused, it does not pile up."""

    def __init__(self, *, waiting: int = 64) -> None:
        self._hasher = PasswordHash([Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES)])
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._absent = _nobodys()
        self._room = AT_ONCE + waiting

    async def hash(self, password: str) -> str:
        plain = _bytes(password)
        if len(plain) > LONGEST:
            raise Invalid("A password this long is not accepted.", field="password")
        return await self._apart(lambda: self._hasher.hash(plain))

    async def verify(self, password: str, hashed: str) -> bool:
        plain = _bytes(password)
        return await self._apart(lambda: self._matches(plain, hashed))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, plain: bytes, hashed: str) -> bool:
        try:
            if hashed and len(plain) <= LONGEST:
                return self._hasher.verify(plain, hashed)
        except UnknownHashError:
            pass
        # Nobody's hash costs what somebody's does, so the time does not tell which names exist.
        self._hasher.verify(plain[:LONGEST], self._absent)
        return False

    async def _apart(self, work: Callable[[], T]) -> T:
        if self._room == 0:
            raise TooManySignIns
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._room += 1


def _nobodys() -> str:
    """A well-formed hash of no known password; a digest made up is as good as one computed, and costs nothing at start."""
    salt, digest = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${digest}"


def _bytes(password: str) -> bytes:
    # Urdu keyboards write one letter in several ways: NFKC, as NIST SP 800-63B 5.1.1.2 asks. A lone surrogate must fail, not break.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
