"""What differs at every call: the time and new names for things, asked through doors so that rules and tests can hold them still."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC. Leases and due times are judged by the database's clock instead (TRUST 2)."""
        ...


class Ids(Protocol):
    def new(self) -> UUID:
        """UUIDv7: each greater than the one before in this process. It tells when a record was made, so it stays inside the house."""
        ...

    def reference(self) -> str:
        """At least 128 random bits, url-safe: the only kind of name that leaves the house."""
        ...

    def digits(self, number: int) -> str:
        """A code of so many digits, for people to type; worth little alone, so it lives for minutes and few tries."""
        ...
