"""The staff, as the administrator runs it. A password made for somebody is shown in the answer to the form that asked for it, once: to be
shown on a page of its own it would have to be kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.account import Reset
from domain.errors import Refusal
from domain.identity import ONE_TIME, STAFF_ROLES, Act, Role
from domain.ports import Centre
from domain.values import HOUSE, CentreCode, Language, StaffId
from service.usecases.identity import StaffDetail, StaffLine
from service.web.catalogue import LANGUAGES, mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form
from service.web.labels import label
from service.web.merging import Theirs, apart, chosen, overtaken
from service.web.speaking import own_name

router = APIRouter(route_class=PageRoute)
THE_HOUSE = Centre(HOUSE, mark("The house itself"))


@dataclass(frozen=True, slots=True)
class Everybody:
    active: tuple[StaffLine, ...]
    gone: tuple[StaffLine, ...]


@dataclass(frozen=True, slots=True)
class One:
    """`person` is none for a new one, `own` when it is the administrator's own account; `shown` as it would be typed. Where somebody else
    changed it meanwhile, `stale` says that both are shown and `theirs` where they differ."""

    person: StaffDetail | None
    roles: tuple[Role, ...]
    centres: tuple[Centre, ...]
    languages: tuple[Language, ...]
    own: bool
    shown: Mapping[str, tuple[str, ...]]
    stale: bool
    theirs: Mapping[str, Theirs]


@dataclass(frozen=True, slots=True)
class Handed:
    """`password` is none when the form came a second time: it was shown the first time. `place` is the list they stand in."""

    id: StaffId
    name: str
    username: str
    password: str | None
    place: str = "/staff"
    hours: int = ONE_TIME // timedelta(hours=1)


async def _one(visit: Visit, person: StaffDetail | None = None, typed: Form | None = None) -> One:
    centres = (*await visit.use.identity.centres(visit.actor), THE_HOUSE)
    own = person is not None and person.id == visit.actor.id
    theirs = _apart(person, typed) if person and typed else {}
    return One(person, STAFF_ROLES, centres, tuple(LANGUAGES), own, _fields_of(person) if person else {}, typed is not None, theirs)


async def _page(visit: Visit, id: UUID, again: Again = NOTHING, status: int = 200, *, sent: Form | None = None) -> Response:
    """`sent` are changes that were refused."""
    person = await visit.use.staff.get(visit.actor, StaffId(id))
    typed = sent if sent and overtaken(sent, person.version) else None
    return visit.show("staff_one", await _one(visit, person, typed), again=again, status=status)


def _wanted(form: Form) -> dict[str, object]:
    return {
        "name": form.needed("name"),
        "role": form.chosen("role", Role),
        "centres": _centres(form),
        "language": form.chosen("language", Language),
    }


def _fields_of(it: StaffDetail) -> dict[str, tuple[str, ...]]:
    return {"name": (it.name,), "role": (it.role.value,), "centres": tuple(it.centres), "language": (it.language.value,)}


def _apart(present: StaffDetail, typed: Form) -> Mapping[str, Theirs]:
    meant = _fields_of(replace(present, **_wanted(Form(typed.fields))))  # type: ignore[arg-type]
    own = {"role": label(present.role), "language": own_name(present.language)}
    return apart(typed, meant, _fields_of(present), lambda name, values: own.get(name) or " ".join(values))


def _centres(form: Form) -> tuple[CentreCode, ...]:
    return tuple(CentreCode(code) for code in form.fields.get("centres", ()))


@router.get("/staff", **acts(Act.run_staff))
async def everybody(visit: Visiting) -> Response:
    staff = await visit.use.staff.all(visit.actor)
    active, gone = (tuple(one for one in staff if one.active is here) for here in (True, False))
    return visit.show("staff", Everybody(active, gone))


@router.get("/staff/new", **acts(Act.run_staff))
async def new(visit: Visiting) -> Response:
    return visit.show("staff_new", await _one(visit))


@router.post("/staff", **acts(Act.run_staff))
async def add(visit: Visiting) -> Response:
    form = visit.form
    username, name, role = form.needed("username", 100), form.needed("name"), form.chosen("role", Role)
    try:
        form.check()
        made = await visit.use.staff.add(visit.actor, visit.once(), username, name, role, _centres(form))
    except Refusal as refusal:
        return visit.refused("staff_new", await _one(visit), form.again("staff", refusal), refusal)
    return visit.show("staff_handed", Handed(made.id, made.name, made.username, made.one_time_password))


@router.get("/staff/{id}", **acts(Act.run_staff))
async def one(visit: Visiting, id: UUID) -> Response:
    return await _page(visit, id)


@router.post("/staff/{id}", **acts(Act.run_staff))
async def change(visit: Visiting, id: UUID) -> Response:
    form, seen = visit.form, seen_version(visit.form)
    try:
        form = chosen(form, _fields_of(await visit.use.staff.get(visit.actor, StaffId(id))))
        wants = _wanted(form)
        form.check()
        await visit.use.staff.change(visit.actor, StaffId(id), seen, wants)
    except Refusal as refusal:
        return await _page(visit, id, form.again("staff", refusal), status_of(refusal), sent=form)
    return visit.go(f"/staff/{id}", "changed")


@router.post("/staff/{id}/deactivation", **acts(Act.run_staff))
async def deactivate(visit: Visiting, id: UUID) -> Response:
    return await _active(visit, id, "deactivate", "staff-gone", active=False)


@router.post("/staff/{id}/reactivation", **acts(Act.run_staff))
async def reactivate(visit: Visiting, id: UUID) -> Response:
    return await _active(visit, id, "reactivate", "staff-back", active=True)


async def _active(visit: Visit, id: UUID, name: str, done: str, *, active: bool) -> Response:
    """Nothing is typed here: told that somebody else changed the record, the administrator looks at it and presses again, or does not."""
    form = visit.form
    seen = seen_version(form)
    try:
        form.check()
        await visit.use.staff.change(visit.actor, StaffId(id), seen, {"active": active})
    except Refusal as refusal:
        return await _page(visit, id, form.again(name, refusal), status_of(refusal))
    return visit.go(f"/staff/{id}", done)


def seen_version(form: Form) -> int:
    return form.number("version", 1, 10**9) or 0


@router.post("/staff/{id}/password", **acts(Act.run_staff))
async def reset_password(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    seen = seen_version(form)
    try:
        form.check()
        made = await visit.use.staff.reset(visit.actor, StaffId(id), seen, Reset.password, form.line("reason"))
    except Refusal as refusal:
        return await _page(visit, id, form.again("password", refusal), status_of(refusal))
    return visit.show("staff_handed", Handed(made.id, made.name, made.username, made.one_time_password))


@router.post("/staff/{id}/factors", **acts(Act.run_staff))
async def reset_factors(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    seen, reason = seen_version(form), form.needed("reason")
    try:
        form.check()
        await visit.use.staff.reset(visit.actor, StaffId(id), seen, Reset.factors, reason)
    except Refusal as refusal:
        return await _page(visit, id, form.again("factors", refusal), status_of(refusal))
    return visit.go(f"/staff/{id}", "staff-factors")


@router.post("/staff/{id}/sessions", **acts(Act.run_staff))
async def end_sessions(visit: Visiting, id: UUID) -> Response:
    await visit.use.staff.end_sessions(visit.actor, StaffId(id))
    return visit.go(f"/staff/{id}", "ended")
