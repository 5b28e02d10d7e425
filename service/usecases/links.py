"""Links of agencies without software: the code that opens one, who is inside, and the centre's hand on them; and those that invite."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import Conflict, NotFound
from domain.events import Event
from domain.identity import Act, Actor, Role
from domain.incoming.steps import OPEN
from domain.partners.channels import CodesBy, Mailbox, Mailer, MailWriter, Parcel
from domain.partners.exchange import Package
from domain.ports import Once, Views, Work, Works
from domain.referrals.links import (
    INVITED,
    SENT_LINK,
    CodeWrong,
    InvitationView,
    Link,
    LinkOver,
    LinkView,
    NotByCode,
    invite,
    link_to,
)
from domain.referrals.steps import LIVE
from domain.secrecy import KeyVault
from domain.values import CentreCode, Language, PartnerId, ReferralId, StaffId

NOBODY = Actor(UUID(int=0), Role.partner, ())
"""Whoever holds a link, before anything is known of them."""
DIGITS = 6


class NoRegisteredContact(Conflict):
    """No registered contact is set for this partner, so that no code can reach it."""

    next = "Ask the administrator to set the mailbox of the partner."


class ReadOnTelephone(Conflict):
    """The centre reads the code out on your registered telephone."""

    next = "Telephone the centre."


@dataclass(frozen=True, slots=True)
class Door:
    """What stands before a link is opened: nothing about the referral, nor whose it is."""

    alive: bool
    codes_by: CodesBy
    language: Language
    phone: str
    """Of the centre, which reads codes out."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of the agency, inside: the partner for one referral, or where `invites` for one person whom it sends to `centre`; then `ref`
    is empty until it did."""

    actor: Actor
    ref: str
    link: UUID
    centre: CentreCode
    centre_name: str
    invites: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """A link is on its way to an agency's mailbox."""

    id: UUID
    centre: CentreCode
    partner: PartnerId


@dataclass(frozen=True, slots=True)
class Agency:
    """`spoken` where its codes are read out by the centre."""

    partner: PartnerId
    spoken: bool


@dataclass(frozen=True, slots=True)
class SpokenCode:
    """To be read out on this number, and no other."""

    code: str
    phone: str


class Links:
    def __init__(
        self,
        work: Works,
        views: Views,
        trail: Trail,
        vault: KeyVault,
        mailer: Mailer,
        writer: MailWriter,
        clock: Clock,
        ids: Ids,
        *,
        public_url: str,
    ) -> None:
        self._public_url = public_url
        self._work, self._views, self._trail, self._vault = work, views, trail, vault
        self._mailer, self._writer, self._clock, self._ids = mailer, writer, clock, ids

    def _print(self, what: str, secret: str) -> bytes:
        return self._vault.fingerprint(f"{what}:{secret}".encode())

    def _name(self, token: str) -> bytes:
        return self._vault.fingerprint(token.encode())

    async def _box(self, work: Work, partner: PartnerId) -> Mailbox:
        box = await work.partners.mailbox(partner)
        if box is None:
            raise NoRegisteredContact()
        return box

    async def door(self, token: str) -> Door:
        """Raises NotFound for what was never a link."""
        async with self._work.looking(NOBODY) as work:
            link = await work.links.look(self._name(token))
            box = await self._box(work, link.partner_id)
            centre = await work.staff.centre(link.centre)
        return Door(link.alive(self._clock.now()), box.codes_by, box.language, centre.phone)

    async def send_code(self, token: str) -> None:
        """To the registered contact. Raises LinkOver, CodeTooSoon, TooManyCodes, ReadOnTelephone, Unavailable."""
        code = self._ids.digits(DIGITS)
        async with self._work(NOBODY) as work:
            link = await work.links.hold(self._name(token))
            box = await self._box(work, link.partner_id)
            if box.codes_by is CodesBy.phone:
                raise ReadOnTelephone()
            work.announce(self._asked(link, code, link.partner_id))
            await work.links.save(link)
        await self._mailer.send(self._writer.code(box.codes_to, code, box.language, self._ids.reference()))

    def _asked(self, link: Link, code: str, by: UUID) -> Event:
        return link.ask(self._print(link.id.hex, code), by, self._clock.now())

    async def spoken_code(self, actor: Actor, once: Once | None, id: ReferralId) -> SpokenCode:
        """For the newest link of a referral, to be read out by whoever answers for it. Raises LinkOver where none is open."""
        scope = actor.scope(Act.move_referral)
        async with self._work(actor) as work:
            await work.referrals.get(scope, id)
            now = self._clock.now()
            link = next((one for one in await work.links.of_referral(scope, id) if one.alive(now)), None)
            if link is None:
                raise LinkOver(next="The next notice brings the agency a new link.")
            return await self._spoken(work, actor, once, link)

    async def _spoken(self, work: Work, actor: Actor, once: Once | None, link: Link) -> SpokenCode:
        code, box = self._ids.digits(DIGITS), await self._box(work, link.partner_id)
        if box.codes_by is not CodesBy.phone:
            raise Conflict("The code goes to the registered contact by mail.", next="Ask them to look into that mailbox.")
        if await work.once(once, link.id):
            raise Conflict("This code was shown before.", next="Make a new one.")
        work.announce(self._asked(link, code, actor.id))
        await work.links.save(link)
        return SpokenCode(code, box.codes_to)

    async def enter(self, token: str, code: str) -> str:
        """What the browser keeps from now on. A wrong code is counted. Raises CodeWrong, LinkOver."""
        secret = self._ids.reference() + self._ids.reference()
        now = self._clock.now()
        async with self._work(NOBODY) as work:
            link = await work.links.hold(self._name(token))
            right = link.matches(self._print(link.id.hex, code), now)
            if right:
                for other in await work.links.beside(link, now):
                    work.announce(other.revoke(link.partner_id, now))
                    await work.links.save(other)
                work.announce(link.let_in(self._print("visit", secret), now))
            await work.links.save(link)
        if not right:
            raise CodeWrong()
        return secret

    async def renew(self, token: str, *, another: bool = False) -> None:
        """Another link, to the mailbox and nowhere else, for somebody whose link is over, or who sends `another` person.
        Raises CodeTooSoon, LinkOver, Unavailable."""
        fresh, now = self._ids.reference() + self._ids.reference(), self._clock.now()
        async with self._work(NOBODY) as work:
            old = await work.links.hold(self._name(token))
            partner, box = await work.partners.get(old.partner_id), await self._box(work, old.partner_id)
            if not partner.active:
                raise LinkOver(next="Telephone the centre.")
            link, made, kind, data = await self._renewed(work, old, fresh, another, now)
            old.renew(now)
            await work.links.save(old)
            await work.links.add(link)
            work.announce(made)
        package = Package(id=self._ids.reference(), kind=kind, at=now, url=link_to(self._public_url, fresh), data=data)
        parcel = Parcel(package=package, adapter=partner.adapter, to=box.address, language=box.language)
        await self._mailer.send(self._writer.notice(parcel))

    async def _renewed(self, work: Work, old: Link, fresh: str, another: bool, now: datetime) -> tuple[Link, Event, str, dict[str, object]]:
        """To the same referral, to the same person who was sent, or to a form for the next one; with the mail that brings it."""
        how = (self._ids.new(), self._name(fresh), old.partner_id, now)
        if old.referral_id is not None:
            referral = await work.referrals.of_message(old.referral_id)
            if referral.state not in LIVE:
                raise LinkOver(next="Telephone the centre.")
            data: dict[str, object] = {"referral": referral.ref, "answer_by": referral.answer_by and referral.answer_by.isoformat()}
            return *Link.to(referral, *how), "referral.sent", data
        sent = await work.incoming.of_sender(old.partner_id, old.incoming_id) if old.incoming_id and not another else None
        if sent is not None and sent.state in OPEN:
            return *Link.to_sent(sent, *how), SENT_LINK, {"incoming": sent.ref}
        return *Link.inviting(old.centre, old.partner_id, *how), INVITED, {}

    async def guest(self, token: str, secret: str) -> Guest:
        """Raises NotFound, LinkOver, NotByCode."""
        async with self._work.looking(NOBODY) as work:
            link = await work.links.look(self._name(token))
            if not link.alive(self._clock.now()):
                raise LinkOver()
            if not secret or not await work.links.visited(self._print("visit", secret), link.partner_id, self._clock.now()):
                raise NotByCode()
            partner = await work.partners.get(link.partner_id)
            if not partner.active:
                raise LinkOver(next="Telephone the centre.")
            centre = await work.staff.centre(link.centre)
        actor = Actor(link.partner_id, Role.partner, (), None, link.partner_id)
        return Guest(actor, link.ref, link.id, link.centre, centre.name, link.invites)

    async def of_referral(self, actor: Actor, id: ReferralId) -> tuple[LinkView, ...]:
        """For those who answer for the referral: they end links, and read codes out."""
        scope = actor.scope(Act.move_referral)
        referral = await self._views.referrals.referral(scope, id)
        async with self._work.looking(actor) as work:
            found = await work.links.of_referral(scope, id)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_links", id, referral.client_id))
        return tuple(map(LinkView.of, found))

    async def revoke(self, actor: Actor, once: Once | None, id: ReferralId, which: UUID) -> LinkView:
        """It opens nothing any more, at once. Raises NotFound, LinkOver."""
        scope = actor.scope(Act.move_referral)
        async with self._work(actor) as work:
            await work.referrals.get(scope, id)
            link = next((one for one in await work.links.of_referral(scope, id) if one.id == which), None)
            if link is None:
                raise NotFound()
            if not await work.once(once, link.id):
                work.announce(link.revoke(actor.id, self._clock.now()))
                await work.links.save(link)
        return LinkView.of(link)

    async def invite(self, actor: Actor, once: Once | None, partner: PartnerId, centre: CentreCode | None) -> Invited:
        """A link goes to the agency's mailbox, by which it may send one person to this centre. Raises NoRegisteredContact, NotFound."""
        actor.check(Act.invite_agency)
        at, id = actor.own_centre(centre), self._ids.new()
        async with self._work(actor) as work:
            its = await work.partners.get(partner)
            await self._box(work, its.id)
            if not its.active:
                raise Conflict("This partner is not active.", next="Ask the administrator.")
            made = await work.once(once, id)
            if made is None:
                work.announce(invite(id, at, its.id, by=StaffId(actor.id), at=self._clock.now()))
        return Invited(made or id, at, its.id)

    async def agencies(self, actor: Actor) -> tuple[Agency, ...]:
        """Who can be invited: those with a mailbox."""
        actor.check(Act.invite_agency)
        async with self._work.looking(actor) as work:
            active = [one.id for one in await work.partners.all() if one.active]
            reached = await work.partners.reached(active)
        return tuple(Agency(id, box.codes_by is CodesBy.phone) for id in active if (box := reached[id].mailbox) is not None)

    async def invitations(self, actor: Actor, limit: int, after: UUID | None) -> tuple[tuple[InvitationView, ...], UUID | None]:
        """The newest first, and the cursor of what follows."""
        scope = actor.scope(Act.invite_agency)
        async with self._work.looking(actor) as work:
            found = await work.links.invitations(scope, limit + 1, after)
        shown = found[:limit]
        await self._trail.saw(*[Look(actor.id, centre, "saw_invitations") for centre in scope.centres])
        return tuple(map(InvitationView.of, shown)), shown[-1].id if len(found) > limit else None

    async def invitation_code(self, actor: Actor, once: Once | None, id: UUID) -> SpokenCode:
        """To be read out by the centre. Raises NotFound, LinkOver, CodeTooSoon, TooManyCodes."""
        async with self._work(actor) as work:
            return await self._spoken(work, actor, once, await work.links.invitation(actor.scope(Act.invite_agency), id))

    async def revoke_invitation(self, actor: Actor, once: Once | None, id: UUID) -> InvitationView:
        """It opens nothing any more, at once. Raises NotFound, LinkOver."""
        async with self._work(actor) as work:
            link = await work.links.invitation(actor.scope(Act.invite_agency), id)
            if not await work.once(once, link.id):
                work.announce(link.revoke(actor.id, self._clock.now()))
                await work.links.save(link)
        return InvitationView.of(link)
