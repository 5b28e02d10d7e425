"""Exports on pages: the register, asking with a list of columns, deciding, and the way to the locked file."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from domain.errors import Invalid, NotFound, Refusal
from domain.exports.columns import COLUMNS, ExportColumn, Subject, Tells, columns_of
from domain.exports.record import DECIDES, KINDS, SEES_PEOPLE, ExportStep, ExportView, Wanted
from domain.identity import Act
from domain.periods import month_of
from domain.reports.sheet import FileKind
from domain.values import KARACHI, CentreCode
from service.usecases.exports import Wording
from service.web import guard
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.labels import label
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)
LINES = 50
MONTHS = {"first": "begin", "last": "end"}
"""What the form calls them, beside the quarters of evidence."""


@dataclass(frozen=True, slots=True)
class Register:
    exports: tuple[ExportView, ...]
    names: Names
    more: UUID | None


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that tell the same of somebody."""

    tells: Tells
    columns: tuple[ExportColumn, ...]


@dataclass(frozen=True, slots=True)
class New:
    """`subject` is what the lines will be about; `groups` are its columns that this role may have."""

    subject: Subject
    subjects: tuple[Subject, ...]
    groups: tuple[Group, ...]
    centres: tuple[CentreCode, ...]
    kinds: tuple[FileKind, ...]
    month: str


@dataclass(frozen=True, slots=True)
class One:
    """`own` is whether the reader asked for it; `steps` are those that they may take; `password` and `ticket` are shown once."""

    export: ExportView
    names: Names
    own: bool
    steps: tuple[ExportStep, ...]
    password: str = ""
    ticket: str = ""


@router.get("/exports", **acts(Act.see_exports))
async def register(visit: Visiting, after: str = "") -> Response:
    found = await visit.use.exports.page(visit.actor, LINES, uuid_of(after))
    more = found[-1].id if len(found) == LINES else None
    return visit.show("exports", Register(found, await names(visit), more))


def _form(visit: Visit, subject: Subject, again: Again = NOTHING, status: int = 200) -> Response:
    people = visit.actor.role in SEES_PEOPLE
    shown = [tells for tells in Tells if people or tells is Tells.internal]
    its = columns_of(subject)
    groups = tuple(Group(tells, tuple(one for one in its if COLUMNS[one].tells is tells)) for tells in shown)
    view = New(subject, tuple(Subject), tuple(one for one in groups if one.columns), visit.actor.centres, KINDS, month_of(visit.frame.at))
    return visit.show("export_new", view, again=again, status=status)


@router.get("/exports/new", **acts(Act.ask_export))
async def new(visit: Visiting, subject: str = "") -> Response:
    return _form(visit, known(subject, Subject) or Subject.cases)


@router.post("/exports", **acts(Act.ask_export))
async def ask(visit: Visiting) -> Response:
    form = visit.form
    subject, kind = form.chosen("subject", Subject), form.chosen("kind", FileKind)
    purpose, columns = form.prose("purpose", needed=True), form.several("columns", ExportColumn)
    try:
        form.check()
        wanted = Wanted(subject, columns, form.raw("begin"), form.raw("end"), kind)
        made = await visit.use.exports.ask(visit.actor, visit.once(), CentreCode(form.raw("centre")), wanted, purpose)
    except Refusal as refusal:
        return _form(visit, subject, form.again("ask", refusal, MONTHS), status_of(refusal))
    return visit.go(f"/exports/{made.id}", "export-ready" if made.open else "export-asked")


async def _one(visit: Visit, export: ExportView, *shown: str, again: Again = NOTHING, status: int = 200) -> Response:
    own = export.asked_by == visit.actor.id
    decides = visit.actor.role in DECIDES and not own
    steps = tuple(one for one in export.steps if (own if one is ExportStep.withdraw else decides))
    return visit.show("export_one", One(export, await names(visit), own, steps, *shown), again=again, status=status)


@router.get("/exports/{id}", **acts(Act.see_exports))
async def one(visit: Visiting, id: UUID) -> Response:
    return await _one(visit, await visit.use.exports.get(visit.actor, id))


@router.post("/exports/{id}/steps", **acts(Act.move_export))
async def step(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted, reason, seen = form.chosen("step", ExportStep), form.line("reason"), form.number("version", 1, 10**9)
    try:
        form.check()
        restricted = form.ticked("restricted")
        await visit.use.exports.step(visit.actor, visit.once(), id, wanted, reason=reason, restricted=restricted, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        shown = await visit.use.exports.get(visit.actor, id)
        return await _one(visit, shown, again=form.again(f"{wanted}", refusal), status=status_of(refusal))
    return visit.go(f"/exports/{id}", f"export-{wanted}")


@router.post("/exports/{id}/password", **acts(Act.fetch_export))
async def password(visit: Visiting, id: UUID) -> Response:
    """The page itself: the password stands in no address and in no page that could be loaded again."""
    try:
        made = await visit.use.exports.unlock(visit.actor, id)
    except NotFound:
        raise
    except Refusal as refusal:
        shown = await visit.use.exports.get(visit.actor, id)
        return await _one(visit, shown, again=visit.form.again("password", refusal), status=status_of(refusal))
    return await _one(visit, made.export, made.password, made.ticket)


@router.post("/exports/{id}/file", **acts(Act.fetch_export))
async def file(visit: Visiting, id: UUID) -> Response:
    """A POST, because each one counts and no browser may send it by itself."""
    words, asker = visit.frame.words, visit.actor.name

    def said(it: ExportView, at: datetime) -> Wording:
        when = at.astimezone(KARACHI).strftime("%Y-%m-%d %H:%M")
        marked = words(mark("Export {number}, fetched by {name} on {when}. Leaks can be traced."))
        labels = {column: words(label(column)) for column in it.columns}
        about = (f"{it.first} - {it.last}", it.centre)
        marked = marked.format(number=it.number, name=asker, when=when)
        return Wording(words(label(it.subject)), about, labels, marked, words.language)

    try:
        made = await visit.use.exports.file(visit.actor, id, visit.form.raw("ticket"), said)
    except NotFound:
        raise
    except Refusal as refusal:
        shown = await visit.use.exports.get(visit.actor, id)
        plain = refusal if not isinstance(refusal, Invalid) else type(refusal)()
        return await _one(visit, shown, again=visit.form.again("file", plain), status=status_of(refusal))
    its = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return visit.hand(StreamingResponse(made.pieces, 200, {**guard.HEADERS, **its}, "application/zip"))
