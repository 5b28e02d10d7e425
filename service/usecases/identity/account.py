"""What people do with their own account: language, password, second factor, sessions."""

from uuid import UUID

from domain.account import PasswordChanged, SecondFactorDropped, SecondFactorTaken, StaffChanged, WrongCode, check_password
from domain.chance import Clock
from domain.errors import NotFound
from domain.identity import Act, Actor, Staff
from domain.ports import Works
from domain.sessions import OneTimeCodes, Passwords, SignIn
from domain.values import HOUSE, Language, StaffId
from service.usecases.identity.told import AccountView, Me, PasskeyView, SecondFactor, SessionView, SignedOutEvent
from service.usecases.identity.tries import Tries


class Account:
    def __init__(self, work: Works, tries: Tries, passwords: Passwords, codes: OneTimeCodes, clock: Clock) -> None:
        self._work, self._tries, self._passwords, self._codes, self._clock = work, tries, passwords, codes, clock

    async def me(self, actor: Actor) -> Me:
        actor.check(Act.see_self)
        return Me(actor.id, actor.name, actor.role, actor.centres, actor.language, tuple(act for act in Act if actor.may(act)))

    async def of(self, actor: Actor) -> AccountView:
        actor.check(Act.keep_account)
        async with self._work.looking(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
            passkeys = await work.passkeys.of(staff.id)
            sessions = await work.sign_ins.open_of(staff.id)
            before = (await work.sign_ins.last_two(staff.id))[1:]
        return AccountView(
            username=staff.username,
            name=staff.name,
            role=staff.role,
            centres=staff.centres,
            language=staff.language,
            last_sign_in=before[0] if before else None,
            second_factor=staff.totp is not None,
            passkeys=tuple(PasskeyView(one.id, one.name, one.added_at, one.used_at) for one in passkeys),
            sessions=tuple(_session(one, actor) for one in sessions),
        )

    async def set_language(self, actor: Actor, language: Language) -> None:
        actor.check(Act.set_language)
        async with self._work(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
            if staff.language is not language:
                staff.language = language
                await work.staff.save(staff)
                work.announce(StaffChanged(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=staff.id, fields=("language",)))

    async def set_password(self, actor: Actor, present: str, new: str) -> None:
        """Every other session ends: whoever knew the old one is out. Raises WrongPassword, WeakPassword."""
        actor.check(Act.set_password)
        staff = await self._me(actor)
        await self._tries.prove(staff, present)
        check_password(new, staff.username, staff.name, present)
        hashed = await self._passwords.hash(new)
        now = self._clock.now()
        async with self._work(actor) as work:
            staff = await work.staff.get(staff.id)
            staff.choose(hashed)
            await work.staff.save(staff)
            await work.guesses.forget(staff.id)
            await work.sign_ins.end_others(staff.id, actor.session or staff.id, now)
            work.announce(PasswordChanged(at=now, by=actor.id, centre=HOUSE, subject=staff.id))

    async def begin_second_factor(self, actor: Actor) -> SecondFactor:
        """A fresh secret, shown once; it counts only when a code of it has been given back."""
        actor.check(Act.keep_account)
        secret = self._codes.secret()
        return SecondFactor(secret, self._codes.uri(secret, (await self._me(actor)).username))

    async def offered(self, actor: Actor, secret: str) -> SecondFactor:
        """The same secret once more, after a wrong code."""
        actor.check(Act.keep_account)
        return SecondFactor(secret, self._codes.uri(secret, (await self._me(actor)).username))

    async def take_second_factor(self, actor: Actor, secret: str, code: str, current_code: str = "") -> None:
        """From the next sign-in on the code is asked for. Changing it needs a code of the old one: a stolen session has none.
        Raises WrongCode."""
        actor.check(Act.keep_account)
        now = self._clock.now()
        step = self._codes.step(code, secret, now)
        if step is None:
            raise WrongCode(field="code")
        async with self._work(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
            if staff.totp and (self._codes.step(current_code, staff.totp, now) or 0) <= staff.totp_step:
                raise WrongCode(field="current_code")
            staff.totp, staff.totp_step = secret, step
            await work.staff.save(staff)
            work.announce(SecondFactorTaken(at=now, by=actor.id, centre=HOUSE, subject=staff.id))

    async def drop_second_factor(self, actor: Actor, present: str, code: str) -> None:
        """Takes the password and a code: neither a page left open nor a password overheard is enough. Raises WrongPassword, WrongCode."""
        actor.check(Act.keep_account)
        staff = await self._me(actor)
        await self._tries.prove(staff, present)
        now = self._clock.now()
        if (self._codes.step(code, staff.totp or "", now) or 0) <= staff.totp_step:
            await self._tries.missed(staff.id)
            raise WrongCode(field="code")
        async with self._work(actor) as work:
            staff = await work.staff.get(staff.id)
            staff.totp = None
            await work.staff.save(staff)
            work.announce(SecondFactorDropped(at=now, by=actor.id, centre=HOUSE, subject=staff.id))

    async def end_session(self, actor: Actor, id: UUID) -> None:
        """Raises NotFound for what is no session of theirs."""
        actor.check(Act.keep_account)
        now = self._clock.now()
        async with self._work(actor) as work:
            if not await work.sign_ins.end_one(actor.id, id, now):
                raise NotFound()
            work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=id))

    async def end_other_sessions(self, actor: Actor) -> None:
        actor.check(Act.keep_account)
        now = self._clock.now()
        async with self._work(actor) as work:
            await work.sign_ins.end_others(actor.id, actor.session or actor.id, now)
            work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=actor.id, note="all other sessions ended"))

    async def _me(self, actor: Actor) -> Staff:
        async with self._work.looking(actor) as work:
            return await work.staff.get(StaffId(actor.id))


def _session(it: SignIn, actor: Actor) -> SessionView:
    return SessionView(it.id, it.started_at, it.seen_at or it.started_at, it.ends_at, it.id == actor.session)
