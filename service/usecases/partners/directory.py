"""Looking into the directory: partners, their services and agreements, a search over all, and how their post goes."""

from collections import Counter
from datetime import date

from domain.chance import Clock, Ids
from domain.delivery import Outbox
from domain.identity import Act, Actor
from domain.partners.agreements import Agreement
from domain.partners.directory import Service
from domain.partners.search import Wanted, search
from domain.ports import Views, Works
from domain.sessions import Passwords
from domain.values import PartnerId, day_of
from service.usecases.partners.views import (
    AgreementLine,
    EndpointState,
    MailboxView,
    PartnerLine,
    PartnerView,
    ServiceFound,
    Standing,
    in_force,
    offers_of,
)


class Directory:
    def __init__(self, work: Works, views: Views, outbox: Outbox, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._outbox = work, views, outbox
        self._passwords, self._clock, self._ids = passwords, clock, ids

    async def search(self, actor: Actor, wanted: Wanted) -> tuple[ServiceFound, ...]:
        """Services of all partners that take referrals, the best fit first."""
        actor.check(Act.see_partners)
        at = self._clock.now()
        ours = await self._views.referrals.live_by_service(actor.scope(Act.see_partners))
        async with self._work.looking(actor) as work:
            offers = await offers_of(work, ours, day_of(at))
        return tuple(ServiceFound.of(match, at) for match in search(offers, wanted))

    async def all(self, actor: Actor) -> tuple[PartnerView, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            return tuple(map(PartnerView.of, await work.partners.all()))

    async def overview(self, actor: Actor) -> tuple[PartnerLine, ...]:
        """Every partner with what an administrator looks for first, in as many questions as there are columns."""
        actor.check(Act.see_partners)
        at = self._clock.now()
        async with self._work.looking(actor) as work:
            partners, agreements = await work.partners.all(), await work.partners.every_agreement()
            services = Counter(one.partner_id for one in await work.partners.every_service() if one.offered)
            endpoints = {one.partner_id: EndpointState.of(one, at) for one in await work.partners.every_endpoint()}
        troubled = await self._outbox.troubled()
        return tuple(
            PartnerLine(
                PartnerView.of(one),
                services[one.id],
                *in_force([its for its in agreements if its.partner_id == one.id], day_of(at)),
                endpoints.get(one.id),
                troubled.get(one.id, 0),
            )
            for one in partners
        )

    async def get(self, actor: Actor, id: PartnerId) -> PartnerView:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            return PartnerView.of(await work.partners.get(id))

    async def services(self, actor: Actor, id: PartnerId) -> tuple[Service, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            await work.partners.get(id)
            return tuple(await work.partners.services(id))

    async def agreements(self, actor: Actor, id: PartnerId) -> tuple[Agreement, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            await work.partners.get(id)
            return tuple(await work.partners.agreements(id))

    async def register(self, actor: Actor) -> tuple[AgreementLine, ...]:
        """Every agreement with every partner: what ends soon first, and of those the soonest."""
        actor.check(Act.see_partners)
        today = day_of(self._clock.now())
        async with self._work.looking(actor) as work:
            partners, found = {one.id: one for one in await work.partners.all()}, await work.partners.every_agreement()
        followed = {one.predecessor: one.id for one in found if one.predecessor is not None}
        lines = [AgreementLine.of(one, partners[one.partner_id], followed.get(one.id), today) for one in found]
        order = list(Standing)
        return tuple(
            sorted(lines, key=lambda it: (order.index(it.standing), it.last_day or date.max, it.partner_name, it.agreement.signed_on))
        )

    async def endpoint_of(self, actor: Actor, id: PartnerId) -> EndpointState | None:
        """The address and whether it is switched off; the secret is nobody's but the partner's."""
        actor.check(Act.run_partners)
        async with self._work.looking(actor) as work:
            found = await work.partners.endpoint(id)
        return EndpointState.of(found, self._clock.now()) if found else None

    async def mailbox_of(self, actor: Actor, id: PartnerId) -> MailboxView | None:
        """For the administrator: a partner's addresses are nobody else's business."""
        actor.check(Act.run_partners)
        async with self._work.looking(actor) as work:
            found = await work.partners.mailbox(id)
        return MailboxView.of(found) if found else None
