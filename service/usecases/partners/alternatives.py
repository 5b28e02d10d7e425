"""Where else a client could be referred when a partner did not help."""

from domain.audit import Look, Trail
from domain.chance import Clock
from domain.identity import Act, Actor
from domain.ports import Views, Works
from domain.referrals.rerouting import alternatives, tried, wanted
from domain.values import ReferralId, day_of
from service.usecases.partners.views import ServiceFound, offers_of


class Alternatives:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock) -> None:
        self._work, self._views, self._trail, self._clock = work, views, trail, clock

    async def of(self, actor: Actor, id: ReferralId) -> tuple[ServiceFound, ...]:
        """The best first. What is proposed follows from the client's record, and a refusal tells the referral's state: each is a look.
        Raises NotFound, NotRerouted."""
        scope, at = actor.scope(Act.make_referral), self._clock.now()
        failed = await self._views.referrals.referral(scope, id)
        await self._trail.saw(Look(actor.id, failed.centre, "saw_alternatives", id, failed.client_id))
        failed.check_rerouted(failed.case_id)
        of_case = await self._views.referrals.of_case(scope, failed.case_id)
        ours = await self._views.referrals.live_by_service(scope)
        async with self._work.looking(actor) as work:
            client = await work.clients.get(actor.scope(Act.see_client), failed.client_id)
            offers = await offers_of(work, ours, day_of(at))
        asked = wanted(offers, failed, client, day_of(at))
        return tuple(ServiceFound.of(one, at) for one in alternatives(offers, asked, tried(of_case, id), at))
