"""What a partner does in its sandbox: asks for a made-up referral, opens it, answers, has it recalled; and the worker tends it."""

from domain.chance import Clock, Ids
from domain.errors import NotAllowed
from domain.identity import Act, Actor
from domain.ports import Once, Works
from domain.referrals.answered import Answered
from domain.referrals.sandbox import KEPT, MOST, CentreStep, SandboxFull, SandboxPacket, SandboxReferral, SandboxView
from domain.referrals.steps import HouseStep, State, Urgency
from domain.values import PartnerId


class Sandbox:
    def __init__(self, work: Works, clock: Clock, ids: Ids, house: Actor, *, rehearsal: bool = False) -> None:
        self._work, self._clock, self._ids, self._house, self._rehearsal = work, clock, ids, house, rehearsal

    @staticmethod
    def _partner(actor: Actor) -> PartnerId:
        actor.check(Act.run_endpoint)
        if actor.partner is None:
            raise NotAllowed("Only a partner's own system does this.")
        return actor.partner

    async def make(self, actor: Actor, once: Once | None, urgency: Urgency) -> SandboxView:
        """Sent at once, like one that a centre sent. Raises SandboxFull."""
        partner = self._partner(actor)
        async with self._work(actor) as work:
            there = await work.sandbox.of_partner(partner)
            id = self._ids.new()
            if made := await work.once(once, id):
                return next((one for one in there if one.id == made), there[0]).view()
            if len(there) >= MOST:
                raise SandboxFull()
            number = there[0].person + 1 if there else 0
            it, moved = SandboxReferral.make(id, partner, self._ids.reference(), urgency, number, by=self._house, at=self._clock.now())
            await work.sandbox.add(it)
            work.announce(moved)
        return it.view()

    async def all(self, actor: Actor) -> tuple[SandboxView, ...]:
        partner = self._partner(actor)
        async with self._work.looking(actor) as work:
            return tuple(one.view() for one in await work.sandbox.of_partner(partner))

    async def open(self, actor: Actor, ref: str) -> SandboxPacket:
        """Raises Recalled. No line of the trail: there is nobody whose record was opened."""
        partner = self._partner(actor)
        async with self._work.looking(actor) as work:
            return (await work.sandbox.for_partner(partner, ref)).packet()

    async def stands(self, actor: Actor, ref: str) -> SandboxView:
        partner = self._partner(actor)
        async with self._work.looking(actor) as work:
            return (await work.sandbox.for_partner(partner, ref)).view()

    async def answer(self, actor: Actor, once: Once | None, ref: str, answered: Answered) -> SandboxView:
        """Raises what a real referral's step raises."""
        partner = self._partner(actor)
        async with self._work(actor) as work:
            it = await work.sandbox.for_partner(partner, ref)
            if not await work.once(once, it.id):
                moved = it.answer(answered, by=actor, at=self._clock.now())
                await work.sandbox.save(it)
                work.announce(moved)
        return it.view()

    async def centre_does(self, actor: Actor, once: Once | None, ref: str, step: CentreStep) -> SandboxView:
        """What a centre would do, at the partner's asking. Raises OutOfStep."""
        partner = self._partner(actor)
        async with self._work(actor) as work:
            it = await work.sandbox.for_partner(partner, ref)
            if not await work.once(once, it.id):
                moved = it.centre_does(step, by=self._house, at=self._clock.now())
                await work.sandbox.save(it)
                work.announce(moved)
        return it.view()

    async def tend(self, limit: int = 100) -> int:
        """The worker's share: what was taken is delivered, the clocks are heard, what is old is deleted."""
        async with self._work(self._house) as work:
            now = self._clock.now() if self._rehearsal else await work.now()
            gone = await work.sandbox.delete_before(now - KEPT, limit)
            due = await work.sandbox.due(now, limit)
            for it in due:
                ticks = it.clock_at is not None and it.clock_at <= now
                delivered = it.state is State.queued and not ticks
                moved = it.take(HouseStep.deliver, by=self._house, at=now) if delivered else it.hear_clock(by=self._house, at=now)
                await work.sandbox.save(it)
                work.announce(moved)
        return gone + len(due)
