"""Passkeys: registering one on the account page, and signing in with it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.chance import Clock, Ids
from domain.errors import NotFound
from domain.identity import Act, Actor, Staff
from domain.passkeys import (
    MOST,
    Ceremony,
    Holder,
    Passkey,
    PasskeyAdded,
    PasskeyRefused,
    PasskeyRemoved,
    PasskeyThere,
    Site,
    TooManyPasskeys,
)
from domain.ports import Works
from domain.secrecy import KeyVault, Unreadable
from domain.values import HOUSE, StaffId, required
from service.usecases.identity.sessions import Sessions
from service.usecases.identity.told import HOUSE_ACTOR, Offer, Pass, SignInRefused
from service.usecases.identity.tries import Tries

WITHIN = timedelta(minutes=5)
"""A challenge is answered within this, or not at all."""
_CHALLENGE = "passkey.challenge"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Passkeys:
    """Challenges are kept nowhere: each is sealed, with when and for whom it was made, into a ticket that comes back with the answer.
    That one is not answered twice the passkey's own row remembers."""

    def __init__(
        self,
        work: Works,
        sessions: Sessions,
        tries: Tries,
        ceremony: Ceremony,
        vault: KeyVault,
        clock: Clock,
        ids: Ids,
        *,
        samples_allowed: bool,
    ) -> None:
        self._work, self._sessions, self._tries, self._ceremony = work, sessions, tries, ceremony
        self._vault, self._clock, self._ids, self._samples_allowed = vault, clock, ids, samples_allowed

    async def offer(self, actor: Actor, site: Site, present: str) -> Offer:
        """Asks for the password: a stranger's passkey, added at a desk left alone, would be a door that stays open. Raises WrongPassword,
        TooManyPasskeys."""
        actor.check(Act.keep_account)
        async with self._work.looking(actor) as work:
            staff = await work.staff.get(StaffId(actor.id))
            known = tuple(one.credential for one in await work.passkeys.of(staff.id))
        await self._tries.prove(staff, present)
        if len(known) >= MOST:
            raise TooManyPasskeys()
        challenge, ticket = self._challenged(f"register {actor.session}")
        return Offer(self._ceremony.to_register(site, challenge, Holder(self._handle(staff.id), staff.username, staff.name), known), ticket)

    async def register(self, actor: Actor, site: Site, name: str, ticket: str, answer: str) -> None:
        """For a ticket of this session's, and so after the password. Raises PasskeyRefused, PasskeyThere, TooManyPasskeys."""
        actor.check(Act.keep_account)
        called = required(name, field="name", longest=60)
        challenge, made_at = self._opened(ticket, f"register {actor.session}")
        key = self._ceremony.registered(site, challenge, answer)
        now = self._clock.now()
        staff = StaffId(actor.id)
        passkey = Passkey(self._ids.new(), staff, key.credential, key.public_key, key.counter, called, now, made_at)
        async with self._work(actor) as work:
            if await work.passkeys.by_credential(key.credential):
                raise PasskeyThere()
            if len(await work.passkeys.of(staff)) >= MOST:
                raise TooManyPasskeys()
            await work.passkeys.add(passkey)
            work.announce(PasskeyAdded(at=now, by=actor.id, centre=HOUSE, subject=passkey.id))

    async def remove(self, actor: Actor, id: UUID) -> None:
        """Raises NotFound for what is no passkey of theirs."""
        actor.check(Act.keep_account)
        async with self._work(actor) as work:
            if not await work.passkeys.remove(StaffId(actor.id), id):
                raise NotFound()
            work.announce(PasskeyRemoved(at=self._clock.now(), by=actor.id, centre=HOUSE, subject=id))

    def offer_sign_in(self, site: Site, door: str) -> Offer:
        """`door` is the passing name of the browser that asks: an answer counts only there."""
        challenge, ticket = self._challenged(f"enter {door}")
        return Offer(self._ceremony.to_sign_in(site, challenge), ticket)

    async def enter(self, site: Site, door: str, ticket: str, answer: str) -> str:
        """A pass for the pages; both factors at once. It opens while the password rests, for nobody guesses a signature. Raises
        PasskeyRefused, alike for whatever is wrong."""
        challenge, made_at = self._opened(ticket, f"enter {door}")
        credential, handle = self._ceremony.named(answer)
        now = self._clock.now()
        async with self._work(HOUSE_ACTOR) as work:
            passkey = await work.passkeys.by_credential(credential)
            if passkey is None:
                raise PasskeyRefused()
            staff = await work.staff.get(passkey.staff_id)
            refused = self._shut(staff, handle)
            if not refused:
                refused = not self._taken(passkey, site, challenge, made_at, answer, now)
            if refused:
                work.announce(SignInRefused(at=now, by=staff.id, centre=HOUSE, subject=passkey.id, note="passkey"))
            else:
                await work.passkeys.save(passkey)
        if refused:
            raise PasskeyRefused()
        sign_in, _ = await self._sessions.begin(staff.id, staff.role, "passkey")
        return self._sessions.sealed(Pass(staff.id, sign_in.id, staff.epoch, now))

    def _shut(self, staff: Staff, handle: bytes) -> bool:
        usable = staff.active and (self._samples_allowed or not staff.sample)
        return not usable or handle != self._handle(staff.id)

    def _taken(self, passkey: Passkey, site: Site, challenge: bytes, made_at: datetime, answer: str, now: datetime) -> bool:
        try:
            counter = self._ceremony.signed(site, challenge, answer, passkey.public_key, passkey.counter)
            passkey.take(made_at, counter, now)
        except PasskeyRefused:
            return False
        return True

    def _handle(self, staff: StaffId) -> bytes:
        """What a device calls this account: ids tell when a record was made, so they stay inside."""
        return self._vault.fingerprint(b"passkey of " + staff.bytes)

    def _challenged(self, purpose: str) -> tuple[bytes, str]:
        """32 bytes that nobody else can foretell, and their ticket."""
        challenge = self._vault.fingerprint(f"challenge {self._ids.reference()}".encode())
        at = (self._clock.now() - _EPOCH) // timedelta(microseconds=1)
        plain = f"{purpose}|{at}|{challenge.hex()}"
        return challenge, self._vault.seal_house(plain.encode(), at=_CHALLENGE).hex()

    def _opened(self, ticket: str, purpose: str) -> tuple[bytes, datetime]:
        """Raises PasskeyRefused for a ticket that is not ours, not for this, or too old."""
        try:
            made_for, at, challenge = self._vault.open_house(bytes.fromhex(ticket), at=_CHALLENGE).decode().split("|")
        except (ValueError, Unreadable):
            raise PasskeyRefused() from None
        made_at = _EPOCH + timedelta(microseconds=int(at))
        if made_for != purpose or not timedelta() <= self._clock.now() - made_at <= WITHIN:
            raise PasskeyRefused()
        return bytes.fromhex(challenge), made_at
