"""What a supervisor watches: work that is due, and the lists behind the numbers."""

from collections.abc import Iterable

from domain.audit import Named, Trail, looks
from domain.chance import Clock
from domain.figures import answers
from domain.figures.approvals import ApprovalDashboard
from domain.figures.due import Due, DueDashboard, DueTask, TaskFilter, When, days
from domain.figures.handover import Held
from domain.figures.quality import OLDEST, ConsentEnds, Ending, QualityDashboard, Watched, WatchedCase
from domain.identity import Act, Actor, Scope
from domain.periods import months_until, quarters_until
from domain.ports import Views
from domain.values import CentreCode, StaffId, day_of

MOST = 100
"""So many lines of a list are shown; the number above it is whole."""


MOST_HELD = 200
"""So many cases, and so many tasks, are handed over at once."""


class Watching:
    def __init__(self, views: Views, trail: Trail, clock: Clock) -> None:
        self._views, self._trail, self._clock = views, trail, clock

    async def due(self, actor: Actor, centre: CentreCode | None, first: str | None = None, last: str | None = None) -> DueDashboard:
        """Quarters in which partners sent us somebody; `answers.QUARTERS` of them unless a period is asked for."""
        at = self._clock.now()
        return await self._views.watch.due(
            actor.scope(Act.see_dashboards).at(centre), at, *quarters_until(at, first, last, answers.QUARTERS)
        )

    async def tasks(
        self, actor: Actor, centre: CentreCode | None, when: When, what: Due | None = None, holder: StaffId | None = None
    ) -> tuple[DueTask, ...]:
        """Those that are counted, the first due first, at most `MOST`."""
        scope = actor.scope(Act.approve_referral).at(centre)
        wanted = TaskFilter(*days(when, day_of(self._clock.now())), what, holder)
        found = await self._views.watch.tasks(scope, wanted, MOST)
        await self._looked(scope, "saw_tasks_of_centre", found)
        return tuple(found)

    async def held(self, actor: Actor, whose: StaffId, given_by: StaffId | None = None) -> Held:
        """What this person holds within the actor's centres, or of their cases those that `given_by` handed over to them."""
        scope = actor.scope(Act.assign_case)
        found = await self._views.watch.held(scope, whose, given_by, MOST_HELD)
        await self._looked(scope, "saw_what_somebody_holds", (*found.cases, *found.tasks))
        return found

    async def quality(self, actor: Actor, centre: CentreCode | None, first: str | None, last: str | None) -> QualityDashboard:
        """Months of the closing are `2026-11`; the last twelve and this one unless a period is asked for."""
        at = self._clock.now()
        return await self._views.watch.quality(actor.scope(Act.see_dashboards).at(centre), at, *months_until(at, first, last))

    async def approvals(self, actor: Actor, centre: CentreCode | None, first: str | None, last: str | None) -> ApprovalDashboard:
        """Months of the deciding; the last one and this unless a period is asked for."""
        at = self._clock.now()
        return await self._views.watch.approvals(actor.scope(Act.see_dashboards).at(centre), at, *months_until(at, first, last, 1))

    async def watched(self, actor: Actor, centre: CentreCode | None, what: Watched) -> tuple[WatchedCase, ...]:
        """Those that are counted, the longest first, at most `MOST`."""
        return await self._cases(actor, centre, what, MOST, all=False)

    async def oldest(self, actor: Actor, centre: CentreCode | None) -> tuple[WatchedCase, ...]:
        """The few that nobody touched for the longest time, however long that is."""
        return await self._cases(actor, centre, Watched.untouched, OLDEST, all=True)

    async def _cases(self, actor: Actor, centre: CentreCode | None, what: Watched, most: int, *, all: bool) -> tuple[WatchedCase, ...]:
        scope = actor.scope(Act.approve_referral).at(centre)
        found = await self._views.watch.watched(scope, what, self._clock.now(), most, all=all)
        await self._looked(scope, "saw_cases", found)
        return tuple(found)

    async def consents_ending(self, actor: Actor, centre: CentreCode | None, which: Ending) -> tuple[ConsentEnds, ...]:
        """The first to end first, at most `MOST`."""
        scope = actor.scope(Act.approve_referral).at(centre)
        found = await self._views.watch.consents_ending(scope, which, self._clock.now(), MOST)
        await self._looked(scope, "saw_consents_of_centre", found)
        return tuple(found)

    async def _looked(self, scope: Scope, action: str, lines: Iterable[Named]) -> None:
        await self._trail.saw(*looks(scope.staff, action, lines, scope.centres))
