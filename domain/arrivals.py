"""Who came in a period: contacts that were taken and people who were registered, as the lists behind the first numbers of the funnel."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from domain.clients import MigrationStage
from domain.contacts import Contact
from domain.identity import Scope
from domain.values import CentreCode, ClientId


@dataclass(frozen=True, slots=True)
class Arrived:
    """From `begins` until before `ends`; ever, where neither is said. `promoted` are contacts whose caller is registered now."""

    begins: datetime = datetime(1900, 1, 1, tzinfo=UTC)
    ends: datetime = datetime(9999, 1, 1, tzinfo=UTC)
    promoted: bool = False


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One line of a list of people: what they are called, and since when they are registered."""

    id: ClientId
    number: str
    centre: CentreCode
    name: str
    name_urdu: str
    migration_stage: MigrationStage
    registered_at: datetime


class ArrivalViews(Protocol):
    """The latest first; `after` is the last of the page before."""

    async def contacts(self, scope: Scope, wanted: Arrived, limit: int, after: UUID | None) -> list[Contact]: ...

    async def registered(self, scope: Scope, wanted: Arrived, limit: int, after: UUID | None) -> list[ClientLine]: ...
