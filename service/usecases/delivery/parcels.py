"""What leaves by each way: a signed notice, a letter, a mail with its link."""

from dataclasses import replace
from datetime import datetime

from domain.chance import Clock, Ids
from domain.delivery import Claimed
from domain.errors import NotFound
from domain.events import Event
from domain.identity import Actor
from domain.incoming.record import ANSWERED
from domain.partners.channels import ChannelKind, Parcel
from domain.partners.directory import Reached
from domain.partners.exchange import Package
from domain.ports import Work, Works
from domain.referrals.links import INVITED, Link, link_to
from domain.referrals.waiting import DESK_MAILS
from domain.secrecy import KeyVault
from domain.values import CentreCode, IncomingId, ReferralId

OPENED_BY_LINK = frozenset({"referral.sent", "referral.answered", "referral.reminder", "referral.recalled", INVITED, ANSWERED})
"""What a mail brings a link for: a recall too, so that the agency can confirm that it deleted what it held."""


class Parcels:
    def __init__(self, work: Works, vault: KeyVault, clock: Clock, ids: Ids, house: Actor, *, public_url: str) -> None:
        """Links begin with `public_url`."""
        self._work, self._vault, self._clock, self._ids = work, vault, clock, ids
        self._house, self._public_url = house, public_url.rstrip("/")

    async def pack(self, kind: ChannelKind, message: Claimed, reached: Reached) -> Parcel | None:
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
            link = f"{self._public_url}/queue"
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
