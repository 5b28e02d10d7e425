"""What holds for every test: no socket leaves this machine, a password costs next to nothing, and a log is read only where one fails."""

from collections.abc import Iterator

import pytest
import structlog

from adapters.identity import passwords
from tests.sockets import GUARD

PRODUCTION_COST = passwords.MEMORY, passwords.PASSES
# A run signs in thousands of times, and Argon2id is slow on purpose. `passwords_at_their_cost` is for those whose subject it is.
passwords.MEMORY, passwords.PASSES = 64, 1
# What a service says of each request is read only when a test fails: to write it plainly costs a quarter of writing it for a terminal.
structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.KeyValueRenderer(key_order=["event"])])


@pytest.fixture(autouse=True)
def sockets_stay_here() -> Iterator[None]:
    """Refuses every connection and look-up that would leave this machine, and fails the test even if the code under test coped."""
    with GUARD.watching() as left:
        yield
    assert not left, f"the test tried to leave this machine: {left}"


@pytest.fixture
def passwords_at_their_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, cost in zip(("MEMORY", "PASSES"), PRODUCTION_COST, strict=True):
        monkeypatch.setattr(passwords, name, cost)
