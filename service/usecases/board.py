"""The board: approvals, cases nobody holds, what is overdue, partners that do not answer or wait for us, screenings without a decision."""

from domain.audit import Shown, Trail, looks
from domain.chance import Clock
from domain.identity import Act, Actor
from domain.ports import Views
from domain.reporting import Board
from domain.values import day_of


class Boards:
    def __init__(self, views: Views, trail: Trail, clock: Clock) -> None:
        self._views, self._trail, self._clock = views, trail, clock

    async def look(self, actor: Actor, limit: int) -> Board:
        """At most `limit` lines of each section, of the actor's centres; one line of the trail for each, empty or not."""
        now, scope = self._clock.now(), actor.scope(Act.approve_referral)
        board = await self._views.board.board(scope, now, day_of(now), limit)
        cases = (*board.unheld.lines, *(case for line in board.overdue.lines for case in line.cases))
        shown: list[Shown] = [*cases, *board.approvals.lines, *board.undecided.lines, *board.plans.lines]
        shown += [(one.centre, one.client_id) for one in board.incoming.lines if one.client_id]
        await self._trail.saw(*looks(actor.id, "saw_board", shown, scope.centres))
        return board
