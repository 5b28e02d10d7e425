"""The policy log on pages: the list, one note with its figures then and now, its steps, and the note on paper."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal, Stale
from domain.identity import Act
from domain.papers import PAPER_LANGUAGES
from domain.policy.figure import Figure, fits
from domain.policy.note import REVIEWING, WORDLESS, Advice, Moving, NoteStep, SharedBy, Topic
from domain.policy.views import NoteLine, NoteView
from domain.reporting import Known
from domain.reports.question import Answer
from domain.reports.saved import SavedView
from domain.values import CentreCode, Language, PartnerId, PolicyNoteId
from service.web import guard
from service.web.answered import Namer, Table, table
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, known, uuid_of
from service.web.people import Names, names
from service.web.times import today

router = APIRouter(route_class=PageRoute)
LINES = 50


@dataclass(frozen=True, slots=True)
class Log:
    """`questions` are the saved ones that a note can rest on."""

    notes: tuple[NoteLine, ...]
    names: Names
    more: UUID | None
    centres: tuple[CentreCode, ...]
    partners: tuple[Known, ...]
    questions: tuple[SavedView, ...]
    topics: tuple[Topic, ...] = tuple(Topic)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A frozen figure as tables: as it was, and as it is where that was asked and can be told."""

    its: Figure
    then: Table
    now: Table | None
    now_at: Answer | None


@dataclass(frozen=True, slots=True)
class OneNote:
    """`steps` are those that fit and that this reader may take; `asked` is whether they want to know what the figures say now."""

    note: NoteView
    names: Names
    figures: tuple[Drawn, ...]
    asked: bool
    stale: bool
    steps: tuple[NoteStep, ...]
    partners: tuple[Known, ...]
    questions: tuple[SavedView, ...]
    topics: tuple[Topic, ...] = tuple(Topic)
    ways: tuple[SharedBy, ...] = tuple(SharedBy)
    wordless: frozenset[NoteStep] = WORDLESS

    @property
    def open(self) -> bool:
        return self.note.state.value == "draft"


async def _questions(visit: Visit) -> tuple[SavedView, ...]:
    if not visit.actor.may(Act.write_policy):
        return ()
    found, day = await visit.use.questions.saved(visit.actor), today(visit.frame.at)
    return tuple(one for one in found if fits(one.question, day))


def _partners(who: Names) -> tuple[Known, ...]:
    return tuple(sorted(who.partners.values(), key=lambda one: one.name))


async def _log(visit: Visit, after: UUID | None = None, again: Again = NOTHING, status: int = 200) -> Response:
    found, who = await visit.use.policy.page(visit.actor, LINES, after), await names(visit)
    more = found[-1].id if len(found) == LINES else None
    view = Log(found, who, more, visit.actor.centres, _partners(who), await _questions(visit))
    return visit.show("policy", view, again=again, status=status)


async def _one(
    visit: Visit, id: PolicyNoteId, again: Again = NOTHING, status: int = 200, *, asked: bool = False, stale: bool = False
) -> Response:
    note, who = await visit.use.policy.get(visit.actor, id), await names(visit)
    now = {one.id: one.answer for one in await visit.use.policy.now(visit.actor, id)} if asked else {}
    namer = Namer(visit.frame.words, who, await visit.use.questions.named(visit.actor))

    def drawn(answer: Answer | None) -> Table | None:
        return table(answer, visit.frame.words, namer) if answer else None

    figures = tuple(
        Drawn(one, table(one.answer, visit.frame.words, namer), drawn(now.get(one.id)), now.get(one.id)) for one in note.figures
    )
    steps = tuple(step for step in note.steps if visit.actor.may(Act.move_policy if step in REVIEWING else Act.write_policy))
    steps = tuple(step for step in steps if step is not NoteStep.approve or visit.actor.id not in note.hands)
    view = OneNote(note, who, figures, asked, stale, steps, _partners(who), await _questions(visit))
    return visit.show("policy_note", view, again=again, status=status)


def _advice(form: Form) -> Advice:
    partner = uuid_of(form.raw("partner"))
    return Advice(
        form.needed("heading"),
        form.chosen("topic", Topic),
        form.prose("observed"),
        form.prose("advised"),
        form.line("addressee"),
        PartnerId(partner) if partner else None,
    )


@router.get("/policy", **acts(Act.see_policy))
async def log(visit: Visiting, after: str = "") -> Response:
    return await _log(visit, uuid_of(after))


@router.post("/policy", **acts(Act.write_policy))
async def write(visit: Visiting) -> Response:
    form, advice = visit.form, _advice(visit.form)
    try:
        form.check()
        made = await visit.use.policy.write(
            visit.actor, visit.once(), CentreCode(form.raw("centre")), advice, questions=form.ids("questions")
        )
    except Refusal as refusal:
        return await _log(visit, None, form.again("write", refusal), status_of(refusal))
    return visit.go(f"/policy/{made.id}", "policy-written")


@router.get("/policy/{id}", **acts(Act.see_policy))
async def one(visit: Visiting, id: UUID, now: str = "") -> Response:
    return await _one(visit, PolicyNoteId(id), asked=bool(now))


@router.post("/policy/{id}", **acts(Act.write_policy))
async def change(visit: Visiting, id: UUID) -> Response:
    form, advice = visit.form, _advice(visit.form)
    seen, said = form.number("version", 1, 10**9) or 0, {name: getattr(advice, name) for name in Advice.__slots__}
    try:
        form.check()
        stay, new = form.ids("figures"), form.ids("questions")
        await visit.use.policy.change(visit.actor, PolicyNoteId(id), seen, said, stay=stay, questions=new)
    except NotFound:
        raise
    except Refusal as refusal:
        again, stale = form.again("change", refusal), isinstance(refusal, Stale)
        return await _one(visit, PolicyNoteId(id), again, status_of(refusal), stale=stale)
    return visit.go(f"/policy/{id}", "policy-written")


@router.post("/policy/{id}/steps", **acts(Act.move_policy))
async def step(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    wanted, seen = form.chosen("step", NoteStep), form.number("version", 1, 10**9)
    its = Moving(form.prose("said"), form.day("on"), form.choice("how", SharedBy))
    try:
        form.check()
        await visit.use.policy.step(visit.actor, visit.once(), PolicyNoteId(id), wanted, its, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        again = form.again(f"{wanted}", refusal)
        return await _one(visit, PolicyNoteId(id), again, status_of(refusal), stale=isinstance(refusal, Stale))
    return visit.go(f"/policy/{id}", f"policy-{wanted}")


@router.get("/policy/{id}/paper", **acts(Act.see_policy))
async def paper(visit: Visiting, id: UUID, language: str = "") -> Response:
    tongue = known(language, Language)
    made = await visit.use.policy.paper(visit.actor, PolicyNoteId(id), tongue if tongue in PAPER_LANGUAGES else visit.frame.words.language)
    its = {"Content-Disposition": f'inline; filename="{made.name}"', "Content-Security-Policy": made.policy}
    return visit.hand(Response(b"".join(made.pieces), 200, {**guard.HEADERS, **its}, made.media_type))
