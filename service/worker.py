"""The worker: carries messages, works through news, hears the clocks, seals the trail; any number may run beside each other."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from domain.audit import Head
from domain.errors import Refusal
from service.wiring import House

LOG = structlog.get_logger("mrc.worker")
HEADS_EVERY = 15 * 60.0
PATIENCE = 1.0
"""Seconds that a duty waits at the start for the first look of the one before. All at once, each would open a connection to look by, and
a worker would keep as many as it may have (ten were counted, now two or three), which it never needs together again."""

Duty = tuple[str, Callable[[], Awaitable[int]], float]
"""Its name, a look for work that tells how much it did, and the seconds of rest when there was none."""


class Worker:
    """Each duty loops by itself: a slow one holds up no other, a fault is logged by kind and tried again."""

    def __init__(self, house: House) -> None:
        self._house, self._use = house, house.usecases

    async def run(self) -> None:
        duties: tuple[Duty, ...] = (
            ("carry", self._use.delivery.carry, 0.5),
            ("news", lambda: self._use.partner_side.work_through(100), 0.5),
            ("seal", self._use.audit.seal, 0.5),
            ("clocks", self._use.delivery.hear_clocks, 5.0),
            ("incoming", self._use.incoming.hear_clocks, 5.0),
            ("transfers", self._use.transfers.hear_clocks, 5.0),
            ("forgetting", self._use.incoming.forget, 60.0),
            ("sandbox", self._use.sandbox.tend, 2.0),
            ("lapses", self._use.lapses.refuse, 60.0),
            ("agreements", self._use.renewals.remind, 60.0),
            ("heads", self.keep_heads, HEADS_EVERY),
            ("reports", self._use.scheduled_reports.tend, 300.0),
        )
        try:
            await perform(duties)
        finally:
            await self._use.delivery.leave()

    async def keep_heads(self) -> int:
        """The ends of the chains, written where the database cannot reach: a tail cut off shows against them."""
        heads = await self._use.audit.heads()
        folder = self._house.settings.heads
        folder.mkdir(parents=True, exist_ok=True)
        append_heads(folder / "heads.jsonl", heads)
        return 0


async def perform(duties: Sequence[Duty], *, patience: float = PATIENCE) -> None:
    """Begins them in this order, so what people wait for stands first, and goes on with all of them until it is cancelled."""
    async with asyncio.TaskGroup() as group:
        for duty in duties:
            looked = asyncio.Event()
            group.create_task(_loop(*duty, looked))
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await looked.wait()


async def _loop(name: str, duty: Callable[[], Awaitable[int]], pause: float, looked: asyncio.Event) -> None:
    """Goes on at once while there is work, else rests."""
    while True:
        done = 0
        try:
            done = await duty()
        except Refusal as refusal:
            LOG.warning("duty refused", duty=name, rule=refusal.rule)
        except Exception as fault:  # one duty's fault must not end the others; its text may be personal
            LOG.error("duty failed", duty=name, kind=type(fault).__name__)
        looked.set()
        if not done:
            await asyncio.sleep(pause)


def append_heads(path: Path, heads: list[Head]) -> None:
    with path.open("a", encoding="utf-8") as file:
        for head in heads:
            file.write(json.dumps({"centre": head.centre, "seq": head.seq, "seal": head.seal, "at": head.at.isoformat()}) + "\n")
