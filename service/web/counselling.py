"""What is written on the case sheet: sessions, notes, tasks, the seven questions and the decision after them."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.counselling import SessionChannel
from domain.errors import Refusal
from domain.identity import Act
from domain.screening import Answer, Finding
from domain.topics import SessionTopic
from domain.values import CaseId
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.sheet import sheet_page

router = APIRouter(route_class=PageRoute)


async def _written(visit: Visit, id: UUID, form: str, done: str, place: str, deed: Callable[[], Awaitable[object]]) -> Response:
    """Does the deed when the form is whole; else the sheet again, with the form open and nothing lost."""
    try:
        visit.form.check()
        await deed()
    except Refusal as refusal:
        return await sheet_page(visit, CaseId(id), visit.form.again(form, refusal), status_of(refusal))
    return visit.go(f"/cases/{id}", done, place)


@router.post("/cases/{id}/sessions", **acts(Act.write_in_case))
async def add_session(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    channel, minutes = form.chosen("channel", SessionChannel), form.number("minutes", 0, 600)
    if minutes is None and not form.raw("minutes"):
        form.wrong("minutes", mark("This cannot be empty."))
    ticked = tuple(topic.value for topic in form.several("topic", SessionTopic))
    words = tuple(topic.strip() for topic in form.line("topics").replace("،", ",").split(",") if topic.strip())
    note, follow_up = form.prose("note"), form.day("follow_up_on")

    async def deed() -> object:
        return await visit.use.counselling.add_session(
            visit.actor,
            visit.once(),
            CaseId(id),
            channel=channel,
            minutes=minutes or 0,
            topics=(*ticked, *words),
            note=note,
            follow_up_on=follow_up,
        )

    return await _written(visit, id, "session", "session", "sessions", deed)


@router.post("/cases/{id}/notes", **acts(Act.write_in_case))
async def add_note(visit: Visiting, id: UUID) -> Response:
    text = visit.form.prose("text", needed=True)

    async def deed() -> object:
        return await visit.use.counselling.add_note(visit.actor, visit.once(), CaseId(id), text)

    return await _written(visit, id, "note", "note", "notes", deed)


@router.post("/cases/{id}/tasks", **acts(Act.write_in_case))
async def add_task(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    title, due_on = form.needed("title"), form.day("due_on")
    if due_on is None and not form.raw("due_on"):
        form.wrong("due_on", mark("This cannot be empty."))

    async def deed() -> object:
        return await visit.use.counselling.add_task(
            visit.actor, visit.once(), CaseId(id), title=title, due_on=due_on or date.max, assignee=None
        )

    return await _written(visit, id, "task", "task", "tasks", deed)


@router.post("/cases/{id}/tasks/{task}/completion", **acts(Act.write_in_case))
async def finish_task(visit: Visiting, id: UUID, task: UUID) -> Response:
    return await _written(visit, id, "finish", "finished", "tasks", lambda: visit.use.counselling.finish_task(visit.actor, task))


@router.post("/cases/{id}/screenings", **acts(Act.screen))
async def screen(visit: Visiting, id: UUID) -> Response:
    """A question left alone is sent as no answer, which counts as not known."""
    form = visit.form
    questions = reference.instruments()["short-flags"].questions
    given = {question.code: form.choice(f"answer-{question.code}", Answer) for question in questions}
    answers = {code: answer for code, answer in given.items() if answer is not None}

    async def deed() -> object:
        return await visit.use.counselling.screen(visit.actor, visit.once(), CaseId(id), "short-flags", answers)

    return await _written(visit, id, "screening", "screening", "screenings", deed)


@router.post("/cases/{id}/screenings/{screening}/decision", **acts(Act.decide_screening))
async def decide(visit: Visiting, id: UUID, screening: UUID) -> Response:
    finding, why = visit.form.chosen("finding", Finding), visit.form.prose("why", needed=True)
    form = f"decision-{screening}"
    return await _written(
        visit, id, form, "decision", "screenings", lambda: visit.use.counselling.decide(visit.actor, screening, finding, why)
    )
