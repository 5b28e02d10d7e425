"""Built-in reports: every line against a count in plain Python, what leaves the house without a small cell, and the files."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from domain.evidence.anonymity import K
from domain.identity import Sensitivity
from domain.projects import Share
from domain.reports.built_in import REPORTS, ReportCode
from domain.reports.made import Figure, NotItsPeriod, NotOutside, Part, Report, Time, Value, Wanted, WhichProject, held
from domain.reports.measures import MEASURES, Measure
from domain.reports.period import Cycle, NoPeriod, before, period_of
from domain.reports.question import Question, answered
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House
from tests.databases import Database
from tests.reports.slow import Slow, load
from tests.reports.test_measures import SCOPE, _house

TODAY = date(2026, 11, 22)
ISB = CentreCode("ISB")


def test_periods_are_read_and_counted_back() -> None:
    said = {one: (its.cycle, its.first, its.last) for one in ("2026-Q3", "2026-11", "2026", "2019..2026") for its in (period_of(one),)}
    assert said == {
        "2026-Q3": (Cycle.quarter, "2026-07", "2026-09"),
        "2026-11": (Cycle.month, "2026-11", "2026-11"),
        "2026": (Cycle.year, "2026-01", "2026-12"),
        "2019..2026": (Cycle.year, "2019-01", "2026-12"),
    }
    for wrong in ("", "2026-Q5", "2026-13", "26", "2026-Q1..2026", "2026..2019", "1999..2026", "۲۰۲۶"):
        with pytest.raises(NoPeriod):
            period_of(wrong)
    assert [one.name for one in before(Cycle.quarter, TODAY, 4)] == ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"]
    assert [one.name for one in before(Cycle.month, date(2026, 1, 1), 2)] == ["2025-12", "2025-11"]
    assert before(Cycle.year, TODAY, 1)[0].over(TODAY)
    assert not period_of("2026-Q4").over(date(2026, 12, 31))
    assert period_of("2026-Q4").over(date(2027, 1, 1))


def test_what_is_asked_for_fits_its_report() -> None:
    for code, period, outside, refusal in (
        (ReportCode.statistics, "2026-Q1", False, NotItsPeriod),
        (ReportCode.centre, "2026-Q4", True, NotOutside),
        (ReportCode.gcm, "2026-Q1", True, NotOutside),
        (ReportCode.trafficking, "2025-Q1..2025-Q4", True, NotOutside),
        (ReportCode.project, "2026-Q1", False, WhichProject),
    ):
        with pytest.raises(refusal):
            Wanted(code, period_of(period), outside).check(TODAY)
    Wanted(ReportCode.trafficking, period_of("2025-Q1..2025-Q4"), False).check(TODAY)


def test_no_report_asks_one_count_twice() -> None:
    """Its table would be protected twice, each with another total held back."""
    for code, its in REPORTS.items():
        asked = [(line.measure, line.only, line.kinds) for section in its.sections for line in section.lines]
        assert len(asked) == len(set(asked)), code
        assert its.outside in its.cycles, code


def _figure(measure: Measure, *counts: int) -> Figure:
    its, asked = MEASURES[measure], Question(measure, its_splits(measure), "2026-01", "2026-03")
    keys = ("female", "male", "transgender")
    answer = answered(asked, (ISB,), datetime.now(UTC), [((key,), n) for key, n in zip(keys, counts, strict=False)])
    return Figure(measure, its.name, its.counts, its.sure, its.means, (), answer)


def its_splits(measure: Measure) -> Any:
    return tuple(by for by in MEASURES[measure].fits if by == "sex")


def test_a_part_that_leaves_a_few_is_held_back_whole() -> None:
    whole = _figure(Measure.people_registered, 40, 60)
    for counts, shown in (((15, 25), True), ((35, 20), False), ((12, 59), False), ((40, 60), True)):
        part = _figure(Measure.returnees_registered, *counts)
        time = (Time("first_sign", "", 10, 60, 120), Time("first_sign", "", 11, 60, 120))
        computed = tuple(Value("social", "m3", 0.5, n) for n in (10, 11))
        (made,) = held((Part("x", None, (whole, part), time, computed),))
        assert (made.figures[1].answer.total is not None) is shown, counts
        assert made.figures[0].answer.total == 100
        assert [(one.n, one.median) for one in made.times] == [(None, None), (None, 60)]
        assert [(one.n, one.number) for one in made.values] == [(None, None), (None, 0.5)]


async def _shared(house: House) -> Any:
    """A project with 40 of a hundred in each third case, and all of one outreach session."""
    async with house.database.work(HOUSE_ACTOR) as work:
        projects = await work.projects.all()
        found = await load(house.database.driver)
        for row in found["case"][::3]:
            case = await work.cases.get(replace(SCOPE, centres=(row["centre"],), clears=tuple(Sensitivity)), row["id"])
            await work.projects.share_case(case, (Share(projects[0].id, 40), Share(projects[1].id, 60)))
        return projects[0].id


async def test_every_line_is_what_a_slow_count_finds_and_what_leaves_is_safe(samples: Database, tmp_path: Path) -> None:
    house = await _house(samples, tmp_path)
    try:
        project = await _shared(house)
        async with house.database.driver.writing(EVERYWHERE) as lane:
            await lane.change(Prepared(update(METADATA.tables["job_abroad"]).values(income=2000)), {})
        slow = Slow(await load(house.database.driver), SCOPE.centres)
        reports, seen, few = house.usecases.reports, 0, 0
        computed: dict[tuple[str, str], Value] = {}
        for code, its in REPORTS.items():
            years = "2010..2026" if code is ReportCode.sdg else "2026"
            period = period_of(years if its.outside is Cycle.year else "2026-Q1..2026-Q4")
            report = await reports.counted(HOUSE_ACTOR, SCOPE, Wanted(code, period, False, project))
            for figure in (one for part in report.parts for one in part.figures):
                asked = figure.answer.question
                assert {cell.keys: cell.n for cell in figure.answer.rows} == slow.count(asked), (code, asked.measure)
                if asked.project and not asked.measure.value.startswith("people"):
                    whole = sum(one.hundredths or 0 for one in figure.shares if set(one.keys) <= {"*"})
                    assert whole == slow.shares(asked), asked.measure
                seen += figure.answer.total or 0
                few += sum(0 < (cell.n or 0) < K for cell in figure.answer.rows)
            values = {(one.what, one.of): one for part in report.parts for one in part.values}
            computed.update(values)
            for (what, of), one in values.items():
                if what == "months_of_earnings":
                    assert (one.n, one.number) == slow.earnings(2010, 2026)[of]
                elif what != "reviews_due":
                    n, mean = slow.scores(date(2026, 1, 1), date(2026, 12, 31), what).get(of, (0, None))
                    assert (one.n, one.number) == (n, mean if mean is None else pytest.approx(mean, abs=0.006)), (what, of)
            await _leaves(house, code, project)
        assert {what for (what, _), one in computed.items() if one.n} >= {"months_of_earnings", "economic"}, "numbers were computed"
        assert seen > 300, "something was counted"
        assert few > 20, "the control: inside the house small cells are there"
    finally:
        await house.close()


async def _leaves(house: House, code: ReportCode, project: Any) -> None:
    its = REPORTS[code]
    wanted = Wanted(code, period_of("2025" if its.outside is Cycle.year else "2026-Q2"), True, project)
    report = await house.usecases.reports.counted(HOUSE_ACTOR, SCOPE, wanted)
    for figure in (one for part in report.parts for one in part.figures):
        for cell in (*figure.answer.rows, *figure.answer.totals):
            assert cell.n is None or cell.n >= K, (code, figure.measure, cell)
        blank = {cell.keys for cell in (*figure.answer.rows, *figure.answer.totals) if cell.n is None}
        assert all(one.hundredths is None for one in figure.shares if one.keys in blank)
    rows = await _rows(house, report, FileKind.csv)
    numbers = [int(row[4]) for row in rows if len(row) > 5 and row[4].isdecimal()]
    assert all(n == 0 or n >= K for n in numbers), code


async def _rows(house: House, report: Report, kind: FileKind, language: Language = Language.english) -> list[list[str]]:
    file = await house.usecases.sheets.made(house.usecases.reports.book(report, kind, language), kind)
    return list(csv.reader(io.StringIO(b"".join(file.pieces).decode("utf-8-sig"))))


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_a_report_as_a_workbook_reads_from_right_to_left(samples: Database, tmp_path: Path) -> None:
    house = await _house(samples, tmp_path)
    try:
        report = await house.usecases.reports.counted(HOUSE_ACTOR, SCOPE, Wanted(ReportCode.centre, period_of("2026-Q1..2026-Q4"), False))
        for language, turned in ((Language.urdu, True), (Language.english, False)):
            book = house.usecases.reports.book(report, FileKind.excel, language)
            file = await house.usecases.sheets.made(book, FileKind.excel)
            content = b"".join(file.pieces)
            sheets = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.startswith("xl/worksheets/sheet")]
            assert all((b'rightToLeft="1"' in zipfile.ZipFile(io.BytesIO(content)).read(name)) is turned for name in sheets)
            found = CalamineWorkbook.from_filelike(io.BytesIO(content))
            assert len(found.sheet_names) == len(REPORTS[ReportCode.centre].sections)
            rows = found.get_sheet_by_index(0).to_python()
            total = next(row for row in rows if row[0] == book.sheets[0].rows[0][0])  # type: ignore[index]
            contacts = report.parts[0].figures[0]
            assert total[3] == contacts.answer.total
            assert contacts.means in str(rows) or turned
        said = await _rows(house, report, FileKind.csv)
        assert any("#indicator+num" in row for row in said), "the row of HXL tags"
        assert "2026-01" in str(said[:6])
    finally:
        await house.close()
