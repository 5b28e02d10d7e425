"""Outreach sessions: today's and those to come first, who came, and signing people up while they queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.contacts import ContactView, Said
from domain.errors import Refusal
from domain.identity import Act
from domain.outreach import HOLDERS, OutreachKind, OutreachView
from domain.reference import District
from domain.values import KARACHI, CentreCode, Language, OutreachId, Phone
from service.usecases.identity import StaffView
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of
from service.web.merging import Theirs, chosen, overtaken
from service.web.outreach_forms import count_apart, count_changes, count_fields, holder, plan_apart, plan_changes, plan_fields, planned
from service.web.people import Names, names
from service.web.times import Moment, day_said, today, when

router = APIRouter(route_class=PageRoute)
LINES = 100


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
    """`shown` is the count as it would be typed; where somebody else changed the session meanwhile, `stale` says that both are shown and
    `theirs` where they differ."""

    line: Line
    sign_ups: tuple[ContactView, ...]
    countable: bool
    shown: Mapping[str, tuple[str, ...]]
    stale: bool
    theirs: Mapping[str, Theirs]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`session` is the one being changed, None for a new one; `shown`, `stale` and `theirs` as at its count."""

    session: OutreachView | None
    colleagues: tuple[StaffView, ...]
    centres: tuple[CentreCode, ...]
    districts: tuple[District, ...]
    today: str
    shown: Mapping[str, tuple[str, ...]]
    stale: bool
    theirs: Mapping[str, Theirs]
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
    visit: Visit, session: OutreachView | None = None, again: Again = NOTHING, status: int = 200, *, typed: Form | None = None
) -> Response:
    near = await visit.use.identity.colleagues(visit.actor)
    here = {session.centre} if session else set(visit.actor.centres)
    colleagues = tuple(one for one in near if one.role in HOLDERS and one.active and here & set(one.centres))
    districts = tuple(sorted(reference.districts().values(), key=lambda one: one.name))
    shown = plan_fields(session) if session else {}
    theirs = plan_apart(visit.frame.words, session, typed, colleagues) if session and typed else {}
    day = today(visit.frame.at).isoformat()
    view = PlanPage(session, colleagues, visit.actor.centres, districts, day, shown, typed is not None, theirs)
    return visit.show("outreach_plan", view, again=again, status=status)


@router.get("/outreach/new", **acts(Act.hold_outreach))
async def new(visit: Visiting) -> Response:
    return await _plan_page(visit)


@router.post("/outreach", **acts(Act.hold_outreach))
async def add(visit: Visiting) -> Response:
    form = visit.form
    plan, centre = planned(form), CentreCode(form.raw("centre")) if form.raw("centre") else None
    try:
        form.check()
        made = await visit.use.outreach.plan(visit.actor, visit.once(), plan, holder(form), centre)
    except Refusal as refusal:
        return await _plan_page(visit, None, form.again("plan", refusal), status_of(refusal))
    return visit.go(f"/outreach/{made.id}", "session")


async def _session_page(visit: Visit, id: UUID, again: Again = NOTHING, status: int = 200, *, counts: Form | None = None) -> Response:
    """`counts` is a count that was refused."""
    session = await visit.use.outreach.get(visit.actor, OutreachId(id))
    stale = counts is not None and overtaken(counts, session.version)
    signed = await visit.use.outreach.sign_ups(visit.actor, session.id) if visit.actor.may(Act.add_contact) else ()
    line = _line(visit, session, await names(visit))
    countable, theirs = session.day <= today(visit.frame.at), count_apart(session, counts) if counts and stale else {}
    view = SessionPage(line, signed, countable, count_fields(session), stale, theirs)
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


def _seen(form: Form) -> int:
    return form.number("version", 1, 10**9) or 0


@router.post("/outreach/{id}/counts", **acts(Act.hold_outreach))
async def count(visit: Visiting, id: UUID) -> Response:
    form, seen = visit.form, _seen(visit.form)
    try:
        form = chosen(form, count_fields(await visit.use.outreach.get(visit.actor, OutreachId(id))))
        changes = count_changes(form)
        form.check()
        await visit.use.outreach.change(visit.actor, OutreachId(id), seen, changes)
    except Refusal as refusal:
        return await _session_page(visit, id, form.again("counts", refusal), status_of(refusal), counts=form)
    return visit.go(f"/outreach/{id}", "changed")


@router.get("/outreach/{id}/edit", **acts(Act.hold_outreach))
async def edit(visit: Visiting, id: UUID) -> Response:
    return await _plan_page(visit, await visit.use.outreach.get(visit.actor, OutreachId(id)))


@router.post("/outreach/{id}/edit", **acts(Act.hold_outreach))
async def change(visit: Visiting, id: UUID) -> Response:
    form, seen = visit.form, _seen(visit.form)
    try:
        form = chosen(form, plan_fields(await visit.use.outreach.get(visit.actor, OutreachId(id))))
        changes = plan_changes(form)
        form.check()
        await visit.use.outreach.change(visit.actor, OutreachId(id), seen, changes)
    except Refusal as refusal:
        present = await visit.use.outreach.get(visit.actor, OutreachId(id))
        typed = form if overtaken(form, present.version) else None
        return await _plan_page(visit, present, form.again("plan", refusal), status_of(refusal), typed=typed)
    return visit.go(f"/outreach/{id}", "changed")
