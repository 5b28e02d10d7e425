"""The staff, as the administrator runs it: every act leaves a line in the trail, and takes effect with the person's next request."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.account import (
    SHORTEST,
    FactorsReset,
    NameTaken,
    OwnAccount,
    PasswordReset,
    Reset,
    StaffAdded,
    StaffChanged,
    StaffDeactivated,
    StaffReactivated,
    centres_of,
    check_password,
    handed_over,
    keep_one_administrator,
    username_of,
)
from domain.chance import Clock, Ids
from domain.errors import NotFound, Stale
from domain.identity import Act, Actor, Role, Staff
from domain.ports import Once, Work, Works
from domain.secrecy import KeyVault
from domain.sessions import Passwords
from domain.values import HOUSE, CentreCode, StaffId, required
from service.usecases.identity.told import HOUSE_ACTOR, Hired, SignedOutEvent, StaffDetail, StaffLine

CHANGEABLE = ("name", "role", "centres", "language", "active")


class StaffDesk:
    runs = Act.run_staff

    def __init__(self, work: Works, passwords: Passwords, vault: KeyVault, clock: Clock, ids: Ids, *, samples_allowed: bool) -> None:
        self._work, self._passwords, self._vault = work, passwords, vault
        self._clock, self._ids, self._samples_allowed = clock, ids, samples_allowed

    async def all(self, actor: Actor, *, partners: bool = False) -> tuple[StaffLine, ...]:
        """Active ones first; `partners` with the people of partners, for counting."""
        actor.check(Act.run_staff)
        async with self._work.looking(actor) as work:
            staff = await work.staff.all()
            passkeys, latest = await work.passkeys.counts(), await work.sign_ins.latest()
        return lines_of([one for one in staff if partners or one.partner_id is None], passkeys, latest)

    async def get(self, actor: Actor, id: StaffId) -> StaffDetail:
        actor.check(Act.run_staff)
        # Cases stand in centres that an administrator does not reach; their number is all that is told.
        async with self._work.looking(HOUSE_ACTOR) as work:
            return await detail_of(work, await self._person(work, actor, id))

    async def _person(self, work: Work, actor: Actor, id: StaffId) -> Staff:
        """Raises NotFound, alike for nobody and for somebody of a partner: those are run elsewhere."""
        staff = await work.staff.get(id)
        if staff.partner_id is not None:
            raise NotFound()
        return staff

    async def add(
        self,
        actor: Actor,
        once: Once | None,
        username: str,
        name: str,
        role: Role,
        centres: tuple[CentreCode, ...],
        password: str | None = None,
    ) -> Hired:
        """Without a password one is made, told once, good for `ONE_TIME`, and changed at the first sign-in. Raises NameTaken,
        WeakPassword."""
        actor.check(Act.run_staff)
        handed = None if password is not None else self._handed()
        if password is not None:
            self._fit(password, username, name)
        staff = Staff(
            StaffId(self._ids.new()),
            username_of(username),
            required(name, field="name"),
            role,
            centres,
            await self._passwords.hash(password or handed or ""),
        )
        if handed:
            staff.hand(staff.password, self._clock.now())
        async with self._work(actor) as work:
            if made := await work.once(once, staff.id):
                return hired(await work.staff.get(StaffId(made)), None)
            staff.centres = centres_of(role, centres, await _serving(work))
            if await work.staff.by_username(staff.username):
                raise NameTaken()
            await work.staff.add(staff)
            work.announce(StaffAdded(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=staff.id))
        return hired(staff, handed)

    async def change(self, actor: Actor, id: StaffId, seen: int, wants: Mapping[str, object]) -> StaffDetail:
        """`wants` has those of `CHANGEABLE` that change. Who is let go is out at once; their cases wait for a supervisor. Raises Stale,
        LastAdministrator."""
        actor.check(Act.run_staff)
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            admins, staff = await self._admins(work), await self._person(work, actor, id)
            if staff.version != seen:
                raise Stale(await detail_of(work, staff))
            before = {name: getattr(staff, name) for name in CHANGEABLE}
            for name in CHANGEABLE:
                setattr(staff, name, wants.get(name, before[name]))
            staff.name = required(staff.name, field="name")
            staff.centres = centres_of(staff.role, staff.centres, await _serving(work))
            keep_one_administrator(staff, admins, stays=staff.active and staff.role is Role.admin)
            changed = tuple(name for name in CHANGEABLE if getattr(staff, name) != before[name])
            if changed:
                await self._changed(work, actor, staff, changed, now)
            return await detail_of(work, staff)

    async def _changed(self, work: Work, actor: Actor, staff: Staff, changed: tuple[str, ...], now: datetime) -> None:
        let_go = "active" in changed and not staff.active
        if not {"active", "role", "centres"}.isdisjoint(changed):
            staff.placed_at = now
        staff.epoch += let_go
        await work.staff.save(staff)
        if let_go:
            await work.sign_ins.end_all(staff.id, now)
            work.announce(StaffDeactivated(at=now, by=actor.id, centre=HOUSE, subject=staff.id))
        elif "active" in changed:
            work.announce(StaffReactivated(at=now, by=actor.id, centre=HOUSE, subject=staff.id))
        if fields := tuple(name for name in changed if name != "active"):
            work.announce(StaffChanged(at=now, by=actor.id, centre=HOUSE, subject=staff.id, fields=fields))

    async def reset(self, actor: Actor, id: StaffId, seen: int, what: Reset, reason: str = "") -> StaffDetail:
        """For somebody locked out. Every session of theirs ends; a new password is told once. Setting factors back needs a reason: it is
        what whoever wants to be somebody else would ask for. Raises Stale, OwnAccount."""
        actor.check(self.runs)
        if id == actor.id:
            raise OwnAccount()
        why = required(reason, field="reason") if what is Reset.factors else reason
        handed = self._handed() if what is Reset.password else None
        hashed = await self._passwords.hash(handed) if handed else ""
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            staff = await self._person(work, actor, id)
            if staff.version != seen:
                raise Stale(await detail_of(work, staff))
            if handed:
                staff.hand(hashed, now)
                await work.guesses.forget(id)
                work.announce(PasswordReset(at=now, by=actor.id, centre=HOUSE, subject=id, note=why))
            else:
                staff.totp = None
                await work.passkeys.remove_all(id)
                work.announce(FactorsReset(at=now, by=actor.id, centre=HOUSE, subject=id, note=why))
            staff.epoch += 1
            await work.staff.save(staff)
            await work.sign_ins.end_all(id, now)
            return await detail_of(work, staff, handed)

    async def end_sessions(self, actor: Actor, staff_id: StaffId) -> None:
        """Every session of a member of staff ends, here and now (a lost telephone, someone leaving)."""
        actor.check(self.runs)
        now = self._clock.now()
        async with self._work(actor) as work:
            staff = await self._person(work, actor, staff_id)
            staff.epoch += 1
            await work.staff.save(staff)
            await work.sign_ins.end_all(staff_id, now)
            work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=staff_id, note="all sessions ended"))

    def _fit(self, password: str, *about: str) -> None:
        """A demonstration gives its own password to whoever tries something; it is long enough, and known to everybody."""
        if not (self._samples_allowed and len(password) >= SHORTEST):
            check_password(password, *about)

    def _handed(self) -> str:
        return handed_over(self._vault.fingerprint(f"password {self._ids.reference()}".encode()))

    async def _admins(self, work: Work) -> list[Staff]:
        """Held before anybody's own row is, so that two administrators who remove each other do not wait for one another."""
        return [one for one in await work.staff.admins() if self._samples_allowed or not one.sample]


async def _serving(work: Work) -> frozenset[CentreCode]:
    return frozenset(centre.code for centre in await work.staff.centres() if centre.serves)


def hired(it: Staff, handed: str | None) -> Hired:
    return Hired(it.id, it.username, it.name, it.role, it.centres, it.active, handed)


def lines_of(staff: Sequence[Staff], passkeys: Mapping[StaffId, int], latest: Mapping[UUID, datetime]) -> tuple[StaffLine, ...]:
    """Active ones first."""
    lines = [_line(one, passkeys.get(one.id, 0), latest.get(one.id)) for one in staff]
    return tuple(sorted(lines, key=lambda one: (not one.active, one.name.casefold())))


def _line(it: Staff, passkeys: int, last: datetime | None) -> StaffLine:
    base = (it.id, it.username, it.name, it.role, it.centres, it.active)
    return StaffLine(*base, it.language, it.totp is not None, passkeys, it.must_change_password, it.password_until, last, it.version)


async def detail_of(work: Work, it: Staff, handed: str | None = None) -> StaffDetail:
    last = (*await work.sign_ins.last_two(it.id), None)[0]
    base = (it.id, it.username, it.name, it.role, it.centres, it.active, it.language, it.totp is not None)
    passkeys, cases = len(await work.passkeys.of(it.id)), await work.cases.open_of(it.id)
    return StaffDetail(*base, passkeys, it.must_change_password, it.password_until, last, it.version, cases, handed)
