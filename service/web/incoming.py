"""Incoming referrals on pages: what partners wait for, one of them with its answer, and whom it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.clients import Likeness
from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.incoming.doors import IncomingFilter, IncomingView
from domain.incoming.record import Words
from domain.incoming.steps import CLOCKED, OPEN, DeskStep, IncomingState
from domain.partners.declining import BY_PEOPLE, DeclineCode
from domain.values import CentreCode, ClientId, IncomingId
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.labels import label
from service.web.people import Names, names
from service.web.referrals import SENT, UNSAID
from service.web.register import PHONES, new_client, register_view
from service.web.times import left

router = APIRouter(route_class=PageRoute)
LINES = 50
WHAT_HAPPENS: Mapping[DeskStep, str] = {
    DeskStep.seen: mark("The partner sees that somebody has looked at it. The clock runs on."),
    DeskStep.accept: mark("The partner is told, and you register the person."),
    DeskStep.need_information: mark("The partner is told, and our clock rests until they answer."),
    DeskStep.decline: mark("The partner reads your reason and helps the person otherwise."),
    DeskStep.complete: mark("The partner reads this. Tell no more of the person than the person wants them to know."),
}
"""What each step does, said beside its button."""


@dataclass(frozen=True, slots=True)
class IncomingLine:
    it: IncomingView
    partner: str
    says: str
    late: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """`waiting` is what partners wait for, the first due first; `others` all else, or those in `state`."""

    waiting: tuple[IncomingLine, ...]
    others: tuple[IncomingLine, ...]
    state: IncomingState | None
    more: str
    invites: bool
    narrowed: tuple[tuple[str, str], ...] = ()
    """Which of those that are counted in a figure these are, beside the state."""
    states: tuple[IncomingState, ...] = tuple(IncomingState)


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """`likely` are clients of ours who may be the person."""

    line: IncomingLine
    names: Names
    district: str
    likely: tuple[Likeness, ...]
    steps: tuple[DeskStep, ...]
    registers: bool
    what_happens: Mapping[DeskStep, str]
    codes: tuple[DeclineCode, ...] = BY_PEOPLE


def _line(visit: Visit, it: IncomingView, known_names: Names) -> IncomingLine:
    words, at = visit.frame.words, visit.frame.at
    says = words(label(it.state))
    if it.answer_by is not None:
        says = words(mark("{state}: {time}"), state=says, time=left(words, it.answer_by, at))
    return IncomingLine(it, known_names.of_partner(it.partner), says, it.answer_by is not None and it.answer_by < at)


@router.get("/incoming", **acts(Act.see_incoming))
async def queue(visit: Visiting, state: str = "", centre: str = "", declined: str = "", came: str = "", after: str = "") -> Response:
    """`centre`, `declined` (a code of why) and `came` (quarters, `2026-Q1.2026-Q4`) come with the ways from the figures."""
    wanted, known_names = known(state, IncomingState), await names(visit)
    at = CentreCode(centre) if centre in visit.actor.centres else None
    filter = IncomingFilter(wanted, known(declined, DeclineCode), declined == UNSAID)
    quarters = came.split(".") if SENT.fullmatch(came) else (None, None)
    found, following = await visit.use.incoming.page(visit.actor, filter, LINES, uuid_of(after), centre=at, came=(quarters[0], quarters[1]))
    kept = {"centre": at, "declined": UNSAID if filter.code_unsaid else filter.decline_code, "came": came if quarters[0] else ""}
    narrowed = tuple((name, str(value)) for name, value in kept.items() if value)
    first = wanted is None and not after and not narrowed
    waiting = await visit.use.incoming.waiting(visit.actor) if first else ()
    others = [one for one in found if wanted is not None or narrowed or one.state not in CLOCKED]
    more = "?" + urlencode([("state", wanted or ""), *narrowed, ("after", following)]) if following else ""
    lines = [tuple(_line(visit, one, known_names) for one in some) for some in (waiting, others)]
    return visit.show("incoming", Queue(lines[0], lines[1], wanted, more, visit.actor.may(Act.invite_agency), narrowed))


async def _likely(visit: Visit, it: IncomingView) -> tuple[Likeness, ...]:
    person = it.told.person
    if it.client_id is not None or it.state not in OPEN or not visit.actor.may(Act.find_client):
        return ()
    year = person.particulars.birth.year if person.particulars.birth else None
    return await visit.use.clients.matches(visit.actor, person.name, person.name_urdu, person.particulars, year)


async def _one(visit: Visit, id: IncomingId, again: Again = NOTHING, status: int = 200) -> Response:
    it, known_names = await visit.use.incoming.get(visit.actor, id), await names(visit)
    may = visit.actor.may(Act.answer_incoming)
    district = reference.districts().get(it.told.person.district or "")
    view = IncomingPage(
        line=_line(visit, it, known_names),
        names=known_names,
        district=district.name if district else "",
        likely=await _likely(visit, it),
        steps=tuple(map(DeskStep, it.steps)) if may else (),
        registers=may and it.client_id is None and it.state is IncomingState.accepted,
        what_happens=WHAT_HAPPENS,
    )
    return visit.show("incoming_one", view, again=again, status=status)


@router.get("/incoming/{id}", **acts(Act.see_incoming))
async def one(visit: Visiting, id: UUID) -> Response:
    return await _one(visit, IncomingId(id))


@router.post("/incoming/{id}/steps", **acts(Act.answer_incoming))
async def step(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted, seen = form.chosen("step", DeskStep), form.number("version", 1, 10**9)
    code = form.choice("decline_code", DeclineCode) if wanted is DeskStep.decline else None
    words = Words(form.prose("note"), form.line("reason"), form.line("outcome"), code)
    try:
        form.check()
        await visit.use.incoming.step(visit.actor, visit.once(), IncomingId(id), wanted, words, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, IncomingId(id), form.again(f"step-{wanted}", refusal), status_of(refusal))
    return visit.go(f"/incoming/{id}", f"incoming-{wanted}")


@router.post("/incoming/{id}/client", **acts(Act.answer_incoming))
async def name(visit: Visiting, id: UUID) -> Response:
    """It is somebody whom the centre knows already."""
    form = visit.form
    client = uuid_of(form.raw("client"))
    if client is None:
        form.wrong("client", mark("Choose one of the list."))
    try:
        form.check()
        await visit.use.incoming.name(visit.actor, visit.once(), IncomingId(id), ClientId(client or id))
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(visit, IncomingId(id), form.again(f"client-{client}", refusal), status_of(refusal))
    return visit.go(f"/clients/{client}", "incoming-client")


@router.get("/incoming/{id}/registration", **acts(Act.answer_incoming))
async def registration(visit: Visiting, id: UUID) -> Response:
    """What the partner gave stands in the form already."""
    it = await visit.use.incoming.get(visit.actor, IncomingId(id))
    again = Again("client", _typed(it))
    return visit.show("register", register_view(visit.actor.centres, incoming=str(id)), again=again)


def _typed(it: IncomingView) -> dict[str, tuple[str, ...]]:
    """The form has room for two telephones; those beyond it are kept with the client all the same."""
    person = it.told.person
    its = person.particulars
    typed = {
        "name": (person.name,),
        "name_urdu": (person.name_urdu,),
        "gender": (person.gender.value,) if person.gender else (),
        "birth_year": (str(its.birth.year),) if its.birth else (),
        "cnic": (str(its.cnic),) if its.cnic else (),
        "district": (person.district or "",),
        "languages": tuple(map(str, its.languages)),
    }
    for place, phone in zip(PHONES, its.phones, strict=False):
        typed |= {place: (phone.number,), f"{place}_safe": ("1",) if phone.safe else ()}
    return typed


@router.post("/incoming/{id}/registration", **acts(Act.answer_incoming))
async def register(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted = new_client(form)
    try:
        form.check()
        made = await visit.use.clients.receive(visit.actor, visit.once(), IncomingId(id), wanted)
    except Refusal as refusal:
        return visit.refused("register", register_view(visit.actor.centres, incoming=str(id)), form.again("client", refusal), refusal)
    return visit.go(f"/clients/{made.id}", "client")
