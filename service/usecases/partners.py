"""The partner directory as the administrator runs it and everybody reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.chance import Clock, Ids
from domain.delivery import DeliveryView, MessageReplayed, Outbox
from domain.identity import Act, Actor, Passwords
from domain.partners.directory import Agreement, Partner, PartnerAdded, PartnerChanged, PartnerKind, Service
from domain.partners.hours import OpenState, open_state
from domain.partners.search import Match, Offer, Wanted, search
from domain.ports import Once, Views, Works
from domain.values import HOUSE, FieldGroup, PartnerId


@dataclass(frozen=True, slots=True)
class PartnerView:
    id: PartnerId
    key: str
    name: str
    kind: PartnerKind
    adapter: str
    active: bool
    verified: bool
    source: str
    version: int

    @classmethod
    def of(cls, it: Partner) -> "PartnerView":
        return cls(it.id, it.key, it.name, it.kind, it.adapter, it.active, it.verified, it.source, it.version)


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """A service that may fit, with how it fits. What is None is not known, or was not asked."""

    service: Service
    partner: PartnerView
    ours_waiting: int
    """Live referrals of the reader's own centres."""
    agreement: bool
    agreement_to: date | None
    near: str | None
    fits: bool | None
    speaks: bool | None
    room: int | None
    open: OpenState | None

    @classmethod
    def of(cls, it: Match, at: datetime) -> "ServiceFound":
        offer = it.offer
        return cls(
            offer.service,
            PartnerView.of(offer.partner),
            offer.ours,
            offer.agreement,
            offer.agreement_to,
            it.near.name if it.near is not None else None,
            it.fits,
            it.speaks,
            it.room,
            open_state(offer.service.hours, at),
        )


class Partners:
    def __init__(self, work: Works, views: Views, outbox: Outbox, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._outbox = work, views, outbox
        self._passwords, self._clock, self._ids = passwords, clock, ids

    async def search(self, actor: Actor, wanted: Wanted) -> tuple[ServiceFound, ...]:
        """Services of all partners that take referrals, the best fit first. A directory is some hundreds of rows: it is read whole."""
        actor.check(Act.see_partners)
        at = self._clock.now()
        async with self._work.looking(actor) as work:
            partners = {one.id: one for one in await work.partners.all()}
            services, agreements = await work.partners.every_service(), await work.partners.every_agreement()
        ours = await self._views.referrals.live_by_service(actor.scope(Act.see_partners))
        force = {one.partner_id: one for one in agreements if one.in_force(at.date())}
        offers = (
            Offer(partners[its], one, ours.get(one.id, 0), its in force, force[its].valid_to if its in force else None)
            for one in services
            for its in (one.partner_id,)
        )
        return tuple(ServiceFound.of(match, at) for match in search(offers, wanted))

    async def all(self, actor: Actor) -> tuple[PartnerView, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            return tuple(map(PartnerView.of, await work.partners.all()))

    async def get(self, actor: Actor, id: PartnerId) -> PartnerView:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            return PartnerView.of(await work.partners.get(id))

    async def add(
        self, actor: Actor, once: Once | None, key: str, name: str, kind: PartnerKind, adapter: str, secret: str | None, source: str
    ) -> PartnerView:
        actor.check(Act.run_partners)
        credential = await self._passwords.hash(secret) if secret else None
        partner = Partner(PartnerId(self._ids.new()), key, name, kind, adapter, credential, source=source)
        async with self._work(actor) as work:
            if made := await work.once(once, partner.id):
                return PartnerView.of(await work.partners.get(PartnerId(made)))
            await work.partners.add(partner)
            work.announce(PartnerAdded(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=partner.id))
        return PartnerView.of(partner)

    async def services(self, actor: Actor, id: PartnerId) -> tuple[Service, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            await work.partners.get(id)
            return tuple(await work.partners.services(id))

    async def add_service(
        self, actor: Actor, once: Once | None, id: PartnerId, name: str, districts: tuple[str, ...], capacity: int | None
    ) -> Service:
        actor.check(Act.run_partners)
        service = Service(self._ids.new(), id, name, districts, capacity)
        async with self._work(actor) as work:
            await work.partners.get(id)
            if made := await work.once(once, service.id):
                return next(one for one in await work.partners.services(id) if one.id == made)
            await work.partners.add_service(service)
            work.announce(PartnerChanged(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=id, fields=("services",)))
        return service

    async def agreements(self, actor: Actor, id: PartnerId) -> tuple[Agreement, ...]:
        actor.check(Act.see_partners)
        async with self._work.looking(actor) as work:
            await work.partners.get(id)
            return tuple(await work.partners.agreements(id))

    async def add_agreement(
        self,
        actor: Actor,
        once: Once | None,
        id: PartnerId,
        title: str,
        field_groups: tuple[FieldGroup, ...],
        signed_on: date,
        valid_to: date | None,
    ) -> Agreement:
        actor.check(Act.run_partners)
        agreement = Agreement(self._ids.new(), id, title, field_groups, signed_on, valid_to)
        async with self._work(actor) as work:
            await work.partners.get(id)
            if made := await work.once(once, agreement.id):
                return next(one for one in await work.partners.agreements(id) if one.id == made)
            await work.partners.add_agreement(agreement)
            work.announce(PartnerChanged(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=id, fields=("agreements",)))
        return agreement

    async def endpoint_of(self, actor: Actor, id: PartnerId) -> tuple[str, bool] | None:
        """The address and whether it is switched off; the secret is nobody's but the partner's."""
        actor.check(Act.run_partners)
        async with self._work.looking(actor) as work:
            found = await work.partners.endpoint(id)
        return (found.url, found.disabled_at is not None) if found else None

    async def deliveries(self, actor: Actor, id: PartnerId, limit: int) -> tuple[DeliveryView, ...]:
        actor.check(Act.run_partners)
        return tuple(await self._outbox.log(id, limit))

    async def replay(self, actor: Actor, id: PartnerId, message: UUID) -> None:
        actor.check(Act.run_partners)
        await self._outbox.replay(id, message)
        async with self._work(actor) as work:
            work.announce(MessageReplayed(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=message))
