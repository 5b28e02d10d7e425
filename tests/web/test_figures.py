"""The figures: what the drawings are made of, that they say what the tables say, and which way they run."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import Language
from service.web.assets import assets
from service.web.charts import BAR, HIGH, KINDS, SPARK_HIGH, SPARK_WIDE, WIDE, bars, lines, spark, stacked
from service.web.speaking import templates
from tests.web.conftest import CLIENT, Desk, opened_case, plain

counts = st.lists(st.integers(0, 10**6), max_size=30)


@given(counts)
def test_bars_are_as_long_as_their_numbers(numbers: list[int]) -> None:
    drawn = bars(numbers)
    most = max(numbers, default=0)
    for n, bar in zip(numbers, drawn, strict=True):
        assert 0 <= bar.width <= BAR
        assert (bar.width == 0) == (n == 0)
        assert n == 0 or abs(bar.width - BAR * n / most) <= 1
    assert not most or max(bar.width for bar in drawn) == BAR


def test_no_two_lines_look_alike_without_colour() -> None:
    """Each kind has a mark and dashes of its own, on paper as on a screen."""
    point = templates()[Language.english].get_template("_charts.html").module.point  # type: ignore[attr-defined]
    sheet = assets()["desk.css"].body.decode()
    hollow = next(line for line in sheet.splitlines() if line.endswith("{ fill: var(--paper); }"))
    looks = []
    for kind in KINDS:
        mark = str(point(kind, 10, 10))
        shape = mark.replace(f' class="{kind}"', "").split()[0]
        dashes = re.findall(rf"\.flow polyline\.{kind}[^{{]*{{[^}}]*stroke-dasharray: ([\d ]+)", sheet)
        looks.append((shape, f"{shape[1:]}.{kind}" in hollow, tuple(dashes)))
    assert len({(shape, empty) for shape, empty, _ in looks}) == len({dashes for *_, dashes in looks}) == len(KINDS), looks


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=20))
def test_parts_of_a_row_follow_one_another(rows: list[tuple[int, int]]) -> None:
    most = max((sum(row) for row in rows), default=0)
    for row, (first, second) in zip(rows, stacked(rows), strict=True):
        assert first.start == 0
        assert second.start == first.width
        assert second.start + second.width <= BAR
        assert not most or abs(first.width + second.width - BAR * sum(row) / most) <= 1
        assert first.part != second.part


@given(st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 10**5)), min_size=1, max_size=40))
def test_lines_stay_in_their_box_and_in_time(rows: list[tuple[int, int]]) -> None:
    places = [str(n) for n in range(len(rows))]
    drawn = lines(places, {"one": [a for a, _ in rows], "two": [b for _, b in rows]})
    top = drawn.ticks[-1].n
    assert top % 2 == 0
    assert top >= max(max(row) for row in rows)
    assert [tick.n for tick in drawn.ticks] == [0, top // 2, top]
    assert len({line.kind for line in drawn.lines}) == 2
    for line in drawn.lines:
        assert [point.at for point in line.points] == places
        assert [point.x for point in line.points] == sorted(point.x for point in line.points)
        assert all(0 <= point.x <= WIDE and 0 <= point.y <= HIGH for point in line.points)
        assert all(abs(point.y - HIGH * (1 - point.n / top)) < 0.1 for point in line.points)
    assert 1 <= len(drawn.named) <= 6
    assert drawn.named[-1].at == places[-1]


@given(counts)
def test_a_spark_fills_its_height(numbers: list[int]) -> None:
    points = [tuple(map(float, point.split(","))) for point in spark(numbers).way.split()]
    assert all(0 <= x <= SPARK_WIDE + 1 and 0 <= y <= SPARK_HIGH for x, y in points)
    if numbers and max(numbers) > min(numbers):
        assert points[numbers.index(max(numbers))][1] == 1
        assert points[numbers.index(min(numbers))][1] == SPARK_HIGH - 1


async def two_months(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await opened_case(visitor)
    desk.clock.ahead = timedelta(days=35)
    visitor = await desk.sign_in("counsellor.isb")
    client = await visitor.sent("/clients", **{**CLIENT, "name": "Amna Bibi", "cnic": "", "name_urdu": "", "phone1": "", "sure": "1"})
    for risk in ("high", "low"):
        await visitor.sent(f"{client}/cases", kind="protection", risk=risk)


@pytest.mark.parametrize("language,mirrored", [("en", False), ("ur", True), ("ps", True)])
async def test_the_drawing_runs_the_way_of_the_page(desk: Desk, language: str, mirrored: bool) -> None:
    await two_months(desk)
    supervisor = await desk.sign_in("supervisor.isb")
    await supervisor.http.get(f"/language/{language}")
    page = await supervisor.open("/figures")
    drawing = re.search(r'<svg class="flow".*?</svg>', page, re.S)
    assert drawing
    assert ("scale(-1 1)" in drawing.group()) is mirrored
    texts = {text: float(x) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*>(\d{4}-\d\d)</text>', drawing.group())}
    first, second = sorted(texts)
    assert (texts[first] > texts[second]) is mirrored, "time runs the way the language does"
    assert "style=" not in page


async def test_what_is_drawn_stands_in_the_table(desk: Desk) -> None:
    await two_months(desk)
    supervisor = await desk.sign_in("supervisor.isb")
    page = await supervisor.open("/figures")
    assert all('aria-hidden="true"' in svg for svg in re.findall(r'<svg class="(?!swatch)[^>]*>', page)), "keys are hidden as a whole"
    said = plain(re.sub(r"<svg.*?</svg>", "", page, flags=re.S))
    assert re.search(r"Opened and closed by month .* \d{4}-\d\d 1 0 \d{4}-\d\d 2 0", said)
    assert "Counsellor ISB 3 2" in said
    assert "2 opened this month" in said
    assert re.search(r'<a href="/my-cases\?whose=centre&amp;risk=high">High</a></th><td class="n">2<', page)
    assert "Medium</a>" not in page, "nobody is behind a nought"


async def test_an_analyst_sees_figures_and_no_way_to_people(desk: Desk) -> None:
    await two_months(desk)
    page = await (await desk.sign_in("analyst")).open("/figures")
    assert '<svg class="flow"' in page
    assert 'href="/my-cases' not in page
    assert 'href="/referrals' not in page
