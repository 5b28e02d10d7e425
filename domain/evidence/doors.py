"""Where requests for evidence and what was released stand, and of whom a release is made."""

from datetime import date
from typing import Protocol
from uuid import UUID

from domain.evidence.release import Release
from domain.evidence.request import Research
from domain.evidence.source import Source
from domain.identity import Scope
from domain.values import CentreCode, ReleaseId, ResearchId


class EvidenceRecords(Protocol):
    async def get(self, scope: Scope, id: ResearchId) -> Research:
        """Held until the transaction ends."""
        ...

    async def add(self, research: Research) -> None: ...
    async def save(self, research: Research) -> None: ...

    async def source(self, scope: Scope, centre: CentreCode, first: date, until: date, today: date) -> Source:
        """Clients registered from `first` and before `until` whose every case the reader may see."""
        ...

    async def released(self, centre: CentreCode) -> list[Release]:
        """All that was ever released for this centre, the oldest first. Whoever numbers the next release waits for the one before."""
        ...

    async def release(self, scope: Scope, id: ReleaseId) -> Release: ...
    async def add_release(self, release: Release) -> None: ...


class EvidenceViews(Protocol):
    async def one(self, scope: Scope, id: ResearchId) -> Research: ...

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[Research]:
        """Newest first; at most `limit` older than `after`."""
        ...

    async def releases(self, scope: Scope, id: ResearchId) -> list[Release]: ...
    async def release(self, scope: Scope, id: ReleaseId) -> Release: ...
