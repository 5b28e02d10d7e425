"""Where a partner's notices go, run by the partner itself or by the administrator: the address, its secret, its log and its health.

Decision. Context: a partner's technician and our administrator need the same handles, and whoever is called at night should not have to
find the other. Choice: each handle is one call; without `of` it is a partner's own system that acts on its own endpoint, with `of` the
administrator on that partner's. Either may resume what the other paused. The address and the secret are the partner's alone: we would
otherwise hold a secret that people pass on by hand. Price: the trail is what tells which of the two it was.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.chance import Clock, Ids
from domain.delivery import (
    DeliveryView,
    EndpointHealth,
    MessageReplayed,
    MessagesReplayed,
    MessageState,
    NoEndpoint,
    Outbox,
    Range,
    Replayed,
)
from domain.errors import NotAllowed, NotFound
from domain.events import Event, Outgoing
from domain.identity import Act, Actor
from domain.partners.directory import Endpoint, PartnerChanged
from domain.partners.exchange import Carrier
from domain.ports import Once, Work, Works
from domain.values import HOUSE, PartnerId

SECRETS_OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EndpointView:
    """`secret` is shown once, when it is made."""

    url: str
    secret: str | None
    disabled: bool
    paused: bool
    version: int

    @classmethod
    def of(cls, it: Endpoint, secret: str | None = None) -> "EndpointView":
        return cls(it.url, secret, it.disabled_at is not None, it.paused_at is not None, it.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTested(Event):
    pass


def _not_set() -> NotFound:
    return NotFound("No endpoint is set.", next="PUT /partner/v1/endpoint sets one.")


class Endpoints:
    def __init__(self, work: Works, outbox: Outbox, carrier: Carrier, clock: Clock, ids: Ids) -> None:
        self._work, self._outbox, self._carrier, self._clock, self._ids = work, outbox, carrier, clock, ids

    @staticmethod
    def _whose(actor: Actor, of: PartnerId | None = None) -> PartnerId:
        if of is not None:
            actor.check(Act.run_partners)
            return of
        actor.check(Act.run_endpoint)
        if actor.partner is None:
            raise NotAllowed("Only a partner's own system does this.")
        return actor.partner

    def _changed(self, actor: Actor, partner: PartnerId, field: str) -> PartnerChanged:
        return PartnerChanged(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=partner, fields=(field,))

    @staticmethod
    async def _set(work: Work, partner: PartnerId) -> Endpoint:
        """Raises NoEndpoint."""
        found = await work.partners.endpoint(partner)
        if found is None:
            raise NoEndpoint()
        return found

    async def endpoint(self, actor: Actor) -> EndpointView:
        """Raises NotFound."""
        partner = self._whose(actor)
        async with self._work.looking(actor) as work:
            found = await work.partners.endpoint(partner)
        if found is None:
            raise _not_set()
        return EndpointView.of(found)

    async def set_endpoint(self, actor: Actor, url: str) -> EndpointView:
        """Raises Invalid for an address nothing may be sent to. The first setting answers with the secret, once."""
        partner = self._whose(actor)
        await self._carrier.vet(url)
        secret = self._carrier.new_secret()
        async with self._work(actor) as work:
            found = await work.partners.endpoint(partner)
            if found is None:
                found = Endpoint(self._ids.new(), partner, url, secret)
                await work.partners.add_endpoint(found)
            else:
                found.url, found.disabled_at = url, None
                await work.partners.save_endpoint(found)
                secret = ""
            work.announce(self._changed(actor, partner, "endpoint"))
        return EndpointView.of(found, secret or None)

    async def rotate_secret(self, actor: Actor) -> EndpointView:
        """The new secret once; the old one signs beside it for a day."""
        partner = self._whose(actor)
        now, secret = self._clock.now(), self._carrier.new_secret()
        async with self._work(actor) as work:
            found = await self._set(work, partner)
            found.secret, found.retiring, found.retiring_until = secret, found.secret, now + SECRETS_OVERLAP
            await work.partners.save_endpoint(found)
            work.announce(self._changed(actor, partner, "secret"))
        return EndpointView.of(found, secret)

    async def pause(self, actor: Actor, *, on: bool, of: PartnerId | None = None) -> EndpointView:
        """On: notices wait and lose no attempts, but for those that are on their way already. Off: they leave, oldest first. Asking for
        what is so already changes nothing, but stands in the trail. Raises NoEndpoint."""
        partner = self._whose(actor, of)
        async with self._work(actor) as work:
            found = await self._set(work, partner)
            if on is (found.paused_at is None):
                found.paused_at = self._clock.now() if on else None
                await work.partners.save_endpoint(found)
            work.announce(self._changed(actor, partner, "paused_at"))
        return EndpointView.of(found)

    async def test_endpoint(self, actor: Actor, once: Once | None) -> UUID:
        """Puts a test event into the outbox like any other, and names it as the delivery log does. Asked again under its key, it names the
        test that was sent."""
        partner = self._whose(actor)
        id = self._ids.new()
        async with self._work(actor) as work:
            await self._set(work, partner)
            if made := await work.once(once, id):
                return made
            test = Outgoing(partner=partner, kind="endpoint.test", subject=id, body={"sequence": 1}, id=id)
            work.announce(EndpointTested(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=partner, outgoing=test))
        return id

    async def health(self, actor: Actor, *, of: PartnerId | None = None) -> EndpointHealth:
        """Raises NotFound."""
        found = await self._outbox.health(self._whose(actor, of))
        if found is None:
            raise _not_set()
        return found

    async def deliveries(
        self, actor: Actor, limit: int, after: UUID | None = None, state: MessageState | None = None, *, of: PartnerId | None = None
    ) -> tuple[tuple[DeliveryView, ...], UUID | None]:
        found = await self._outbox.log(self._whose(actor, of), limit + 1, after, state)
        shown = tuple(found[:limit])
        return shown, shown[-1].id if len(found) > limit else None

    async def replay(self, actor: Actor, id: UUID, *, of: PartnerId | None = None) -> None:
        """Raises NotFound, NotReplayable."""
        await self._outbox.replay(self._whose(actor, of), id)
        async with self._work(actor) as work:
            work.announce(MessageReplayed(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=id))

    async def replay_range(self, actor: Actor, once: Once | None, asked: Range, *, of: PartnerId | None = None) -> Replayed:
        """Sets what was delivered or given up in the range to be sent again; each referral's notices keep their order. Sent again under its
        key it sends nothing anew, and says again where to go on. Raises NoRange, RangeTurned, NotFound."""
        partner = self._whose(actor, of)
        asked.check()
        async with self._work(actor) as work:
            if await work.once(once, partner):
                return Replayed(0, await work.messages.following(partner, asked))
            done = await work.messages.replay_range(partner, asked)
            note = str(done.replayed)
            work.announce(MessagesReplayed(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=partner, note=note))
        return done
