"""The two drivers behind one door: a lane is a connection lent for one transaction or one question, under one scope."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import asyncpg

from adapters.database.statements import Prepared
from domain.errors import Conflict, InUse, Invalid, Refusal, Unavailable
from domain.values import HOUSE

EVERYWHERE = "*"
"""The scope of the house itself: the worker and the commands."""
ANYWHERE = ""
"""For questions to tables that belong to no centre: any connection will do, for whomever it was opened last."""


class AlreadyThere(Conflict):
    """This is here already, or points to something that is not."""


def centres_setting(centres: Sequence[str]) -> str:
    """What row-level security compares a row's centre with; rows of the house itself are never out of reach."""
    return ",".join(sorted({*centres, HOUSE}))


class Lane(Protocol):
    """Runs prepared statements. `later` gathers inserts whose result nobody waits for; they leave together, in order, before the next
    statement that is waited for or at the commit."""

    async def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]: ...

    async def change(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        ...

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> None: ...

    def later(self, statement: Prepared, values: Mapping[str, Any]) -> None: ...

    async def at_once(self, statements: Sequence[Prepared], values: Mapping[str, Any]) -> None:
        """Changes of which none stands without the others: foreign keys between their rows are checked when all are made."""
        ...


class Driver(Protocol):
    def reading(self, centres: str) -> AbstractAsyncContextManager[Lane]:
        """Lends a lane for questions."""
        ...

    def writing(self, centres: str) -> AbstractAsyncContextManager[Lane]:
        """The same, inside one transaction: committed when left normally, undone when left by an error."""
        ...

    async def close(self) -> None: ...


def told(error: BaseException) -> Refusal:
    """The refusal that stands for a driver's error. Its text may quote what a client said, so none of it is kept, nor the cause."""
    if isinstance(error, (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)):
        return InUse()
    unique = (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError)
    if isinstance(error, unique) or (isinstance(error, sqlite3.IntegrityError) and "CHECK" not in str(error)):
        return AlreadyThere()
    if isinstance(error, (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, sqlite3.IntegrityError, sqlite3.DataError)):
        return Invalid("A value does not fit where it should be kept.")
    return Unavailable("The database does not answer, or has no room.")


# InternalClientError: what asyncpg says when the server goes away in the middle of an answer.
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, sqlite3.Error, OSError, TimeoutError)
