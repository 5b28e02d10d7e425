"""The names behind the ids of a page: colleagues and partners, asked once a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.reporting import Known
from service.web.edge import Visit


@dataclass(frozen=True, slots=True)
class Names:
    """An id that stands in neither list is somebody of another centre, or of a partner."""

    staff: Mapping[UUID, Known]
    partners: Mapping[UUID, Known]

    def of_staff(self, id: UUID) -> str:
        return self.staff[id].name if id in self.staff else ""

    def of_partner(self, id: UUID | None) -> str:
        return self.partners[id].name if id is not None and id in self.partners else ""

    def of_anybody(self, id: UUID) -> str:
        return self.of_staff(id) or self.of_partner(id)


async def names(visit: Visit) -> Names:
    known = await visit.use.reporting.known(visit.actor)
    return Names({one.id: one for one in known if not one.kind}, {one.id: one for one in known if one.kind})
