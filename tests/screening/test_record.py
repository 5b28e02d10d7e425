"""The screening as a record: who is told, what a person decides apart from the indication, and that it survives being sealed as JSON."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.cases import Case, CaseKind, Risk, Stage
from domain.events import Tell
from domain.identity import Actor, Role, Sensitivity
from domain.reference import instrument, instruments
from domain.screening import (
    AlreadyDecided,
    Answer,
    Decision,
    Finding,
    Indication,
    IndicationOutcome,
    Screened,
    Screening,
    ScreeningView,
    UnknownQuestion,
    indicate,
)
from domain.values import CaseId, CentreCode, ClientId, StaffId

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
COUNSELLOR = Actor(UUID(int=1), Role.counsellor, (CentreCode("ISB"),))
COLLEAGUE = Actor(UUID(int=2), Role.counsellor, (CentreCode("ISB"),))
FLAGS = instrument("short-flags")
STRONG, SOME = {"forced_work": Answer.yes}, {"is_cheated": Answer.yes}
SEALED = TypeAdapter(Screened)


def case() -> Case:
    return Case(
        id=CaseId(UUID(int=10)),
        centre=CentreCode("ISB"),
        client_id=ClientId(UUID(int=11)),
        number="ISB-2026-00001",
        kind=CaseKind.protection,
        risk=Risk.medium,
        sensitivity=Sensitivity.normal,
        stage=Stage.open,
        counsellor_id=StaffId(COUNSELLOR.id),
        summary="",
        opened_at=AT,
        touched_at=AT,
    )


def taken(answers: dict[str, Answer], by: Actor = COUNSELLOR) -> Screening:
    return Screening.take(UUID(int=20), case(), FLAGS, answers, by=by, at=AT)[0]


@pytest.mark.parametrize(
    "answers,by,told",
    [(STRONG, COLLEAGUE, True), (STRONG, COUNSELLOR, False), (SOME, COLLEAGUE, False), ({}, COLLEAGUE, False)],
)
def test_the_counsellor_hears_of_a_strong_indication_that_somebody_else_found(answers: dict[str, Answer], by: Actor, told: bool) -> None:
    screening, done = Screening.take(UUID(int=20), case(), FLAGS, answers, by=by, at=AT)
    tell = Tell(staff=StaffId(COUNSELLOR.id), kind="screening_strong", subject=CaseId(UUID(int=10)))
    assert done.tells == ((tell,) if told else ())
    assert (done.at, done.by, done.centre, done.subject, done.client) == (AT, by.id, "ISB", screening.id, screening.client_id)
    assert (done.fields, done.note, done.outgoing) == ((), "", None)


def test_the_screening_keeps_the_answers_the_indication_and_the_version_asked() -> None:
    answers = dict(STRONG)
    screening = taken(answers)
    answers["is_cheated"] = Answer.no
    assert screening.result == Screened(STRONG, indicate(FLAGS, STRONG))
    assert (screening.instrument, screening.instrument_version) == ("short-flags", FLAGS.version)
    assert screening.outcome is screening.result.indication.outcome is IndicationOutcome.strong
    assert (screening.case_id, screening.centre, screening.screened_by, screening.screened_at) == (UUID(int=10), "ISB", COUNSELLOR.id, AT)


def test_a_question_of_another_instrument_is_refused() -> None:
    with pytest.raises(UnknownQuestion):
        taken({"D4.low_salary": Answer.yes})


def test_a_person_decides_once_and_the_indication_stays_as_it_was() -> None:
    screening = taken(STRONG)
    assert (screening.decision, screening.decided_by, screening.decided_at) == (None, None, None)
    decided = screening.decide(Finding.no_concern, "A misunderstanding about the rota.", by=COLLEAGUE, at=AT)
    assert screening.decision == Decision(Finding.no_concern, "A misunderstanding about the rota.")
    assert (screening.decided_by, screening.decided_at) == (COLLEAGUE.id, AT)
    assert screening.outcome is IndicationOutcome.strong
    assert (decided.subject, decided.by, decided.note) == (screening.id, COLLEAGUE.id, "")
    with pytest.raises(AlreadyDecided):
        screening.decide(Finding.at_risk, "On second thoughts.", by=COUNSELLOR, at=AT)
    assert screening.decision.finding is Finding.no_concern


def test_the_view_shows_answers_indication_and_decision_apart() -> None:
    screening = taken(SOME)
    screening.decide(Finding.needs_full_screening, "Promised another job.", by=COUNSELLOR, at=AT)
    view = ScreeningView.of(screening)
    assert (view.answers, view.indication, view.decision) == (SOME, indicate(FLAGS, SOME), screening.decision)


@given(st.data())
def test_what_was_screened_survives_json(data: st.DataObject) -> None:
    of = data.draw(st.sampled_from(list(instruments().values())))
    answers = data.draw(st.dictionaries(st.sampled_from([question.code for question in of.questions]), st.sampled_from(Answer)))
    screened = Screened(answers, indicate(of, answers))
    assert SEALED.validate_json(SEALED.dump_json(screened)) == screened


def test_an_indication_kept_before_it_had_a_code_is_still_read() -> None:
    kept = b'{"answers":{"forced_work":"yes"},"indication":{"outcome":"some","by_dimension":{"coercion":1},"explained":["Yes."]}}'
    assert SEALED.validate_json(kept) == Screened(STRONG, Indication(IndicationOutcome.some, {"coercion": 1}, ("Yes.",)))
