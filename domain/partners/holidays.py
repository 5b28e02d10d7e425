"""Days on which desks are closed: data that the administrator keeps, each with where it is known from and whether that was checked.

Decision. Context: half of Pakistan's holidays follow the moon and are announced days before, and no source of ours names the fixed ones.
Choice: every holiday is a row; a row without a partner closes every desk but those open day and night. Price: somebody enters them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict
from domain.events import Event
from domain.partners.directory import UnsourcedFact
from domain.values import PartnerId


class HolidayKnown(Conflict):
    """This day is written down already."""

    next = "Nothing more is needed; remove it first if something about it is wrong."

    def __init__(self, *, field: str = "day") -> None:
        super().__init__()
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRemoved(Event):
    pass


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day. `partner_id` names the only desk it closes, None is everybody's."""

    id: UUID
    day: date
    name: str
    source: str = ""
    verified: bool = False
    partner_id: PartnerId | None = None

    def check(self, known: Iterable["Holiday"]) -> None:
        """Raises UnsourcedFact, HolidayKnown."""
        if self.verified and not self.source:
            raise UnsourcedFact(field="source")
        if any(one.day == self.day and one.partner_id == self.partner_id for one in known):
            raise HolidayKnown()


class HolidayRecords(Protocol):
    async def all(self) -> list[Holiday]:
        """The earliest first."""
        ...

    async def one(self, id: UUID) -> Holiday:
        """Raises NotFound."""
        ...

    async def add(self, holiday: Holiday) -> None: ...
    async def remove(self, holiday: Holiday) -> None: ...
