"""The made-up people of `mrc demo`, on top of the sample house: the same seed gives the same people on the same day, sealed anew each
time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from domain.chance import Clock
from domain.clients import Names, Particulars
from domain.demo import Cast, Colleagues, Dossier, Partnered, dossier, numbers
from domain.events import Event
from domain.identity import Actor, Role
from domain.partners.agreements import Agreement, agreed
from domain.partners.directory import Partner
from domain.ports import BulkRecords, Work, Works
from domain.secrecy import KeyVault
from domain.values import HOUSE, day_of

MORNING = timedelta(hours=10)
"""By then a day of the made-up world is over: its last moment is at nine."""
TOGETHER = 500
"""Clients in one transaction."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Which people: the same three give the same ones. `day` is their present."""

    clients: int
    seed: int
    day: date


SearchKeys = Callable[[Names, Particulars], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLaid(Event):
    """One line of the trail for the whole load."""


class Demo:
    """Lays `clients` in parts, which may be laid by several processes at once: none knows of another."""

    def __init__(self, work: Works, bulk: BulkRecords, vault: KeyVault, search_keys: SearchKeys, clock: Clock, house: Actor) -> None:
        self._work, self._bulk, self._vault = work, bulk, vault
        self._search_keys, self._clock, self._house = search_keys, clock, house

    async def begin(self, clients: int) -> None:
        """Reserves the numbers first, so that whoever registers somebody meanwhile gets a free one."""
        await self._bulk.reserve(numbers(clients))

    def today(self) -> date:
        """The latest day that can be the present of the made-up world, so that nothing in it is yet to happen."""
        return day_of(self._clock.now() - MORNING)

    async def lay(self, crowd: Crowd, part: range, told: Callable[[int], None] = lambda _: None) -> None:
        """The clients of this part; `told` hears after each transaction how many there were."""
        cast = await self._cast(crowd.day)
        for first in range(part.start, part.stop, TOGETHER):
            indices = range(first, min(first + TOGETHER, part.stop))
            made = [dossier(cast, _dice(crowd.seed, index), index, crowd.clients, crowd.day) for index in indices]
            await self._bulk.put(made, [self._tokens(one) for one in made])
            told(len(made))

    async def finish(self, crowd: Crowd) -> None:
        note = f"{crowd.clients} clients, seed {crowd.seed}, {crowd.day}"
        async with self._work(self._house) as work:
            at, house = self._clock.now(), self._house.id
            work.announce(DemoLaid(at=at, by=house, centre=HOUSE, subject=house, note=note))

    def _tokens(self, made: Dossier) -> frozenset[int]:
        keys = self._search_keys(made.client.names, made.client.particulars)
        return frozenset(self._vault.token(kind, text) for kind, text in keys)

    async def _cast(self, day: date) -> Cast:
        async with self._work(self._house) as work:
            staff = [one for one in await work.staff.all() if one.sample]
            partners = {one.key: await self._partnered(work, one, day) for one in await work.partners.all() if one.credential}
        centres = []
        for code in sorted({one.centres[0] for one in staff if one.role is Role.counsellor}):
            here = [Actor(one.id, one.role, one.centres) for one in staff if one.centres == (code,)]
            counsellors = tuple(one for one in here if one.role is Role.counsellor)
            centres.append(Colleagues(code, counsellors, next(one for one in here if one.role is Role.supervisor)))
        return Cast(tuple(centres), partners, self._house)

    @staticmethod
    async def _partnered(work: Work, partner: Partner, day: date) -> Partnered:
        agreements: list[Agreement] = await work.partners.agreements(partner.id)
        groups = tuple(sorted(agreed(agreements, day)))
        since = datetime.combine(min(one.signed_on for one in agreements), time(), UTC)
        return Partnered(partner.id, partner.key, partner.kind, groups, Actor(partner.id, Role.partner, (), None, partner.id), since)


def _dice(seed: int, index: int) -> Random:
    """Each client has dice of their own, so that the order and the number of processes change nothing."""
    return Random(f"{seed}/{index}")  # noqa: S311 - made-up people are no secret
