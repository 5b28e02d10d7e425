"""What the administrator does with partners: adding and changing them, their services, agreements, address and credentials."""

from datetime import date
from uuid import UUID

from domain.consent import Purpose
from domain.delivery import NoEndpoint
from domain.errors import NotFound, Stale
from domain.identity import Act, Actor
from domain.partners.agreements import Agreement
from domain.partners.channels import CodesBy, Mailbox
from domain.partners.directory import KeyTaken, Partner, PartnerAdded, PartnerChanged, PartnerKind, Service
from domain.partners.places import HIDDEN, parted
from domain.partners.times import TimeToAnswer
from domain.ports import Once, Work
from domain.reporting import Notice
from domain.values import HOUSE, FieldGroup, Language, PartnerId, StaffId, day_of
from service.usecases.partners.directory import Directory
from service.usecases.partners.views import Credentials, EndpointState, MailboxView, PartnerView


class Partners(Directory):
    def _changed(self, actor: Actor, id: PartnerId, *fields: str) -> PartnerChanged:
        return PartnerChanged(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=id, fields=fields)

    async def add(
        self, actor: Actor, once: Once | None, key: str, name: str, kind: PartnerKind, adapter: str, secret: str | None, source: str
    ) -> PartnerView:
        """Raises KeyTaken."""
        actor.check(Act.run_partners)
        credential = await self._passwords.hash(secret) if secret else None
        partner = Partner(PartnerId(self._ids.new()), key, name, kind, adapter, credential, source=source)
        async with self._work(actor) as work:
            if made := await work.once(once, partner.id):
                return PartnerView.of(await work.partners.get(PartnerId(made)))
            if await self._known(work, key):
                raise KeyTaken(field="key")
            await work.partners.add(partner)
            work.announce(PartnerAdded(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=partner.id))
        return PartnerView.of(partner)

    async def news(self, actor: Actor, limit: int) -> tuple[Notice, ...]:
        """What an administrator was told about partners, the newest first; of the messages that a partner did not get, the last."""
        actor.check(Act.run_partners)
        async with self._work.looking(actor) as work:
            found = await work.notices.of(StaffId(actor.id), limit)
        return tuple({one.subject if one.kind == "delivery_given_up" else one.id: one for one in reversed(found)}.values())[::-1]

    @staticmethod
    async def _known(work: Work, key: str) -> bool:
        try:
            await work.partners.by_key(key)
        except NotFound:
            return False
        return True

    async def change(self, actor: Actor, id: PartnerId, seen: int, changes: dict[str, object]) -> PartnerView:
        """Sets name, kind, active, verified, source or channels. A partner that is paused is signed out. Raises Stale with the present
        view, UnsourcedFact, NoChannel."""
        actor.check(Act.run_partners)
        async with self._work(actor) as work:
            partner = await work.partners.get(id)
            if partner.version != seen:
                raise Stale(PartnerView.of(partner))
            partner.change(changes)
            await work.partners.save(partner)
            if not partner.active:
                await work.sign_ins.end_all(id, self._clock.now())
            work.announce(self._changed(actor, id, *sorted(changes)))
        return PartnerView.of(partner)

    async def renew_credentials(self, actor: Actor, once: Once | None, id: PartnerId) -> Credentials:
        """A new secret, shown once; whoever was signed in with the old one is signed out."""
        actor.check(Act.run_partners)
        secret = f"{self._ids.reference()}{self._ids.reference()}"
        hashed = await self._passwords.hash(secret)
        async with self._work(actor) as work:
            partner = await work.partners.get(id)
            if await work.once(once, id):
                return Credentials(id, partner.key, None)
            partner.credential = hashed
            await work.partners.save(partner)
            await work.sign_ins.end_all(id, self._clock.now())
            work.announce(self._changed(actor, id, "credential"))
        return Credentials(id, partner.key, secret)

    async def add_service(self, actor: Actor, once: Once | None, id: PartnerId, fields: dict[str, object]) -> Service:
        """`fields` may hold a hidden address. Raises what `Service.change` raises."""
        actor.check(Act.run_partners)
        service = Service(self._ids.new(), id, "")
        plain, hidden = parted(fields)
        service.change(plain, self._clock.now())
        async with self._work(actor) as work:
            await work.partners.get(id)
            if made := await work.once(once, service.id):
                return next(one for one in await work.partners.services(id) if one.id == made)
            await work.partners.add_service(service)
            if hidden:
                await work.partners.hide_address(service.id, hidden)
            work.announce(self._changed(actor, id, "services", *([HIDDEN] if hidden else [])))
        return service

    async def change_service(self, actor: Actor, id: PartnerId, service: UUID, seen: int, changes: dict[str, object]) -> Service:
        """A hidden address that is named takes the place of the other, an empty one takes it out. Raises Stale with the present record,
        and what `Service.change` raises."""
        actor.check(Act.run_partners)
        plain, hidden = parted(changes)
        async with self._work(actor) as work:
            found = await work.partners.service(id, service)
            if found.version != seen:
                raise Stale(found)
            found.change(plain, self._clock.now())
            await work.partners.save_service(found)
            if hidden is not None:
                await work.partners.hide_address(found.id, hidden)
            work.announce(self._changed(actor, id, "services", *sorted(changes)))
        return found

    async def confirm_service(self, actor: Actor, id: PartnerId, service: UUID) -> Service:
        """Somebody asked today, and all that is written about it still holds."""
        actor.check(Act.run_partners)
        async with self._work(actor) as work:
            found = await work.partners.service(id, service)
            at = self._clock.now()
            found.change({"confirmed_on": day_of(at)}, at)
            await work.partners.save_service(found)
            work.announce(self._changed(actor, id, "services", "confirmed_on"))
        return found

    async def add_agreement(
        self,
        actor: Actor,
        once: Once | None,
        id: PartnerId,
        title: str,
        field_groups: tuple[FieldGroup, ...],
        signed_on: date,
        valid_to: date | None,
        purposes: str = "",
        times: tuple[TimeToAnswer, ...] = (),
        expiry_days: int | None = None,
        purpose_codes: tuple[Purpose, ...] = (),
        predecessor: UUID | None = None,
        *,
        approval: bool = False,
    ) -> Agreement:
        """One that names its predecessor ends that on the day it begins. Raises DatesTurned, NotATime, ExpiresTooSoon, NotFound for a
        predecessor of somebody else's, and what `Agreement.give_way` raises."""
        actor.check(Act.run_partners)
        said = (title, field_groups, signed_on, valid_to, None, purposes, times, expiry_days)
        agreement = Agreement(self._ids.new(), id, *said, purpose_codes, predecessor, approval)
        agreement.check()
        async with self._work(actor) as work:
            await work.partners.get(id)
            if made := await work.once(once, agreement.id):
                return next(one for one in await work.partners.agreements(id) if one.id == made)
            if predecessor is not None:
                before = await work.partners.agreement(id, predecessor)
                before.give_way(agreement, await work.partners.agreements(id))
                await work.partners.save_agreement(before)
            await work.partners.add_agreement(agreement)
            work.announce(self._changed(actor, id, "agreements"))
        return agreement

    async def end_agreement(self, actor: Actor, once: Once | None, id: PartnerId, agreement: UUID) -> Agreement:
        """From today on nothing more leaves under it, and what left can no longer be opened. Raises AgreementEnded."""
        actor.check(Act.run_partners)
        async with self._work(actor) as work:
            found = await work.partners.agreement(id, agreement)
            if await work.once(once, found.id):
                return found
            found.end(day_of(self._clock.now()))
            await work.partners.save_agreement(found)
            work.announce(self._changed(actor, id, "agreements", "ended_on"))
        return found

    async def switch_endpoint(self, actor: Actor, id: PartnerId, seen: int, *, disabled: bool) -> EndpointState:
        """Off: each notice is tried by the partner's other ways until it is given up aloud, and the partner may fetch; to let notices wait,
        pause it (`domain/partners/directory.py`). Raises NoEndpoint, Stale with the present state."""
        actor.check(Act.run_partners)
        now = self._clock.now()
        async with self._work(actor) as work:
            found = await work.partners.endpoint(id)
            if found is None:
                raise NoEndpoint()
            if found.version != seen:
                raise Stale(EndpointState.of(found, now))
            found.disabled_at = now if disabled else None
            await work.partners.save_endpoint(found)
            work.announce(self._changed(actor, id, "endpoint"))
        return EndpointState.of(found, now)

    async def set_mailbox(
        self, actor: Actor, id: PartnerId, seen: int | None, address: str, codes_by: CodesBy, codes_to: str, language: Language
    ) -> MailboxView:
        """`seen` is None where none was there. Raises NotAnAddress, SameContact, Stale with the present one."""
        actor.check(Act.run_partners)
        async with self._work(actor) as work:
            await work.partners.get(id)
            found = await work.partners.mailbox(id)
            if found is not None and found.version != seen:
                raise Stale(MailboxView.of(found))
            box = Mailbox(found.id if found else self._ids.new(), id, address, codes_by, codes_to, language, seen or 1)
            box.check()
            await (work.partners.save_mailbox(box) if found else work.partners.add_mailbox(box))
            work.announce(self._changed(actor, id, "mailbox"))
        return MailboxView.of(box)
