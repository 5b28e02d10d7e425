"""The small world of `tests/trust/world.py` over a database of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Database
from tests.service import Service, running, settings_for
from tests.trust.world import small as small
from tests.trust.world import world as world


@pytest.fixture
async def service(samples: Database, tmp_path: Path) -> AsyncIterator[Service]:
    async with running(settings_for(samples, tmp_path), samples.kind) as made:
        yield made
