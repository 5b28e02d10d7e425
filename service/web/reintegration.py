"""Reviews of reintegration on pages: the three of a case, each with its form, written down or changed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.counselling import SessionChannel
from domain.errors import NotFound, Refusal, Stale
from domain.identity import Act
from domain.reintegration.doors import Reviews, RoundLine
from domain.reintegration.reviews import SCORES, Heard, Known, Reached, Round, score
from domain.reporting import CaseSheet
from domain.values import CaseId, day_of
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)
EVER = date.min


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    sheet: CaseSheet
    reviews: Reviews
    names: Names
    today: str
    open: str
    """The round whose form stands open: the first that is due and not written down."""
    may_write: bool
    stale: bool
    results: tuple[Reached, ...] = tuple(Reached)
    channels: tuple[SessionChannel, ...] = tuple(SessionChannel)
    known: tuple[Known, ...] = tuple(Known)
    scores: tuple[str, ...] = SCORES


def said(its: float | None) -> str:
    return "" if its is None else f"{its:.2f}"


def _open(rounds: tuple[RoundLine, ...], today: object) -> str:
    return next((one.round.value for one in rounds if one.review is None and str(one.due_on) <= str(today)), "")


async def _page(visit: Visit, id: CaseId, again: Again = NOTHING, status: int = 200, *, stale: bool = False) -> Response:
    its, today = await visit.use.reintegration.of_case(visit.actor, id), day_of(visit.frame.at)
    sheet, may = await visit.use.cases.opened(visit.actor, id, Act.write_in_case)
    view = ReviewsPage(sheet, its, await names(visit), str(today), _open(its.rounds, today), Act.write_in_case in may, stale)
    return visit.show("reviews", view, again=again, status=status)


def _heard(form: Form) -> Heard:
    """The day stands in for one that is missing, which the form remembers as a fault."""
    if not form.raw("held_on"):
        form.needed("held_on")
    scores = {name: form.read(name, score, None) for name in SCORES}
    return Heard(
        result=form.chosen("result", Reached),
        channel=form.chosen("channel", SessionChannel),
        held_on=form.day("held_on") or EVER,
        in_country=form.choice("in_country", Known) or Known.unknown,
        working=form.choice("working", Known) or Known.unknown,
        safe=form.choice("safe", Known) or Known.unknown,
        words=form.prose("words"),
        **scores,
    )


@router.get("/cases/{returned}/reviews", **acts(Act.see_case))
async def of_case(visit: Visiting, returned: UUID) -> Response:
    return await _page(visit, CaseId(returned))


@router.post("/cases/{returned}/reviews", **acts(Act.write_in_case))
async def write(visit: Visiting, returned: UUID) -> Response:
    """The first time a review is written down; with the version that its form showed, it is changed."""
    form, use, id = visit.form, visit.use.reintegration, CaseId(returned)
    round, heard, seen = form.chosen("round", Round), _heard(form), form.number("version", 1, 10**9)
    try:
        form.check()
        if seen is None:
            await use.hold(visit.actor, visit.once(), id, round, heard)
        else:
            rounds = (await use.of_case(visit.actor, id)).rounds
            review = next((one.review for one in rounds if one.round is round and one.review), None)
            if review is None:
                raise NotFound()
            await use.change(visit.actor, review.id, seen, heard)
    except NotFound:
        raise
    except Refusal as refusal:
        again = form.again(f"review-{round}", refusal)
        return await _page(visit, id, again, status_of(refusal), stale=isinstance(refusal, Stale))
    return visit.go(f"/cases/{returned}/reviews", "review")
