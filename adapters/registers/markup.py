"""A first walk through the XML of a workbook: how far its cells reach and which of them are formulas, before anything is loaded."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from posixpath import join, normpath
from xml.parsers import expat

from adapters.registers.limits import Damaged, check_extent

Attributes = dict[str, str]
Formulas = dict[tuple[int, int], str]
"""Row and column from 0, and the formula as its author typed it."""


@dataclass(slots=True)
class Extent:
    rows: int = 0
    columns: int = 0
    formulas: Formulas = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        """Raises TooLarge."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        check_extent(self.rows, self.columns)


def walk(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda name: None,
    words: Callable[[str], None] = lambda text: None,
) -> None:
    """Reads one part in pieces; names come without their prefix. A document that declares entities is refused: workbooks never do."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Damaged("This workbook declares entities, which no spreadsheet program writes.", field="file")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = words
    try:
        with archive.open(part) as stream:
            parser.ParseFile(stream)
    except (KeyError, expat.ExpatError) as broken:
        raise Damaged(field="file") from broken


def office_home(archive: zipfile.ZipFile) -> str:
    """Where the package says that its workbook is: what is walked through here has to be what is loaded afterwards."""
    homes: list[str] = []

    def relation(name: str, given: Attributes) -> None:
        if name == "Relationship" and given.get("Type", "").endswith("/officeDocument"):
            homes.append(normpath(given.get("Target", "")).lstrip("/"))

    walk(archive, "_rels/.rels", relation)
    return homes[0] if len(homes) == 1 else ""


def office_parts(archive: zipfile.ZipFile) -> list[str]:
    """The parts of an .xlsx workbook's sheets in the workbook's order."""
    targets: dict[str, str] = {}
    order: list[str] = []

    def relation(name: str, given: Attributes) -> None:
        if name == "Relationship":
            targets[given.get("Id", "")] = normpath(join("xl", given.get("Target", ""))).lstrip("/")

    def sheet(name: str, given: Attributes) -> None:
        if name == "sheet":
            order.append(next((value for key, value in given.items() if key.endswith(":id") or key == "id"), ""))

    walk(archive, "xl/_rels/workbook.xml.rels", relation)
    walk(archive, "xl/workbook.xml", sheet)
    return [targets.get(one, "") for one in order]


def office_extent(archive: zipfile.ZipFile, part: str) -> Extent:
    """Of one .xlsx sheet. Cells may come without an address: they then stand after the one before. Raises TooLarge, Damaged."""
    extent, at, formula = Extent(), [-1, -1], list[str]()
    inside = [False]

    def start(name: str, given: Attributes) -> None:
        if name == "row":
            at[:] = [int(given["r"]) - 1 if given.get("r", "").isdigit() else at[0] + 1, -1]
        elif name == "c":
            at[:] = address(given["r"]) if "r" in given else [at[0], at[1] + 1]
        elif name in ("v", "is", "f"):
            extent.reach(at[0], at[1])
            if name == "f":
                formula.clear()
                inside[0] = True

    def end(name: str) -> None:
        if name == "f":
            inside[0] = False
            extent.formulas[at[0], at[1]] = "=" + "".join(formula)

    walk(archive, part, start, end, lambda text: formula.append(text) if inside[0] else None)
    return extent


def address(reference: str) -> list[int]:
    """`C12` as row and column from 0."""
    found = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", reference)
    if not found or int(found[2]) < 1:
        raise Damaged(field="file")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return [int(found[2]) - 1, column - 1]


def open_extents(archive: zipfile.ZipFile) -> list[Extent]:
    """Of every sheet of an .ods document in its order; repeated rows and cells count as often as they stand for. Raises TooLarge."""
    document = _OpenDocument()
    walk(archive, "content.xml", document.start, document.end)
    return document.extents


@dataclass(slots=True)
class _OpenDocument:
    extents: list[Extent] = field(default_factory=list)
    row: int = 0
    rows: int = 1
    column: int = 0

    def start(self, name: str, given: Attributes) -> None:
        if name == "table":
            self.extents.append(Extent())
            self.row = self.column = 0
        elif name == "table-row":
            self.column, self.rows = 0, _times(given, "rows")
        elif name in ("table-cell", "covered-table-cell") and self.extents:
            self._cell(given, _times(given, "columns"))

    def end(self, name: str) -> None:
        if name == "table-row":
            self.row += self.rows

    def _cell(self, given: Attributes, times: int) -> None:
        formula = given.get("table:formula")
        if formula is not None or "office:value-type" in given:
            self.extents[-1].reach(self.row + self.rows - 1, self.column + times - 1)
        if formula is not None:
            # `of:=SUM([.A1:.A3])` names the formula's dialect before the sign.
            written = "=" + formula.partition("=")[2]
            places = product(range(self.row, self.row + self.rows), range(self.column, self.column + times))
            self.extents[-1].formulas.update(dict.fromkeys(places, written))
        self.column += times


def _times(given: Attributes, what: str) -> int:
    number = given.get(f"table:number-{what}-repeated", "1")
    return int(number) if number.isdigit() else 1
