"""The worker's share of referrals: carry what waits, hear the clocks."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from domain.chance import Clock, Ids
from domain.delivery import INVITING, OVERTAKEN, PER_PARTNER, Claimed, MessageGivenUp, MessageState, Outbox, Schedule, Settled, settle
from domain.errors import Invalid, NotFound, Stale, Unavailable
from domain.events import Tell
from domain.identity import Actor, Role
from domain.partners.directory import Endpoint, PartnerChanged
from domain.partners.exchange import Carrier, Package, Receipt, ReceiptState, Translator
from domain.ports import Work, Works
from domain.referrals.record import Referral, ReferralMoved, StepTaken
from domain.referrals.steps import LIVE, HouseStep, State
from domain.values import HOUSE, PartnerId, ReferralId

PATIENCE = 0.5
"""Seconds that a round waits for its attempts. Slower ones run on beside the next rounds, so that nobody waits for another's partner."""


class Delivery:
    def __init__(
        self,
        work: Works,
        outbox: Outbox,
        schedule: Schedule,
        carrier: Carrier,
        translators: Mapping[str, Translator],
        clock: Clock,
        ids: Ids,
        house: Actor,
        *,
        rehearsal: bool = False,
    ) -> None:
        """In a rehearsal the given clock judges what is due; in earnest the database's does, so that workers cannot disagree."""
        self._rehearsal = rehearsal
        self._work, self._outbox, self._schedule, self._carrier = work, outbox, schedule, carrier
        self._translators, self._clock, self._ids, self._house = translators, clock, ids, house
        self._under_way: dict[asyncio.Task[None], PartnerId] = {}

    async def carry(self, limit: int = 32) -> int:
        """One round: claims what is due and there are hands for, carries it side by side, settles each. How many were claimed.

        Raises what went wrong in an attempt that has ended; its message comes again when its lease runs out.
        """
        hands = Counter(self._under_way.values())
        full = [partner for partner, held in hands.items() if held >= PER_PARTNER]
        claimed = await self._outbox.claim(max(limit - len(self._under_way), 0), full)
        self._under_way |= {asyncio.create_task(self._one(message)): message.partner_id for message in claimed}
        await self.rest(PATIENCE if claimed else 0.0)
        return len(claimed)

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

    async def waiting(self) -> int:
        return await self._outbox.waiting()

    async def _one(self, message: Claimed) -> None:
        """No transaction is open while the partner is being spoken to; what came of it is written in one."""
        if await self._overtaken(message):
            return
        receipt = await self._sent(message)
        settled = settle(receipt, message.attempts, self._schedule)
        for last in (False, False, True):
            try:
                return await self._settle(message, settled, receipt)
            except Stale:
                # Another message switched the same endpoint off at the same moment.
                if last:
                    raise

    async def _overtaken(self, message: Claimed) -> bool:
        """Consent withdrawn or the referral ended while the message waited: it is put away quietly, for nobody waits for it any more."""
        if message.kind not in INVITING:
            return False
        async with self._work(self._house) as work:
            referral = await self._referral(work, message)
            if referral is None or referral.state in LIVE:
                return False
            await work.messages.settle(message, OVERTAKEN)
        return True

    async def _settle(self, message: Claimed, settled: Settled, receipt: Receipt) -> None:
        async with self._work(self._house) as work:
            if not await work.messages.settle(message, settled):
                return
            if settled.state is MessageState.delivered and message.kind == "referral.sent":
                await self._delivered(work, message)
            if settled.state is MessageState.given_up:
                await self._given_up(work, message, settled, receipt)

    async def _sent(self, message: Claimed) -> Receipt:
        async with self._work.looking(self._house) as work:
            partner = await work.partners.get(message.partner_id)
            endpoint = await work.partners.endpoint(message.partner_id)
        translator = self._translators.get(partner.adapter)
        if translator is None:
            return Receipt(state=ReceiptState.again, detail="the partner's adapter is not switched on")
        if endpoint is None or endpoint.disabled_at is not None:
            return Receipt(state=ReceiptState.again, detail="no address is set; the partner can fetch it")
        return await self._posted(message, translator, endpoint)

    async def _posted(self, message: Claimed, translator: Translator, endpoint: Endpoint) -> Receipt:
        now = self._clock.now()
        package = Package(id=str(message.id), kind=message.kind, at=message.made_at, url=endpoint.url, data=message.body)
        try:
            reply = await self._carrier.carry(translator.write(package), message=package.id, at=now, secrets=endpoint.secrets(now))
            return translator.read_reply(reply)
        except Unavailable as refusal:
            return Receipt(state=ReceiptState.again, detail=refusal.rule)
        except Invalid as refusal:
            return Receipt(state=ReceiptState.gone, detail=refusal.rule)
        except Exception as fault:
            return Receipt(state=ReceiptState.again, detail=f"the partner's adapter failed ({type(fault).__name__})")

    async def _delivered(self, work: Work, message: Claimed) -> None:
        """The partner may have acted already; then there is nothing to move."""
        referral = await self._referral(work, message)
        if referral is None or referral.state is not State.queued:
            return
        moved = referral.take(HouseStep.deliver, by=self._house, at=self._clock.now(), said=referral.said)
        await work.referrals.save(referral)
        await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, "webhook"))
        work.announce(moved)

    async def _given_up(self, work: Work, message: Claimed, settled: Settled, receipt: Receipt) -> None:
        """Giving up is loud: the people who wait for an answer and the administrators are told, and a closed address is switched off."""
        referral = await self._referral(work, message)
        now = self._clock.now()
        admins = () if message.body.get("sandbox") else await work.staff.with_role(HOUSE, Role.admin)
        told = set(admins) | ({referral.made_by, referral.counsellor_id} if referral else set())
        centre = referral.centre if referral else HOUSE
        tells = tuple(Tell(staff=one, kind="delivery_given_up", subject=message.subject) for one in sorted(told))
        work.announce(MessageGivenUp(at=now, by=self._house.id, centre=centre, subject=message.id, note=settled.detail, tells=tells))
        endpoint = await work.partners.endpoint(message.partner_id)
        if receipt.state is ReceiptState.gone and endpoint and endpoint.disabled_at is None:
            endpoint.disabled_at = now
            await work.partners.save_endpoint(endpoint)
            work.announce(PartnerChanged(at=now, by=self._house.id, centre=HOUSE, subject=message.partner_id, fields=("endpoint",)))

    @staticmethod
    async def _referral(work: Work, message: Claimed) -> Referral | None:
        try:
            return await work.referrals.of_message(ReferralId(message.subject))
        except NotFound:
            return None

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
        return len(due)
