"""The rules of a question and of its answer, called plainly."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product

import pytest

from domain.evidence.columns import ANY
from domain.reports import question as asked
from domain.reports.dimensions import BANDS, Dimension, band_names, times
from domain.reports.measures import MEASURES, Measure
from domain.reports.question import Question, answered, bands_of, hold
from domain.values import CentreCode

D = Dimension
AT = datetime(2026, 11, 20, tzinfo=UTC)
ISB = (CentreCode("ISB"),)


def _question(*splits: Dimension, first: str = "2026-01", last: str = "2026-03", bands: tuple[int, ...] = BANDS) -> Question:
    return Question(Measure.cases_opened, splits, first, last, bands)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: _question(first="2026-13"), asked.BadMonths),
        (lambda: _question(first="26-01"), asked.BadMonths),
        (lambda: _question(first="2026-04"), asked.BadMonths),
        (lambda: _question(first="2001-01", last="2026-03"), asked.BadMonths),
        (lambda: _question(D.sex, D.age, D.risk), asked.TooManySplits),
        (lambda: _question(D.sex, D.sex), asked.TooManySplits),
        (lambda: _question(D.partner), asked.DoesNotFit),
        (lambda: _question(D.age, bands=(0, 25, 18)), asked.BadBands),
        (lambda: _question(D.age, bands=(0, 200)), asked.BadBands),
        (lambda: _question(D.age, bands=tuple(range(0, 65, 5))), asked.BadBands),
    ],
)
def test_a_question_that_does_not_hold_together_is_refused(make: Callable[[], Question], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        make().check()


def test_bands_begin_with_nought_and_are_read_as_people_write_them() -> None:
    assert _question(D.age, bands=bands_of("18، 30 60")).check().bands == (0, 18, 30, 60)
    assert bands_of(" ") == BANDS
    assert band_names((0, 18, 60)) == ("0-17", "18-59", "60+")
    with pytest.raises(asked.BadBands):
        bands_of("18-24")


def test_time_has_no_gaps() -> None:
    assert list(times(D.month, "2025-11", "2026-02")) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert list(times(D.quarter, "2025-11", "2026-02")) == ["2025-Q4", "2026-Q1"]
    assert list(times(D.year, "2025-11", "2026-02")) == ["2025", "2026"]


def test_who_sees_counts_only_asks_for_quarters_that_are_over() -> None:
    _question(D.quarter).check_held(date(2026, 4, 1))
    for question, today in (
        (_question(D.quarter), date(2026, 3, 31)),
        (_question(D.month), date(2026, 4, 1)),
        (_question(first="2026-02"), date(2026, 4, 1)),
        (_question(last="2026-04"), date(2026, 6, 1)),
    ):
        with pytest.raises(asked.WholeQuarters):
            question.check_held(today)
    with pytest.raises(asked.BandsFixed):
        _question(D.age, bands=(0, 18)).check_held(date(2026, 4, 1))


def test_sums_add_up_and_axes_are_in_order() -> None:
    counts = [(("2026-02", "low"), 3), (("2026-03", "high"), 5), (("2026-03", "low"), 1), (("2026-01", "critical"), 0)]
    answer = answered(_question(D.month, D.risk), ISB, AT, counts)
    assert answer.axes == (("2026-01", "2026-02", "2026-03"), ("high", "low"))
    assert answer.total == 9
    table = answer.table()
    assert (table["2026-03", ANY], table[ANY, "low"], table["2026-03", "low"]) == (6, 4, 1)
    assert ("2026-01", "critical") not in table
    nothing = answered(_question(), ISB, AT, [((), 0)])
    assert (nothing.total, nothing.rows) == (0, ())


def test_small_cells_are_held_back_and_cannot_be_computed() -> None:
    counts = list(zip(product(("female", "male"), ("low", "high", "critical")), (40, 30, 3, 50, 60, 70), strict=True))
    answer = answered(_question(D.sex, D.risk), ISB, AT, counts)
    held = hold(answer)
    assert held.held
    assert {cell.n for cell in held.rows if cell.keys == ("female", "critical")} == {None}
    table = held.table()
    for place, axis in enumerate(held.axes):
        for value in axis:
            line = [n for keys, n in table.items() if keys[place] == value and ANY not in keys]
            assert line.count(None) != 1, "one blank in a sum is the sum less the others"
    alone = hold(answered(_question(), ISB, AT, [((), 4)]))
    assert alone.total is None
    assert all(cell.n is None or cell.n >= 11 for cell in (*held.rows, *held.totals))


def test_a_table_that_would_be_blank_everywhere_is_refused() -> None:
    counts = [((str(place), str(other)), 1) for place in range(40) for other in range(40)]
    with pytest.raises(asked.TooFine):
        hold(answered(_question(D.district, D.counsellor), ISB, AT, counts))


def test_every_measure_says_what_it_is() -> None:
    assert MEASURES.keys() == set(Measure)
    for measure, its in MEASURES.items():
        assert len(set(its.fits)) == len(its.fits)
        assert D.centre in its.fits
        assert (D.month in its.fits) == (measure is not Measure.cases_open), "what stands at the end has no month of its own"
        assert its.means.endswith(".")
    assert len({its.name for its in MEASURES.values()}) == len(Measure)
