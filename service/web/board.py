"""The board of whoever answers for a centre: what waits, the longest waiting first, and a case given to somebody right there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.errors import NotFound, Refusal
from domain.identity import Act, Role
from domain.reporting import Board
from domain.values import CaseId
from service.usecases.identity import StaffView
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, uuid_of
from service.web.people import Names, names
from service.web.sheet import worded

router = APIRouter(route_class=PageRoute)
FEW, WHOLE = 6, 100
NOBODY = mark("Choose a colleague.")


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`whole` where every section is shown to its end."""

    board: Board
    names: Names
    colleagues: tuple[StaffView, ...]
    titles: Mapping[str, str]
    whole: bool

    @property
    def waits(self) -> int:
        its = self.board
        shown = (its.approvals, its.plans, its.unheld, its.overdue, its.late, its.undecided, its.incoming, its.transfers, its.exports)
        return sum(one.n for one in shown)


async def _board_page(visit: Visit, whole: bool, again: Again = NOTHING, status: int = 200) -> Response:
    board = await visit.use.board.look(visit.actor, WHOLE if whole else FEW)
    known = await names(visit)
    overdue = tuple(replace(line, cases=worded(line.cases)) for line in board.overdue.lines)
    board = replace(board, overdue=replace(board.overdue, lines=overdue), unheld=replace(board.unheld, lines=worded(board.unheld.lines)))
    near = await visit.use.identity.colleagues(visit.actor)
    may_hold = [one for one in near if one.active and one.role in (Role.counsellor, Role.supervisor)]
    titles = {code: one.title for code, one in reference.instruments().items()}
    view = BoardPage(board, known, tuple(sorted(may_hold, key=lambda one: one.name)), titles, whole)
    return visit.show("board", view, again=again, status=status)


@router.get("/board", **acts(Act.approve_referral))
async def board(visit: Visiting, all: str = "") -> Response:
    return await _board_page(visit, bool(all))


@router.post("/cases/{id}/holder", **acts(Act.assign_case))
async def give(visit: Visiting, id: UUID) -> Response:
    """From the board and back to it."""
    form = visit.form
    to, seen = uuid_of(form.raw("holder")), form.number("version", 1, 10**9) or 0
    if to is None:
        form.wrong("holder", NOBODY)
    try:
        form.check()
        await visit.use.cases.change(visit.actor, CaseId(id), seen, {"counsellor_id": to})
    except NotFound:
        raise
    except Refusal as refusal:
        return await _board_page(visit, False, form.again(f"give-{id}", refusal), status_of(refusal))
    return visit.go("/board", "given")
