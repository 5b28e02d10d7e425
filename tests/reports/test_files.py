"""A table leaves as Excel, CSV and paper: it says the same in each, in the direction of its language, and no cell runs."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from adapters.sheets import excel, text
from adapters.sheets.writer import TableWriter
from domain.papers import NoPrinter
from domain.reports.sheet import MOST_ON_PAPER, Book, FileKind, Heading, Kind, Sheet, TooLong, TooLongForPaper
from domain.values import Language
from service.usecases.sheets import SheetFiles
from service.web.typeset import PageTypesetter
from tests.papers.conftest import press
from tests.reports.conftest import HEADINGS, ROWS, book, sheet

__all__ = ["press"]

FORMULAS = """=1+1|=cmd|'/C calc'!A0|+1+1|-1+1|@SUM(1)|=HYPERLINK("http://a.b","c")|=WEBSERVICE("http://a.b")|=DDE("cmd";"/C calc";"x")
+cmd|-cmd|@import|=A1|=IMPORTXML("http://a.b","//c")|=IMPORTDATA("http://a.b")|=RAND()|=NOW()|＝1+1|＋1|－1|＠SUM(1)
%0A=1+1|=1+1";=1+1|=-1|=+1|+@1|-@1|=INDIRECT("A1")|=EXEC("calc")"""
VECTORS = [
    *(one for line in FORMULAS.splitlines() for one in line.split("|") if one),
    "=cmd|'/C calc'!A0",
    "|cmd",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
]


def opened(made: Book) -> CalamineWorkbook:
    with TableWriter().excel(made) as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read()))


def parts(made: Book) -> zipfile.ZipFile:
    with TableWriter().excel(made) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def lines(made: Sheet) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(text.pieces(made)).decode("utf-8-sig"), newline="")))


class Paperless:
    async def pdf(self, html: str) -> bytes:
        raise NoPrinter()


def test_the_workbook_says_what_the_sheet_says() -> None:
    rows = opened(book()).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[:3]] == ["People by district", "January to March 2026", "As of 2 April 2026"]
    assert rows[4] == ["District", "People", "Share", "Day"]
    assert rows[5] == ["Swat", 12, 0.25, date(2026, 3, 1)]
    assert rows[6] == ["ملتان", 1200, 0.5, ""]
    assert rows[7] == ["Quetta", "suppressed", "", date(2026, 4, 2)]
    assert rows[9][0] == "People are counted once."


@pytest.mark.parametrize("language", [Language.english, Language.urdu, Language.pashto])
def test_the_workbook_runs_the_way_of_its_language(language: Language) -> None:
    page = parts(book(language=language)).read("xl/worksheets/sheet1.xml").decode()
    assert ('rightToLeft="1"' in page) is (language is not Language.english)
    assert 'state="frozen"' in page
    assert 'fitToHeight="0"' in page


def test_the_workbook_names_nobody() -> None:
    core = parts(book()).read("docProps/core.xml").decode()
    assert "<dc:creator>MRC Casework</dc:creator>" in core
    assert "2026-04-02T07:30:00Z" in core


@pytest.mark.parametrize("vector", VECTORS)
def test_no_cell_is_a_formula(vector: str) -> None:
    made = Sheet(vector, (vector,), (Heading("a", vector),), ((vector,),), (vector,))
    page = parts(book(made)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "<hyperlink" not in page
    assert {row[0][0] for row in lines(made)} == {"'"}


def test_the_look_for_formulas_would_find_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_put", lambda page, row, column, cell, *rest: page.write_formula(row, column, cell))
    monkeypatch.setattr(text, "no_formula", lambda cell: cell)
    made = Sheet("t", (), (Heading("a", "A"),), (("=1+1",),))
    assert "<f>" in parts(book(made)).read("xl/worksheets/sheet1.xml").decode()
    assert lines(made)[-1] == ["=1+1"]


def test_numbers_below_nothing_stay_numbers() -> None:
    made = Sheet("t", (), (Heading("a", "A", Kind.number),), ((-5,), (10**16,)))
    assert [row[0] for row in lines(made)[2:]] == ["-5", "10000000000000000"]
    assert [row[0] for row in opened(book(made)).get_sheet_by_index(0).to_python()[3:5]] == [-5, "10000000000000000"]


def test_a_csv_has_its_tags_under_its_headings() -> None:
    made = b"".join(text.pieces(sheet()))
    assert made.startswith(b"\xef\xbb\xbf")
    assert lines(sheet())[3:] == [
        ["People are counted once."],
        ["District", "People", "Share", "Day"],
        ["#adm2+name", "#reached+ind", "", "#date+occurred"],
        ["Swat", "12", "0.25", "2026-03-01"],
        ["ملتان", "1200", "0.5", ""],
        ["Quetta", "suppressed", "", "2026-04-02"],
    ]


def test_a_tag_that_hxl_does_not_list_is_found_at_once() -> None:
    for wrong in ("#people", "#reached+x", "reached"):
        with pytest.raises(ValueError):
            Heading("a", "A", Kind.number, wrong)


def test_sheets_have_names_that_excel_takes() -> None:
    titles = ["A/B: [c]?", "x" * 40, "x" * 41, "History", "", "'quoted'"]
    names = excel.sheet_names(titles)
    assert names == ["A B c", "x" * 31, "x" * 27 + " 3", "History 4", "5", "quoted"]
    assert len(opened(book(*(sheet(title=one) for one in titles))).sheet_names) == len(titles)


def test_a_long_csv_comes_in_pieces_as_its_rows_do() -> None:
    asked = []

    def rows() -> Iterator[tuple[str, int, None, None]]:
        for number in range(50_000):
            asked.append(number)
            yield ("Swat", number, None, None)

    made = text.pieces(Sheet("t", (), HEADINGS, rows()))
    assert len(next(made)) < 100_000
    assert len(asked) < 10_000
    made.close()  # type: ignore[attr-defined]


def test_what_excel_would_cut_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sheet.lines, "__defaults__", (2, TooLong))
    with pytest.raises(TooLong):
        TableWriter().excel(book())
    with pytest.raises(TooLong):
        lines(sheet())


@pytest.mark.parametrize("language", [Language.english, Language.urdu])
def test_a_paper_says_the_same(language: Language, press: ModuleType) -> None:
    """Shaped letters of Urdu do not come back out of a PDF as they went in: its page says them."""
    paper = PageTypesetter().book(book(sheet(), sheet(title="Again"), language=language))
    assert f'dir="{"rtl" if language is Language.urdu else "ltr"}"' in paper.html
    assert "ملتان" in paper.html
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(press.drawn(paper.html))).pages)
    assert [one for one in ("Swat", "1,200", "25.0%", "suppressed", "Again") if one not in said] == []


LONG = " ".join(["Signs of illegal recruitment and what was told about them"] * 6)


def widest(press: ModuleType, html: str) -> int:
    """Letters of the longest line, as the press broke them."""
    pages = PdfReader(io.BytesIO(press.drawn(html))).pages
    return max(len(line) for page in pages for line in page.extract_text().splitlines())


def test_nothing_runs_off_a_paper(press: ModuleType) -> None:
    made = sheet(((LONG, 1, None, None),))
    html = PageTypesetter().book(book(replace(made, about=(LONG,), notes=(LONG,)))).html
    assert widest(press, html) < 140
    rule = "bdi.own { white-space: normal;"
    assert rule in html
    assert widest(press, html.replace(rule, "bdi.own {")) > len(LONG) - 2, "the control: as a number, it is not broken"


def test_what_stands_above_every_table_is_said_once_and_an_empty_one_says_so() -> None:
    html = PageTypesetter().book(book(sheet(), sheet((), "Nobody"), replace(sheet(title="Other"), about=("Of another year",)))).html
    assert html.count("As of 2 April 2026") == 1
    assert html.count("Of another year") == 1
    assert html.count("<thead>") == html.count("Nothing that is recorded counts this.") + 1 == 2


def test_a_paper_has_an_end() -> None:
    with pytest.raises(TooLongForPaper):
        PageTypesetter().book(book(sheet(ROWS[:1] * (MOST_ON_PAPER + 1))))


async def test_each_kind_of_file_is_handed_out_whole() -> None:
    files = SheetFiles(TableWriter(), PageTypesetter(), Paperless())
    made = {kind: await files.made(book(), kind) for kind in FileKind}
    assert [one.name for one in made.values()] == ["report-2026-q1.xlsx", "report-2026-q1.csv", "report-2026-q1.html"]
    bodies = {kind: b"".join(one.pieces) for kind, one in made.items()}
    assert bodies[FileKind.excel].startswith(b"PK")
    assert b"#reached+ind" in bodies[FileKind.csv]
    assert b"<table" in bodies[FileKind.pdf]
