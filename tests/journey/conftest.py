"""The sample house over a fresh database of each kind, for the journeys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Database
from tests.service import Person, Service, running, settings_for

__all__ = ["Person", "Service", "running", "settings_for"]


@pytest.fixture
async def service(samples: Database, tmp_path: Path) -> AsyncIterator[Service]:
    async with running(settings_for(samples, tmp_path), samples.kind) as made:
        yield made
