"""What somebody was told: what they have not read stands where their day begins, what they have read is kept for looking back."""

from collections.abc import Sequence
from uuid import UUID

from domain.account import NewsRead
from domain.chance import Clock
from domain.identity import Act, Actor
from domain.ports import Works
from domain.reporting import Notice
from domain.values import HOUSE, StaffId

MOST = 50
"""So much of what is not read is shown at once."""


class News:
    def __init__(self, work: Works, clock: Clock) -> None:
        self._work, self._clock = work, clock

    async def of(self, actor: Actor, limit: int = MOST) -> tuple[Notice, ...]:
        """What they have not read, the latest first."""
        actor.check(Act.keep_account)
        async with self._work.looking(actor) as work:
            return tuple(await work.notices.of(StaffId(actor.id), limit))

    async def read_by(self, actor: Actor, limit: int) -> tuple[Notice, ...]:
        """What they have read, the last of it first."""
        actor.check(Act.keep_account)
        async with self._work.looking(actor) as work:
            return tuple(await work.notices.read_by(StaffId(actor.id), limit))

    async def read(self, actor: Actor, ids: Sequence[UUID]) -> int:
        """Puts these away; whose they are not, and who read them before, changes nothing. How many there were."""
        actor.check(Act.keep_account)
        at = self._clock.now()
        async with self._work(actor) as work:
            if count := await work.notices.read(StaffId(actor.id), ids, at):
                work.announce(NewsRead(at=at, by=actor.id, centre=HOUSE, subject=actor.id, note=str(count)))
        return count
