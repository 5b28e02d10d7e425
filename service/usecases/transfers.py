"""Transfers between centres: asked for by one, answered by the other in its own time, and the client moved in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.audit import Look, Trail
from domain.cases import Assignment, Case, Stage
from domain.chance import Clock, Ids
from domain.errors import Stale
from domain.events import Event
from domain.identity import Act, Actor, Role, Scope, Sensitivity
from domain.incoming.record import desk_terms
from domain.plans.tasks import passed_on
from domain.ports import Once, Views, Work, Works
from domain.transfers.doors import Direction, TransferView
from domain.transfers.record import Transfer, TransferWaits, Wanted, check_counsels, check_open
from domain.transfers.steps import Side, TransferState, TransferStep
from domain.values import CaseId, CentreCode, StaffId, TransferId

COUNSELLORS = (Role.counsellor, Role.supervisor)
ANSWERING = (Role.supervisor, Role.centre_manager)
MOST = 200
"""Of what waits, so many are shown at once: a centre that owes more answers sees the most urgent ones."""


def across(actor: Actor, *centres: CentreCode) -> Actor:
    """The same person with the reach of this one transaction: it writes into the trails of both centres, and moves rows from one to the
    other. What they may touch is still asked of their own scope."""
    return replace(actor, centres=tuple(dict.fromkeys((*actor.centres, *centres))))


class Transfers:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids, house: Actor, *, rehearsal: bool = False) -> None:
        """In a rehearsal the given clock judges what is due; in earnest the database's does."""
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids
        self._house, self._rehearsal = house, rehearsal

    async def ask(self, actor: Actor, once: Once | None, case_id: CaseId, wanted: Wanted) -> TransferView:
        """Raises NotFound for a case that is not one's own, TransferWaits and what `Transfer.ask` raises."""
        at, id, scope = self._clock.now(), TransferId(self._ids.new()), actor.scope(Act.ask_transfer)
        async with self._work(across(actor, wanted.to)) as work:
            made = await work.once(once, id)
            if made is not None:
                return TransferView.of(await work.transfers.get(scope, TransferId(made)), actor)
            case = await work.cases.look(scope, case_id)
            if await work.transfers.waits(case.client_id):
                raise TransferWaits()
            transfer, happened = await self._asked(work, actor, id, case, wanted, at)
            await work.transfers.add(transfer)
            for one in happened:
                work.announce(one)
        return TransferView.of(transfer, actor)

    async def _asked(
        self, work: Work, actor: Actor, id: TransferId, case: Case, wanted: Wanted, at: datetime
    ) -> tuple[Transfer, tuple[Event, ...]]:
        centres = {one.code: one for one in await work.staff.centres() if one.serves}
        hours = centres[wanted.to].hours if wanted.to in centres else ()
        return Transfer.ask(
            id,
            case,
            await work.clients.get(actor.scope(Act.see_client), case.client_id),
            wanted,
            by=actor,
            at=at,
            terms=desk_terms(hours, await work.holidays.all()),
            centres=centres.keys(),
            referrals=[one.state for one in await work.referrals.open_to(case.client_id, None)],
            people=await work.staff.with_role(wanted.to, *ANSWERING),
        )

    async def answer(
        self,
        actor: Actor,
        once: Once | None,
        id: TransferId,
        step: TransferStep,
        *,
        reason: str = "",
        counsellor: StaffId | None = None,
        seen: int | None = None,
    ) -> TransferView:
        """`accept` names who takes the client. Raises NotOurCounsellor, CaseNotOpen, InUse and what `Transfer.take` raises; Stale with the
        present view."""
        return await self._step(actor, actor.scope(Act.answer_transfer), once, id, step, reason, counsellor, seen)

    async def withdraw(self, actor: Actor, once: Once | None, id: TransferId, *, seen: int | None = None) -> TransferView:
        """Raises what `Transfer.take` raises; Stale with the present view."""
        return await self._step(actor, actor.scope(Act.ask_transfer), once, id, TransferStep.withdraw, "", None, seen)

    async def _step(
        self,
        actor: Actor,
        scope: Scope,
        once: Once | None,
        id: TransferId,
        step: TransferStep,
        reason: str,
        counsellor: StaffId | None,
        seen: int | None,
    ) -> TransferView:
        at, known = self._clock.now(), await self._views.transfers.one(scope, id)
        async with self._work(across(actor, known.centre, known.to_centre)) as work:
            transfer = await work.transfers.get(scope, id)
            if await work.once(once, id):
                return TransferView.of(transfer, actor)
            if seen is None or transfer.version == seen:
                accepts = step is TransferStep.accept
                happened = transfer.take(step, by=actor, at=at, reason=reason, taken_by=counsellor if accepts else None)
                assigned = await self._move(work, actor, transfer, at) if accepts else ()
                await work.transfers.save(transfer)
                for one in (*happened, *assigned):
                    work.announce(one)
                return TransferView.of(transfer, actor)
        await self._looked(actor, "saw_transfer", transfer)
        raise Stale(TransferView.of(transfer, actor))

    async def _move(self, work: Work, actor: Actor, transfer: Transfer, at: datetime) -> tuple[Event, ...]:
        """Cases, tasks and actions find their new people first, where they are; then everything goes at once."""
        keepers = await work.staff.with_role(transfer.to_centre, *COUNSELLORS, Role.centre_manager)
        to = check_counsels(transfer.taken_by, await work.staff.with_role(transfer.to_centre, *COUNSELLORS))
        theirs = Scope((transfer.centre,), StaffId(actor.id), clears=tuple(Sensitivity))
        assigned = []
        for id in await work.transfers.hold(transfer.client_id):
            case = await work.cases.get(theirs, id)
            if id == transfer.case_id:
                check_open(case)
            assigned.append(await self._given(work, actor, case, to, at))
            await self._passed_on(work, case, to, keepers)
        await work.transfers.move(transfer.client_id, transfer.to_centre)
        return tuple(replace(one, centre=transfer.to_centre) for one in assigned)

    async def _given(self, work: Work, actor: Actor, case: Case, to: StaffId, at: datetime) -> Event:
        """Closed cases too, so that whoever answers for the person now can reopen one; only of open ones they are told."""
        given = case.assign(to, by=actor, at=at)
        await work.cases.assign(Assignment(self._ids.new(), case.centre, case.client_id, case.id, to, at, None, "transferred"))
        await work.referrals.hand_over(case.id, to)
        await work.cases.save(case)
        return replace(given, tells=()) if case.stage is Stage.closed else given

    @staticmethod
    async def _passed_on(work: Work, case: Case, to: StaffId, keepers: Sequence[StaffId]) -> None:
        """What people of the old centre had to do becomes the new counsellor's; tasks first and then the plan, as finishing one takes
        them."""
        for task in await work.counselling.open_tasks(case.id):
            if task.assignee_id not in keepers:
                task.assignee_id = to
                await work.counselling.save_task(task)
        for plan in await work.plans.live(case.id):
            content = passed_on(plan.content, to, keepers)
            if content != plan.content:
                plan.content = content
                await work.plans.save(plan)

    async def get(self, actor: Actor, id: TransferId) -> TransferView:
        found = await self._views.transfers.one(actor.scope(Act.see_transfers), id)
        await self._looked(actor, "saw_transfer", found)
        return TransferView.of(found, actor)

    async def waiting(self, actor: Actor) -> tuple[TransferView, ...]:
        """What other centres wait for, the first due first."""
        found = await self._views.transfers.waiting(actor.scope(Act.see_transfers), MOST)
        await self._looked(actor, "saw_transfers", *found)
        return tuple(TransferView.of(one, actor) for one in found)

    async def page(
        self, actor: Actor, direction: Direction, state: TransferState | None, limit: int, after: UUID | None
    ) -> tuple[tuple[TransferView, ...], UUID | None]:
        """Newest first, and the cursor of what follows."""
        found = await self._views.transfers.page(actor.scope(Act.see_transfers), direction, state, limit + 1, after)
        shown = found[:limit]
        await self._looked(actor, "saw_transfers", *shown)
        return tuple(TransferView.of(one, actor) for one in shown), shown[-1].id if len(found) > limit else None

    async def of_case(self, actor: Actor, id: CaseId) -> tuple[TransferView, ...]:
        """Of the client of this case, the newest first. Raises NotFound for a case out of scope, so that an empty list never hides one."""
        case = await self._views.cases.case(actor.scope(Act.see_transfers), id)
        found = await self._views.transfers.of_client(actor.scope(Act.see_transfers), case.client_id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_transfers", id, case.client_id))
        return tuple(TransferView.of(one, actor) for one in found)

    async def centres(self, actor: Actor) -> tuple[tuple[CentreCode, str], ...]:
        """Those that serve, by code and name: where somebody can be handed, and what codes are called."""
        actor.check(Act.see_transfers)
        async with self._work.looking(actor) as work:
            return tuple((one.code, one.name) for one in await work.staff.centres() if one.serves)

    async def hear_clocks(self, limit: int = 100) -> int:
        """Those who answer at half the time and at its end, the sender at the end, expiry after it; each once, whatever is restarted."""
        async with self._work(self._house) as work:
            now = self._clock.now() if self._rehearsal else await work.now()
            due = await work.transfers.due(now, limit)
            for transfer in due:
                people = await work.staff.with_role(transfer.to_centre, *ANSWERING)
                for one in transfer.hear_clock(by=self._house, at=now, people=people):
                    work.announce(one)
                await work.transfers.save(transfer)
        return len(due)

    async def _looked(self, actor: Actor, action: str, *found: Transfer) -> None:
        """A line for each, in the trail of the reader's centre."""
        own = {one.id: one.to_centre if one.side(actor) is Side.receiving else one.centre for one in found}
        await self._trail.saw(*(Look(actor.id, own[one.id], action, one.id, one.client_id) for one in found))
