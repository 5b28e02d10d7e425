"""Erasing a client for good: who may not be erased yet, and what stands in the trail afterwards."""

import re
from uuid import UUID

from domain.audit import Entry
from domain.chance import Clock, Ids
from domain.errors import Conflict, Invalid, NotAllowed
from domain.identity import Actor, Role
from domain.keeping import Eraser, ErasureLedger, Standing
from domain.values import required


class StillOpenWork(Conflict):
    """This client still has open work."""

    next = "Close the cases, withdraw or close the referrals, then erase."


class ReasonNamesThem(Invalid):
    """The reason names the client, and the trail keeps it for ever."""

    next = "Write it without names and numbers, for example: asked for it in writing on 3 May."


class Erasure:
    def __init__(self, eraser: Eraser, ledger: ErasureLedger, clock: Clock, ids: Ids) -> None:
        self._eraser, self._ledger, self._clock, self._ids = eraser, ledger, clock, ids

    async def erase(self, actor: Actor, number: str, reason: str) -> str:
        """Destroys the keys of a client and of the contacts that became this client. Running it again finishes what was interrupted.

        Answers what is left to do, usually nothing. Raises NotFound, StillOpenWork, ReasonNamesThem.
        """
        if actor.role is not Role.admin:
            raise NotAllowed("Only the administrator erases, from the command line.")
        wanted = required(number, field="client_number", longest=20).upper()
        why = required(reason, field="reason", longest=200)
        async with self._eraser.erasing(wanted) as erasing:
            standing = erasing.standing
            _allowed(standing, why)
            if not standing.erased:
                await erasing.shred(self._entry(actor, standing, why))
        # The trail is what counts; the ledger beside it is brought up to it, now and at every backup.
        self._ledger.add(await self._eraser.erased())
        return await self._eraser.clear()

    def _entry(self, actor: Actor, standing: Standing, why: str) -> Entry:
        return Entry(
            id=self._ids.new(),
            centre=standing.centre,
            at=self._clock.now(),
            actor=actor.id,
            action="client_erased",
            subject=standing.client,
            client_id=standing.client,
            others=standing.contacts,
            fields=(),
            note=why,
            mac=b"",
        )

    async def missing(self) -> frozenset[UUID]:
        """Erasures of the trail that the ledger does not know yet."""
        return await self._eraser.erased() - self._ledger.known()


def _allowed(standing: Standing, why: str) -> None:
    open_work = {"cases": standing.open_cases, "referrals": standing.open_referrals}
    if said := ", ".join(f"{name}: {count}" for name, count in open_work.items() if count):
        raise StillOpenWork(f"This client still has open work ({said}).")
    words = set(re.findall(r"\w{3,}", why.casefold()))
    if words & standing.words or re.search(r"\d{5,}", re.sub(r"[\s-]", "", why)):
        raise ReasonNamesThem(field="reason")
