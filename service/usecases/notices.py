"""What somebody was told and has not read: shown where their day begins."""

from domain.identity import Act, Actor
from domain.ports import Works
from domain.reporting import Notice
from domain.values import StaffId


class News:
    def __init__(self, work: Works) -> None:
        self._work = work

    async def of(self, actor: Actor, limit: int) -> tuple[Notice, ...]:
        """The latest first."""
        actor.check(Act.see_self)
        async with self._work.looking(actor) as work:
            return tuple(await work.notices.of(StaffId(actor.id), limit))
