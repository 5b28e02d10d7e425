"""Signing in, staying signed in, signing out; and who a request comes from."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.chance import Clock, Ids
from domain.errors import Invalid, NotFound
from domain.events import Event
from domain.identity import (
    Act,
    Actor,
    Claims,
    OneTimeCodes,
    Passwords,
    Role,
    SecondFactorNeeded,
    SignedOut,
    SignIn,
    SignInFailed,
    Staff,
    Tokens,
)
from domain.ports import Centre, Views, Works
from domain.secrecy import KeyVault, Unreadable
from domain.values import HOUSE, CentreCode, Language, StaffId, required

ACCESS_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=12)
TRIES = 5
REST = timedelta(minutes=15)
IDLE = timedelta(hours=1)
"""A page left alone this long asks for the password again: desks are shared."""
_PASS = "pages.pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAdded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorTaken(Event):
    pass


class WrongCode(Invalid):
    """This code does not belong to the secret."""

    next = "Check the time on your telephone and give the next code."


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """For the authenticator: the secret by hand, or the same as a QR code's text."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What the token route answers, in OAuth's words. `refresh_token` is new at each use; an old one ends the session."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | None


@dataclass(frozen=True, slots=True)
class Me:
    id: UUID
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    language: Language
    may: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class StaffView:
    id: StaffId
    username: str
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Pass:
    """What the cookie of the pages says, before anybody asks whether it still holds. It rests on the session row, so it needs no rotation,
    and two tabs never take each other for a thief."""

    subject: UUID
    session: UUID
    epoch: int
    seen: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page, now; `cookie` is their pass with the time of this visit in it."""

    actor: Actor
    at: datetime
    cookie: str


HOUSE_ACTOR = Actor(UUID(int=0), Role.admin, ())
"""The service itself: the worker and the commands. It has no session and signs no token."""


class Identity:
    def __init__(
        self,
        work: Works,
        views: Views,
        tokens: Tokens,
        passwords: Passwords,
        codes: OneTimeCodes,
        vault: KeyVault,
        clock: Clock,
        ids: Ids,
        *,
        samples_allowed: bool,
    ) -> None:
        self._work, self._views, self._tokens = work, views, tokens
        self._passwords, self._codes, self._vault = passwords, codes, vault
        self._clock, self._ids, self._samples_allowed = clock, ids, samples_allowed

    async def sign_in(self, username: str, password: str, code: str | None) -> Issued:
        """Raises SignInFailed alike for a wrong name and a wrong password, SecondFactorNeeded where a code is asked for.

        The password is checked outside any transaction: it takes tens of milliseconds on purpose.
        """
        async with self._work.looking(HOUSE_ACTOR) as work:
            staff = await work.staff.by_username(username)
        usable = staff is not None and staff.active and (self._samples_allowed or not staff.sample)
        right = await self._passwords.verify(password, staff.password if staff and usable else "")
        if staff is None or not usable:
            raise SignInFailed()
        now = self._clock.now()
        if staff.locked_until and staff.locked_until > now:
            raise SignInFailed()
        if right and staff.totp and not code:
            raise SecondFactorNeeded()
        step = self._codes.step(code or "", staff.totp, now) if staff.totp else staff.totp_step
        if not right or step is None or (staff.totp and step <= staff.totp_step):
            await self._failed(staff.id)
            raise SignInFailed()
        if staff.failures or step != staff.totp_step:
            await self._passed(staff.id, step)
        return await self._begin(staff.id, staff.role, staff.epoch)

    async def _passed(self, id: StaffId, step: int) -> None:
        """Forgets earlier failures and remembers the code's step. Of two sign-ins with one code the second finds it used."""
        async with self._work(HOUSE_ACTOR) as work:
            staff = await work.staff.get(id)
            if staff.totp and step <= staff.totp_step:
                raise SignInFailed()
            staff.failures, staff.locked_until, staff.totp_step = 0, None, step
            await work.staff.save(staff)

    async def _failed(self, id: StaffId) -> None:
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            staff = await work.staff.get(id)
            staff.failures += 1
            if staff.failures >= TRIES:
                staff.failures, staff.locked_until = 0, now + REST
            await work.staff.save(staff)
            work.announce(SignInRefused(at=now, by=id, centre=HOUSE, subject=id, note="locked" if staff.locked_until else ""))

    async def partner_in(self, key: str, secret: str) -> Issued:
        """Client credentials of a partner's system. Raises SignInFailed."""
        async with self._work.looking(HOUSE_ACTOR) as work:
            try:
                partner = await work.partners.by_key(key)
            except NotFound:
                partner = None
        right = await self._passwords.verify(secret, partner.credential or "" if partner and partner.active else "")
        if partner is None or not right:
            raise SignInFailed()
        return await self._begin(partner.id, Role.partner, 1)

    async def _begin(self, principal: UUID, role: Role, epoch: int) -> Issued:
        now, session = self._clock.now(), self._ids.new()
        secret = self._ids.reference()
        sign_in = SignIn(session, principal, role, session, self._vault.fingerprint(secret.encode()), 0, now, now + SESSION_LASTS)
        async with self._work(HOUSE_ACTOR) as work:
            await work.sign_ins.add(sign_in)
            work.announce(SignedIn(at=now, by=principal, centre=HOUSE, subject=session))
        return self._issue(sign_in, secret if role is not Role.partner else None, epoch)

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
        return await self._live(claims.subject, claims.session, claims.epoch)

    async def _live(self, subject: UUID, session: UUID, epoch: int) -> Actor:
        live = await self._views.sessions.live(session)
        if live is None or live.epoch != epoch or live.actor.id != subject:
            raise SignedOut()
        return live.actor

    async def enter(self, username: str, password: str, code: str | None) -> str:
        """As `sign_in`, for the pages: a pass to be kept in a cookie, sealed so that nobody but this service reads or makes one."""
        claims = self._tokens.read((await self.sign_in(username, password, code)).access_token)
        return self._sealed(Pass(claims.subject, claims.session, claims.epoch, self._clock.now()))

    def _sealed(self, it: Pass) -> str:
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

    async def visitor(self, it: Pass) -> Visitor:
        """The session row is asked at each page. Raises SignedOut when it ended, or nothing was asked for an hour."""
        now = self._clock.now()
        if now - it.seen > IDLE:
            raise SignedOut()
        actor = await self._live(it.subject, it.session, it.epoch)
        return Visitor(actor, now, self._sealed(Pass(it.subject, it.session, it.epoch, now)))

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

    async def me(self, actor: Actor) -> Me:
        actor.check(Act.see_self)
        return Me(actor.id, actor.name, actor.role, actor.centres, actor.language, tuple(act for act in Act if actor.may(act)))

    async def begin_second_factor(self, actor: Actor) -> SecondFactor:
        """A fresh secret, shown once; it counts only when a code of it has been given back."""
        actor.check(Act.see_colleagues)
        secret = self._codes.secret()
        async with self._work.looking(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
        return SecondFactor(secret, self._codes.uri(secret, staff.username))

    async def take_second_factor(self, actor: Actor, secret: str, code: str, current_code: str = "") -> None:
        """From the next sign-in on the code is asked for. Changing it needs a code of the old one: a stolen session has none.
        Raises WrongCode."""
        actor.check(Act.see_colleagues)
        now = self._clock.now()
        step = self._codes.step(code, secret, now)
        if step is None:
            raise WrongCode(field="code")
        async with self._work(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
            if staff.totp and (self._codes.step(current_code, staff.totp, now) or 0) <= staff.totp_step:
                raise WrongCode(field="current_code")
            staff.totp, staff.totp_step = secret, step
            await work.staff.save(staff)
            work.announce(SecondFactorTaken(at=now, by=actor.id, centre=HOUSE, subject=staff.id))

    async def add_staff(
        self, actor: Actor, username: str, name: str, role: Role, centres: tuple[CentreCode, ...], password: str
    ) -> StaffView:
        actor.check(Act.run_staff)
        if len(password) < 12:
            raise Invalid("A password has at least 12 characters.", field="password", next="Use a few words.")
        hashed = await self._passwords.hash(password)
        now = self._clock.now()
        staff = Staff(
            StaffId(self._ids.new()), required(username, field="username", longest=100), required(name, field="name"), role, centres, hashed
        )
        async with self._work(actor) as work:
            known = {centre.code for centre in await work.staff.centres() if centre.serves} | {HOUSE}
            if not set(centres) <= known:
                raise Invalid("There is no such centre.", field="centres", next=f"Choose among {', '.join(sorted(known))}.")
            await work.staff.add(staff)
            work.announce(StaffAdded(at=now, by=actor.id, centre=HOUSE, subject=staff.id))
        return StaffView(staff.id, staff.username, staff.name, staff.role, staff.centres, staff.active)

    async def colleagues(self, actor: Actor) -> tuple[StaffView, ...]:
        """Those whom the actor may hand work to: same centres, or everyone for the administrator."""
        actor.check(Act.see_colleagues)
        async with self._work.looking(actor) as work:
            staff = await work.staff.all()
        near = [one for one in staff if actor.role is Role.admin or set(one.centres) & set(actor.centres)]
        return tuple(StaffView(one.id, one.username, one.name, one.role, one.centres, one.active) for one in near)

    async def centres(self, actor: Actor) -> tuple[Centre, ...]:
        actor.check(Act.see_colleagues)
        async with self._work.looking(actor) as work:
            return tuple(centre for centre in await work.staff.centres() if centre.serves)

    async def end_sessions(self, actor: Actor, staff_id: StaffId) -> None:
        """Every session of a member of staff ends, here and now (a lost telephone, someone leaving)."""
        actor.check(Act.run_staff)
        now = self._clock.now()
        async with self._work(actor) as work:
            staff = await work.staff.get(staff_id)
            staff.epoch += 1
            await work.staff.save(staff)
            await work.sign_ins.end_all(staff_id, now)
            work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=staff_id, note="all sessions ended"))
