"""Key rotation in the database: clients' keys are wrapped anew and what is sealed for the house is sealed anew, while the service runs."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, Table, and_, bindparam, select, tuple_, update

from adapters.database.inbox import INBOX
from adapters.database.keys import KEY
from adapters.database.lanes import EVERYWHERE, Driver
from adapters.database.schema import Sealed
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from domain.secrecy import KeyVault

BATCH = 200


class _Blobs:
    """One column of blobs that name a key-encryption key: read in the order of the rows' keys, changed only if still as it was read."""

    def __init__(self, table: Table, column: Column[Any]) -> None:
        self.table, self.name = table, column.name
        self.keys = tuple(table.primary_key.columns)
        after = [bindparam(f"after_{key.name}", type_=key.type) for key in self.keys]
        page = select(*self.keys, column).where(column.is_not(None)).order_by(*self.keys).limit(bindparam("n", type_=Integer()))
        self.first = Prepared(page)
        self.next = Prepared(page.where(tuple_(*self.keys) > tuple_(*after)))
        this = and_(*[key == bindparam(f"its_{key.name}", type_=key.type) for key in self.keys])
        self.change = Prepared(
            update(table)
            .where(this, column == bindparam("seen", type_=LargeBinary()))
            .values({column.name: bindparam("fresh", type_=LargeBinary())})
        )

    def fresh(self, vault: KeyVault, key: Sequence[Any], blob: bytes) -> bytes:
        if self.table is KEY:
            return vault.rewrap(blob)
        at = self._place(key)
        return vault.seal_house(vault.open_house(blob, at=at), at=at)

    def _place(self, key: Sequence[Any]) -> str:
        """Where the blob says it belongs; the inbox, which has no id of its own, by partner and delivery."""
        if self.table is INBOX:
            return f"inbox:{key[0].hex}:{key[1]}"
        return f"{self.table.name}.{self.name}:{key[0].hex}"


def house_columns() -> list[Column[Any]]:
    return [c for table in METADATA.sorted_tables for c in table.columns if c.info.get("sealed") is Sealed.house]


BLOBS = (_Blobs(KEY, KEY.c.wrapped), *[_Blobs(column.table, column) for column in house_columns()])


class SqlRewrapper:
    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        self._driver, self._vault = driver, vault

    async def named(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for blobs in BLOBS:
            async for rows in self._pages(blobs):
                found.update(self._vault.kek_of(row[-1]) for row in rows)
        return dict(found)

    async def _pages(self, blobs: _Blobs) -> AsyncIterator[list[tuple[Any, ...]]]:
        values: dict[str, Any] = {"n": BATCH}
        statement = blobs.first
        while True:
            async with self._driver.reading(EVERYWHERE) as lane:
                rows = await lane.rows(statement, values)
            if rows:
                yield rows
            if len(rows) < BATCH:
                return
            statement = blobs.next
            values = {"n": BATCH, **{f"after_{key.name}": value for key, value in zip(blobs.keys, rows[-1], strict=False)}}

    async def rewrap(self) -> AsyncIterator[int]:
        """A row that somebody writes between our look and our change is sealed by them under the newest key, and left as they wrote it."""
        newest = self._vault.newest_kek()
        for blobs in BLOBS:
            async for rows in self._pages(blobs):
                stale = [row for row in rows if self._vault.kek_of(row[-1]) != newest]
                if stale:
                    yield await self._change(blobs, stale)

    async def _change(self, blobs: _Blobs, stale: list[tuple[Any, ...]]) -> int:
        changed = 0
        async with self._driver.writing(EVERYWHERE) as lane:
            for *key, blob in stale:
                its = {f"its_{column.name}": value for column, value in zip(blobs.keys, key, strict=True)}
                changed += await lane.change(blobs.change, {**its, "seen": blob, "fresh": blobs.fresh(self._vault, key, blob)})
        return changed
