"""Headings are found, rows become entries or refusals that name every reason, and a touch has one fingerprint however it is spelled."""

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import CaseKind
from domain.clients import MigrationStage
from domain.contacts import Channel
from domain.registers import Cell, Entry, Field, Kind, NoHeadings, RefusedRow, Register, Row, Sheet, UnknownField, fingerprint, read
from domain.registers.headings import find, mapping
from domain.values import Gender, Language

TODAY = dt.date(2024, 12, 31)
WALK_IN = ("Date", "Name", "Father Name", "CNIC", "Phone", "Sex", "Age", "DOB", "District", "Category", "Country", "Purpose", "Remarks")
HOTLINE = ("time", "channel", "number", "caller", "language", "question", "minutes")
GOOD: Mapping[str, Cell] = {
    "Date": "05/06/2023",
    "Name": "Ali Khan",
    "CNIC": "31694-8083835-1",
    "Phone": "03041112123",
    "Sex": "M",
    "Age": 30,
}


def sheet(*rows: tuple[Cell, ...], name: str = "Sheet") -> Sheet:
    return Sheet(name, [Row(number, cells) for number, cells in enumerate(rows, start=1)])


def taken(register: Register) -> Entry:
    assert not register.refused
    [entry] = register.entries
    return entry


def walk_in(**changes: Cell) -> Register:
    cells = {**GOOD, **changes}
    return read([sheet(WALK_IN, tuple(cells.get(heading) for heading in WALK_IN))], today=TODAY)


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (WALK_IN, Kind.walk_in),
        (("نمبر / No", "تاریخ / Date", "نام / Name", "ولدیت / Father or husband", "جنس"), Kind.walk_in),
        (("تاریخ", "نام", "شناختی کارڈ"), Kind.walk_in),
        (("S.No", "Date of visit", "Name", "Father/Husband Name", "CNIC No.", "M/F"), Kind.walk_in),
        (("Date (تاریخ)", "Name (نام)", "Gender (جنس)"), Kind.walk_in),
        (HOTLINE, Kind.hotline),
        (("Date", "Name", "Question"), Kind.hotline),
    ],
)
def test_headings_and_what_kind_they_make(headings: tuple[str, ...], kind: Kind) -> None:
    found = find(sheet(("MRC",), (), headings), {})
    assert found is not None
    assert (found.row, found.kind) == (3, kind)
    assert sum(len(places) for places in found.columns.values()) == len(headings)


@pytest.mark.parametrize("headings", [("Name", "Phone"), ("Date", "Amount"), ("01/02/2023", "Ali"), ("",), ()])
def test_no_headings(headings: tuple[str, ...]) -> None:
    with pytest.raises(NoHeadings):
        read([sheet(headings, ("x", "y"))], today=TODAY)


def test_a_mapping_names_columns_the_table_does_not_know() -> None:
    page = sheet(("Dt.", "Kon", "Sex", "Date"), ("05/06/2023", "Ali Khan", "F", "not this one"))
    given = {"Dt.": "date", "kon": "name", "Date": "ignore"}
    entry = taken(read([page], today=TODAY, given=given))
    assert (entry.on, entry.name, entry.gender) == (dt.date(2023, 6, 5), "Ali Khan", Gender.female)


def test_a_mapping_to_no_field_is_refused() -> None:
    with pytest.raises(UnknownField):
        mapping({"Dt.": "dated"})


def test_number_is_a_telephone_only_where_no_other_column_is() -> None:
    found = find(sheet(("Number", "Date", "Name", "Mobile")), {})
    assert found is not None
    assert (found.columns[Field.phone], found.columns[Field.serial]) == ((3,), (0,))


def test_a_whole_entry() -> None:
    entry = taken(
        walk_in(**{
            "Name": "  ALI   KHAN ", "Father Name": "M. Ahmad", "District": "لاہور", "Category": "Deportee", "Country": "KSA",
            "Purpose": "Visa information", "Remarks": '=HYPERLINK("http://example.test/","open")', "Phone": "03041112123 / 0321-7654321",
        })
    )  # fmt: skip
    assert (entry.row, entry.kind, entry.on, entry.name, entry.father_or_husband_name) == (
        2,
        Kind.walk_in,
        dt.date(2023, 6, 5),
        "Ali Khan",
        "M. Ahmad",
    )
    assert (entry.gender, entry.district, entry.country, entry.stage) == (Gender.male, "PK617", "SAU", MigrationStage.returnee)
    assert (entry.birth and entry.birth.year, entry.cnic and entry.cnic.digits) == (1993, "3169480838351")
    assert [phone.number for phone in entry.phones] == ["+923041112123", "+923217654321"]
    assert entry.remarks == '=HYPERLINK("http://example.test/","open")'
    assert (entry.case_kind, entry.channel, entry.warnings) == (CaseKind.return_reintegration, Channel.walk_in, ())


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"Name": ""}, ["name"]),
        ({"Name": "N/A"}, ["name"]),
        ({"Name": "=A1&B1"}, ["name"]),
        ({"Name": 7.0}, ["name"]),
        ({"Name": "Ali\x00Khan"}, ["name"]),
        ({"Name": "Ali " * 60}, ["name"]),
        ({"Date": "31/02/2023"}, ["date"]),
        ({"Date": ""}, ["date"]),
        ({"Date": "01/01/2025"}, ["date"]),
        ({"Date": "01/01/1999"}, ["date"]),
        ({"Date": "=TODAY()"}, ["date"]),
        ({"CNIC": "11036584723"}, ["cnic"]),
        ({"CNIC": "=E5"}, ["cnic"]),
        ({"DOB": "31/02/1990"}, ["birth"]),
        ({"DOB": "01/01/2024"}, ["birth"]),
        ({"Age": 250}, ["age"]),
        ({"Purpose": "x" * 2_001}, ["purpose"]),
        ({"Name": "", "Date": "soon", "CNIC": "12"}, ["date", "name", "cnic"]),
    ],
)
def test_what_cannot_be_right_refuses_the_row(changes: dict[str, Cell], fields: list[str]) -> None:
    [refused] = walk_in(**changes).refused
    assert (refused.row, [field for field, _ in refused.reasons]) == (2, fields)
    assert all(message for _, message in refused.reasons)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Phone": "neighbour"}, "phone"),
        ({"Sex": "?!"}, "gender"),
        ({"Sex": "F"}, "cnic"),
        ({"CNIC": "81694-8083835-1"}, "cnic"),
        ({"CNIC": "3.1694808E12"}, "cnic"),
        ({"CNIC": "applied for"}, "cnic"),
        ({"Age": "adult"}, "age"),
        ({"District": "Atlantis"}, "district"),
        ({"Country": "Europe"}, "country"),
        ({"Category": "VIP"}, "category"),
        ({"Date": "Mar 2023"}, "date"),
        ({"Date": "04/17/2023"}, "date"),
    ],
)
def test_what_cannot_be_read_is_a_warning(changes: dict[str, Cell], field: str) -> None:
    assert [which for which, _ in taken(walk_in(**changes)).warnings] == [field]


def test_an_unknown_word_is_kept() -> None:
    assert taken(walk_in(Country="Europe")).said == (("country", "Europe"),)


@pytest.mark.parametrize("nothing", ["", "N/A", "-", "nil", None, "نامعلوم"])
def test_nothing_known_is_no_warning(nothing: Cell) -> None:
    entry = taken(walk_in(**dict.fromkeys(("CNIC", "Phone", "Sex", "Age", "District", "Country"), nothing)))
    assert (entry.warnings, entry.cnic, entry.birth, entry.gender) == ((), None, None, Gender.undisclosed)


def test_messages_carry_nothing_that_stood_in_the_cell() -> None:
    register = walk_in(Name="", CNIC="11036584723", Phone="0300xyz", District="Secretplace", DOB="31/02/1777")
    assert not any(word in str(register.refused) for word in ("11036584723", "0300xyz", "Secretplace", "1777"))


def test_both_scripts_find_their_place() -> None:
    heads = ("Date", "Name", "نام", "Sex")
    both = taken(read([sheet(heads, ("05/06/2023", "Ali Khan", "علی خان", "M"))], today=TODAY))
    assert (both.name, both.name_urdu) == ("Ali Khan", "علی خان")
    urdu = taken(read([sheet(heads, ("05/06/2023", "", "علی خان", "M"))], today=TODAY))
    assert (urdu.name, urdu.name_urdu) == ("علی خان", "علی خان")


def test_a_hotline_touch_may_stay_anonymous() -> None:
    page = sheet(HOTLINE, ("2024-05-06 12:37", "WhatsApp", "", "", "ps", "Family abroad", "12 min"))
    entry = taken(read([page], today=TODAY))
    assert (entry.kind, entry.clock, entry.channel, entry.language) == (Kind.hotline, dt.time(12, 37), Channel.whatsapp, Language.pashto)
    assert (entry.name, entry.phones, entry.minutes, entry.purpose) == ("", (), 12, "Family abroad")


def test_totals_blank_lines_and_repeated_headings_are_no_rows() -> None:
    good = tuple(GOOD.get(heading) for heading in WALK_IN)
    page = sheet(("Register",), WALK_IN, good, (), ("", "TOTAL"), WALK_IN, ("Total", 12.0), (None,) * 13)
    register = read([page], today=TODAY)
    assert (len(register.entries), register.refused, register.skipped, register.rows) == (1, [], 5, 1)


def test_a_numbered_line_without_anything_else_is_no_row() -> None:
    page = sheet(("No", "Date", "Name", "Sex"), (1.0, "05/06/2023", "Ali Khan", "M"), (2.0, "", "", ""))
    assert read([page], today=TODAY).skipped == 1


def test_sheets_without_headings_are_named() -> None:
    good = tuple(GOOD.get(heading) for heading in WALK_IN)
    register = read([sheet(("Districts",), name="Lists"), sheet(WALK_IN, good, name="2023")], today=TODAY)
    assert (register.unread, taken(register).sheet) == (["Lists"], "2023")


SAME = [
    {},
    {"Date": dt.date(2023, 6, 5)},
    {"Date": "2023-06-05", "Name": "ALI  KHAN"},
    {"CNIC": 3169480838351.0, "Phone": 3041112123.0, "Sex": "مرد", "Age": "۳۰ سال"},
]


def test_one_touch_has_one_fingerprint_however_it_is_spelled() -> None:
    assert len({fingerprint(taken(walk_in(**changes))) for changes in SAME}) == 1


@pytest.mark.parametrize(
    "changes", [{"Date": "06/06/2023"}, {"Name": "Ali Jan"}, {"Phone": ""}, {"Purpose": "x"}, {"Country": "Europe"}, {"Age": 31}]
)
def test_another_touch_has_another_fingerprint(changes: dict[str, Cell]) -> None:
    assert fingerprint(taken(walk_in(**changes))) != fingerprint(taken(walk_in()))


def test_the_same_touch_twice_in_a_file_counts_once() -> None:
    heads = ("No", *WALK_IN)
    rows = [(number, *({**GOOD, **changes}.get(heading) for heading in WALK_IN)) for number, changes in enumerate(SAME, start=1)]
    register = read([sheet(heads, *rows)], today=TODAY)
    assert (len(register.entries), register.repeated, register.rows) == (1, [3, 4, 5], 4)


CELLS = st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.dates() | st.datetimes() | st.none()


@given(st.lists(CELLS, min_size=0, max_size=16), st.sampled_from([WALK_IN, HOTLINE]))
def test_any_row_is_taken_or_refused(cells: list[Cell], headings: tuple[str, ...]) -> None:
    register = read([sheet(headings, tuple(cells))], today=TODAY)
    assert register.rows + register.skipped == 1
    for entry in register.entries:
        assert fingerprint(entry)
        assert entry.on <= TODAY
    assert all(isinstance(row, RefusedRow) and row.reasons for row in register.refused)
