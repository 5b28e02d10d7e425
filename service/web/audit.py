"""For the data-protection officer: the trail in words and the reviews of broken glass; for counsellors, breaking it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.audit import BreakGlass, Head, Verdict
from domain.errors import Refusal
from domain.identity import Act
from domain.reporting import Known
from domain.values import StaffId
from service.usecases.audit import TrailPage, Wanted
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, uuid_of
from service.web.people import Names, names
from service.web.trail import Line, line

router = APIRouter(route_class=PageRoute)
LINES = 50
WAITING = 100
NOBODY = TrailPage((), {}, None)


@dataclass(frozen=True, slots=True)
class TrailView:
    """`wanted` is what the lines were narrowed by; `verdict` is there after the chain was walked."""

    lines: tuple[Line, ...]
    wanted: Wanted
    staff: tuple[Known, ...]
    heads: tuple[Head, ...]
    more: UUID | None
    verdict: Verdict | None = None


async def _trail(
    visit: Visit, wanted: Wanted, page: TrailPage, *, again: Again = NOTHING, status: int = 200, verdict: Verdict | None = None
) -> Response:
    known = await names(visit)
    lines = tuple(line(visit.frame.words, entry, known, page.numbers) for entry in page.lines)
    staff = tuple(sorted(known.staff.values(), key=lambda one: one.name))
    view = TrailView(lines, wanted, staff, tuple(await visit.use.audit.heads()), page.following, verdict)
    return visit.show("trail", view, again=again, status=status)


@router.get("/trail", **acts(Act.see_trail))
async def trail(visit: Visiting) -> Response:
    return await _trail(visit, Wanted(), await visit.use.audit.search(visit.actor, Wanted(), LINES, None))


@router.post("/trail", **acts(Act.see_trail))
async def narrowed(visit: Visiting) -> Response:
    """A search is answered with the page itself: whose trail was looked at stands in no address."""
    form = visit.form
    number, staff, day = form.line("client_number", 20), uuid_of(form.raw("staff")), form.day("day")
    wanted = Wanted(number, StaffId(staff) if staff else None, day)
    try:
        form.check()
        page = await visit.use.audit.search(visit.actor, wanted, LINES, uuid_of(form.raw("after")))
    except Refusal as refusal:
        return await _trail(visit, wanted, NOBODY, again=form.again("trail", refusal), status=status_of(refusal))
    return await _trail(visit, wanted, page)


@router.post("/trail/verification", **acts(Act.see_trail))
async def verification(visit: Visiting) -> Response:
    """Walks every chain now and says what was found; nothing is changed by it."""
    verdict = await visit.use.audit.check(visit.actor)
    page = await visit.use.audit.search(visit.actor, Wanted(), LINES, None)
    return await _trail(visit, Wanted(), page, verdict=verdict)


@dataclass(frozen=True, slots=True)
class Opening:
    grant: BreakGlass
    client_number: str
    by: str
    reviewed_by: str
    late: bool


@dataclass(frozen=True, slots=True)
class Reviews:
    """The one that is due first stands first; what is done stands below, newest first."""

    waiting: tuple[Opening, ...]
    done: tuple[Opening, ...]


def _opening(grant: BreakGlass, numbers: dict[UUID, str], known: Names, at: datetime) -> Opening:
    by = known.of_staff(grant.reviewed_by) if grant.reviewed_by else ""
    return Opening(grant, numbers.get(grant.client_id, ""), known.of_staff(grant.staff_id), by, grant.review_by < at)


async def _reviews(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    known, at = await names(visit), visit.frame.at
    waiting = await visit.use.audit.glass(visit.actor, False, WAITING, None)
    done = await visit.use.audit.glass(visit.actor, True, LINES, None)
    view = Reviews(
        tuple(sorted((_opening(one, waiting.numbers, known, at) for one in waiting.grants), key=lambda it: it.grant.review_by)),
        tuple(_opening(one, done.numbers, known, at) for one in done.grants),
    )
    return visit.show("glass", view, again=again, status=status)


@router.get("/glass", **acts(Act.review_break_glass))
async def reviews(visit: Visiting) -> Response:
    return await _reviews(visit)


@router.post("/glass/{id}/review", **acts(Act.review_break_glass))
async def review(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    finding = form.needed("finding", 500)
    try:
        form.check()
        await visit.use.audit.review(visit.actor, id, finding)
    except Refusal as refusal:
        return await _reviews(visit, form.again(f"review-{id}", refusal), status_of(refusal))
    return visit.go("/glass", "reviewed")


@dataclass(frozen=True, slots=True)
class Glass:
    """Nothing is known of the record until a reason is given."""


@router.get("/break-glass", **acts(Act.break_glass))
async def page(visit: Visiting) -> Response:
    return visit.show("break_glass", Glass())


@router.post("/break-glass", **acts(Act.break_glass))
async def break_glass(visit: Visiting) -> Response:
    form = visit.form
    number, reason = form.needed("client_number", 20), form.needed("reason", 500)
    try:
        form.check()
        grant = await visit.use.audit.break_glass(visit.actor, visit.once(), number, reason)
    except Refusal as refusal:
        return visit.refused("break_glass", Glass(), form.again("glass", refusal), refusal)
    return visit.go(f"/clients/{grant.client_id}", "glass")
