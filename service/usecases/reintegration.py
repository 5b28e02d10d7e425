"""Reviews of how a returnee fares, and the task that reminds of the next one."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Look, Trail
from domain.cases import Case
from domain.chance import Clock, Ids
from domain.errors import Stale
from domain.identity import Act, Actor
from domain.ports import Once, Views, Work, Works
from domain.reintegration.doors import Reviews, ReviewView
from domain.reintegration.reviews import Heard, Review, Round, task_for
from domain.values import CaseId


class Reintegration:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def of_case(self, actor: Actor, id: CaseId) -> Reviews:
        """The three, written down or due. Raises NotFound for a case out of scope."""
        scope = actor.scope(Act.see_case)
        case = await self._views.cases.case(scope, id)
        found = await self._views.reviews.of_case(scope, id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_reviews", id, case.client_id))
        return Reviews.of(case, found)

    async def get(self, actor: Actor, id: UUID) -> ReviewView:
        found = await self._views.reviews.one(actor.scope(Act.see_case), id)
        await self._looked(actor, found)
        return ReviewView.of(found)

    async def hold(self, actor: Actor, once: Once | None, case_id: CaseId, round: Round, heard: Heard) -> ReviewView:
        """The task that reminded of it is done, and the next one laid. Raises what `Review.hold` raises."""
        at, id, scope = self._clock.now(), self._ids.new(), actor.scope(Act.write_in_case)
        async with self._work(actor) as work:
            if made := await work.once(once, id):
                return ReviewView.of(await work.reviews.get(scope, made))
            case = await work.cases.get(scope, case_id)
            known = await work.reviews.of_case(case_id)
            review, held = Review.hold(id, case, round, heard, known, by=actor, at=at)
            await work.reviews.add(review)
            work.announce(held)
            await self._remind(work, actor, case, [*known, review])
        return ReviewView.of(review)

    async def _remind(self, work: Work, actor: Actor, case: Case, known: Sequence[Review]) -> None:
        """A reminder of a later review than those written down stays as it is."""
        at, language = self._clock.now(), (await work.staff.get(case.counsellor_id)).language
        wanted = task_for(self._ids.new(), case, known, language, at)
        for task in await work.counselling.open_tasks(case.id):
            if task.asks_after != case.id:
                continue
            if wanted is not None and task.due_on == wanted.due_on:
                return
            work.announce(task.finish(by=actor, at=at))
            await work.counselling.save_task(task)
        if wanted is not None:
            await work.counselling.add_task(wanted)
            work.announce(wanted.added(actor, at))

    async def change(self, actor: Actor, id: UUID, seen: int, heard: Heard) -> ReviewView:
        """All that is said of it, anew. Raises as `hold` does; Stale with the present one."""
        scope = actor.scope(Act.write_in_case)
        async with self._work(actor) as work:
            review = await work.reviews.get(scope, id)
            if review.version == seen:
                case = await work.cases.look(scope, review.case_id)
                work.announce(review.change(case, heard, by=actor, at=self._clock.now()))
                await work.reviews.save(review)
                return ReviewView.of(review)
        await self._looked(actor, review)
        raise Stale(ReviewView.of(review))

    async def _looked(self, actor: Actor, review: Review) -> None:
        await self._trail.saw(Look(actor.id, review.centre, "saw_review", review.id, review.client_id))
