"""The people of a partner, as whoever leads its desk runs them, or an administrator for any partner. Who they are and what they hold are
two things: letting somebody go puts what they had in hand back into the queue, in the same transaction."""

from domain.account import NameTaken, OwnAccount, StaffAdded, partner_role, username_of
from domain.errors import NotAllowed, NotFound, Stale
from domain.identity import Act, Actor, Role, Staff
from domain.ports import Once, Work
from domain.referrals.queue import ReferralPutBack
from domain.values import HOUSE, PartnerId, StaffId, required
from service.usecases.identity.staff import StaffDesk, detail_of, hired, lines_of
from service.usecases.identity.told import HOUSE_ACTOR, Hired, StaffDetail, StaffLine


class PartnerStaff(StaffDesk):
    """Passwords and second factors are reset as those of the house's own staff are."""

    runs = Act.run_partner_staff

    def _partner(self, actor: Actor, asked: PartnerId | None) -> PartnerId:
        """Raises NotFound for another partner's, alike for none; NotAllowed where nobody said whose."""
        actor.check(self.runs)
        if actor.partner is not None and asked not in (None, actor.partner):
            raise NotFound()
        found = actor.partner or asked
        if found is None:
            raise NotAllowed("Only a partner's own people do this.")
        return found

    async def _person(self, work: Work, actor: Actor, id: StaffId) -> Staff:
        staff = await work.staff.get(id)
        if staff.partner_id is None or actor.partner not in (None, staff.partner_id):
            raise NotFound()
        return staff

    async def people(self, actor: Actor, of: PartnerId | None = None) -> tuple[StaffLine, ...]:
        """Active ones first. Raises NotFound."""
        partner = self._partner(actor, of)
        async with self._work.looking(actor) as work:
            await work.partners.get(partner)
            people = await work.staff.of_partner(partner)
            return lines_of(people, await work.passkeys.counts(), await work.sign_ins.latest())

    async def everybody(self, actor: Actor) -> tuple[tuple[StaffLine, str], ...]:
        """Whoever signs in here, active ones first, with the key of the partner whose people they are; for the house's own it is empty."""
        actor.check(Act.run_staff)
        async with self._work.looking(actor) as work:
            staff = await work.staff.all()
            keys = {one.id: one.key for one in await work.partners.all()}
            lines = lines_of(staff, await work.passkeys.counts(), await work.sign_ins.latest())
        of = {one.id: keys[one.partner_id] if one.partner_id else "" for one in staff}
        return tuple((line, of[line.id]) for line in lines)

    async def add_person(self, actor: Actor, once: Once | None, of: PartnerId | None, username: str, name: str, role: Role) -> Hired:
        """A password is made, told once, and changed at the first sign-in. Raises NameTaken."""
        partner, handed, now = self._partner(actor, of), self._handed(), self._clock.now()
        its = (username_of(username), required(name, field="name"), partner_role(role))
        staff = Staff(StaffId(self._ids.new()), *its, (), "", partner_id=partner)
        staff.hand(await self._passwords.hash(handed), now)
        async with self._work(actor) as work:
            if made := await work.once(once, staff.id):
                return hired(await self._person(work, actor, StaffId(made)), None)
            await work.partners.get(partner)
            if await work.staff.by_username(staff.username):
                raise NameTaken()
            await work.staff.add(staff)
            work.announce(StaffAdded(at=now, by=actor.id, centre=HOUSE, subject=staff.id))
        return hired(staff, handed)

    async def set_active(self, actor: Actor, id: StaffId, seen: int, *, active: bool) -> StaffDetail:
        """Who is let go is out at once. Raises Stale, OwnAccount."""
        actor.check(self.runs)
        if id == actor.id:
            raise OwnAccount()
        async with self._work(HOUSE_ACTOR) as work:
            staff = await self._person(work, actor, id)
            if staff.version != seen:
                raise Stale(await detail_of(work, staff))
            if staff.active is not active:
                staff.active = active
                await self._changed(work, actor, staff, ("active",), self._clock.now())
                await self._put_back(work, actor, staff)
            return await detail_of(work, staff)

    async def _put_back(self, work: Work, actor: Actor, staff: Staff) -> None:
        if staff.active or staff.partner_id is None:
            return
        for referral, centre in await work.referrals.put_back(staff.partner_id, staff.id):
            work.announce(ReferralPutBack(at=self._clock.now(), by=actor.id, centre=centre, subject=referral))
