"""The names behind the ids of a page: colleagues and partners, asked once a page."""

from domain.reporting import Names
from service.web.edge import Visit

__all__ = ["Names", "names"]


async def names(visit: Visit) -> Names:
    return await visit.use.reporting.known(visit.actor)
