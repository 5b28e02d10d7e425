"""Links of agencies without software: the code that opens one, who is inside, and the centre's hand on them."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import Conflict, NotFound
from domain.identity import Act, Actor, Role
from domain.partners.channels import CodesBy, Mailbox, Mailer, MailWriter, Parcel
from domain.partners.exchange import Package
from domain.ports import Once, Views, Work, Works
from domain.referrals.links import CodeWrong, Link, LinkCodeMade, LinkOver, LinkView, NotByCode, link_to
from domain.referrals.steps import LIVE
from domain.secrecy import KeyVault
from domain.values import Language, PartnerId, ReferralId

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
    """Somebody of the agency, inside: the partner for one referral."""

    actor: Actor
    ref: str


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

    def _asked(self, link: Link, code: str, by: UUID) -> LinkCodeMade:
        return link.ask(self._print(link.id.hex, code), by, self._clock.now())

    async def spoken_code(self, actor: Actor, once: Once | None, id: ReferralId) -> SpokenCode:
        """For the newest link of a referral, to be read out by whoever answers for it. Raises LinkOver where none is open."""
        scope = actor.scope(Act.move_referral)
        code = self._ids.digits(DIGITS)
        async with self._work(actor) as work:
            referral = await work.referrals.get(scope, id)
            now = self._clock.now()
            link = next((one for one in await work.links.of_referral(scope, id) if one.alive(now)), None)
            if link is None:
                raise LinkOver(next="The next notice brings the agency a new link.")
            box = await self._box(work, referral.partner_id)
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
                for other in await work.links.open_of(link.referral_id, now):
                    if other.id != link.id:
                        work.announce(other.revoke(link.partner_id, now))
                        await work.links.save(other)
                work.announce(link.let_in(self._print("visit", secret), now))
            await work.links.save(link)
        if not right:
            raise CodeWrong()
        return secret

    async def renew(self, token: str) -> None:
        """Another link, to the mailbox and nowhere else, for somebody whose link is over. Raises CodeTooSoon, LinkOver, Unavailable."""
        fresh, now = self._ids.reference() + self._ids.reference(), self._clock.now()
        async with self._work(NOBODY) as work:
            old = await work.links.hold(self._name(token))
            referral = await work.referrals.of_message(old.referral_id)
            if referral.state not in LIVE:
                raise LinkOver(next="Telephone the centre.")
            partner, box = await work.partners.get(old.partner_id), await self._box(work, old.partner_id)
            old.renew(now)
            await work.links.save(old)
            link, made = Link.to(referral, self._ids.new(), self._name(fresh), old.partner_id, now)
            await work.links.add(link)
            work.announce(made)
        data = {"referral": referral.ref, "answer_by": referral.answer_by.isoformat() if referral.answer_by else None}
        package = Package(id=self._ids.reference(), kind="referral.sent", at=now, url=link_to(self._public_url, fresh), data=data)
        parcel = Parcel(package=package, adapter=partner.adapter, to=box.address, language=box.language)
        await self._mailer.send(self._writer.notice(parcel))

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
        return Guest(Actor(link.partner_id, Role.partner, (), None, link.partner_id), link.ref)

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
