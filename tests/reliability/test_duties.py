"""A worker's duties begin one after another, so that a worker at rest keeps few connections; a slow one holds the others up no more than
a moment, and a fault ends none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from service.worker import Duty, perform

LONG = 3600.0


@asynccontextmanager
async def performing(duties: list[Duty], *, patience: float) -> AsyncIterator[None]:
    at_work = asyncio.create_task(perform(duties, patience=patience))
    try:
        yield
    finally:
        at_work.cancel()
        ended, _ = await asyncio.wait([at_work], timeout=10)
    assert ended, "a worker that is told to end must end, whatever it waits for"


class Looks:
    """Duties whose looks take some turns of the loop, and how many looked at once."""

    def __init__(self, number: int) -> None:
        self.at_once = self.most = 0
        self.all_looked = asyncio.Event()
        self._to_look = number
        self.duties: list[Duty] = [(f"duty {place}", self._look, LONG) for place in range(number)]

    async def _look(self) -> int:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        for _ in range(20):
            await asyncio.sleep(0)
        self.at_once -= 1
        self._to_look -= 1
        if not self._to_look:
            self.all_looked.set()
        return 0


@pytest.mark.parametrize(("patience", "at_once"), [(LONG, 1), (0.0, 5)], ids=["one after another", "the control: nobody waits"])
async def test_first_looks_are_taken_in_turn(patience: float, at_once: int) -> None:
    looks = Looks(5)
    async with performing(looks.duties, patience=patience):
        await looks.all_looked.wait()
    assert looks.most == at_once


async def test_a_duty_that_never_comes_back_holds_up_no_other() -> None:
    looks = Looks(3)

    async def hangs() -> int:
        await asyncio.Event().wait()
        return 0

    async with performing([("hangs", hangs, LONG), *looks.duties], patience=0.01):
        await asyncio.wait_for(looks.all_looked.wait(), 10)


def _failing(times: int, then: Callable[[], None]) -> Callable[[], Awaitable[int]]:
    left = [times]

    async def look() -> int:
        left[0] -= 1
        if left[0] >= 0:
            raise RuntimeError
        then()
        return 0

    return look


async def test_a_fault_ends_no_duty_and_is_tried_again() -> None:
    looks, mended = Looks(2), asyncio.Event()
    async with performing([("fails", _failing(2, mended.set), 0.0), *looks.duties], patience=LONG):
        await asyncio.wait_for(looks.all_looked.wait(), 10)
        await asyncio.wait_for(mended.wait(), 10)
