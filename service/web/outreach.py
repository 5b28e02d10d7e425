"""Outreach sessions: today's and those to come first, who came, and signing people up while they queue."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.clients import ContactView, Said
from domain.errors import Refusal, Stale
from domain.identity import Act
from domain.outreach import HOLDERS, OutreachKind, OutreachView, Plan, time_of_day
from domain.reference import District
from domain.values import KARACHI, CentreCode, Language, OutreachId, Phone, StaffId
from service.usecases.identity import StaffView
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of
from service.web.people import Names, names
from service.web.times import Moment, day_said, today, when

router = APIRouter(route_class=PageRoute)
LINES = 100
COUNTS = ("female", "male", "transgender", "under_18")


@dataclass(frozen=True, slots=True)
class Line:
    """`district` is its name, `held_by` the colleague's; both may be unknown."""

    session: OutreachView
    at: Moment
    district: str
    held_by: str


@dataclass(frozen=True, slots=True)
class Sessions:
    coming: tuple[Line, ...]
    earlier: tuple[Line, ...]
    more: str


@dataclass(frozen=True, slots=True)
class SessionPage:
    line: Line
    sign_ups: tuple[ContactView, ...]
    countable: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`session` is the one being changed, None for a new one."""

    session: OutreachView | None
    colleagues: tuple[StaffView, ...]
    centres: tuple[CentreCode, ...]
    districts: tuple[District, ...]
    today: str
    stale: bool = False
    kinds: tuple[OutreachKind, ...] = tuple(OutreachKind)
    languages: tuple[Language, ...] = tuple(Language)


def _held(visit: Visit, session: OutreachView) -> Moment:
    words, now = visit.frame.words, visit.frame.at
    if session.begins:
        return when(words, datetime.combine(session.day, time.fromisoformat(session.begins), KARACHI), now)
    full = day_said(words, session.day)
    return Moment(words("today") if session.day == today(now) else full, full, session.day.isoformat())


def _line(visit: Visit, session: OutreachView, known: Names) -> Line:
    district = reference.districts().get(session.district or "")
    return Line(session, _held(visit, session), district.name if district else "", known.of_staff(session.held_by))


@router.get("/outreach", **acts(Act.see_outreach))
async def sessions(visit: Visiting, after: str = "") -> Response:
    found, following = await visit.use.outreach.page(visit.actor, LINES, uuid_of(after))
    known, now = await names(visit), today(visit.frame.at)
    lines = [_line(visit, session, known) for session in found]
    coming = tuple(line for line in reversed(lines) if line.session.day >= now)
    earlier = tuple(line for line in lines if line.session.day < now)
    return visit.show("outreach", Sessions(coming, earlier, f"?after={following}" if following else ""))


async def _plan_page(
    visit: Visit, session: OutreachView | None = None, again: Again = NOTHING, status: int = 200, *, stale: bool = False
) -> Response:
    near = await visit.use.identity.colleagues(visit.actor)
    here = {session.centre} if session else set(visit.actor.centres)
    colleagues = tuple(one for one in near if one.role in HOLDERS and one.active and here & set(one.centres))
    districts = tuple(sorted(reference.districts().values(), key=lambda one: one.name))
    view = PlanPage(session, colleagues, visit.actor.centres, districts, today(visit.frame.at).isoformat(), stale)
    return visit.show("outreach_plan", view, again=again, status=status)


@router.get("/outreach/new", **acts(Act.hold_outreach))
async def new(visit: Visiting) -> Response:
    return await _plan_page(visit)


def _planned(form: Form) -> Plan:
    """Faults stay with the form; whoever calls this checks it before going on."""
    day = form.day("day")
    if day is None and not form.raw("day"):
        form.wrong("day", mark("This cannot be empty."))
    return Plan(
        title=form.needed("topic"),
        kind=form.chosen("kind", OutreachKind),
        day=day or date.max,
        begins=form.read("begins", time_of_day, ""),
        place=form.line("place"),
        district=form.raw("district") or None,
        language=form.choice("language", Language),
        note=form.line("note"),
    )


def _holder(form: Form) -> StaffId | None:
    chosen = uuid_of(form.raw("held_by"))
    return StaffId(chosen) if chosen else None


@router.post("/outreach", **acts(Act.hold_outreach))
async def add(visit: Visiting) -> Response:
    form = visit.form
    plan, centre = _planned(form), CentreCode(form.raw("centre")) if form.raw("centre") else None
    try:
        form.check()
        made = await visit.use.outreach.plan(visit.actor, visit.once(), plan, _holder(form), centre)
    except Refusal as refusal:
        return await _plan_page(visit, None, form.again("plan", refusal), status_of(refusal))
    return visit.go(f"/outreach/{made.id}", "session")


async def _session_page(visit: Visit, id: UUID, again: Again = NOTHING, status: int = 200, *, stale: bool = False) -> Response:
    session = await visit.use.outreach.get(visit.actor, OutreachId(id))
    signed = await visit.use.outreach.sign_ups(visit.actor, session.id) if visit.actor.may(Act.add_contact) else ()
    line = _line(visit, session, await names(visit))
    view = SessionPage(line, signed, session.day <= today(visit.frame.at), stale)
    return visit.show("outreach_session", view, again=again, status=status)


@router.get("/outreach/{id}", **acts(Act.see_outreach))
async def session(visit: Visiting, id: UUID) -> Response:
    return await _session_page(visit, id)


@router.post("/outreach/{id}/sign-ups", **acts(Act.add_contact))
async def sign_up(visit: Visiting, id: UUID) -> Response:
    """The page comes back with its first field ready for the next person."""
    form = visit.form
    phone = form.read("phone", lambda text: Phone.parse(text, safe=form.ticked("phone_safe")), None)
    said = Said(form.line("name"), phone, form.prose("question"))
    try:
        form.check()
        await visit.use.outreach.sign_up(visit.actor, visit.once(), OutreachId(id), said)
    except Refusal as refusal:
        return await _session_page(visit, id, form.again("signup", refusal), status_of(refusal))
    return visit.go(f"/outreach/{id}", "signup", "signup-name")


@router.post("/outreach/{id}/counts", **acts(Act.hold_outreach))
async def count(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    changes: dict[str, object] = {name: form.number(name, 0, 100_000) for name in COUNTS}
    changes["note"], seen = form.line("note"), form.number("version", 1, 10**9) or 0
    try:
        form.check()
        await visit.use.outreach.change(visit.actor, OutreachId(id), seen, changes)
    except Refusal as refusal:
        return await _session_page(visit, id, form.again("counts", refusal), status_of(refusal), stale=isinstance(refusal, Stale))
    return visit.go(f"/outreach/{id}", "changed")


@router.get("/outreach/{id}/edit", **acts(Act.hold_outreach))
async def edit(visit: Visiting, id: UUID) -> Response:
    return await _plan_page(visit, await visit.use.outreach.get(visit.actor, OutreachId(id)))


@router.post("/outreach/{id}/edit", **acts(Act.hold_outreach))
async def change(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    plan, seen, holder = _planned(form), form.number("version", 1, 10**9) or 0, _holder(form)
    changes: dict[str, object] = {name: getattr(plan, name) for name in Plan.__slots__}
    try:
        form.check()
        await visit.use.outreach.change(visit.actor, OutreachId(id), seen, changes | ({"held_by": holder} if holder else {}))
    except Refusal as refusal:
        present = await visit.use.outreach.get(visit.actor, OutreachId(id))
        return await _plan_page(visit, present, form.again("plan", refusal), status_of(refusal), stale=isinstance(refusal, Stale))
    return visit.go(f"/outreach/{id}", "changed")
