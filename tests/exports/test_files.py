"""What is in the archive: nothing that a spreadsheet runs, and on each page whose copy it is."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from adapters.sheets.locked import AesLocker
from adapters.sheets.writer import TableWriter
from domain.reports.sheet import Book, Heading, Sheet
from domain.values import Language
from tests.exports.conftest import Desk, opened
from tests.reports.test_files import VECTORS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MARK = "Export ISB-E-000001, fetched by A & B. Leaks can be traced."


def sheet(*names: str) -> Sheet:
    return Sheet("Clients", ("ISB",), (Heading("name", "Name"), Heading("n", "N")), [(name, 1) for name in names], mark=MARK)


def test_no_name_is_a_formula_and_the_control_is_seen() -> None:
    assert len(VECTORS) >= 30
    archive = b"".join(AesLocker().locked("x.csv", TableWriter().csv(sheet(*VECTORS)), "12345", NOW))
    rows = list(csv.reader(io.StringIO(opened(archive, "12345").decode("utf-8-sig"), newline="")))
    cells = [row[0] for row in rows if len(row) == 2][1:]
    assert len(cells) == len(VECTORS)
    assert [cell for cell in cells if cell.lstrip(" \t\r\n\u00a0")[:1] in tuple("=+-@＝＋－＠")] == []
    assert "=1+1"[:1] in tuple("=+-@"), "the control: a bare vector would be counted"


def test_the_mark_stands_in_head_and_foot_and_on_each_printed_page() -> None:
    rows = list(csv.reader(io.StringIO(b"".join(TableWriter().csv(sheet("Nazia"))).decode("utf-8-sig"), newline="")))
    assert rows[1] == rows[-1] == [MARK]
    with TableWriter().excel(Book("x", "Clients", Language.urdu, NOW, (sheet("Nazia"),))) as file:
        made = file.read()
    page = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert MARK in page[2]
    assert MARK in page[-1]
    with zipfile.ZipFile(io.BytesIO(made)) as found:
        printed = found.read("xl/worksheets/sheet1.xml").decode()
    assert printed.count("fetched by A &amp;&amp; B") == 2, "in the header and in the footer, with the sign of Excel doubled"


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_a_workbook_leaves_locked_too(desk: Desk) -> None:
    it = await desk.approved("name", "number", kind="xlsx", subject="clients")
    password, ticket = await desk.unlock(it)
    archive = await desk.fetch(it, ticket)
    page = CalamineWorkbook.from_filelike(io.BytesIO(opened(archive, password))).get_sheet_by_index(0).to_python()
    assert any("Nazia Bibi" in row for row in page)
    assert b"Nazia" not in archive
