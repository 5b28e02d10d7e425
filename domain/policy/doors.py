"""Where policy notes stand, and how one is set on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.identity import Scope
from domain.papers import Sheet
from domain.policy.note import PolicyNote
from domain.policy.views import NoteView
from domain.referrals.packet import CentreContact
from domain.reporting import Names
from domain.values import Language, PolicyNoteId


class PolicyRecords(Protocol):
    async def get(self, scope: Scope, id: PolicyNoteId) -> PolicyNote:
        """Held until the transaction ends."""
        ...

    async def add(self, note: PolicyNote) -> None: ...
    async def save(self, note: PolicyNote) -> None: ...


class PolicyViews(Protocol):
    async def one(self, scope: Scope, id: PolicyNoteId) -> PolicyNote: ...

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[PolicyNote]:
        """Newest first; at most `limit` older than `after`."""
        ...


@dataclass(frozen=True, slots=True)
class NotePaper:
    """A note with the names of what its figures are split by. No colleague is named: it is the centre that advises."""

    note: NoteView
    to: str
    centre: CentreContact
    names: Names
    named: Mapping[str, str]
    at: datetime


class NoteSetter(Protocol):
    def note(self, paper: NotePaper, language: Language) -> Sheet: ...
