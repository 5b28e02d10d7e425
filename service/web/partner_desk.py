"""The desk of a partner: its queue, one referral with what is asked and what can be answered, and in whose hands it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.partners.exchange import AnswerStep
from domain.referrals.answered import Answered
from domain.referrals.queue import Colleague, Held, HeldAlready, QueueLine, Share
from domain.referrals.steps import State
from domain.values import StaffId
from service.usecases.partner_side import DESK
from service.web.answering import Answering, Asked, answer_of, answering
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of

router = APIRouter(route_class=PageRoute)
LINES = 50
SHARES: Mapping[Share, str] = {
    Share.all: mark("All that is open"),
    Share.unheld: mark("In nobody's hands"),
    Share.mine: mark("In your hands"),
}
_NEW = mark("New: please answer")
STANDS: Mapping[State, str] = {
    State.queued: _NEW,
    State.delivered: _NEW,
    State.seen: mark("Seen: please answer"),
    State.answered: mark("Your question is answered: please answer"),
    State.needs_information: mark("You asked for more; the centre has to answer"),
    State.accepted: mark("Accepted: set an appointment, or begin"),
    State.appointment_set: mark("An appointment is set"),
    State.in_service: mark("You have begun"),
    State.recalled: mark("Taken back: delete what you hold of it, and say so"),
}
"""Where a referral stands, said to whoever has to answer it."""


@dataclass(frozen=True, slots=True)
class Queue:
    lines: tuple[QueueLine, ...]
    share: Share
    me: StaffId
    shares: Mapping[Share, str]
    stands: Mapping[State, str]
    more: UUID | None
    whole: bool
    """Whether it begins at the head of the queue."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """`colleagues` are those to whom the reader may give it: empty for whoever does not lead the desk."""

    inside: Answering
    held: Held
    me: StaffId
    colleagues: tuple[Colleague, ...]


async def _queue(visit: Visit, share: Share = Share.all, again: Again = NOTHING, status: int = 200, after: UUID | None = None) -> Response:
    lines, following = await visit.use.partner_desk.queue(visit.actor, share, LINES, after)
    view = Queue(lines, share, StaffId(visit.actor.id), SHARES, STANDS, following, after is None)
    return visit.show("partner_queue", view, again=again, status=status)


async def _page(visit: Visit, ref: str, again: Again = NOTHING, status: int = 200) -> Response:
    inside = await answering(visit.use, Asked(visit.actor, ref, f"/queue/{ref}", DESK), visit.frame.words)
    desk, leads = visit.use.partner_desk, visit.actor.may(Act.share_out_referral)
    colleagues = await desk.colleagues(visit.actor) if leads else ()
    view = DeskPage(inside, await desk.holder(visit.actor, ref), StaffId(visit.actor.id), colleagues)
    return visit.show("partner_referral", view, again=again, status=status)


@router.get("/queue", **acts(Act.see_partner_queue))
async def queue(visit: Visiting, share: str = "", after: str = "") -> Response:
    return await _queue(visit, known(share, Share) or Share.all, after=uuid_of(after))


@router.get("/queue/{ref}", **acts(Act.see_partner_queue))
async def one(visit: Visiting, ref: str) -> Response:
    return await _page(visit, ref)


@router.post("/queue/{ref}/holder", **acts(Act.hold_referral))
async def hold(visit: Visiting, ref: str) -> Response:
    """Whoever takes it has seen it, and the centre is told so. Who comes second finds the queue as it is now."""
    form, me = visit.form, visit.actor.id
    wanted = uuid_of(form.raw("holder"))
    if form.raw("holder") and wanted is None:
        raise NotFound()
    try:
        await visit.use.partner_desk.hold(visit.actor, visit.once(), ref, StaffId(wanted) if wanted else None)
    except HeldAlready as refusal:
        return await _queue(visit, again=form.again("holder", refusal), status=status_of(refusal))
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(visit, ref, form.again("holder", refusal), status_of(refusal))
    side = visit.use.partner_side
    if wanted == me and AnswerStep.seen.value in (await side.stands(visit.actor, ref)).steps:
        await side.answer(visit.actor, None, ref, Answered(AnswerStep.seen), channel=DESK)
    return visit.go(f"/queue/{ref}", "held") if wanted == me else visit.go("/queue", "shared" if wanted else "put-back")


@router.post("/queue/{ref}/steps", **acts(Act.answer_referral))
async def step(visit: Visiting, ref: str) -> Response:
    its = answer_of(visit.form)
    try:
        visit.form.check()
        await visit.use.partner_side.answer(visit.actor, visit.once(), ref, its, channel=DESK)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(visit, ref, visit.form.again(f"step-{its.step}", refusal), status_of(refusal))
    return visit.go(f"/queue/{ref}", "told")
