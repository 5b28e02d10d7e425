"""Incoming referrals: a partner sends somebody, the centre answers in its own time, and the partner sees how it fares."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import Invalid, NotAllowed, Stale
from domain.identity import Act, Actor, Role
from domain.incoming.doors import IncomingFilter, IncomingView, SentLine, SentView
from domain.incoming.record import WORDLESS, Incoming, Told, Words, desk_terms
from domain.incoming.steps import ClockStep, DeskStep, IncomingState, SenderStep
from domain.partners.times import Urgency
from domain.periods import begin_of_quarter, end_of_quarter
from domain.ports import Delivered, Once, Views, Work, Works
from domain.referrals.terms import Terms
from domain.values import CentreCode, ClientId, IncomingId, PartnerId, StaffId

DESK = (Role.counsellor, Role.supervisor)
"""Who is told when one comes; managers find it in the queue."""
MOST = 200
"""Of what waits, so many are shown at once: a centre that owes more answers sees the most urgent ones."""


class NoSuchCentre(Invalid):
    """There is no centre of this code."""

    next = "Send the code of a centre that serves: ISB, LHE or PEW."


class IncomingReferrals:
    def __init__(
        self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids, house: Actor, *, kept: timedelta, rehearsal: bool = False
    ) -> None:
        """In a rehearsal the given clock judges what is due; in earnest the database's does. `kept` is how long words of somebody stay who
        became nobody's client."""
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids
        self._house, self._kept, self._rehearsal = house, kept, rehearsal

    @staticmethod
    def _partner(actor: Actor) -> PartnerId:
        actor.check(Act.send_incoming)
        if actor.partner is None:
            raise NotAllowed("Only a partner's own system does this.")
        return actor.partner

    @staticmethod
    async def _terms(work: Work, centre: CentreCode) -> Terms:
        return desk_terms((await work.staff.centre(centre)).hours, await work.holidays.all())

    async def send(
        self,
        actor: Actor,
        once: Once | Delivered | None,
        centre: CentreCode,
        urgency: Urgency,
        told: Told,
        *,
        link: UUID | None = None,
    ) -> SentView:
        """By a call, by signed news, or by a `link`, which then opens how the person fares. Raises NoSuchCentre, LinkOver, LinkUsed and
        what `Told.check` raises."""
        partner, id, at = self._partner(actor), IncomingId(self._ids.new()), self._clock.now()
        ref = self._ids.reference()
        async with self._work(actor) as work:
            if made := await work.once(once, id):
                return SentView.of(await work.incoming.of_sender(partner, IncomingId(made)))
            if centre not in {one.code for one in await work.staff.centres() if one.serves}:
                raise NoSuchCentre(field="centre")
            people, terms = await work.staff.with_role(centre, *DESK), await self._terms(work, centre)
            incoming, came = Incoming.send(id, ref, centre, partner, urgency, told, by=actor, at=at, terms=terms, people=people)
            await work.incoming.add(incoming)
            if link is not None:
                its = await work.links.held(link)
                its.sends(incoming, at)
                await work.links.save(its)
            work.announce(came)
        return SentView.of(incoming)

    async def sent(self, actor: Actor, limit: int, after: UUID | None) -> tuple[tuple[SentLine, ...], UUID | None]:
        """The partner's own, newest first, and the cursor of what follows."""
        found = await self._views.incoming.of_partner(self._partner(actor), limit + 1, after)
        shown = found[:limit]
        return tuple(line for _, line in shown), shown[-1][0] if len(found) > limit else None

    async def fares(self, actor: Actor, ref: str) -> SentView:
        partner = self._partner(actor)
        async with self._work.looking(actor) as work:
            incoming = await work.incoming.for_partner(partner, ref)
        await self._trail.saw(Look(partner, incoming.centre, "asked_after_incoming", incoming.id, incoming.client_id))
        return SentView.of(incoming)

    async def say(self, actor: Actor, once: Once | Delivered | None, ref: str, step: SenderStep, note: str) -> SentView:
        """The sender's answer to a question, or that it takes the referral back. Raises OutOfStep, NoteNeeded."""
        partner = self._partner(actor)
        async with self._work(actor) as work:
            incoming = await work.incoming.for_partner(partner, ref)
            if not await work.once(once, incoming.id):
                people = await self._whoever_answers(work, incoming)
                terms, at = await self._terms(work, incoming.centre), self._clock.now()
                work.announce(incoming.take(step, by=actor, at=at, words=Words(note=note), terms=terms, people=people))
                await work.incoming.save(incoming)
        return SentView.of(incoming)

    @staticmethod
    async def _whoever_answers(work: Work, incoming: Incoming) -> tuple[StaffId, ...]:
        """Who took it up, as long as they work there; else the whole desk."""
        desk = await work.staff.with_role(incoming.centre, *DESK, Role.centre_manager)
        return (incoming.handled_by,) if incoming.handled_by in desk else desk

    async def waiting(self, actor: Actor) -> tuple[IncomingView, ...]:
        """What partners wait for, the first due first."""
        found = await self._views.incoming.waiting(actor.scope(Act.see_incoming), MOST)
        await self._looked(actor, "saw_incomings", *found)
        return tuple(map(IncomingView.of, found))

    async def page(
        self,
        actor: Actor,
        wanted: IncomingFilter,
        limit: int,
        after: UUID | None,
        *,
        centre: CentreCode | None = None,
        came: tuple[str | None, str | None] = (None, None),
    ) -> tuple[tuple[IncomingView, ...], UUID | None]:
        """Newest first, and the cursor of what follows; `came` leaves those that came in these quarters, `2026-Q4`."""
        first, last = came
        begins, ends = begin_of_quarter(first) if first else None, end_of_quarter(last) if last else None
        wanted = replace(wanted, came_from=begins, came_before=ends)
        found = await self._views.incoming.page(actor.scope(Act.see_incoming).at(centre), wanted, limit + 1, after)
        shown = found[:limit]
        await self._looked(actor, "saw_incomings", *shown)
        return tuple(map(IncomingView.of, shown)), shown[-1].id if len(found) > limit else None

    async def get(self, actor: Actor, id: IncomingId) -> IncomingView:
        found = await self._views.incoming.one(actor.scope(Act.see_incoming), id)
        await self._looked(actor, "saw_incoming", found)
        return IncomingView.of(found)

    async def step(
        self, actor: Actor, once: Once | None, id: IncomingId, step: DeskStep, words: Words = WORDLESS, *, seen: int | None = None
    ) -> IncomingView:
        """Raises OutOfStep, ReasonNeeded, NoteNeeded, OutcomeNeeded; Stale with the present view."""
        async with self._work(actor) as work:
            incoming = await work.incoming.get(actor.scope(Act.answer_incoming), id)
            if await work.once(once, id):
                return IncomingView.of(incoming)
            if seen is None or incoming.version == seen:
                terms, at = await self._terms(work, incoming.centre), self._clock.now()
                work.announce(incoming.take(step, by=actor, at=at, words=words, terms=terms))
                await work.incoming.save(incoming)
                return IncomingView.of(incoming)
        await self._looked(actor, "saw_incoming", incoming)
        raise Stale(IncomingView.of(incoming))

    async def name(self, actor: Actor, once: Once | None, id: IncomingId, client: ClientId) -> IncomingView:
        """It is somebody whom the centre knows already. Raises NotFound for a client of another centre, NotAccepted, ClientNamed."""
        async with self._work(actor) as work:
            incoming = await work.incoming.get(actor.scope(Act.answer_incoming), id)
            if not await work.once(once, id):
                known = await work.clients.get(replace(actor.scope(Act.see_client), centres=(incoming.centre,)), client)
                registered = incoming.promote(known.id, by=actor, at=self._clock.now())
                await work.incoming.save(incoming)
                work.announce(registered)
        return IncomingView.of(incoming)

    async def hear_clocks(self, limit: int = 100) -> int:
        """The desk at half the time, the supervisors at its end; each once, whatever is restarted meanwhile."""
        async with self._work(self._house) as work:
            now = self._clock.now() if self._rehearsal else await work.now()
            due = await work.incoming.due(now, limit)
            for incoming in due:
                desk = await work.staff.with_role(incoming.centre, *DESK)
                supervisors = await work.staff.with_role(incoming.centre, Role.supervisor, Role.centre_manager)
                said = incoming.hear_clock(by=self._house, at=now, desk=desk, supervisors=supervisors)
                await work.incoming.save(incoming)
                work.announce(said)
        return len(due)

    async def forget(self, limit: int = 50) -> int:
        """What was said of people who became nobody's client goes when its time is over; what the centre asked in vain expires."""
        async with self._work(self._house) as work:
            now = self._clock.now() if self._rehearsal else await work.now()
            over = await work.incoming.resting(now - self._kept, limit)
            for incoming in over:
                if incoming.state is IncomingState.needs_information:
                    terms = await self._terms(work, incoming.centre)
                    work.announce(incoming.take(ClockStep.expire, by=self._house, at=now, terms=terms))
                work.announce(incoming.clear(by=self._house, at=now))
                await work.incoming.save(incoming)
                await work.incoming.shred(incoming.id)
        return len(over)

    async def _looked(self, actor: Actor, action: str, *found: Incoming) -> None:
        await self._trail.saw(*(Look(actor.id, one.centre, action, one.id, one.client_id) for one in found))
