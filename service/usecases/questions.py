"""Questions to the figures: what can be asked, the answer within one's reach, and questions kept under a name."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import NotAllowed
from domain.identity import Act, Actor, Scope
from domain.ports import Once, Views, Works
from domain.reports.dimensions import Dimension
from domain.reports.measures import MEASURES, Counts, Measure, Sure
from domain.reports.question import COUNTS_ONLY, Answer, Question, hold
from domain.reports.saved import MOST_SAVED, SavedQuestion, SavedView, TooManySaved
from domain.values import CentreCode, day_of


@dataclass(frozen=True, slots=True)
class MeasureView:
    """What can be asked: its name, its definition, and what it can be split by."""

    measure: Measure
    name: str
    counts: Counts
    sure: Sure
    means: str
    fits: tuple[Dimension, ...]


class Questions:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    def measures(self, actor: Actor) -> tuple[MeasureView, ...]:
        actor.check(Act.build_report)
        return tuple(MeasureView(one, its.name, its.counts, its.sure, its.means, its.fits) for one, its in MEASURES.items())

    def usual(self, actor: Actor) -> tuple[str, str]:
        """The period of a question that names none: the last twelve months, or the last four quarters that are over."""
        today = day_of(self._clock.now())
        if actor.role not in COUNTS_ONLY:
            return _month(today, -11), _month(today, 0)
        into = (today.month - 1) % 3
        return _month(today, -into - 12), _month(today, -into - 1)

    async def ask(self, actor: Actor, question: Question, *, leaves: bool = False) -> Answer:
        """Small cells are held back from whoever sees counts only, and in what may leave the centre. Raises NotAllowed for a centre out of
        reach, and what `Question.check` and `hold` raise."""
        scope, counts_only = actor.scope(Act.build_report), actor.role in COUNTS_ONLY
        asked = question.check()
        if not set(asked.centres) <= set(scope.centres):
            raise NotAllowed("This centre is not one of yours.")
        if counts_only:
            asked.check_held(day_of(self._clock.now()))
        scope = replace(scope, centres=asked.centres or scope.centres)
        answer = await self._views.measures.ask(scope, asked)
        if counts_only:
            note = " ".join((asked.measure, *asked.splits, asked.first, asked.last))
            await self._trail.saw(*(Look(actor.id, centre, "asked_figures", note=note) for centre in scope.centres))
        # Up to a second of reckoning: others are answered meanwhile.
        return await asyncio.to_thread(hold, answer) if counts_only or leaves else answer

    async def named(self, actor: Actor) -> Mapping[str, str]:
        """What the services of partners and the projects are called, by their ids."""
        actor.check(Act.see_partners)
        return await self._views.measures.named()

    async def save(
        self, actor: Actor, once: Once | None, name: str, question: Question, *, shared_with: CentreCode | None = None
    ) -> SavedView:
        """Raises NotAllowed for a centre out of reach, TooManySaved, and what `Question.check` raises."""
        scope, id = actor.scope(Act.build_report), self._ids.new()
        asked = question.check()
        if not {*asked.centres, *((shared_with,) if shared_with else ())} <= set(scope.centres):
            raise NotAllowed("This centre is not one of yours.")
        async with self._work(actor) as work:
            if (made := await work.once(once, id)) is not None:
                return SavedView.of(await work.saved_questions.get(scope, made))
            if sum(one.owner == actor.id for one in await work.saved_questions.all(scope)) >= MOST_SAVED:
                raise TooManySaved()
            centre = shared_with or scope.centres[0]
            saved, event = SavedQuestion.save(id, centre, name, asked, shared=shared_with is not None, by=actor, at=self._clock.now())
            await work.saved_questions.add(saved)
            work.announce(event)
        return SavedView.of(saved)

    async def saved(self, actor: Actor) -> tuple[SavedView, ...]:
        """One's own and those shared with one's centres, the latest first."""
        scope = actor.scope(Act.build_report)
        async with self._work.looking(actor) as work:
            return tuple(SavedView.of(one) for one in await work.saved_questions.all(scope))

    async def remove(self, actor: Actor, once: Once | None, id: UUID) -> None:
        """Raises NotFound, NotYourQuestion."""
        scope: Scope = actor.scope(Act.build_report)
        async with self._work(actor) as work:
            if await work.once(once, id):
                return
            found = await work.saved_questions.get(scope, id)
            work.announce(found.remove(by=actor, at=self._clock.now()))
            await work.saved_questions.remove(found)


def _month(today: date, shift: int) -> str:
    year, place = divmod(today.year * 12 + today.month - 1 + shift, 12)
    return f"{year}-{place + 1:02d}"
