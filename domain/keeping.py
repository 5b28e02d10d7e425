"""The doors of whoever keeps the house: the database taken whole, archives, erasure, and the keys of keys."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.audit import Behind, Entry
from domain.values import CentreCode, ClientId

Page = tuple[str, list[list[object]]]
"""A table's name and some of its rows, each value as JSON says it. What is sealed stays sealed."""


class Snapshot(Protocol):
    """The whole database as it stood at one moment; `revision` is its schema's."""

    revision: str

    def pages(self) -> AsyncIterator[Page]:
        """Every table, in an order in which rows point only to earlier ones."""
        ...


class Filling(Snapshot, Protocol):
    """An empty database being filled, in one transaction: left by an error, it is empty again."""

    async def put(self, page: Page) -> None: ...

    async def shred(self, erased: frozenset[UUID]) -> list[tuple[CentreCode, ClientId]]:
        """Erases again whoever was erased since; which clients were there."""
        ...

    async def note(self, entry: Entry) -> None:
        """Into the trail."""
        ...


class Storehouse(Protocol):
    """The database as its keeper handles it: whole."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]: ...

    def filling(self) -> AbstractAsyncContextManager[Filling]:
        """Raises NotEmpty."""
        ...

    async def revision(self) -> str: ...
    async def behind(self) -> Behind: ...


class Archives(Protocol):
    """Sealed files of frames, each a JSON object. A file that was cut, changed or put together from two does not open."""

    def writing(self, name: str) -> AbstractContextManager[Callable[[dict[str, object]], None]]:
        """The file is there when this is left normally, and not before. Raises Conflict for one that is there already."""
        ...

    def reading(self, name: str) -> Iterator[dict[str, object]]:
        """Raises Invalid with what to do next."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody about to be erased. `contacts` are what they were before: contacts and incoming referrals. `words` are what names them,
    so that the reason written into the trail does not."""

    client: ClientId
    centre: CentreCode
    contacts: tuple[UUID, ...]
    erased: bool
    words: frozenset[str]
    open_cases: int
    open_referrals: int


class Erasing(Protocol):
    """One transaction in which a client's row is held."""

    standing: Standing

    async def shred(self, entry: Entry) -> None:
        """Destroys keys, tokens and plain personal values, and writes this line of the trail."""
        ...


class Eraser(Protocol):
    def erasing(self, number: str) -> AbstractAsyncContextManager[Erasing]:
        """Raises NotFound."""
        ...

    async def erased(self) -> frozenset[UUID]:
        """Every subject whose key was destroyed on purpose, from the trail."""
        ...

    async def clear(self) -> str:
        """Overwrites what deleted rows left in the database's files; says what could not be done."""
        ...


class ErasureLedger(Protocol):
    """Who was erased, outside the database: a restore brings none of them back."""

    def known(self) -> frozenset[UUID]: ...
    def add(self, subjects: frozenset[UUID]) -> None: ...


class Rewrapper(Protocol):
    """What depends on the key-encryption keys: the clients' keys, and all that is sealed for the house."""

    async def named(self) -> dict[str, int]:
        """How many blobs name each key."""
        ...

    def rewrap(self) -> AsyncIterator[int]:
        """Brings everything to the newest key, batch by batch; what changes meanwhile is left to its writer."""
        ...


class KeyRing(Protocol):
    def keks(self) -> list[str]:
        """Oldest first; the last is the present one."""
        ...

    def add_kek(self) -> str: ...

    def drop_kek(self, name: str) -> None:
        """Raises Conflict for one that may still be in use."""
        ...
