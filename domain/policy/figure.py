"""A figure as it was when a note was written: the question, the answer, and the definition under which it was counted.

Decision. Context: a note is read in a year, when late entries have changed the count and a definition may be another; and it leaves the
house. Choice: the answer is kept with the note from its first draft on, as what leaves is made: small cells held back (k = 11, with
companions), quarters that are over, the fixed bands of age, never by who did the work. What it says now is asked on request, held back in
the same way. Price: a supervisor sees less in a note than in a report, and a question by month has to be asked by quarter first.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.errors import Invalid
from domain.reports.dimensions import Dimension
from domain.reports.measures import MEASURES, Counts, Sure
from domain.reports.question import Answer, Question, hold
from domain.values import CentreCode

MOST_FIGURES = 3


class CountsOnePerson(Invalid):
    """A figure that is split by counsellor says of one colleague what they did."""

    next = "Save the question without that split."


class TooManyFigures(Invalid):
    """A note rests on three figures at most."""

    next = "Write a second note, or leave one out."


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` is the saved question's, `called` the count's, `means` its definition then."""

    id: UUID
    saved: UUID
    name: str
    called: str
    means: str
    counts: Counts
    sure: Sure
    answer: Answer


@dataclass(frozen=True, slots=True)
class FigureNow:
    """`answer` is none where this reader cannot ask it, or where so many values came that nearly all would be blank."""

    id: UUID
    answer: Answer | None


def to_be_asked(question: Question, centres: tuple[CentreCode, ...], today: date) -> Question:
    """With its centres named: whoever asks it again asks of the same ones. Raises CountsOnePerson and what `check_held` raises."""
    if Dimension.counsellor in question.splits:
        raise CountsOnePerson(field="questions")
    asked = replace(question, centres=question.centres or centres)
    asked.check_held(today)
    return asked


def fits(question: Question, today: date) -> bool:
    """Whether a note can rest on it."""
    try:
        to_be_asked(question, (), today)
    except Invalid:
        return False
    return True


def frozen(id: UUID, saved: UUID, name: str, answer: Answer) -> Figure:
    """Takes up to a second of reckoning. Raises TooFine."""
    its = MEASURES[answer.question.measure]
    return Figure(id, saved, name, its.name, its.means, its.counts, its.sure, hold(answer))
