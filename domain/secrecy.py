"""The door to the keys: sealing what clients told us, keyed search tokens, and the marks the audit trail is chained with."""

from typing import Protocol

from domain.errors import NotFound, Unavailable


class Unreadable(Unavailable):
    """What is stored here cannot be read with the keys at hand."""

    next = "Tell the data protection officer: a key is missing or the record was changed outside this service."


class Erased(NotFound):
    """This client's record was erased; its key no longer exists."""

    next = "Nothing can bring it back. Register the person anew if they return."


class KeyVault(Protocol):
    """Each client has a data key of their own, stored wrapped beside the record; destroying it erases the client everywhere.

    `wrapped` is self-describing (version, key-encryption key, nonce, sealed key) and harmless without the vault; empty means erased.
    `at` names the place a blob belongs to, `table.column:row id`: a blob moved to another place does not open.
    Every blob starts with a version byte. All calls are in memory, take microseconds and may be made on the event loop.
    """

    def new_key(self) -> bytes:
        """A fresh data key, wrapped by the newest key-encryption key."""
        ...

    def seal(self, wrapped: bytes, plain: bytes, *, at: str) -> bytes:
        """29 bytes longer than `plain`; never the same twice. Raises Erased without a key, Unreadable for a key that does not unwrap."""
        ...

    def open(self, wrapped: bytes, sealed: bytes, *, at: str) -> bytes:
        """Raises Erased without a key; Unreadable for a changed blob, another client's key, another place or an unknown key."""
        ...

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same data key under the newest key-encryption key (unchanged if it is already); what it sealed stays readable."""
        ...

    def forget(self, wrapped: bytes) -> None:
        """Drops the unwrapped key from this process: part of erasing a client."""
        ...

    def kek_of(self, blob: bytes) -> str:
        """The id of the key-encryption key that a wrapped key, or a blob sealed for the house, depends on."""
        ...

    def newest_kek(self) -> str:
        """What `kek_of` answers for everything wrapped from now on: keys and house blobs with another answer await rotation."""
        ...

    def seal_house(self, plain: bytes, *, at: str) -> bytes:
        """For what belongs to no client: webhook secrets, messages on their way out, kept answers."""
        ...

    def open_house(self, sealed: bytes, *, at: str) -> bytes:
        """Raises Unreadable as `open` does."""
        ...

    def token(self, kind: str, text: str) -> int:
        """A keyed search token, signed 64 bits. Equal text of one kind ("phone", "name") gives equal tokens, of two kinds unrelated ones.

        `kind` is a word of the programme, never input.
        """
        ...

    def mac(self, parts: bytes) -> bytes:
        """32 bytes under the audit key, which seals nothing else: the link of the trail's chain."""
        ...

    def fingerprint(self, body: bytes) -> bytes:
        """32 bytes, keyed because bodies are guessable: tells whether two bodies, or two secrets, are the same."""
        ...
