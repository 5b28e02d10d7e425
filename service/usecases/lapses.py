"""Referrals that a partner's own system refuses by itself when nobody there has acted on them for so long.

Decision. Context: the tools of some partners close an application that nobody touched, and their message about it may be lost on the way;
the client would wait for a service that is no longer coming. A translator is pure and may not look at a clock. Choice: an adapter says how
long and with which reason as data (`Lapse`); the worker judges it by the database's clock and takes the partner's own step, so that the
sender is told and re-routes at once. Our own expiry is untouched: whichever comes first ends the referral. Price: what the partner reports
after that does not fit any more, and is kept with its message as such.
"""

from collections.abc import Mapping

from domain.chance import Clock, Ids
from domain.identity import Actor, Role
from domain.partners.declining import code_in
from domain.partners.directory import Partner
from domain.partners.exchange import AnswerStep, Lapse, Translator, lapse_of
from domain.ports import Works
from domain.referrals.history import StepTaken
from domain.referrals.record import Said


class Lapses:
    def __init__(
        self, work: Works, translators: Mapping[str, Translator], clock: Clock, ids: Ids, house: Actor, *, rehearsal: bool
    ) -> None:
        self._work, self._clock, self._ids, self._house, self._rehearsal = work, clock, ids, house, rehearsal
        said = {key: lapse_of(translator) for key, translator in translators.items()}
        self._lapses = {key: lapse for key, lapse in said.items() if lapse is not None}

    async def refuse(self, limit: int = 100) -> int:
        """How many were refused; costs nothing where no adapter that is switched on says so."""
        if not self._lapses:
            return 0
        async with self._work.looking(self._house) as work:
            partners = [(one, self._lapses[one.adapter]) for one in await work.partners.all() if one.adapter in self._lapses]
        return sum([await self._of(partner, lapse, limit) for partner, lapse in partners])

    async def _of(self, partner: Partner, lapse: Lapse, limit: int) -> int:
        actor = Actor(partner.id, Role.partner, (), None, partner.id)
        async with self._work(actor) as work:
            now = self._clock.now() if self._rehearsal else await work.now()
            untouched = await work.referrals.untouched(partner.id, now - lapse.after, limit)
            for referral in untouched:
                said, code = Said(reason=str(lapse.reason)), code_in(lapse.reason)
                moved = referral.take(AnswerStep.decline, by=actor, at=now, said=said, decline_code=code)
                await work.referrals.save(referral)
                await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, "clock"))
                work.announce(moved)
        return len(untouched)
