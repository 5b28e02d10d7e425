"""After random acts by several at once, every kept figure is what a fresh count gives; also where the service is killed in the middle.

`MRC_FIGURE_ACTS=10000 pytest tests/figures/test_acts.py` takes as many as one likes.
"""

import asyncio
import os
import random
from contextlib import suppress
from pathlib import Path

import httpx

from service.wiring import wire
from tests.conftest import Database
from tests.figures.acts import PARTNER, STAFF, Acts
from tests.reliability.programs import programs, until
from tests.service import running, settings_for

ACTS = int(os.environ.get("MRC_FIGURE_ACTS", "240"))
SEED = int(os.environ.get("MRC_FIGURE_SEED", "20261122"))


async def test_kept_equals_counted_after_random_acts(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        people = {name: await service.sign_in(name) for name in STAFF} | {PARTNER[0]: await service.partner(*PARTNER)}
        actors = [Acts(people, random.Random(SEED + n)) for n in range(3)]
        for one in actors:
            await one.begin()
        # They share what there is, so that two are at the same case.
        for one in actors[1:]:
            one.clients, one.cases, one.referrals, one.contacts = (
                getattr(actors[0], name) for name in ("clients", "cases", "referrals", "contacts")
            )
        await asyncio.gather(*(one.some(ACTS // 3) for one in actors))
        assert await actors[0].refused() == [], "an act that is always refused proves nothing"
        assert await service.house.usecases.keeping.figures.differing() == ()


async def test_kept_equals_counted_after_a_kill(samples: Database, tmp_path: Path) -> None:
    with programs(samples, tmp_path) as its:
        program = its.serve()
        await its.answers()
        async with its.people() as people:
            known = {name: await people.sign_in(name) for name in STAFF} | {PARTNER[0]: await people.partner(*PARTNER)}
            actors = [Acts(known, random.Random(SEED + n)) for n in range(3)]
            for one in actors:
                await one.begin()
            enough = ACTS // 8

            async def go_on(one: Acts) -> None:
                with suppress(httpx.TransportError):
                    await one.some(10**6)

            async def many() -> bool:
                return sum(sum(one.counts.values()) for one in actors) > enough

            at_work = [asyncio.create_task(go_on(one)) for one in actors]
            await until(many)
            program.end()
            await asyncio.gather(*at_work)
    house = wire(settings_for(samples, tmp_path))
    try:
        assert await house.usecases.keeping.figures.differing() == ()
    finally:
        await house.close()
