"""A link that opens one thing for an agency without software: only with a code that its registered contact gets, and not for ever.

Whoever finds the link alone learns nothing from it. What it opens is the partner's side of a referral, no more than its system would see;
or, where a centre invites the agency to, the form by which it sends one person, and afterwards how that person fares.

Decision. Context: both kinds need the same secrets, code, visit, end and renewal. Choice: one record; a link that points to no referral
invites, and points to what was sent by it from then on, so that a link sends one person and no more. Price: a client and a referral may
be missing in the row, and the acts of the two kinds stand in the trail under names of their own, since they lead to different pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, NotAllowed
from domain.events import Event, Outgoing
from domain.identity import Scope
from domain.referrals.record import Referral
from domain.values import CentreCode, ClientId, IncomingId, PartnerId, ReferralId, StaffId

LASTS = timedelta(days=14)
CODE_LASTS = timedelta(minutes=15)
VISIT_LASTS = timedelta(minutes=30)
BETWEEN_CODES = timedelta(seconds=30)
MOST_CODES = 40
MOST_TRIES = 5
"""At most 200 guesses at six digits in the life of a link, by somebody who holds the link already."""
RENEWED_EVERY = timedelta(minutes=10)


def link_to(public_url: str, token: str) -> str:
    return f"{public_url.rstrip('/')}/r/{token}"


class LinkOver(Conflict):
    """This link no longer opens anything."""

    next = "Ask for a new one below, or telephone the centre."


class CodeWrong(NotAllowed):
    """This is not the code, or it is too old."""

    next = "Look at the six digits again; after five wrong ones ask for a new code."


class CodeTooSoon(Conflict):
    """A code was sent a moment ago."""

    next = "Look into the mailbox of your registered contact; ask again after half a minute."


class TooManyCodes(Conflict):
    """Too many codes were asked for this link."""

    next = "Telephone the centre: it can send a new link."


class LinkUsed(Conflict):
    """Somebody was sent by this link already."""

    next = "Ask for a new link to send another person."


class NotByCode(NotAllowed):
    """Open the link and type the code first."""

    next = "The code comes to your registered contact."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCodeMade(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOpened(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderInvited(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMade(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationCodeMade(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationOpened(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRevoked(Event):
    pass


INVITING: Mapping[type[Event], type[Event]] = {
    LinkMade: InvitationMade,
    LinkCodeMade: InvitationCodeMade,
    LinkOpened: InvitationOpened,
    LinkRevoked: InvitationRevoked,
}
"""What the same act is called where the link invites to send somebody."""
INVITED, SENT_LINK = "incoming.invited", "incoming.link"
"""Mails that bring a link to the form, and to somebody who was sent."""


def invite(id: UUID, centre: CentreCode, partner: PartnerId, *, by: StaffId, at: datetime) -> SenderInvited:
    """The mail's link is made when it leaves, so that what opens it is never kept."""
    body: dict[str, object] = {"centre": centre, "by": str(by)}
    outgoing = Outgoing(partner=partner, kind=INVITED, subject=id, body=body)
    return SenderInvited(at=at, by=by, centre=centre, subject=id, outgoing=outgoing)


class Sent(Protocol):
    """Somebody whom a partner sent to a centre (`domain.incoming`)."""

    id: IncomingId
    ref: str
    centre: CentreCode
    partner_id: PartnerId


@dataclass(slots=True)
class Link:
    """`token`, `code` and `visit` are keyed fingerprints: the database holds nothing that opens anything. `visit` belongs to the browser
    that typed the code, until `visit_until`. Without `referral_id` it invites to send somebody, and `incoming_id` is who was sent by it."""

    id: UUID
    centre: CentreCode
    client_id: ClientId | None
    referral_id: ReferralId | None
    partner_id: PartnerId
    ref: str
    token: bytes
    made_at: datetime
    ends_at: datetime
    code: bytes | None = None
    code_at: datetime | None = None
    codes: int = 0
    tries: int = 0
    visit: bytes | None = None
    visit_until: datetime | None = None
    opened_at: datetime | None = None
    renewed_at: datetime | None = None
    revoked_at: datetime | None = None
    incoming_id: IncomingId | None = None
    version: int = 1

    @classmethod
    def to(cls, referral: Referral, id: UUID, token: bytes, by: UUID, at: datetime) -> tuple["Link", Event]:
        link = cls(id, referral.centre, referral.client_id, referral.id, referral.partner_id, referral.ref, token, at, at + LASTS)
        return link, link._happened(LinkMade, by, at)

    @classmethod
    def inviting(cls, centre: CentreCode, partner: PartnerId, id: UUID, token: bytes, by: UUID, at: datetime) -> tuple["Link", Event]:
        link = cls(id, centre, None, None, partner, "", token, at, at + LASTS)
        return link, link._happened(LinkMade, by, at)

    @classmethod
    def to_sent(cls, sent: Sent, id: UUID, token: bytes, by: UUID, at: datetime) -> tuple["Link", Event]:
        """To somebody whom the partner sent, by whichever door."""
        link = cls(id, sent.centre, None, None, sent.partner_id, sent.ref, token, at, at + LASTS, incoming_id=sent.id)
        return link, link._happened(LinkMade, by, at)

    @property
    def invites(self) -> bool:
        return self.referral_id is None

    def sends(self, sent: Sent, at: datetime) -> None:
        """One link, one person. Raises LinkOver, LinkUsed."""
        self._must_live(at)
        if not self.invites or self.incoming_id is not None:
            raise LinkUsed()
        self.incoming_id, self.ref = sent.id, sent.ref

    def _happened(self, kind: type[Event], by: UUID, at: datetime) -> Event:
        """Of an invitation the link itself is what it is about, also when somebody was sent by it: the trail then needs no second name."""
        kind = INVITING[kind] if self.invites else kind
        return kind(at=at, by=by, centre=self.centre, subject=self.referral_id or self.id, client=self.client_id)

    def alive(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.ends_at

    def ask(self, code: bytes, by: UUID, at: datetime) -> Event:
        """A fresh code; the one before stops working. Raises LinkOver, CodeTooSoon, TooManyCodes."""
        self._must_live(at)
        if self.codes >= MOST_CODES:
            raise TooManyCodes()
        if self.code_at is not None and at - self.code_at < BETWEEN_CODES:
            raise CodeTooSoon()
        self.code, self.code_at, self.codes, self.tries = code, at, self.codes + 1, 0
        return self._happened(LinkCodeMade, by, at)

    def matches(self, code: bytes, at: datetime) -> bool:
        """Whether this is the code. A wrong one is counted, and whoever calls this keeps the count. Raises LinkOver."""
        self._must_live(at)
        if self.code is None or self.code_at is None or at - self.code_at > CODE_LASTS or self.tries >= MOST_TRIES:
            return False
        self.tries += 1
        return self.code == code

    def let_in(self, visit: bytes, at: datetime) -> Event:
        """A code opens once."""
        self.code, self.visit, self.visit_until = None, visit, at + VISIT_LASTS
        self.opened_at = self.opened_at or at
        return self._happened(LinkOpened, self.partner_id, at)

    def revoke(self, by: UUID, at: datetime) -> Event:
        """It opens nothing any more, for whoever is inside too. Raises LinkOver."""
        self._must_live(at)
        self.revoked_at, self.code, self.visit = at, None, None
        return self._happened(LinkRevoked, by, at)

    def renew(self, at: datetime) -> None:
        """An agency asks for another link. Raises CodeTooSoon."""
        if self.renewed_at is not None and at - self.renewed_at < RENEWED_EVERY:
            raise CodeTooSoon(next="A new link is on its way; look into your mailbox.")
        self.renewed_at = at

    def _must_live(self, at: datetime) -> None:
        if not self.alive(at):
            raise LinkOver()


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as the centre sees it: how far it got, never what opens it."""

    id: UUID
    made_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    revoked_at: datetime | None
    codes: int

    @classmethod
    def of(cls, it: Link) -> "LinkView":
        return cls(it.id, it.made_at, it.ends_at, it.opened_at, it.revoked_at, it.codes)


@dataclass(frozen=True, slots=True)
class InvitationView(LinkView):
    """`incoming` is who was sent by it."""

    centre: CentreCode
    partner: PartnerId
    incoming: IncomingId | None

    @classmethod
    def of(cls, it: Link) -> "InvitationView":
        link = it.id, it.made_at, it.ends_at, it.opened_at, it.revoked_at, it.codes
        return cls(*link, it.centre, it.partner_id, it.incoming_id)


class LinkRecords(Protocol):
    async def add(self, link: Link) -> None: ...
    async def save(self, link: Link) -> None: ...

    async def look(self, token: bytes) -> Link:
        """Raises NotFound."""
        ...

    async def hold(self, token: bytes) -> Link:
        """Until the transaction ends. Raises NotFound."""
        ...

    async def of_referral(self, scope: Scope, id: ReferralId) -> list[Link]:
        """The newest first."""
        ...

    async def beside(self, link: Link, at: datetime) -> list[Link]:
        """For the partner's side: the others that still open the same referral, or the same person who was sent; held until the
        transaction ends."""
        ...

    async def held(self, id: UUID) -> Link:
        """By our own id, held until the transaction ends. Raises NotFound."""
        ...

    async def invitation(self, scope: Scope, id: UUID) -> Link:
        """Held until the transaction ends. Raises NotFound."""
        ...

    async def invitations(self, scope: Scope, limit: int, after: UUID | None) -> list[Link]:
        """The newest first."""
        ...

    async def visited(self, visit: bytes, partner: PartnerId, at: datetime) -> bool:
        """Whether this browser typed a code of this partner's within the last half hour, for whichever of its referrals."""
        ...
