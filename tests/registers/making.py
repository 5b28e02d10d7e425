"""Small workbooks made by hand, so that a test may hold what no spreadsheet program would save."""

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

OFFICE = "http://schemas.openxmlformats.org"
MAIN = f"{OFFICE}/spreadsheetml/2006/main"
LINKS = f"{OFFICE}/officeDocument/2006/relationships"


def letter(column: int) -> str:
    return chr(65 + column)


def cell(value: object, at: str) -> str:
    """A formula is given as (text, stored result)."""
    if isinstance(value, tuple):
        return f'<c r="{at}"><f>{escape(value[0])}</f><v>{value[1]}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def sheet_xml(rows: Sequence[Sequence[object]]) -> str:
    lines = "".join(
        f'<row r="{number}">' + "".join(cell(value, f"{letter(at)}{number}") for at, value in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def xlsx(sheets: dict[str, Sequence[Sequence[object]] | str], hidden: Sequence[str] = (), **extra: bytes) -> bytes:
    """`sheets` by name: rows, or the sheet's whole XML; `extra` are further parts."""
    state = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    names = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"{state[name]}/>' for n, name in enumerate(sheets, start=1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in enumerate(sheets, start=1)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in enumerate(sheets, start=1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{OFFICE}/package/2006/content-types">'
        '<Override PartName="/xl/workbook.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{links}</Relationships>',
        **{
            f"xl/worksheets/sheet{n}.xml": rows if isinstance(rows, str) else sheet_xml(rows)
            for n, rows in enumerate(sheets.values(), start=1)
        },
        **extra,
    }
    return packed(files)


def packed(files: dict[str, str | bytes]) -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return page.getvalue()


def ods(table: str) -> bytes:
    """A document with one sheet, whose rows are given as XML."""
    uses = "".join(f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in
                   (("office", "office"), ("table", "table"), ("text", "text")))  # fmt: skip
    content = (
        f'<office:document-content{uses}><office:body><office:spreadsheet><table:table table:name="Register">{table}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": manifest, "content.xml": content})


def xls(rows: Sequence[Sequence[object]], far: tuple[int, int] | None = None) -> bytes:
    """A BIFF8 workbook in a compound file. A formula is given as (text, stored result); `far` puts one more number far away."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def one(row: int, column: int, value: object) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, tuple):
            return record(0x0006, place + struct.pack("<dHIH", float(value[1]), 0, 0, 0))
        if isinstance(value, int | float):
            return record(0x0203, place + struct.pack("<d", value))
        words = str(value).encode("utf-16-le")
        return record(0x0204, place + struct.pack("<HB", len(words) // 2, 1) + words)

    cells = b"".join(one(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    cells += one(*far, 1.0) if far else b""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    head = record(0x0809, begin) + record(0x0042, struct.pack("<H", 1200))
    bound_size, name = 4 + 8 + 8, b"Register"
    start = len(head) + bound_size + 4
    head += record(0x0085, struct.pack("<IHBB", start, 0, len(name), 0) + name) + record(0x000A)
    assert len(head) == start
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + record(0x000A)
    return compound((head + sheet).ljust(4096, b"\0"))


def compound(stream: bytes) -> bytes:
    """MS-CFB version 3: sector 0 is the table, sector 1 the directory, the stream follows."""
    sectors = -(-len(stream) // 512)
    last, free = 0xFFFFFFFE, 0xFFFFFFFF
    table = [0xFFFFFFFD, last, *range(3, sectors + 2), last]
    assert len(table) <= 128
    table += [free] * (128 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, first: int, size: int, child: int = free) -> bytes:
        words = (name + "\0").encode("utf-16-le")
        return (
            words.ljust(64, b"\0") + struct.pack("<HBB", len(words), kind, 1) + struct.pack("<III", free, free, child) + bytes(36)
            + struct.pack("<II", first, size) + bytes(4)
        )  # fmt: skip

    directory = entry("Root Entry", 5, last, 0, child=1) + entry("Workbook", 2, 2, len(stream))
    directory = directory.ljust(512, b"\0")
    return head + struct.pack("<128I", *table) + directory + stream.ljust(sectors * 512, b"\0")
