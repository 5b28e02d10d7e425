"""The worker's share of referrals: carry what waits, hear the clocks."""

import asyncio
from collections.abc import Mapping

from domain.chance import Clock, Ids
from domain.delivery import Claimed, MessageGivenUp, MessageState, Outbox, Settled, settle
from domain.errors import Invalid, NotFound, Unavailable
from domain.events import Tell
from domain.identity import Actor, Role
from domain.partners.directory import Endpoint, PartnerChanged
from domain.partners.exchange import Carrier, Package, Receipt, ReceiptState, Translator
from domain.ports import Work, Works
from domain.referrals.record import Referral, ReferralMoved, StepTaken
from domain.referrals.steps import HouseStep, State
from domain.values import HOUSE, ReferralId


class Delivery:
    def __init__(
        self, work: Works, outbox: Outbox, carrier: Carrier, translators: Mapping[str, Translator], clock: Clock, ids: Ids, house: Actor
    ) -> None:
        self._work, self._outbox, self._carrier = work, outbox, carrier
        self._translators, self._clock, self._ids, self._house = translators, clock, ids, house

    async def carry(self, limit: int = 32) -> int:
        """Claims what is due, carries it side by side, settles each. How many were claimed."""
        claimed = await self._outbox.claim(limit)
        await asyncio.gather(*[self._one(message) for message in claimed])
        return len(claimed)

    async def waiting(self) -> int:
        return await self._outbox.waiting()

    async def _one(self, message: Claimed) -> None:
        """No transaction is open while the partner is being spoken to."""
        receipt = await self._sent(message)
        settled = settle(receipt, message.attempts)
        if not await self._outbox.settle(message, settled):
            return
        async with self._work(self._house) as work:
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
        except Unavailable as refusal:
            return Receipt(state=ReceiptState.again, detail=refusal.rule)
        except Invalid as refusal:
            return Receipt(state=ReceiptState.gone, detail=refusal.rule)
        return translator.read_reply(reply)

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
        admins = await work.staff.with_role(HOUSE, Role.admin)
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
        now = self._clock.now()
        async with self._work(self._house) as work:
            due = await work.referrals.due(now, limit)
            for referral in due:
                supervisors = await work.staff.with_role(referral.centre, Role.supervisor)
                said = referral.hear_clock(by=self._house, at=now, supervisors=supervisors)
                await work.referrals.save(referral)
                if isinstance(said, ReferralMoved):
                    await work.referrals.step(StepTaken.of(self._ids.new(), referral, said, "clock"))
                work.announce(said)
        return len(due)
