"""What the client says after a referral has ended: written down by the counsellor, and written anew where it changes."""

from domain.audit import Look, Trail
from domain.chance import Clock
from domain.errors import Stale
from domain.identity import Act, Actor
from domain.ports import Once, Works
from domain.referrals.doors import ReferralView
from domain.referrals.feedback import Helped
from domain.values import ReferralId


class Aftercare:
    def __init__(self, work: Works, trail: Trail, clock: Clock) -> None:
        self._work, self._trail, self._clock = work, trail, clock

    async def hear(self, actor: Actor, once: Once | None, id: ReferralId, helped: Helped, note: str, seen: int) -> ReferralView:
        """The task that reminded of it is done with that. Raises NotServed, Stale with the present view."""
        at, scope = self._clock.now(), actor.scope(Act.move_referral)
        async with self._work(actor) as work:
            referral = await work.referrals.get(scope, id)
            if await work.once(once, id):
                return ReferralView.of(referral)
            if referral.version == seen:
                work.announce(referral.hear(helped, note, by=actor, at=at))
                await work.referrals.save(referral)
                for task in await work.counselling.open_tasks(referral.case_id):
                    if task.asks_after == id:
                        work.announce(task.finish(by=actor, at=at))
                        await work.counselling.save_task(task)
                return ReferralView.of(referral)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_referral", id, referral.client_id))
        raise Stale(ReferralView.of(referral))
