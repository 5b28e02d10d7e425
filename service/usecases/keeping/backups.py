"""A copy of the whole database in one sealed file, and the way back: counts, sums and the trail's heads have to come out the same."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.audit import Entry, Head, Ledger
from domain.chance import Clock, Ids
from domain.errors import Conflict, Invalid
from domain.identity import Actor
from domain.keeping import Archives, Eraser, ErasureLedger, Page, Snapshot, Storehouse
from domain.values import CentreCode, ClientId

FORMAT = 1


class AnotherRevision(Conflict):
    """This archive was made at another revision of the schema."""

    next = "Restore it with the release that made it, then run `mrc migrate` with this one."


class Differs(Invalid):
    """What came out of the archive is not what went in."""

    next = "Do not rely on this archive; make a new one and find out what happened to this."


@dataclass(frozen=True, slots=True)
class Copied:
    """What an archive holds, table by table: rows and the SHA-256 over them."""

    made_at: datetime
    revision: str
    tables: dict[str, tuple[int, str]]
    heads: tuple[Head, ...]

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())


@dataclass(frozen=True, slots=True)
class Restored:
    """`shredded` counts the clients who were erased after the archive was made, and were erased again; `left` says what that left to do."""

    copied: Copied
    shredded: int
    left: str


@dataclass(slots=True)
class Sums:
    """Rows counted and added up as they pass by, in their order."""

    rows: dict[str, int] = field(default_factory=dict)
    _hashes: dict[str, Any] = field(default_factory=dict)

    def add(self, page: Page) -> None:
        name, rows = page
        its = self._hashes.setdefault(name, hashlib.sha256())
        for row in rows:
            its.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self.rows[name] = self.rows.get(name, 0) + len(rows)

    def tables(self) -> dict[str, tuple[int, str]]:
        return {name: (self.rows[name], its.hexdigest()) for name, its in self._hashes.items()}


Told = Callable[[int], None]


class Backups:
    def __init__(
        self,
        store: Storehouse,
        archives: Archives,
        ledger: Ledger,
        eraser: Eraser,
        erasures: ErasureLedger,
        clock: Clock,
        ids: Ids,
        house: Actor,
    ) -> None:
        self._store, self._archives, self._ledger = store, archives, ledger
        self._eraser, self._erasures = eraser, erasures
        self._clock, self._ids, self._house = clock, ids, house

    async def make(self, path: str, told: Told = lambda _: None) -> Copied:
        """Raises Conflict where there is such a file. The service may go on meanwhile: the copy is of one moment."""
        self._erasures.add(await self._eraser.erased())
        at, sums = self._clock.now(), Sums()
        # Heads taken before the snapshot are in it; one taken after might not be.
        heads = tuple(await self._ledger.heads())
        with self._archives.writing(path) as put:
            async with self._store.snapshot() as snapshot:
                put({"format": FORMAT, "revision": snapshot.revision, "made_at": at.isoformat()})
                async for page in snapshot.pages():
                    sums.add(page)
                    put({"table": page[0], "rows": page[1]})
                    told(len(page[1]))
            copied = Copied(at, snapshot.revision, sums.tables(), heads)
            put(_written(copied))
        return copied

    def look(self, path: str) -> str:
        """The revision an archive was made at."""
        return _revision(next(self._archives.reading(path)))

    async def restore(self, path: str, told: Told = lambda _: None) -> Restored:
        """Into an empty database of the same revision, wholly or not at all. Raises NotEmpty, AnotherRevision, Differs, Invalid."""
        frames = self._archives.reading(path)
        revision = _revision(next(frames))
        erased = self._erasures.known()
        async with self._store.filling() as filling:
            if filling.revision != revision:
                raise AnotherRevision(f"The archive is of revision {revision}, this database of {filling.revision}.")
            copied = await _poured(frames, filling.put, told)
            if await _summed(filling) != copied.tables:
                raise Differs()
            shredded = await filling.shred(erased)
            for centre, client in shredded:
                await filling.note(self._again(centre, client))
        left = await self._eraser.clear() if shredded else ""
        return Restored(copied, len(shredded), left)

    def _again(self, centre: CentreCode, client: ClientId) -> Entry:
        note = "erased after this archive was made; erased again with its restoring"
        return Entry(self._ids.new(), centre, self._clock.now(), self._house.id, "client_erased", client, client, (), (), note, b"")

    async def check(self, copied: Copied) -> tuple[str, ...]:
        """After a restore: what is wrong with the trail, held against the heads that the archive names."""
        verdict = await self._ledger.verify(list(copied.heads))
        return tuple(f"{fault.centre} {fault.seq or ''}: {fault.what}" for fault in verdict.faults)


async def _poured(frames: Iterator[dict[str, object]], put: Callable[[Page], Any], told: Told) -> Copied:
    sums = Sums()
    for frame in frames:
        match frame:
            case {"table": str(name), "rows": list(rows)}:
                sums.add((name, rows))
                await put((name, rows))
                told(len(rows))
            case {"end": dict()}:
                copied = _read(frame)
                if sums.tables() != copied.tables:
                    raise Differs()
                return copied
    raise Differs()


async def _summed(snapshot: Snapshot) -> dict[str, tuple[int, str]]:
    sums = Sums()
    async for page in snapshot.pages():
        sums.add(page)
    return sums.tables()


def _revision(frame: dict[str, object]) -> str:
    if frame.get("format") != FORMAT:
        raise Invalid("This archive was written by a later release.", field="file", next="Use that release.")
    return str(frame["revision"])


def _written(copied: Copied) -> dict[str, object]:
    return {
        "end": {
            "made_at": copied.made_at.isoformat(),
            "revision": copied.revision,
            "tables": {name: list(its) for name, its in copied.tables.items()},
            "heads": [{"centre": head.centre, "seq": head.seq, "seal": head.seal, "at": head.at.isoformat()} for head in copied.heads],
        }
    }


def _read(frame: dict[str, object]) -> Copied:
    end: Any = frame["end"]
    return Copied(
        made_at=datetime.fromisoformat(end["made_at"]),
        revision=end["revision"],
        tables={name: (rows, digest) for name, (rows, digest) in end["tables"].items()},
        heads=tuple(Head(CentreCode(one["centre"]), one["seq"], one["seal"], datetime.fromisoformat(one["at"])) for one in end["heads"]),
    )
