"""The worker's share of referrals: carry what waits, hear the clocks."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from domain.chance import Clock, Ids
from domain.delivery import INVITING, OVERTAKEN, PER_PARTNER, Claimed, Outbox, Schedule, Settled, settle
from domain.errors import Stale
from domain.identity import Actor, Role
from domain.partners.channels import ChannelKind, Channels, carries, ways
from domain.partners.directory import Reached
from domain.partners.exchange import Receipt, ReceiptState
from domain.ports import Works
from domain.referrals.history import StepTaken
from domain.referrals.record import ReferralMoved
from domain.secrecy import KeyVault
from domain.values import PartnerId, ReferralId
from service.usecases.delivery.aftermath import Aftermath, Carried
from service.usecases.delivery.parcels import Parcels

PATIENCE = 0.5
"""Seconds that a round waits for its attempts. Slower ones run on beside the next rounds, so that nobody waits for another's partner."""
UNSET = Receipt(state=ReceiptState.again, detail="no address is set; the partner can fetch it")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to, as it is written down."""

    message: Claimed
    settled: Settled
    carried: Carried = field(default_factory=lambda: Carried(UNSET))


class Delivery:
    def __init__(
        self,
        work: Works,
        outbox: Outbox,
        schedule: Schedule,
        channels: Channels,
        vault: KeyVault,
        clock: Clock,
        ids: Ids,
        house: Actor,
        *,
        public_url: str,
        rehearsal: bool = False,
    ) -> None:
        """In a rehearsal the given clock judges what is due; in earnest the database's does, so that workers cannot disagree. Links begin
        with `public_url`."""
        self._work, self._outbox, self._schedule, self._channels = work, outbox, schedule, channels
        self._clock, self._ids, self._house, self._rehearsal = clock, ids, house, rehearsal
        self._parcels = Parcels(work, vault, clock, ids, house, public_url=public_url)
        self._aftermath = Aftermath(clock, ids, house)
        self._under_way: dict[asyncio.Task[None], PartnerId] = {}
        self._outcomes: list[tuple[Outcome, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def carry(self, limit: int = 32) -> int:
        """One round: claims what is due and there are hands for, carries it side by side, settles each. How many were claimed.

        Raises what went wrong in an attempt that has ended; its message comes again when its lease runs out.
        """
        hands = Counter(self._under_way.values())
        full = [partner for partner, held in hands.items() if held >= PER_PARTNER]
        claimed = await self._outbox.claim(max(limit - len(self._under_way), 0), full)
        if not claimed:
            await self.rest(0.0)
            return 0
        reached, ended = await self._around(claimed)
        begun = {asyncio.create_task(self._one(one, reached[one.partner_id], one.subject in ended)): one.partner_id for one in claimed}
        self._under_way |= begun
        # Only for what has just begun: a partner that hangs holds up the round it was claimed in, and no other.
        await asyncio.wait(begun, timeout=PATIENCE)
        await self.rest(0.0)
        return len(claimed)

    async def _around(self, claimed: list[Claimed]) -> tuple[dict[PartnerId, Reached], frozenset[ReferralId]]:
        """How each partner of a round is reached, and which referrals ended while a message that invites to them waited."""
        inviting = [ReferralId(one.subject) for one in claimed if one.kind in INVITING]
        async with self._work.looking(self._house) as work:
            reached = await work.partners.reached({one.partner_id for one in claimed})
            return reached, await work.referrals.ended(inviting)

    async def rest(self, seconds: float) -> None:
        """Waits at most so long until nothing is under way any more. Raises what went wrong in an attempt that has ended."""
        if not self._under_way:
            return
        ended, _ = await asyncio.wait(self._under_way, timeout=seconds)
        faults = [fault for attempt in ended if (fault := attempt.exception())]
        for attempt in ended:
            del self._under_way[attempt]
        if faults:
            raise faults[0]

    async def leave(self, seconds: float = 10.0) -> None:
        """Ends this worker's part: what is under way may finish for so long; the rest is taken up by others when its lease runs out."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for attempt in late:
                attempt.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._under_way.clear()
        if self._writer is not None:
            await self._writer

    async def waiting(self) -> int:
        return await self._outbox.waiting()

    async def _one(self, message: Claimed, reached: Reached, ended: bool) -> None:
        """No transaction is open while the partner is being spoken to. Consent withdrawn or the referral ended while the message waited: it
        is put away quietly, for nobody waits for it any more."""
        if ended and message.kind in INVITING:
            await self._write_down(Outcome(message, OVERTAKEN))
            return
        carried = await self._sent(message, reached)
        await self._write_down(Outcome(message, settle(carried.receipt, message.attempts, self._schedule), carried))

    async def _write_down(self, outcome: Outcome) -> None:
        """In one transaction with all others that ended at this moment: a commit costs more than what it writes."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outcomes.append((outcome, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await written

    async def _write(self) -> None:
        """Until nothing is left; what comes meanwhile goes together into the next transaction."""
        while self._outcomes:
            batch, self._outcomes = self._outcomes, []
            try:
                await self._settle([outcome for outcome, _ in batch])
            except Exception:
                # Each by itself: one that cannot be written takes no other along.
                for outcome, written in batch:
                    await self._write_alone(outcome, written)
            for _, written in batch:
                if not written.done():
                    written.set_result(None)

    async def _write_alone(self, outcome: Outcome, written: "asyncio.Future[None]") -> None:
        for last in (False, False, True):
            try:
                return await self._settle([outcome])
            except Stale as stale:
                # Somebody else wrote the same endpoint at the same moment.
                fault: Exception = stale
                if not last:
                    continue
            except Exception as other:
                fault = other
            if not written.done():
                written.set_exception(fault)
            return

    async def _settle(self, outcomes: list[Outcome]) -> None:
        """Referrals are held in the order of their ids, as everywhere, so that two writers never wait for each other."""
        async with self._work(self._house) as work:
            ours = await work.messages.settle([(one.message, one.settled) for one in outcomes])
            for one in sorted(outcomes, key=lambda one: one.message.subject):
                if one.message.id in ours:
                    await self._aftermath.of(work, one.message, one.settled, one.carried)

    async def _sent(self, message: Claimed, reached: Reached) -> Carried:
        """By the first way that works, of those that are set up."""
        partner = reached.partner
        closed, last = False, UNSET
        for kind in ways(partner.channels, message.kind, message.attempts):
            if not carries(kind, message.kind, made_up=bool(message.body.get("sandbox"))):
                continue
            parcel = await self._parcels.pack(kind, message, reached)
            if parcel is None:
                continue
            last = await self._channels[kind].carry(parcel, self._clock.now())
            if last.state is not ReceiptState.gone:
                return Carried(last, kind, closed)
            closed = closed or kind is ChannelKind.webhook
        return Carried(last, None, closed)

    async def hear_clocks(self, limit: int = 100) -> int:
        """Reminders at half the clock, supervisors at its end, expiry after seven days; each once, whatever is restarted meanwhile."""
        async with self._work(self._house) as work:
            now = self._clock.now() if self._rehearsal else await work.now()
            due = await work.referrals.due(now, limit)
            for referral in due:
                supervisors = await work.staff.with_role(referral.centre, Role.supervisor)
                said = referral.hear_clock(by=self._house, at=now, supervisors=supervisors)
                await work.referrals.save(referral)
                if isinstance(said, ReferralMoved):
                    await work.referrals.step(StepTaken.of(self._ids.new(), referral, said, "clock"))
                work.announce(said)
                await work.tell_desk(said, referral.partner_id)
        return len(due)
