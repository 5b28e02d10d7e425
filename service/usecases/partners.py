"""The partner directory as the administrator runs it and everybody reads it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.chance import Clock, Ids
from domain.delivery import DeliveryView, MessageReplayed, Outbox
from domain.identity import Act, Actor, Passwords
from domain.partners.directory import Agreement, Partner, PartnerAdded, PartnerChanged, PartnerKind, Service
from domain.ports import Once, Works
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


class Partners:
    def __init__(self, work: Works, outbox: Outbox, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._work, self._outbox, self._passwords, self._clock, self._ids = work, outbox, passwords, clock, ids

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
