"""Ids grow and never meet, references cannot be guessed, clocks are aware and UTC."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from uuid import RFC_4122

import pytest

from adapters.system.clock import FixedClock, SystemClock
from adapters.system.ids import SequenceIds, SystemIds
from domain.chance import Clock, Ids


def milliseconds(value: int) -> int:
    return value >> 80


@pytest.mark.parametrize("ids", [SystemIds(), SequenceIds()], ids=["system", "sequence"])
def test_ids_are_growing_uuids_of_version_seven(ids: Ids) -> None:
    made = [ids.new() for _ in range(5000)]
    assert made == sorted(set(made))
    assert all(one.version == 7 and one.variant == RFC_4122 for one in made)
    assert [str(one) for one in made] == sorted(str(one) for one in made)


def test_ids_carry_the_time() -> None:
    made = SystemIds().new()
    assert abs(datetime.fromtimestamp(milliseconds(made.int) / 1000, UTC) - datetime.now(UTC)) < timedelta(seconds=5)


def test_ids_grow_while_the_clock_stands_or_steps_back() -> None:
    times = iter([1000] * 500 + [900] * 500 + [1001] * 500)
    ids = SystemIds(lambda: next(times))
    made = [ids.new() for _ in range(1500)]
    assert made == sorted(set(made))
    assert milliseconds(made[0].int) == 1000
    assert 1000 <= milliseconds(made[999].int) <= milliseconds(made[-1].int) <= 1002


def test_ids_are_not_guessed_from_their_neighbour() -> None:
    ids = SystemIds(lambda: 1000)
    made = [ids.new().int for _ in range(200)]
    strides = {later - earlier for earlier, later in pairwise(made)}
    assert len(strides) > 190


def test_ids_of_several_threads_do_not_meet() -> None:
    ids = SystemIds()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new(), range(4000)))
    assert len(set(made)) == 4000


def test_references_are_long_random_and_safe_in_an_address() -> None:
    ids = SystemIds()
    made = {ids.reference() for _ in range(5000)}
    assert len(made) == 5000
    assert {len(one) for one in made} == {24}
    assert set("".join(made)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_sequence_repeats_itself() -> None:
    first, again = SequenceIds(), SequenceIds()
    assert [first.new(), first.reference(), first.new()] == [again.new(), again.reference(), again.new()]
    assert SequenceIds(1000).new() != SequenceIds().new()


@pytest.mark.parametrize("clock", [SystemClock(), FixedClock()], ids=["system", "fixed"])
def test_clocks_are_aware_and_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_the_fixed_clock_stands_until_told() -> None:
    karachi = timezone(timedelta(hours=5))
    clock = FixedClock(datetime(2026, 11, 2, 14, 0, tzinfo=karachi))
    assert clock.now() == clock.now() == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert clock.on(timedelta(minutes=1)) == clock.now() == datetime(2026, 11, 2, 9, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        FixedClock(datetime(2026, 11, 2))  # noqa: DTZ001 - the naive value is the point
