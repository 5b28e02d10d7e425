"""The worker's share of referrals: carry what waits, hear the clocks."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from domain.chance import Clock, Ids
from domain.delivery import INVITING, OVERTAKEN, PER_PARTNER, Claimed, MessageGivenUp, MessageState, Outbox, Schedule, Settled, settle
from domain.errors import NotFound, Stale
from domain.events import Event, Tell
from domain.identity import Actor, Role
from domain.incoming.record import ANSWERED
from domain.partners.channels import ChannelKind, Channels, Parcel, carries, ways
from domain.partners.directory import PartnerChanged, Reached
from domain.partners.exchange import Package, Receipt, ReceiptState
from domain.ports import Work, Works
from domain.referrals.links import INVITED, Link, link_to
from domain.referrals.record import Referral, ReferralMoved, StepTaken
from domain.referrals.steps import HouseStep, State
from domain.referrals.waiting import DESK_MAILS
from domain.secrecy import KeyVault
from domain.values import HOUSE, CentreCode, IncomingId, PartnerId, ReferralId, StaffId

PATIENCE = 0.5
"""Seconds that a round waits for its attempts. Slower ones run on beside the next rounds, so that nobody waits for another's partner."""


_GIVEN_UP = "delivery_given_up"
SENT = "referral.sent"
OPENED_BY_LINK = frozenset({"referral.sent", "referral.answered", "referral.reminder", "referral.recalled", INVITED, ANSWERED})
"""What a mail brings a link for: a recall too, so that the agency can confirm that it deleted what it held."""
UNSET = Receipt(state=ReceiptState.again, detail="no address is set; the partner can fetch it")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAsked(Event):
    """A partner is reached on paper: the sender is asked to print and hand over, or to tell it what has changed since."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one attempt came to, by which way; `closed` when the partner's address said on the way that it is gone for good."""

    receipt: Receipt
    by: ChannelKind | None = None
    closed: bool = False


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
        self._rehearsal, self._public_url = rehearsal, public_url
        self._work, self._outbox, self._schedule, self._channels = work, outbox, schedule, channels
        self._vault, self._clock, self._ids, self._house = vault, clock, ids, house
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
                message, settled, carried = one.message, one.settled, one.carried
                if message.id not in ours:
                    continue
                if settled.state is MessageState.delivered and carried.by is ChannelKind.letter:
                    await self._on_paper(work, message)
                elif settled.state is MessageState.delivered and message.kind == SENT:
                    await self._delivered(work, message, carried.by)
                if carried.closed:
                    await self._close(work, message.partner_id)
                if settled.state is MessageState.given_up and settled is not OVERTAKEN:
                    await self._given_up(work, message, settled)

    async def _sent(self, message: Claimed, reached: Reached) -> Carried:
        """By the first way that works, of those that are set up."""
        partner = reached.partner
        closed, last = False, UNSET
        for kind in ways(partner.channels, message.kind, message.attempts):
            if not carries(kind, message.kind, made_up=bool(message.body.get("sandbox"))):
                continue
            parcel = await self._parcel(kind, message, reached)
            if parcel is None:
                continue
            last = await self._channels[kind].carry(parcel, self._clock.now())
            if last.state is not ReceiptState.gone:
                return Carried(last, kind, closed)
            closed = closed or kind is ChannelKind.webhook
        return Carried(last, None, closed)

    async def _parcel(self, kind: ChannelKind, message: Claimed, reached: Reached) -> Parcel | None:
        """None for a way that is not set up."""
        its, box, now = reached.endpoint, reached.mailbox, self._clock.now()
        package = Package(id=str(message.id), kind=message.kind, at=message.made_at, url="", data=message.body)
        adapter = reached.partner.adapter
        if kind is ChannelKind.webhook:
            if its is None or its.disabled_at is not None:
                return None
            return Parcel(package=replace(package, url=its.url), adapter=adapter, secrets=its.secrets(now))
        if kind is ChannelKind.letter:
            return Parcel(package=package, adapter=adapter)
        if box is None:
            return None
        link = await self._link(message, now) if message.kind in OPENED_BY_LINK else ""
        if message.kind in DESK_MAILS:
            link = f"{self._public_url.rstrip('/')}/queue"
        return Parcel(package=replace(package, url=link), adapter=adapter, to=box.address, language=box.language)

    async def _link(self, message: Claimed, at: datetime) -> str:
        """A fresh one for each mail; of several the first that is opened ends the others. Empty where there is nothing to open."""
        token = self._ids.reference() + self._ids.reference()
        async with self._work(self._house) as work:
            its = await self._linked(work, message, token, at)
            if its is None:
                return ""
            link, made = its
            await work.links.add(link)
            work.announce(made)
        return link_to(self._public_url, token)

    async def _linked(self, work: Work, message: Claimed, token: str, at: datetime) -> tuple[Link, Event] | None:
        how = (self._ids.new(), self._vault.fingerprint(token.encode()), self._house.id, at)
        if message.kind == INVITED:
            return Link.inviting(CentreCode(str(message.body["centre"])), message.partner_id, *how)
        try:
            if message.kind == ANSWERED:
                return Link.to_sent(await work.incoming.of_sender(message.partner_id, IncomingId(message.subject)), *how)
            return Link.to(await work.referrals.of_message(ReferralId(message.subject)), *how)
        except NotFound:
            return None

    async def _delivered(self, work: Work, message: Claimed, by: ChannelKind | None) -> None:
        """The partner may have acted already; then there is nothing to move."""
        referral = await self._referral(work, message)
        if referral is None or referral.state is not State.queued:
            return
        moved = referral.take(HouseStep.deliver, by=self._house, at=self._clock.now(), said=referral.said)
        await work.referrals.save(referral)
        await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, by or ChannelKind.webhook))
        work.announce(moved)

    async def _on_paper(self, work: Work, message: Claimed) -> None:
        """A letter is not delivered before somebody took it, and what happens later reaches the partner only through somebody, too."""
        referral = await self._referral(work, message)
        if referral is None or (message.kind == SENT and referral.state is not State.queued):
            return
        kind = "letter_asked" if message.kind == SENT else "partner_untold"
        tells = tuple(Tell(staff=one, kind=kind, subject=referral.id) for one in sorted({referral.made_by, referral.counsellor_id}))
        asked = LetterAsked(at=self._clock.now(), by=self._house.id, centre=referral.centre, subject=referral.id, client=referral.client_id)
        work.announce(replace(asked, note=message.kind, tells=tells))

    async def _close(self, work: Work, partner: PartnerId) -> None:
        """The address said that it is gone: nothing more is posted to it."""
        endpoint, now = await work.partners.endpoint(partner), self._clock.now()
        if endpoint is not None and endpoint.disabled_at is None:
            endpoint.disabled_at = now
            await work.partners.save_endpoint(endpoint)
            work.announce(PartnerChanged(at=now, by=self._house.id, centre=HOUSE, subject=partner, fields=("endpoint",)))

    async def _given_up(self, work: Work, message: Claimed, settled: Settled) -> None:
        """Giving up is loud: the people who wait for an answer are told of the referral, the administrators of the partner. Each in a line
        of their own centre, for they see no other. A word to a desk is in the log alone: what it was about has its own clock."""
        if message.kind in DESK_MAILS:
            return
        referral = await self._referral(work, message)
        admins = () if message.body.get("sandbox") else await work.staff.with_role(HOUSE, Role.admin)
        told: list[tuple[CentreCode, str, UUID, tuple[StaffId, ...]]] = [(HOUSE, _GIVEN_UP, message.partner_id, admins)]
        if referral is not None:
            told.append((referral.centre, _GIVEN_UP, message.subject, (referral.made_by, referral.counsellor_id)))
        if message.kind == INVITED:
            inviting = StaffId(UUID(str(message.body["by"])))
            told.append((CentreCode(str(message.body["centre"])), "invitation_failed", message.subject, (inviting,)))
        gone = MessageGivenUp(at=self._clock.now(), by=self._house.id, centre=HOUSE, subject=message.id, note=settled.detail)
        for centre, kind, about, people in told:
            tells = tuple(Tell(staff=one, kind=kind, subject=about) for one in sorted(set(people)))
            work.announce(replace(gone, centre=centre, tells=tells))

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
                await work.tell_desk(said, referral.partner_id)
        return len(due)
