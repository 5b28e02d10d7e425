"""Two kinds of files the keeper writes: the sealed archive of a backup, and the ledger of erasures that outlives every restore.

An archive is a line `MRC-BACKUP 1 <id>` and frames: length (4 bytes, big-endian), last or not (1 byte), and a house blob of the vault
holding deflated JSON. A blob is bound to the archive's id, its number and whether it is the last: one that was moved, left out, cut off or
taken from another archive does not open.
"""

import json
import os
import secrets
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from domain.chance import Clock
from domain.errors import Conflict, Invalid, Unavailable
from domain.secrecy import KeyVault, Unreadable

MAGIC = b"MRC-BACKUP 1 "
SQLITE = b"SQLite format 3\x00"
LARGEST = 256 * 1024 * 1024

Frame = dict[str, object]


class ArchiveThere(Conflict):
    """There is a file of this name already."""

    next = "Choose another name; an archive is never written over."


class NotAnArchive(Invalid):
    """This is no archive of `mrc backup`."""

    next = "Give a file that `mrc backup FILE` wrote."


class ACopyOfTheDatabase(NotAnArchive):
    """This is a copy of the database's own file, which is no backup: it may be torn in the middle of a change, and nobody can tell."""

    next = "Make one with `mrc backup FILE` and check it with `mrc verify-backup FILE`."


class ArchiveDamaged(Invalid):
    """This archive was cut off or changed, or the key file is not the one it was made with."""

    next = "Take another archive; try the key file of the day it was made, by MRC_KEY_FILE."


def _place(id: str, number: int, last: bool) -> str:
    return f"archive:{id}:{number}:{'last' if last else 'more'}"


class SealedArchives:
    def __init__(self, vault: KeyVault) -> None:
        self._vault = vault

    @contextmanager
    def writing(self, name: str) -> Iterator[Callable[[Frame], None]]:
        """Written under another name and renamed at the end, when it is on the disk."""
        path = Path(name)
        if path.exists():
            raise ArchiveThere()
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise Unavailable("The archive cannot be written here.", next="Name a folder that exists and can be written.") from fault
        try:
            with os.fdopen(handle, "wb") as file:
                writer = _Writer(file, self._vault)
                yield writer.put
                writer.end()
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError as fault:
            raise Unavailable("The archive cannot be written to its end.", next="Make room on the disk and run it again.") from fault
        finally:
            part.unlink(missing_ok=True)

    def reading(self, name: str) -> Iterator[Frame]:
        with Path(name).open("rb") as file:
            id = _opened(file)
            number, last = 0, False
            while not last:
                last, blob = _frame(file)
                try:
                    plain = self._vault.open_house(blob, at=_place(id, number, last))
                except Unreadable:
                    raise ArchiveDamaged(field="file") from None
                if last and file.read(1):
                    raise ArchiveDamaged(field="file")
                frame: Frame = json.loads(zlib.decompress(plain))
                yield frame
                number += 1


class _Writer:
    """Holds one frame back, so that the last one can be told apart."""

    def __init__(self, file: IO[bytes], vault: KeyVault) -> None:
        self._file, self._vault, self._id = file, vault, secrets.token_hex(16)
        self._held: bytes | None = None
        self._number = 0
        file.write(MAGIC + self._id.encode() + b"\n")

    def put(self, frame: Frame) -> None:
        self._flush(last=False)
        self._held = zlib.compress(json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode())

    def end(self) -> None:
        self._flush(last=True)

    def _flush(self, *, last: bool) -> None:
        if self._held is not None:
            blob = self._vault.seal_house(self._held, at=_place(self._id, self._number, last))
            self._file.write(len(blob).to_bytes(4, "big") + bytes([last]) + blob)
            self._held, self._number = None, self._number + 1


def _opened(file: IO[bytes]) -> str:
    start = file.read(len(MAGIC))
    if start.startswith(SQLITE[: len(start)]) and start:
        raise ACopyOfTheDatabase(field="file")
    if start != MAGIC:
        raise NotAnArchive(field="file")
    return file.readline(64).strip().decode("ascii", "replace")


def _frame(file: IO[bytes]) -> tuple[bool, bytes]:
    head = file.read(5)
    size = int.from_bytes(head[:4], "big")
    if len(head) < 5 or head[4] > 1 or size > LARGEST:
        raise ArchiveDamaged(field="file")
    blob = file.read(size)
    if len(blob) < size:
        raise ArchiveDamaged(field="file")
    return bool(head[4]), blob


class FileLedger:
    """`erasures.jsonl`, appended to and never changed, in each of these folders: one line for each erased client or contact, ids only."""

    def __init__(self, folders: tuple[Path, ...], clock: Clock) -> None:
        self._paths, self._clock = [folder / "erasures.jsonl" for folder in dict.fromkeys(folders)], clock

    def known(self) -> frozenset[UUID]:
        return frozenset(id for path in self._paths for id in _ids(path))

    def add(self, subjects: frozenset[UUID]) -> None:
        """To each copy what it lacks."""
        for path in self._paths:
            if missing := sorted(subjects - _ids(path)):
                _append(path, missing, self._clock.now())


def _ids(path: Path) -> frozenset[UUID]:
    """A line torn by a power cut is passed over: the trail still has it, and it is written again."""
    found = set()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            found.add(UUID(hex=json.loads(line)["subject"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return frozenset(found)


def _append(path: Path, subjects: list[UUID], at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "ab") as file:
        lines = "".join(json.dumps({"subject": subject.hex, "at": at.isoformat()}) + "\n" for subject in subjects)
        file.write((b"\n" if torn else b"") + lines.encode())
        file.flush()
        os.fsync(file.fileno())
