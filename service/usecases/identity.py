"""Signing in, staying signed in, signing out; and who a request comes from."""

from dataclasses import dataclass
from datetime import timedelta
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
from domain.secrecy import KeyVault
from domain.values import HOUSE, CentreCode, Language, StaffId, required

ACCESS_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=12)
TRIES = 5
REST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAdded(Event):
    pass


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
        if not right or (staff.totp and not self._codes.verify(code or "", staff.totp, now)):
            await self._failed(staff.id)
            raise SignInFailed()
        return await self._begin(staff.id, staff.role, staff.epoch, clear_failures=staff.failures > 0)

    async def _failed(self, id: StaffId) -> None:
        async with self._work(HOUSE_ACTOR) as work:
            staff = await work.staff.get(id)
            staff.failures += 1
            if staff.failures >= TRIES:
                staff.failures, staff.locked_until = 0, self._clock.now() + REST
            await work.staff.save(staff)

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

    async def _begin(self, principal: UUID, role: Role, epoch: int, *, clear_failures: bool = False) -> Issued:
        now, session = self._clock.now(), self._ids.new()
        secret = self._ids.reference()
        sign_in = SignIn(session, principal, role, session, self._vault.fingerprint(secret.encode()), 0, now, now + SESSION_LASTS)
        async with self._work(HOUSE_ACTOR) as work:
            if clear_failures:
                staff = await work.staff.get(StaffId(principal))
                staff.failures, staff.locked_until = 0, None
                await work.staff.save(staff)
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
            except NotFound:
                raise SignedOut() from None
            epoch = (await work.staff.get(StaffId(sign_in.principal))).epoch
            if sign_in.ended_at or sign_in.ends_at <= now:
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
        return self._issue(sign_in, fresh, epoch)

    async def sign_out(self, actor: Actor) -> None:
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            if actor.session:
                await work.sign_ins.end_family(actor.session, now)
                work.announce(SignedOutEvent(at=now, by=actor.id, centre=HOUSE, subject=actor.session))

    async def actor(self, token: str) -> Actor:
        """Who a token speaks for, now: the session row is asked each time, so that an ended one is out with the next request."""
        claims = self._tokens.read(token)
        found = await self._views.sessions.live(claims.session)
        if found is None:
            raise SignedOut()
        staff, sign_in, partner = found
        if partner is not None:
            return Actor(partner, Role.partner, (), sign_in.id, partner)
        if staff is None or staff.epoch != claims.epoch or sign_in.principal != claims.subject:
            raise SignedOut()
        return staff.actor(sign_in.id)

    async def me(self, actor: Actor) -> Me:
        actor.check(Act.see_self)
        return Me(actor.id, actor.name, actor.role, actor.centres, actor.language, tuple(act for act in Act if actor.may(act)))

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
            known = {centre.code for centre in await work.staff.centres() if centre.serves}
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
