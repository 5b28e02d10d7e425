"""kill -9 of the service and its workers at random points: nothing that was acknowledged is lost, nothing happens twice at the partner."""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from domain.events import Event
from domain.ports import Once
from domain.referrals.record import Said
from domain.referrals.steps import StaffStep
from domain.values import ReferralId
from service.usecases.referrals import Referrals
from tests.databases import Database
from tests.delivery.room import room
from tests.reliability import crash

REFERRALS = int(os.environ.get("MRC_CRASH_REFERRALS", "300"))
SEED = int(os.environ.get("MRC_CRASH_SEED", "20261121"))


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(database: Database, tmp_path: Path) -> None:
    count = await crash.run(database, tmp_path, referrals=REFERRALS, seed=SEED)
    assert count.kills >= 9, "the killing itself must have happened"
    assert count.acknowledged == REFERRALS
    assert (count.lost, count.undelivered, count.unfinished, count.twice) == ([], [], [], []), count
    assert count.repeats > 0, "a partner that acts without acknowledging is told again: else the harness tests nothing"


class Killed(BaseException):
    """As good as kill -9 for whoever was in the middle of something."""


class Dies:
    """Transactions that end without an answer at seeded moments: just before they are kept, or just after."""

    def __init__(self, works: Any, chance: random.Random) -> None:
        self._works, self._chance = works, chance

    def moment(self) -> None:
        if self._chance.random() < 0.3:
            raise Killed

    @asynccontextmanager
    async def __call__(self, actor: Any) -> AsyncIterator[Any]:
        async with self._works(actor) as work:
            yield work
            self.moment()
        self.moment()


class LaysAfterwards(Dies):
    """The mistake the outbox is there against: the change is kept first, and its message is put in the queue when that is done."""

    @asynccontextmanager
    async def __call__(self, actor: Any) -> AsyncIterator[Any]:
        held: list[Event] = []
        async with self._works(actor) as work:
            yield Held(work, held)
            self.moment()
        self.moment()
        async with self._works(actor) as work:
            for event in held:
                work.announce(event)


class Held:
    """Announces all but the message."""

    def __init__(self, work: Any, held: list[Event]) -> None:
        self._work, self._held = work, held

    def announce(self, event: Event) -> None:
        self._work.announce(replace(event, outgoing=None))
        if event.outgoing is not None:
            self._held.append(event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)


async def without_message(database: Database, folder: Path, dying: type[Dies]) -> tuple[int, int]:
    """Thirty referrals sent by a client that repeats under its key until it is acknowledged: how many are queued, and how many of these
    have no message."""
    async with room(database, folder) as it:
        house = it.service.house
        clock, ids = SystemClock(), SystemIds()
        acts = Referrals(dying(house.database.work, random.Random(SEED)), house.database.views, house.database.trail, clock, ids)  # type: ignore[arg-type]
        counsellor = await it.service.sign_in("counsellor.lhe")
        actor = await house.usecases.identity.actor(counsellor.http.headers["Authorization"].removeprefix("Bearer "))
        drafts = [ReferralId(UUID((await it.draft(counsellor))["id"])) for _ in range(30)]
        queued = 0
        for id in drafts:
            state = None
            while state is None:
                with suppress(Killed):
                    state = (await acts.step(actor, Once("key", str(id), b""), id, StaffStep.send, Said())).state
            queued += state == "queued"
        laid = {line.id for line in await house.database.outbox.log((await it.partner("reintegration")).id, 100)}
        return queued, len(drafts) - len(laid)


@pytest.mark.parametrize("dying,loses", [(Dies, False), (LaysAfterwards, True)], ids=["with the change", "control: after it"])
async def test_the_message_is_kept_with_the_change(samples: Database, tmp_path: Path, dying: type[Dies], loses: bool) -> None:
    queued, lost = await without_message(samples, tmp_path, dying)
    assert queued == 30
    assert (lost > 0) is loses
