"""What a partner says on the telephone, on paper or across a table, written down by whoever heard it: the same steps, by another door."""

from dataclasses import replace
from datetime import datetime

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import Stale
from domain.events import Tell
from domain.identity import Act, Actor
from domain.partners.channels import HeardBy
from domain.partners.exchange import AnswerStep
from domain.ports import Once, Works
from domain.referrals.doors import ReferralView
from domain.referrals.record import Said, StepTaken
from domain.values import ReferralId


class Reported:
    def __init__(self, work: Works, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._trail, self._clock, self._ids = work, trail, clock, ids

    async def report(
        self,
        actor: Actor,
        once: Once | None,
        id: ReferralId,
        step: AnswerStep,
        heard: HeardBy,
        said: Said,
        appointment_at: datetime | None = None,
        *,
        seen: int | None = None,
    ) -> ReferralView:
        """Raises OutOfStep, ReasonNeeded, OutcomeNeeded, NoteNeeded as for the partner itself; Stale with the present view."""
        scope = actor.scope(Act.move_referral)
        async with self._work(actor) as work:
            referral = await work.referrals.get(scope, id)
            if await work.once(once, id):
                return ReferralView.of(referral)
            if seen is None or referral.version == seen:
                moved = referral.take(step, by=actor, at=self._clock.now(), said=said, appointment_at=appointment_at)
                told = {referral.made_by, referral.counsellor_id} - {actor.id}
                tells = tuple(Tell(staff=one, kind=f"referral_{referral.state}", subject=id) for one in sorted(told))
                await work.referrals.save(referral)
                await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, heard))
                work.announce(replace(moved, tells=tells))
                return ReferralView.of(referral)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_referral", id, referral.client_id))
        raise Stale(ReferralView.of(referral))
