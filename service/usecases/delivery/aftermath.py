"""What follows from how a message ended: for the referral, for the partner's address, and for whoever has to hear of it."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.chance import Clock, Ids
from domain.delivery import OVERTAKEN, Claimed, MessageGivenUp, MessageState, Settled
from domain.errors import NotFound
from domain.events import Event, Tell
from domain.identity import Actor, Role
from domain.partners.channels import ChannelKind
from domain.partners.directory import PartnerChanged
from domain.partners.exchange import Receipt
from domain.ports import Work
from domain.referrals.history import StepTaken
from domain.referrals.links import INVITED
from domain.referrals.record import Referral
from domain.referrals.steps import HouseStep, State
from domain.referrals.waiting import DESK_MAILS
from domain.values import HOUSE, CentreCode, PartnerId, ReferralId, StaffId

_GIVEN_UP = "delivery_given_up"
SENT = "referral.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAsked(Event):
    """A partner is reached on paper: the sender is asked to print and hand over, or to tell it what has changed since."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one attempt came to, by which way; `closed` when the partner's address said on the way that it is gone for good."""

    receipt: Receipt
    by: ChannelKind | None = None
    closed: bool = False


class Aftermath:
    """Each within the transaction that writes the result."""

    def __init__(self, clock: Clock, ids: Ids, house: Actor) -> None:
        self._clock, self._ids, self._house = clock, ids, house

    async def of(self, work: Work, message: Claimed, settled: Settled, carried: Carried) -> None:
        if settled.state is MessageState.delivered and carried.by is ChannelKind.letter:
            await self._on_paper(work, message)
        elif settled.state is MessageState.delivered and message.kind == SENT:
            await self._delivered(work, message, carried.by)
        if carried.closed:
            await self._close(work, message.partner_id)
        if settled.state is MessageState.given_up and settled is not OVERTAKEN:
            await self._given_up(work, message, settled)

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
