"""What the answers to an instrument point to, read off the instrument's own table of rules. Unknown is not no."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.errors import Invalid
from domain.reference import Instrument, Question


class Answer(StrEnum):
    yes = "yes"
    no = "no"
    unknown = "unknown"
    declined = "declined"


class IndicationOutcome(StrEnum):
    """What the answers point to; a computed indication is never a finding about a person."""

    none = "none"
    unclear = "unclear"
    some = "some"
    strong = "strong"


class UnknownQuestion(Invalid):
    """An answer names a question that this instrument does not ask."""

    next = "Load the instrument again; its version may have changed."


@dataclass(frozen=True, slots=True)
class Indication:
    """`code` is the instrument's own word for the outcome, `by_dimension` counts the yes answers, `explained` is for people to read."""

    outcome: IndicationOutcome
    by_dimension: dict[str, int] = field(default_factory=dict)
    explained: tuple[str, ...] = ()
    code: str = ""


OUTCOMES: dict[str, IndicationOutcome] = {
    "strong_indication": IndicationOutcome.strong,
    "possible_indication": IndicationOutcome.some,
    "not_enough_answers": IndicationOutcome.unclear,
    "no_indication": IndicationOutcome.none,
    "victim_of_trafficking": IndicationOutcome.strong,
    "deception_and_exploitation": IndicationOutcome.some,
    "exploited_migrant": IndicationOutcome.some,
}
"""Every outcome code of the instruments."""

NOT_COMPUTED = "not_computed"
"""The code of a checklist, whose outcome `none` says nothing about the client."""

Row = Mapping[str, Any]
_NOT_ENOUGH: Row = {"code": "not_enough_answers", "text": "No indication so far, but too few answers are known to rule it out."}


def indicate(instrument: Instrument, answers: Mapping[str, Answer]) -> Indication:
    """What the yes answers point to. `none` is said only where even a yes to every open question would leave it at that.

    A question without an answer is open, as one answered with unknown or declined. Raises UnknownQuestion.
    """
    if strange := answers.keys() - {question.code for question in instrument.questions}:
        raise UnknownQuestion(f"Not asked by {instrument.code} {instrument.version}: {len(strange)} of the codes sent.", field="answers")
    given = {question: answers.get(question.code, Answer.unknown) for question in instrument.questions}
    yes = [question for question, answer in given.items() if answer is Answer.yes]
    perhaps = [question for question, answer in given.items() if answer is not Answer.no]
    by_dimension = dict(Counter(question.dimension for question in yes if question.dimension))
    if instrument.kind == "checklist":
        said = (*_checklist_said(instrument, yes), *_open_said(given))
        return Indication(IndicationOutcome.none, by_dimension, said, NOT_COMPUTED)
    rule, signs = _KINDS[instrument.kind]
    row, ceiling = rule(instrument, yes, len(perhaps) - len(yes)), rule(instrument, perhaps, 0)
    if OUTCOMES[row["code"]] is IndicationOutcome.none and OUTCOMES[ceiling["code"]] is not IndicationOutcome.none:
        row = _NOT_ENOUGH
    said = (*_row_said(instrument, row, ceiling), *signs(instrument, yes), *_open_said(given))
    return Indication(OUTCOMES[row["code"]], by_dimension, said, row["code"])


def _flags_rule(instrument: Instrument, yes: Sequence[Question], unanswered: int) -> Row:
    grave = sum(question.code in instrument.rules["grave"] for question in yes)
    counts = {"yes": len(yes), "grave": grave, "unanswered": unanswered}
    rows: list[Row] = instrument.rules["outcomes"]
    return next(row for row in rows if not row["any_of"] or _reached(row["any_of"], counts))


def _indicators_rule(instrument: Instrument, yes: Sequence[Question], unanswered: int) -> Row:
    positive = _positive(instrument, yes)
    rows: list[Row] = instrument.rules["outcomes"]
    return next(row for row in rows if _fits(row, positive))


def _positive(instrument: Instrument, yes: Sequence[Question]) -> set[str]:
    """The dimensions that show enough signs."""

    def weighed(dimension: str) -> dict[str, int]:
        weights = Counter(question.weight for question in yes if question.dimension == dimension)
        strong, medium, weak = weights["strong"], weights["medium"], weights["weak"]
        return {"strong": strong, "medium": medium, "weak": weak, "medium_or_weak": medium + weak}

    enough = instrument.rules["dimension_positive"]["any_of"]
    return {dimension for dimension in instrument.dimensions if _reached(enough, weighed(dimension))}


def _reached(any_of: Sequence[Mapping[str, int]], counts: Mapping[str, int]) -> bool:
    """Counts in the rules are minimums."""
    return any(all(counts[what] >= least for what, least in condition.items()) for condition in any_of)


def _fits(row: Row, positive: set[str]) -> bool:
    """One dimension of each required group; a positive substitute stands in for those it is listed with."""
    stood_for = positive.union(*(instead for substitute, instead in row.get("substitutes", {}).items() if substitute in positive))
    return positive.isdisjoint(row.get("excludes", ())) and not any(stood_for.isdisjoint(group) for group in row["requires"])


def _row_said(instrument: Instrument, row: Row, ceiling: Row) -> Iterator[str]:
    indicated, settled = OUTCOMES[row["code"]] in (IndicationOutcome.some, IndicationOutcome.strong), row["code"] == ceiling["code"]
    yield f"So far: {row['text']}" if indicated and not settled else row["text"]
    if not settled:
        yield f"Some questions are still open. Answered with yes, they could make it: {ceiling['text']}"
    if indicated and "consent" in instrument.rules:
        yield instrument.rules["consent"]


def _flags_said(instrument: Instrument, yes: Sequence[Question]) -> Iterator[str]:
    for question in yes:
        yield f"{'Yes, and grave' if question.code in instrument.rules['grave'] else 'Yes'}: {question.text}"


def _indicators_said(instrument: Instrument, yes: Sequence[Question]) -> Iterator[str]:
    positive = _positive(instrument, yes)
    for dimension, title in instrument.dimensions.items():
        if signs := [f"{question.text} ({question.weight})" for question in yes if question.dimension == dimension]:
            yield f"{title}, {'enough signs' if dimension in positive else 'too few signs by themselves'}: {'; '.join(signs)}."


def _checklist_said(instrument: Instrument, yes: Sequence[Question]) -> Iterator[str]:
    yield "A checklist: no indication is computed from it."
    yield instrument.rules["text"]
    yield f"Yes: {len(yes)} of {len(instrument.questions)}."


def _open_said(given: Mapping[Question, Answer]) -> Iterator[str]:
    counts = Counter(given.values())
    unknown, declined = counts[Answer.unknown], counts[Answer.declined]
    if unknown or declined:
        yield f"Not known: {unknown} of {len(given)}; declined: {declined}. None of these counts as a no."


_KINDS: dict[
    str,
    tuple[
        Callable[[Instrument, Sequence[Question], int], Row],
        Callable[[Instrument, Sequence[Question]], Iterator[str]],
    ],
] = {
    "flags": (_flags_rule, _flags_said),
    "indicators": (_indicators_rule, _indicators_said),
}
