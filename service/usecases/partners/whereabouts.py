"""A hidden address, opened for one reader and written into the trail before it is shown."""

from uuid import UUID

from domain.audit import Look, Trail
from domain.identity import Act, Actor
from domain.partners.places import Whereabouts
from domain.ports import Works
from domain.values import HOUSE, PartnerId


class HiddenAddresses:
    def __init__(self, work: Works, trail: Trail) -> None:
        self._work, self._trail = work, trail

    async def of(self, actor: Actor, id: PartnerId, service: UUID) -> Whereabouts:
        """Raises NotFound, alike for a service that hides nothing and none."""
        actor.check(Act.see_hidden_address)
        async with self._work.looking(actor) as work:
            partner, address = await work.partners.get(id), await work.partners.hidden_address(id, service)
            its = next(one for one in await work.partners.services(id) if one.id == service)
        await self._trail.saw(Look(actor.id, HOUSE, "saw_hidden_address", service, note=partner.key))
        return Whereabouts(partner.name, its.name, address)
