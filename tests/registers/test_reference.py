"""The reference data is whole, agrees with itself and keeps its marks."""

from pathlib import Path

import pytest

import domain.reference
from domain import reference
from domain.contacts import Channel
from domain.errors import NotFound
from domain.values import Language

FOLDER = Path(domain.reference.__file__).parent / "data"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_what_it_is_where_it_comes_from_and_how_sure_it_is(name: str) -> None:
    files = reference.load(name)
    for file in files if isinstance(files, list) else [files]:
        assert file["title"]
        assert file["source"]
        assert isinstance(file["verified"], bool)
        assert file["verified"] or file["caveat"]


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_in_the_readme(name: str) -> None:
    assert f"`{name}.json`" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_a_mark_on_a_row_is_a_plain_yes_or_no_with_a_source() -> None:
    for mark in (
        *(one.mark for one in reference.partners().values()),
        *(one.mark for one in reference.services().values()),
        *(one.mark for one in reference.helplines()),
        *(one.mark for one in reference.legal_notes().values()),
        *(one.mark for one in reference.newer_districts()),
    ):
        assert mark.source
        assert isinstance(mark.verified, bool)


def test_districts() -> None:
    assert (len(reference.provinces()), len(reference.districts()), len(reference.newer_districts())) == (7, 160, 21)
    for code, district in reference.districts().items():
        assert code.startswith(district.province)
        assert district.province in reference.provinces()
    for newer in reference.newer_districts():
        assert newer.folds_into
        assert set(newer.folds_into) <= reference.districts().keys()


def test_languages_are_those_of_the_product() -> None:
    assert set(reference.languages()) == set(Language)


def test_channels_of_the_product_are_among_those_of_the_reference() -> None:
    codes = {row["code"].replace("skype_video", "video") for row in reference.load("services")["channels"]}
    assert {channel.value for channel in Channel} <= codes


@pytest.mark.parametrize(
    ("code", "questions"),
    [
        ("short-flags", 7),
        ("ilo-adult-labour", 67),
        ("ilo-child-labour", 65),
        ("vulnerability", 43),
        ("satisfaction", 8),
        ("follow-up-review", 8),
    ],
)
def test_instruments(code: str, questions: int) -> None:
    instrument = reference.instrument(code)
    assert len(instrument.questions) == len({question.code for question in instrument.questions}) == questions
    assert instrument.version
    assert all(question.dimension in instrument.dimensions for question in instrument.questions if question.dimension)
    assert all(bool(question.weight) is (instrument.kind == "indicators") for question in instrument.questions)


def test_weights_of_the_ilo_indicators_per_dimension() -> None:
    def count(code: str) -> list[int]:
        questions = reference.instrument(code).questions
        return [sum(question.dimension == dimension for question in questions) for dimension in ("D1", "D2", "D3", "D4", "D5", "D6")]

    assert count("ilo-adult-labour") == [10, 10, 16, 9, 15, 7]
    assert count("ilo-child-labour") == [10, 10, 15, 8, 15, 7]


def test_only_what_was_read_at_its_source_is_marked_verified() -> None:
    marks = {code: instrument.mark.verified for code, instrument in reference.instruments().items()}
    assert [code for code, verified in marks.items() if verified] == ["short-flags"]
    assert {line.number for line in reference.helplines() if not line.mark.verified} == {"1098", "1991"}


def test_no_such_instrument() -> None:
    with pytest.raises(NotFound):
        reference.instrument("horoscope")


def test_demo_distributions_name_places_and_trades_that_exist() -> None:
    demo = reference.load("demo_distributions")
    districts, countries, occupations = reference.districts(), reference.countries(), reference.occupations()
    assert set(demo["top_districts"]["weights"]) | set(demo["outreach_districts"]["districts"]) <= districts.keys()
    assert set(demo["destinations"]["weights"]) - {"OTHER"} <= countries.keys()
    assert set(demo["origin_provinces"]["weights"]) - {"OTHER"} <= reference.provinces().keys()
    assert {row["isco08"] for row in demo["occupations"] + demo["trades"]} <= occupations.keys()
    for weights in (demo["destinations"]["weights"], demo["origin_provinces"]["weights"], demo["skills"]["weights"]):
        assert sum(weights.values()) == pytest.approx(1, abs=0.001)
