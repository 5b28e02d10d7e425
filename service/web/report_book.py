"""A built-in report as a file: a sheet for each section, or one table of everything where a file holds no more."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.evidence.columns import ANY
from domain.reports.dimensions import Dimension
from domain.reports.made import Figure, Part, Report
from domain.reports.sheet import Book, Cell, FileKind, Heading, Kind, Sheet
from domain.values import Language
from service.web.answered import HELD_BACK, Namer
from service.web.catalogue import LANGUAGES, Words, mark
from service.web.labels import label
from service.web.report_said import about, meanings, named, namer, time_said, titled, value_said
from service.web.times import when

HALF, MOST = mark("half took at most"), mark("nine in ten took at most")


class PageReportWriter:
    """`domain.reports.made.ReportWriter`."""

    def book(self, report: Report, kind: FileKind, language: Language) -> Book:
        words = Words(language if language in LANGUAGES else Language.english)
        name = namer(report, words)
        above = tuple(about(report, words, when(words, report.as_of, report.as_of).full))
        sheets = [self._sheet(report, part, words, name, above) for part in report.parts]
        if kind is FileKind.csv:
            rows = tuple((sheet.title, *row) for sheet in sheets for row in sheet.rows)
            notes = tuple(dict.fromkeys(note for sheet in sheets for note in sheet.notes))
            headings = (Heading("section", words(mark("Section")), tag="#activity+name"), *sheets[0].headings)
            sheets = [Sheet(words(report.title), above, headings, rows, notes)]
        return Book(f"{report.code}-{report.period}".lower(), words(report.title), words.language, report.as_of, tuple(sheets))

    def _sheet(self, report: Report, part: Part, words: Words, name: Namer, above: tuple[str, ...]) -> Sheet:
        shared = bool(report.project)
        rows = [row for figure in part.figures for row in _rows(figure, words, name, shared)]
        for time in part.times:
            what, median, most = time_said(time, words)
            rows += [_row(what, words(HALF), "", median, None, "", shared), _row(what, words(MOST), "", most, None, "", shared)]
        for value in part.values:
            what, of, number = value_said(value, words)
            rows.append(_row(what, of, "", number if value.number is None else Decimal(str(value.number)), None, "", shared))
        notes = (*(f"{named(one, words, name)}: {words(one.means)}" for one in part.figures), *meanings(part, words))
        return Sheet(titled(part, words), (words(report.title), *above), tuple(_headings(words, shared)), rows, notes)


def _headings(words: Words, shared: bool) -> Iterator[Heading]:
    yield Heading("figure", words(mark("Figure")), tag="#indicator+name")
    yield Heading("of", words(mark("Split by")), tag="#indicator+type")
    yield Heading("and", words(mark("then")))
    yield Heading("number", words(mark("Number")), Kind.number, tag="#indicator+num")
    if shared:
        yield Heading("share", words(mark("By share")), Kind.number)
    yield Heading("counts", words(mark("What is counted")), tag="#indicator+text")


def _row(figure: str, of: str, further: str, n: Cell, share: Cell, counts: str, shared: bool) -> Sequence[Cell]:
    return (figure, of, further, n, *((share,) if shared else ()), counts)


def _rows(figure: Figure, words: Words, name: Namer, shared: bool) -> Iterator[Sequence[Cell]]:
    """The sum of all first, then every cell and the sums of each split."""
    answer, called = figure.answer, named(figure, words, name)
    counts = f"{words(label(figure.counts))} · {words(label(figure.sure))}"
    shares = {one.keys: one.hundredths for one in figure.shares}
    splits = answer.question.splits
    wholes = [cell for cell in answer.totals if set(cell.keys) <= {ANY}]
    others = [cell for cell in (*answer.rows, *answer.totals) if cell not in wholes] if splits else []
    held = words(HELD_BACK)
    if not wholes:
        yield _row(called, "", "", 0, None, counts, shared)
    for cell in (*wholes, *others):
        of, further = (*(_said(by, key, words, name) for by, key in zip(splits, cell.keys, strict=True)), "", "")[:2]
        hundredths = shares.get(cell.keys)
        share = Decimal(hundredths) / 100 if hundredths is not None else (held if shares else None)
        yield _row(called, of, further, held if cell.n is None else cell.n, share, counts, shared)


def _said(by: Dimension, key: str, words: Words, name: Namer) -> str:
    return words(mark("Together")) if key == ANY else f"{words(label(by))}: {name(by, key)}"
