"""Bodies made small for the line.

A page may be packed although it holds secrets beside words of its reader: to learn a secret from lengths, another site would have to make
the browser ask for pages with the session's cookie, and a strict cookie does not come along from another site.
"""

import zlib
from functools import lru_cache

import brotli

LEAST = 600
"""Bytes: below, packing costs more than it saves."""


@lru_cache(maxsize=256)
def way(accepted: str) -> str:
    """How this browser wants it: `br`, `gzip` or as it is."""
    named = {part.split(";")[0].strip() for part in accepted.split(",") if not part.replace(" ", "").endswith(";q=0")}
    return next((one for one in ("br", "gzip") if one in named), "")


def packed(body: bytes, way: str, *, well: bool = False) -> bytes:
    """`well` for what is packed once and sent often."""
    if way == "br":
        packed: bytes = brotli.compress(body, quality=11 if well else 2)
        return packed
    if way == "gzip":
        packer = zlib.compressobj(9 if well else 2, zlib.DEFLATED, 31)
        return packer.compress(body) + packer.flush()
    return body


@lru_cache(maxsize=64)
def packed_once(body: bytes, way: str) -> bytes:
    return packed(body, way, well=True)


def headers(body: bytes, way: str) -> dict[str, str]:
    return {"Content-Encoding": way} if way and len(body) >= LEAST else {}
