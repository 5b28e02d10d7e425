"""What pytest is told of this suite: who loads its fixtures, what runs first, and when garbage is searched for.

Decision. Context: the process that leads the workers runs no test, yet it loaded the service for the fixtures before the first worker
began, while all else waited. Choice: the fixtures stand in plugins, which only a process that runs tests loads; and garbage is not
searched for until everything is loaded. Price: fixtures are not found in this file but by the list below.
"""

import gc
import os
import tempfile
from importlib import import_module

import pytest

from tests import postgres

FIXTURES = ("tests.everywhere", "tests.databases", "tests.chromium")

gc.disable()
if (memory := postgres.roomy()) and "TMPDIR" not in os.environ:
    # SQLite waits for the disk at every commit, as it should, and a run commits some ten thousand times.
    os.environ["TMPDIR"] = tempfile.tempdir = memory


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        gc.enable()
        return
    for name in FIXTURES:
        config.pluginmanager.register(import_module(name), name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Chromium lives as long as the session, so the tests that drive it share the session's event loop; the others each have their own."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    items.sort(key=lambda item: "browser" not in item.keywords)  # the long ones first: at the end two workers share what is short


def pytest_collection_finish() -> None:
    """What was loaded until here lives as long as the run and is left out of the search for garbage, as `mrc serve` does it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
