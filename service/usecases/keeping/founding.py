"""Opening a centre: the row that everything else of a centre hangs on."""

import re
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.chance import Clock
from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.identity import Act, Actor
from domain.partners.hours import Opening
from domain.ports import Centre, Works
from domain.values import HOUSE, CentreCode, line, required


class CentreThere(Conflict):
    """There is a centre of this code already."""

    next = "Choose another code."


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreOpened(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreChanged(Event):
    pass


class Founding:
    def __init__(self, work: Works, clock: Clock) -> None:
        self._work, self._clock = work, clock

    async def open(self, actor: Actor, code: str, name: str, phone: str) -> Centre:
        """Raises Invalid for a code that is not three letters, CentreThere."""
        actor.check(Act.run_staff)
        if not re.fullmatch(r"[A-Z]{3}", code.upper()):
            raise Invalid("A centre's code is three letters.", field="code", next="For example ISB.")
        centre = Centre(CentreCode(code.upper()), required(name, field="name"), line(phone, field="phone", longest=40))
        async with self._work(actor) as work:
            if centre.code in {one.code for one in await work.staff.centres()}:
                raise CentreThere()
            await work.staff.add_centre(centre)
            at = self._clock.now()
            work.announce(CentreOpened(at=at, by=actor.id, centre=HOUSE, subject=_subject(centre.code), note=centre.code))
        return centre

    async def set_hours(self, actor: Actor, code: str, hours: tuple[Opening, ...]) -> None:
        """When its desk is open, by which it answers what partners send; none: around the clock. Clocks that run stay as they are.
        Raises NotFound."""
        actor.check(Act.run_staff)
        centre = CentreCode(code.upper())
        async with self._work(actor) as work:
            await work.staff.set_hours(centre, hours)
            at = self._clock.now()
            work.announce(CentreChanged(at=at, by=actor.id, centre=HOUSE, subject=_subject(centre), fields=("hours",), note=centre))


def _subject(code: CentreCode) -> UUID:
    """A centre has no id but its code; the trail wants one."""
    return uuid5(NAMESPACE_URL, f"mrc:centre:{code}")
