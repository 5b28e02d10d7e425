"""Where exports stand, where their lines come from, and who locks the file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.exports.record import Export
from domain.identity import Scope
from domain.reports.sheet import Cell


class ExportRecords(Protocol):
    async def get(self, scope: Scope, id: UUID) -> Export:
        """Held until the transaction ends."""
        ...

    async def add(self, export: Export) -> None: ...
    async def save(self, export: Export) -> None: ...


class ExportViews(Protocol):
    """`own` narrows to what the reader asked for."""

    async def one(self, scope: Scope, id: UUID, *, own: bool) -> Export: ...

    async def page(self, scope: Scope, limit: int, after: UUID | None, *, own: bool) -> list[Export]:
        """Newest first; at most `limit` older than `after`."""
        ...

    async def waiting(self, scope: Scope, since: datetime, limit: int) -> list[Export]:
        """Asked for after `since` and not decided on, the oldest first; none of the reader's own."""
        ...

    async def count(self, scope: Scope, export: Export) -> int:
        """How many lines it has for this reader now."""
        ...

    async def lines(self, scope: Scope, export: Export, after: UUID | None) -> tuple[list[Sequence[Cell]], UUID | None]:
        """A few hundred lines that follow `after`, and from where to go on; without those of erased clients."""
        ...


class Locker(Protocol):
    def locked(self, name: str, pieces: Iterator[bytes], password: str, at: datetime) -> Iterator[bytes]:
        """An archive with this one file, encrypted, written as its pieces come. Left off half-way it opens for nobody."""
        ...
