"""The key vault over the key file: envelope encryption with AES-256-GCM, keyed search tokens and audit marks.

Blobs, version 1:
    wrapped key, house blob   01 | length of id | key-encryption key's id | nonce 12 | ciphertext | tag 16
    a client's blob           01 | nonce 12 | ciphertext | tag 16
"""

import hmac
import os
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.system import keyfile
from domain.chance import Clock
from domain.errors import Conflict, NotFound
from domain.secrecy import Erased, Unreadable

VERSION = b"\x01"
NONCE = 12
SMALLEST = 1 + NONCE + 16
SETTLING = timedelta(hours=1)


class UnknownKek(NotFound):
    """There is no key-encryption key of this id."""

    next = "Ask for the list of keys."


class KekInUse(Conflict):
    """This key-encryption key may still be in use."""

    next = "Rotate, wait an hour, rewrap everything that still names it, then drop it."


class FileVault:
    """`domain.secrecy.KeyVault` over one key file. A rotation by another process is noticed; no restart is needed.

    `remembered` bounds the unwrapped keys kept ready, about 2.6 KB each; forgetting one costs 3 microseconds when it is asked for again.
    """

    def __init__(self, path: Path, clock: Clock, *, may_create: bool = False, remembered: int = 2048) -> None:
        """Raises KeyFileRefused when there is no sound file and none may be made: only development makes one."""
        self._path = path
        self._clock = clock
        if may_create and not path.exists():
            keyfile.create(path, keyfile.fresh(clock.now()))
        self._key = lru_cache(maxsize=remembered)(self._unwrap)
        self._load()

    def new_key(self) -> bytes:
        return self._newest().wrap(AESGCM.generate_key(256))

    def seal(self, wrapped: bytes, plain: bytes, *, at: str) -> bytes:
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._key(wrapped).encrypt(nonce, plain, at.encode())

    def open(self, wrapped: bytes, sealed: bytes, *, at: str) -> bytes:
        key = self._key(wrapped)
        if sealed[:1] != VERSION or len(sealed) < SMALLEST:
            raise Unreadable
        try:
            return key.decrypt(sealed[1:13], sealed[13:], at.encode())
        except InvalidTag:
            raise Unreadable from None

    def rewrap(self, wrapped: bytes) -> bytes:
        live = self._newest()
        return wrapped if wrapped and self.kek_of(wrapped) == live.current else live.wrap(self._unwrapped(wrapped))

    def forget(self, wrapped: bytes) -> None:
        # The cache cannot drop one entry; erasures are rare and a client's key is unwrapped again in microseconds.
        self._key.cache_clear()

    def kek_of(self, blob: bytes) -> str:
        end = _body(blob)
        try:
            return blob[2:end].decode("ascii")
        except UnicodeDecodeError:
            raise Unreadable from None

    def newest_kek(self) -> str:
        return self._newest().current

    def seal_house(self, plain: bytes, *, at: str) -> bytes:
        live = self._newest()
        nonce = os.urandom(NONCE)
        return live.header + nonce + live.house[live.current].encrypt(nonce, plain, at.encode())

    def open_house(self, sealed: bytes, *, at: str) -> bytes:
        start = _body(sealed)
        kek = self.kek_of(sealed)
        try:
            return self._holding(kek).house[kek].decrypt(sealed[start : start + NONCE], sealed[start + NONCE :], at.encode())
        except InvalidTag:
            raise Unreadable from None

    def token(self, kind: str, text: str) -> int:
        # A lone surrogate must find nothing rather than fail.
        mark = hmac.digest(self._live.index, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), "sha256")
        return int.from_bytes(mark[:8], "big", signed=True)

    def mac(self, parts: bytes) -> bytes:
        return hmac.digest(self._live.audit, parts, "sha256")

    def fingerprint(self, body: bytes) -> bytes:
        return hmac.digest(self._live.prints, body, "sha256")

    @property
    def signing(self) -> dict[str, bytes]:
        """The keys of access tokens by id, oldest first; the last one signs. A new one counts from the next start."""
        return dict(self._live.ring.signing)

    def keks(self) -> list[str]:
        """Oldest first; the last is what new keys are wrapped by."""
        return list(self._newest().ring.keks)

    def add_kek(self) -> str:
        """Rotation's first step; the second is to rewrap and re-seal what `kek_of` says is older."""
        with keyfile.alone(self._path):
            keyfile.write(self._path, keyfile.read(self._path).with_kek(self._clock.now()))
        return self._load().current

    def add_signing_key(self) -> str:
        """Keeps the one before, so that tokens already out live to their end."""
        with keyfile.alone(self._path):
            keyfile.write(self._path, keyfile.read(self._path).with_signing())
        return next(reversed(self._load().ring.signing))

    def drop_kek(self, name: str) -> None:
        """Rotation's last step: from now on copies of old wrapped keys, in backups or freed pages, open nothing.

        The caller has made sure that no row names it. Raises KekInUse while a transaction begun under it may still be open.
        """
        with keyfile.alone(self._path):
            ring = keyfile.read(self._path)
            if name not in ring.keks:
                raise UnknownKek
            if name == ring.current or self._clock.now() - ring.born[ring.current] < SETTLING:
                raise KekInUse
            keyfile.write(self._path, ring.without_kek(name))
        self._load()

    def _load(self) -> "_Live":
        # The stamp is taken before reading: a file replaced in between is then read once more, never missed.
        stamp = self._stamp()
        self._live = live = _Live(keyfile.read(self._path))
        self._seen = stamp
        self._key.cache_clear()
        return live

    def _stamp(self) -> tuple[int, int, int]:
        try:
            stat = os.stat(self._path)
        except OSError:
            return (0, 0, 0)
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _newest(self) -> "_Live":
        # A file that went away while we run is not a change: the keys in memory are the only ones left.
        stamp = self._stamp()
        return self._load() if stamp != self._seen and stamp[0] else self._live

    def _holding(self, kek: str) -> "_Live":
        live = self._live if kek in self._live.wraps else self._newest()
        if kek not in live.wraps:
            raise Unreadable
        return live

    def _unwrap(self, wrapped: bytes) -> AESGCM:
        return AESGCM(self._unwrapped(wrapped))

    def _unwrapped(self, wrapped: bytes) -> bytes:
        if not wrapped:
            raise Erased
        start = _body(wrapped)
        kek = self.kek_of(wrapped)
        try:
            return self._holding(kek).wraps[kek].decrypt(wrapped[start : start + NONCE], wrapped[start + NONCE :], wrapped[:start])
        except InvalidTag:
            raise Unreadable from None


class _Live:
    """One state of the key file, ready to use; swapped whole, so that no thread seals under one key and names another."""

    def __init__(self, ring: keyfile.KeyRing) -> None:
        self.ring = ring
        self.current = ring.current
        self.header = VERSION + bytes([len(ring.current)]) + ring.current.encode("ascii")
        self.wraps = {name: AESGCM(_derived(key, b"mrc wrap")) for name, key in ring.keks.items()}
        self.house = {name: AESGCM(_derived(key, b"mrc house")) for name, key in ring.keks.items()}
        self.index = ring.index
        self.prints = _derived(ring.index, b"mrc fingerprint")
        self.audit = ring.audit

    def wrap(self, key: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return self.header + nonce + self.wraps[self.current].encrypt(nonce, key, self.header)


def _body(blob: bytes) -> int:
    """Where the nonce begins."""
    if blob[:1] != VERSION or len(blob) < 2 or len(blob) < blob[1] + 1 + SMALLEST:
        raise Unreadable
    return 2 + blob[1]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, purpose).derive(key)
