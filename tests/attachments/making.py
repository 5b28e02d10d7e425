"""Files to attach, honest and hostile, built by hand where a library would not build them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

GPS_CANARY = "CANARY-PLACE-31.5204N"


def picture(form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", colour: Any = None, **how: Any) -> bytes:
    """A red square in the upper left of a field, so that turning shows."""
    made = Image.new(
        mode, size, colour if colour is not None else (255 if mode in ("L", "1") else (10, 60, 200) + (128,) * (mode == "RGBA"))
    )
    if mode == "RGB":
        made.paste((255, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    made.save(out, form, **how)
    return out.getvalue()


def jpeg_that_tells(orientation: int = 1) -> bytes:
    """With EXIF (place, device, turn), an XMP packet, a comment and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CANARY-DEVICE"
    gps = exif.get_ifd(0x8825)
    gps[0x1D] = "2026:11:21"
    gps[0x1B] = GPS_CANARY.encode()
    exif[0x8825] = gps
    return picture("JPEG", exif=exif, comment=b"CANARY-COMMENT", icc_profile=b"CANARY-PROFILE", xmp=b"<x:xmpmeta>CANARY-XMP</x:xmpmeta>")


def png_that_tells() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "CANARY-AUTHOR")
    info.add_itxt("XML:com.adobe.xmp", "CANARY-XMP")
    exif = Image.Exif()
    exif[0x010F] = "CANARY-DEVICE"
    return picture("PNG", pnginfo=info, exif=exif, icc_profile=b"CANARY-PROFILE")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def noughts(n: int) -> bytes:
    """So many, packed as zlib packs them, at the price of one block: deflated blocks that end in a full flush can be repeated."""
    block = 1 << 20

    def packed(size: int, end: int) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return packer.compress(bytes(size)) + packer.flush(end)

    adler = n % 65521 << 16 | 1
    return b"\x78\xda" + packed(block, zlib.Z_FULL_FLUSH) * (n // block) + packed(n % block, zlib.Z_FINISH) + struct.pack(">I", adler)


def png_bomb(width: int, height: int) -> bytes:
    """A few hundred kilobytes that unpack to width x height dots."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    dots = noughts((width + 1) * min(height, 4000))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", dots) + _chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """A compressed text of 200 MB before the picture."""
    whole = picture("PNG")
    text = _chunk(b"zTXt", b"Comment\0\0" + noughts(200_000_000))
    return whole[:33] + text + whole[33:]


def jpeg_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A small picture whose header claims to be enormous."""
    whole = bytearray(picture("JPEG"))
    place = whole.index(b"\xff\xc0") + 5
    whole[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(whole)


def pdf(objects: dict[int, bytes] | None = None, *, catalogue: bytes = b"", page: bytes = b"", pages: int = 1, info: bytes = b"") -> bytes:
    """A PDF by hand: 1 catalogue, 2 pages, 3 the page's content, 4 its font, from 10 on the given objects, from 1000 on the pages."""
    text = b"BT /F1 12 Tf 20 100 Td (Salaam) Tj ET"
    all_of_them = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % (1000 + n) for n in range(pages))),
        3: stream(text),
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        **(objects or {}),
    }
    for n in range(pages):
        all_of_them[1000 + n] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> " + page + b" >>"
        )
    if info:
        all_of_them[5] = b"<< " + info + b" >>"
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(all_of_them.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    trailer = b"<< /Size %d /Root 1 0 R%s >>" % (max(places) + 1, b" /Info 5 0 R" if info else b"")
    return bytes(out + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def flate_bomb(layers: int = 1, size: int = 300_000_000) -> bytes:
    """A content stream of a few hundred kilobytes that unpacks to `size`."""
    data = zlib.compress(b" " * size, 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [" + b"/FlateDecode " * layers + b"]")
