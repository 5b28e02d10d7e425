"""Sessions: how one begins, whose it is now, and the sealed pass that stands for one in a browser."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.account import SecondFactors
from domain.chance import Clock, Ids
from domain.errors import Unavailable
from domain.identity import Actor, Role
from domain.ports import Views, Works
from domain.secrecy import KeyVault, Unreadable
from domain.sessions import SignedOut, SignIn
from domain.values import HOUSE
from service.usecases.identity.told import HOUSE_ACTOR, Pass, SignedIn

SESSION_LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
_PASS = "pages.pass"


class Sessions:
    def __init__(self, work: Works, views: Views, vault: KeyVault, clock: Clock, ids: Ids, factors: SecondFactors) -> None:
        self._work, self._views, self._vault, self._clock, self._ids, self._factors = work, views, vault, clock, ids, factors

    async def begin(self, principal: UUID, role: Role, how: str = "") -> tuple[SignIn, str]:
        """The session and the secret of its first refresh token."""
        now, session, secret = self._clock.now(), self._ids.new(), self._ids.reference()
        sign_in = SignIn(session, principal, role, session, self._vault.fingerprint(secret.encode()), 0, now, now + SESSION_LASTS)
        async with self._work(HOUSE_ACTOR) as work:
            await work.sign_ins.add(sign_in)
            work.announce(SignedIn(at=now, by=principal, centre=HOUSE, subject=session, note=how))
        return sign_in, secret

    async def live(self, subject: UUID, session: UUID, epoch: int) -> Actor:
        """The session row is asked each time, and whether a second factor is owed: a role may have changed since the sign-in. Raises
        SignedOut."""
        live = await self._views.sessions.live(session)
        if live is None or live.epoch != epoch or live.actor.id != subject:
            raise SignedOut()
        if (now := self._clock.now()) - live.seen_at > SEEN_EVERY:
            await self._seen(session, now)
        owed = self._factors.owed(live.actor.role, has_one=live.second_factor)
        return replace(live.actor, must_take_factor=True) if owed else live.actor

    async def _seen(self, session: UUID, at: datetime) -> None:
        """A convenience for the list of one's sessions: a database that takes no writes keeps nobody from reading."""
        try:
            async with self._work(HOUSE_ACTOR) as work:
                await work.sign_ins.seen(session, at)
        except Unavailable:
            pass

    def sealed(self, it: Pass) -> str:
        plain = f"{it.subject.hex}.{it.session.hex}.{it.epoch}.{int(it.seen.timestamp())}"
        return urlsafe_b64encode(self._vault.seal_house(plain.encode(), at=_PASS)).decode()

    def shown(self, cookie: str) -> Pass:
        """Raises SignedOut for anything but a pass that this service sealed."""
        try:
            plain = self._vault.open_house(urlsafe_b64decode(cookie), at=_PASS).decode()
            subject, session, epoch, seen = plain.split(".")
        except (ValueError, Unreadable):
            raise SignedOut() from None
        return Pass(UUID(hex=subject), UUID(hex=session), int(epoch), datetime.fromtimestamp(int(seen), UTC))
