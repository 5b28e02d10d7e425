"""The stylesheet, the script and the icon: read once, named by what is in them, so that browsers may keep them for a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    type: str
    mark: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file of the folder by name; a request only ever chooses among them, so no path can lead out."""
    found = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in TYPES}
    return {name: Asset(body, TYPES[Path(name).suffix], sha256(body).hexdigest()[:12]) for name, body in found.items()}


def address(name: str) -> str:
    return f"/static/{name}?{assets()[name].mark}"
