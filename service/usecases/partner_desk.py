"""The desk of a partner: its queue of referrals, and in whose hands each of them is."""

from uuid import UUID

from domain.chance import Clock
from domain.errors import Invalid, NotAllowed, NotFound
from domain.identity import Act, Actor, Role, Staff
from domain.ports import Once, Views, Work, Works
from domain.referrals.queue import Colleague, Held, QueueAsked, QueueLine, Share, hold, open_to
from domain.values import PartnerId, StaffId


class PartnerDesk:
    def __init__(self, work: Works, views: Views, clock: Clock) -> None:
        self._work, self._views, self._clock = work, views, clock

    @staticmethod
    def _partner(actor: Actor, act: Act) -> PartnerId:
        actor.check(act)
        if actor.partner is None:
            raise NotAllowed("Only a partner's own people do this.")
        return actor.partner

    async def queue(self, actor: Actor, share: Share, limit: int, after: UUID | None) -> tuple[tuple[QueueLine, ...], UUID | None]:
        """Late ones first, then by urgency and the time that is left, and the cursor of what follows. A worker is shown what nobody holds
        and what they hold."""
        partner, me = self._partner(actor, Act.see_partner_queue), StaffId(actor.id)
        asked = QueueAsked(partner, me, share, me if actor.role is Role.partner_worker else None)
        found = await self._views.partner_queue.queue(asked, self._clock.now(), limit + 1, after)
        shown = found[:limit]
        return tuple(line for _, line in shown), shown[-1][0] if len(found) > limit else None

    async def colleagues(self, actor: Actor) -> tuple[Colleague, ...]:
        """To whom the lead may give something, themselves among them."""
        partner = self._partner(actor, Act.share_out_referral)
        async with self._work.looking(actor) as work:
            return tuple(Colleague(one.id, one.name) for one in await work.staff.of_partner(partner) if one.active)

    async def holder(self, actor: Actor, ref: str) -> Held:
        """Raises NotFound, alike for what a colleague holds."""
        partner = self._partner(actor, Act.see_partner_queue)
        async with self._work.looking(actor) as work:
            it = await work.referrals.for_partner(partner, ref)
            if not open_to(it, actor):
                raise NotFound()
            return Held(it.ref, it.partner_holder, await _name(work, it.partner_holder))

    async def hold(self, actor: Actor, once: Once | None, ref: str, to: StaffId | None) -> Held:
        """Of two who take the same one, the second is told who has it. Raises HeldAlready, LeadShares, NotInQueue, Invalid for somebody
        who does not work there."""
        partner = self._partner(actor, Act.hold_referral if to in (None, actor.id) else Act.share_out_referral)
        async with self._work(actor) as work:
            # The person before the referral, as letting somebody go does: neither waits for the other, and nobody gone holds anything.
            whom = await _colleague(work, partner, to) if to is not None else None
            it = await work.referrals.for_partner(partner, ref)
            if await work.once(once, it.id) is None:
                event = hold(it, whom, by=actor, at=self._clock.now(), holder_name=await _name(work, it.partner_holder))
                if event is not None:
                    await work.referrals.save(it)
                    work.announce(event)
            return Held(it.ref, it.partner_holder, await _name(work, it.partner_holder))


async def _colleague(work: Work, partner: PartnerId, id: StaffId) -> Staff:
    found = next((one for one in await work.staff.of_partner(partner) if one.id == id), None)
    if found is None or not (found := await work.staff.get(id)).active:
        raise Invalid("Nobody of this name works at your desk.", field="holder", next="Choose one of the list.")
    return found


async def _name(work: Work, id: StaffId | None) -> str:
    """Without waiting for whoever is changing that person."""
    return "" if id is None else await work.staff.called(id)
