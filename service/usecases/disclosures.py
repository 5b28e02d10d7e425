"""Disclosure under a legal duty: asked by one, decided by another, and written down when it was handed over."""

from uuid import UUID

from domain.audit import Look, Trail, looks
from domain.chance import Clock, Ids
from domain.disclosures import (
    DECIDERS,
    Disclosure,
    DisclosureMoved,
    DisclosureStep,
    DisclosureView,
    Ground,
    Handover,
)
from domain.errors import Invalid, Stale
from domain.identity import Act, Actor, Role
from domain.ports import Once, Views, Work, Works
from domain.values import CaseId, DisclosureId, FieldGroup


class HandoverNeeded(Invalid):
    """It is written down how it was handed over, to whom and when."""

    next = "Fill in all three."


def act_of(step: DisclosureStep) -> Act:
    return Act.ask_disclosure if step is DisclosureStep.hand_over else Act.decide_disclosure


class Disclosures:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def ask(
        self, actor: Actor, once: Once | None, case_id: CaseId, partner: str | None, field_groups: tuple[FieldGroup, ...], ground: Ground
    ) -> DisclosureView:
        """`partner` by id or key. Raises NotFound and what `Disclosure.ask` raises."""
        at, id, scope = self._clock.now(), DisclosureId(self._ids.new()), actor.scope(Act.ask_disclosure)
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is not None:
                return DisclosureView.of(await work.disclosures.get(scope, DisclosureId(made)))
            case = await work.cases.look(scope, case_id)
            its = (await work.partners.named(partner)).id if partner else None
            told = await work.staff.with_role(case.centre, *DECIDERS, Role.dpo)
            disclosure, asked = Disclosure.ask(id, case, its, field_groups, ground, by=actor, at=at, told=told)
            await work.disclosures.add(disclosure)
            work.announce(asked)
        return DisclosureView.of(disclosure)

    async def step(
        self,
        actor: Actor,
        once: Once | None,
        id: DisclosureId,
        step: DisclosureStep,
        *,
        reason: str = "",
        handover: Handover | None = None,
        seen: int | None = None,
    ) -> DisclosureView:
        """One step of the table. Raises what it raises there, HandoverNeeded; Stale with the present view."""
        async with self._work(actor) as work:
            disclosure = await work.disclosures.get(actor.scope(act_of(step)), id)
            if await work.once(once, id):
                return DisclosureView.of(disclosure)
            if seen is None or disclosure.version == seen:
                work.announce(await self._moved(work, actor, disclosure, step, reason, handover))
                await work.disclosures.save(disclosure)
                return DisclosureView.of(disclosure)
        await self._looked(actor, disclosure)
        raise Stale(DisclosureView.of(disclosure))

    async def _moved(
        self, work: Work, actor: Actor, disclosure: Disclosure, step: DisclosureStep, reason: str, handover: Handover | None
    ) -> DisclosureMoved:
        at = self._clock.now()
        if step is DisclosureStep.confirm:
            return disclosure.confirm(by=actor, at=at)
        if step is DisclosureStep.refuse:
            return disclosure.refuse(reason, by=actor, at=at)
        if handover is None:
            raise HandoverNeeded(field="how")
        officers = await work.staff.with_role(disclosure.centre, Role.dpo)
        return disclosure.hand_over(handover, by=actor, at=at, officers=officers)

    async def get(self, actor: Actor, id: DisclosureId) -> DisclosureView:
        found = await self._views.disclosures.one(actor.scope(Act.see_disclosures), id)
        await self._looked(actor, found)
        return DisclosureView.of(found)

    async def of_case(self, actor: Actor, id: CaseId) -> tuple[DisclosureView, ...]:
        """The newest first. Raises NotFound for a case out of scope, so that an empty list never hides one."""
        scope = actor.scope(Act.see_disclosures)
        case = await self._views.cases.case(scope, id)
        found = await self._views.disclosures.of_case(scope, id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_case_disclosures", id, case.client_id))
        return tuple(map(DisclosureView.of, found))

    async def page(self, actor: Actor, limit: int, after: UUID | None) -> tuple[DisclosureView, ...]:
        """Of all cases in reach, the newest first."""
        found = await self._views.disclosures.page(actor.scope(Act.see_disclosures), limit, after)
        await self._trail.saw(*looks(actor.id, "saw_disclosures", found))
        return tuple(map(DisclosureView.of, found))

    async def _looked(self, actor: Actor, disclosure: Disclosure) -> None:
        await self._trail.saw(Look(actor.id, disclosure.centre, "saw_disclosure", disclosure.id, disclosure.client_id))
