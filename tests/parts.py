"""Parts that a machine may lack: PostgreSQL, a browser, Pango."""

import os
from typing import NoReturn

import pytest


def missing(part: str, why: str) -> NoReturn:
    """A part that is not on this machine: skip, or fail where it was promised (`MRC_REQUIRE_<PART>=1`, as in CI)."""
    if os.environ.get(f"MRC_REQUIRE_{part}") == "1":
        pytest.fail(f"MRC_REQUIRE_{part}=1, but: {why}", pytrace=False)
    pytest.skip(why)
