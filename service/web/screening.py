"""Every questionnaire on a page of its own: which there are, for whom, how far each was checked, and its questions by subject."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.case_doors import CaseView
from domain.errors import Refusal
from domain.identity import Act
from domain.reference import Instrument, Question
from domain.screening import Answer
from domain.values import CaseId
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Questionnaires:
    case: CaseView
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Questions that belong together; an instrument that is not divided has one without a title."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    case: CaseView
    instrument: Instrument
    subjects: tuple[Subject, ...]
    answers: tuple[Answer, ...] = tuple(Answer)


def subjects(instrument: Instrument) -> tuple[Subject, ...]:
    """In the order of the instrument, whatever belongs to no subject last."""
    by_subject = [(title, code) for code, title in instrument.dimensions.items()]
    found = (
        Subject(title, tuple(one for one in instrument.questions if one.dimension == code)) for title, code in (*by_subject, ("", None))
    )
    return tuple(subject for subject in found if subject.questions)


@router.get("/cases/{id}/screenings/new", **acts(Act.screen))
async def questionnaires(visit: Visiting, id: UUID) -> Response:
    case = await visit.use.cases.get(visit.actor, CaseId(id))
    return visit.show("questionnaires", Questionnaires(case, tuple(reference.instruments().values())))


async def _asked(visit: Visit, id: UUID, instrument: Instrument, again: Again = NOTHING, status: int = 200) -> Response:
    case = await visit.use.cases.get(visit.actor, CaseId(id))
    return visit.show("questionnaire", Questionnaire(case, instrument, subjects(instrument)), again=again, status=status)


@router.get("/cases/{id}/screenings/new/{instrument}", **acts(Act.screen))
async def questionnaire(visit: Visiting, id: UUID, instrument: str) -> Response:
    return await _asked(visit, id, reference.instrument(instrument))


@router.post("/cases/{id}/screenings/new/{instrument}", **acts(Act.screen))
async def screen(visit: Visiting, id: UUID, instrument: str) -> Response:
    """A question left alone is sent as no answer, which counts as not known."""
    form, asked = visit.form, reference.instrument(instrument)
    given = {question.code: form.choice(f"answer-{question.code}", Answer) for question in asked.questions}
    answers = {code: answer for code, answer in given.items() if answer is not None}
    try:
        form.check()
        await visit.use.counselling.screen(visit.actor, visit.once(), CaseId(id), asked.code, answers)
    except Refusal as refusal:
        return await _asked(visit, id, asked, form.again("screening", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}", "screening", "screenings")
