"""How a built-in report is said in a language, on a page and in a file alike."""

from collections.abc import Iterator
from uuid import UUID

from domain import reference
from domain.reintegration.reviews import Round
from domain.reporting import Known, Names
from domain.reports.made import Figure, Part, Report, Time, Value
from service.web.answered import HELD_BACK, Namer
from service.web.catalogue import Words, mark
from service.web.figure_pages import lasted
from service.web.labels import LABELS, label

TIMES = {
    "first_counselling": mark("From opening a case to the first counselling"),
    "first_sign": mark("First sign of the partner"),
    "yes_or_no": mark("Yes or no of the partner"),
}
_SCORED = mark("Mean of the scores copied from the survey's sheet, from 0 to 1; not checked against their source.")
VALUES = {
    "reviews_due": (mark("Reviews due"), mark("Cases of return whose review falls into the period, held or not.")),
    "economic": (mark("Economic score"), _SCORED),
    "social": (mark("Social score"), _SCORED),
    "psychosocial": (mark("Psychosocial score"), _SCORED),
    "months_of_earnings": (
        mark("Months of earnings"),
        mark("Half of the workers paid at most so many of their first monthly incomes to get the job (SDG 10.7.1)."),
    ),
}
"""Each with its definition."""
INSIDE = mark("For the centre alone: small numbers are shown. Do not pass it on.")
NO_NUMBER = mark("not scored")
OUTSIDE = mark("Numbers under 11, and what would give them away, are held back.")


def namer(report: Report, words: Words) -> Namer:
    partners = {UUID(id): Known(UUID(id), name, True) for id, name in report.names.items()}
    return Namer(words, Names({}, partners, ()), {})


def named(figure: Figure, words: Words, name: Namer) -> str:
    """The count, and what it is narrowed to."""
    narrow = [name(by, one) for by, its in figure.answer.question.only for one in its if by != "partner"]
    narrow += [words(label(kind)) for kind in figure.kinds]
    return words(figure.name) + (f" ({words.comma.join(narrow)})" if narrow else "")


def titled(part: Part, words: Words) -> str:
    return f"{part.number}. {words(part.title)}" if part.number else words(part.title)


def about(report: Report, words: Words, as_of: str) -> Iterator[str]:
    """What stands above: of when, of where, and for whom."""
    yield words("{first} to {last}, as of {when}.", first=report.first, last=report.last, when=as_of)
    yield words("Centres: {centres}", centres=words.comma.join(report.centres))
    if report.project:
        yield words("Project: {project}", project=report.project)
    yield words(OUTSIDE if report.outside else INSIDE)
    if report.note:
        yield words(report.note)


def share_said(hundredths: int | None, words: Words) -> str:
    return words(HELD_BACK) if hundredths is None else f"{hundredths / 100:.2f}"


def value_said(value: Value, words: Words) -> tuple[str, str, str]:
    """What it is, of which round or country, and the number."""
    of = words(LABELS[Round][value.of]) if value.of in LABELS[Round] else reference.countries()[value.of].name
    return (
        words(VALUES[value.what][0]),
        of,
        words(HELD_BACK if value.n is None else NO_NUMBER) if value.number is None else str(value.number),
    )


def meanings(part: Part, words: Words) -> Iterator[str]:
    """What the computed numbers of a part mean."""
    for name, means in dict.fromkeys(VALUES[one.what] for one in part.values):
        yield f"{words(name)}: {words(means)}"


def time_said(time: Time, words: Words) -> tuple[str, str, str]:
    """What it is, and how long half and nine in ten took at most."""
    what = words(TIMES[time.what]) + (f": {time.partner}" if time.partner else "")
    return what, lasted(words, time.median), lasted(words, time.most)
