"""The staff, as the administrator runs it."""

from domain.chance import Clock, Ids
from domain.errors import Invalid
from domain.identity import Act, Actor, Passwords, Role, Staff
from domain.ports import Works
from domain.values import HOUSE, CentreCode, StaffId, required
from service.usecases.identity.told import SignedOutEvent, StaffAdded, StaffView


class StaffDesk:
    def __init__(self, work: Works, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._work, self._passwords, self._clock, self._ids = work, passwords, clock, ids

    async def add(self, actor: Actor, username: str, name: str, role: Role, centres: tuple[CentreCode, ...], password: str) -> StaffView:
        actor.check(Act.run_staff)
        if len(password) < 12:
            raise Invalid("A password has at least 12 characters.", field="password", next="Use a few words.")
        hashed = await self._passwords.hash(password)
        now = self._clock.now()
        staff = Staff(
            StaffId(self._ids.new()), required(username, field="username", longest=100), required(name, field="name"), role, centres, hashed
        )
        async with self._work(actor) as work:
            known = {centre.code for centre in await work.staff.centres() if centre.serves} | {HOUSE}
            if not set(centres) <= known:
                raise Invalid("There is no such centre.", field="centres", next=f"Choose among {', '.join(sorted(known))}.")
            await work.staff.add(staff)
            work.announce(StaffAdded(at=now, by=actor.id, centre=HOUSE, subject=staff.id))
        return StaffView(staff.id, staff.username, staff.name, staff.role, staff.centres, staff.active)

    async def end_sessions(self, actor: Actor, staff_id: StaffId) -> None:
        """Every session of a member of staff ends, here and now (a lost telephone, someone leaving)."""
        actor.check(Act.run_staff)
        now = self._clock.now()
        async with self._work(actor) as work:
            staff = await work.staff.get(staff_id)
            staff.epoch += 1
            await work.staff.save(staff)
            await work.sign_ins.end_all(staff_id, now)
            work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=staff_id, note="all sessions ended"))
