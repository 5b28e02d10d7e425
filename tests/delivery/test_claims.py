"""Who carries what: order within a referral, a fair share for each partner, leases that end, and no message in two hands."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.delivery import PER_PARTNER, Claimed, MessageState, Schedule, Settled
from service.usecases.identity import HOUSE_ACTOR
from tests.databases import Database
from tests.delivery.room import Room, room
from tests.reliability.programs import until

TAKEN = Settled(MessageState.delivered, "taken")
LATER = Settled(MessageState.waiting, "later", timedelta(hours=1))
MESSAGES, CLAIMERS = 500, 4


async def test_one_referrals_messages_leave_in_their_order(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        fia = await it.partner("fia")
        await it.lay(fia, 3, subject=uuid4())
        [first] = await it.outbox.claim(32)
        assert first.body["sequence"] == 1
        assert await it.outbox.claim(32) == []
        await it.settle(first, LATER)
        assert await it.outbox.claim(32) == [], "what comes after waits for the one that is tried again later"


async def test_a_round_is_settled_at_once_each_with_its_own_result(samples: Database, tmp_path: Path) -> None:
    """One of them is in other hands by now: it alone is left as it is."""
    async with room(samples, tmp_path) as it:
        await it.lay(await it.partner("fia"), 4)
        one, two, three, four = await it.outbox.claim(32)
        taken_over = replace(four, token=uuid4())
        async with it.service.house.database.work(HOUSE_ACTOR) as work:
            ours = await work.messages.settle([(one, TAKEN), (two, LATER), (three, TAKEN), (taken_over, TAKEN)])
        assert ours == {one.id, two.id, three.id}
        told = {line.id: line.state for line in await it.log("fia")}
        kept = [told[message.id] for message in (one, two, three, four)]
        assert kept == [MessageState.delivered, MessageState.waiting, MessageState.delivered, MessageState.claimed]


async def test_what_is_settled_makes_way_for_the_next(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        fia = await it.partner("fia")
        await it.lay(fia, 4, subject=uuid4())
        sequences = []
        while claimed := await it.outbox.claim(32):
            sequences += [one.body["sequence"] for one in claimed]
            await it.settle(claimed[0], TAKEN if len(sequences) % 2 else Settled(MessageState.given_up, "no"))
        assert sequences == [1, 2, 3, 4]


async def test_a_partner_with_a_long_queue_leaves_hands_for_others(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        fia, welfare = await it.partner("fia"), await it.partner("swd-punjab")
        await it.lay(fia, 200)
        await it.lay(welfare, 3)
        first = Counter(claimed.partner_id for claimed in await it.outbox.claim(16))
        assert first == {fia.id: PER_PARTNER, welfare.id: 3}
        assert await it.outbox.claim(16, [fia.id]) == [], "its hands are full in this worker"
        assert len(await it.outbox.claim(16)) == PER_PARTNER


async def test_a_claim_takes_no_more_than_it_was_asked_for(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        for key in ("fia", "swd-punjab", "reintegration"):
            await it.lay(await it.partner(key), 5)
        assert [len(await it.outbox.claim(limit)) for limit in (0, 1, 5)] == [0, 1, 5]


async def taken_over(it: Room) -> list[Claimed]:
    found: list[Claimed] = await until(lambda: it.outbox.claim(32), seconds=5)
    return found


async def test_a_lease_that_ended_is_taken_over_and_the_late_result_is_not_written(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path, delivery_lease=0.05) as it:
        await it.lay(await it.partner("fia"), 1)
        [late] = await it.outbox.claim(32)
        [mine] = await taken_over(it)
        assert (mine.id, mine.attempts) == (late.id, 2)
        assert mine.token != late.token
        assert await it.settle(late, TAKEN) is False
        assert [(line.state, line.detail) for line in await it.log("fia")] == [(MessageState.claimed, "")]
        assert await it.settle(mine, Settled(MessageState.waiting, "again", timedelta(0))) is True
        assert await it.settle(mine, TAKEN) is False, "a lease is spent with its result"
        assert [(line.state, line.detail) for line in await it.log("fia")] == [(MessageState.waiting, "again")]


async def compete(it: Room, seen: list[Claimed], overlaps: list[Claimed]) -> None:
    """Claimers that run until nothing is left, each noting what it holds while it holds it."""
    held: set[object] = set()

    async def one() -> None:
        while await it.outbox.waiting():
            for claimed in await it.outbox.claim(32):
                seen.append(claimed)
                if claimed.id in held:
                    overlaps.append(claimed)
                held.add(claimed.id)
                await asyncio.sleep(0)
                await it.settle(claimed, TAKEN)
                held.discard(claimed.id)

    await asyncio.gather(*[one() for _ in range(CLAIMERS)])


async def lay_many(it: Room, number: int) -> None:
    partners = (await it.partners())[:20]
    for partner in partners:
        await it.lay(partner, number // len(partners))


async def test_no_message_is_in_two_hands(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        await lay_many(it, MESSAGES)
        seen: list[Claimed] = []
        overlaps: list[Claimed] = []
        await compete(it, seen, overlaps)
        assert overlaps == []
        assert (len(seen), len({claimed.id for claimed in seen})) == (MESSAGES, MESSAGES)


async def test_without_leases_messages_are_in_two_hands(samples: Database, tmp_path: Path) -> None:
    """The control: leases that end at once must show as repeats, or the test above sees nothing."""
    async with room(samples, tmp_path, delivery_lease=1e-6) as it:
        await lay_many(it, 60)
        seen: list[Claimed] = []
        await compete(it, seen, [])
        assert len(seen) > len({claimed.id for claimed in seen})


@pytest.mark.parametrize(
    "attempts,asked,seconds", [(1, None, 5), (2, None, 300), (1, 60, 60), (2, 60, 300), (1, 90_000, 3600), (9, 0, 86_400)]
)
def test_the_schedule(attempts: int, asked: int | None, seconds: int) -> None:
    assert Schedule().wait(attempts, asked) == timedelta(seconds=seconds)
    assert Schedule().wait(10, asked) is None
