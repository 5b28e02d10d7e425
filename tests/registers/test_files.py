"""Files of every kind become sheets of plain values; formulas stay text; bombs and broken files are refused with what to do next."""

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.registers.files import WrongMapping, read_mapping, read_path, read_sheets
from adapters.registers.limits import Damaged, TooLarge
from adapters.registers.report import report
from domain.errors import Invalid
from domain.registers import Entry, Kind, RefusedRow
from tests.registers.making import ods, packed, sheet_xml, xls, xlsx

DATA = Path(__file__).parent / "data"
HEAD = ("Date", "Name", "CNIC")


def values(content: bytes, name: str = "file") -> list[list[tuple[object, ...]]]:
    return [[row.cells for row in sheet.rows] for sheet in read_sheets(content, name)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_in_any_encoding_and_with_any_delimiter(encoding: str, delimiter: str) -> None:
    rows = [("Date", "Name", "Purpose"), ("01/02/2023", "احمد بخاري", "visa"), ("02/02/2023", "Ali", 'said "no"')]
    written = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    assert values(written.encode(encoding)) == [rows]


def test_a_comma_inside_cells_does_not_win_over_the_delimiter() -> None:
    assert values(b"time;caller;question\n1;Ali;a, b, c\n2;Zia;d, e, f\n")[0][1] == ("1", "Ali", "a, b, c")


def test_rows_keep_the_number_that_their_reader_sees() -> None:
    [sheet] = read_sheets(b'Date,Name\n\n1,"two\nlines"\n2,x\n', "book.csv")
    assert [(row.number, row.cells) for row in sheet.rows][2:] == [(3, ("1", "two\nlines")), (4, ("2", "x"))]
    assert sheet.name == "book"


def test_workbook_numbers_are_floats_and_days_are_days() -> None:
    [sheet] = read_sheets((DATA / "register_isb.xlsx").read_bytes(), "register_isb.xlsx")
    assert sheet.rows[4].number == 5
    assert sheet.rows[4].cells[:3] == (1.0, dt.date(2023, 4, 17), "Shafiq Bhati")
    assert sheet.rows[10].cells[4] == 3783048542441.0


def test_a_formula_stays_its_own_text_in_every_kind_of_workbook() -> None:
    assert values(xlsx({"A": [HEAD, ("1", ("1+1", 2), ('HYPERLINK("x")', 0))]}))[0][1] == ("1", "=1+1", '=HYPERLINK("x")')
    cell = '<table:table-cell table:formula="of:=SUM([.A1:.A2])" office:value-type="float" office:value="3"/>'
    assert values(ods(f"<table:table-row>{cell}</table:table-row>")) == [[("=SUM([.A1:.A2])",)]]
    assert values(xls([("Date", 1.5, ("hidden", 7))])) == [[("Date", 1.5, "=…")]]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    [sheet] = read_sheets((DATA / "register_isb.xlsx").read_bytes(), "register_isb.xlsx")
    looks = [cell for row in sheet.rows for cell in row.cells if isinstance(cell, str) and cell.startswith("=")]
    assert looks.count('=HYPERLINK("http://example.test/"&E5,"open")') == 3
    assert "=COUNT(A5:A438)" in looks


def test_hidden_sheets_are_not_read() -> None:
    assert len(values(xlsx({"Shown": [HEAD], "Lists": [HEAD]}, hidden=["Lists"]))) == 1


FAR = sheet_xml([HEAD]).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
STYLED = sheet_xml([HEAD]).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
MANY = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1024" {}/></table:table-row>'
ENTITIES = '<!DOCTYPE a [<!ENTITY b "b">]>' + sheet_xml([HEAD])


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"x" * (20 * 1024 * 1024 + 1), TooLarge),
        (xlsx({"A": [HEAD]}, bomb=bytes(11 * 1024 * 1024)), TooLarge),
        (packed({f"part{n}": b"" for n in range(2_001)}), TooLarge),
        (xlsx({"A": FAR}), TooLarge),
        (xls([HEAD], far=(65_535, 255)), TooLarge),
        (ods(MANY.format('office:value-type="float" office:value="1"')), TooLarge),
        (xlsx({"A": ENTITIES}), Damaged),
        (packed({"word/document.xml": "<a/>"}), Damaged),
        (xlsx({"A": [HEAD]})[:-40], Damaged),
        (xlsx({"A": [HEAD]}).replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:200], Damaged),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), Damaged),
        (b"%PDF-1.7\n\x00\x01\x02", Damaged),
    ],
    ids="large packed parts far far-xls far-ods entities word cut short old pdf".split(),
)
def test_refused_before_it_is_opened(content: bytes, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal) as refused:
        read_sheets(content, "register")
    assert refused.value.next != Invalid.next


def test_a_part_longer_than_it_says_is_refused() -> None:
    content = bytearray(xlsx({"A": [HEAD]}, bomb=bytes(1_000_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        at = archive.getinfo("bomb").header_offset
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"bomb"))
    content[at + 22 : at + 26] = content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    with pytest.raises(Damaged):
        read_sheets(bytes(content), "register.xlsx")


def test_empty_cells_far_away_do_no_harm() -> None:
    assert values(xlsx({"A": STYLED}))[0][0] == HEAD
    assert values(ods(MANY.format(""))) == [[]]


def test_the_size_is_asked_before_the_file_is_read(tmp_path: Path) -> None:
    large = tmp_path / "register.csv"
    with large.open("wb") as page:
        page.truncate(21 * 1024 * 1024)
    with pytest.raises(TooLarge):
        read_path(large)


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    try:
        read_sheets(start + content, "register")
    except Invalid as refused:
        assert refused.next


@pytest.mark.parametrize("at", [1538, 1558])
def test_an_old_workbook_that_points_outside_itself_is_refused(at: int) -> None:
    """The library that reads it panics there, which is no Exception."""
    whole = xls([HEAD, (1, 2, 3)])
    with pytest.raises(Damaged):
        read_sheets(whole[:at] + b"\0" + whole[at + 1 :], "register")


def test_a_workbook_packed_by_a_later_kind_of_zip_is_refused() -> None:
    whole = xlsx({"A": [HEAD, (1, 2, 3)]})
    at = whole.rindex(b"PK\x01\x02") + 6
    with pytest.raises(Damaged):
        read_sheets(whole[:at] + b"@" + whole[at + 1 :], "register")


@given(st.data())
def test_a_workbook_with_one_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([xlsx({"A": [HEAD, (1, 2, 3)]}), xls([HEAD, (1, 2, 3)])]))
    at = data.draw(st.integers(0, len(whole) - 1))
    try:
        read_sheets(whole[:at] + data.draw(st.binary(min_size=1, max_size=1)) + whole[at + 1 :], "register")
    except Invalid as refused:
        assert refused.next


def test_the_mapping_file() -> None:
    assert read_mapping('\ufeff{"Dt.": "date"}'.encode()) == {"Dt.": "date"}
    for wrong in (b"[1]", b'{"a": 1}', b"{", b"\xff"):
        with pytest.raises(WrongMapping):
            read_mapping(wrong)


def test_the_report_names_rows_in_order_and_holds_no_formula() -> None:
    refused = [RefusedRow(9, (("name", "The name is missing."), ("date", "There is no such day.")), "=1+1")]
    entries = [Entry(sheet="=1+1", row=4, kind=Kind.walk_in, on=dt.date(2023, 1, 1), warnings=(("cnic", "Check it."),))]
    assert report(refused, entries).decode("utf-8-sig").splitlines() == [
        "sheet,row,outcome,field,message",
        "'=1+1,4,warning,cnic,Check it.",
        "'=1+1,9,refused,name,The name is missing.",
        "'=1+1,9,refused,date,There is no such day.",
    ]
