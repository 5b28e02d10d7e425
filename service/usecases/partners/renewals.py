"""Agreements that end: the administrators are told sixty days before, and fourteen; once each, whatever is restarted meanwhile.

Which reminder was given stands with the agreement, so that a worker that was away gives the one that is due now, and two workers give it
once: the agreement is held while it is written.
"""

from datetime import date
from uuid import UUID

from domain.chance import Clock
from domain.events import Tell
from domain.identity import Actor, Role
from domain.partners.agreements import AgreementEnding
from domain.ports import Works
from domain.values import HOUSE, PartnerId, day_of


class Renewals:
    def __init__(self, work: Works, clock: Clock, house: Actor, *, rehearsal: bool) -> None:
        """In a rehearsal the given clock says which day it is; in earnest the database's does."""
        self._work, self._clock, self._house, self._rehearsal = work, clock, house, rehearsal

    async def remind(self) -> int:
        """How many reminders were given. Agreements are some hundreds of rows: they are read whole, and held only where one is due."""
        async with self._work.looking(self._house) as work:
            today = day_of(self._clock.now() if self._rehearsal else await work.now())
            due = [one for one in await work.partners.every_agreement() if one.reminder(today)]
        return sum([await self._one(one.partner_id, one.id, today) for one in sorted(due, key=lambda one: one.id)])

    async def _one(self, partner: PartnerId, agreement: UUID, today: date) -> int:
        async with self._work(self._house) as work:
            found = await work.partners.agreement(partner, agreement)
            due = found.reminder(today)
            if due is None:
                return 0
            found.reminded = due
            await work.partners.save_agreement(found)
            told = await work.staff.with_role(HOUSE, Role.admin)
            tells = tuple(Tell(staff=one, kind="agreement_ending", subject=partner) for one in sorted(told))
            at = self._clock.now()
            work.announce(AgreementEnding(at=at, by=self._house.id, centre=HOUSE, subject=partner, note=str(due), tells=tells))
        return 1
