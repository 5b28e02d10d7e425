"""The attacker of `attack.py` against what the rules let out, and against what they would let out with one of them switched off."""

from collections.abc import Sequence
from itertools import combinations

import pytest

from domain.evidence import differencing
from domain.evidence.anonymity import Line, Nodes, Rule, anonymous
from domain.evidence.columns import KNOWN_TO_OTHERS, Column, Period
from domain.evidence.differencing import (
    EarlierReleaseTells,
    Published,
    ShapesMixed,
    published_cells,
    published_lines,
    settled_cells,
    settled_lines,
)
from domain.evidence.tables import Around, Cells, GivenAway, Protection, counted, protected
from domain.periods import Quarter
from tests.evidence import attack
from tests.evidence.attack import KNOWN, TOLD

K = 11
PEOPLE = attack.population(1500, seed=20261122)
FEW = attack.population(200, seed=2)
YEARS = Period(Quarter.parse("2024-Q1"), Quarter.parse("2025-Q4"))


def quarters(period: Period) -> list[str]:
    return [str(Quarter(number)) for number in range(period.first.number, period.last.number + 1)]


def tables() -> list[Cells]:
    """Every table over one and two columns, and some over three."""
    wanted = [*combinations(Column, 1), *combinations(Column, 2), (Column.gender, Column.age, Column.case_kind)]
    return [counted([attack.base(one, columns) for one in PEOPLE]) for columns in wanted]


@pytest.fixture(scope="module")
def true() -> list[Cells]:
    return tables()


def test_no_suppressed_cell_of_any_table_is_computed(true: list[Cells]) -> None:
    released = [protected(cells) for cells in true]
    assert [attack.recovered(mine, cells) for mine, cells in zip(released, true, strict=True)] == [{}] * len(true)
    assert not [n for cells in released for n in cells.values() if n is not None and 0 < n < K]
    blank = sum(n is None for cells in released for n in cells.values())
    every = sum(len(cells) for cells in released)
    assert 0 < blank < every * 0.6, "what is blank altogether tells nobody anything"


def test_without_companions_the_blanks_are_filled_in(true: list[Cells]) -> None:
    """The control: the first rule alone."""
    found = [attack.recovered(protected(cells, Protection(complementary=False)), cells) for cells in true]
    assert sum(map(len, found)) > 50


def test_without_suppression_small_cells_are_read_off(true: list[Cells]) -> None:
    """The control: no rule."""
    assert sum(0 < (n or 0) < K for cells in true for n in protected(cells, Protection(k=0)).values()) > 100


THREE = (Column.gender, Column.age, Column.province)
SLICES = (THREE, THREE[:2], THREE[1:], THREE[::2], THREE[:1])


def sliced(order: Sequence[tuple[Column, ...]]) -> dict[Nodes, int]:
    """A table and each of its margins released as tables of their own, in this order: what an attacker who has all of them computes."""
    given: list[Published] = []
    shown: dict[tuple[Column, ...], Cells] = {}
    for columns in order:
        cells = counted([attack.base(one, columns) for one in FEW])
        new = published_cells(f"X-{len(given)}", YEARS, columns, cells)
        try:
            made = settled_cells(cells, new, given, Protection())
        except (EarlierReleaseTells, GivenAway):
            continue
        shown[columns] = made
        given.append(published_cells(new.number, YEARS, columns, made))
    assert len(shown) > 1
    true = counted([attack.base(one, THREE) for one in FEW])
    known: Cells = dict.fromkeys(true)
    blank: set[Nodes] = set()
    for columns, cells in shown.items():
        for cell, n in cells.items():
            whole = tuple(dict(zip(columns, cell, strict=True)).get(column, "*") for column in THREE)
            blank |= {whole} if n is None and known[whole] is None else set()
            known[whole] = n if known[whole] is None else known[whole]
    filled = {cell: n for cell in blank if (n := known[cell]) is not None}
    return {cell: n for cell, n in (filled | attack.recovered(known, true)).items() if cell in blank}


@pytest.mark.parametrize("order", [SLICES, SLICES[::-1], (THREE[:2], THREE[::2], THREE, THREE[1:])])
def test_the_same_people_in_other_tables_tell_nothing(order: tuple[tuple[Column, ...], ...]) -> None:
    assert sliced(order) == {}


def test_each_table_by_itself_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the tables before are not looked at."""
    monkeypatch.setattr(differencing, "_around", lambda *_: Around())
    assert len(sliced(SLICES)) > 0


@pytest.mark.parametrize("known", [KNOWN, KNOWN_TO_OTHERS, KNOWN[:2]])
def test_nobody_on_the_list_is_singled_out_or_known(known: tuple[Column, ...]) -> None:
    made = anonymous(attack.lines_of(PEOPLE, known), known)
    assert list(attack.singled_out(PEOPLE, made.lines, known, K)) == []
    assert attack.told_of(PEOPLE, made.lines, known) == []
    assert len(made.lines) + made.suppressed == len(PEOPLE)
    assert made.suppressed < K * 2


def test_with_less_of_a_rule_some_are() -> None:
    """The controls: k = 2, and l = 1."""
    loose = anonymous(attack.lines_of(PEOPLE), KNOWN, Rule(k=2))
    assert len(list(attack.singled_out(PEOPLE, loose.lines, KNOWN, K))) > 100
    alike = [Line(line.known, ("protection",) if line.known[0] == "transgender" else line.told) for line in attack.lines_of(PEOPLE)]
    narrow = [Line(line.known[:1], line.told) for line in alike]
    assert attack.told_of(PEOPLE, anonymous(narrow, KNOWN[:1], Rule(diversity=1)).lines, KNOWN[:1])
    assert not attack.told_of(PEOPLE, anonymous(narrow, KNOWN[:1], Rule()).lines, KNOWN[:1])


Given = list[tuple[tuple[Column, ...], Period, list[Line]]]


def wanted() -> Given:
    """What is asked for one after the other: a year, the same with three people more, both years, other slices of the same people."""
    later = attack.population(3, seed=5, years=(2024,))
    year = Period(YEARS.first, Quarter.parse("2024-Q4"))
    half = Period(YEARS.first, Quarter.parse("2025-Q2"))
    asked: Given = []
    for columns, period, people in (
        (KNOWN, year, PEOPLE),
        (KNOWN, year, (*PEOPLE, *later)),
        (KNOWN[:2], year, (*PEOPLE, *later)),
        (KNOWN[:3], half, PEOPLE),
        (KNOWN, YEARS, PEOPLE),
        (KNOWN[1:3], YEARS, (*PEOPLE, *later)),
        (KNOWN, Period(Quarter.parse("2025-Q1"), YEARS.last), PEOPLE),
    ):
        its = [one for one in people if period.first.begins <= one.registered < period.last.next().begins]
        asked.append((columns, period, list(anonymous(attack.lines_of(its, columns), columns).lines)))
    return asked


def test_no_two_extracts_differ_by_a_few_under_any_pair_of_filters() -> None:
    given: list[Published] = []
    shown, refused = [], 0
    for columns, period, lines in wanted():
        number = f"X-{len(given)}"
        new = published_lines(number, period, (*columns, *TOLD), lines)
        try:
            kept = settled_lines(lines, new, given, K)
        except EarlierReleaseTells as refusal:
            assert "X-" in str(refusal), "it says which earlier release stands against it"
            refused += 1
            continue
        given.append(published_lines(number, period, (*columns, *TOLD), kept))
        shown.append(attack.handed(columns, quarters(period), kept))
    assert attack.few_by_differencing(shown, K) == []
    assert refused
    assert len(shown) >= 2, "two years that do not overlap are both released"


def test_without_looking_at_earlier_releases_they_do() -> None:
    """The control."""
    shown = [attack.handed(columns, quarters(period), lines) for columns, period, lines in wanted()]
    assert len(attack.few_by_differencing(shown, K)) > 50


def test_lines_and_counts_of_one_sensitive_column_do_not_mix() -> None:
    lines = anonymous(attack.lines_of(PEOPLE), KNOWN).lines
    first = published_lines("X-1", YEARS, (*KNOWN, *TOLD), lines)
    cells = counted([attack.base(one, TOLD) for one in PEOPLE])
    with pytest.raises(ShapesMixed):
        settled_cells(cells, published_cells("X-2", YEARS, TOLD, cells), [first], Protection())
