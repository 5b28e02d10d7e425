"""What a colleague holds, and one form to give all of it to another."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.figures.handover import Held
from domain.identity import Act, Role
from domain.values import CaseId, StaffId
from service.usecases.identity import StaffView
from service.usecases.watching import MOST_HELD
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, uuid_of
from service.web.people import names
from service.web.sheet import worded

router = APIRouter(route_class=PageRoute)
NOBODY = mark("Choose a colleague.")


@dataclass(frozen=True, slots=True)
class HeldPage:
    """`given_by` where only what that person handed over is shown, to be given back."""

    whose: StaffId
    name: str
    given_by: str
    back_to: StaffId | None
    held: Held
    colleagues: tuple[StaffView, ...]
    most: int = MOST_HELD


async def _held_page(visit: Visit, whose: StaffId, given_by: StaffId | None, again: Again = NOTHING, status: int = 200) -> Response:
    known = await names(visit)
    name, giver = known.of_staff(whose), known.of_staff(given_by) if given_by else ""
    if not name or (given_by and not giver):
        raise NotFound()
    held = await visit.use.watching.held(visit.actor, whose, given_by)
    near = await visit.use.identity.colleagues(visit.actor)
    colleagues = tuple(one for one in near if one.active and one.role in (Role.counsellor, Role.supervisor) and one.id != whose)
    shown = Held(worded(held.cases), held.tasks)
    view = HeldPage(whose, name, giver, given_by, shown, tuple(sorted(colleagues, key=lambda one: one.name)))
    return visit.show("figures_held", view, again=again, status=status)


def _person(text: str) -> StaffId | None:
    found = uuid_of(text)
    return StaffId(found) if found else None


@router.get("/figures/held", **acts(Act.approve_referral))
async def held(visit: Visiting, whose: str = "", given_by: str = "") -> Response:
    """One's own, where nobody is named. `given_by` leaves the cases that this colleague handed over, to be given back."""
    return await _held_page(visit, _person(whose) or StaffId(visit.actor.id), _person(given_by))


@router.post("/figures/held", **acts(Act.approve_referral))
async def hand_over(visit: Visiting) -> Response:
    """To the page of whoever has it now, with what was given, so that it can be given back."""
    form = visit.form
    whose = _person(form.raw("whose")) or StaffId(visit.actor.id)
    to, giver = _person(form.raw("to")), _person(form.raw("given_by"))
    cases, tasks = ([one for text in form.fields.get(name, ()) if (one := uuid_of(text))] for name in ("case", "task"))
    if to is None:
        form.wrong("to", NOBODY)
    try:
        form.check()
        await visit.use.cases.hand_over(visit.actor, visit.once(), to or whose, [CaseId(one) for one in cases], tasks)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _held_page(visit, whose, giver, form.again("hand-over", refusal), status_of(refusal))
    return visit.go(f"/figures/held?whose={to}&given_by={whose}", "handed-over")
