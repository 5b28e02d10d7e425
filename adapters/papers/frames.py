"""How the printer and its press speak: a mark, a length, and so many bytes."""

from typing import IO

READY, DONE, FAILED = b"R", b"D", b"F"
LENGTH = 4
LARGEST = 4 * 1024 * 1024
"""Bytes of a paper, as HTML and as PDF: the longest case gives a tenth of it."""

Frame = tuple[bytes, bytes]


def framed(mark: bytes, body: bytes = b"") -> bytes:
    return mark + len(body).to_bytes(LENGTH, "big") + body


def taken(source: IO[bytes]) -> Frame | None:
    """None where the other side has ended, or says more than a paper is."""
    head = source.read(1 + LENGTH)
    size = int.from_bytes(head[1:], "big")
    if len(head) < 1 + LENGTH or size > LARGEST:
        return None
    body = source.read(size)
    return (head[:1], body) if len(body) == size else None
