"""What every store does: get within a scope, add, save if nobody else did; with the client's key fetched beside the row."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from adapters.database.codec import Codec, renewed
from adapters.database.keys import KEY, Keys
from adapters.database.lanes import Driver, Lane, centres_setting
from adapters.database.scope import bound
from adapters.database.statements import Prepared
from adapters.database.tally import Tally
from adapters.database.waits import Waits
from domain.errors import NotFound, Stale
from domain.identity import Scope
from domain.secrecy import KeyVault

R = TypeVar("R")


def with_key(codec: Codec[Any], subject: str, *where: ColumnElement[Any], lock: bool = False) -> Prepared:
    """The record's columns and, last, its subject's wrapped key (null when erased)."""
    return Prepared(keyed(codec, subject, *where, lock=lock))


def keyed(codec: Codec[Any], subject: str, *where: ColumnElement[Any], lock: bool = False) -> Select[Any]:
    statement = (
        select(*codec.columns, KEY.c.wrapped).select_from(codec.table.outerjoin(KEY, KEY.c.id == codec.table.c[subject])).where(*where)
    )
    return statement.with_for_update(of=codec.table) if lock else statement


class Store(Generic[R]):
    """For records sealed under a subject's key. `subject` is the column that names whose."""

    codec: ClassVar[Codec[Any]]
    subject: ClassVar[str] = "client_id"

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys) -> None:
        self._lane, self._vault, self._keys = lane, vault, keys

    def _read(self, row: Sequence[Any]) -> R:
        wrapped = row[-1] or b""
        record: R = self.codec.record(row[: len(self.codec.names)], self._vault, wrapped)
        self._keys.met(getattr(record, self.subject), wrapped)
        return record

    async def _one(self, statement: Prepared, values: Mapping[str, Any]) -> R:
        rows = await self._lane.rows(statement, values)
        if not rows:
            raise NotFound()
        return self._read(rows[0])

    async def _all(self, statement: Prepared, values: Mapping[str, Any]) -> list[R]:
        return [self._read(row) for row in await self._lane.rows(statement, values)]

    async def add(self, record: R) -> None:
        wrapped = await self._keys.of(getattr(record, self.subject))
        self._lane.later(self.codec.insert, self.codec.values(record, self._vault, wrapped))

    async def save(self, record: R) -> None:
        wrapped = await self._keys.of(getattr(record, self.subject))
        await put(self._lane, self.codec, record, self.codec.values(record, self._vault, wrapped))


class CountingStore(Store[R]):
    """For records that figures are kept of."""

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys)
        self._tally = tally


class Waiting(CountingStore[R]):
    """For records that are counted while they wait, each by itself (`waits.py`)."""

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys, tally)
        self._waits = Waits(tally)

    def _read(self, row: Sequence[Any]) -> R:
        record = super()._read(row)
        self._waits.met(record)
        return record

    async def add(self, record: R) -> None:
        await super().add(record)
        self._waits.move(record)

    async def save(self, record: R) -> None:
        await super().save(record)
        self._waits.move(record)


async def put(lane: Lane, codec: Codec[Any], record: Any, values: dict[str, Any]) -> None:
    """Writes the record over its row if the row is as it was seen. Raises Stale."""
    if codec.update is None:
        raise TypeError(f"{codec.kind.__name__} has no version to compare")
    if await lane.change(codec.update, renewed(values)) != 1:
        raise Stale()
    record.version += 1


class Reader:
    """The second path: questions answered outside any transaction, each under its scope."""

    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        self._driver, self._vault = driver, vault

    async def _rows(self, statement: Prepared, scope: Scope, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        async with self._driver.reading(centres_setting(scope.centres)) as lane:
            rows: list[tuple[Any, ...]] = await lane.rows(statement, {**bound(scope), **values})
        return rows

    async def _records(self, codec: Codec[R], statement: Prepared, scope: Scope, **values: Any) -> list[R]:
        """Without those of erased clients: there is nothing left to show of them."""
        return [codec.record(row[:-1], self._vault, row[-1]) for row in await self._rows(statement, scope, values) if row[-1]]

    async def _record(self, codec: Codec[R], statement: Prepared, scope: Scope, **values: Any) -> R:
        rows = await self._rows(statement, scope, values)
        if not rows:
            raise NotFound()
        return codec.record(rows[0][:-1], self._vault, rows[0][-1] or b"")


class PlainStore(Generic[R]):
    """For records of the house, which no client's key seals."""

    codec: ClassVar[Codec[Any]]

    def __init__(self, lane: Lane, vault: KeyVault) -> None:
        self._lane, self._vault = lane, vault

    async def _one(self, statement: Prepared, values: Mapping[str, Any]) -> R:
        found = await self._all(statement, values)
        if not found:
            raise NotFound()
        return found[0]

    async def _all(self, statement: Prepared, values: Mapping[str, Any]) -> list[R]:
        return [self.codec.record(row, self._vault) for row in await self._lane.rows(statement, values)]

    async def add(self, record: R) -> None:
        self._lane.later(self.codec.insert, self.codec.values(record, self._vault))

    async def save(self, record: R) -> None:
        await put(self._lane, self.codec, record, self.codec.values(record, self._vault))


def by_id(scope: Mapping[str, Any], id: UUID) -> dict[str, Any]:
    return {**scope, "pk": id}
