"""The lists behind the first numbers of the funnel: contacts taken and people registered in a period, page by page."""

from uuid import UUID

from domain.arrivals import Arrived, ClientLine
from domain.audit import Look, Trail, looks
from domain.contacts import ContactView
from domain.identity import Act, Actor
from domain.ports import Views
from domain.values import CentreCode


class Arrivals:
    def __init__(self, views: Views, trail: Trail) -> None:
        self._views, self._trail = views, trail

    async def contacts(
        self, actor: Actor, centre: CentreCode | None, wanted: Arrived, limit: int, after: UUID | None = None
    ) -> tuple[tuple[ContactView, ...], UUID | None]:
        """At most `limit`, the latest first, and the place to go on from."""
        found = await self._views.arrivals.contacts(actor.scope(Act.add_contact).at(centre), wanted, limit + 1, after)
        shown = found[:limit]
        await self._trail.saw(*[Look(actor.id, one.centre, "saw_contact", one.id) for one in shown])
        return tuple(map(ContactView.of, shown)), shown[-1].id if len(found) > limit else None

    async def registered(
        self, actor: Actor, centre: CentreCode | None, wanted: Arrived, limit: int, after: UUID | None = None
    ) -> tuple[tuple[ClientLine, ...], UUID | None]:
        """At most `limit`, the latest first, and the place to go on from."""
        scope = actor.scope(Act.see_client).at(centre)
        found = await self._views.arrivals.registered(scope, wanted, limit + 1, after)
        shown = found[:limit]
        await self._trail.saw(*looks(actor.id, "saw_registered", ((one.centre, one.id) for one in shown), scope.centres))
        return tuple(shown), shown[-1].id if len(found) > limit else None
