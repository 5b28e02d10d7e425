"""The days on which desks are closed: everybody may know them, the administrator keeps them. Clocks that run are not moved by a change."""

from datetime import date
from uuid import UUID

from domain.chance import Clock, Ids
from domain.identity import Act, Actor
from domain.partners.holidays import Holiday, HolidayAdded, HolidayRemoved
from domain.ports import Once, Works
from domain.values import HOUSE, PartnerId


class Holidays:
    def __init__(self, work: Works, clock: Clock, ids: Ids) -> None:
        self._work, self._clock, self._ids = work, clock, ids

    async def all(self, actor: Actor) -> tuple[Holiday, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            return tuple(await work.holidays.all())

    async def add(
        self, actor: Actor, once: Once | None, day: date, name: str, source: str, *, verified: bool, partner: PartnerId | None
    ) -> Holiday:
        """Raises UnsourcedFact, HolidayKnown, NotFound for a partner that is none."""
        actor.check(Act.run_partners)
        holiday = Holiday(self._ids.new(), day, name, source, verified, partner)
        async with self._work(actor) as work:
            if made := await work.once(once, holiday.id):
                return await work.holidays.one(made)
            if partner is not None:
                await work.partners.get(partner)
            holiday.check(await work.holidays.all())
            await work.holidays.add(holiday)
            what = {"at": self._clock.now(), "by": actor.id, "centre": HOUSE, "subject": holiday.id}
            work.announce(HolidayAdded(**what, note=day.isoformat()))  # type: ignore[arg-type]
        return holiday

    async def remove(self, actor: Actor, once: Once | None, id: UUID) -> None:
        """Raises NotFound."""
        actor.check(Act.run_partners)
        async with self._work(actor) as work:
            if await work.once(once, id):
                return
            found = await work.holidays.one(id)
            await work.holidays.remove(found)
            at = self._clock.now()
            work.announce(HolidayRemoved(at=at, by=actor.id, centre=HOUSE, subject=id, note=found.day.isoformat()))
