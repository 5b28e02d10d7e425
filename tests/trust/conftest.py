"""The small world of `tests/trust/world.py` over a fresh database of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.service import Service, running, settings_for
from tests.trust.world import World, small_world


@pytest.fixture
async def service(samples: Database, tmp_path: Path) -> AsyncIterator[Service]:
    async with running(settings_for(samples, tmp_path), samples.kind) as made:
        yield made


@pytest.fixture
async def world(samples: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with small_world(samples, tmp_path) as made:
        yield made
