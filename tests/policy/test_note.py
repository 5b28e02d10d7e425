"""What may stand in a policy note, and which steps follow from where."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.cases import OutOfStep
from domain.errors import Invalid
from domain.identity import Actor, Role, TwoPeople
from domain.policy.figure import CountsOnePerson, fits, frozen, to_be_asked
from domain.policy.impersonal import NamesSomebody, impersonal
from domain.policy.note import STEPS, Advice, HowNeeded, Moving, NotADraft, NoteNotReady, NoteState, NoteStep, PolicyNote, SharedBy, Topic
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.reports.question import Question, WholeQuarters, answered
from domain.values import CentreCode, PolicyNoteId

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
TODAY = date(2026, 5, 4)
ISB = CentreCode("ISB")
SHE = Actor(UUID(int=1), Role.supervisor, (ISB,))
HE = Actor(UUID(int=2), Role.centre_manager, (ISB,))
ASKED = Question(Measure.people_registered, (Dimension.sex,), "2025-01", "2025-12", centres=(ISB,))
COUNTS = [(("female",), 40), (("male",), 60), (("transgender",), 3)]
FIGURE = frozen(UUID(int=9), UUID(int=8), "Who came", answered(ASKED, (ISB,), AT, COUNTS))
SAID = Advice("A van for papers", Topic.documents, "People wait for weeks.", "A van at the airport.", "The Ministry")
SHARED = Moving("The joint secretary's office", TODAY, SharedBy.letter)


def written(advice: Advice = SAID) -> PolicyNote:
    return PolicyNote.write(PolicyNoteId(UUID(int=5)), ISB, "ISB-N-000001", advice, (FIGURE,), by=SHE, at=AT)[0]


WORD = Moving("x")


def moved(note: PolicyNote, step: NoteStep, its: Moving = WORD, by: Actor = HE) -> None:
    note.step(step, its, by=by, at=AT, told=())


@pytest.mark.parametrize(
    "text",
    [
        "her card is 35202-1234567-1",
        "کارڈ ۳۵۲۰۲ ۱۲۳۴۵۶۷ ۱",
        "3520212345671",
        "ring 0300 1234567",
        "+92 300 1234567 rang",
        "as in ISB-C-000123",
        "case lhe-k-000123",
        "LHE K 000123",
    ],
)
def test_nobody_can_be_found_by_a_note(text: str) -> None:
    with pytest.raises(NamesSomebody):
        impersonal(text, field="observed")
    for name in ("heading", "observed", "advised", "addressee"):
        with pytest.raises(NamesSomebody) as refused:
            written(Advice(**{"heading": "x", "topic": Topic.data, name: text}))
        assert refused.value.field == name
    note = written()
    moved(note, NoteStep.submit)
    with pytest.raises(NamesSomebody):
        moved(note, NoteStep.send_back, Moving(text))


@pytest.mark.parametrize(
    "text",
    [
        "From 2025-01 to 2025-12 some 1,234 people, 56.7 %, paid 85,000 rupees.",
        "Section 22(1) of the Ordinance 1979",
        "SDG 10.7.1, GCM 21, 2024 2025",
    ],
)
def test_figures_and_laws_are_no_people(text: str) -> None:
    assert impersonal(text, field="observed") == text


def test_a_figure_is_frozen_as_it_may_leave() -> None:
    cells = FIGURE.answer.table()
    assert cells[("transgender",)] is None
    assert list(cells.values()).count(None) > 1, "one blank alone is the sum less the others"
    assert FIGURE.means == "People, each once, by when they were registered."


def test_only_what_may_leave_can_be_asked() -> None:
    assert to_be_asked(Question(Measure.people_registered, (), "2025-01", "2025-03"), (ISB,), TODAY).centres == (ISB,)
    with pytest.raises(CountsOnePerson):
        to_be_asked(Question(Measure.people_registered, (Dimension.counsellor,), "2025-01", "2025-03"), (ISB,), TODAY)
    for splits, last in (((Dimension.month,), "2025-03"), ((), "2025-02"), ((), "2026-06")):
        asked = Question(Measure.people_registered, splits, "2025-01", last)
        assert not fits(asked, TODAY)
        with pytest.raises(WholeQuarters):
            to_be_asked(asked, (ISB,), TODAY)


def test_nobody_approves_what_they_wrote_in() -> None:
    note = written()
    note.change(Advice("Another", Topic.data, "x", "x", "x"), (FIGURE,), by=HE, at=AT)
    moved(note, NoteStep.submit)
    for by in (SHE, HE):
        with pytest.raises(TwoPeople):
            moved(note, NoteStep.approve, Moving(), by)
    moved(note, NoteStep.approve, Moving(), Actor(UUID(int=3), Role.dpo, (ISB,)))
    assert note.state is NoteState.approved


def test_only_a_draft_is_changed_and_only_a_whole_one_submitted() -> None:
    for lacks in (Advice("x", Topic.data, "", "x", "x"), Advice("x", Topic.data, "x", "", "x"), Advice("x", Topic.data, "x", "x")):
        with pytest.raises(NoteNotReady):
            moved(written(lacks), NoteStep.submit)
    bare, _ = PolicyNote.write(PolicyNoteId(UUID(int=5)), ISB, "x", SAID, (), by=SHE, at=AT)
    with pytest.raises(NoteNotReady):
        moved(bare, NoteStep.submit)
    note = written()
    moved(note, NoteStep.submit)
    with pytest.raises(NotADraft):
        note.change(SAID, (), by=SHE, at=AT)
    moved(note, NoteStep.send_back)
    assert note.change(SAID, (), by=SHE, at=AT).fields == ("figures",)


def test_it_is_shared_in_some_way_on_a_day_that_was() -> None:
    note = written()
    moved(note, NoteStep.submit)
    moved(note, NoteStep.approve, Moving())
    for its in (Moving("x"), Moving("x", TODAY), Moving("x", date(2026, 5, 5), SharedBy.mail), Moving("", TODAY, SharedBy.mail)):
        with pytest.raises(Invalid):
            moved(note, NoteStep.share, its)
    with pytest.raises(HowNeeded):
        moved(note, NoteStep.share, Moving("x", TODAY))
    moved(note, NoteStep.share, SHARED)
    moved(note, NoteStep.answer, Moving("They ask for costs.", TODAY, SharedBy.mail))
    assert note.content.moves[-1].its == Moving("They ask for costs."), "a day and a way go with sharing alone"
    moved(note, NoteStep.adopt)
    assert (note.state, len(note.content.moves)) == (NoteState.adopted, 5)


def test_no_step_but_those_of_the_table() -> None:
    for step, (stands, _) in STEPS.items():
        for state in set(NoteState) - stands:
            note = written()
            note.state = state
            with pytest.raises(OutOfStep):
                moved(note, step, SHARED)
