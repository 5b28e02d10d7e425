"""How registers spell dates, births, numbers and words, as tables."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contacts import Channel
from domain.errors import Invalid
from domain.registers import dates, numbers
from domain.registers.dates import Precision
from domain.registers.numbers import DigitsLost
from domain.registers.sheets import Cell
from domain.registers.words import (
    CATEGORY_OF,
    CHANNEL_OF,
    FIELD_OF,
    GENDER_OF,
    STAGES,
    Field,
    country_of,
    district_of,
    key,
    language_of,
    squeezed,
)
from domain.values import Birth, Gender, Language

LATEST = dt.date(2024, 12, 31)
DAY = dt.date(2024, 5, 6)


@pytest.mark.parametrize(
    "written",
    [
        "06/05/2024", "6/5/2024", "06.05.2024", "06-05-2024", "06-05-24", "6.5.24", "2024-05-06", "2024/5/6", "2024.05.06", "20240506",
        "6 May 2024", "06 May 24", "6-May-2024", "6th May, 2024", "May 6, 2024", "MAY 6 2024", "۰۶/۰۵/۲۰۲۴", "٠٦-٠٥-٢٠٢٤",
        "6 مئی 2024", "۶ مئی ۲۰۲۴", "  06 / 05 / 2024 ", 45418, 45418.0, "45418", DAY,
     dt.datetime.combine(DAY, dt.time()), 20240506.0,
    ],
)  # fmt: skip
def test_a_day(written: Cell) -> None:
    assert dates.day(written, latest=LATEST) == dates.Day(DAY)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2024-05-06 12:37", dt.time(12, 37)),
        ("2024-05-06T12:37:09", dt.time(12, 37, 9)),
        ("06/05/2024 9:05", dt.time(9, 5)),
        ("06/05/2024 12:10 AM", dt.time(0, 10)),
        ("6 May 2024, 1:10 p.m.", dt.time(13, 10)),
        (45418.5, dt.time(12)),
        (dt.datetime.combine(DAY, dt.time(8, 30)), dt.time(8, 30)),
    ],
)
def test_a_day_with_its_time(written: Cell, clock: dt.time) -> None:
    assert dates.day(written, latest=LATEST) == dates.Day(DAY, clock=clock)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("Mar 2023", dt.date(2023, 3, 1), Precision.month),
        ("مارچ ۲۰۲۳", dt.date(2023, 3, 1), Precision.month),
        ("March-23", dt.date(2023, 3, 1), Precision.month),
        ("03/2023", dt.date(2023, 3, 1), Precision.month),
        ("2023", dt.date(2023, 1, 1), Precision.year),
        (1985.0, dt.date(1985, 1, 1), Precision.year),
        ("۱۹۸۵", dt.date(1985, 1, 1), Precision.year),
    ],
)
def test_less_than_a_day(written: Cell, day: dt.date, precision: Precision) -> None:
    assert dates.day(written, latest=LATEST) == dates.Day(day, precision)


def test_the_day_stands_first_unless_it_cannot() -> None:
    assert dates.day("03/04/2023", latest=LATEST).day == dt.date(2023, 4, 3)
    turned = dates.day("04/17/2023", latest=LATEST)
    assert turned.day == dt.date(2023, 4, 17)
    assert turned.doubt


@pytest.mark.parametrize(
    "written",
    ["31/02/2023", "29-02-23", "32/01/2023", "2023-13-01", "13/13/2023", "00/01/2023", "soon", "12 Foo 2023", "", "=TODAY()", 12.5, 5, True,
     "06/05/2024 25:00", "06/05/2024 13:00 pm", "1" * 5_000, "²²²²", float("inf"), float("nan")],
)  # fmt: skip
def test_no_day(written: Cell) -> None:
    with pytest.raises(Invalid):
        dates.day(written, latest=LATEST)


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("28/04/1992", Birth.on(dt.date(1992, 4, 28))),
        ("28/04/92", Birth.on(dt.date(1992, 4, 28))),
        ("28/04/10", Birth.on(dt.date(2010, 4, 28))),
        ("1985", Birth(1985)),
        ("Mar 1985", Birth(1985)),
    ],
)
def test_birth(written: str, birth: Birth) -> None:
    assert dates.birth(written, latest=LATEST) == birth


@pytest.mark.parametrize("written", ["1850", "2030", "01/01/2025", "31/02/1990"])
def test_impossible_birth(written: str) -> None:
    with pytest.raises(Invalid):
        dates.birth(written, latest=LATEST)


@pytest.mark.parametrize("written", [30, 30.0, "30", "۳۰", "30 years", "30 yrs", "30y", "۳۰ سال", "about 30"])
def test_age_is_counted_back_from_the_visit(written: Cell) -> None:
    assert dates.birth_by_age(written, latest=LATEST) == Birth(1994)


@pytest.mark.parametrize("written", [250, "adult", "", "-3", 30.5])
def test_no_age(written: Cell) -> None:
    with pytest.raises(Invalid):
        dates.birth_by_age(written, latest=LATEST)


@pytest.mark.parametrize(
    "written",
    ["31694-8083835-2", "3169480838352", 3169480838352.0, 3169480838352, "۳۱۶۹۴۸۰۸۳۸۳۵۲", "۳۱۶۹۴-۸۰۸۳۸۳۵-۲", "31694 8083835 2",
     "3169480838352.0", "3.169480838352E12", "3.169480838352e+12", "'3169480838352"],
)  # fmt: skip
def test_cnic(written: Cell) -> None:
    assert numbers.cnic(written).digits == "3169480838352"


@pytest.mark.parametrize("written", ["3.1694808E12", "3.16948E+12", 3169480800000.0])
def test_lost_digits_are_not_made_up(written: Cell) -> None:
    with pytest.raises(DigitsLost):
        numbers.cnic(written)


@pytest.mark.parametrize("written", ["11036584723", "316948083835222", "31694-8083835-X", 11036584723.0, "=A1"])
def test_no_cnic(written: Cell) -> None:
    with pytest.raises(Invalid):
        numbers.cnic(written)


@pytest.mark.parametrize(
    ("written", "found", "unread"),
    [
        ("0304-1112123", ["+923041112123"], 0),
        (3041112123.0, ["+923041112123"], 0),
        (923041112123.0, ["+923041112123"], 0),
        ("00923041112123", ["+923041112123"], 0),
        ("۰۳۰۴۱۱۱۲۱۲۳", ["+923041112123"], 0),
        ("3.041112123E9", ["+923041112123"], 0),
        ("0304/1112123", ["+923041112123"], 0),
        ("0304 111 2123", ["+923041112123"], 0),
        ("03041112123 / 0321-7654321", ["+923041112123", "+923217654321"], 0),
        ("03041112123, 03041112123", ["+923041112123"], 0),
        ("03041112123; +966 50 123 4567", ["+923041112123", "+966501234567"], 0),
        ("03041112123 یا 03217654321", ["+923041112123", "+923217654321"], 0),
        ("03041112123 or none", ["+923041112123"], 1),
        ("12", [], 1),
        ("neighbour", [], 1),
        ("3.04E+09", [], 1),
    ],
)
def test_phones(written: Cell, found: list[str], unread: int) -> None:
    read, left = numbers.phones(written)
    assert ([phone.number for phone in read], left) == (found, unread)
    assert not any(phone.safe for phone in read)


@pytest.mark.parametrize(
    ("word", "gender"),
    [("M", Gender.male), ("male", Gender.male), ("مرد", Gender.male), ("F", Gender.female), ("FEMALE", Gender.female),
     ("عورت", Gender.female), ("خاتون", Gender.female), ("خواجہ سرا", Gender.transgender), ("TG", Gender.transgender)],
)  # fmt: skip
def test_gender(word: str, gender: Gender) -> None:
    assert GENDER_OF[key(word)] is gender


@pytest.mark.parametrize(
    ("word", "code"),
    [("Lahore", "PK617"), ("LAHORE ", "PK617"), ("لاہور", "PK617"), ("لاهور", "PK617"), ("Karachi South", "PK721"), ("DI Khan", "PK509"),
     ("D.I.Khan", "PK509"), ("Dera Ismail Khan", "PK509"), ("Distt. Swat", "PK532"), ("Murree", "PK630"), ("PK617", "PK617"),
     ("منڈی بہاؤالدین", "PK620"), ("Karachi", None), ("Central Dir", None), ("Atlantis", None)],
)  # fmt: skip
def test_district(word: str, code: str | None) -> None:
    assert district_of().get(squeezed(word)) == code


@pytest.mark.parametrize(
    ("word", "code"),
    [("KSA", "SAU"), ("Saudi Arabia", "SAU"), ("سعودی عرب", "SAU"), ("Dubai", "ARE"), ("U.A.E.", "ARE"), ("Turkey", "TUR"),
     ("Türkiye", "TUR"), ("turkiye", "TUR"), ("ترکی", "TUR"), ("UK", "GBR"), ("Greece", "GRC"), ("Libya", "LBY"),
     ("Europe", None), ("Gulf", None), ("Korea", None)],
)  # fmt: skip
def test_country(word: str, code: str | None) -> None:
    assert country_of().get(key(word)) == code


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("WhatsApp", Channel.whatsapp),
        ("Whats App", Channel.whatsapp),
        ("hotline", Channel.phone),
        ("فون", Channel.phone),
        ("Walk-in", Channel.walk_in),
    ],
)
def test_channel(word: str, channel: Channel) -> None:
    assert CHANNEL_OF[key(word)] is channel


@pytest.mark.parametrize(
    ("word", "tag"),
    [("ur", Language.urdu), ("Urdu", Language.urdu), ("اردو", Language.urdu), ("ps", Language.pashto), ("پشتو", Language.pashto),
     ("Hindko", Language.hindko), ("EN", Language.english)],
)  # fmt: skip
def test_language(word: str, tag: Language) -> None:
    assert language_of()[key(word)] is tag


def test_no_word_means_two_things() -> None:
    for table, size in ((FIELD_OF, 150), (GENDER_OF, 25), (CHANNEL_OF, 30)):
        assert len(table) > size
    for spelling in ("prospective migrant", "deportee", "family"):
        assert CATEGORY_OF[spelling] in STAGES
    assert FIELD_OF["whatsapp no"] is Field.phone


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2024, 12, 30)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%y", "%Y-%m-%d", "%d %b %Y", "%B %d, %Y"]),
)
def test_every_day_is_read_in_every_spelling(day: dt.date, spelling: str) -> None:
    assert dates.day(day.strftime(spelling), latest=LATEST).day == day


@given(st.from_regex(r"[1-7][0-9]{12}", fullmatch=True).filter(lambda digits: not digits.endswith("00000")))
def test_every_cnic_survives_every_spelling(digits: str) -> None:
    urdu = digits.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for written in (digits, urdu, float(digits), f"{digits[:5]}-{digits[5:12]}-{digits[12]}", f"{digits[0]}.{digits[1:]}E12"):
        assert numbers.cnic(written).digits == digits


@given(st.text(max_size=40) | st.floats() | st.integers() | st.booleans())
def test_any_cell_is_read_or_refused(cell: Cell) -> None:
    for read in (dates.day, dates.birth, dates.birth_by_age):
        with suppress(Invalid):
            read(cell, latest=LATEST)
    numbers.phones(cell)
    with suppress(Invalid):
        numbers.cnic(cell)
