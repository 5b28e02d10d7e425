"""The key file: every long-lived secret of the house in one JSON file that only its owner can read, always replaced whole."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from domain.errors import Unavailable

FORMAT = 1
LENGTH = 32
SIGNING_KEPT = 2

V = TypeVar("V")


class KeyFileRefused(Unavailable):
    """The key file is missing, damaged, or open to others."""

    next = "Restore it from its sealed copy, with mode 0600; never make a new one beside existing data."


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """What the file holds. `keks` wrap the clients' keys, `born` says since when; `signing` is oldest first, the last one signs."""

    keks: dict[str, bytes]
    born: dict[str, datetime]
    current: str
    index: bytes
    audit: bytes
    signing: dict[str, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keks or not self.signing or self.born.keys() != self.keks.keys():
            raise KeyFileRefused("The key file names a key it does not hold.")
        every = [*self.keks.values(), *self.signing.values(), self.index, self.audit]
        if any(len(key) != LENGTH for key in every) or len(set(every)) != len(every):
            raise KeyFileRefused("Each key of the key file has 32 bytes and one use.")
        if any(not name.isascii() or not 0 < len(name) < 64 for name in (*self.keks, *self.signing)):
            raise KeyFileRefused("A key id of the key file is not a short ASCII word.")

    def with_kek(self, at: datetime) -> "KeyRing":
        name = _name("k")
        return replace(self, keks=self.keks | {name: secrets.token_bytes(LENGTH)}, born=self.born | {name: at}, current=name)

    def without_kek(self, name: str) -> "KeyRing":
        return replace(self, keks=_less(self.keks, name), born=_less(self.born, name))

    def with_signing(self) -> "KeyRing":
        every = self.signing | {_name("s"): secrets.token_bytes(LENGTH)}
        return replace(self, signing=dict(list(every.items())[-SIGNING_KEPT:]))


def fresh(at: datetime) -> KeyRing:
    name = _name("k")
    key = secrets.token_bytes
    return KeyRing({name: key(LENGTH)}, {name: at}, name, key(LENGTH), key(LENGTH), {_name("s"): key(LENGTH)})


def read(path: Path) -> KeyRing:
    """Raises KeyFileRefused; its words never quote the file."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise KeyFileRefused("The key file can be read by others.")
            return _parse(json.loads(file.read()))
    except FileNotFoundError:
        raise KeyFileRefused("There is no key file.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileRefused("The key file cannot be read.") from None


def create(path: Path, ring: KeyRing) -> None:
    """Leaves a file that is already there alone: of two processes starting at once, one makes the keys and both use them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path):
        if not path.exists():
            write(path, ring)


def write(path: Path, ring: KeyRing) -> None:
    """The old file or the new one is there at any moment, never half of either. Only under `alone`."""
    part = _written(path, ring)
    try:
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _settle(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One change of the file at a time; reading needs no lock."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # Whoever was killed while writing left keys lying about.
        for part in path.parent.glob(f"{path.name}.*.part"):
            part.unlink()
        yield
    finally:
        os.close(handle)


def _written(path: Path, ring: KeyRing) -> Path:
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_render(ring))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink()
        raise
    return part


def _settle(folder: Path) -> None:
    # A rename survives a power cut only once the folder itself is on the disk.
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _render(ring: KeyRing) -> bytes:
    shape = {
        "format": FORMAT,
        "current": ring.current,
        "keks": {name: {"key": _text(key), "born": ring.born[name].isoformat()} for name, key in ring.keks.items()},
        "index": _text(ring.index),
        "audit": _text(ring.audit),
        "signing": [{"id": name, "key": _text(key)} for name, key in ring.signing.items()],
    }
    return json.dumps(shape, indent=2).encode()


def _parse(shape: dict[str, object]) -> KeyRing:
    match shape:
        case {"format": 1, "current": str(current), "keks": dict(keks), "index": str(index), "audit": str(audit), "signing": list(signing)}:
            return KeyRing(
                keks={name: _bytes(kek["key"]) for name, kek in keks.items()},
                born={name: datetime.fromisoformat(kek["born"]) for name, kek in keks.items()},
                current=current,
                index=_bytes(index),
                audit=_bytes(audit),
                signing={key["id"]: _bytes(key["key"]) for key in signing},
            )
    raise KeyFileRefused("The key file is of a format this version does not know.")


def _name(letter: str) -> str:
    # Random, not counted: two copies of one file that were rotated apart must not give one name to two keys.
    return f"{letter}-{secrets.token_hex(4)}"


def _less(held: dict[str, V], name: str) -> dict[str, V]:
    return {key: value for key, value in held.items() if key != name}


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
