"""Pictures drawn anew: what remains is the size and the dots."""

import io
import warnings
from typing import Any

from PIL import Image, ImageOps, PngImagePlugin

from domain.attachments import LARGEST, DamagedFile, FileKind, TooMuchInside

MOST_PIXELS = 40_000_000
"""A page of A4 at 600 dots to the inch is 35 million; drawn, a dot takes up to four bytes, and there are two copies for a moment."""
LONGEST_SIDE = 20_000
FORMATS = {FileKind.jpeg: "JPEG", FileKind.png: "PNG"}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
PngImagePlugin.MAX_TEXT_MEMORY = 2_000_000


def drawn_anew(content: bytes, kind: FileKind) -> bytes:
    """Turned as its EXIF says, then without EXIF, XMP, comments, colour profile, thumbnails, further frames, or anything behind its end.

    Raises TooMuchInside by the size it names, before a dot is decoded; DamagedFile.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)  # of damaged EXIF, which goes anyway
        try:
            with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as picture:
                _check(picture.size)
                return _written(_plain(picture, kind), kind)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooMuchInside(field="file") from None
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError) as broken:
            raise DamagedFile(field="file") from broken


def _check(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS or max(size) > LONGEST_SIDE:
        raise TooMuchInside(f"This picture has {width * height / 1e6:.0f} million dots; at most 40 fit.", field="file")


def _plain(picture: Image.Image, kind: FileKind) -> Image.Image:
    """In one of the few modes that need no further data beside the dots."""
    see_through = "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA", "La", "RGBa")
    turned = ImageOps.exif_transpose(picture)
    grey = turned.mode in ("1", "L", "I;16", "I", "F")
    if kind is FileKind.png and see_through:
        plain = turned.convert("RGBA")
    elif grey:
        plain = turned if turned.mode in ("1", "L") else turned.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    else:
        plain = turned.convert("RGB")
    if kind is FileKind.jpeg and plain.mode == "1":
        plain = plain.convert("L")
    plain.info.clear()  # the writers of both kinds take profiles, comments and more from here
    return plain


def _written(picture: Image.Image, kind: FileKind) -> bytes:
    if kind is FileKind.png:
        return _saved(picture, "PNG")
    fine = _saved(picture, "JPEG", quality=88, optimize=True)
    return fine if len(fine) <= LARGEST else _saved(picture, "JPEG", quality=75, optimize=True)


def _saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


EOI, SOS = 0xD9, 0xDA
_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD8)})
"""Markers without a length; 00 after FF stands for FF itself."""
_TELLS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""APP1 to APP13, APP15 and comments. APP0 (JFIF) and APP14 (Adobe) stay: without them the colours turn."""


def stripped(jpeg: bytes) -> bytes:
    """A JPEG inside a PDF without what it tells, dots untouched, cut off at its end. Raises DamagedFile."""
    if jpeg[:2] != b"\xff\xd8":
        raise DamagedFile(field="file")
    kept, place = [jpeg[:2]], 2
    while (place := _next_marker(jpeg, place)) < len(jpeg) and jpeg[place + 1] != EOI:
        marker = jpeg[place + 1]
        end = place + 2
        if marker not in _ALONE:
            end += int.from_bytes(jpeg[end : end + 2], "big")
        if marker == SOS:
            end = _next_marker(jpeg, end)
        if marker not in _TELLS:
            kept.append(jpeg[place:end])
        place = end
    return b"".join((*kept, b"\xff\xd9"))


def _next_marker(jpeg: bytes, place: int) -> int:
    """Where the next marker with a meaning of its own stands; the length of the whole when none does."""
    while 0 <= (place := jpeg.find(b"\xff", place)) < len(jpeg) - 1:
        if jpeg[place + 1] not in _ALONE and jpeg[place + 1] != 0xFF:
            return place
        place += 1
    return len(jpeg)
