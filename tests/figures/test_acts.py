"""After random acts by several at once, every kept figure is what a fresh count gives; also where the service is killed in the middle.

`MRC_FIGURE_ACTS=10000 pytest tests/figures/test_acts.py` takes as many as one likes.
"""

import asyncio
import os
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.database import recount
from adapters.database.cases import CASES
from adapters.database.cells import ASKED
from adapters.database.store import CountingStore
from adapters.database.waits import OWED
from domain.figures.approvals import Approval
from domain.figures.quality import Ending, Watched
from service.wiring import wire
from tests.databases import Database
from tests.figures.acts import Acts, everybody
from tests.figures.writes import watched, writes
from tests.reliability.programs import programs, until
from tests.service import running, settings_for

ACTS = int(os.environ.get("MRC_FIGURE_ACTS", "240"))
SEED = int(os.environ.get("MRC_FIGURE_SEED", "20261122"))


KEPT_OF = tuple(one for one in Approval if one is not Approval.transfer)
WAITED = {*(f"{ASKED}{one}" for one in KEPT_OF), *Ending, *Watched, OWED}
FIGURES = {*recount.TABLES, *(f"wait_figure {one}" for one in WAITED), *(f"decision_figure {one}" for one in KEPT_OF)}
"""Every table of figures, and whatever waits or was decided by itself. Transfers are read, not kept (`domain/figures/approvals.py`)."""


async def test_kept_equals_counted_after_random_acts(samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        people = await everybody(service.sign_in, service.partner)
        actors = [Acts(people, random.Random(SEED + n)) for n in range(3)]
        for one in actors:
            await one.begin()
        # They share what there is, so that two are at the same case.
        for one in actors[1:]:
            for name in ("clients", "cases", "referrals", "contacts", "coming", "disclosures", "studies"):
                setattr(one, name, getattr(actors[0], name))
        with watched(monkeypatch) as called:
            await asyncio.gather(*(one.some(ACTS // 3) for one in actors))
            assert await actors[0].until(lambda: {*writes(), *FIGURES} - called) == set(), "what no act comes to is not proved"
        assert await actors[0].refused() == [], "an act that is always refused proves nothing"
        assert await service.house.usecases.keeping.figures.differing() == ()


async def test_kept_equals_counted_after_a_kill(samples: Database, tmp_path: Path) -> None:
    with programs(samples, tmp_path) as its:
        program = its.serve()
        await its.answers()
        async with its.people() as people:
            known = await everybody(people.sign_in, people.partner)
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


class Beside(CountingStore[Any]):
    """A store that forgets, and one that only reads, as nobody wrote them yet."""

    codec = CASES

    async def forget(self, record: Any) -> None:
        await self._gone(record)

    async def _gone(self, record: Any) -> None:
        self._tally.move((), ())

    async def looked(self, record: Any) -> Any:
        return await self._all(record, {})


def test_a_write_that_no_act_takes_is_noticed() -> None:
    """The control: it is found in the code, and the run goes on failing for it."""
    found = set(writes([Beside]))
    assert found == {"Beside.forget"}, "neither what it does inside nor what only reads"
    assert {"SqlCases.add", "SqlIncoming.save", "SqlDisclosures.save", "SqlEvidence.add", "SqlTransfers.move", "_Tasks.take_back"} <= {
        *writes()
    }


async def test_acts_that_never_come_to_it_do_not_end_the_search() -> None:
    idle = Acts({}, random.Random(SEED))
    idle.acts = list  # type: ignore[method-assign]
    assert await idle.until(lambda: {"Beside.forget"}) == {"Beside.forget"}
