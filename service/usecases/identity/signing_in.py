"""Signing in, staying signed in, signing out; and who a request comes from."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.account import Guesses, SecondFactors
from domain.chance import Clock, Ids
from domain.errors import NotFound
from domain.identity import Act, Actor, Role, Staff
from domain.partners.directory import Partner
from domain.ports import Centre, Work, Works
from domain.secrecy import KeyVault
from domain.sessions import (
    Claims,
    OneTimeCodes,
    OneTimePasswordOver,
    PasskeyNeeded,
    Passwords,
    SecondFactorNeeded,
    SignedOut,
    SignIn,
    SignInFailed,
    Tokens,
)
from domain.values import HOUSE, StaffId
from service.usecases.identity.sessions import Sessions
from service.usecases.identity.told import HOUSE_ACTOR, Issued, Pass, SignedOutEvent, StaffView, Visitor
from service.usecases.identity.tries import Tries

ACCESS_LASTS = timedelta(minutes=10)
IDLE = timedelta(hours=1)
"""A page left alone this long asks for the password again: desks are shared."""
RENEWED_EVERY = timedelta(minutes=1)
"""How exactly a pass in a browser tells when its holder was last here."""


class Identity:
    def __init__(
        self,
        work: Works,
        sessions: Sessions,
        tries: Tries,
        tokens: Tokens,
        passwords: Passwords,
        codes: OneTimeCodes,
        vault: KeyVault,
        clock: Clock,
        ids: Ids,
        factors: SecondFactors,
        *,
        samples_allowed: bool,
    ) -> None:
        self._work, self._sessions, self._tries, self._tokens, self._factors = work, sessions, tries, tokens, factors
        self._passwords, self._codes, self._vault = passwords, codes, vault
        self._clock, self._ids, self._samples_allowed = clock, ids, samples_allowed

    async def sign_in(self, username: str, password: str, code: str | None) -> Issued:
        """Raises SignInFailed alike for a wrong name and a wrong password, OneTimePasswordOver, SecondFactorNeeded where a code is asked
        for, PasskeyNeeded where a password alone is not enough.

        The password is checked outside any transaction: it takes tens of milliseconds on purpose.
        """
        async with self._work.looking(HOUSE_ACTOR) as work:
            staff = await work.staff.by_username(username)
            guesses = await work.guesses.of(staff.id) if staff else None
            its = await work.partners.get(staff.partner_id) if staff and staff.partner_id else None
        usable = staff is not None and staff.active and (self._samples_allowed or not staff.sample) and (its is None or its.active)
        right = await self._passwords.verify(password, staff.password if staff and usable else "")
        now = self._clock.now()
        if staff is None or guesses is None or not usable or guesses.resting(now):
            raise SignInFailed()
        if right and staff.password_over(now):
            raise OneTimePasswordOver()
        if right and staff.totp and not code:
            raise SecondFactorNeeded()
        if right and await self._passkey_only(staff):
            raise PasskeyNeeded()
        step = self._codes.step(code or "", staff.totp, now) if staff.totp else staff.totp_step
        if not right or step is None or (staff.totp and step <= staff.totp_step):
            await self._tries.missed(staff.id)
            raise SignInFailed()
        if staff.totp:
            await self._used(staff.id, step)
        await self._forgiven(guesses)
        return self._issue(*await self._sessions.begin(staff.id, staff.role), staff.epoch)

    async def _passkey_only(self, staff: Staff) -> bool:
        async with self._work.looking(HOUSE_ACTOR) as work:
            passkeys = await work.passkeys.of(staff.id)
        return self._factors.passkey_only(staff.role, code=staff.totp is not None, passkey=bool(passkeys))

    async def _used(self, id: StaffId, step: int) -> None:
        """Remembers the code's step. Of two sign-ins with one code the second finds it used."""
        async with self._work(HOUSE_ACTOR) as work:
            staff = await work.staff.get(id)
            if step <= staff.totp_step:
                raise SignInFailed()
            staff.totp_step = step
            await work.staff.save(staff)

    async def _forgiven(self, guesses: Guesses) -> None:
        if guesses.failures or guesses.rests_until:
            await self._tries.forget(guesses.id)

    async def partner_in(self, key: str, secret: str) -> Issued:
        """Client credentials of a partner's system. Raises SignInFailed."""
        async with self._work.looking(HOUSE_ACTOR) as work:
            partner = await _partner(work, key)
            guesses = await work.guesses.of(partner.id) if partner else None
        right = await self._passwords.verify(secret, partner.credential or "" if partner and partner.active else "")
        if partner is None or guesses is None or not partner.active or guesses.resting(self._clock.now()):
            raise SignInFailed()
        if not right:
            await self._tries.missed(partner.id)
            raise SignInFailed()
        await self._forgiven(guesses)
        sign_in, _ = await self._sessions.begin(partner.id, Role.partner)
        return self._issue(sign_in, None, 1)

    def _issue(self, sign_in: SignIn, secret: str | None, epoch: int) -> Issued:
        claims = Claims(sign_in.principal, sign_in.id, epoch, "access", self._clock.now() + ACCESS_LASTS)
        refresh = f"{sign_in.id.hex}.{secret}" if secret else None
        return Issued(self._tokens.issue(claims), "Bearer", int(ACCESS_LASTS.total_seconds()), refresh)

    async def refresh(self, token: str) -> Issued:
        """A new pair for a refresh token, once. One used before means that it was stolen: the whole family ends."""
        session, _, secret = token.partition(".")
        try:
            id = UUID(hex=session)
        except ValueError:
            raise SignedOut() from None
        now, fresh = self._clock.now(), self._ids.reference()
        async with self._work(HOUSE_ACTOR) as work:
            try:
                sign_in = await work.sign_ins.get(id)
                staff = await work.staff.get(StaffId(sign_in.principal))
            except NotFound:
                raise SignedOut() from None
            gone = not staff.active or (staff.sample and not self._samples_allowed)
            if gone or sign_in.ended_at or sign_in.ends_at <= now:
                raise SignedOut()
            stolen = sign_in.refresh != self._vault.fingerprint(secret.encode())
            if stolen:
                await work.sign_ins.end_family(sign_in.family, now)
                work.announce(SignedOutEvent(at=now, by=sign_in.principal, centre=HOUSE, subject=id, note="refresh token used twice"))
            else:
                sign_in.refresh, sign_in.refreshed = self._vault.fingerprint(fresh.encode()), sign_in.refreshed + 1
                await work.sign_ins.save(sign_in)
        if stolen:
            raise SignedOut()
        return self._issue(sign_in, fresh, staff.epoch)

    async def sign_out(self, actor: Actor) -> None:
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            if actor.session:
                await work.sign_ins.end_family(actor.session, now)
                work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=actor.session))

    async def actor(self, token: str) -> Actor:
        """Who a token speaks for, now: the session row is asked each time, so that an ended one is out with the next request."""
        claims = self._tokens.read(token)
        return await self._sessions.live(claims.subject, claims.session, claims.epoch)

    async def enter(self, username: str, password: str, code: str | None) -> str:
        """As `sign_in`, for the pages: a pass to be kept in a cookie, sealed so that nobody but this service reads or makes one."""
        claims = self._tokens.read((await self.sign_in(username, password, code)).access_token)
        return self._sessions.sealed(Pass(claims.subject, claims.session, claims.epoch, self._clock.now()))

    def shown(self, cookie: str) -> Pass:
        """Raises SignedOut for anything but a pass that this service sealed."""
        return self._sessions.shown(cookie)

    async def visitor(self, it: Pass) -> Visitor:
        """The session row is asked at each page. Raises SignedOut when it ended, or nothing was asked for an hour."""
        now = self._clock.now()
        if now - it.seen > IDLE:
            raise SignedOut()
        actor = await self._sessions.live(it.subject, it.session, it.epoch)
        renewed = self._sessions.sealed(Pass(it.subject, it.session, it.epoch, now)) if now - it.seen > RENEWED_EVERY else ""
        return Visitor(actor, now, renewed)

    def form_token(self, door: str) -> str:
        """What a form must carry that was shown to `door`: a session, or the passing name of somebody not yet signed in."""
        return self._vault.fingerprint(f"form {door}".encode()).hex()

    def device_key(self, actor: Actor, device: str) -> str:
        """What `device` seals this person's unsent words with: the same when they come back after a power cut, and nobody else's."""
        return self._vault.fingerprint(f"device {actor.id.hex} {device}".encode()).hex()

    def fresh(self) -> str:
        """A new random name: for a form, so that sent twice it is done once, or for somebody not yet signed in."""
        return self._ids.reference()

    def now(self) -> datetime:
        return self._clock.now()

    async def colleagues(self, actor: Actor) -> tuple[StaffView, ...]:
        """Those whom the actor may hand work to: same centres, or everyone for the administrator."""
        actor.check(Act.see_colleagues)
        async with self._work.looking(actor) as work:
            staff = await work.staff.all()
        near = [one for one in staff if one.partner_id is None and (actor.role is Role.admin or set(one.centres) & set(actor.centres))]
        return tuple(map(StaffView.of, near))

    async def centres(self, actor: Actor) -> tuple[Centre, ...]:
        actor.check(Act.see_colleagues)
        async with self._work.looking(actor) as work:
            return tuple(centre for centre in await work.staff.centres() if centre.serves)


async def _partner(work: Work, key: str) -> Partner | None:
    try:
        return await work.partners.by_key(key)
    except NotFound:
        return None
