"""A link that opens one referral for an agency without software: only with a code that its registered contact gets, and not for ever.

Whoever finds the link alone learns nothing from it. What it opens is the partner's side of the referral, no more than its system would see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, NotAllowed
from domain.events import Event
from domain.identity import Scope
from domain.referrals.record import Referral
from domain.values import CentreCode, ClientId, PartnerId, ReferralId

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


@dataclass(slots=True)
class Link:
    """`token`, `code` and `visit` are keyed fingerprints: the database holds nothing that opens anything. `visit` belongs to the browser
    that typed the code, until `visit_until`."""

    id: UUID
    centre: CentreCode
    client_id: ClientId
    referral_id: ReferralId
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
    version: int = 1

    @classmethod
    def to(cls, referral: Referral, id: UUID, token: bytes, by: UUID, at: datetime) -> tuple["Link", LinkMade]:
        link = cls(id, referral.centre, referral.client_id, referral.id, referral.partner_id, referral.ref, token, at, at + LASTS)
        return link, LinkMade(at=at, by=by, centre=link.centre, subject=referral.id, client=link.client_id)

    def alive(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.ends_at

    def ask(self, code: bytes, by: UUID, at: datetime) -> LinkCodeMade:
        """A fresh code; the one before stops working. Raises LinkOver, CodeTooSoon, TooManyCodes."""
        self._must_live(at)
        if self.codes >= MOST_CODES:
            raise TooManyCodes()
        if self.code_at is not None and at - self.code_at < BETWEEN_CODES:
            raise CodeTooSoon()
        self.code, self.code_at, self.codes, self.tries = code, at, self.codes + 1, 0
        return LinkCodeMade(at=at, by=by, centre=self.centre, subject=self.referral_id, client=self.client_id)

    def matches(self, code: bytes, at: datetime) -> bool:
        """Whether this is the code. A wrong one is counted, and whoever calls this keeps the count. Raises LinkOver."""
        self._must_live(at)
        if self.code is None or self.code_at is None or at - self.code_at > CODE_LASTS or self.tries >= MOST_TRIES:
            return False
        self.tries += 1
        return self.code == code

    def let_in(self, visit: bytes, at: datetime) -> LinkOpened:
        """A code opens once."""
        self.code, self.visit, self.visit_until = None, visit, at + VISIT_LASTS
        self.opened_at = self.opened_at or at
        return LinkOpened(at=at, by=self.partner_id, centre=self.centre, subject=self.referral_id, client=self.client_id)

    def revoke(self, by: UUID, at: datetime) -> LinkRevoked:
        """It opens nothing any more, for whoever is inside too. Raises LinkOver."""
        self._must_live(at)
        self.revoked_at, self.code, self.visit = at, None, None
        return LinkRevoked(at=at, by=by, centre=self.centre, subject=self.referral_id, client=self.client_id)

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

    async def open_of(self, id: ReferralId, at: datetime) -> list[Link]:
        """For the partner's side: those that still open something, held until the transaction ends."""
        ...

    async def visited(self, visit: bytes, partner: PartnerId, at: datetime) -> bool:
        """Whether this browser typed a code of this partner's within the last half hour, for whichever of its referrals."""
        ...
