"""What answers point to: every rule of the instruments by example and by removal, and what holds for all answers."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import reduce
from itertools import product
from operator import getitem
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reference import Instrument, Question, instrument, instruments
from domain.reference.indicators import Weight
from domain.screening import Answer, Indication, IndicationOutcome, UnknownQuestion, indicate
from domain.screening.engine import NOT_COMPUTED, OUTCOMES

FLAGS, ADULT, CHILD = instrument("short-flags"), instrument("ilo-adult-labour"), instrument("ilo-child-labour")
COMPUTED = [FLAGS, ADULT, CHILD]
CHECKLISTS = [one for one in instruments().values() if one.kind == "checklist"]
RANK = list(IndicationOutcome)
YES, NO, UNKNOWN, DECLINED = Answer.yes, Answer.no, Answer.unknown, Answer.declined

GRAVE = "is_movement_limitation is_kept_document forced_work employer_threatened".split()
LIGHT = "is_cheated is_money_deducted excessive_work".split()

# Enough signs in a dimension of the adult list, by a strong and a medium one or by three medium ones.
ENOUGH = {
    "D1": "D1.nature_of_job D1.wages",
    "D2": "D2.violence_victim D2.confiscation",
    "D3": "D3.economic D3.illegal_status D3.lack_information",
    "D4": "D4.excessive_hours D4.low_salary",
    "D5": "D5.isolation D5.withholding_wages",
    "D6": "D6.dependency D6.economic D6.unknown_area",
}


def answered(of: Instrument, yes: str = "", other: Answer = NO, **exceptions: Answer) -> dict[str, Answer]:
    """Every question answered: `yes` to these codes, `other` to the rest."""
    codes = yes.split()
    assert set(codes) <= {question.code for question in of.questions}
    return {question.code: YES if question.code in codes else other for question in of.questions} | exceptions


def signs(*dimensions: str) -> str:
    return " ".join(ENOUGH[dimension] for dimension in dimensions)


# (instrument, questions answered with yes, code): all others are answered with no.
ALL_ANSWERED: list[tuple[Instrument, str, str]] = [
    (FLAGS, "", "no_indication"),
    *((FLAGS, code, "strong_indication") for code in GRAVE),
    *((FLAGS, code, "possible_indication") for code in LIGHT),
    (FLAGS, "is_cheated excessive_work", "possible_indication"),
    (FLAGS, " ".join(LIGHT), "strong_indication"),
    # Enough signs of exploitation: each way, and just below each.
    (ADULT, "", "no_indication"),
    (ADULT, "D4.excessive_hours", "no_indication"),
    (ADULT, "D4.excessive_hours D4.low_salary", "exploited_migrant"),
    (ADULT, "D4.excessive_hours D4.no_education", "exploited_migrant"),
    (ADULT, "D4.low_salary D4.hazardous", "no_indication"),
    (ADULT, "D4.low_salary D4.no_education", "no_indication"),
    (ADULT, "D4.low_salary D4.hazardous D4.no_education", "exploited_migrant"),
    (ADULT, "D4.low_salary D4.hazardous D4.bad_living", "exploited_migrant"),
    (ADULT, "D4.no_education", "no_indication"),
    (ADULT, signs("D1", "D4") + " D5.isolation D5.debt_bondage", "victim_of_trafficking"),
    (ADULT, signs("D4", "D5") + " D3.cultural_religious D3.general_context", "exploited_migrant"),
    (ADULT, signs("D1", "D4") + " D6.past_difficulties D6.personal_characteristics D6.economic", "deception_and_exploitation"),
    # Which dimensions make which outcome.
    (ADULT, signs("D1", "D4", "D5"), "victim_of_trafficking"),
    (ADULT, signs("D2", "D4", "D5"), "victim_of_trafficking"),
    (ADULT, signs("D3", "D4", "D5"), "victim_of_trafficking"),
    (ADULT, signs("D1", "D4", "D6"), "victim_of_trafficking"),
    (ADULT, signs("D2", "D4", "D6"), "victim_of_trafficking"),
    (ADULT, signs("D3", "D4", "D6"), "victim_of_trafficking"),
    (ADULT, signs("D1", "D4"), "deception_and_exploitation"),
    (ADULT, signs("D1", "D3", "D4"), "deception_and_exploitation"),
    (ADULT, signs("D2", "D4"), "exploited_migrant"),
    (ADULT, signs("D3", "D4"), "exploited_migrant"),
    (ADULT, signs("D4", "D5"), "exploited_migrant"),
    (ADULT, signs("D4", "D6"), "exploited_migrant"),
    (ADULT, signs("D4", "D5", "D6"), "exploited_migrant"),
    (ADULT, signs("D4"), "exploited_migrant"),
    (ADULT, signs("D1"), "no_indication"),
    (ADULT, signs("D1", "D2", "D3", "D5", "D6"), "no_indication"),
    # A child needs no means: exploitation alone, and never without it.
    (CHILD, "", "no_indication"),
    (CHILD, "D4.excessive_hours", "no_indication"),
    (CHILD, "D4.low_salary D4.hazardous", "no_indication"),
    (CHILD, "D4.excessive_hours D4.low_salary", "victim_of_trafficking"),
    (CHILD, "D4.low_salary D4.hazardous D4.bad_living", "victim_of_trafficking"),
    (CHILD, "D1.nature_of_job D1.education_access D5.isolation D5.confiscation", "no_indication"),
]

# (instrument, yes, left open, code): the rest is answered with no.
SOME_OPEN: list[tuple[Instrument, str, str, str]] = [
    (FLAGS, "", "is_cheated", "not_enough_answers"),
    (FLAGS, "", "forced_work", "not_enough_answers"),
    (FLAGS, "is_cheated", "forced_work", "possible_indication"),
    (FLAGS, "forced_work", "is_cheated", "strong_indication"),
    (ADULT, "", "D4.excessive_hours", "no_indication"),
    (ADULT, "", "D4.excessive_hours D4.no_education", "not_enough_answers"),
    (ADULT, "D4.excessive_hours", "D4.no_education", "not_enough_answers"),
    (ADULT, signs("D1", "D5"), ENOUGH["D4"], "not_enough_answers"),
    (ADULT, signs("D1", "D4"), ENOUGH["D5"], "deception_and_exploitation"),
    (ADULT, "", signs("D1", "D2", "D3", "D5", "D6"), "no_indication"),
    (CHILD, "D4.low_salary D4.hazardous", "D4.bad_living", "not_enough_answers"),
    (CHILD, ENOUGH["D4"], signs("D1", "D2", "D5"), "victim_of_trafficking"),
]

OUTCOME = {
    "strong_indication": IndicationOutcome.strong,
    "victim_of_trafficking": IndicationOutcome.strong,
    "possible_indication": IndicationOutcome.some,
    "deception_and_exploitation": IndicationOutcome.some,
    "exploited_migrant": IndicationOutcome.some,
    "not_enough_answers": IndicationOutcome.unclear,
    "no_indication": IndicationOutcome.none,
}


def text(of: Instrument, code: str) -> str:
    return next(str(row["text"]) for row in of.rules["outcomes"] if row["code"] == code)


@pytest.mark.parametrize("of,yes,code", ALL_ANSWERED)
def test_every_question_answered(of: Instrument, yes: str, code: str) -> None:
    said = indicate(of, answered(of, yes))
    assert (said.code, said.outcome) == (code, OUTCOME[code])
    assert said.explained[0] == text(of, code)
    assert not any("Not known" in line or "still open" in line for line in said.explained)


@pytest.mark.parametrize("still", [UNKNOWN, DECLINED])
@pytest.mark.parametrize("of,yes,left_open,code", SOME_OPEN)
def test_some_questions_open(of: Instrument, yes: str, left_open: str, code: str, still: Answer) -> None:
    said = indicate(of, answered(of, yes, **dict.fromkeys(left_open.split(), still)))
    assert (said.code, said.outcome) == (code, OUTCOME[code])


@pytest.mark.parametrize("of", COMPUTED, ids=lambda one: one.code)
@pytest.mark.parametrize("still", [UNKNOWN, DECLINED])
def test_nothing_known_is_unclear(of: Instrument, still: Answer) -> None:
    assert indicate(of, {}).outcome is indicate(of, answered(of, other=still)).outcome is IndicationOutcome.unclear


# Enough signs in one dimension, for every mix of weights. The child list has no weak ones and one strong one in D4, so some are added.


def roomy(of: Instrument) -> Instrument:
    """Three more questions of each weight about exploitation: `D4.strong_1` and so on."""
    weights = get_args(Weight)
    more = tuple(Question(f"D4.{weight}_{number}", f"{weight} {number}", "D4", weight) for weight in weights for number in (1, 2, 3))
    return replace(of, questions=of.questions + more)


def mixed(strong: int, medium: int, weak: int) -> str:
    wanted = {"strong": strong, "medium": medium, "weak": weak}
    return " ".join(f"D4.{weight}_{number}" for weight, count in wanted.items() for number in range(1, count + 1))


MIXES = list(product(range(4), repeat=3))


@pytest.mark.parametrize("of", [ADULT, CHILD], ids=lambda one: one.code)
@pytest.mark.parametrize("strong,medium,weak", MIXES)
def test_enough_signs_in_a_dimension(of: Instrument, strong: int, medium: int, weak: int) -> None:
    """A strong one with any other; else two medium ones with any third."""
    enough = strong + medium + weak >= 2 if strong else medium >= 2 and medium + weak >= 3
    wide = roomy(of)
    said = indicate(wide, answered(wide, mixed(strong, medium, weak)))
    assert (said.outcome is not IndicationOutcome.none) is enough
    assert any("Exploitation, enough signs" in line for line in said.explained) is enough
    assert said.by_dimension.get("D4", 0) == strong + medium + weak


# Each rule of the data, taken away or moved by one: some example above must come out otherwise.

Path = tuple[str | int, ...]
Change = Callable[[dict[str, Any]], None]


def without(path: Path) -> Change:
    def change(rules: Any) -> None:
        *way, last = path
        del reduce(getitem, way, rules)[last]

    return change


def moved(path: Path, by: int) -> Change:
    def change(rules: Any) -> None:
        *way, last = path
        reduce(getitem, way, rules)[last] += by

    return change


def paths(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in steps:
        yield (*path, step), inner
        yield from paths(inner, (*path, step))


WORDS = {"note", "text", "code", "source", "verified", "unknown_is_no", "consent"}  # said rather than computed, or tested below
EITHER = {("D3", 0), ("D3", 1)}  # deceptive or coercive recruitment, either is enough: standing in for one of them would do
FRAMES = {"outcomes", "requires", "any_of", "dimension_positive"}  # each tested by what stands in it


def changes() -> Iterator[Any]:
    for of in COMPUTED:
        for path, value in paths(dict(of.rules)):
            if path[-1] in WORDS | FRAMES or "excludes" in path or path[-2:] in EITHER:
                continue
            name = f"{of.code}/{'/'.join(map(str, path))}"
            yield pytest.param(of, without(path), id=f"without {name}")
            if isinstance(value, int):
                yield from (pytest.param(of, moved(path, by), id=f"{by:+} {name}") for by in (1, -1))


def heard(of: Instrument, answers: Mapping[str, Answer]) -> Indication | str:
    try:
        return indicate(of, answers)
    except (StopIteration, KeyError) as missing:
        return type(missing).__name__


@pytest.mark.parametrize("of,change", list(changes()))
def test_every_rule_counts(of: Instrument, change: Change) -> None:
    rules = deepcopy(dict(of.rules))
    change(rules)
    wide = roomy(of)
    examples = [answered(wide, yes) for one, yes, _ in ALL_ANSWERED if one is of]
    examples += [answered(wide, yes, **dict.fromkeys(left.split(), UNKNOWN)) for one, yes, left, _ in SOME_OPEN if one is of]
    examples += [answered(wide, mixed(*mix)) for mix in MIXES]
    assert any(heard(replace(wide, rules=rules), example) != indicate(wide, example) for example in examples)


def test_coercion_excludes_mere_deception_wherever_the_row_stands() -> None:
    """`excludes` holds by itself, not only because the row above it is read first."""
    turned = replace(ADULT, rules={**ADULT.rules, "outcomes": [ADULT.rules["outcomes"][place] for place in (1, 0, 2, 3)]})
    assert indicate(turned, answered(turned, signs("D1", "D4", "D5"))).code == "victim_of_trafficking"
    assert indicate(turned, answered(turned, signs("D1", "D4"))).code == "deception_and_exploitation"


@pytest.mark.parametrize("substitute", ["D1", "D2"])
def test_abuse_of_vulnerability_stands_in_for_either_way_of_recruitment(substitute: str) -> None:
    first, *rest = deepcopy(ADULT.rules["outcomes"])
    narrowed = replace(ADULT, rules={**ADULT.rules, "outcomes": [{**first, "requires": [["D4"], [substitute], ["D5"]]}, *rest]})
    assert indicate(narrowed, answered(narrowed, signs("D3", "D4", "D5"))).code == "victim_of_trafficking"


@pytest.mark.parametrize("of", instruments().values(), ids=lambda one: one.code)
def test_the_engine_knows_every_word_of_the_rules(of: Instrument) -> None:
    assert of.rules["unknown_is_no"] is False
    codes = [row["code"] for row in of.rules["outcomes"]]
    assert codes[-1:] == ([] if of.kind == "checklist" else ["no_indication"])
    assert {code: OUTCOMES[code] for code in codes} == {code: OUTCOME[code] for code in codes}


# What is said about it.


def test_flags_are_explained() -> None:
    said = indicate(FLAGS, {"forced_work": YES, "is_cheated": YES, "excessive_work": NO, "is_kept_document": DECLINED})
    assert said.explained == (
        "A sign of coercion, or three signs of any kind: make a full screening now.",
        "Yes: Was the work, the place or the pay something else than you had been promised?",
        "Yes, and grave: Were you made to do work that you did not want to do?",
        "Not known: 3 of 7; declined: 1. None of these counts as a no.",
    )
    assert said.by_dimension == {"recruitment": 1, "coercion": 1}


def test_indicators_are_explained() -> None:
    said = indicate(ADULT, answered(ADULT, signs("D1", "D4") + " D5.isolation", **{"D5.confiscation": UNKNOWN}))
    assert said.explained == (
        f"So far: {text(ADULT, 'deception_and_exploitation')}",
        f"Some questions are still open. Answered with yes, they could make it: {text(ADULT, 'victim_of_trafficking')}",
        "Once any means is established the apparent consent of the adult is irrelevant.",
        "Deceptive recruitment, enough signs: "
        "Deceived about nature of the job, location or employer (strong); Deceived about wages or earnings (medium).",
        "Exploitation, enough signs: Excessive working days or hours (strong); Low or no salary (medium).",
        "Coercion at destination, too few signs by themselves: Isolation, confinement or surveillance (strong).",
        "Not known: 1 of 67; declined: 0. None of these counts as a no.",
    )
    assert said.by_dimension == {"D1": 2, "D4": 2, "D5": 1}


def test_a_possible_indication_says_what_is_open() -> None:
    said = indicate(FLAGS, answered(FLAGS, "is_cheated", forced_work=UNKNOWN))
    assert said.explained[:2] == (
        f"So far: {text(FLAGS, 'possible_indication')}",
        f"Some questions are still open. Answered with yes, they could make it: {text(FLAGS, 'strong_indication')}",
    )


def test_too_few_answers_to_rule_it_out_are_not_called_no_indication() -> None:
    said = indicate(CHILD, answered(CHILD, **dict.fromkeys(ENOUGH["D4"].split(), DECLINED)))
    assert said.explained == (
        "No indication so far, but too few answers are known to rule it out.",
        f"Some questions are still open. Answered with yes, they could make it: {text(CHILD, 'victim_of_trafficking')}",
        "Not known: 0 of 65; declined: 2. None of these counts as a no.",
    )


def test_the_consent_of_a_child_is_irrelevant() -> None:
    assert "For a child consent is always irrelevant." in indicate(CHILD, dict.fromkeys(ENOUGH["D4"].split(), YES)).explained


@pytest.mark.parametrize("of", CHECKLISTS, ids=lambda one: one.code)
@pytest.mark.parametrize("answer", [*Answer, None])
def test_a_checklist_computes_nothing_and_says_so(of: Instrument, answer: Answer | None) -> None:
    said = indicate(of, answered(of, other=answer) if answer else {})
    count = len(of.questions)
    assert (said.outcome, said.code) == (IndicationOutcome.none, NOT_COMPUTED)
    assert said.explained[:3] == (
        "A checklist: no indication is computed from it.",
        of.rules["text"],
        f"Yes: {count if answer is YES else 0} of {count}.",
    )
    assert len(said.explained) == (3 if answer in (YES, NO) else 4)


def test_a_question_that_is_not_asked_is_refused_without_repeating_it() -> None:
    with pytest.raises(UnknownQuestion) as refused:
        indicate(FLAGS, {"her_name_is_shazia": YES, "is_cheated": NO})
    assert refused.value.field == "answers"
    assert "shazia" not in str(refused.value)


# What holds for all answers.


Sheet = tuple[Instrument, dict[str, Answer]]


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """An instrument that computes, and answers that leave some questions out. Few kinds of answer at a time, so that edges are met."""
    of = draw(st.sampled_from(COMPUTED))
    kinds = draw(st.lists(st.sampled_from([*Answer, None]), min_size=1, max_size=5))
    drawn = [(question.code, draw(st.sampled_from(kinds))) for question in of.questions]
    return of, {code: answer for code, answer in drawn if answer is not None}


def still_open(of: Instrument, answers: Mapping[str, Answer]) -> list[str]:
    return [question.code for question in of.questions if answers.get(question.code, UNKNOWN) not in (YES, NO)]


def filled(of: Instrument, answers: Mapping[str, Answer], answer: Answer) -> dict[str, Answer]:
    return {**answers, **dict.fromkeys(still_open(of, answers), answer)}


@given(sheets(), st.data())
def test_an_unknown_that_becomes_a_yes_never_lowers_the_outcome(sheet: Sheet, data: st.DataObject) -> None:
    of, answers = sheet
    before = indicate(of, answers).outcome
    turned = data.draw(st.lists(st.sampled_from(still_open(of, answers) or [of.questions[0].code]), unique=True))
    after = indicate(of, {**answers, **dict.fromkeys(turned, YES)}).outcome
    assert RANK.index(after) >= RANK.index(before)


@given(sheets())
def test_none_is_said_only_where_no_open_answer_could_change_it(sheet: Sheet) -> None:
    of, answers = sheet
    said, at_most, at_least = (indicate(of, one) for one in (answers, filled(of, answers, YES), filled(of, answers, NO)))
    if said.outcome is IndicationOutcome.none:
        assert at_most.outcome is IndicationOutcome.none
    if said.outcome is IndicationOutcome.unclear:
        assert at_least.outcome is IndicationOutcome.none
        assert at_most.outcome in (IndicationOutcome.some, IndicationOutcome.strong)


@given(sheets())
def test_unknown_declined_and_unanswered_count_alike_and_are_counted_aloud(sheet: Sheet) -> None:
    of, answers = sheet
    silent = {code: answer for code, answer in answers.items() if answer in (YES, NO)}
    said = [indicate(of, one) for one in (answers, silent, filled(of, answers, UNKNOWN), filled(of, answers, DECLINED))]
    assert len({(one.outcome, one.code) for one in said}) == 1
    assert len({one.explained[:-1] for one in said}) == 1
    if left := still_open(of, answers):
        assert said[1].explained[-1] == f"Not known: {len(left)} of {len(of.questions)}; declined: 0. None of these counts as a no."


@given(sheets())
def test_what_open_answers_could_still_make_of_it_is_said(sheet: Sheet) -> None:
    of, answers = sheet
    said, at_most = indicate(of, answers), indicate(of, filled(of, answers, YES))
    open_line = f"Some questions are still open. Answered with yes, they could make it: {at_most.explained[0]}"
    assert (open_line in said.explained) is (said.code != at_most.code)


@given(st.data())
def test_a_child_needs_no_means(data: st.DataObject) -> None:
    """Nothing but the answers about exploitation moves the outcome."""
    answers = {question.code: data.draw(st.sampled_from(Answer)) for question in CHILD.questions}
    exploitation = {code: answer for code, answer in answers.items() if code.startswith("D4.")}
    assert indicate(CHILD, answers).code == indicate(CHILD, exploitation).code


@given(sheets())
def test_the_order_of_the_answers_is_of_no_account(sheet: Sheet) -> None:
    of, answers = sheet
    assert indicate(of, answers) == indicate(of, dict(reversed(answers.items())))
