"""What a person does with their own account."""

from domain.chance import Clock
from domain.identity import Act, Actor, OneTimeCodes
from domain.ports import Works
from domain.values import HOUSE, StaffId
from service.usecases.identity.told import Me, SecondFactor, SecondFactorTaken, WrongCode


class Account:
    def __init__(self, work: Works, codes: OneTimeCodes, clock: Clock) -> None:
        self._work, self._codes, self._clock = work, codes, clock

    async def me(self, actor: Actor) -> Me:
        actor.check(Act.see_self)
        return Me(actor.id, actor.name, actor.role, actor.centres, actor.language, tuple(act for act in Act if actor.may(act)))

    async def begin_second_factor(self, actor: Actor) -> SecondFactor:
        """A fresh secret, shown once; it counts only when a code of it has been given back."""
        actor.check(Act.see_colleagues)
        secret = self._codes.secret()
        async with self._work.looking(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
        return SecondFactor(secret, self._codes.uri(secret, staff.username))

    async def take_second_factor(self, actor: Actor, secret: str, code: str, current_code: str = "") -> None:
        """From the next sign-in on the code is asked for. Changing it needs a code of the old one: a stolen session has none.
        Raises WrongCode."""
        actor.check(Act.see_colleagues)
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
