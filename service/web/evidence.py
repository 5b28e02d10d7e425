"""Evidence on pages: the register of research requests, asking, deciding, and what was released under one."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.evidence.columns import Column, Period
from domain.evidence.release import Shape
from domain.evidence.request import RequestStep, ResearchView, Scopes, Study
from domain.evidence.synthetic import BUDGET
from domain.identity import Act
from domain.periods import Quarter
from domain.values import CentreCode, ReleaseId, ResearchId
from service.usecases.evidence import ResearchFile
from service.web import guard
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, uuid_of
from service.web.people import Names, names
from service.web.times import today

router = APIRouter(route_class=PageRoute)
LINES = 50
QUARTERS = 20
"""So many quarters back can be chosen."""


@dataclass(frozen=True, slots=True)
class Register:
    """`quarters` are those that are over, the latest first."""

    requests: tuple[ResearchView, ...]
    names: Names
    more: UUID | None
    centres: tuple[CentreCode, ...]
    quarters: tuple[str, ...]
    columns: tuple[Column, ...] = tuple(Column)


@dataclass(frozen=True, slots=True)
class OneRequest:
    """`releases` may be made where `open`."""

    file: ResearchFile
    names: Names
    open: bool
    synthesizes: bool
    budget: int = BUDGET


def _quarters(visit: Visit) -> tuple[str, ...]:
    now = Quarter.of(today(visit.frame.at)).number
    return tuple(str(Quarter(now - back)) for back in range(1, QUARTERS + 1))


async def _register(visit: Visit, after: UUID | None = None, again: Again = NOTHING, status: int = 200) -> Response:
    found = await visit.use.evidence.page(visit.actor, LINES, after)
    more = found[-1].id if len(found) == LINES else None
    view = Register(found, await names(visit), more, visit.actor.centres, _quarters(visit))
    return visit.show("evidence", view, again=again, status=status)


async def _one(visit: Visit, id: ResearchId, again: Again = NOTHING, status: int = 200) -> Response:
    file = await visit.use.evidence.get(visit.actor, id)
    view = OneRequest(
        file, await names(visit), file.request.state.value == "approved" and not file.request.over, visit.use.evidence.synthesizes
    )
    return visit.show("evidence_one", view, again=again, status=status)


@router.get("/evidence", **acts(Act.see_evidence))
async def register(visit: Visiting, after: str = "") -> Response:
    return await _register(visit, uuid_of(after))


@router.post("/evidence", **acts(Act.ask_evidence))
async def ask(visit: Visiting) -> Response:
    form = visit.form
    study = Study(form.line("who"), form.line("organisation"), form.prose("purpose"), form.prose("ground"))
    columns, centre = form.several("columns", Column), form.line("centre")
    expires = form.day("expires_on")
    if expires is None and not form.raw("expires_on"):
        form.needed("expires_on")
    try:
        form.check()
        period = Period.of(form.raw("first"), form.raw("last"), today(visit.frame.at))
        wanted = Scopes(columns, period, expires or today(visit.frame.at))
        made = await visit.use.evidence.ask(visit.actor, visit.once(), CentreCode(centre), study, wanted)
    except Refusal as refusal:
        return await _register(visit, None, form.again("ask", refusal), status_of(refusal))
    return visit.go(f"/evidence/{made.id}", "evidence-asked")


@router.get("/evidence/{id}", **acts(Act.see_evidence))
async def one(visit: Visiting, id: UUID) -> Response:
    return await _one(visit, ResearchId(id))


@router.post("/evidence/{id}/steps", **acts(Act.decide_evidence))
async def step(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted, reason, seen = form.chosen("step", RequestStep), form.line("reason"), form.number("version", 1, 10**9)
    try:
        form.check()
        await visit.use.evidence.step(visit.actor, visit.once(), ResearchId(id), wanted, reason=reason, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, ResearchId(id), form.again(f"{wanted}", refusal), status_of(refusal))
    return visit.go(f"/evidence/{id}", f"evidence-{wanted}")


@router.post("/evidence/{id}/releases", **acts(Act.make_extract))
async def release(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    shape, columns, epsilon = form.chosen("shape", Shape), form.several("columns", Column), form.number("epsilon", 1, BUDGET)
    try:
        form.check()
        await visit.use.evidence.release(visit.actor, visit.once(), ResearchId(id), shape, columns, epsilon=epsilon)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, ResearchId(id), form.again(f"{shape}", refusal), status_of(refusal))
    return visit.go(f"/evidence/{id}", "evidence-released")


@router.get("/evidence/releases/{id}/file", **acts(Act.see_evidence))
async def file(visit: Visiting, id: UUID) -> Response:
    name, text = await visit.use.evidence.file(visit.actor, ReleaseId(id))
    its = {"Content-Disposition": f'attachment; filename="{name}"'}
    return visit.hand(Response(text, 200, {**guard.HEADERS, **its}, "text/csv; charset=utf-8"))
