"""How a built-in report is said in a language, on a page and in a file alike."""

from collections.abc import Iterator
from uuid import UUID

from domain.reporting import Known, Names
from domain.reports.made import Figure, Part, Report, Time
from service.web.answered import HELD_BACK, Namer
from service.web.catalogue import Words, mark
from service.web.figure_pages import lasted
from service.web.labels import label

TIMES = {
    "first_counselling": mark("From opening a case to the first counselling"),
    "first_sign": mark("First sign of the partner"),
    "yes_or_no": mark("Yes or no of the partner"),
}
INSIDE = mark("For the centre alone: small numbers are shown. Do not pass it on.")
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


def time_said(time: Time, words: Words) -> tuple[str, str, str]:
    """What it is, and how long half and nine in ten took at most."""
    what = words(TIMES[time.what]) + (f": {time.partner}" if time.partner else "")
    return what, lasted(words, time.median), lasted(words, time.most)
