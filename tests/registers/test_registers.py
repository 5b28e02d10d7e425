"""The three registers that the centres sent, read whole, against a second and simpler reading of the same files."""

import csv
import datetime as dt
import io
import re
import time
import tracemalloc
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from adapters.registers.files import read_path
from domain.registers import Kind, Register, fingerprint, read

DATA = Path(__file__).parent / "data"
TODAY = dt.date(2026, 6, 30)
WORDS = {1: "Jan", 2: "Feb", 3: "Mar", 4: "Apr", 5: "May", 6: "Jun", 7: "Jul", 8: "Aug", 9: "Sep", 10: "Oct", 11: "Nov", 12: "Dec"}
EASTERN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


@cache
def register(name: str) -> Register:
    return read(read_path(DATA / name), today=TODAY)


@cache
def raw(name: str) -> tuple[tuple[int, list[str]], ...]:
    """Rows as text with their numbers, read without any of our code; days of a workbook in ISO form."""
    if name.endswith(".xlsx"):
        rows = CalamineWorkbook.from_path(str(DATA / name)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        lines = [[str(cell).removesuffix(".0") if isinstance(cell, float) else str(cell) for cell in row] for row in rows][4:]
        return tuple((number, line) for number, line in enumerate(lines, start=5) if line[1])
    encoding, delimiter = {"register_lhe.csv": ("utf-8-sig", ","), "hotline_pew.csv": ("utf-16", ";")}[name]
    lines = list(csv.reader(io.StringIO((DATA / name).read_text(encoding=encoding)), delimiter=delimiter))
    return tuple((number, line) for number, line in enumerate(lines[1:], start=2))


def slow_day(written: str) -> dt.date | None:
    """Every day of the years concerned is spelled in each of the five ways until one of them matches."""
    return SPELLED.get(written)


SPELLED = {
    spelling: day
    for day in (dt.date(2022, 1, 1) + dt.timedelta(days=n) for n in range(365 * 5 + 1))
    for spelling in (
        day.isoformat(),
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day:02}-{day.month:02}-{day.year % 100:02}",
        f"{day.day:02} {WORDS[day.month]} {day.year}",
    )
}


def right_cnic(written: str) -> bool:
    return written == "" or re.fullmatch(r"[0-9]{13}", written.translate(EASTERN).replace("-", "")) is not None


def test_the_walk_in_workbook() -> None:
    rows = raw("register_isb.xlsx")
    bad = {number for number, line in rows if not line[2] or not right_cnic(line[4]) or (slow_day(line[1]) or TODAY) >= TODAY}
    found = register("register_isb.xlsx")
    assert {row.row for row in found.refused} == bad
    assert {entry.row: entry.on for entry in found.entries} == {number: slow_day(line[1]) for number, line in rows if number not in bad}
    reasons = Counter(field for row in found.refused for field, _ in row.reasons)
    assert reasons == {"name": 4, "date": 6, "cnic": 3}
    assert (len(rows), len(found.entries), len(found.refused), found.skipped) == (430, 417, 13, 6)


def test_the_bilingual_csv() -> None:
    rows = raw("register_lhe.csv")
    assert all(line[2] and right_cnic(line[4]) and slow_day(line[1]) for _, line in rows)
    found = register("register_lhe.csv")
    assert (len(rows), len(found.entries), found.refused, found.skipped) == (380, 380, [], 0)
    assert Counter(entry.gender.value for entry in found.entries) == {"male": 269, "female": 111}
    assert sum(entry.birth is None for entry in found.entries) == sum(not line[7] for _, line in rows) == 89
    assert sum(bool(entry.birth and entry.birth.day) for entry in found.entries) == sum("/" in line[7] for _, line in rows) == 191


def test_the_hotline_log() -> None:
    rows = raw("hotline_pew.csv")
    found = register("hotline_pew.csv")
    assert (len(rows), len(found.entries), found.refused, found.skipped) == (320, 320, [], 0)
    assert {entry.row: f"{entry.on} {entry.clock:%H:%M}" for entry in found.entries} == {number: line[0] for number, line in rows}
    assert Counter(entry.channel.value for entry in found.entries) == {"whatsapp": 164, "phone": 156}
    assert Counter(str(entry.language) for entry in found.entries) == {"ur": 119, "ps": 132, "hno": 69}
    assert sum(not entry.name and not entry.phones for entry in found.entries) == 46
    assert sum(entry.minutes for entry in found.entries) == sum(int(line[6] or 0) for _, line in rows)


COLUMNS = {"register_isb.xlsx": (2, 4, 5), "register_lhe.csv": (2, 4, 5), "hotline_pew.csv": (3, None, 2)}


@pytest.mark.parametrize("name", COLUMNS)
def test_names_and_numbers_are_those_of_the_row(name: str) -> None:
    at_name, at_cnic, at_phone = COLUMNS[name]
    lines = dict(raw(name))
    for entry in register(name).entries:
        line = lines[entry.row]
        assert entry.name.casefold() == " ".join(line[at_name].split()).casefold()
        if at_cnic is not None:
            assert (entry.cnic.digits if entry.cnic else "") == line[at_cnic].translate(EASTERN).replace("-", "")
        last_ten = re.sub(r"\D", "", line[at_phone])[-10:]
        assert [phone.number for phone in entry.phones] == ([f"+92{last_ten}"] if last_ten else [])


@pytest.mark.parametrize(
    ("name", "kind"), [("register_isb.xlsx", Kind.walk_in), ("register_lhe.csv", Kind.walk_in), ("hotline_pew.csv", Kind.hotline)]
)
def test_every_entry_is_of_one_kind_and_every_place_is_known(name: str, kind: Kind) -> None:
    found = register(name)
    assert {entry.kind for entry in found.entries} == {kind}
    assert not any(entry.said for entry in found.entries)
    assert {field for entry in found.entries for field, _ in entry.warnings} <= {"cnic"}
    if kind is Kind.walk_in:
        assert all(entry.district and entry.country for entry in found.entries)


def test_no_two_rows_say_the_same_and_reading_again_finds_the_same_touches() -> None:
    for name in COLUMNS:
        found = register(name)
        marks = {fingerprint(entry) for entry in found.entries}
        assert (len(marks), found.repeated) == (len(found.entries), [])
        assert {fingerprint(entry) for entry in read(read_path(DATA / name), today=TODAY + dt.timedelta(days=30)).entries} == marks


def test_all_three_are_read_in_a_moment_and_little_room() -> None:
    tracemalloc.start()
    began = time.perf_counter()
    for name in COLUMNS:
        read(read_path(DATA / name), today=TODAY)
    took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 10
    assert peak < 50 * 1024 * 1024
