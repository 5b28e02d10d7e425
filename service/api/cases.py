"""Cases, their sheet, and what is written in them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain import reference
from domain.case_doors import CaseFilter, CaseLine, CaseView
from domain.cases import CaseKind, Risk, Stage
from domain.counselling import NoteView, SessionView, TaskView
from domain.errors import Invalid
from domain.figures.funnel import Reached
from domain.identity import Act
from domain.periods import begin_of, end_of
from domain.referrals.doors import ReferralView
from domain.reporting import CaseSheet, Happening, MyDay
from domain.screening import ScreeningView
from domain.values import CaseId, ClientId, ReferralId, StaffId
from service.api.bodies import Day, centre
from service.api.bodies.cases import CaseBody, CaseChange, CaseStepBody, DecisionBody, NoteBody, ScreeningBody, SessionBody, TaskBody
from service.api.bodies.referrals import ReferralBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.api.lean import LeanRoute, Wanted
from service.usecases.referrals import Asked

router = APIRouter(tags=["cases"], route_class=LeanRoute)


MONTH = r"^[1-9]\d{3}-(0[1-9]|1[0-2])$"


class CaseQuery(Wanted):
    """How a caseload list is narrowed; `counsellor` is a colleague's id, or `me`. `reached` leaves the cases that ever came to this step
    of the funnel, `ended` those closed with an outcome."""

    centre: Annotated[str | None, Field(min_length=3, max_length=3)] = None
    stage: Stage | None = None
    counsellor: Annotated[str | None, Field(max_length=36, description="A colleague's id, or `me`")] = None
    risk: Risk | None = None
    kind: CaseKind | None = None
    due_before: Day | None = None
    open_only: bool = False
    opened_from: Annotated[str | None, Field(pattern=MONTH, description="2026-01")] = None
    opened_to: Annotated[str | None, Field(pattern=MONTH, description="2026-11")] = None
    reached: Reached | None = None
    ended: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get("/api/v1/cases", response_model=Page[CaseLine], **acts(Act.see_cases))
async def cases(
    ask: Ask,
    request: Request,
    q: Annotated[CaseQuery, Query()],
) -> Response:
    wanted = CaseFilter(
        centre(q.centre),
        q.stage,
        _colleague(q.counsellor),
        q.risk,
        q.kind,
        q.due_before,
        q.open_only,
        opened_from=begin_of(q.opened_from) if q.opened_from else None,
        opened_before=end_of(q.opened_to) if q.opened_to else None,
        reached=q.reached,
        ended=q.ended,
    )
    lines, following = await ask.use.cases.page(ask.actor, wanted, q.limit, q.cursor, mine=q.counsellor == "me")
    return listed(lines, request, following)


def _colleague(text: str | None) -> StaffId | None:
    if text is None or text == "me":
        return None
    try:
        return StaffId(UUID(text))
    except ValueError:
        raise Invalid("A colleague is named by id, or as `me`.", field="counsellor") from None


@router.post("/api/v1/cases", status_code=201, response_model=CaseView, **acts(Act.open_case))
async def open_case(ask: Ask, body: CaseBody) -> Response:
    view = await ask.use.cases.open(
        ask.actor,
        ask.once,
        ClientId(body.client_id),
        kind=body.kind,
        risk=body.risk,
        summary=body.summary,
        sensitivity=body.sensitivity,
        next_due=body.next_due,
        counsellor=StaffId(body.counsellor) if body.counsellor else None,
        country=body.country,
    )
    return made(view, "/api/v1/cases")


@router.get("/api/v1/cases/{id}", response_model=CaseView, **acts(Act.see_case))
async def case(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.cases.get(ask.actor, CaseId(id)))


@router.patch("/api/v1/cases/{id}", response_model=CaseView, **acts(Act.change_case))
async def change(ask: Ask, id: UUID, body: CaseChange) -> Response:
    return answer(await ask.use.cases.change(ask.actor, CaseId(id), ask.seen_version(), body.changes()))


@router.get("/api/v1/cases/{id}/sheet", response_model=CaseSheet, **acts(Act.see_case))
async def sheet(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.cases.sheet(ask.actor, CaseId(id)))


@router.get("/api/v1/cases/{id}/timeline", response_model=Page[Happening], **acts(Act.see_case))
async def timeline(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.cases.timeline(ask.actor, CaseId(id)), request)


@router.get("/api/v1/cases/{id}/steps", response_model=CaseView, **acts(Act.see_case))
async def steps(ask: Ask, id: UUID) -> Response:
    """The case with the steps that fit now."""
    return answer(await ask.use.cases.get(ask.actor, CaseId(id)))


@router.post("/api/v1/cases/{id}/steps", response_model=CaseView, **acts(Act.change_case))
async def step(ask: Ask, id: UUID, body: CaseStepBody) -> Response:
    view = await ask.use.cases.step(ask.actor, ask.once, CaseId(id), body.step, reason=body.reason or body.note, outcome=body.outcome)
    return answer(view)


@router.get("/api/v1/cases/{id}/sessions", response_model=Page[SessionView], **acts(Act.see_case))
async def sessions(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.counselling.sessions(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/sessions", status_code=201, response_model=SessionView, **acts(Act.write_in_case))
async def add_session(ask: Ask, id: UUID, body: SessionBody) -> Response:
    view = await ask.use.counselling.add_session(
        ask.actor,
        ask.once,
        CaseId(id),
        channel=body.channel,
        minutes=body.minutes,
        topics=tuple(body.topics),
        note=body.note,
        follow_up_on=body.follow_up_on,
        held_at=body.held_at,
    )
    return made(view, f"/api/v1/cases/{id}/sessions")


@router.get("/api/v1/cases/{id}/notes", response_model=Page[NoteView], **acts(Act.see_case))
async def notes(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.counselling.notes(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/notes", status_code=201, response_model=NoteView, **acts(Act.write_in_case))
async def add_note(ask: Ask, id: UUID, body: NoteBody) -> Response:
    return made(await ask.use.counselling.add_note(ask.actor, ask.once, CaseId(id), body.text), f"/api/v1/cases/{id}/notes")


@router.get("/api/v1/cases/{id}/tasks", response_model=Page[TaskView], **acts(Act.see_case))
async def tasks(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.counselling.tasks(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/tasks", status_code=201, response_model=TaskView, **acts(Act.write_in_case))
async def add_task(ask: Ask, id: UUID, body: TaskBody) -> Response:
    assignee = StaffId(body.assignee) if body.assignee else None
    view = await ask.use.counselling.add_task(ask.actor, ask.once, CaseId(id), title=body.title, due_on=body.due_on, assignee=assignee)
    return made(view, f"/api/v1/cases/{id}/tasks")


@router.post("/api/v1/tasks/{id}/completion", response_model=TaskView, **acts(Act.write_in_case))
async def finish_task(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.counselling.finish_task(ask.actor, id))


@router.get("/api/v1/cases/{id}/screenings", response_model=Page[ScreeningView], **acts(Act.see_case))
async def screenings(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.counselling.screenings(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/screenings", status_code=201, response_model=ScreeningView, **acts(Act.screen))
async def screen(ask: Ask, id: UUID, body: ScreeningBody) -> Response:
    view = await ask.use.counselling.screen(ask.actor, ask.once, CaseId(id), body.instrument, body.answers)
    return made(view, f"/api/v1/cases/{id}/screenings")


@router.post("/api/v1/screenings/{id}/decision", response_model=ScreeningView, **acts(Act.decide_screening))
async def decide(ask: Ask, id: UUID, body: DecisionBody) -> Response:
    return answer(await ask.use.counselling.decide(ask.actor, id, body.finding, body.why))


@router.get("/api/v1/cases/{id}/referrals", response_model=Page[ReferralView], **acts(Act.see_referrals))
async def referrals(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.referrals.of_case(ask.actor, CaseId(id)), request)


@router.post("/api/v1/cases/{id}/referrals", status_code=201, response_model=ReferralView, **acts(Act.make_referral))
async def draft_referral(ask: Ask, id: UUID, body: ReferralBody) -> Response:
    asked = Asked(
        partner=body.partner,
        service=body.service,
        reason=body.reason,
        urgency=body.urgency,
        field_groups=tuple(dict.fromkeys(body.field_groups)),
        replaces=ReferralId(body.replaces) if body.replaces else None,
    )
    return made(await ask.use.referrals.draft(ask.actor, ask.once, CaseId(id), asked), "/api/v1/referrals")


@router.get("/api/v1/instruments", **acts(Act.screen))
async def instruments(ask: Ask, request: Request) -> Response:
    """Every screening instrument with its version, source and mark."""
    ask.actor.check(Act.screen)
    return listed([reference.described(one) for one in reference.instruments().values()], request)


@router.get("/api/v1/my-day", response_model=MyDay, **acts(Act.see_cases))
async def my_day(ask: Ask, limit: Annotated[int, Query(ge=1, le=100)] = 25) -> Response:
    """`limit` of each list; the counts beside them are whole."""
    return answer(await ask.use.cases.my_day(ask.actor, limit))
