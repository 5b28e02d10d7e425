"""The stylesheet, the modules, the icon and the face: read once, at addresses that name what is in them, to be kept for a year.

All lie under one mark, so that a module finds its neighbours by their plain names and never one of another release.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from service.web import faces

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FACE = "naskh.woff2"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    type: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file of the folder by name; a request only ever chooses among them, so no path can lead out. The parts of the stylesheet,
    a file for each part of the desk, are one file, the frame's own first."""
    found = {path.name: Asset(path.read_bytes(), TYPES[path.suffix]) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}
    sheets = [FOLDER / "desk.css", *sorted((FOLDER / "parts").glob("*.css"))]
    return found | {"desk.css": Asset(b"".join(path.read_bytes() for path in sheets), TYPES[".css"])}


@cache
def mark() -> str:
    """Of all files together. The face is cut when it is first asked for; the package it is cut from stands for it."""
    content = b"".join(name.encode() + asset.body for name, asset in sorted(assets().items()))
    return sha256(content + version(faces.PACKAGE).encode() + faces.LETTERS.encode()).hexdigest()[:12]


def asset(name: str) -> Asset | None:
    """May take a second for the face, once."""
    return Asset(faces.naskh(), "font/woff2") if name == FACE else assets().get(name)


def address(name: str) -> str:
    return f"/static/{mark()}/{name}"
