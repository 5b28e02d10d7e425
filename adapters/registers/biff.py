"""A first walk through an .xls workbook (MS-CFB, MS-XLS): how far its cells reach and which are formulas, before it is loaded."""

import struct
from collections.abc import Iterator

from adapters.registers.limits import Damaged
from adapters.registers.markup import Extent

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors (MS-CFB 2.1)."""
_BOUND_SHEET, _BOF, _FORMULA = 0x0085, 0x0809, 0x0006
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_SEVERAL = frozenset({0x00BD, 0x00BE})
"""MULRK and MULBLANK end with the last column they fill."""
FORMULA_TEXT = "=…"
"""An .xls formula is compiled: that one stands here is all that is told."""


def extents(content: bytes) -> list[Extent]:
    """Of every sheet in the workbook's order. Raises TooLarge, Damaged."""
    try:
        stream = _workbook(content)
        found: dict[int, Extent] = {}
        starts = [struct.unpack_from("<I", body)[0] for _, kind, body in _records(stream, 0) if kind == _BOUND_SHEET]
        for start in starts:
            found[start] = _sheet(stream, start)
    except (struct.error, IndexError, KeyError) as broken:
        raise Damaged(field="file") from broken
    return [found[start] for start in starts]


def _sheet(stream: bytes, start: int) -> Extent:
    extent = Extent()
    for _, kind, body in _records(stream, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _SEVERAL else column
            extent.reach(row, last)
            if kind == _FORMULA:
                extent.formulas[row, column] = FORMULA_TEXT
    return extent


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """The records of one substream, until its own end; charts inside it nest."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == 0x000A)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        if depth <= 0:
            return


def _workbook(content: bytes) -> bytes:
    """The Workbook stream out of the compound file. Raises Damaged; a locked workbook has none."""
    if len(content) < 512:
        raise Damaged(field="file")
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    small_below = struct.unpack_from("<I", content, 56)[0]
    if size not in (512, 4096):
        raise Damaged(field="file")
    table = _allocation(content, size)
    directory = _chain(content, size, table, struct.unpack_from("<I", content, 48)[0])
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        first, length = struct.unpack_from("<II", entry, 116)
        if name in ("Workbook", "Book") and length >= small_below:
            return _chain(content, size, table, first)[:length]
    raise Damaged("This workbook is locked with a password, or too old.", field="file")


def _allocation(content: bytes, size: int) -> list[int]:
    """The table of which sector follows which: its own sectors are listed in the head of the file and then in a chain."""
    listed = list(struct.unpack_from("<109I", content, 76))
    at, per = struct.unpack_from("<I", content, 68)[0], size // 4
    for _ in range(len(content) // size):
        if at >= _END:
            break
        block = struct.unpack_from(f"<{per}I", content, (at + 1) * size)
        listed += block[:-1]
        at = block[-1]
    table: list[int] = []
    for sector in listed:
        if sector < _END:
            table += struct.unpack_from(f"<{per}I", content, (sector + 1) * size)
    return table


def _chain(content: bytes, size: int, table: list[int], first: int) -> bytes:
    """Raises Damaged for a chain that bites its tail."""
    pieces: list[bytes] = []
    at = first
    while at < _END:
        if len(pieces) > len(content) // size:
            raise Damaged(field="file")
        pieces.append(content[(at + 1) * size : (at + 2) * size])
        at = table[at]
    return b"".join(pieces)
