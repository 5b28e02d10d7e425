"""The sample house over a fresh database of each kind, under a clock that a test may put forward."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.system.clock import FixedClock, SystemClock
from tests.databases import Database
from tests.service import Service, running, settings_for


@pytest.fixture
async def clock() -> FixedClock:
    """Stands at the present, for the database judges a session's end by its own clock."""
    return FixedClock(SystemClock().now())


@pytest.fixture
async def service(samples: Database, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Service]:
    async with running(settings_for(samples, tmp_path), samples.kind, clock=clock) as made:
        yield made
