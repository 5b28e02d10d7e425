"""An answer of the figures as a file: one sheet that says what it counts, how sure it is, of when it is, and what was held back."""

from collections.abc import Mapping

from domain.reports.dimensions import Dimension
from domain.reports.measures import MEASURES
from domain.reports.question import Answer
from domain.reports.sheet import Book, Heading, Kind, Sheet
from service.web.answered import HELD_BACK, Namer
from service.web.catalogue import Words, mark
from service.web.labels import label
from service.web.times import when

TAGS: Mapping[Dimension, str] = {
    Dimension.month: "#date",
    Dimension.quarter: "#date",
    Dimension.year: "#date",
    Dimension.province: "#adm1+name",
    Dimension.district: "#adm2+name",
}
"""Tags of HXL for what it has a word for."""


def book(answer: Answer, words: Words, name: Namer) -> Book:
    """Named by what is counted and when; small cells are held back in it already."""
    question, its = answer.question, MEASURES[answer.question.measure]
    about = (
        f"{words(label(its.counts))} \u00b7 {words(label(its.sure))}",
        f"{question.first} - {question.last} \u00b7 {', '.join(answer.centres)}",
        when(words, answer.as_of, answer.as_of).full,
        words(mark("Numbers under 11, and what would give them away, are held back.")),
    )
    heads = [Heading(by.value, words(label(by)), tag=TAGS.get(by, "")) for by in question.splits]
    rows = tuple(
        (
            *(name(by, key) for by, key in zip(question.splits, cell.keys, strict=True)),
            words(HELD_BACK) if cell.n is None else cell.n,
        )
        for cell in (answer.rows if question.splits else answer.totals)
    )
    title = words(its.name)
    number = Heading(question.measure.value, title, Kind.number, "#indicator+num")
    sheet = Sheet(title, about, (*heads, number), rows, (words(its.means),))
    called = f"{question.measure.value}-{question.first}-{question.last}".replace("_", "-")
    return Book(called, title, words.language, answer.as_of, (sheet,), ", ".join(answer.centres))
