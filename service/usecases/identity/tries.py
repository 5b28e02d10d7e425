"""How often a secret was guessed wrong: a password or a code of the staff, a partner's secret."""

from uuid import UUID

from domain.account import WrongPassword
from domain.chance import Clock
from domain.identity import Staff
from domain.ports import Works
from domain.sessions import Passwords
from domain.values import HOUSE
from service.usecases.identity.told import HOUSE_ACTOR, SignInRefused


class Tries:
    """Each count is a transaction of its own: what a request does afterwards, or fails to do, takes nothing back."""

    def __init__(self, work: Works, passwords: Passwords, clock: Clock) -> None:
        self._work, self._passwords, self._clock = work, passwords, clock

    async def missed(self, id: UUID) -> None:
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            guesses = await work.guesses.held(id)
            rests = guesses.missed(now)
            await work.guesses.save(guesses)
            work.announce(SignInRefused(at=now, by=id, centre=HOUSE, subject=id, note="locked" if rests else ""))

    async def forget(self, id: UUID) -> None:
        async with self._work(HOUSE_ACTOR) as work:
            await work.guesses.forget(id)

    async def prove(self, staff: Staff, password: str) -> None:
        """That whoever sits here knows the password, and did not merely find the page open. Guessing at it rests the account as guessing
        at the door does. Raises WrongPassword."""
        right = await self._passwords.verify(password, staff.password)
        async with self._work.looking(HOUSE_ACTOR) as work:
            guesses = await work.guesses.of(staff.id)
        if guesses.resting(self._clock.now()):
            raise WrongPassword(field="present")
        if not right:
            await self.missed(staff.id)
            raise WrongPassword(field="present")
