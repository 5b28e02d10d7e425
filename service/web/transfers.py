"""Transfers between centres on pages: asking from a case, what other centres ask of ours, one with its answer, and those we sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.consent import ConsentForm
from domain.errors import NotFound, Refusal
from domain.identity import Act, Role
from domain.partners.times import Urgency
from domain.transfers.doors import Direction, TransferView
from domain.transfers.record import Wanted
from domain.transfers.steps import TransferState, TransferStep
from domain.values import CaseId, CentreCode, StaffId, TransferId
from service.usecases.identity import StaffView
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.labels import label
from service.web.people import Names, names
from service.web.times import left

router = APIRouter(route_class=PageRoute)
LINES = 50
Centres = Mapping[CentreCode, str]


@dataclass(frozen=True, slots=True)
class TransferLine:
    """`other` is the other centre, by name."""

    it: TransferView
    other: str
    says: str
    late: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """`waiting` is what other centres wait for, the first due first; `others` all else of this direction, or those in `state`."""

    waiting: tuple[TransferLine, ...]
    others: tuple[TransferLine, ...]
    direction: Direction
    state: TransferState | None
    answers: bool
    more: str
    states: tuple[TransferState, ...] = tuple(TransferState)
    directions: tuple[Direction, ...] = tuple(Direction)


@dataclass(frozen=True, slots=True)
class TransferPage:
    """`takers` are those who may be given the client."""

    line: TransferLine
    names: Names
    district: str
    takers: tuple[StaffView, ...]
    steps: tuple[TransferStep, ...]


@dataclass(frozen=True, slots=True)
class CaseTransfers:
    """`centres` are those that may be asked; none where the reader may not ask."""

    case: UUID
    lines: tuple[TransferLine, ...]
    names: Names
    centres: tuple[tuple[CentreCode, str], ...]
    urgencies: tuple[Urgency, ...] = tuple(Urgency)
    ways: tuple[ConsentForm, ...] = tuple(ConsentForm)


async def _centres(visit: Visit) -> dict[CentreCode, str]:
    return dict(await visit.use.transfers.centres(visit.actor))


def _line(visit: Visit, it: TransferView, centres: Centres) -> TransferLine:
    words, at = visit.frame.words, visit.frame.at
    says, waits = words(label(it.state)), it.state is TransferState.requested
    if waits:
        says = words(mark("{state}: {time}"), state=says, time=left(words, it.answer_by, at))
    other = it.centre if it.direction is Direction.received else it.to_centre
    return TransferLine(it, centres.get(other, other), says, waits and it.answer_by < at)


@router.get("/transfers", **acts(Act.see_transfers))
async def queue(visit: Visiting, direction: str = "", state: str = "", after: str = "") -> Response:
    """Whoever answers begins with what waits for them; everybody else with what they sent."""
    answers, wanted = visit.actor.may(Act.answer_transfer), known(state, TransferState)
    way = known(direction, Direction) or (Direction.received if answers else Direction.sent)
    found, following = await visit.use.transfers.page(visit.actor, way, wanted, LINES, uuid_of(after))
    first = way is Direction.received and wanted is None and not after
    waiting = await visit.use.transfers.waiting(visit.actor) if first else ()
    others = [one for one in found if not first or one.state is not TransferState.requested]
    more = f"?direction={way}&state={wanted or ''}&after={following}" if following else ""
    centres = await _centres(visit)
    lines = [tuple(_line(visit, one, centres) for one in some) for some in (waiting, others)]
    return visit.show("transfers", Queue(lines[0], lines[1], way, wanted, answers, more))


async def _takers(visit: Visit, it: TransferView) -> tuple[StaffView, ...]:
    if TransferStep.accept not in it.steps or not visit.actor.may(Act.answer_transfer):
        return ()
    near = [one for one in await visit.use.identity.colleagues(visit.actor) if it.to_centre in one.centres and one.active]
    return tuple(sorted((one for one in near if one.role in (Role.counsellor, Role.supervisor)), key=lambda one: one.name))


async def _one(visit: Visit, id: TransferId, again: Again = NOTHING, status: int = 200) -> Response:
    it = await visit.use.transfers.get(visit.actor, id)
    district = reference.districts().get((it.told.extract.district if it.told else "") or "")
    acts_of = {TransferStep.withdraw: Act.ask_transfer}
    view = TransferPage(
        line=_line(visit, it, await _centres(visit)),
        names=await names(visit),
        district=district.name if district else "",
        takers=await _takers(visit, it),
        steps=tuple(step for step in it.steps if visit.actor.may(acts_of.get(step, Act.answer_transfer))),
    )
    return visit.show("transfer", view, again=again, status=status)


@router.get("/transfers/{id}", **acts(Act.see_transfers))
async def one(visit: Visiting, id: UUID) -> Response:
    return await _one(visit, TransferId(id))


@router.post("/transfers/{id}/answer", **acts(Act.answer_transfer))
async def answer(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    step, reason, seen = form.chosen("step", TransferStep), form.line("reason"), form.number("version", 1, 10**9)
    to, its = uuid_of(form.raw("counsellor")), TransferId(id)
    try:
        form.check()
        by = StaffId(to) if to else None
        made = await visit.use.transfers.answer(visit.actor, visit.once(), its, step, reason=reason, counsellor=by, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, its, form.again(f"step-{step}", refusal), status_of(refusal))
    return visit.go(f"/cases/{made.case_id}" if made.case_id else f"/transfers/{id}", f"transfer-{step}")


@router.post("/transfers/{id}/withdrawal", **acts(Act.ask_transfer))
async def withdraw(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    seen = form.number("version", 1, 10**9)
    try:
        form.check()
        await visit.use.transfers.withdraw(visit.actor, visit.once(), TransferId(id), seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, TransferId(id), form.again("step-withdraw", refusal), status_of(refusal))
    return visit.go(f"/transfers/{id}", "transfer-withdraw")


async def _of_case(visit: Visit, id: CaseId, again: Again = NOTHING, status: int = 200) -> Response:
    found, centres = await visit.use.transfers.of_case(visit.actor, id), await _centres(visit)
    asks = bool(await visit.use.cases.may(visit.actor, id, Act.ask_transfer))
    if any(one.state is TransferState.requested for one in found):
        asks = False
    case = await visit.use.cases.get(visit.actor, id)
    others = tuple((code, name) for code, name in centres.items() if code != case.centre) if asks else ()
    view = CaseTransfers(id, tuple(_line(visit, one, centres) for one in found), await names(visit), others)
    return visit.show("case_transfers", view, again=again, status=status)


@router.get("/cases/{id}/transfers", **acts(Act.see_transfers))
async def of_case(visit: Visiting, id: UUID) -> Response:
    return await _of_case(visit, CaseId(id))


@router.post("/cases/{id}/transfers", **acts(Act.ask_transfer))
async def ask(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted = Wanted(
        to=CentreCode(form.line("centre", 3)),
        reason=form.prose("reason", needed=True),
        urgency=form.chosen("urgency", Urgency),
        agreed_how=form.choice("agreed_how", ConsentForm),
        agreed_on=form.day("agreed_on"),
    )
    try:
        form.check()
        made = await visit.use.transfers.ask(visit.actor, visit.once(), CaseId(id), wanted)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _of_case(visit, CaseId(id), form.again("ask", refusal), status_of(refusal))
    return visit.go(f"/transfers/{made.id}", "transfer-asked")
